"""Sheets of Excel workbooks as events files, their dates and numbers typed as the workbook has them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Self

import polars as pl

from spine_vigil.scheduler.cohort.events.csv_header import with_names
from spine_vigil.scheduler.cohort.events.events import Block
from spine_vigil.scheduler.cohort.events.headers import Layout
from spine_vigil.scheduler.cohort.events.typed_rows import TypedRows
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.intake.profile import FileForm, FileProfile
from spine_vigil.scheduler.intake.vocabulary.fields import fields_of

ZIP = b"PK\x03\x04"
"""How workbooks start, and other archives."""

_TOP = 30
"""The rows at the top of a sheet among which the column names are looked for."""


class SheetFile(TypedRows):
    """A sheet of a workbook as an EventsFile; messages count its rows as the sheet does."""

    is_named_by_line = True

    def __init__(
        self, frame: pl.DataFrame, first_row: int, name: str, profile: FileProfile | None, layout: Layout
    ) -> None:
        """Take the rows below the column names, the first of which is `first_row` of the sheet. Raises FileError."""
        super().__init__(frame.schema, name, profile, layout)
        self.size = len(frame)
        self._frame = frame
        self.first_line = first_row

    def original(self, block: Block) -> pl.DataFrame:
        """Return the columns of a block as the sheet holds them."""
        return self._frame.slice(block.start, block.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: the sheet is in memory."""


def workbook(file: IO[bytes], name: str, profile: FileProfile | None, layout: Layout) -> SheetFile:
    """Read a sheet of a workbook: the one of the profile, else the only one. Raises FileError."""
    import fastexcel

    form = profile.form if profile else FileForm()
    file.seek(0)
    try:
        book = fastexcel.read_excel(file.read())
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with the archive, the file is none
        raise FileError(f"{name} is a damaged Excel workbook, or another archive: {_first_line(problem)}") from None
    finally:
        file.close()
    sheet = _sheet(book.sheet_names, name, form)
    at = (form.header_line or _header_row(book, sheet)) - 1
    try:
        frame = book.load_sheet(sheet, header_row=at, dtype_coercion="coerce", schema_sample_rows=None).to_polars()
    except Exception as problem:  # noqa: BLE001 - likewise
        raise FileError(f"{name}: the sheet '{sheet}' cannot be read: {_first_line(problem)}") from None
    header = with_names([" ".join(column.split()) for column in frame.columns])
    frame.columns = [_unnamed(column, number) for number, column in enumerate(header, start=1)]
    filled = [column for column in frame.columns if frame[column].null_count() < len(frame) or column[0] != "("]
    return SheetFile(frame.select(filled), at + 2, name, profile, layout)


def is_workbook(path: Path) -> bool:
    """Return whether a file starts like an Excel workbook."""
    with path.open("rb") as file:
        return file.read(len(ZIP)) == ZIP


def sheets_of(path: Path) -> tuple[list[str], list[str]]:
    """Return the sheets of a workbook, and those of them that seem to hold rows. Raises FileError."""
    import fastexcel

    try:
        book = fastexcel.read_excel(path)
        named = [sheet for sheet in book.sheet_names if _names(book, sheet)]
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with the archive, the file is none
        raise FileError(f"{path} is a damaged Excel workbook, or another archive: {_first_line(problem)}") from None
    return list(book.sheet_names), named


def _sheet(sheets: Sequence[str], name: str, form: FileForm) -> str:
    """Return the name of the sheet to read."""
    if form.sheet is not None:
        if form.sheet not in sheets:
            raise FileError(f"{name} has no sheet '{form.sheet}'; its sheets are {_listed(sheets)}")
        return form.sheet
    if len(sheets) != 1:
        raise FileError(
            f'{name} has several sheets: {_listed(sheets)}; say which in a profile, sheet = "…" under [file], and have'
            " the rest of it listed by 'vigil setup --profile'"
        )
    return sheets[0]


def _header_row(book: Any, sheet: str) -> int:
    """Return the row of the column names, counted from 1: the first that names two known fields, else the first."""
    return _names(book, sheet) or 1


def _names(book: Any, sheet: str) -> int | None:
    """Return the row of the column names, counted from 1; None where no row at the top names two known fields."""
    top = book.load_sheet(sheet, header_row=None, n_rows=_TOP, dtypes="string").to_polars()
    for number, row in enumerate(top.iter_rows(), start=1):
        if sum(bool(cell and fields_of(str(cell))) for cell in row) > 1:
            return number
    return None


def _unnamed(column: str, number: int) -> str:
    return f"(column {number})" if column.startswith("__UNNAMED__") else column


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__
