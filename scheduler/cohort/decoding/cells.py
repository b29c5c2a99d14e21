"""The interface by which the decoder reads cells, and cells held in a data frame."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from spine_vigil.scheduler.cohort.decoding.patient_keys import PatientKeys, patient_keys
from spine_vigil.scheduler.cohort.decoding.values import Meanings
from spine_vigil.scheduler.files.csv_text import DAMAGE, FILE, LINE
from spine_vigil.scheduler.intake.forms import CellForms
from spine_vigil.scheduler.records.fields import NOBODY_PATTERN, PATIENT_ID


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


@dataclass(frozen=True, slots=True)
class PatientRows:
    """The cells of a patients file, as those of an events frame, how they are written, and the name of the file."""

    cells: pl.DataFrame
    forms: CellForms = field(default_factory=CellForms)
    name: str | None = None


def names_somebody(ids: pl.Series) -> pl.Series:
    """Return whether each trimmed id names a patient."""
    return ((ids != "") & ~ids.str.contains(NOBODY_PATTERN)).fill_null(value=False)


class CopiedCells:
    """Cells some of whose columns are read under several names, and constants for columns that are missing."""

    def __init__(self, cells: Cells, copies: Mapping[str, str], constants: Mapping[str, str]) -> None:
        """Read each of `copies` (name -> column) from its column; `constants` are the texts of missing columns."""
        self._cells = cells
        self._copies = copies
        self._constants = constants
        self.names = (*cells.names, *copies, *constants)
        self.lines, self.damage = cells.lines, cells.damage

    def __len__(self) -> int:
        return len(self._cells)

    def numbers(self, name: str, meanings: Meanings) -> pl.Series:
        """Return the number that encodes each cell of a column, null where the cell is empty."""
        if name not in self._constants:
            return self._cells.numbers(self._copies.get(name, name), meanings)
        return pl.repeat(meanings.number(self._constants[name]), len(self), dtype=meanings.dtype, eager=True)

    def text(self, name: str, rows: pl.Series) -> pl.Series:
        """Return the cells of a column in some rows."""
        if name not in self._constants:
            return self._cells.text(self._copies.get(name, name), rows)
        return pl.repeat(self._constants[name], len(rows), dtype=pl.String, eager=True)

    def patients(self) -> pl.DataFrame:
        """Return `patient`, `patient_check` and `has_patient`."""
        return self._cells.patients()

    def frame(self) -> pl.DataFrame:
        """Return all cells as text, then LINE and DAMAGE, without copies and constants."""
        return self._cells.frame()


def with_copies(cells: Cells, copies: Mapping[str, str], constants: Mapping[str, str]) -> Cells:
    """Return cells with copies of those columns that they have, and constants."""
    given = {name: column for name, column in copies.items() if column in cells.names}
    return CopiedCells(cells, given, constants) if given or constants else cells


class FrameCells:
    """The cells of an events frame, which has the column LINE and may have DAMAGE."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    @property
    def names(self) -> Collection[str]:
        """The columns, in the order of the file."""
        return [name for name in self._frame.columns if name not in (LINE, DAMAGE, FILE)]

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
        return patients_frame(patient_keys(ids), names_somebody(ids))

    def frame(self) -> pl.DataFrame:
        """Return all cells as text, then LINE and DAMAGE."""
        return self._frame
