"""The due list as a text table of 100 columns, with a block for each status."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import click
import polars as pl

from spine_vigil.decision_text import WIDTH
from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.rules.words import counted
from spine_vigil.timelines import printable

MOST_SHOWN = 200
"""The most rows on a terminal; a pipe and a file get all."""

_MOST_OF_AN_ID = 24
"""Characters of a patient id before it wraps to the next line."""

COLOURS = {DueStatus.OVERDUE: "red", DueStatus.OPEN: "green", DueStatus.NEEDS_INFO: "yellow"}
"""The colours of statuses on a terminal."""

_SPACE = "  "
_TITLES = ("days", "opens", "closes", "last day", "booked", "patient", "schedule")


def due_lines(
    frames: Callable[[], Iterator[pl.DataFrame]],
    totals: Mapping[DueStatus, int],
    about: Mapping[str, str],
    *,
    is_terminal: bool,
) -> Iterator[str]:
    """Yield the table in pieces of text: the rows under a heading for each status, then the bookings with advice.

    Each call of `frames` gives the list in pieces (columns of DUE_COLUMNS); `totals` are the numbers of rows by status.
    `about` is the metadata of the list: `as_of`, `edition`, `grace` and `note`. A booking with advice is marked by `!`.
    On a terminal, only the first MOST_SHOWN rows are listed.
    """
    shown = [first_rows(frames(), MOST_SHOWN)] if is_terminal else []

    def pieces() -> Iterator[pl.DataFrame]:
        return iter(shown) if is_terminal else frames()

    yield f"Due on {about['as_of']} by {about['edition']}, grace {about['grace']}"
    # A column is as wide as the widest cell of its status, so the whole list is measured before the first line.
    widths, advised = _measured(pieces())
    status = None
    for rows in pieces():
        for block in rows.partition_by("status", maintain_order=True):
            is_new, status = status != block["status"][0], block["status"][0]
            lines = []
            if is_new:
                what = "protocol" if status == DueStatus.NO_SCHEDULE.value else "schedule"
                heading = f"{status.replace('_', ' ').upper()}: {counted(totals[DueStatus(status)], what)}"
                lines += ["", click.style(heading, bold=True, fg=COLOURS.get(DueStatus(status)))]
            lines += _block(block, widths[status], is_overdue=status == DueStatus.OVERDUE.value, has_titles=is_new)
            yield "\n".join(lines)
    if advised:
        yield "\n" + click.style(f"! {counted(advised, 'booking')} to look at:", bold=True)
        yield from _advice(pieces())
    if is_terminal and sum(totals.values()) > len(shown[0]):
        yield f"\n{sum(totals.values()) - len(shown[0]):,} more rows; -o FILE.csv lists them all"
    if not sum(totals.values()):
        yield "\nnothing to list"
    yield "\n".join(["", *wrapped(about["note"], indent=0)])


def first_rows(frames: Iterable[pl.DataFrame], most: int) -> pl.DataFrame:
    """Return the first rows of a list."""
    rows = pl.DataFrame()
    for frame in frames:
        rows = frame.head(most) if rows.is_empty() else pl.concat([rows, frame.head(most - len(rows))])
        if len(rows) == most:
            break
    return rows


def _measured(frames: Iterable[pl.DataFrame]) -> tuple[dict[str, list[int]], int]:
    """Return the cell widths by status, in all columns but the last (0: all empty), and the bookings with advice."""
    date, mark = len("2026-01-01"), len(" !")
    filled = [
        pl.col("days_overdue").cast(pl.String).str.len_chars(),
        pl.col("opens").is_not_null() * date,
        pl.col("closes").is_not_null() * date,
        pl.col("last_day").is_not_null() * date,
        pl.col("booked").is_not_null() * date + pl.col("booking_advice").is_not_null() * mark,
        pl.col("patient_id").str.len_chars(),
    ]
    widths: dict[str, list[int]] = {}
    advice = 0
    for rows in frames:
        most = rows.group_by("status").agg(
            width.cast(pl.Int64).max().fill_null(0).alias(str(n)) for n, width in enumerate(filled)
        )
        for status, *cells in most.iter_rows():
            widths[status] = list(map(max, widths.get(status, cells), cells))
        advice += len(rows) - rows["booking_advice"].null_count()
    return widths, advice


def _block(rows: pl.DataFrame, cells: Sequence[int], *, is_overdue: bool, has_titles: bool) -> Iterator[str]:
    """Yield the lines of rows of one status; `cells` are the widths of its cells (see `_measured`)."""
    columns = [column for column, width in enumerate(cells) if width] + [len(cells)]
    widths = [max(cells[column], len(_TITLES[column])) for column in columns[:-1]]
    widths[-1] = min(widths[-1], _MOST_OF_AN_ID)
    widths.append(max(WIDTH - sum(widths) - len(_SPACE) * len(columns), 1))
    if has_titles:
        yield from _lines([_TITLES[column] for column in columns], widths, is_overdue=is_overdue)
    for row in rows.iter_rows(named=True):
        texts = _cells(row)
        yield from _lines([texts[column] for column in columns], widths, is_overdue=is_overdue)
        if row["note"] is not None:
            yield from wrapped(row["note"], indent=2)
        if row["unread_rows"]:
            yield from wrapped(f"{counted(row['unread_rows'], 'row')} of this patient cannot be read", indent=2)


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    mark = " !" if row["booking_advice"] else ""
    dates = (*(_text(row[name]) for name in ("opens", "closes", "last_day")), _text(row["booked"]) + mark)
    return (_text(row["days_overdue"]), *dates, printable(row["patient_id"]), route_of(row))


def route_of(row: Mapping[str, Any]) -> str:
    """Return the schedule of a row with its study; the protocol where it has no schedule."""
    return row["protocol"] if row["schedule"] is None else f"{row['protocol']}/{row['schedule']}: {row['study']}"


def _lines(cells: Sequence[str], widths: Sequence[int], *, is_overdue: bool) -> Iterator[str]:
    """Yield the lines of a row of the table; the patient id and the schedule wrap."""
    parts = [*([cell] for cell in cells[:-2]), _split(cells[-2], widths[-2]), _split(cells[-1], widths[-1])]
    for pieces in zip_longest(*parts, fillvalue=""):
        padded = [f"{piece:{width}}" for piece, width in zip(pieces, widths, strict=True)]
        padded[0] = f"{pieces[0]:>{widths[0]}}" if is_overdue else padded[0]
        yield (_SPACE + _SPACE.join(padded)).rstrip()


def _advice(frames: Iterable[pl.DataFrame]) -> Iterator[str]:
    """Yield the advice on bookings."""
    for rows in frames:
        for row in rows.filter(pl.col("booking_advice").is_not_null()).iter_rows(named=True):
            name = f"{printable(row['patient_id'])}, {row['protocol']}/{row['schedule']}: "
            yield "\n".join(wrapped(name + row["booking_advice"]))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _split(text: str, width: int) -> list[str]:
    """Return a name in pieces of at most `width`, preferably broken after points, slashes and spaces."""
    pieces = [""]
    for part in re.findall(rf"[^./ ]{{1,{width - 1}}}[./ ]|[^./ ]{{1,{width}}}|[./ ]", text):
        if len(pieces[-1]) + len(part.rstrip()) > width:
            pieces.append("")
        pieces[-1] += part
    return [piece.rstrip() for piece in pieces]


def wrapped(text: str, indent: int = 1) -> Iterator[str]:
    """Yield a sentence in indented lines, with a deeper indent from the second line on."""
    line = _SPACE * indent
    for word in text.split():
        if len(line) + len(word) > WIDTH and line.strip():
            yield line.rstrip()
            line = _SPACE * (indent + 1 if indent else 0)
        line += f"{word} "
    yield line.rstrip()
