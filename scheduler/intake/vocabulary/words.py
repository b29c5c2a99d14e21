"""Words of a text in a form that can be compared, and the longest known phrases among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from spine_vigil.scheduler.values import Frozen

Meaning = TypeVar("Meaning")

_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = str.maketrans("", "", "'\N{RIGHT SINGLE QUOTATION MARK}`")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text: lower case, without accents and apostrophes, split at everything else."""
    from unicodedata import normalize

    plain = text.translate(_APOSTROPHES).casefold()
    return tuple(_WORD.findall("".join(c for c in normalize("NFKD", plain) if not "\u0300" <= c <= "\u036f")))


class Span(Frozen, Generic[Meaning]):
    """A stretch of words, from the one numbered `start`, with what a known phrase means; None: an unknown word."""

    start: int
    words: tuple[str, ...]
    meaning: Meaning | None

    @property
    def text(self) -> str:
        """The words, joined by blanks."""
        return " ".join(self.words)


class Phrases(Generic[Meaning]):
    """Known phrases with their meanings, found in a text longest first."""

    def __init__(self, meanings: Mapping[tuple[str, ...], Meaning]) -> None:
        self._meanings = meanings
        self._longest = max(map(len, meanings))

    @classmethod
    def of_rows(cls, rows: Iterable[dict[str, str]], meaning: Callable[[dict[str, str]], Meaning]) -> Phrases[Meaning]:
        """Return the phrases in the column `words` of a table."""
        return cls({words_of(row["words"]): meaning(row) for row in rows})

    def exactly(self, words: tuple[str, ...]) -> Meaning | None:
        """Return what these words mean as one phrase; None where they are none."""
        return self._meanings.get(words)

    def read(self, words: tuple[str, ...]) -> list[Span[Meaning]]:
        """Return the words as spans, from left to right, each the longest known phrase or one unknown word."""
        spans: list[Span[Meaning]] = []
        start = 0
        while start < len(words):
            for length in range(min(self._longest, len(words) - start), 0, -1):
                phrase = words[start : start + length]
                if phrase in self._meanings:
                    spans.append(Span(start, phrase, self._meanings[phrase]))
                    break
            else:
                length = 1
                spans.append(Span(start, words[start : start + 1], None))
            start += length
        return spans
