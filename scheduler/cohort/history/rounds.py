"""Rounds of imaging: studies of different modalities, less than 21 days apart, under one schedule (LOGIC 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import Ints

DAYS_OF_A_ROUND = 20
"""The most days between an earlier study of a round and a later one."""

ANY_STATUS, PERFORMED_ALONE, OF_THE_REQUEST = 0, 1, 2
"""The kinds of entries in Rounds."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """Candidates for the reference of rows under schedules whose modalities complement each other.

    One or more entries for each row (its index, `at`), schedule, shared region and kind, ordered by these. `course` is
    the index of the schedule's course in the row's context, `region` the number of the region. Of kind ANY_STATUS and
    PERFORMED_ALONE: `day` is the own date of the latest earlier study that is no part of the request's round, NO_DAY
    where the region has none; several entries are studies of different modality on one day. Of kind OF_THE_REQUEST:
    `day` is the row's own date. In `mask` bit b is set where a performed study of another modality lies b + 1 days
    before `day`; a schedule's start, which cuts a round short, is not considered.
    """

    at: NDArray[np.uint32]
    course: NDArray[np.uint16]
    schedule: Ints
    region: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    day: Ints
    mask: Ints

    def __len__(self) -> int:
        return len(self.at)

    def take(self, at: NDArray[np.int64] | slice) -> Rounds:
        """Return some of the entries."""
        return Rounds(*(getattr(self, column.name)[at] for column in fields(self)))

    def counted_from(self, start: int) -> Rounds:
        """Return the entries with `at` counted from `start`."""
        return replace(self, at=self.at - np.uint32(start))


def no_rounds() -> Rounds:
    """Return no entries."""
    small = (np.uint32, np.uint16, np.int32, np.uint8, np.uint8, np.int32, np.int32)
    return Rounds(*(np.empty(0, dtype) for dtype in small))


def all_rounds(parts: Sequence[Rounds]) -> Rounds:
    """Concatenate rounds, ordered by row; the entries of a row keep their order."""
    columns = (np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Rounds))
    rounds = Rounds(*columns)
    return rounds.take(np.argsort(rounds.at, kind="stable"))
