"""The proofs of indications: that one can be met and can fail, and which facts alone decide it."""

import pytest

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
    months,
    not_,
    weeks,
)
from spine_vigil.scheduler.proofs.deciding import decided_alone, refute_deciding

NEVER, ALWAYS = "no values of its facts meet it", "whatever is documented, it is never false"


@pytest.mark.parametrize(
    ("criterion", "says", "why"),
    [
        (Documented("pain"), None, "a fact"),
        (all_of("pain", not_("pain")), NEVER, "a fact and its contrary"),
        (any_of("pain", not_("pain")), ALWAYS, "a fact or its contrary"),
        (all_of(Above("angle", 30), Below("angle", 20)), NEVER, "more than 30 and less than 20"),
        (all_of(Above("angle", 20), Below("angle", 30)), None, "between 20 and 30"),
        (all_of(Since("onset", months(3)), UpTo("onset", weeks(6))), NEVER, "three months back, and six weeks at most"),
        (all_of(Since("onset", weeks(6)), UpTo("onset", months(3))), None, "six weeks to three months back"),
        (all_of(AgeAtMost(5), not_(AgeAtMost(21))), NEVER, "five at most, and older than 21"),
        (all_of(Since("end", months(7)), Tried("start", "end", weeks(6), months(6))), NEVER, "ended too long ago"),
        (all_of(Since("end", months(5)), Tried("start", "end", weeks(6), months(6))), None, "ended in time"),
        (all_of(Ongoing("start", "end"), not_(Since("start", weeks(6)))), None, "has just begun"),
    ],
)
def test_a_criterion_can_be_met_and_can_fail_or_says_why_not(criterion, says, why):
    assert refute_deciding(criterion) == says, why


@pytest.mark.parametrize(
    ("criterion", "met", "failed"),
    [
        (Documented("pain"), ["pain"], ["not pain"]),
        (all_of("pain", not_("cancer")), [], ["not pain", "cancer"]),
        (any_of("pain", all_of("fever", "chills")), ["pain"], []),
        (all_of(any_of("pain", "unstable"), any_of("fever", "unstable")), ["unstable"], []),
        (all_of("pain", Above("angle", 30)), [], ["not pain", "not angle above 30"]),
        (
            all_of("pain", AgeAtMost(21), any_of("fever", AgeAtMost(5))),
            [],
            ["not pain", "not age 21 or younger (birth_date)"],
        ),
        (any_of("pain", Since("onset", weeks(6))), ["pain", "at least 6 weeks since onset"], []),
    ],
    ids=str,
)
def test_what_decides_alone_is_named_in_the_order_of_the_criterion(criterion, met, failed):
    assert decided_alone(criterion, truth=True) == met
    assert decided_alone(criterion, truth=False) == failed
