"""The due list as an Excel workbook: one sheet with the list, one that says what it is. Both written and read."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from io import BytesIO
from typing import IO, Any

import polars as pl

from spine_vigil.scheduler.answers.due_status import URGENCY, DueStatus
from spine_vigil.scheduler.cohort.due.described import COLUMN_TEXTS
from spine_vigil.scheduler.errors import FileError

LIST_SHEET, ABOUT_SHEET = "Due list", "About"

MOST_ROWS = 1_048_575
"""The most lines of a sheet: those of Excel, less the header."""

_MOST_CHARACTERS = 32_767
"""The most characters of a cell of Excel."""

_FIRST_DAY = date(1900, 3, 1)
"""The first day that every spreadsheet counts alike."""

_MADE = datetime(2000, 1, 1)
"""The creation date of every workbook, so that the same list gives the same bytes."""

_WIDTHS = {
    "patient_id": 16,
    "protocol": 30,
    "schedule": 16,
    "study": 34,
    "note": 48,
    "booking_advice": 48,
    "missing": 24,
}
_WIDTH = 12


def check_length(lines: int) -> None:
    """Raise FileError where a list has more lines than a sheet of Excel."""
    if lines > MOST_ROWS:
        raise FileError(
            f"the list has {lines:,} lines, and a sheet of Excel holds {MOST_ROWS:,}; give an output that ends in .csv"
        )


def write_workbook(
    frames: Iterable[pl.DataFrame], file: IO[bytes], about: Mapping[str, str], counts: Mapping[DueStatus, int]
) -> None:
    """Write a list in pieces as a workbook, with a few rows in memory at a time.

    Every text is written as text, so that no id can run as a formula. The second sheet holds `about`, `counts` by
    status, and what the columns mean. Raises FileError where the list does not fit, and OSError.
    """
    # Rows wait in files of the writer, which it leaves behind where it fails.
    with tempfile.TemporaryDirectory() as folder:
        _write(frames, file, about, counts, folder)


def _write(
    frames: Iterable[pl.DataFrame],
    file: IO[bytes],
    about: Mapping[str, str],
    counts: Mapping[DueStatus, int],
    folder: str,
) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": folder})
    book.set_properties({"title": "Due list", "author": "vigil", "created": _MADE})
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(LIST_SHEET)
    names: list[str] = []
    row, longest = 0, 0
    for rows in frames:
        if not names:
            names = rows.columns
            for column, name in enumerate(names):
                sheet.set_column(column, column, _WIDTHS.get(name, max(_WIDTH, len(name) + 4)))
                sheet.write_string(0, column, name, bold)
            sheet.freeze_panes(1, 1)
        if "patient_id" in names:  # vigil itself writes every other text
            longest = max(longest, rows.select(pl.col("patient_id").str.len_chars().max()).item() or 0)
        for values in rows.iter_rows():
            row += 1
            for column, value in enumerate(values):
                _write_cell(sheet, row, column, value, day)
    sheet.autofilter(0, 0, max(row, 1), len(names) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    _write_about(book.add_worksheet(ABOUT_SHEET), names, about, counts, bold)
    book.close()  # before anything is refused, since an open book keeps its files open
    check_length(row)
    if longest > _MOST_CHARACTERS:
        raise FileError("the list holds a text that is too long for Excel; give an output that ends in .csv")


def _write_cell(sheet: Any, row: int, column: int, value: object, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and value >= _FIRST_DAY:
        sheet.write_datetime(row, column, value, day)
    else:
        sheet.write_string(row, column, str(value))


def _write_about(
    sheet: Any, names: Iterable[str], about: Mapping[str, str], counts: Mapping[DueStatus, int], bold: Any
) -> None:
    lines: list[tuple[str, str | int]] = [*about.items(), ("", "")]
    lines += [(status.value, counts[status]) for status in URGENCY if counts.get(status)]
    lines += [("", ""), *((name, COLUMN_TEXTS[name]) for name in names)]
    sheet.set_column(0, 0, 18, bold)
    sheet.set_column(1, 1, 100)
    for row, (name, value) in enumerate(lines):
        sheet.write_string(row, 0, name)
        if isinstance(value, int):
            sheet.write_number(row, 1, value)
        else:
            sheet.write_string(row, 1, value)


def read_list(data: bytes) -> pl.DataFrame:
    """Return the list of a workbook. Raises ValueError where it has no such sheet."""
    return _sheet(data, LIST_SHEET, has_header=True)


def read_about(data: bytes) -> dict[str, str]:
    """Return what a workbook says of itself."""
    rows = _sheet(data, ABOUT_SHEET, has_header=False).cast(pl.String)
    about: dict[str, str] = {}
    for key, value, *_ in rows.iter_rows():
        if not key:
            break  # counts and columns follow
        about[key] = value or ""
    return about


def _sheet(data: bytes, sheet: str, *, has_header: bool) -> pl.DataFrame:
    import fastexcel

    logging.getLogger("fastexcel").setLevel(logging.ERROR)  # it warns of every empty column
    try:
        return pl.read_excel(
            BytesIO(data),
            sheet_name=sheet,
            has_header=has_header,
            drop_empty_rows=False,
            infer_schema_length=None,
            raise_if_empty=False,
        )
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as problem:
        raise ValueError(str(problem)) from None
