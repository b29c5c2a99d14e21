"""Texts that mean nothing is known, and ids that name nobody."""

from __future__ import annotations

import re
from functools import cache

from spine_vigil.scheduler.intake.vocabulary.tables import read_table

_LOST_DIGITS = re.compile(r"\d[.,]\d+e\+?\d+|\de\+\d+")
"""A number as a spreadsheet writes it once it no longer keeps every digit."""


def means_nothing(text: str) -> bool:
    """Return whether a cell says that nothing is known: empty, `NULL`, `N/A`, `-`, `99999999`."""
    return _plain(text) in _words("value")


def names_nobody(text: str) -> bool:
    """Return whether a patient's id names nobody: nothing, a placeholder, a number that lost digits (`1.2E+11`)."""
    plain = _plain(text)
    return plain in _words("value") or plain in _words("id") or _LOST_DIGITS.fullmatch(plain) is not None


@cache
def _words(where: str) -> frozenset[str]:
    words = {_plain(row["words"]) for row in read_table("null_words") if row["where"] == where}
    return frozenset(words | {""} if where == "value" else words)


def _plain(text: str) -> str:
    """Return a cell in lower case, with single blanks, without quotes around it and without a decimal `.0`."""
    plain = " ".join(text.replace("\ufeff", "").replace("\u200b", "").split()).casefold()
    plain = plain.removeprefix("=").strip("\"'").strip()
    return re.sub(r"(?<=\d)\.0+$", "", plain)
