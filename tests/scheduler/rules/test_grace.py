"""The default grace of each interval, and a grace that is set."""

from contextlib import nullcontext

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.dates import days, months, weeks, years
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import at_least_every, every, once

DEFAULTS = [
    # phase, days, why
    (every(weeks(3), weeks(5)), 7, "21 / 10 = 2: at least 7"),
    (every(weeks(8), weeks(12)), 7, "56 / 10 = 5: at least 7"),
    (every(months(2), months(3)), 7, "60 / 10 = 6: at least 7"),
    (every(days(79)), 7, "79 / 10 rounded down"),
    (every(days(80)), 8, "80 / 10"),
    (every(weeks(12), months(12)), 8, "84 / 10 = 8.4, rounded down"),
    (every(months(3)), 9, "90 / 10"),
    (every(months(3), months(12)), 9, "the minimum counts, not the maximum"),
    (every(months(4)), 12, "120 / 10"),
    (every(months(6), months(12)), 18, "180 / 10"),
    (every(weeks(42)), 29, "294 / 10"),
    (every(months(10)), 30, "300 / 10, the most"),
    (every(months(12)), 30, "360 / 10 = 36: at most 30"),
    (every(years(1), years(3)), 30, "a year is 12 months"),
    (every(months(36), months(60)), 30, "at most 30"),
    (at_least_every(months(6)), 18, "no minimum: the maximum counts"),
    (at_least_every(months(12)), 30, "no minimum: the maximum counts"),
    (once(months(3), months(12)), 7, "a one-time window has a week"),
    (once(weeks(3), weeks(5)), 7, "also in weeks"),
    (once(days(0), months(1)), 7, "also from the day itself"),
    (once(months(6), months(6)), 18, "from and to one date: that of an interval of the same length"),
    (once(months(12), months(12)), 30, "also at a year"),
    (once(months(1), months(1)), 7, "at least 7"),
    (once(weeks(4), months(1)), 7, "two dates, however close, are a window"),
    (once(days(0), days(2)), 0, "a window in days has none"),
    (once(days(90), days(90)), 0, "also where it is one day"),
    (once(days(-2), days(0)), 0, "nor one that ends on the day itself"),
]


@pytest.mark.parametrize(("phase", "grace", "why"), DEFAULTS, ids=str)
def test_the_default_grace_is_a_tenth_of_the_interval(phase, grace, why):
    assert GracePolicy().of(phase) == grace, why


@pytest.mark.parametrize(("set_days", "is_one"), [(-1, False), (0, True), (36_500, True), (36_501, False)])
def test_a_grace_is_none_at_least_and_a_hundred_years_at_most(set_days, is_one):
    with nullcontext() if is_one else pytest.raises(RuleError, match="grace"):
        assert GracePolicy(set_days).days == set_days


@pytest.mark.parametrize("set_days", [0, 3, 45])
def test_a_grace_that_is_set_holds_for_every_window_but_those_in_days(set_days):
    policy = GracePolicy(set_days)
    assert policy.of(every(months(3))) == set_days
    assert policy.of(at_least_every(months(6))) == set_days
    assert policy.of(once(weeks(3), weeks(5))) == set_days
    assert policy.of(once(days(-2), days(0))) == 0
    assert policy.of(once(days(0), days(2))) == 0


def test_a_negative_grace_is_refused():
    with pytest.raises(RuleError, match="grace cannot be negative, got -1 days"):
        GracePolicy(-1)


def test_the_edition_has_no_grace_outside_0_to_30_days():
    found = {GracePolicy().of(p) for _, schedule in CURRENT.schedules() for p in schedule.timed_phases}
    assert found == {0, 7, 8, 9, 12, 18, 30}
