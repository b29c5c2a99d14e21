"""The two evaluators of criteria give the same truth, missing facts, next dates and reasons."""

from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.made_up_editions import random_edition
from support.random_criteria import DATES, FACTS, MONTH_ENDS, CriterionMaker, documented

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers import criterion_words
from spine_vigil.scheduler.cohort.deciding.because import because
from spine_vigil.scheduler.cohort.deciding.course_facts import from_column
from spine_vigil.scheduler.cohort.deciding.criteria import Reader
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.editions.vocabulary import (
    Above,
    AgeAtMost,
    Documented,
    Ongoing,
    Since,
    Tried,
    UpTo,
    months,
    weeks,
)
from spine_vigil.scheduler.records.fields import EPOCH, day_number
from spine_vigil.scheduler.rules.criteria import all_of, any_of, not_
from spine_vigil.scheduler.rules.criteria_parts import durations_of
from spine_vigil.scheduler.rules.facts import FactKind, TrueFrom
from spine_vigil.scheduler.values import replace

SEEDS = st.integers(0, 2**32)
MADE_UP = random_edition(Random(0))  # noqa: S311 - not for secrets
MADE_UP = replace(MADE_UP, facts=(*MADE_UP.facts, *FACTS))
CRITERIA_OF_THE_EDITION = [rule.criterion for rule in (*CURRENT.indications, *CURRENT.contraindications)]


def read_by_row(criterion, rows, edition=MADE_UP):
    """Return truth, reason, missing facts and next date of each row (facts, day, from), one by one."""
    return [
        (
            criterion.holds(facts, day),
            criterion_words.because(edition, criterion, facts, day),
            ";".join(dict.fromkeys(criterion.missing(facts, day))) or None,
            criterion.dates(facts, unknown=False).first_from(start),
        )
        for facts, day, start in rows
    ]


def read_by_column(criterion, rows, facts=FACTS, edition=MADE_UP):
    """Return the same for all rows at once; a fact that no row documents has no column."""
    columns = {}
    for fact in facts:
        values = [row[0].get(fact.name) for row in rows]
        implied = [day_number(v.day) if isinstance(v, TrueFrom) else None for v in values]
        if any(day is not None for day in implied):
            columns[from_column(fact.name)] = pl.Series(implied, dtype=pl.Int32)
        values = [v.before if isinstance(v, TrueFrom) else v for v in values]
        if any(value is not None for value in values):
            numbers = [day_number(v) if isinstance(v, date) else v for v in values]
            dtype = pl.Float64 if fact.kind is FactKind.NUMBER else pl.Int32
            columns[fact.name] = pl.Series(numbers, dtype=dtype, strict=False)
    frame = pl.DataFrame(
        {**columns, "date": [day_number(r[1]) for r in rows], "start": [day_number(r[2]) for r in rows]},
        schema_overrides={"date": pl.Int32, "start": pl.Int32},
    )
    reach = day_number(date(1990, 1, 1)), day_number(date(2060, 1, 1))
    reader = Reader(columns, DayTable(durations_of(criterion), *reach))
    found = frame.with_columns(
        holds=reader.holds(criterion, pl.col("date")),
        because=because(frame, criterion, reader, edition),
        missing=reader.missing(frame, criterion, pl.col("date")),
        next_date=reader.next_date(criterion, pl.col("start")),
    ).select("holds", "because", "missing", "next_date")
    return [(h, b, m, None if n is None else date.fromordinal(n + EPOCH)) for h, b, m, n in found.rows()]


def random_rows(random, count):
    rows = []
    for _ in range(count):
        day = random.choice(MONTH_ENDS) + timedelta(days=random.choice((-1, 0, 1)))
        facts = documented(random, day, random.choice((0.3, 0.7, 1)))
        for name in ("painful", "feverish"):
            if random.random() < 0.3 and facts.get(name) is not True:
                facts[name] = TrueFrom(day + timedelta(random.choice((-40, -1, 0, 1, 40))), facts.get(name))
        rows.append((facts, day, day + timedelta(random.randint(-40, 40))))
    return rows


@given(SEEDS)
def test_they_agree_on_random_criteria_and_facts(seed):
    random = Random(seed)  # noqa: S311 - not for secrets
    criterion = CriterionMaker(random, FACTS).criterion()
    rows = random_rows(random, 60)
    assert read_by_column(criterion, rows) == read_by_row(criterion, rows), criterion


@pytest.mark.parametrize(
    ("criterion", "facts", "missing", "why"),
    [
        (
            any_of(all_of("painful", "aware"), "stable", all_of("feverish", "aware")),
            {"painful": False},
            "stable;feverish;aware",
            "a part that is false names nothing: 'aware' counts where it is waited for",
        ),
        (
            any_of(all_of("painful", "aware"), "stable", all_of("feverish", "aware")),
            {},
            "painful;aware;stable;feverish",
            "each fact once, where the criterion names it first",
        ),
        (all_of("painful", any_of("stable", "aware")), {"stable": True}, "painful", "a part that is true is settled"),
        (all_of("painful", "stable"), {"stable": False}, None, "nothing is missing where it is false"),
        (not_(any_of("painful", "stable")), {}, "painful;stable", "a negated part names its facts"),
        (not_("painful"), {"painful": True}, None, "a negated fact that is known names nothing"),
        (
            Tried("care_start", "care_end", weeks(6), months(6)),
            {"care_end": date(2024, 1, 1)},
            "care_start",
            "a course without start asks for the start",
        ),
        (
            Ongoing("care_start", "care_end"),
            {"care_start": date(2024, 1, 2), "care_end": date(2024, 1, 1)},
            "care_start",
            "a course that ends before it starts asks for the start",
        ),
        (AgeAtMost(21), {}, "birth_date", "an age asks for the birth date"),
        (Since("onset_date", months(3)), {}, "onset_date", "a time since asks for its date"),
        (UpTo("onset_date", months(3)), {}, "onset_date", "a time from asks for its date"),
        (Above("degrees", 30), {}, "degrees", "a bound asks for the number"),
    ],
)
def test_the_facts_that_keep_a_criterion_unknown_are_named(criterion, facts, missing, why):
    rows = [(facts, date(2024, 3, 1), date(2024, 3, 1))]
    assert [m for _, _, m, _ in read_by_row(criterion, rows)] == [missing], why
    assert [m for _, _, m, _ in read_by_column(criterion, rows)] == [missing], why


def test_they_agree_where_no_fact_has_a_column():
    rows = [({}, date(2024, 3, 1), date(2024, 3, 1))] * 2
    for criterion in CRITERIA_OF_THE_EDITION:
        assert read_by_column(criterion, rows, CURRENT.facts, CURRENT) == read_by_row(criterion, rows, CURRENT)


def test_every_kind_of_node_has_both_readings():
    random = Random(1)  # noqa: S311 - not for secrets
    rows = random_rows(random, 60)
    for leaf in (
        Documented("painful"),
        Above("degrees", 5),
        AgeAtMost(1),
        *(Since(name, months(1), longer=longer) for name in DATES for longer in (False, True)),
        UpTo("onset_date", months(6)),
        Tried("care_start", "care_end", weeks(6), months(6)),
        Ongoing("care_start", "care_end"),
    ):
        for criterion in (leaf, not_(leaf), not_(not_(leaf))):
            assert read_by_column(criterion, rows) == read_by_row(criterion, rows), criterion
