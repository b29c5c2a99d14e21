"""Parsing of CSV text with quotes or damaged lines: usual lines by polars, all at once, the others one by one.

A usual line is a row by itself: quotes, if any, enclose whole cells without further quotes, so that the line has only
one meaning. A pattern recognizes these lines, and the result of polars is checked against the length of the text. The
result equals that of `parse_line_by_line`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import compress

import polars as pl

from spine_vigil.scheduler.files.csv_text import (
    LINE,
    LONGEST_LINE,
    UTF8_MARK,
    Record,
    can_be_lines,
    parse_line_by_line,
    plain_lines,
    read_record,
    records_frame,
    unix,
    with_lines,
)

_MOST_CELLS = 1000
"""The most cells of a line for which the pattern is faster than parsing the line alone."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Cells with LINE and DAMAGE, and whether every row is a line exactly as a CSV writer would write it."""

    cells: pl.DataFrame
    is_as_written: bool


def parse_quoted(body: bytes, header: Sequence[str], first_line: int) -> Quoted:
    """Return the cells of any body, like `parse_line_by_line`, but faster where most lines are usual."""
    if not 1 < len(header) <= _MOST_CELLS:  # with one column, a blank line, which is not a row, would look usual
        return Quoted(parse_line_by_line(body, header, first_line), is_as_written=False)
    text = unix(body)
    cells = _all_at_once(text, header)
    if cells is not None:
        return Quoted(with_lines(cells[0], first_line), cells[1])
    return Quoted(_in_parts(text, header, first_line), is_as_written=False)


def _all_at_once(text: bytes, header: Sequence[str]) -> tuple[pl.DataFrame, bool] | None:
    """Return the cells of a text whose lines are all usual, and whether a CSV writer would write them so; else None."""
    if not can_be_lines(text) or text.startswith(UTF8_MARK):
        return None
    try:
        lines = plain_lines(text)
    except pl.exceptions.PolarsError:  # bytes that are not UTF-8
        return None
    if len(lines) != _count(text) or not _is_usual(lines, len(header)).all():
        return None
    cells = _parse_usual(text, header, len(lines))
    return None if cells is None else (cells, bool(lines.str.contains(_pattern(len(header), _NEEDED)).all()))


def _in_parts(text: bytes, header: Sequence[str], first_line: int) -> pl.DataFrame:
    """Return the cells of any text: its usual lines are parsed at once, the others one by one."""
    lines = text.split(b"\n")
    texts = pl.Series(text.decode("utf-8", "replace").split("\n"), dtype=pl.String)
    # U+FFFD replaces bytes that are not UTF-8; a line that really holds it is parsed alone, with the same result.
    is_usual = _is_usual(texts, len(header)) & ~texts.str.contains("\ufffd", literal=True)
    is_usual &= ~texts.str.starts_with(UTF8_MARK.decode())
    records, others = _one_by_one(lines, (~is_usual).arg_true(), len(header), first_line)
    is_usual = is_usual.scatter(others, values=False)
    usual = b"\n".join(compress(lines, is_usual))
    usual_lines = is_usual.arg_true()
    cells = (
        _parse_usual(usual, header, len(usual_lines))
        if len(usual_lines)
        else pl.DataFrame(schema=dict.fromkeys(header, pl.String))
    )
    if cells is None:
        return parse_line_by_line(text, header, first_line)
    numbered = with_lines(cells, 0).with_columns((usual_lines + first_line).cast(pl.UInt32).alias(LINE))
    return pl.concat([numbered, records_frame(records, header)]).sort(LINE) if records else numbered


def _one_by_one(
    lines: Sequence[bytes], unusual: pl.Series, width: int, first_line: int
) -> tuple[list[Record], list[int]]:
    """Return the rows that start on unusual lines, and the indexes of all lines that these rows span."""
    records: list[Record] = []
    spanned: list[int] = []
    next_line = 0
    for at in unusual.to_list():
        if at >= next_line:
            record, used = read_record(lines, at, width, first_line)
            records += [record] if record else []
            next_line = at + used
            spanned += range(at, next_line)
    return records, spanned


def _parse_usual(text: bytes, header: Sequence[str], rows: int) -> pl.DataFrame | None:
    """Return the cells of usual lines; None where the result of polars does not add up to the text.

    The lengths of all cells, each with its comma or line end, and of all quotes must sum up to that of the text.
    """
    schema = dict.fromkeys(header, pl.String)
    try:
        cells = pl.scan_csv(BytesIO(text), has_header=False, schema=schema, quote_char='"').collect()
    except pl.exceptions.PolarsError:
        return None
    lengths = cells.select(pl.all().str.len_bytes().sum()).row(0)
    empty = cells.select((pl.all().str.len_bytes() == 0).any()).row(0)
    ends = len(cells) * len(header) - (not text.endswith(b"\n"))
    if len(cells) != rows or sum(lengths) + ends + text.count(b'"') != len(text):
        return None
    emptied = [name for name, is_empty in zip(header, empty, strict=True) if is_empty]
    return cells.with_columns(pl.when(pl.col(n) != "").then(pl.col(n)).alias(n) for n in emptied)


def _is_usual(lines: pl.Series, width: int) -> pl.Series:
    """Return which lines are usual."""
    is_usual = lines.str.contains(_pattern(width, _ANY)) & (lines.str.len_bytes() < LONGEST_LINE)
    return is_usual.fill_null(value=False)  # polars returns null for a blank line


_ANY = '(?:"[^"\\x00]*"|[^",\\x00]*)'
"""A cell, quoted or not."""

_NEEDED = '(?:"[^",]*,[^"]*"|[^",]*)'
"""A cell that is quoted exactly if it holds a comma."""


@cache
def _pattern(width: int, cell: str) -> str:
    return f"^(?:{cell},){{{width - 1}}}{cell}$"


def _count(text: bytes) -> int:
    return text.count(b"\n") + (not text.endswith(b"\n"))
