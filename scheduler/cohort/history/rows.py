"""What is kept of every judged row until all rows of the cohort are known: a few whole numbers, without nulls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.records.fields import STATUSES
from spine_vigil.scheduler.records.patients import Status

HISTORY = {
    "patient": pl.UInt64,
    "patient_check": pl.UInt32,
    "context": pl.UInt32,
    "date": pl.Int32,
    "part": pl.UInt8,
}
"""The columns of the judged rows of a block; see History."""

PERFORMED, BOOKED, ADD_ON = 1, 2, 4
"""What a row can serve as: a study that counts, one that may yet be, and none of its own; 0 is a mere request."""

DAY_BITS = 21
"""Room for a day in a packed key."""

DAY_ZERO = 1 << DAY_BITS - 1
"""Days are shifted by it, so that they are never negative; more than -NEVER, so that even that is a day."""


def part_of_rows() -> pl.Expr:
    """Return what the rows of a decoded frame can serve as; an add-on is no study of its own."""
    status = pl.col("status")
    performed, scheduled = STATUSES.index(Status.PERFORMED), STATUSES.index(Status.SCHEDULED)
    part = pl.when(status == performed).then(PERFORMED).when(status == scheduled).then(BOOKED).otherwise(0)
    return pl.when(pl.col("is_add_on")).then(ADD_ON).otherwise(part).cast(pl.UInt8).alias("part")


@dataclass(frozen=True, slots=True)
class History:
    """Judged rows, an array of one value a row each.

    `at` is the place of a row among all judged rows of the cohort, `patient` and `check` the PatientKeys of
    its id, `context` the number of the row's context, `date` a day number, `part` what the row can serve as.
    """

    at: NDArray[np.uint32]
    patient: NDArray[np.uint64]
    check: NDArray[np.uint32]
    context: NDArray[np.uint32]
    date: NDArray[np.int32]
    part: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.at)

    def take(self, places: NDArray[np.int64] | slice) -> History:
        """Return the rows at some places."""
        return History(*(column[places] for column in _arrays(self)))

    def frame(self) -> pl.DataFrame:
        """Return the rows as `history_from` takes them."""
        return pl.DataFrame([pl.Series(str(n), column) for n, column in enumerate(_arrays(self))])


def history_from(frame: pl.DataFrame) -> History:
    """Return rows that were made a frame."""
    return History(*(column.to_numpy() for column in frame.get_columns()))


def history_of(rows: pl.DataFrame, start: int) -> History:
    """Return a frame of HISTORY as arrays, its rows standing in the cohort from `start` on."""
    at = np.arange(start, start + len(rows), dtype=np.uint32)
    return History(at, *(rows[name].to_numpy() for name in HISTORY))


def all_histories(parts: Sequence[History]) -> History:
    """Return the rows of some histories, one behind the other."""
    if not parts:
        return history_of(pl.DataFrame(schema=HISTORY), 0)
    return parts[0] if len(parts) == 1 else History(*map(np.concatenate, zip(*map(_arrays, parts), strict=True)))


def _arrays(rows: History) -> tuple[NDArray[Any], ...]:
    return rows.at, rows.patient, rows.check, rows.context, rows.date, rows.part


@dataclass(frozen=True, slots=True)
class Courses:
    """All judged rows of some patients: `rows` with those of a patient as neighbours, and patients counted from 1."""

    rows: History
    patient: NDArray[np.int64]

    @property
    def patients(self) -> int:
        """How many patients there are."""
        return int(self.patient[-1]) if len(self.patient) else 0


def courses_of(rows: History) -> Courses:
    """Return the rows by patient; mostly those of a patient are neighbours anyway.

    Patients whose ids have one key are told apart by their checks.
    """
    is_first = is_first_of_run(rows.patient)
    met = np.sort(rows.patient[is_first])
    if (met[1:] == met[:-1]).any():
        rows = rows.take(np.argsort(rows.patient, kind="stable"))
        is_first = is_first_of_run(rows.patient)
    if (rows.check[1:] != rows.check[:-1])[~is_first[1:]].any():
        rows = rows.take(np.lexsort((rows.check, rows.patient)))
        is_first = is_first_of_run(rows.patient) | is_first_of_run(rows.check)
    return Courses(rows, np.cumsum(is_first))


def is_first_of_run(values: NDArray[np.int64] | NDArray[np.uint64] | NDArray[np.uint32]) -> NDArray[np.bool]:
    """Return whether a value differs from the one before it; the first one does."""
    is_first = np.ones(len(values), np.bool)
    np.not_equal(values[1:], values[:-1], out=is_first[1:])
    return is_first


def distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each value once, in ascending order (quicker than np.unique, which hashes)."""
    ordered = np.sort(values)
    return ordered[is_first_of_run(ordered)]


def with_day(group: NDArray[np.int64], day: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return a group's number and a day packed into a key that is ordered by both."""
    return (group << DAY_BITS) + (day + np.int32(DAY_ZERO))
