"""Primary sites in words, as regions."""

from __future__ import annotations

import re
from functools import cache

from spine_vigil.scheduler.intake.vocabulary.tables import read_table
from spine_vigil.scheduler.intake.vocabulary.words import Phrases, words_of

_ANY = "any"
"""In the table: a word that says no more than the side or the end of a place."""

_LEVEL = re.compile(r"[a-z]\d+")
"""A vertebra (`t2`), which in a longer text may be a stage of a tumor."""


def site_of(text: str) -> str | None:
    """Return the region that a primary site in words lies in.

    None where a word is not understood, and where the place may lie in several regions (`spinal cord`, `cervical`).
    """
    spans = _sites().read(words_of(text))
    if any(span.meaning is None for span in spans):
        return None
    return _one_of({span.meaning for span in spans if span.meaning is not None})


def names_places(text: str) -> bool:
    """Return whether every word of a text is a part of the body, or says which end or side of one is meant."""
    spans = _sites().read(words_of(text))
    return bool(spans) and all(span.meaning is not None for span in spans)


def site_within(text: str) -> str | None:
    """Return the one region that the places named in a longer text lie in; None where there is none or several."""
    spans = _sites().read(words_of(text))
    return _one_of({span.meaning for span in spans if span.meaning is not None and not _LEVEL.fullmatch(span.text)})


def is_place(text: str) -> bool:
    """Return whether a text is a part of the body, or says which end or side of one is meant."""
    return _sites().exactly(words_of(text)) is not None


def _one_of(regions: set[str]) -> str | None:
    """Return the only region; None where there are several, none, or one that the table leaves open."""
    named = regions - {_ANY}
    return (named.pop() or None) if len(named) == 1 else None


@cache
def _sites() -> Phrases[str]:
    return Phrases.of_rows(read_table("site_words"), lambda row: row["region"])
