"""Stretches of days over which a schedule counts from one index date, and how long they are followed."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE, Ints, without_none
from spine_vigil.scheduler.cohort.deciding.index_dates import index_dates
from spine_vigil.scheduler.cohort.deciding.windows import starts_of
from spine_vigil.scheduler.cohort.due.courses import DuePatients
from spine_vigil.scheduler.cohort.history.known import CourseDates
from spine_vigil.scheduler.cohort.history.rows import is_first_of_run
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.rules.facts import IndexKind

ENDS = ("died", "follow_up_ended", "progressed", "stopped", "restarted", "not_due_yet")
"""What ends the time in which windows are counted; of several on one day the first is named."""


def stretches(
    patients: DuePatients, cases: pl.DataFrame, tables: RuleTables, days: DayTable, last: int
) -> pl.DataFrame:
    """Return the stretches of cases up to the day `last`, in order; a case without an index date has none.

    The columns are those of `cases`, `index`, `starts` (the first day on which a study counts), a day for each of ENDS
    (the last day before it ends the stretch, NEVER where nothing does) and `followed` (the last day followed).
    """
    schedule = cases["schedule"].to_numpy()
    group = patients.known.courses.groups(*(without_none(cases[name], NOWHERE) for name in ("number", "protocol")))
    at, day = _days_of_change(patients.known.courses, group, days, last)
    index = _index_on(patients, cases, group, at, day, tables, days)
    is_new = (is_first_of_run(at) | (index != np.roll(index, 1))) & (index != NO_DAY)
    at, day, index = at[is_new], day[is_new], index[is_new]
    is_last = np.append(at[1:] != at[:-1], True)[: len(at)]
    until = np.where(is_last, np.int32(NEVER), np.append(day[1:], NEVER)[: len(at)] - 1)
    schedule, group = schedule[at], group[at]
    progressed, stopped = _stops(patients.known.courses, schedule, group, index, tables)
    found: pl.DataFrame = cases[at].with_columns(
        index=pl.Series(index),
        starts=pl.Series(starts_of(schedule, index, tables, days)),
        died=pl.col("death_date").fill_null(NEVER),
        follow_up_ended=pl.col("follow_up_end_date").fill_null(NEVER),
        progressed=pl.Series(progressed),
        stopped=pl.Series(stopped),
        restarted=pl.Series(until.astype(np.int32)),
        not_due_yet=pl.lit(last, dtype=pl.Int32),
    )
    return found.with_columns(followed=pl.min_horizontal(ENDS))


def _days_of_change(
    courses: CourseDates, group: NDArray[np.int64], days: DayTable, last: int
) -> tuple[NDArray[np.intp], Ints]:
    """Return the place of each case for the first of all days and for each day on which its index may change."""
    groups, change = courses.days()
    first, behind = (np.searchsorted(groups, group, side=side) for side in ("left", "right"))
    # One date is the index date from the first day on.
    count = np.where((group != NOWHERE) & (behind - first > 1), behind - first, 0)
    at = np.repeat(np.arange(len(group)), count + 1)
    place = np.arange(len(at)) - np.repeat(np.cumsum(count + 1) - (count + 1), count + 1)
    day = np.full(len(at), np.int32(days.low))
    later = place > 0
    day[later] = change[first[at[later]] + place[later] - 1]
    is_seen = day <= last
    return at[is_seen], day[is_seen]


def _index_on(
    patients: DuePatients,
    cases: pl.DataFrame,
    group: NDArray[np.int64],
    at: NDArray[np.intp],
    day: Ints,
    tables: RuleTables,
    days: DayTable,
) -> Ints:
    """Return the index date of cases (by place) on days; NO_DAY for none. A date before the birth does not count."""
    number = without_none(cases["number"], NOWHERE)[at]
    birth = patients.known.birth[number]
    given = {kind: patients.known.courses.on(kind, group[at], day) for kind in IndexKind}
    dates = {kind: np.where((d != NO_DAY) & (d < birth), np.int32(NO_DAY), d) for kind, d in given.items()}
    index, _ = index_dates(cases["schedule"].to_numpy()[at], dates, day, tables, days)
    return index


def _stops(
    courses: CourseDates, schedule: Ints, group: NDArray[np.int64], index: Ints, tables: RuleTables
) -> tuple[Ints, Ints]:
    """Return the first progression, and the first other event, after the index date that stop each schedule."""
    never = np.full(len(schedule), np.int32(NEVER))
    progressed, stopped = never, never.copy()
    for kind in IndexKind:
        stops = np.array([kind in s.stops_at for s in tables.schedules], dtype=np.bool_)
        if not stops.any():
            continue
        day = courses.first_after(kind, group, index)
        day = np.where(stops.take(schedule) & (day != NO_DAY), day, np.int32(NEVER))
        if kind is IndexKind.PROGRESSION:
            progressed = day
        else:
            stopped = np.minimum(stopped, day)
    return progressed, stopped
