"""The groups of windows and studies by columns that a file carries, such as the site or the physician."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
import polars as pl

from spine_vigil.scheduler.cohort.arrays import NOWHERE, Ints
from spine_vigil.scheduler.cohort.decoding.cells import Cells
from spine_vigil.scheduler.cohort.decoding.values import Meanings
from spine_vigil.scheduler.cohort.history.rows import DAY_BITS, is_first_of_run, with_day
from spine_vigil.scheduler.records.fields import Column, Kind


class TextBook:
    """Numbers for texts, in the order in which they are first met; safe for any thread."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._turn = Lock()

    def number(self, text: str) -> int:
        """Return the number of a text."""
        with self._turn:
            return self._numbers.setdefault(text, len(self._numbers))

    def ranks(self) -> tuple[list[str], Ints]:
        """Return the texts in their own order, and the place there of each number."""
        ordered = sorted(self._numbers)
        places = {text: place for place, text in enumerate(ordered)}
        return ordered, np.array([places[text] for text in self._numbers], dtype=np.int32)


class GroupColumn:
    """The values of one carried column: numbered as they are met, then in the order of text."""

    def __init__(self, name: str, fields: Sequence[str]) -> None:
        """Take the `name` of the column in its file, and the fields under which the cells of a file may have it."""
        self.name = name
        self._fields = fields
        self._book = TextBook()
        self._meanings = Meanings(Column(name, Kind.TEXT, str, self._book.number, ""))

    def numbers(self, cells: Cells) -> pl.Series:
        """Return the number of each cell, null where it is empty or the cells have no such column."""
        field = next((field for field in self._fields if field in cells.names), None)
        if field is None:
            return pl.repeat(None, len(cells), dtype=pl.Int32, eager=True)
        return cells.numbers(field, self._meanings).cast(pl.Int32)

    def ranks(self) -> tuple[list[str], Ints]:
        """Return the values in the order of text, and the place there of each number; once all cells are read."""
        return self._book.ranks()


def groups_at(rows: pl.DataFrame, column: str, number: Ints, day: Ints) -> Ints:
    """Return the value of a patient that counts on a day: that of the latest row before the day which gives one.

    `rows` has `number` (of the patient), `date` (null for none) and the `column` (numbers in the order of their texts).
    Without an earlier row, one without a date counts, then the earliest. Of several values at one place the first
    counts. NOWHERE where no row gives any.
    """
    given = rows.filter(pl.col(column).is_not_null()).sort("number", "date", column, nulls_last=False)
    owner = given["number"].to_numpy().astype(np.int64)
    value = given[column].to_numpy()
    # Rows without a date sort before all others of their patient.
    date = given["date"].fill_null(-(1 << DAY_BITS - 1) + 1).to_numpy().astype(np.int32)
    key = with_day(owner, date)
    is_first = is_first_of_run(key)
    key, owner, value = key[is_first], owner[is_first], value[is_first]
    if not len(key):
        return np.full(len(number), np.int32(NOWHERE))
    wanted = number.astype(np.int64)
    earlier = np.searchsorted(key, with_day(wanted, day)) - 1
    has_earlier = (earlier >= 0) & (owner[earlier] == wanted)
    first = np.searchsorted(owner, wanted)
    has_any = (first < len(owner)) & (owner[np.minimum(first, len(owner) - 1)] == wanted)
    place = np.where(has_earlier, earlier, np.minimum(first, len(owner) - 1))
    return np.where(has_earlier | has_any, value[place], np.int32(NOWHERE)).astype(np.int32)
