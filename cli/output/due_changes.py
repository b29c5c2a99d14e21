"""What changed since an earlier due list, as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click
import polars as pl

from spine_vigil.cli.output.due_table import MOST_SHOWN, first_rows, route_of, wrapped
from spine_vigil.scheduler.cohort.due.by_patient import Line, span_words, was_words
from spine_vigil.scheduler.cohort.due.changes import Changes
from spine_vigil.timelines import printable

_HEADINGS = {"new": "NEW", "moved": "MOVED", "gone": "GONE"}


def change_lines(frames: Callable[[], Iterator[pl.DataFrame]], changes: Changes, *, is_terminal: bool) -> Iterator[str]:
    """Yield the changes in pieces of text: their numbers, then each line that is new, moved or gone.

    Each call of `frames` gives the list with CHANGE_COLUMNS in pieces. On a terminal, only the first MOST_SHOWN of a
    kind are listed.
    """
    counts = changes.counts
    yield f"Changes {changes.words}"
    for change, heading in _HEADINGS.items():
        if not counts[change]:
            continue
        yield "\n" + click.style(f"{heading}: {counts[change]:,}", bold=True)
        of_kind = (rows.filter(pl.col("change") == change) for rows in frames())
        for rows in [first_rows(of_kind, MOST_SHOWN)] if is_terminal else of_kind:
            for line in rows.iter_rows(named=True):
                yield "\n".join(wrapped(_words(line)))
        if is_terminal and counts[change] > MOST_SHOWN:
            yield f"  {counts[change] - MOST_SHOWN:,} more; -o FILE.csv lists them all"


def _words(line: Line) -> str:
    """Return a change in words: who, what, how it is now, and what it was."""
    now = (line["status"] or "").replace("_", " ")
    if line["opens"] is not None:
        now += f" {span_words(line['opens'], line['closes'])}"
    told = "; ".join(filter(None, (now, was_words(line))))
    return f"{printable(line['patient_id'])}, {route_of(line)}{f': {told}' if told else ''}"
