"""The evaluator of one patient and that of cohorts give the same answer, to the letter, on random cohorts."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.evaluators import decide_as_columns, decide_one_by_one
from support.made_up_editions import random_edition
from support.random_cohorts import random_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.editions.vocabulary import (
    DIAGNOSIS,
    PROGRESSION,
    RADIATION_START,
    Cite,
    Plan,
    Schedule,
    every,
    months,
    protocol,
    study,
)
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.values import replace

CHANCE = st.randoms(use_true_random=False)  # small and shrinking
SEEDS = st.integers(0, 2**32)  # large and varied
GRACES = st.sampled_from([None, None, None, 0, 5, 40]).map(GracePolicy)


def other_reading(place):
    """Return the edition with the `place`-th other reading of every schedule that has so many."""
    return CURRENT.with_readings(
        {route: s.others[place].name for route, s in CURRENT.schedules() if len(s.others) > place}
    )


READINGS = {"taken": CURRENT, "first other": other_reading(0), "second other": other_reading(1)}


def differences(rows, edition, grace):
    """Return the rows on which the two evaluators differ, each with both answers."""
    scalar, columnar = decide_one_by_one(rows, edition, grace), decide_as_columns(rows, edition, grace)
    assert len(columnar) == len(rows)
    return [found for found in zip(rows, scalar, columnar, strict=True) if found[1] != found[2]]


@given(CHANCE, GRACES)
def test_they_agree_on_small_cohorts_of_the_edition(random, grace):
    assert differences(random_cohort(random, CURRENT, patients=3, rows=4), CURRENT, grace) == []


@pytest.mark.slow
@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("grace", [None, 0, 5, 40, 36_500], ids=lambda days: f"grace {days}")
def test_they_agree_on_a_large_cohort_under_every_reading_and_grace(reading, grace):
    rows = random_cohort(Random(f"{reading} {grace}"), READINGS[reading], patients=1500, rows=6)  # noqa: S311 - not for secrets
    assert differences(rows, READINGS[reading], GracePolicy(grace)) == []


@pytest.mark.slow
@given(CHANCE, GRACES)
def test_they_agree_on_small_cohorts_under_rules_that_no_edition_holds(random, grace):
    edition = random_edition(random)
    assert differences(random_cohort(random, edition, patients=3, rows=4), edition, grace) == []


@pytest.mark.slow
@given(SEEDS, GRACES)
def test_they_agree_on_larger_cohorts_under_rules_that_no_edition_holds(seed, grace):
    random = Random(seed)  # noqa: S311 - not for secrets
    edition = random_edition(random)
    assert differences(random_cohort(random, edition, patients=30, rows=6), edition, grace) == []


def test_they_agree_where_there_is_no_row():
    assert decide_as_columns([], CURRENT, GracePolicy()) == decide_one_by_one([], CURRENT, GracePolicy()) == []


MET = [reason for reason in Reason if reason is not Reason.NOT_IMAGING]  # which only a profile gives


def test_a_random_cohort_of_the_edition_meets_every_reason():
    """A cohort of rows that cannot be read, say, would agree on everything and show nothing."""
    rows = random_cohort(Random(4), CURRENT, patients=3000, rows=6)  # noqa: S311 - not for secrets
    results = decide_as_columns(rows, CURRENT, GracePolicy())
    assert {result["reason"] for result in results} == {None, *(reason.value for reason in MET)}
    assert {result["combination"] for result in results} >= {None, "supported", "needs_info"}
    assert sum(result["decision"] == "invalid" for result in results) < len(rows) / 5


@pytest.mark.slow
def test_a_random_cohort_under_made_up_rules_meets_every_reason_of_a_schedule():
    found = set()
    for seed in range(40):
        random = Random(seed)  # noqa: S311 - not for secrets
        edition = random_edition(random)
        results = decide_as_columns(random_cohort(random, edition, patients=30), edition, GracePolicy())
        found |= {result["reason"] for result in results}
    assert found >= {
        None, "on_schedule", "within_grace", "overdue", "symptomatic", "condition_met", "missing_fact",
        "unconfirmed_prior", "interval_unspecified", "no_index_date", "no_route", "progressed", "before_index",
        "other_guideline", "not_covered", "early", "ended", "condition_not_met", "not_in_protocol", "bad_row",
        "cancelled",
    }  # fmt: skip


@pytest.mark.parametrize("decide", [decide_one_by_one, decide_as_columns], ids=["scalar", "columnar"])
@pytest.mark.parametrize("day", ["2022-03-10", "2022-03-11"], ids=["on the day", "the day after"])
def test_progression_is_named_with_its_date_where_another_event_ended_the_schedule_before(decide, day):
    schedule = Schedule(
        "brain",
        Cite("M 1"),
        study(at="brain"),
        (DIAGNOSIS,),
        Plan(phases=(every(months(1)),)),
        stops_at=(RADIATION_START, PROGRESSION),
    )
    edition = replace(CURRENT, protocols=(protocol("made_up", "made up", schedule, cite=Cite("M 1")),))
    row = {
        "patient_id": "P1",
        "protocol": "made_up",
        "modality": "MRI",
        "region": "brain",
        "date": day,
        "diagnosis_date": "2022-01-31",
        "radiation_start_date": "2022-02-10",
        "progression_date": "2022-03-10",
    }
    (result,) = decide([row], edition, GracePolicy())
    assert result["reason"] == "progressed"
    assert "progression is documented on 2022-03-10" in result["explanation"]


@pytest.mark.parametrize("decide", [decide_one_by_one, decide_as_columns], ids=["scalar", "columnar"])
@pytest.mark.parametrize(
    ("mark", "reasons", "why"),
    [
        (" ", ["on_schedule", "on_schedule"], "one patient: the second window is three months after the first study"),
        ("\u2003", ["on_schedule", "on_schedule"], "an em space is white space too"),
        ("\x1f", ["on_schedule", "overdue"], "a control character is part of the id: another patient, nothing done"),
        ("\u200b", ["on_schedule", "overdue"], "and so is a space without width"),
    ],
    ids=repr,
)
def test_an_id_is_trimmed_of_white_space_and_of_nothing_else(decide, mark, reasons, why):
    patient = {
        "protocol": "bone.osteosarcoma",
        "modality": "CT",
        "region": "chest",
        "treatment_end_date": "2025-01-01",
    }
    rows = [
        patient | {"patient_id": f"{mark}P1", "date": "2025-04-01", "status": "performed"},
        patient | {"patient_id": "P1", "date": "2025-07-01"},
    ]
    assert [result["reason"] for result in decide(rows, CURRENT, GracePolicy())] == reasons, why
