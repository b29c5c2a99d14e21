"""The due list as text, patient by patient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import click
import polars as pl

from spine_vigil.cli.output.due_table import COLOURS, MOST_SHOWN, first_rows, route_of, wrapped
from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.cohort.due.by_patient import Line, patients, span_words, summary, unread_words
from spine_vigil.timelines import printable


def patient_lines(
    frames: Callable[[], Iterator[pl.DataFrame]], lines: int, about: Mapping[str, str], *, is_terminal: bool
) -> Iterator[str]:
    """Yield the list in pieces of text: each patient with a summary, and a line or more for each schedule.

    `frames` gives the list by patient in pieces, `lines` is its length, `about` its metadata. On a terminal, only the
    first MOST_SHOWN lines are listed.
    """
    as_of = date.fromisoformat(about["as_of"])
    yield f"Due on {about['as_of']} by {about['edition']}, grace {about['grace']}"
    shown = [first_rows(frames(), MOST_SHOWN)] if is_terminal else frames()
    for patient_id, of_patient in patients(shown):
        yield "\n" + click.style(printable(patient_id), bold=True) + f": {summary(of_patient, as_of)}"
        unread = unread_words(of_patient)
        if unread:
            yield "\n".join(wrapped(unread))
        for line in of_patient:
            yield "\n".join(_line(line))
    if is_terminal and lines > MOST_SHOWN:
        yield f"\n{lines - MOST_SHOWN:,} more rows; -o FILE.csv lists them all"
    if not lines:
        yield "\nnothing to list"
    yield "\n".join(["", *wrapped(about["note"], indent=0)])


def _line(line: Line) -> Iterator[str]:
    """Yield the status with its dates and the schedule, then a note and advice."""
    status = DueStatus(line["status"])
    words = f"{status.value.replace('_', ' ')}{_when(line, status)}"
    text = f"{words}: {route_of(line)}"
    first, *others = wrapped(text)
    yield first.replace(words, click.style(words, fg=COLOURS.get(status)), 1)
    yield from others
    for name in ("note", "booking_advice"):
        if line[name] is not None:
            yield from wrapped(line[name], indent=2)
    if line["booked"] is not None and line["booking_advice"] is None:
        yield from wrapped(f"booked for {line['booked']}", indent=2)


def _when(line: Line, status: DueStatus) -> str:
    if line["opens"] is None:
        return ""
    if status is DueStatus.OVERDUE:
        return f" since {line['closes']}, {line['days_overdue']:,} d"
    return f" {span_words(line['opens'], line['closes'])}"
