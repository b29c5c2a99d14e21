"""Rounds of imaging under phases that no schedule of the edition combines with them, through both evaluators."""

from datetime import date

import pytest
from support.evaluators import EVALUATORS

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    MRI,
    SURGERY,
    Cite,
    Plan,
    Schedule,
    every,
    months,
    once,
    protocol,
    study,
)
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.values import replace

TODAY = date(2026, 6, 30)
FACT = "high_grade"
ONCE_FIRST = (once(months(3), months(3)), every(months(6), months(12)))
CONDITION_FIRST = (every(months(3), until=months(12), if_=FACT), every(months(3)))


def decided(decide, phases, earlier, day):
    """Return the decision on an MRI of the brain on a day, after `earlier` studies; surgery was on 2020-01-31."""
    schedule = Schedule(
        "brain", Cite("M 1"), study(MRI, CT, at="brain"), (SURGERY,), Plan(phases=phases), complements=True
    )
    edition = replace(CURRENT, protocols=(protocol("made_up", "made up", schedule, cite=Cite("M 1")),))
    row = {"patient_id": "P1", "protocol": "made_up", "region": "brain", "surgery_date": "2020-01-31", FACT: "false"}
    rows = [row | {"modality": modality, "date": on, "status": "performed"} for on, modality in earlier]
    request = row | {"modality": "MRI", "date": day, "status": "requested"}
    return decide([*rows, request], edition, GracePolicy(), TODAY)[-1]


@pytest.mark.parametrize("decide", EVALUATORS.values(), ids=EVALUATORS)
def test_a_window_after_a_one_time_window_closes_from_the_last_study_of_a_round(decide):
    result = decided(decide, ONCE_FIRST, [("2020-04-25", "CT"), ("2020-05-10", "MRI")], "2021-05-10")
    window = ("2020-04-25", "2020-10-25", "2021-05-10")
    assert tuple(result[name] for name in ("reference_date", "opens", "closes")) == window
    assert result["reason"] == "on_schedule"


NEXT_ALLOWED = [
    # earlier studies, requested, reason, next allowed, why
    (
        [("2020-10-20", "MRI"), ("2021-01-25", "CT")],
        "2021-02-05",
        "condition_not_met",
        "2021-02-06",
        "the day counts as the first of its round, under the condition; the day after is of no round",
    ),
    ([("2020-10-20", "MRI")], "2021-02-05", "overdue", "2021-02-05", "a day of no round counts as itself"),
    (
        [("2020-10-31", "MRI"), ("2021-01-31", "CT")],
        "2021-02-05",
        "on_schedule",
        "2021-02-05",
        "a round that began with the phase that knows no condition",
    ),
]


@pytest.mark.parametrize("decide", EVALUATORS.values(), ids=EVALUATORS)
@pytest.mark.parametrize(
    ("earlier", "day", "reason", "allowed", "why"), NEXT_ALLOWED, ids=[c[-1] for c in NEXT_ALLOWED]
)
def test_only_the_requested_day_counts_as_the_first_of_its_round(decide, earlier, day, reason, allowed, why):
    result = decided(decide, CONDITION_FIRST, earlier, day)
    assert (result["reason"], result["next_allowed"]) == (reason, allowed), why
