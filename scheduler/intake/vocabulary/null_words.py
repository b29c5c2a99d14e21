"""Texts that mean nothing is known."""

from __future__ import annotations

import re
from functools import cache

from spine_vigil.scheduler.intake.vocabulary.tables import read_table


def means_nothing(text: str) -> bool:
    """Return whether a cell says that nothing is known: empty, `NULL`, `N/A`, `-`, `99999999`."""
    return _plain(text) in _words()


@cache
def _words() -> frozenset[str]:
    return frozenset({_plain(row["words"]) for row in read_table("null_words")} | {""})


def _plain(text: str) -> str:
    """Return a cell in lower case, with single blanks, without quotes around it and without a decimal `.0`."""
    plain = " ".join(text.replace("\ufeff", "").replace("\u200b", "").split()).casefold()
    plain = plain.removeprefix("=").strip("\"'").strip()
    return re.sub(r"(?<=\d)\.0+$", "", plain)
