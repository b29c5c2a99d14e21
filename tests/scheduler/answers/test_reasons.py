"""Reasons of a decision: their order of preference between routes, and the decision that goes with each."""

import pytest

from spine_vigil.scheduler.answers.reasons import Reason

BEST_FIRST = {
    "within": ["on_schedule", "within_grace", "overdue", "symptomatic", "condition_met", "criteria_met"],
    "needs_info": [
        "device_not_cleared", "missing_fact", "unconfirmed_prior", "interval_unspecified", "no_index_date", "no_route",
    ],
    "refer": ["progressed", "follow_up_ended", "before_index", "other_guideline", "not_covered"],
    "outside": [
        "early", "ended", "condition_not_met", "criteria_not_met", "not_in_protocol", "no_surveillance",
        "contraindicated",
    ],
    "invalid": ["bad_row"],
}  # fmt: skip


def test_reasons_are_preferred_in_this_order():
    in_order = [reason for reasons in BEST_FIRST.values() for reason in reasons]
    assert [reason.value for reason in sorted(Reason, key=lambda reason: reason.rank)] == [
        *in_order,
        "cancelled",
        "not_imaging",
    ]


@pytest.mark.parametrize("verdict", BEST_FIRST)
def test_each_reason_goes_with_its_decision(verdict):
    assert {Reason(reason).verdict.value for reason in BEST_FIRST[verdict]} == {verdict}


def test_a_cancelled_study_and_no_imaging_are_not_decided():
    assert Reason.CANCELLED.verdict is None
    assert Reason.NOT_IMAGING.verdict is None
