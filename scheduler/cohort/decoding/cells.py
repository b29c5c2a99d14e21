"""The interface by which the decoder reads cells, and cells held in a data frame."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import polars as pl

from spine_vigil.scheduler.cohort.decoding.patient_keys import PatientKeys, patient_keys
from spine_vigil.scheduler.cohort.decoding.values import Meanings
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE
from spine_vigil.scheduler.records.fields import PATIENT_ID


class Cells(Protocol):
    """The cells of rows, by column under the names of the fields; an empty cell is null."""

    @property
    def names(self) -> Collection[str]:
        """The columns, in the order of the file."""

    @property
    def lines(self) -> pl.Series:
        """The line on which each row starts."""

    @property
    def damage(self) -> pl.Series | None:
        """What is wrong with each row as a whole, null where nothing is; None where no row is damaged."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def numbers(self, name: str, meanings: Meanings) -> pl.Series:
        """Return the number that encodes each cell of a column, null where the cell is empty."""

    def text(self, name: str, rows: pl.Series) -> pl.Series:
        """Return the cells of a column in some rows."""

    def patients(self) -> pl.DataFrame:
        """Return `patient` and `patient_check` (see PatientKeys), and `has_patient` (whether the row has an id)."""

    def frame(self) -> pl.DataFrame:
        """Return all cells as text, then LINE and DAMAGE."""


def patients_frame(keys: PatientKeys, has_patient: pl.Series) -> pl.DataFrame:
    """Return the columns of `Cells.patients`."""
    return pl.DataFrame({"patient": keys.key, "patient_check": keys.check, "has_patient": has_patient})


class FrameCells:
    """The cells of an events frame, which has the column LINE and may have DAMAGE."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    @property
    def names(self) -> Collection[str]:
        """The columns, in the order of the file."""
        return [name for name in self._frame.columns if name not in (LINE, DAMAGE)]

    @property
    def lines(self) -> pl.Series:
        """The line on which each row starts."""
        return self._frame[LINE]

    @property
    def damage(self) -> pl.Series | None:
        """What is wrong with each row as a whole, null where nothing is; None where no row is damaged."""
        damage = self._frame[DAMAGE] if DAMAGE in self._frame.columns else None
        return None if damage is None or damage.null_count() == len(damage) else damage

    def __len__(self) -> int:
        return len(self._frame)

    def numbers(self, name: str, meanings: Meanings) -> pl.Series:
        """Return the number that encodes each cell of a column, null where the cell is empty."""
        text = self._frame[name]
        if text.null_count() == len(text):
            return pl.repeat(None, len(text), dtype=meanings.dtype, eager=True)
        return meanings.values(text)

    def text(self, name: str, rows: pl.Series) -> pl.Series:
        """Return the cells of a column in some rows."""
        return self._frame[name].gather(rows)

    def patients(self) -> pl.DataFrame:
        """Return `patient` and `patient_check` (see PatientKeys), and `has_patient` (whether the row has an id)."""
        ids = self._frame[PATIENT_ID].str.strip_chars()
        return patients_frame(patient_keys(ids), (ids != "").fill_null(value=False))

    def frame(self) -> pl.DataFrame:
        """Return all cells as text, then LINE and DAMAGE."""
        return self._frame
