"""The references of cases whose schedules take several modalities as one round of imaging (whole cohorts; rules 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, Ints
from spine_vigil.scheduler.cohort.deciding.windows import Studies
from spine_vigil.scheduler.cohort.history.rounds import ANY_STATUS, OF_THE_REQUEST, PERFORMED_ALONE, Rounds
from spine_vigil.scheduler.cohort.history.rows import is_first_of_run

_ROOM = 64
"""More than the days of a round: the factor that packs its first day and a study's distance from it."""


@dataclass(frozen=True, slots=True)
class RoundDays:
    """The references of some cases, the booking that each needs, and the day on which the round of the request began.

    `booked` is undefined where the performed studies alone give the same reference.
    """

    reference: Studies
    performed: Studies
    booked: Ints
    began: Ints


def round_days(
    rounds: Rounds, at: NDArray[np.uint32], course: NDArray[np.uint16], schedule: Ints, starts: Ints, date: Ints
) -> RoundDays:
    """Return what rounds give for cases: rows (`at`), each under a schedule of a course, ascending by the three.

    `starts` is the first day of each schedule, `date` that of each request. For each region the latest study counts
    with the date of its round, or the later of two rounds; of the regions the oldest decides.
    """
    case = _keys(at, course, schedule)
    wanted = _keys(rounds.at, rounds.course, rounds.schedule)
    of_entry = np.searchsorted(case, wanted)
    is_wanted = case[np.minimum(of_entry, len(case) - 1)] == wanted
    entries, of_entry = rounds.take(is_wanted.nonzero()[0]), of_entry[is_wanted]
    start = starts[of_entry]
    # Only the studies of a round from the schedule's start on count.
    in_reach = np.clip(entries.day - start, 0, 31)
    shown = entries.mask.astype(np.int64) & ((np.int64(1) << in_reach) - 1)
    back = np.frexp(shown.astype(np.float64))[1].astype(np.int64)
    began = entries.day - back
    counts = entries.day >= start
    none = np.int64(NO_DAY) * _ROOM
    packed = np.where(counts, began * _ROOM + back, none)

    # Every region has candidates of either kind; without a study it has one of no day, which comes before all others.
    of_region = is_first_of_run(of_entry.astype(np.int64) * (1 << 8) + entries.region).nonzero()[0]
    latest, sure = (
        np.maximum.reduceat(np.where(entries.kind & kind, packed, none), of_region)
        for kind in (ANY_STATUS, PERFORMED_ALONE)
    )
    owner = of_entry[of_region]
    of_case = is_first_of_run(owner).nonzero()[0]

    def oldest(of_regions: NDArray[np.int64]) -> NDArray[np.int64]:
        of_cases = np.full(len(case), none)
        of_cases[owner[of_case]] = np.minimum.reduceat(of_regions, of_case)
        return of_cases

    reference = oldest(latest)
    # The reference needs the bookings of regions that have waited longer without, and of the one that gives it.
    is_needed = (latest != sure) & ((latest == reference[owner]) | (sure < reference[owner]))
    booked = _studies(oldest(np.where(is_needed, latest, np.int64(NEVER) * _ROOM))).own
    own_round = (entries.kind & OF_THE_REQUEST).nonzero()[0]
    first_days = date.copy()
    np.minimum.at(first_days, of_entry[own_round], began[own_round].astype(np.int32))
    return RoundDays(_studies(reference), _studies(oldest(sure)), booked, first_days)


def _studies(packed: NDArray[np.int64]) -> Studies:
    day = packed // _ROOM
    return Studies(day.astype(np.int32), (day + packed % _ROOM).astype(np.int32))


def _keys(at: NDArray[np.uint32], course: NDArray[np.uint16], schedule: Ints) -> NDArray[np.int64]:
    return (at.astype(np.int64) << 32) | (course.astype(np.int64) << 16) | schedule
