"""The next window of every case, from its index date and its reference date (whole cohorts)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, Flags, Ints
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.rule_tables import EVERY, NO_WINDOW, ONCE, RuleTables


@dataclass(frozen=True, slots=True)
class Studies:
    """The earlier imaging from which the interval of each row counts (rules 4); NO_DAY where there is none.

    `day` is the date of its round, from which the next window opens, `own` that of the study itself, from which it
    closes. Without rounds both are one array.
    """

    day: Ints
    own: Ints

    def take(self, at: NDArray[np.intp]) -> Studies:
        """Return the imaging of some of the rows."""
        day = self.day.take(at)
        return Studies(day, day if self.own is self.day else self.own.take(at))

    def with_own(self, at: NDArray[np.intp], studies: Studies) -> Studies:
        """Return the imaging with that of some rows replaced."""
        day, own = self.day.copy(), self.own.copy()
        day[at], own[at] = studies.day, studies.own
        return Studies(day, day if (day == own).all() else own)


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows in which the next studies are due, one for each row; days are day numbers.

    `opens` is NEVER where there is no window, and the other columns are then undefined. `slot` is that of the phase
    which gives the window, `grace` its days of grace; `is_blended` says whether the next phase moved a bound.
    `timed_end` is the last day of the timed phases.
    """

    opens: Ints
    closes: Ints
    counted_from: Ints
    slot: Ints
    grace: Ints
    is_blended: Flags
    timed_end: Ints

    @property
    def exists(self) -> Flags:
        """Whether there is a window."""
        exists: Flags = self.opens != NEVER
        return exists


def starts_of(schedule: Ints, index: Ints, tables: RuleTables, days: DayTable) -> Ints:
    """Return the first day of each row's schedule; undefined where there is no index day."""
    return days.after(tables.offsets("start", days).take(schedule * tables.width), within(days, index))


def next_windows(schedule: Ints, index: Ints, studies: Studies, tables: RuleTables, days: DayTable) -> Windows:
    """Return the window in which the next study of each row's schedule is due (rules 5).

    `studies` are the earlier ones that count, `index` is the index day, or NO_DAY.
    """
    reference = studies.day
    low, high, start = (tables.offsets(name, days) for name in ("low", "high", "start"))
    own_index = within(days, index)
    slot = slot_at(schedule, reference, own_index, tables, days)
    kind = tables.kind.take(slot)
    is_once, is_every = kind == ONCE, kind == EVERY
    first = np.where(reference != NO_DAY, reference, own_index)
    # Without rounds both are one array.
    last = first if studies.own is reference else np.where(reference != NO_DAY, studies.own, own_index)
    opens = days.after(low.take(slot), np.where(is_once, own_index, first))
    closes = days.after(high.take(slot), np.where(is_once, own_index, last))
    counts_from_index, is_blended = ~is_every, np.zeros(len(slot), np.bool_)
    ends = np.zeros(len(slot), np.bool_)

    # The next phase matters to a window that reaches it, and after a one-time window that is satisfied: to few rows.
    satisfied = is_once & (reference >= opens - tables.slot_grace.take(slot))
    boundary = days.after(start.take(slot + 1), own_index)
    near = (satisfied | (is_every & (closes >= boundary))).nonzero()[0]
    if len(near):
        next_slot, is_after, of, at = slot[near] + 1, satisfied[near], boundary[near], own_index[near]
        next_kind = tables.kind.take(next_slot)
        next_is_once, next_is_every = next_kind == ONCE, next_kind == EVERY
        next_low = days.after(low.take(next_slot), np.where(next_is_once, at, first[near]))
        next_high = days.after(high.take(next_slot), np.where(next_is_once, at, last[near]))
        own_low, own_high = opens[near], closes[near]
        after_once, blends = is_after & next_is_every, ~is_after & next_is_every
        opens[near] = np.select(
            [after_once, is_after, blends],
            [np.maximum(of, next_low), next_low, np.minimum(own_low, np.maximum(of, next_low))],
            own_low,
        )
        closes[near] = np.select(
            [after_once, is_after, blends],
            [np.maximum(of, next_high), next_high, np.maximum(own_high, next_high)],
            own_high,
        )
        counts_from_index[near] &= ~after_once
        ends[near] = is_after & (next_kind == NO_WINDOW)
        is_blended[near] = blends & ((opens[near] != own_low) | (closes[near] != own_high))

    timed_end = days.after(tables.offsets("timed_end", days).take(schedule), own_index)
    has_none = (index == NO_DAY) | (kind == NO_WINDOW) | ends | (timed_end < opens)
    slot = slot + satisfied
    return Windows(
        opens=np.where(has_none, np.int32(NEVER), opens),
        closes=closes,
        counted_from=np.where(counts_from_index, own_index, first),
        slot=slot,
        grace=tables.slot_grace.take(slot),
        is_blended=is_blended,
        timed_end=timed_end,
    )


def last_days(schedule: Ints, windows: Windows, tables: RuleTables, days: DayTable) -> Ints:
    """Return the last day that each row's window decides (NEVER: no end).

    A missed one-time window stays due for its `late` after it closes, or after the last one-time window of the schedule
    does.
    """
    last: Ints = np.maximum(windows.timed_end, windows.closes + windows.grace)
    late = tables.stays_due.take(windows.slot).nonzero()[0]
    closes, end = windows.closes[late], windows.timed_end[late]
    closes = np.where(tables.ends_with_once.take(schedule[late]), np.maximum(closes, end), closes)
    for_how_long = tables.offsets("late", days).take(windows.slot[late])
    last[late] = np.maximum(last[late], days.after(for_how_long, closes))
    return last


def slot_at(schedule: Ints, day: Ints, index: Ints, tables: RuleTables, days: DayTable) -> Ints:
    """Return the slot of the phase that contains `day`; of the first phase where `day` is NO_DAY.

    A day before the first phase counts to it, a day after the last one to the padding behind it. Every row has an
    index day.
    """
    start = tables.offsets("start", days)
    slot: Ints = schedule * tables.width
    # Most rows have no earlier study yet and need no lookup.
    dated = (day != NO_DAY).nonzero()[0]
    day, index, first = day[dated], index[dated], slot[dated]
    passed = np.zeros_like(first)
    for phase in range(1, tables.width - 1):
        next_start = first + phase
        passed += day >= days.after(start.take(next_start), index) + tables.keeps_start.take(next_start)
    slot[dated] += passed
    return slot


def within(days: DayTable, day: Ints) -> Ints:
    """Return days that a DayTable can look up: NO_DAY becomes a valid day, whose result is undefined."""
    return np.where(day == NO_DAY, np.int32(days.low), day)
