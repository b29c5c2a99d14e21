"""The columns stored of every judged row until the whole cohort is read, as arrays of numbers without nulls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
"""The role of a row in the history of later rows: performed, booked, or add-on, which is ignored; 0 is a request."""

ADD_ON_PERFORMED, ADD_ON_BOOKED = 32, 64
"""What became of an add-on, which its role does not say; they stand beside it."""

AFTER_BIRTH, BEFORE_DEATH = 8, 16
"""Flags of a row that must lie after the birth, or before the death, that other rows of its patient give: it gives no
such date itself. They stand beside its role."""

DAY_BITS = 21
"""The bits of a day in a packed key."""

DAY_ZERO = 1 << DAY_BITS - 1
"""The offset that keeps days in packed keys from being negative; greater than NEVER, so that -NEVER fits too."""


def part_of_rows() -> pl.Expr:
    """Return the role and the flags of each row of a decoded frame; an add-on is not a study of its own."""
    status = pl.col("status")
    performed, scheduled = STATUSES.index(Status.PERFORMED), STATUSES.index(Status.SCHEDULED)
    part = pl.when(status == performed).then(PERFORMED).when(status == scheduled).then(BOOKED).otherwise(0)
    role = pl.when(pl.col("is_add_on")).then(ADD_ON + part * ADD_ON_PERFORMED).otherwise(part)
    after_birth = pl.when(pl.col("birth_date").is_null()).then(AFTER_BIRTH).otherwise(0)
    is_before_death = (status == performed) & pl.col("death_date").is_null()
    before_death = pl.when(is_before_death).then(BEFORE_DEATH).otherwise(0)
    return (role + after_birth + before_death).cast(pl.UInt8).alias("part")


@dataclass(frozen=True, slots=True)
class History:
    """Judged rows as arrays, each with one value per row.

    `at` is the index of a row among all judged rows of the cohort, `patient` and `check` are the PatientKeys of its id,
    `context` is the number of the row's context, `date` a day number, `part` the role of the row in the history of
    later rows, with its flags.
    """

    at: NDArray[np.uint32]
    patient: NDArray[np.uint64]
    check: NDArray[np.uint32]
    context: NDArray[np.uint32]
    date: NDArray[np.int32]
    part: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.at)

    def take(self, at: NDArray[np.int64] | slice) -> History:
        """Return the rows at some indexes."""
        return History(*(column[at] for column in _arrays(self)))

    def under(self, contexts: NDArray[np.uint32]) -> History:
        """Return the rows under other contexts."""
        return replace(self, context=contexts)

    def frame(self) -> pl.DataFrame:
        """Return the rows as a frame, the inverse of `history_from`."""
        return pl.DataFrame([pl.Series(str(n), column) for n, column in enumerate(_arrays(self))])


def history_from(frame: pl.DataFrame) -> History:
    """Return the rows of a frame that `History.frame` made."""
    return History(*(column.to_numpy() for column in frame.get_columns()))


def history_of(rows: pl.DataFrame, start: int) -> History:
    """Return a frame of HISTORY as arrays, its rows numbered from `start` on."""
    at = np.arange(start, start + len(rows), dtype=np.uint32)
    return History(at, *(rows[name].to_numpy() for name in HISTORY))


def all_histories(parts: Sequence[History]) -> History:
    """Concatenate histories."""
    if not parts:
        return history_of(pl.DataFrame(schema=HISTORY), 0)
    return parts[0] if len(parts) == 1 else History(*map(np.concatenate, zip(*map(_arrays, parts), strict=True)))


def _arrays(rows: History) -> tuple[NDArray[Any], ...]:
    return rows.at, rows.patient, rows.check, rows.context, rows.date, rows.part


@dataclass(frozen=True, slots=True)
class PatientRows:
    """All judged rows of some patients: `rows` grouped by patient, and the number of each row's patient, from 1."""

    rows: History
    patient: NDArray[np.int64]

    @property
    def count(self) -> int:
        """The number of patients."""
        return int(self.patient[-1]) if len(self.patient) else 0


def rows_by_patient(rows: History) -> PatientRows:
    """Group rows by patient; in most files they are grouped already.

    Patients whose ids have the same key are distinguished by their checks.
    """
    is_first = is_first_of_run(rows.patient)
    keys_of_runs = np.sort(rows.patient[is_first])
    if (keys_of_runs[1:] == keys_of_runs[:-1]).any():
        rows = rows.take(np.argsort(rows.patient, kind="stable"))
        is_first = is_first_of_run(rows.patient)
    if (rows.check[1:] != rows.check[:-1])[~is_first[1:]].any():
        rows = rows.take(np.lexsort((rows.check, rows.patient)))
        is_first = is_first_of_run(rows.patient) | is_first_of_run(rows.check)
    return PatientRows(rows, np.cumsum(is_first))


def is_first_of_run(values: NDArray[np.int64] | NDArray[np.uint64] | NDArray[np.uint32]) -> NDArray[np.bool]:
    """Return a mask of the values that differ from the one before them; the first always does."""
    is_first = np.ones(len(values), np.bool)
    np.not_equal(values[1:], values[:-1], out=is_first[1:])
    return is_first


def distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each value once, in ascending order (faster than np.unique, which hashes)."""
    ordered = np.sort(values)
    return ordered[is_first_of_run(ordered)]


def with_day(group: NDArray[np.int64], day: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return keys that pack the number of a group and a day, and sort by both."""
    return (group << DAY_BITS) + (day + np.int32(DAY_ZERO))
