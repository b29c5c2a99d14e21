"""The fewest and the most studies that keep a schedule in a number of years."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from spine_vigil.scheduler.patient.windows import next_window
from spine_vigil.scheduler.proofs.subjects import INDEX_DATES, reference_on
from spine_vigil.scheduler.rules.dates import Duration, add, years
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import PhaseKind, Schedule
from spine_vigil.scheduler.values import Frozen

YEARS = (1, 2, 5, 10)
"""The numbers of years, from the index date, in which studies are counted."""

_STRICT = GracePolicy(0)
_ONE = timedelta(days=1)


class Counts(Frozen):
    """The studies that keep a schedule from the index date to the end of a year.

    `fewest` has its study in every window that closes by then, `most` as many as lie in their windows (None: no limit,
    since no study is too early).
    """

    fewest: int
    most: int | None


def counts(schedule: Schedule) -> tuple[Counts, ...] | None:
    """Return the fewest and the most studies for each of YEARS, over INDEX_DATES; None where nothing has a window.

    Windows are kept without grace, and conditions are taken to be met. What a clause allows besides does not count.
    """
    if not schedule.timed_phases:
        return None
    found = [_counts_from(schedule, index) for index in INDEX_DATES]
    return tuple(
        Counts(
            min(each.fewest for each in of_year),
            None if None in (most := [each.most for each in of_year]) else max(filter(None, most), default=0),
        )
        for of_year in zip(*found, strict=True)
    )


def _counts_from(schedule: Schedule, index: date) -> list[Counts]:
    """Return the counts for each of YEARS from one index date.

    Study by study, `days` are the days on which the last one can have been done. In a schedule whose intervals never
    get shorter an earlier study is followed by earlier windows, so that the first and the last of these days decide.
    """
    ends = [add(index, years(count)) for count in YEARS]
    fewest: dict[date, int] = {}
    most: dict[date, int | None] = {}
    days: set[date | None] = {None}
    is_steady = _never_gets_shorter(schedule)
    window_after = cache(lambda day: next_window(schedule, index, reference_on(day), _STRICT))
    number = 0
    while days and (len(fewest) < len(ends) or len(most) < len(ends)):
        following: set[date] = set()
        for day in days:
            window = window_after(day)
            for end in ends:
                if window is None or window.closes > end:
                    fewest.setdefault(end, number)
            if window is None:
                continue
            first = window.opens if day is None else max(window.opens, day + _ONE)
            if first > window.opens:  # no study is too early: there can be one on every day
                most = dict.fromkeys([end for end in ends if end > first]) | most
            following.update(first + timedelta(days=more) for more in range((window.closes - first).days + 1))
        for end in ends:
            if min(following, default=date.max) > end:
                most.setdefault(end, number)
        days = {min(following), max(following)} if is_steady and following else {*following}
        number += 1
    return [Counts(fewest.get(end, number), most[end]) for end in ends]


def _never_gets_shorter(schedule: Schedule) -> bool:
    """Return whether one-time windows come before intervals, and no interval is shorter than the one before it."""
    for before, after in pairwise(schedule.timed_phases):
        if after.kind is PhaseKind.ONCE and before.kind is PhaseKind.EVERY:
            return False
        if before.kind is PhaseKind.EVERY and not all(
            first and second and _is_as_long(second, first)
            for first, second in ((before.low, after.low), (before.high, after.high))
        ):
            return False
    return True


def _is_as_long(duration: Duration, other: Duration) -> bool:
    """Return whether a duration is at least as long as another, whatever the lengths of the months between."""
    if not duration.days and not other.days:
        return duration.months >= other.months
    return duration.days + 28 * duration.months >= other.days + 31 * other.months
