"""The numbers that encode cell texts: each distinct text is parsed once, by the parser of single cells."""

from __future__ import annotations

from datetime import date
from threading import Lock

import polars as pl

from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.records.fields import Column, Kind, day_number

UNREADABLE = -(1 << 31)
"""The number of a filled cell that cannot be read."""

_USUAL_DAYS = range(day_number(date(1990, 1, 1)), day_number(date(2040, 1, 1)))
"""The days of most cohorts, known without parsing; all lie within the dates that can be read."""

MOST_KEPT = 1_000_000
"""The most distinct texts of a column that are stored: more than there are dates, fewer than there can be numbers."""


class Meanings:
    """The number that encodes each text, for columns with the same parser.

    `is_iso` says that the columns hold ISO dates, `dtype` is the type of the numbers, `unreadable` the number of a text
    that cannot be read; `messages` says what is wrong with such a text.
    """

    def __init__(self, column: Column, *, is_iso: bool = False) -> None:
        """`column` is any of the columns."""
        self._column = column
        self.is_iso = is_iso
        is_number = column.kind is Kind.NUMBER
        self.dtype: pl.DataType = pl.Float64() if is_number else pl.Int32()
        self.unreadable = float("-inf") if is_number else UNREADABLE
        self.messages: dict[str, str] = {}
        self._distinct = _Distinct(self)

    def values(self, text: pl.Series) -> pl.Series:
        """Return the number of each text, null where it is empty."""
        distinct = self._distinct
        if len(distinct.numbers) > MOST_KEPT:
            self._distinct = distinct = _Distinct(self)
        return distinct.values(text)

    def number(self, text: str) -> float | None:
        """Parse one text; where it cannot be read, add the reason to `messages`."""
        try:
            value = self._column.parse(text.strip()) if text.strip() else None
            return None if value is None else self._column.encode(value)
        except ValueProblem as problem:
            self.messages[text] = str(problem)
            return self.unreadable


class _Distinct:
    """The distinct texts of columns so far as polars categories, with the number of each category."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._texts = pl.Categories.random()
        # polars drops categories that no column uses.
        self._holder = pl.Series(dtype=pl.Categorical(self._texts))
        self._turn = Lock()
        self.numbers = pl.Series(dtype=meanings.dtype)
        if meanings.is_iso:
            # Most dates of a cohort are among these, which need no parsing.
            self.numbers = pl.Series(_USUAL_DAYS, dtype=pl.Int32)
            days = self.numbers.cast(pl.Date).dt.to_string("%Y-%m-%d")
            self._holder = days.cast(self._holder.dtype).clear()
        self._read = len(self.numbers)

    def values(self, text: pl.Series) -> pl.Series:
        """Return the number of each text, null where the text is null."""
        if text.null_count() * 2 > len(text):
            filled = self._values(text.drop_nulls())
            none = pl.repeat(None, len(text), dtype=filled.dtype, eager=True)
            return none.scatter(text.is_not_null().arg_true(), filled)
        return self._values(text)

    def _values(self, text: pl.Series) -> pl.Series:
        categories = text.cast(self._holder.dtype).to_physical()
        last = categories.max()
        with self._turn:
            if isinstance(last, int) and last >= self._read:
                self._read_up_to(last)
            numbers = self.numbers
        return numbers.gather(categories)

    def _read_up_to(self, last: int) -> None:
        """Parse the texts up to a category; a text that another thread is still adding is left to that thread."""
        start, gap = self._read, None
        new: list[float | None] = []
        for category in range(start, last + 1):
            try:
                text = self._texts[category]
            except IndexError:
                new.append(None)
                gap = category if gap is None else gap
            else:
                new.append(self._meanings.number(str(text)))
        self.numbers = pl.concat([self.numbers.head(start), pl.Series(new, dtype=self._meanings.dtype)])
        self._read = last + 1 if gap is None else gap
