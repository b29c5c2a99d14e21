"""Sampling the columns of a file: their texts with the number of rows of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import polars as pl

from spine_vigil.scheduler.cohort.events.events import EventsFile
from spine_vigil.scheduler.cohort.survey.patients_of_texts import (
    MOST_TEXTS,
    PATIENT,
    PatientsOfTexts,
    patient_column,
    patient_numbers,
)
from spine_vigil.scheduler.files.csv_text import DAMAGE, FOOTER, LINE
from spine_vigil.scheduler.intake.proposals.samples import ColumnSample, FileSample
from spine_vigil.scheduler.intake.vocabulary.fields import fields_of

_DIAGNOSES = {"diagnosis_code", "diagnosis_text"}


class _Texts:
    """The texts of one column so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.filled = 0
        self.counts: Counter[str] = Counter()
        self.first: dict[str, str] = {}
        self.patients = PatientsOfTexts()
        self.is_whole = True

    def add(self, cells: pl.DataFrame, file: str | None) -> None:
        """Add the cells of a block: the column, LINE, and PATIENT where the file has it."""
        text = pl.col(self.name).str.strip_chars()
        filled = cells.select(text, LINE, *[PATIENT] * (PATIENT in cells.columns)).filter(
            pl.col(self.name).fill_null("") != ""
        )
        self.filled += len(filled)
        if not self.is_whole:
            return
        found = filled.group_by(self.name, maintain_order=True).agg(rows=pl.len(), line=pl.col(LINE).first())
        before = "" if file is None else f"{file}, "
        for value, rows, line in found.head(MOST_TEXTS).iter_rows():
            self.counts[value] += rows
            self.first.setdefault(value, f"{before}line {line}")
        if PATIENT in cells.columns:
            self.patients.add(filled.select(self.name, PATIENT))
        self.is_whole = len(self.counts) < MOST_TEXTS

    def sample(self, rows: int, *, has_patients: bool) -> ColumnSample:
        return ColumnSample(
            self.name,
            rows,
            self.filled,
            dict(self.counts),
            self.first,
            self.is_whole,
            self.patients.found if has_patients else None,
        )


def sample_file(
    file: EventsFile,
    progress: Callable[[int], None] = lambda _rows: None,
    known: Mapping[str, str] = MappingProxyType({}),
) -> FileSample:
    """Return what was seen of an open file, whose columns are read under their own names.

    `known` are the fields of columns that a profile names.
    """
    patient = patient_column(file.fields, known)
    texts = [_Texts(name) for name in file.fields]
    diagnoses = [name for name in file.fields if _DIAGNOSES & set(fields_of(name))]
    together: dict[tuple[str, ...], None] = {}
    rows = 0
    for block in file.blocks():
        events = file.read(block)
        cells = events.cells.filter(~_repeats_header(file.fields), pl.col(DAMAGE).ne_missing(FOOTER))
        rows += len(cells)
        if patient is not None:
            cells = cells.with_columns(patient_numbers(pl.col(patient)).alias(PATIENT))
        for column in texts:
            column.add(cells, events.file)
        if len(diagnoses) > 1 and len(together) < MOST_TEXTS:
            found = cells.select(pl.col(diagnoses).str.strip_chars()).unique(maintain_order=True)
            together.update((tuple(filter(None, row)), None) for row in found.iter_rows())
        progress(rows)
    columns = tuple(column.sample(rows, has_patients=patient is not None) for column in texts)
    return FileSample(Path(file.name).name, rows, columns, tuple(together))


def _repeats_header(names: Sequence[str]) -> pl.Expr:
    """Return whether a row is the header once more, as where exports were joined."""
    return pl.all_horizontal(pl.col(name).str.strip_chars() == name for name in names).fill_null(value=False)


def joined(samples: Sequence[FileSample]) -> FileSample:
    """Return what was seen of several files as of one; a column that a file lacks is empty there."""
    rows = sum(sample.rows for sample in samples)
    columns: dict[str, list[ColumnSample]] = {}
    for sample in samples:
        for column in sample.columns:
            columns.setdefault(column.name, []).append(column)
    return FileSample(
        " and ".join(sample.name for sample in samples),
        rows,
        tuple(_joined_column(name, parts, rows) for name, parts in columns.items()),
        tuple(dict.fromkeys(row for sample in samples for row in sample.diagnoses)),
    )


def _joined_column(name: str, parts: Sequence[ColumnSample], rows: int) -> ColumnSample:
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for part in parts:
        counts.update(part.counts)
        first = {**part.first_lines, **first}
    return ColumnSample(
        name,
        rows,
        sum(part.filled for part in parts),
        dict(counts),
        first,
        all(part.is_whole for part in parts),
        _joined_patients([part.patients for part in parts if part.patients is not None]),
    )


def _joined_patients(parts: Sequence[Mapping[str, Collection[int]]]) -> dict[str, set[int]] | None:
    """Return the patients of the texts of all files; None where no file names patients."""
    found: dict[str, set[int]] = {}
    for part in parts:
        for text, patients in part.items():
            found.setdefault(text, set()).update(patients)
    return found if parts else None
