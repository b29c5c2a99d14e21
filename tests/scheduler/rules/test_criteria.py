"""Criteria, one date at a time: three-valued truth, the dates on which they hold, and the facts they wait for."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.assignments import can_be_true, can_decide
from support.random_criteria import BOOLEANS, FACTS, MONTH_ENDS, CriterionMaker, documented

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.vocabulary import (
    Above,
    AgeAtMost,
    Below,
    Documented,
    Ongoing,
    Since,
    Tried,
    UpTo,
    all_of,
    any_of,
    days,
    months,
    not_,
    weeks,
)
from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.criteria import All, Any, Criterion, day_of, number
from spine_vigil.scheduler.rules.criteria_parts import timed_leaves
from spine_vigil.scheduler.rules.date_sets import ALL_DATES, NO_DATES, DateSet
from spine_vigil.scheduler.rules.facts import FactKind

SEEDS = st.integers(0, 2**32)
DAY = date(2024, 6, 1)
T, F, U = {"x": True}, {"x": False}, {}

KLEENE = [
    # a, b, all, any
    (True, True, True, True),
    (True, False, False, True),
    (True, None, None, True),
    (False, True, False, True),
    (False, False, False, False),
    (False, None, False, None),
    (None, True, None, True),
    (None, False, False, None),
    (None, None, None, None),
]


@pytest.mark.parametrize(("a", "b", "both", "either"), KLEENE)
def test_all_and_any_are_three_valued(a, b, both, either):
    facts = {"a": a, "b": b}
    assert all_of("a", "b").holds(facts, DAY) is both
    assert any_of("a", "b").holds(facts, DAY) is either


@pytest.mark.parametrize(("facts", "holds"), [(T, False), (F, True), (U, None), ({"x": None}, None)])
def test_what_is_not_known_is_not_known_negated_either(facts, holds):
    assert not_("x").holds(facts, DAY) is holds


@pytest.mark.parametrize(
    ("criterion", "value", "holds", "why"),
    [
        (Below("n", 10), 9.9, True, "below the bound"),
        (Below("n", 10), 10, False, "on the bound is not below it"),
        (Below("n", 10), 10.1, False, "above the bound"),
        (Below("n", 10), 0, True, "nought is a number"),
        (Below("n", 10), None, None, "no number"),
        (Above("n", 30), 29.9, False, "below the bound"),
        (Above("n", 30), 30, False, "on the bound is not above it"),
        (Above("n", 30), 30.1, True, "above the bound"),
        (Above("n", 30), None, None, "no number"),
    ],
)
def test_a_number_is_compared_with_its_bound(criterion, value, holds, why):
    assert criterion.holds({"n": value}, DAY) is holds, why
    assert criterion.dates({"n": value}, unknown=False) == (ALL_DATES if holds else NO_DATES), why


CERTAIN_AND_POSSIBLE = [
    (Documented("x"), T, ALL_DATES, ALL_DATES, "a fact that is true"),
    (Documented("x"), F, NO_DATES, NO_DATES, "a fact that is false"),
    (Documented("x"), U, NO_DATES, ALL_DATES, "a fact that is unknown"),
    (not_("x"), U, NO_DATES, ALL_DATES, "negated, it is certain where it is possible"),
    (
        UpTo("d", days(90)),
        {"d": date(2024, 1, 1)},
        DateSet.between(date(2024, 1, 1), date(2024, 3, 31)),
        DateSet.between(date(2024, 1, 1), date(2024, 3, 31)),
        "a date and 90 days",
    ),
    (
        all_of(UpTo("d", days(90)), "x"),
        {"d": date(2024, 1, 1)},
        NO_DATES,
        DateSet.between(date(2024, 1, 1), date(2024, 3, 31)),
        "dates that wait for a fact",
    ),
    (
        any_of(Since("d", months(3)), "x"),
        {"d": date(2024, 11, 30)},
        DateSet.between(date(2025, 2, 28)),
        ALL_DATES,
        "dates on which a fact makes no difference",
    ),
    (
        all_of(Since("d", days(28), longer=True), not_(Since("d", weeks(6)))),
        {"d": date(2024, 3, 1)},
        DateSet.between(date(2024, 3, 30), date(2024, 4, 11)),
        DateSet.between(date(2024, 3, 30), date(2024, 4, 11)),
        "longer than 4 weeks, not yet 6",
    ),
    (
        AgeAtMost(5),
        {"birth_date": date(2020, 2, 29)},
        DateSet.between(last=date(2026, 2, 27)),
        DateSet.between(last=date(2026, 2, 27)),
        "up to the day before the 6th birthday, 28 February",
    ),
    (
        any_of(Ongoing("start", "end"), UpTo("d", days(1))),
        {"start": date(2024, 1, 1), "end": date(2024, 1, 10), "d": date(2024, 1, 11)},
        DateSet.between(date(2024, 1, 1), date(2024, 1, 12)),
        DateSet.between(date(2024, 1, 1), date(2024, 1, 12)),
        "stretches that touch are one",
    ),
    (
        Tried("start", "end", weeks(6), months(6)),
        {"start": date(2024, 1, 1), "end": date(2023, 12, 31)},
        NO_DATES,
        ALL_DATES,
        "a course that ends before it starts is unknown",
    ),
    (
        Tried("start", "end", weeks(6), months(6)),
        {"start": date(2024, 1, 1), "end": date(2024, 2, 10)},
        NO_DATES,
        NO_DATES,
        "a course of 40 days never counts",
    ),
]


@pytest.mark.parametrize(
    ("criterion", "facts", "certain", "possible", "why"), CERTAIN_AND_POSSIBLE, ids=[c[4] for c in CERTAIN_AND_POSSIBLE]
)
def test_dates_are_those_on_which_it_certainly_and_possibly_holds(criterion, facts, certain, possible, why):
    assert criterion.dates(facts, unknown=False) == certain, why
    assert criterion.dates(facts, unknown=True) == possible, why


def test_a_criterion_of_parts_needs_one():
    for node in (All, Any):
        with pytest.raises(RuleError, match="needs at least one"):
            node(())


def test_a_criterion_names_its_facts_in_its_order():
    criterion = all_of("a", any_of(Tried("s", "e", weeks(6), months(6)), not_("b")), AgeAtMost(5), Above("n", 1), "a")
    assert list(criterion.facts()) == ["a", "s", "e", "b", "birth_date", "n", "a"]
    assert list(timed_leaves(criterion)) == [Tried("s", "e", weeks(6), months(6)), AgeAtMost(5)]


def test_values_of_another_kind_are_not_taken_for_dates_or_numbers():
    assert number({"n": date(2024, 1, 1)}, "n") is None
    assert day_of({"d": True}, "d") is None


def test_a_bare_criterion_says_nothing_of_itself():
    for ask in (
        lambda c: c.holds({}, DAY),
        lambda c: c.dates({}, unknown=True),
        lambda c: list(c.missing({}, DAY)),
        lambda c: list(c.facts()),
    ):
        with pytest.raises(NotImplementedError):
            ask(Criterion())


def days_to_try(random, facts):
    """Yield days about the bounds that the facts can make, and some between."""
    about = [*MONTH_ENDS, *(value for value in facts.values() if isinstance(value, date))]
    for _ in range(12):
        yield random.choice(about) + timedelta(
            days=random.choice((-1, 0, 1, 28, 42, 183, 365, random.randint(-50, 800)))
        )


@given(SEEDS)
def test_certain_dates_are_those_of_truth_and_possible_ones_those_of_no_falsehood(seed):
    random = Random(seed)  # noqa: S311 - not for secrets
    for _ in range(10):
        criterion = CriterionMaker(random, FACTS).criterion()
        facts = documented(random, random.choice(MONTH_ENDS))
        certain, possible = (criterion.dates(facts, unknown=unknown) for unknown in (False, True))
        for day in days_to_try(random, facts):
            holds = criterion.holds(facts, day)
            assert (day in certain) is (holds is True), (criterion, facts, day)
            assert (day in possible) is (holds is not False), (criterion, facts, day)


@given(SEEDS)
def test_truth_is_that_of_the_criterion_with_every_unknown_made_known(seed):
    """What is true, or false, stays so however the unknown booleans turn out."""
    random = Random(seed)  # noqa: S311 - not for secrets
    for _ in range(10):
        criterion = CriterionMaker(random, FACTS).criterion()
        facts = documented(random, DAY, likely=0.5)
        holds = criterion.holds(facts, DAY)
        known = documented(random, DAY, likely=1) | {name: random.random() < 0.5 for name in BOOLEANS} | facts
        if holds is not None:
            assert criterion.holds(known, DAY) in (holds, None), (criterion, facts)


@given(SEEDS)
def test_missing_is_empty_where_it_is_known_and_never_where_it_is_not(seed):
    random = Random(seed)  # noqa: S311 - not for secrets
    for _ in range(10):
        criterion = CriterionMaker(random, FACTS).criterion()
        facts = documented(random, DAY, likely=0.5)
        missing = list(criterion.missing(facts, DAY))
        assert bool(missing) is (criterion.holds(facts, DAY) is None)
        assert set(missing) <= set(criterion.facts())


@given(SEEDS)
def test_missing_facts_can_make_it_true_and_each_can_decide(seed):
    """Found by trying values; of criteria that ask for no fact twice, since one that does can contradict itself."""
    random = Random(seed)  # noqa: S311 - not for secrets
    for _ in range(6):
        criterion = CriterionMaker(random, FACTS, once=True).criterion()
        facts = documented(random, DAY, likely=0.4)
        missing = list(criterion.missing(facts, DAY))
        assert not missing or can_be_true(criterion, facts, DAY, FACTS), (criterion, facts)
        for name in missing:
            assert can_decide(name, criterion, facts, DAY, FACTS), (name, criterion, facts)


@pytest.mark.parametrize("indication", CURRENT.indications, ids=lambda indication: indication.name)
def test_missing_facts_can_make_an_indication_true_and_each_can_decide(indication):
    """Where a fact stands in two parts, one part can make the rest of the other idle: then only the lead is known."""
    criterion = indication.criterion
    booleans = {fact.name for fact in CURRENT.facts if fact.kind is FactKind.BOOLEAN} & set(criterion.facts())
    random = Random(indication.name)  # noqa: S311 - not for secrets
    stand_twice = [name for name in booleans if list(criterion.facts()).count(name) > 1]
    for likely in (0,) if stand_twice else (0, 0.1, 0.3, 0.6):
        known = {name: random.random() < 0.5 for name in sorted(booleans) if random.random() < likely}
        known |= {lead: True if lead in booleans else DAY - timedelta(days=90) for lead in indication.leads}
        missing = list(criterion.missing(known, DAY))
        assert not missing or can_be_true(criterion, known, DAY, CURRENT.facts), known
        for name in missing:
            assert can_decide(name, criterion, known, DAY, CURRENT.facts), (name, known)
