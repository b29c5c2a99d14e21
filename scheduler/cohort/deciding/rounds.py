"""The references of cases whose schedules take several modalities as one round of imaging (whole cohorts; LOGIC 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NO_DAY, Ints
from spine_vigil.scheduler.cohort.deciding.windows import Studies
from spine_vigil.scheduler.cohort.history.rounds import ANY_STATUS, OF_THE_REQUEST, PERFORMED_ALONE, Rounds
from spine_vigil.scheduler.cohort.history.rows import is_first_of_run

_ROOM = 64
"""More than the days of a round: the factor that packs its first day and a study's distance from it."""


@dataclass(frozen=True, slots=True)
class RoundDays:
    """The references of some cases, and the day on which the round of each request began."""

    reference: Studies
    performed: Studies
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

    def studies(kind: int) -> Studies:
        of_kind = (entries.kind & kind).nonzero()[0]
        owner, values = of_entry[of_kind], packed[of_kind]
        is_first = is_first_of_run(owner.astype(np.int64) * (1 << 8) + entries.region[of_kind])
        best = np.full(len(case), none)
        if len(of_kind):
            of_region = np.maximum.reduceat(values, is_first.nonzero()[0])
            owner = owner[is_first]
            first = is_first_of_run(owner).nonzero()[0]
            best[owner[first]] = np.minimum.reduceat(of_region, first)
        day = best // _ROOM
        return Studies(day.astype(np.int32), (day + best % _ROOM).astype(np.int32))

    own_round = (entries.kind & OF_THE_REQUEST).nonzero()[0]
    first_days = date.copy()
    np.minimum.at(first_days, of_entry[own_round], began[own_round].astype(np.int32))
    return RoundDays(studies(ANY_STATUS), studies(PERFORMED_ALONE), first_days)


def _keys(at: NDArray[np.uint32], course: NDArray[np.uint16], schedule: Ints) -> NDArray[np.int64]:
    return (at.astype(np.int64) << 32) | (course.astype(np.int64) << 16) | schedule
