"""The next window of every case, from its index date and its reference date (whole cohorts)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, Flags, Ints
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.rule_tables import EVERY, NO_WINDOW, ONCE, RuleTables
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.schedules import LATE


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


def index_dates(schedule: Ints, dates: Mapping[IndexKind, Ints], tables: RuleTables) -> tuple[Ints, Ints]:
    """Return the first of each schedule's index dates that its row has, and its kind (an index into IndexKind).

    NO_DAY and NOWHERE where the row has none of them. `dates` are the rows' dates of every kind, or NO_DAY.
    """
    given = tables.index_list.take(schedule) << len(tables.index_kinds)
    for bit, kind in enumerate(tables.index_kinds):
        given += (dates[kind] != NO_DAY).astype(np.int32) << bit
    index_kind: Ints = tables.first_index_kind.take(given)
    index: Ints = np.full_like(index_kind, NO_DAY)
    for kind in tables.index_kinds:
        np.copyto(index, dates[kind], where=index_kind == tuple(IndexKind).index(kind))
    return index, index_kind


def starts_of(schedule: Ints, index: Ints, tables: RuleTables, days: DayTable) -> Ints:
    """Return the first day of each row's schedule; undefined where there is no index day."""
    return days.after(tables.offsets("start", days).take(schedule * tables.width), within(days, index))


def next_windows(schedule: Ints, index: Ints, reference: Ints, tables: RuleTables, days: DayTable) -> Windows:
    """Return the window in which the next study of each row's schedule is due.

    `reference` is the day of the study that counts, NO_DAY where none does; `index` the index day, or NO_DAY.
    """
    low, high, start = (tables.offsets(name, days) for name in ("low", "high", "start"))
    own_index = within(days, index)
    slot = slot_at(schedule, reference, own_index, tables, days)
    next_slot = slot + 1
    kind, next_kind = tables.kind.take(slot), tables.kind.take(next_slot)
    is_once, is_every, next_is_every = kind == ONCE, kind == EVERY, next_kind == EVERY
    base = np.where(reference != NO_DAY, reference, own_index)
    own_base = np.where(is_once, own_index, base)
    next_base = np.where(next_kind == ONCE, own_index, base)
    boundary = days.after(start.take(next_slot), own_index)
    own_low, own_high = days.after(low.take(slot), own_base), days.after(high.take(slot), own_base)
    next_low, next_high = days.after(low.take(next_slot), next_base), days.after(high.take(next_slot), next_base)

    satisfied = is_once & (reference >= own_low - tables.slot_grace.take(slot))
    blends = is_every & next_is_every
    after_once = satisfied & next_is_every
    next_opens = np.maximum(boundary, next_low)
    opens = np.where(blends, np.minimum(own_low, next_opens), own_low)
    opens = np.where(satisfied, np.where(after_once, next_opens, next_low), opens)
    closes = np.where(blends & (own_high >= boundary), np.maximum(own_high, next_high), own_high)
    closes = np.where(satisfied, np.where(after_once, np.maximum(boundary, next_high), next_high), closes)

    timed_end = days.after(tables.offsets("timed_end", days).take(schedule), own_index)
    has_none = (index == NO_DAY) | (kind == NO_WINDOW) | (satisfied & (next_kind == NO_WINDOW)) | (timed_end < opens)
    slot = slot + satisfied
    return Windows(
        opens=np.where(has_none, np.int32(NEVER), opens),
        closes=closes,
        counted_from=np.where(is_every | after_once, base, own_index),
        slot=slot,
        grace=tables.slot_grace.take(slot),
        is_blended=blends & ((opens != own_low) | (closes != own_high)),
        timed_end=timed_end,
    )


def last_days(windows: Windows, tables: RuleTables, days: DayTable) -> Ints:
    """Return the last day that each window decides (NEVER: no end)."""
    last: Ints = np.maximum(windows.timed_end, windows.closes + windows.grace)
    late = tables.stays_due.take(windows.slot).nonzero()[0]
    last[late] = np.maximum(last[late], days.after(days.offset[LATE], windows.closes[late]))
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
