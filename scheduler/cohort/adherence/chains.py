"""The windows that a schedule had, one after the other, each from the imaging that satisfied the one before."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.adherence.imaging import Imaging
from spine_vigil.scheduler.cohort.arrays import NO_DAY, Ints
from spine_vigil.scheduler.cohort.deciding.windows import Studies, Windows, last_days, next_windows, within
from spine_vigil.scheduler.cohort.history.rows import with_day
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.rule_tables import ONCE, RuleTables

TIMELY, LATE, MISSED = 0, 1, 2
"""What became of a window by the studies that are known."""


@dataclass(frozen=True, slots=True)
class Chains:
    """Windows of stretches, ordered by stretch and opening.

    `stretch` is the place of the stretch. `done` is one of TIMELY, LATE and MISSED; `study` is the day on which the
    imaging that satisfies the window was complete (of a missed window that of the next imaging, NO_DAY for none),
    `before` the own date of the latest imaging that satisfied a window before (NO_DAY for none). `late_until` is the
    last day on which a study would have been late rather than missed. `timed_end` is the last day of the timed phases.
    """

    stretch: NDArray[np.int64]
    opens: Ints
    closes: Ints
    grace: Ints
    timed_end: Ints
    done: Ints
    study: Ints
    before: Ints
    late_until: Ints

    def __len__(self) -> int:
        return len(self.stretch)


def chains(schedule: Ints, index: Ints, followed: Ints, imaging: Imaging, tables: RuleTables, days: DayTable) -> Chains:
    """Return the windows of each stretch that open on or before the last day on which it is followed.

    A window is satisfied by the first imaging after that of the window before whose reference date is
    `opens - grace` or later. Where it comes too late, the next window counts from the day on which this one closed.
    """
    steps: list[Chains] = []
    stretch = np.arange(len(schedule))
    ends = np.searchsorted(imaging.stretch, stretch, side="right")
    key = with_day(imaging.stretch, imaging.reference)
    position = np.searchsorted(imaging.stretch, stretch)
    before = np.full(len(stretch), np.int32(NO_DAY))
    nothing = Studies(before, before)
    windows = next_windows(schedule, index, nothing, tables, days)
    while True:
        goes_on = (windows.exists & (windows.opens <= followed[stretch])).nonzero()[0]
        if not len(goes_on):
            break
        stretch, position, before = stretch[goes_on], position[goes_on], before[goes_on]
        windows = _some(windows, goes_on)
        of, at = schedule[stretch], index[stretch]
        first = np.searchsorted(key, with_day(stretch, windows.opens - windows.grace))
        first = np.maximum(first, position)
        is_found = first < ends[stretch]
        study = np.full(len(stretch), np.int32(NO_DAY))
        study[is_found] = imaging.complete[first[is_found]]
        is_timely = is_found & (study <= windows.closes + windows.grace)
        missed = _after_miss(of, at, windows, tables, days)
        late_until = np.where(missed.exists, missed.opens - 1, last_days(of, windows, tables, days))
        is_late = is_found & ~is_timely & (study <= late_until)
        is_done = is_timely | is_late
        steps.append(
            Chains(
                stretch,
                windows.opens,
                windows.closes,
                windows.grace,
                windows.timed_end,
                np.where(is_timely, np.int32(TIMELY), np.where(is_late, np.int32(LATE), np.int32(MISSED))),
                study,
                before,
                late_until.astype(np.int32),
            )
        )
        satisfied = is_done.nonzero()[0]
        windows = missed
        if len(satisfied):
            by = first[satisfied]
            studies = Studies(imaging.reference[by], imaging.own[by])
            following = next_windows(of[satisfied], at[satisfied], studies, tables, days)
            windows = _with_some(windows, satisfied, following)
            position = position.copy()
            position[satisfied] = by + 1
            before = before.copy()
            before[satisfied] = imaging.own[by]
    return _in_order(steps)


@dataclass(frozen=True, slots=True)
class Unsatisfied:
    """The windows of stretches without any study, in no order; the columns are those of Chains."""

    stretch: NDArray[np.int64]
    opens: Ints
    closes: Ints
    timed_end: Ints


def unsatisfied(schedule: Ints, index: Ints, followed: Ints, tables: RuleTables, days: DayTable) -> Unsatisfied:
    """Return the windows of each stretch where every next one counts from the day on which the one before closed.

    A study on the last day of every window leads to the same windows.
    """
    stretch = np.arange(len(schedule))
    nothing = np.full(len(stretch), np.int32(NO_DAY))
    windows = next_windows(schedule, index, Studies(nothing, nothing), tables, days)
    steps: list[Unsatisfied] = []
    while True:
        goes_on = (windows.exists & (windows.opens <= followed[stretch])).nonzero()[0]
        stretch, windows = stretch[goes_on], _some(windows, goes_on)
        steps.append(Unsatisfied(stretch, windows.opens, windows.closes, windows.timed_end))
        if not len(goes_on):
            names = (column.name for column in fields(Unsatisfied))
            return Unsatisfied(*(np.concatenate([getattr(step, name) for step in steps]) for name in names))
        windows = _after_miss(schedule[stretch], index[stretch], windows, tables, days)


def _after_miss(schedule: Ints, index: Ints, missed: Windows, tables: RuleTables, days: DayTable) -> Windows:
    """Return the windows that count from the day on which missed ones closed.

    The study would have satisfied a one-time window alone, so that a next one-time window follows, however near.
    """
    closed = missed.closes.astype(np.int32)
    windows = next_windows(schedule, index, Studies(closed, closed), tables, days)
    slot = missed.slot + 1
    both_once = ((tables.kind.take(missed.slot) == ONCE) & (tables.kind.take(slot) == ONCE)).nonzero()[0]
    if not len(both_once):
        return windows
    slot, own_index = slot[both_once], within(days, index[both_once])
    own = Windows(
        opens=days.after(tables.offsets("low", days).take(slot), own_index),
        closes=days.after(tables.offsets("high", days).take(slot), own_index),
        counted_from=own_index,
        slot=slot,
        grace=tables.slot_grace.take(slot),
        is_blended=np.zeros(len(slot), np.bool_),
        timed_end=windows.timed_end[both_once],
    )
    return _with_some(windows, both_once, own)


def _some(windows: Windows, at: NDArray[np.intp]) -> Windows:
    return Windows(**{column.name: getattr(windows, column.name)[at] for column in fields(Windows)})


def _with_some(windows: Windows, at: NDArray[np.intp], others: Windows) -> Windows:
    """Return windows of which some are replaced."""
    columns: dict[str, Any] = {}
    for column in fields(Windows):
        values = getattr(windows, column.name).copy()
        values[at] = getattr(others, column.name)
        columns[column.name] = values
    return Windows(**columns)


def _in_order(steps: list[Chains]) -> Chains:
    names = [column.name for column in fields(Chains)]
    if not steps:
        none = np.empty(0, np.int32)
        return Chains(np.empty(0, np.int64), *(none for _ in names[1:]))
    whole = {name: np.concatenate([getattr(step, name) for step in steps]) for name in names}
    # Every step holds the next window of each stretch, in the order of these.
    order = np.argsort(whole["stretch"], kind="stable")
    return Chains(**{name: values[order] for name, values in whole.items()})
