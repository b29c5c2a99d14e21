"""Both evaluators give the same list of what is due, to the letter, on random cohorts."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.due import due_as_columns, due_one_by_one
from support.made_up_editions import random_edition
from support.random_cohorts import FIRST_DAYS, random_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.rules.grace import GracePolicy

CHANCE = st.randoms(use_true_random=False)  # small and shrinking
SEEDS = st.integers(0, 2**32)  # large and varied
GRACES = st.sampled_from([None, None, None, 0, 5, 40]).map(GracePolicy)
FOLLOWED = (0, 1, 30, 90, 91, 200, 365, 366, 400, 730, 1000, 1826, 3652, 4400)
"""Days after the first ones of a random cohort: about the bounds of its schedules, and long after."""


def due_cohort(random, edition, patients=6, rows=6):
    """Return a random cohort with more bookings and some ends of follow-up, and a date to ask about."""
    cohort = random_cohort(random, edition, patients, rows)
    for row in cohort:
        if row.get("date") and random.random() < 0.2:
            row["status"] = "scheduled"
        if random.random() < 0.03:
            row["follow_up_end_date"] = str(random.choice(FIRST_DAYS) + timedelta(days=random.choice(FOLLOWED)))
    near = [row["date"] for row in cohort if row.get("date", "") not in ("", "2021-02-30")]
    day = date.fromisoformat(random.choice(near)) if near and random.random() < 0.5 else random.choice(FIRST_DAYS)
    return cohort, day + timedelta(days=random.choice((-1, 0, 1, *FOLLOWED)))


def differences(rows, edition, grace, as_of):
    """Return where the two lists differ, line by line."""
    scalar, columnar = (due(rows, edition, grace, as_of) for due in (due_one_by_one, due_as_columns))
    assert len(columnar) == len(scalar)
    return [found for found in zip(scalar, columnar, strict=True) if found[0] != found[1]]


@given(CHANCE, GRACES)
def test_they_agree_on_small_cohorts_of_the_edition(random, grace):
    rows, as_of = due_cohort(random, CURRENT, patients=3, rows=5)
    assert differences(rows, CURRENT, grace, as_of) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("grace", [None, 0, 40], ids=lambda days: f"grace {days}")
def test_they_agree_on_large_cohorts_of_the_edition(seed, grace):
    rows, as_of = due_cohort(Random(f"{seed} {grace}"), CURRENT, patients=400, rows=6)  # noqa: S311 - not for secrets
    assert differences(rows, CURRENT, GracePolicy(grace), as_of) == []


@pytest.mark.slow
@given(CHANCE, GRACES)
def test_they_agree_on_small_cohorts_under_rules_that_no_edition_holds(random, grace):
    edition = random_edition(random)
    rows, as_of = due_cohort(random, edition, patients=3, rows=4)
    assert differences(rows, edition, grace, as_of) == []


@pytest.mark.slow
@given(SEEDS, GRACES)
def test_they_agree_on_larger_cohorts_under_rules_that_no_edition_holds(seed, grace):
    random = Random(seed)  # noqa: S311 - not for secrets
    edition = random_edition(random)
    rows, as_of = due_cohort(random, edition, patients=30, rows=6)
    assert differences(rows, edition, grace, as_of) == []


@pytest.mark.slow
def test_a_random_cohort_meets_every_status_and_every_kind_of_booking():
    """A cohort in which nothing is due, say, would agree on everything and show nothing."""
    statuses, inside, words = set(), set(), set()
    for seed in range(8):
        rows, as_of = due_cohort(Random(seed), CURRENT, patients=400, rows=6)  # noqa: S311 - not for secrets
        lines = due_as_columns(rows, CURRENT, GracePolicy(), as_of)
        statuses |= {line["status"] for line in lines}
        inside |= {line["booked_in_window"] for line in lines}
        advice = " ".join(line["booking_advice"] or "" for line in lines)
        words |= {
            word for word in ("confirm", "still wanted", "before the window", "after the window") if word in advice
        }
    assert statuses == {status.value for status in DueStatus}
    assert inside == {None, False, True}
    assert len(words) == 4


def test_the_list_does_not_depend_on_the_order_of_rows():
    random = Random(7)  # noqa: S311 - not for secrets
    rows, as_of = due_cohort(random, CURRENT, patients=100)
    listed = due_as_columns(rows, CURRENT, GracePolicy(), as_of)
    random.shuffle(rows)
    assert due_as_columns(rows, CURRENT, GracePolicy(), as_of) == listed
