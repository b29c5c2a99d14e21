"""Statuses in the words of radiology systems, record systems, payers and standards."""

from __future__ import annotations

from functools import cache

from spine_vigil.scheduler.intake.vocabulary.tables import parts, read_table
from spine_vigil.scheduler.intake.vocabulary.words import Phrases, words_of
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.values import Frozen


class _StatusWord(Frozen):
    """What a word for a status may mean, likeliest first, and whether the first can be taken for it."""

    statuses: tuple[Status, ...]
    is_certain: bool


_DENIALS = frozenset({"not", "no", "non", "nicht", "un", "without", "never"})
"""Words that turn a status around: what surrounds them is read as a whole or not at all."""


def status_of(text: str) -> Status | None:
    """Return the status that a text is certain to mean; None where it is unknown or can mean several.

    What was entered in error, and what was voided, is `cancelled`: it never counts.
    """
    word = _phrases().exactly(words_of(text))
    return word.statuses[0] if word and word.is_certain else None


def ambiguous_status(text: str) -> tuple[Status, ...]:
    """Return the statuses that a text may mean, likeliest first; none where one is certain, or no word is known.

    A claim's `PAID` proposes `performed`, and `DENIED` is no evidence that imaging was not done. A preliminary report
    speaks of an exam that took place, but it never counts as final by itself. A text that is no known phrase as a whole
    proposes what the phrases in it mean.
    """
    words = words_of(text)
    word = _phrases().exactly(words)
    if word:
        return () if word.is_certain else word.statuses
    if _DENIALS & set(words):
        return ()
    found = [span.meaning for span in _phrases().read(words) if span.meaning and len(span.text) > 1]
    return tuple(dict.fromkeys(status for meaning in found for status in meaning.statuses))


def is_status_word(text: str) -> bool:
    """Return whether a text as a whole is a known word for one or several statuses."""
    return _phrases().exactly(words_of(text)) is not None


@cache
def _phrases() -> Phrases[_StatusWord]:
    def meaning(row: dict[str, str]) -> _StatusWord:
        return _StatusWord(tuple(map(Status, parts(row["statuses"]))), row["certain"] == "yes")

    return Phrases.of_rows(read_table("status_words"), meaning)
