"""The lines of a due list patient by patient, with a summary of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import polars as pl

from spine_vigil.scheduler.answers.due_status import URGENCY, DueStatus
from spine_vigil.scheduler.rules.words import counted

Line = Mapping[str, Any]
"""A line of the list: the columns of DUE_COLUMNS, and those of CHANGE_COLUMNS where it is compared."""

_TOLD = (DueStatus.OVERDUE, DueStatus.OPEN, DueStatus.UPCOMING, DueStatus.NEEDS_INFO)
"""The statuses that a summary counts: those that ask for something."""


def patients(frames: Iterable[pl.DataFrame]) -> Iterator[tuple[str, list[Line]]]:
    """Yield each patient with his or her lines, which stand together in the list, wherever its pieces end."""
    lines = (line for rows in frames for line in rows.iter_rows(named=True))
    for patient_id, of_patient in groupby(lines, key=lambda line: str(line["patient_id"])):
        yield patient_id, list(of_patient)


def summary(lines: Sequence[Line], as_of: date) -> str:
    """Return the lines of a patient in a few words: `3 studies, 2 overdue, next booked 2026-12-01`."""
    studies = [line for line in lines if line["schedule"] is not None]
    counts = Counter(line["status"] for line in studies)
    words = ["1 study" if len(studies) == 1 else f"{len(studies):,} studies"] if studies else ["no schedule"]
    told = [status for status in URGENCY if status in _TOLD and counts[status.value]]
    words += [f"{counts[status.value]:,} {status.value.replace('_', ' ')}" for status in told]
    booked = min((line["booked"] for line in lines if line["booked"] and line["booked"] >= as_of), default=None)
    return ", ".join([*words, *([f"next booked {booked}"] if booked else [])])


def unread_words(lines: Sequence[Line]) -> str:
    """Return what to do about the rows of a patient that cannot be read; empty where there are none."""
    unread = max((line["unread_rows"] or 0 for line in lines), default=0)
    return f"{counted(unread, 'row')} of this patient cannot be read: check the record first" if unread else ""


def was_words(line: Line) -> str:
    """Return what a line was on the earlier list, where it differs now, and why: `was open 2026-11-02; done on ...`."""
    if line["was_status"] is None:
        return ""
    parts = []
    if any(line[f"was_{name}"] != line[name] for name in ("status", "opens", "closes")):
        span = span_words(line["was_opens"], line["was_closes"])
        parts.append(f"was {line['was_status'].replace('_', ' ')}{f' {span}' if span else ''}")
    elif line["was_last_day"] is not None and line["was_last_day"] != line["last_day"]:
        parts.append(f"the last day was {line['was_last_day']}")
    if line["change"] == "moved" and line["was_booked"] != line["booked"]:
        parts.append(f"was booked for {line['was_booked']}" if line["was_booked"] else "was not booked")
    return "; ".join(filter(None, (", ".join(parts), line["change_note"])))


def span_words(opens: date | None, closes: date | None) -> str:
    """Return the days of a window: `2026-11-02 to 2026-12-02`, one day alone where both are one, or nothing."""
    if opens is None:
        return ""
    return f"{opens}" if opens == closes else f"{opens} to {closes}"
