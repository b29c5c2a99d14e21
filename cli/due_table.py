"""A list of what is due as text: one block for each status, readable at 100 columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import Any

import click
import polars as pl

from cli.columns import counted
from cli.show import WIDTH
from scheduler.due_status import DueStatus

MOST_SHOWN = 200
"""Rows that a terminal is given; a pipe and a file get all."""

_MOST_OF_AN_ID = 24
"""Characters of an id before it goes on in the next line."""

_COLOURS = {DueStatus.OVERDUE: "red", DueStatus.OPEN: "green", DueStatus.NEEDS_INFO: "yellow"}
_SPACE = "  "


def due_text(rows: pl.DataFrame, about: Mapping[str, str], *, is_terminal: bool) -> str:
    """Return the rows (columns of DUE_COLUMNS) under a heading for each status, then the bookings to look at.

    `about` holds what every list has to say: `as_of`, `edition`, `grace` and `note`. A booking with advice is
    marked by `!`. On a terminal the first MOST_SHOWN rows are listed.
    """
    shown = rows.head(MOST_SHOWN) if is_terminal else rows
    lines = [f"Due on {about['as_of']} by {about['edition']}, grace {about['grace']}"]
    totals = dict(rows["status"].value_counts().iter_rows())
    for status, block in groupby(shown.iter_rows(named=True), key=lambda row: row["status"]):
        heading = f"{status.replace('_', ' ').upper()}: {counted(totals[status], 'schedule')}"
        lines += ["", click.style(heading, bold=True, fg=_COLOURS.get(DueStatus(status)))]
        lines += _block(list(block), is_overdue=status == DueStatus.OVERDUE.value)
    advice = shown.filter(pl.col("booking_advice").is_not_null())
    if len(advice):
        lines += ["", click.style(f"! {counted(len(advice), 'booking')} to look at:", bold=True)]
        for row in advice.iter_rows(named=True):
            name = f"{printable(row['patient_id'])}, {row['protocol']}/{row['schedule']}: "
            lines += _wrapped(name + row["booking_advice"])
    if len(rows) > len(shown):
        lines += ["", f"{len(rows) - len(shown):,} more rows; -o FILE.csv lists them all"]
    if rows.is_empty():
        lines += ["", "nothing to list"]
    return "\n".join([*lines, "", *_wrapped(about["note"], indent=0)])


def _block(rows: Sequence[dict[str, Any]], *, is_overdue: bool) -> Iterator[str]:
    """Yield the lines of the rows of one status."""
    table = [("days", "opens", "closes", "booked", "patient", "schedule")]
    for row in rows:
        mark = " !" if row["booking_advice"] else ""
        dates = (_text(row["opens"]), _text(row["closes"]), _text(row["booked"]) + mark)
        route = f"{row['protocol']}/{row['schedule']}: {row['study']}"
        table.append((_text(row["days_overdue"]), *dates, printable(row["patient_id"]), route))
    filled = [column for column in zip(*table, strict=True) if any(column[1:])]
    table = list(zip(*filled, strict=True))
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    widths[-2] = min(widths[-2], _MOST_OF_AN_ID)
    widths[-1] = max(WIDTH - sum(widths[:-1]) - len(_SPACE) * len(widths), 1)
    for cells, note in zip(table, [None, *(row["note"] for row in rows)], strict=True):
        parts = [*([cell] for cell in cells[:-2]), _split(cells[-2], widths[-2]), _split(cells[-1], widths[-1])]
        for pieces in zip_longest(*parts, fillvalue=""):
            padded = [f"{piece:{width}}" for piece, width in zip(pieces, widths, strict=True)]
            padded[0] = f"{pieces[0]:>{widths[0]}}" if is_overdue else padded[0]
            yield (_SPACE + _SPACE.join(padded)).rstrip()
        if note is not None:
            yield from _wrapped(note, indent=2)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _split(text: str, width: int) -> list[str]:
    """Return a name in pieces of at most `width`, broken behind points, slashes and spaces where there are any."""
    pieces = [""]
    for part in re.findall(rf"[^./ ]{{1,{width - 1}}}[./ ]|[^./ ]{{1,{width}}}|[./ ]", text):
        if len(pieces[-1]) + len(part.rstrip()) > width:
            pieces.append("")
        pieces[-1] += part
    return [piece.rstrip() for piece in pieces]


def _wrapped(text: str, indent: int = 1) -> Iterator[str]:
    """Yield a sentence in lines that are indented, the later ones further."""
    line = _SPACE * indent
    for word in text.split():
        if len(line) + len(word) > WIDTH and line.strip():
            yield line.rstrip()
            line = _SPACE * (indent + 1 if indent else 0)
        line += f"{word} "
    yield line.rstrip()


def printable(text: str) -> str:
    """Return an id without what a terminal would act on."""
    return "".join(c if c.isprintable() else "?" for c in text)
