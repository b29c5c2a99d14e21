"""Reading events files: CSV (plain or gzip) and Parquet, every cell as text, every row kept.

A CSV that is plain enough is read by polars. Any other (quotes, blank lines, rows of the wrong length,
bytes that are not UTF-8) is read line by line, so that one damaged line costs only itself.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher
from io import BytesIO, StringIO
from pathlib import Path

import polars as pl

from scheduler.cohort.mapping import ColumnMap, Layout, check_header
from scheduler.columns import PATIENT_ID, RESULT_COLUMNS, STUDY_COLUMNS
from scheduler.errors import FileError, nearest

LINE, DAMAGE = "vigil.line", "vigil.damage"
"""Columns beside the cells: the line on which a row starts, and what is wrong with the line as a whole (or null)."""

MOST_LINES_OF_A_ROW = 200
"""How many lines a quoted cell may span before its quote is taken for a stray one."""

_ALIKE = 0.85
"""How much alike an unknown column and a known one are before a slip is suspected (1: the same)."""

_MOST_EXACT = 2.0**53
"""The whole numbers that a float holds exactly lie below this."""

_NOWHERE = b"\x1f"
"""A byte that stands in no line, so that each line is read as one cell."""

_UTF8_MARK = b"\xef\xbb\xbf"
_OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel workbook or other archive; save the sheet as CSV UTF-8",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV UTF-8",
    b"%PDF": "a PDF",
    b"\xff\xfe": "UTF-16 text; save it as CSV UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as CSV UTF-8",
}


EVENTS = Layout(
    "an events file",
    wanted=((PATIENT_ID,), ("date",), ("modality", "cpt"), ("region", "cpt")),
    added=(*RESULT_COLUMNS, LINE, DAMAGE),
)


@dataclass(frozen=True, slots=True)
class Events:
    """An events file as read.

    `cells` holds every column as text (null where empty) in the order of the file, under the name of the
    field that it is read as, with LINE and DAMAGE behind them; `original` the columns as they are carried
    through to an output, under their own names; `body` is the text behind the header of a plain file.
    """

    cells: pl.DataFrame
    original: pl.DataFrame
    body: bytes | None = None

    @property
    def has_lines(self) -> bool:
        """Whether every row is just a line of the file, without quotes and Windows line ends."""
        return bool(self.body) and _NOWHERE not in (self.body or b"") and b"\r" not in (self.body or b"")

    def lines(self) -> pl.Series:
        """Return every row as the line that it was in the file, where `has_lines`."""
        assert self.body is not None  # noqa: S101 - as the caller has looked
        schema = {"line": pl.String}
        separator = _NOWHERE.decode()
        lines = pl.read_csv(BytesIO(self.body), has_header=False, schema=schema, separator=separator, quote_char=None)
        return lines.to_series()


def read_events(
    path: Path, date_format: str | None = None, columns: ColumnMap | None = None, layout: Layout = EVENTS
) -> Events:
    """Read an events file. Raises FileError where it cannot be read as one at all.

    `date_format` (strptime) is how its text writes dates: the typed dates of a Parquet file are given that form too.
    `columns` says which field a column of another name holds; None where the user has no way to say it.
    """
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise FileError(f"cannot read {path}: {problem.strerror}; check the name and the permissions") from None
    return parse_events(data, str(path), date_format, columns, layout)


def parse_events(
    data: bytes,
    name: str,
    date_format: str | None = None,
    columns: ColumnMap | None = None,
    layout: Layout = EVENTS,
) -> Events:
    """Read the bytes of an events file; `name` is what messages call it. Raises FileError."""
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            raise FileError(f"{name} is a damaged gzip file; compress or copy it again") from None
    if data.startswith(b"PAR1"):
        return _parse_parquet(data, name, date_format, columns, layout)
    for magic, what in _OTHER_FORMATS.items():
        if data.startswith(magic):
            raise FileError(f"{name} is no CSV: it is {what}")
    data = data.removeprefix(_UTF8_MARK)
    if not data[:100_000].strip():
        raise FileError(f"{name} is empty; {layout.kind} starts with a header line")
    header, start = _read_header(data, name)
    fields = check_header(header, name, columns, layout)
    end = len(data)
    while end > start and data[end - 1] in b"\r\n":
        end -= 1
    body = data[start:end]
    first_line = _unix(data[:start]).count(b"\n") + 1
    plain = _parse_plain(body, header)
    if plain is None:
        cells = _parse_line_by_line(body, header, first_line)
        return Events(_named(cells, fields), cells.select(header))
    return Events(_named(_with_lines(plain, first_line), fields), plain, body)


def _read_header(data: bytes, name: str) -> tuple[list[str], int]:
    """Return the column names and the offset behind the header line, the first that is not empty."""
    start = _behind_line_ends(data, 0)
    ends = [e for e in (data.find(b"\n", start), data.find(b"\r", start)) if e >= 0]
    end = min(ends, default=len(data))
    try:
        text = data[start:end].decode("utf-8")
        header = [column.strip() for column in next(csv.reader([text], strict=True))]
    except (UnicodeDecodeError, csv.Error, StopIteration):
        raise FileError(f"{name} is no CSV: its first line cannot be read as a header of column names") from None
    if any(c < " " for c in text if c != "\t"):
        raise FileError(f"{name} is no CSV: its first line holds bytes that are no text")
    return header, _behind_line_ends(data, end)


def _behind_line_ends(data: bytes, at: int) -> int:
    while data[at : at + 1] in (b"\r", b"\n"):
        at += 1
    return at


def _unix(data: bytes) -> bytes:
    """Return text with the line ends of Windows and old Macs turned into line feeds."""
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _named(cells: pl.DataFrame, fields: Sequence[str]) -> pl.DataFrame:
    """Return cells with LINE and DAMAGE behind them under the names of their fields."""
    return cells.rename(dict(zip(cells.columns, [*fields, LINE, DAMAGE], strict=True)))


def _parse_plain(body: bytes, header: Sequence[str]) -> pl.DataFrame | None:
    """Return the cells of a body whose every line is one row of as many unquoted cells as the header has; else None.

    The commas are counted over the whole body, while polars reads it: a short or a blank line makes them
    too few, and a line with too many, which could make up for it, is one that polars refuses.
    """
    schema = dict.fromkeys(header, pl.String)
    if not body:
        return pl.DataFrame(schema=schema)
    if b'"' in body or b"\0" in body or len(header) == 1:
        return None
    if b"\r" in body and body.count(b"\r") != body.count(b"\r\n"):
        return None
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(
            pl.read_csv, BytesIO(body), has_header=False, schema=schema, quote_char=None, null_values=[""]
        )
        is_even = body.count(b",") == (body.count(b"\n") + 1) * (len(header) - 1)
        try:
            cells = reading.result()
        except pl.exceptions.PolarsError:
            return None
    return cells if is_even else None


def _with_lines(cells: pl.DataFrame, first_line: int) -> pl.DataFrame:
    lines = pl.int_range(first_line, first_line + len(cells), dtype=pl.UInt32, eager=True)
    return cells.with_columns(lines.alias(LINE), pl.lit(None, dtype=pl.String).alias(DAMAGE))


def _parse_line_by_line(body: bytes, header: Sequence[str], first_line: int) -> pl.DataFrame:
    lines = _unix(body).split(b"\n")
    rows = [(*cells, line, damage) for line, cells, damage in _records(lines, len(header), first_line)]
    schema = dict.fromkeys(header, pl.String) | {LINE: pl.UInt32, DAMAGE: pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _records(lines: Sequence[bytes], width: int, first_line: int) -> Iterator[tuple[int, list[str | None], str | None]]:
    """Yield line number, cells and damage of every row; a blank line is no row.

    A quoted cell may hold line breaks. Where that does not end in a row of the right length, the quote is
    a stray one: its line alone is damaged, and reading goes on with the next.
    """
    at = 0
    while at < len(lines):
        text, used = _quoted_block(lines, at)
        if not text.strip():
            at += 1
            continue
        cells = _cells(text)
        if used > 1 and (cells is None or len(cells) != width):
            text, used = lines[at], 1
            cells = _cells(text)
        damage = None
        if cells is None:
            cells, damage = [text.decode("utf-8", "replace")], "the line cannot be read as CSV; look for a stray quote"
        elif len(cells) != width:
            damage = (
                f"the line has {len(cells)} cells and the header {width}; look for a missing or stray comma or quote"
            )
        elif not _is_text(text):
            damage = "the line holds bytes that are not UTF-8 text; save the file as CSV UTF-8"
        yield first_line + at, _fit(cells, width), damage
        at += used


def _quoted_block(lines: Sequence[bytes], at: int) -> tuple[bytes, int]:
    """Return the row that starts at a line, with the lines that an open quote takes in, and how many they are."""
    if lines[at].count(b'"') % 2 == 0:
        return lines[at], 1
    for end in range(at + 1, min(at + MOST_LINES_OF_A_ROW, len(lines))):
        if lines[end].count(b'"') % 2:
            return b"\n".join(lines[at : end + 1]), end + 1 - at
    return lines[at], 1


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _cells(text: bytes) -> list[str] | None:
    try:
        rows = list(csv.reader(StringIO(text.decode("utf-8", "replace"), newline=""), strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _fit(cells: Sequence[str], width: int) -> list[str | None]:
    """Return as many cells as the header has: short rows padded, what is too much kept in the last one."""
    kept = [*cells[: width - 1], ",".join(cells[width - 1 :])] if len(cells) > width else [*cells]
    return [cell or None for cell in kept] + [None] * (width - len(kept))


def _parse_parquet(
    data: bytes, name: str, date_format: str | None, columns: ColumnMap | None, layout: Layout
) -> Events:
    try:
        original = pl.read_parquet(BytesIO(data))
    except pl.exceptions.PolarsError:
        raise FileError(f"{name} is a damaged Parquet file; write or copy it again") from None
    fields = check_header(original.columns, name, columns, layout)
    patient_id = original.columns[fields.index(PATIENT_ID)]
    if has_no_text(original.schema[patient_id]):
        raise FileError(f"{name} has a column '{patient_id}' that holds no text or number; write it as text")
    cells = original.select(_as_text(n, t, date_format or "%Y-%m-%d") for n, t in original.schema.items())
    return Events(_named(_with_lines(cells, first_line=1), fields), original)


def has_no_text(dtype: pl.DataType) -> bool:
    """Tell whether the values of a Parquet column (lists, records, bytes) are none that a cell of a CSV can hold."""
    return dtype.is_nested() or dtype == pl.Binary


def _as_text(name: str, dtype: pl.DataType, date_format: str) -> pl.Expr:
    """Return a column as the text that a CSV would hold.

    Dates are written in the form in which they will be read, also those stored with a time of 0:00; whole
    numbers without the fraction that a column with gaps gives them elsewhere, the gaps (no number, NaN) empty;
    what is no text says so, which no reader of a cell accepts.
    """
    column = pl.col(name)
    if has_no_text(dtype):
        return pl.when(column.is_not_null()).then(pl.lit(f"a value of type {dtype}")).alias(name)
    if dtype.is_float():
        is_whole = column.is_finite() & (column == column.round()) & (column.abs() < _MOST_EXACT)
        whole = pl.when(is_whole).then(column).cast(pl.Int64).cast(pl.String)
        return pl.coalesce(whole, column.fill_nan(None).cast(pl.String)).alias(name)
    if dtype == pl.Date:
        return column.dt.to_string(date_format)
    if isinstance(dtype, pl.Datetime):
        is_day = column.dt.time() == pl.time(0, 0, 0)
        return (
            pl.when(is_day)
            .then(column.dt.to_string(date_format))
            .otherwise(column.dt.to_string("%Y-%m-%dT%H:%M:%S"))
            .alias(name)
        )
    return column.cast(pl.String)


def misspelt_columns(header: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """Return the columns that are not known but nearly are, with the name that may be meant."""
    names = [PATIENT_ID, *STUDY_COLUMNS, *known]
    unknown = [c for c in header if c not in names]
    missing = [n for n in dict.fromkeys(names) if n not in header]
    close = {c: nearest(c, missing) for c in unknown}
    return {c: n for c, n in close.items() if n is not None and _looks_like(c, n)}


def _looks_like(column: str, known: str) -> bool:
    return SequenceMatcher(None, column.lower(), known).ratio() > _ALIKE
