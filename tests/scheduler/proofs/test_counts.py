"""The fewest and the most studies that keep a schedule, against numbers by hand and against every way to keep it."""

from datetime import date, timedelta
from functools import cache

import pytest
from support.sound_edition import CHEST

from spine_vigil.scheduler.editions.vocabulary import (
    Plan,
    as_,
    at_least_every,
    days,
    every,
    months,
    once,
    unspecified,
    weeks,
    years,
)
from spine_vigil.scheduler.patient.windows import Reference, next_window
from spine_vigil.scheduler.proofs.counts import YEARS, _counts_from, counts
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import replace


def with_phases(*phases):
    return replace(CHEST, plan=Plan(phases=phases), others=())


BY_HAND = [
    # phases, (fewest, most) in 1, 2, 5 and 10 years, why
    ((every(months(3)),), [(4, 4), (8, 8), (20, 20), (40, 40)], "one way to keep it; the last day counts"),
    ((every(months(12), months(36)),), [(0, 1), (0, 2), (1, 5), (3, 10)], "every third year, or every year"),
    (
        (every(weeks(3), weeks(5), until=weeks(12)),),
        [(2, 4)] * 4,
        "in weeks 5 and 10, or 3, 6, 9 and 12",
    ),
    (
        (every(months(6), until=years(5)), every(years(1))),
        [(2, 2), (4, 4), (9, 10), (14, 15)],
        "the window of the last half-year is open for a year, and then the years count from it",
    ),
    ((at_least_every(months(12)),), [(1, None), (2, None), (5, None), (10, None)], "no study is too early"),
    (
        (every(months(3), until=years(2)), unspecified()),
        [(4, 4), (8, 8), (8, 8), (8, 8)],
        "nothing has a window any more",
    ),
    ((once(days(-2), days(0)),), [(1, 1)] * 4, "before the index date"),
    ((once(months(18), months(30)),), [(0, 0), (0, 1), (1, 1), (1, 1)], "in the second or the third year"),
]


@pytest.mark.parametrize(("phases", "expected", "why"), BY_HAND)
def test_the_counts_are_those_worked_out_by_hand(phases, expected, why):
    assert [(found.fewest, found.most) for found in counts(with_phases(*phases))] == expected, why


def test_a_schedule_without_windows_has_no_counts():
    assert counts(with_phases(as_("pain"))) is None


def test_a_schedule_that_nobody_can_keep_is_counted_up_to_its_first_window():
    """From 31 August on three months end on 30 November, which are 91 days; from 29 February on they are 90."""
    assert [(c.fewest, c.most) for c in _counts_from(with_phases(every(months(3), days(90))), date(2023, 8, 31))] == [
        (1, 0)
    ] * 4


KEPT = [
    (every(months(6), months(12), until=years(2)), every(months(3))),
    (every(months(2), months(5), until=years(1)), every(months(1), months(2), until=years(3))),
    (every(months(4), months(7), until=years(2)), once(months(30), months(36))),
    (once(months(3), months(12)), every(months(12), months(24), until=years(10))),
    (every(weeks(12), until=years(1)), every(months(6))),
    (every(weeks(12), months(12)),),
    (every(months(2), months(3), until=years(1)), every(months(2), months(6), until=years(2)), every(months(4))),
    (once(weeks(3), weeks(6)), once(months(6), months(9)), every(months(8), months(14), until=years(4))),
]


@pytest.mark.parametrize("phases", KEPT, ids=lambda phases: "; ".join(map(str, phases)))
@pytest.mark.parametrize("index", [date(2023, 8, 31), date(2024, 2, 29)], ids=str)
def test_the_counts_are_those_of_every_way_to_keep_the_schedule(phases, index):
    schedule = with_phases(*phases)
    found = [(each.fewest, each.most) for each in _counts_from(schedule, index)]
    assert found == [every_way(schedule, index, add(index, years(number))) for number in YEARS]


def every_way(schedule, index, end):
    """Return the fewest and the most studies by going through every day of every window."""

    @cache
    def after(day):
        reference = None if day is None else Reference(day, day)
        window = next_window(schedule, index, reference, GracePolicy(0))
        if window is None:
            return 0, 0
        within = [
            after(chosen)
            for more in range((min(window.closes, end) - window.opens).days + 1)
            if (chosen := window.opens + timedelta(days=more)) != day
        ]
        fewest = 0 if window.closes > end else 1 + min(few for few, _ in within)
        return fewest, max((1 + many for _, many in within), default=0)

    return after(None)
