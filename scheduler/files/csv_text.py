"""Parsing of CSV text into cells: by polars where every line is plain, else line by line.

A damaged line (a stray quote, too few or too many cells, bytes that are not UTF-8) costs only itself.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Sequence
from io import BytesIO, StringIO
from itertools import islice
from typing import Literal

import numpy as np
import polars as pl

LINE, DAMAGE = "vigil.line", "vigil.damage"
"""The columns added to the cells: the line on which a row starts, and what is wrong with the whole line, or null."""

FILE = "vigil.file"
"""The column that names the file of a row where there are several."""

NOT_TEXT = "the line holds bytes that are not UTF-8 text; save the file as CSV UTF-8"
"""The damage of a line of which some bytes are no text: U+FFFD and NUL in its cells show which."""

NO_TEXT = ("\ufffd", "\0")
"""What stands in a cell for bytes that are no text."""

FOOTER = "the line is no row but the end of a report"
"""The damage of a line that is left out."""

MOST_LINES_OF_A_ROW = 200
"""The most lines that a row may span; beyond that its open quote counts as a stray one."""

LONGEST_LINE = 1 << 24
"""The most bytes of a line; a longer one is cut, and is damaged as a whole."""

csv.field_size_limit(LONGEST_LINE)

UTF8_MARK = b"\xef\xbb\xbf"
"""The byte order mark that some programs write at the start of a file."""

_SEPARATOR = b"\x1f"
"""A separator that occurs in no line, so that each line is read as one cell."""

_EVEN_QUOTES = '^[^"]*(?:"[^"]*"[^"]*)*$'
"""A line with an even number of quotes, or none."""

_LINE_FEED, _STRETCH = ord("\n"), 1 << 18

_LINE_END = re.compile(rb"\r\n|\r|\n")


def unix(text: bytes) -> bytes:
    """Return text with line feeds for the line ends of Windows and old Macs."""
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text


def with_line_feeds(body: bytes) -> bytes:
    """Return a body whose lines all end in a line feed, the last one too."""
    text = unix(body)
    return text if text.endswith(b"\n") else text + b"\n"


def count_lines(text: bytes, size: int) -> int:
    """Return how many lines end in the first `size` bytes of a text."""
    if b"\r" in text:
        return unix(text[:size]).count(b"\n")
    data = np.frombuffer(text, np.uint8, size)
    # In pieces that fit the processor's cache; counting all bytes at once takes twice as long.
    return sum(int(np.count_nonzero(data[at : at + _STRETCH] == _LINE_FEED)) for at in range(0, size, _STRETCH))


def parse_plain(body: bytes, header: Sequence[str]) -> pl.DataFrame | None:
    """Return the cells of a body if each line is a row with as many cells as the header and no quotes; else None.

    As a check, the lengths of all cells, each with its comma or line end, must add up to the body. They do not where a
    line is blank or lacks cells; polars refuses a line with too many cells, which could compensate.
    """
    schema = dict.fromkeys(header, pl.String)
    if not body:
        return pl.DataFrame(schema=schema)
    if not can_be_plain(body, len(header)):
        return None
    try:
        cells = pl.scan_csv(BytesIO(body), has_header=False, schema=schema, quote_char=None).collect()
    except pl.exceptions.PolarsError:
        return None
    ends = len(cells) * (len(header) + (b"\r" in body))
    texts = sum(cells.select(pl.all().str.len_bytes().sum()).row(0))
    return cells if texts + ends == len(body) + (not body.endswith(b"\n")) * (1 + (b"\r" in body)) else None


def can_be_plain(body: bytes, width: int) -> bool:
    """Return whether each line of a body may be a row of `width` unquoted cells."""
    if b'"' in body or b"\0" in body or width == 1:
        return False
    if body.startswith(UTF8_MARK):
        return False  # polars would drop a byte order mark, which is one only at the start of a file
    return b"\r" not in body or body.count(b"\r") == body.count(b"\r\n")


def with_lines(cells: pl.DataFrame, first_line: int) -> pl.DataFrame:
    """Return the cells of plain lines with the columns LINE and DAMAGE added."""
    lines = pl.int_range(first_line, first_line + len(cells), dtype=pl.UInt32, eager=True)
    return cells.with_columns(lines.alias(LINE), pl.lit(None, dtype=pl.String).alias(DAMAGE))


def can_be_lines(body: bytes) -> bool:
    """Return whether `plain_lines` can split a body: whether it holds no byte that would split a line."""
    return _SEPARATOR not in body


def plain_lines(body: bytes) -> pl.Series:
    """Return the lines of a body for which `can_be_lines` is true. Raises PolarsError where they are not UTF-8."""
    return _lines(unix(body), "utf8")


def _lines(text: bytes, encoding: Literal["utf8", "utf8-lossy"]) -> pl.Series:
    """Return the lines of a text; with utf8-lossy, bytes that are not UTF-8 are replaced."""
    schema, separator = {"line": pl.String}, _SEPARATOR.decode()
    query = pl.scan_csv(
        BytesIO(text), has_header=False, schema=schema, separator=separator, quote_char=None, encoding=encoding
    )
    return query.collect().to_series()


Record = tuple[str | int | None, ...]
"""A row parsed alone: its cells, the line on which it starts, and its damage."""


def parse_line_by_line(body: bytes, header: Sequence[str], first_line: int) -> pl.DataFrame:
    """Return the cells of any body with the columns LINE and DAMAGE added."""
    lines = unix(body).split(b"\n")
    records = []
    at = 0
    while at < len(lines):
        record, used = read_record(lines, at, len(header), first_line)
        records += [record] if record else []
        at += used
    return records_frame(records, header)


def records_frame(records: Sequence[Record], header: Sequence[str]) -> pl.DataFrame:
    """Return records as a frame."""
    schema = dict.fromkeys(header, pl.String) | {LINE: pl.UInt32, DAMAGE: pl.String}
    return pl.DataFrame(records, schema=schema, orient="row")


def whole_rows(text: bytes, width: int) -> int:
    """Return how many bytes at the start of `text`, of which more follows, are complete rows of `width` cells.

    They end at the last line end, or before the line that opens a quoted cell which the following text may close.
    """
    end = max(text.rfind(b"\n"), text.rfind(b"\r", 0, -1)) + 1
    if b'"' not in text:
        return end
    whole = unix(text[:end])
    odd = deque(_with_odd_quotes(whole))
    if not odd:
        return end
    lines = whole.split(b"\n")[:-1]
    while odd:
        start = odd.popleft()
        if not odd or odd[0] - start >= MOST_LINES_OF_A_ROW:
            if not odd and len(lines) - start < MOST_LINES_OF_A_ROW:
                return _start_of_line(text, start)
            continue
        cells = _cells(b"\n".join(lines[start : odd[0] + 1]))
        if cells is not None and len(cells) == width:
            odd.popleft()
    return end


def _with_odd_quotes(text: bytes) -> list[int]:
    """Return the indexes of lines on which a quoted cell may open or close: those with an odd number of quotes."""
    if can_be_lines(text):
        lines = _lines(text, "utf8-lossy")
        if len(lines) == text.count(b"\n"):
            return (~lines.str.contains(_EVEN_QUOTES)).arg_true().to_list()
    return [at for at, line in enumerate(text.split(b"\n")) if line.count(b'"') % 2]


def _start_of_line(text: bytes, line: int) -> int:
    """Return the offset at which a line starts; lines count from 0."""
    ends = (match.end() for match in _LINE_END.finditer(text))
    return next(islice(ends, line - 1, None)) if line else 0


def first_long_line(text: bytes, size: int) -> int | None:
    """Return the start of the first line that is longer than LONGEST_LINE within the first `size` bytes of a text."""
    step = max(LONGEST_LINE // 2, 1)
    for at in range(0, size, step):
        # A line that is too long covers a whole step, and most steps have a line end near their start.
        if line_end(text, at, at + step) < 0:
            start = max(text.rfind(b"\n", 0, at), text.rfind(b"\r", 0, at)) + 1
            end = line_end(text, at + step, size)
            if (size if end < 0 else end) - start > LONGEST_LINE:
                return start
    return None


def line_end(text: bytes, start: int, end: int) -> int:
    """Return the offset of the first line end from `start` up to `end`, or -1."""
    feed = text.find(b"\n", start, end)
    back = text.find(b"\r", start, end if feed < 0 else feed)
    return feed if back < 0 else back


def cut_line(text: bytes, header: Sequence[str], line: int) -> pl.DataFrame:
    """Return the first 1,000 bytes of a line that is too long, as one damaged row."""
    damage = f"the line is longer than {LONGEST_LINE:,} bytes and was cut; look for a missing line end"
    start = text[:1000].decode("utf-8", "replace")
    schema = dict.fromkeys(header, pl.String) | {LINE: pl.UInt32, DAMAGE: pl.String}
    return pl.DataFrame([(*_fit([start], len(header)), line, damage)], schema=schema, orient="row")


def read_record(lines: Sequence[bytes], at: int, width: int, first_line: int) -> tuple[Record | None, int]:
    """Return the row that starts on line `at` (None for a blank line), and how many lines it spans.

    A quoted cell may hold line breaks. If the lines that it spans are not a row of `width` cells, the quote is a stray
    one: only its line is damaged, and the next row starts on the next line.
    """
    text, used = _quoted_block(lines, at)
    if not text.strip():
        return None, 1
    cells = _cells(text)
    if used > 1 and (cells is None or len(cells) != width):
        text, used = lines[at], 1
        cells = _cells(text)
    damage = None
    if cells is None:
        cells, damage = [text.decode("utf-8", "replace")], "the line cannot be read as CSV; look for a stray quote"
    elif len(cells) != width:
        damage = f"the line has {len(cells)} cells and the header {width}; look for a missing or stray comma or quote"
    elif not _is_text(text):
        damage = NOT_TEXT
    return (*_fit(cells, width), first_line + at, damage), used


def _quoted_block(lines: Sequence[bytes], at: int) -> tuple[bytes, int]:
    """Return the text of a row, with the lines that its open quote spans, and how many lines that is."""
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
    """Return `width` cells: a short row is padded, surplus cells are joined into the last one."""
    first = [*cells[: width - 1], ",".join(cells[width - 1 :])] if len(cells) > width else [*cells]
    return [cell or None for cell in first] + [None] * (width - len(first))
