"""Notes behind an explanation: dates of the patient that cannot be right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from spine_vigil.scheduler.rules.facts import IndexKind

AFTER_END = " The study was performed all the same: check the end of follow-up."
"""The note on a performed study of which surveillance says nothing, since follow-up had ended."""


def before_birth_notes(dates: Mapping[IndexKind, date]) -> str:
    """Return the notes on index dates that lie before the birth, in the order of their kinds."""
    return "".join(before_birth_note(kind, dates[kind].isoformat()) for kind in IndexKind if kind in dates)


def before_birth_note(kind: IndexKind, day: str) -> str:
    """Return the note on one index date that lies before the birth."""
    return f" The date of {kind.words}, {day}, lies before the birth and does not count: correct one of them."
