"""Both evaluators agree, to the letter, where births, index dates and ends of follow-up do not fit each other."""

import re
from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.evaluators import decide_as_columns, decide_one_by_one
from support.inconsistent_cohorts import inconsistent_cohort
from support.known_cohorts import random_known_cohort
from support.made_up_editions import random_edition

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.notes import AFTER_END
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.rules.grace import GracePolicy

CHANCE = st.randoms(use_true_random=False)
EARLY = "lies before the birth and does not count"


def differences(rows, edition):
    """Return the rows on which the two evaluators differ, each with both answers."""
    scalar, columnar = (decide(rows, edition, GracePolicy()) for decide in (decide_one_by_one, decide_as_columns))
    return [found for found in zip(rows, scalar, columnar, strict=True) if found[1] != found[2]]


@given(CHANCE)
def test_they_agree_on_small_cohorts_of_the_edition(random):
    assert differences(inconsistent_cohort(random, CURRENT, patients=3, rows=4), CURRENT) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_they_agree_on_large_cohorts_of_the_edition(seed):
    rows = inconsistent_cohort(Random(f"large {seed}"), CURRENT, patients=800)  # noqa: S311 - not for secrets
    assert differences(rows, CURRENT) == []


@pytest.mark.slow
@given(CHANCE)
def test_they_agree_under_rules_that_no_edition_holds(random):
    edition = random_edition(random)
    assert differences(inconsistent_cohort(random, edition, patients=4), edition) == []


def test_a_random_cohort_holds_every_kind_of_contradiction():
    """A cohort whose dates fit each other would agree on everything and show nothing."""
    rows = inconsistent_cohort(Random(3), CURRENT, patients=1000)  # noqa: S311 - not for secrets
    results = decide_as_columns(rows, CURRENT, GracePolicy())
    said = [result["explanation"] or "" for result in results]
    assert sum(EARLY in text for text in said) > 20
    assert sum(text.count(EARLY) > 1 for text in said) > 5
    assert sum(AFTER_END in text for text in said) > 5
    assert {result["decision"] for result, text in zip(results, said, strict=True) if EARLY in text} >= {
        "within", "needs_info", "refer", "outside",
    }  # fmt: skip
    several = [row for row, text in zip(rows, said, strict=True) if EARLY in text and "|" in row.get("protocol", "")]
    filled = [row for row, text in zip(rows, said, strict=True) if EARLY in text and not row.get("birth_date")]
    assert len(several) > 1
    assert len(filled) > 5


def known_cohort(random, patients):
    """Return events and lines of a patients file of patients of several courses, many born about an index date."""
    events, lines = random_known_cohort(random, CURRENT, patients)
    for row in (*events, *lines):
        days = [text for name, text in row.items() if name in ("surgery_date", "treatment_end_date") and text]
        row.pop("birth_date", None)
        if days and random.random() < 0.3:
            row["birth_date"] = str(date.fromisoformat(random.choice(days)) + timedelta(days=random.choice((-1, 0, 1))))
    return events, lines


def check_with_a_patients_file(random, patients, workers=1):
    events, lines = known_cohort(random, patients)
    scalar = decide_one_by_one([*lines, *events], CURRENT, GracePolicy())[len(lines) :]
    audit = Audit(CURRENT, GracePolicy())
    columnar = audit.decide_frame(frame_of(events), workers, frame_of(lines) if lines else None).to_dicts()
    assert [without_line(one) for one in columnar] == [without_line(one) for one in scalar]
    return columnar


def frame_of(rows):
    names = dict.fromkeys(["patient_id", *(name for row in rows for name in row)])
    return pl.DataFrame(
        {n: [row.get(n) or None for row in rows] for n in names}, schema=dict.fromkeys(names, pl.String)
    )


def without_line(result):
    return result | {"explanation": re.sub(r"^Line \d+", "Line", result["explanation"] or "")}


@given(CHANCE)
def test_they_agree_on_patients_of_several_courses_in_a_patients_file(random):
    check_with_a_patients_file(random, 3)


@pytest.mark.parametrize("workers", [1, 3])
def test_they_agree_on_many_patients_of_several_courses(workers):
    found = check_with_a_patients_file(Random(f"many {workers}"), 200, workers)  # noqa: S311 - not for secrets
    assert sum(EARLY in (result["explanation"] or "") for result in found) > 20
