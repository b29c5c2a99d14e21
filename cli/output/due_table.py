"""A list of what is due as text: one block for each status, readable at 100 columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import click
import polars as pl

from spine_vigil.cli.output.decision import WIDTH
from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.rules.words import counted
from spine_vigil.timelines import printable

MOST_SHOWN = 200
"""Rows that a terminal is given; a pipe and a file get all."""

_MOST_OF_AN_ID = 24
"""Characters of an id before it goes on in the next line."""

_COLOURS = {DueStatus.OVERDUE: "red", DueStatus.OPEN: "green", DueStatus.NEEDS_INFO: "yellow"}
_SPACE = "  "
_TITLES = ("days", "opens", "closes", "booked", "patient", "schedule")


def due_lines(
    frames: Callable[[], Iterator[pl.DataFrame]],
    totals: Mapping[DueStatus, int],
    about: Mapping[str, str],
    *,
    is_terminal: bool,
) -> Iterator[str]:
    """Yield the rows of a list under a heading for each status, then the bookings to look at; some lines at a time.

    `frames` gives the list piece by piece (columns of DUE_COLUMNS), as often as it is asked; `totals` are the rows of
    each status. `about` holds what every list has to say: `as_of`, `edition`, `grace` and `note`. A booking with
    advice is marked by `!`. On a terminal the first MOST_SHOWN rows are listed.
    """
    shown = [_first(frames(), MOST_SHOWN)] if is_terminal else []

    def pieces() -> Iterator[pl.DataFrame]:
        return iter(shown) if is_terminal else frames()

    yield f"Due on {about['as_of']} by {about['edition']}, grace {about['grace']}"
    # A column is as wide as the widest cell of its status, so the list is gone through before the first line of it.
    widths, to_look_at = _measured(pieces())
    status = None
    for rows in pieces():
        for own in rows.partition_by("status", maintain_order=True):
            is_new, status = status != own["status"][0], own["status"][0]
            lines = []
            if is_new:
                heading = f"{status.replace('_', ' ').upper()}: {counted(totals[DueStatus(status)], 'schedule')}"
                lines += ["", click.style(heading, bold=True, fg=_COLOURS.get(DueStatus(status)))]
            lines += _block(own, widths[status], is_overdue=status == DueStatus.OVERDUE.value, has_titles=is_new)
            yield "\n".join(lines)
    if to_look_at:
        yield "\n" + click.style(f"! {counted(to_look_at, 'booking')} to look at:", bold=True)
        yield from _advice(pieces())
    if is_terminal and sum(totals.values()) > len(shown[0]):
        yield f"\n{sum(totals.values()) - len(shown[0]):,} more rows; -o FILE.csv lists them all"
    if not sum(totals.values()):
        yield "\nnothing to list"
    yield "\n".join(["", *_wrapped(about["note"], indent=0)])


def _first(frames: Iterable[pl.DataFrame], most: int) -> pl.DataFrame:
    """Return the first rows of a list."""
    found = pl.DataFrame()
    for frame in frames:
        found = frame.head(most) if found.is_empty() else pl.concat([found, frame.head(most - len(found))])
        if len(found) == most:
            break
    return found


def _measured(frames: Iterable[pl.DataFrame]) -> tuple[dict[str, list[int]], int]:
    """Return how wide the cells of each status are in the columns but the last (0: all empty), and how many advise."""
    date, mark = len("2026-01-01"), len(" !")
    filled = [
        pl.col("days_overdue").cast(pl.String).str.len_chars(),
        pl.col("opens").is_not_null() * date,
        pl.col("closes").is_not_null() * date,
        pl.col("booked").is_not_null() * date + pl.col("booking_advice").is_not_null() * mark,
        pl.col("patient_id").str.len_chars(),
    ]
    widths: dict[str, list[int]] = {}
    advice = 0
    for rows in frames:
        most = rows.group_by("status").agg(
            width.cast(pl.Int64).max().fill_null(0).alias(str(n)) for n, width in enumerate(filled)
        )
        for status, *found in most.iter_rows():
            widths[status] = list(map(max, widths.get(status, found), found))
        advice += len(rows) - rows["booking_advice"].null_count()
    return widths, advice


def _block(rows: pl.DataFrame, cells: Sequence[int], *, is_overdue: bool, has_titles: bool) -> Iterator[str]:
    """Yield the lines of rows of one status; `cells` says how wide its cells are (see `_measured`)."""
    places = [place for place, width in enumerate(cells) if width] + [len(cells)]
    widths = [max(cells[place], len(_TITLES[place])) for place in places[:-1]]
    widths[-1] = min(widths[-1], _MOST_OF_AN_ID)
    widths.append(max(WIDTH - sum(widths) - len(_SPACE) * len(places), 1))
    if has_titles:
        yield from _lines([_TITLES[place] for place in places], widths, is_overdue=is_overdue)
    for row in rows.iter_rows(named=True):
        texts = _cells(row)
        yield from _lines([texts[place] for place in places], widths, is_overdue=is_overdue)
        if row["note"] is not None:
            yield from _wrapped(row["note"], indent=2)


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    mark = " !" if row["booking_advice"] else ""
    dates = (_text(row["opens"]), _text(row["closes"]), _text(row["booked"]) + mark)
    route = f"{row['protocol']}/{row['schedule']}: {row['study']}"
    return (_text(row["days_overdue"]), *dates, printable(row["patient_id"]), route)


def _lines(cells: Sequence[str], widths: Sequence[int], *, is_overdue: bool) -> Iterator[str]:
    """Yield a row of the table, the id and the schedule in as many lines as they need."""
    parts = [*([cell] for cell in cells[:-2]), _split(cells[-2], widths[-2]), _split(cells[-1], widths[-1])]
    for pieces in zip_longest(*parts, fillvalue=""):
        padded = [f"{piece:{width}}" for piece, width in zip(pieces, widths, strict=True)]
        padded[0] = f"{pieces[0]:>{widths[0]}}" if is_overdue else padded[0]
        yield (_SPACE + _SPACE.join(padded)).rstrip()


def _advice(frames: Iterable[pl.DataFrame]) -> Iterator[str]:
    """Yield what to do about bookings."""
    for rows in frames:
        for row in rows.filter(pl.col("booking_advice").is_not_null()).iter_rows(named=True):
            name = f"{printable(row['patient_id'])}, {row['protocol']}/{row['schedule']}: "
            yield "\n".join(_wrapped(name + row["booking_advice"]))


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
