"""Sheets of Excel workbooks as events files, their dates and numbers typed as the workbook has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Self

import polars as pl

from spine_vigil.scheduler.cohort.events.csv_header import with_names
from spine_vigil.scheduler.cohort.events.events import Block
from spine_vigil.scheduler.cohort.events.headers import Layout
from spine_vigil.scheduler.cohort.events.typed_rows import TypedRows, forms_of_typed_dates
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import LINE, with_lines
from spine_vigil.scheduler.files.typed_columns import MOST_EXACT, text_columns
from spine_vigil.scheduler.intake.profile import FileForm, FileProfile
from spine_vigil.scheduler.intake.vocabulary.fields import fields_of

ZIP = b"PK\x03\x04"
"""How workbooks start, and other archives."""

_TOP = 30
"""The rows at the top of a sheet among which the column names are looked for."""


_STAMP = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$"
"""How a typed date is written in a column that holds other cells too."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet below its column names, without blank ones.

    `stamps` are the typed dates of the columns that hold other cells too, and are text in `frame`; they are null for
    the other cells. `lines` are the rows of the sheet, counted from 1.
    """

    frame: pl.DataFrame
    stamps: pl.DataFrame
    lines: pl.Series


class SheetFile(TypedRows):
    """A sheet of a workbook as an EventsFile; messages count its rows as the sheet does."""

    is_named_by_line = True

    def __init__(self, sheet: Sheet, name: str, profile: FileProfile | None, layout: Layout) -> None:
        """Take the rows of a sheet. Raises FileError."""
        super().__init__(sheet.frame.schema, name, profile, layout)
        self.size = len(sheet.frame)
        self._frame, self._stamps, self._lines = sheet.frame, sheet.stamps, sheet.lines
        self._date_forms = dict(zip(self.header, forms_of_typed_dates(self.forms, self.fields), strict=True))
        columns = zip(self.header, self.fields, strict=True)
        dates = self.forms.dates
        self._with_formats = {column for column, field in columns if field in dates and dates[field].formats}

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the rows, at least one."""
        for block in super().blocks():
            yield replace(block, first_line=self._lines[block.start]) if block.size else block

    def _cells(self, block: Block, original: pl.DataFrame) -> pl.DataFrame:
        """Return the columns of a block as text, then LINE and DAMAGE."""
        texts = self._as_text(original)
        typed = self._as_text(self._stamps.slice(block.start, block.size))
        cells = texts.with_columns(stamps.fill_null(texts[stamps.name]) for stamps in typed)
        return with_lines(cells, 0).with_columns(self._lines.slice(block.start, block.size).alias(LINE))

    def _as_text(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return some columns as text; a typed date loses its time where formats allow a time in texts too."""
        stamps = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)]
        frame = frame.with_columns(pl.col(name).cast(pl.Date) for name in stamps if name in self._with_formats)
        return frame.select(text_columns(frame.schema, [self._date_forms[name] for name in frame.columns]))

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
    try:
        rows = _rows(book, sheet, (form.header_line or _header_row(book, sheet)) - 1)
    except Exception as problem:  # noqa: BLE001 - likewise
        raise FileError(f"{name}: the sheet '{sheet}' cannot be read: {_first_line(problem)}") from None
    if not rows.frame.columns:
        raise FileError(f"{name}: the sheet '{sheet}' is empty; choose another sheet, or check the file")
    return SheetFile(rows, name, profile, layout)


def _rows(book: Any, sheet: str, header_row: int) -> Sheet:
    """Return the rows of a sheet below the row of its column names, which counts from 0."""
    form = {"header_row": header_row, "skip_rows": 0, "dtype_coercion": "coerce", "schema_sample_rows": None}
    frame = book.load_sheet(sheet, **form).to_polars()
    if not frame.columns:
        return Sheet(frame, frame, pl.Series(dtype=pl.UInt32))
    header = with_names([" ".join(column.split()) for column in frame.columns])
    frame.columns = [_unnamed(column, number) for number, column in enumerate(header, start=1)]
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    mixed = [name for name in texts if frame[name].str.contains(_STAMP).any()]
    stamps = pl.DataFrame()
    if mixed:
        places = [frame.columns.index(name) for name in mixed]
        typed = book.load_sheet(sheet, **form, use_columns=places, dtypes=dict.fromkeys(places, "datetime")).to_polars()
        typed.columns = mixed
        # A number would be a date too, and a text that looks like one is none.
        stamps = typed.select(pl.when(frame[name].str.contains(_STAMP)).then(pl.col(name)) for name in mixed)
        written = stamps.select(text_columns(stamps.schema))
        frame = frame.with_columns(text.fill_null(frame[text.name]) for text in written)
    is_filled = frame.select(pl.any_horizontal(_is_filled(name, dtype) for name, dtype in frame.schema.items()))
    filled = is_filled.to_series().arg_true()
    frame = _with_whole_numbers(frame[filled])
    kept = [name for name in frame.columns if frame[name].null_count() < len(frame) or name[0] != "("]
    lines = (filled + header_row + 2).cast(pl.UInt32)
    return Sheet(frame.select(kept), stamps[filled] if mixed else stamps, lines)


def _is_filled(name: str, dtype: pl.DataType) -> pl.Expr:
    return pl.col(name).str.strip_chars().fill_null("") != "" if dtype == pl.String else pl.col(name).is_not_null()


def _with_whole_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame whose columns of whole numbers are such: a workbook knows only numbers with a fraction."""
    numbers = frame.select(pl.col(pl.Float64, pl.Float32)).columns
    whole = [
        name for name in numbers if ((frame[name] == frame[name].round()) & (frame[name].abs() < MOST_EXACT)).all()
    ]
    return frame.with_columns(pl.col(whole).cast(pl.Int64))


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
    """Return the row of the column names, counted from 1: the first with two known fields, else the first with text."""
    first = (number for number, row in _top(book, sheet) if any(row))
    return _names(book, sheet) or next(first, 1)


def _names(book: Any, sheet: str) -> int | None:
    """Return the row of the column names, counted from 1; None where no row at the top names two known fields."""
    known = (number for number, row in _top(book, sheet) if sum(bool(cell and fields_of(cell)) for cell in row) > 1)
    return next(known, None)


def _top(book: Any, sheet: str) -> list[tuple[int, tuple[str | None, ...]]]:
    """Return the rows at the top of a sheet, each with its number in the sheet."""
    # Without `skip_rows` blank rows at the top would not count.
    top = book.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=_TOP, dtypes="string").to_polars()
    return list(enumerate(top.rows(), start=1))


def _unnamed(column: str, number: int) -> str:
    return f"(column {number})" if column.startswith("__UNNAMED__") else column


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__
