"""External merge sort: rows in batches are sorted with only a few of them in memory at a time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from spine_vigil.scheduler.files.spill import Held, Spill

PIECE_ROWS = 1 << 16
"""The number of sorted rows that are returned at a time, roughly."""

_SLICES_OF_A_PIECE = 32

_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SortedRun:
    """The sorted rows of a batch in slices: the first key of each slice, and where its rows are stored."""

    firsts: list[_Key]
    slices: list[Held]


class SortedRuns:
    """Sorts rows by the columns `by`: takes batches in any order, and returns the sorted whole in pieces.

    No two rows have the same values in `by`, and no value is null, so that the order is unique. Each batch is cut into
    small slices; their first keys show which slices hold the rows of a piece.
    """

    def __init__(self, spill: Spill, by: Sequence[str]) -> None:
        self._spill = spill
        self._by = list(by)
        self._slice_rows = max(PIECE_ROWS // _SLICES_OF_A_PIECE, 1)
        self._runs: list[SortedRun] = []
        self._starts: list[_Key] = []

    def sorted_run(self, batch: pl.DataFrame) -> SortedRun:
        """Sort the rows of a batch and put them on the spill; from any thread. Raises OSError."""
        run = SortedRun([], [])
        for part in batch.sort(self._by).iter_slices(self._slice_rows):
            run.firsts.append(part.select(self._by).row(0))
            run.slices.append(self._spill.put([part]))
        return run

    def add(self, run: SortedRun) -> None:
        """Add the rows of a batch."""
        self._runs.append(run)

    def pieces(self) -> range:
        """Return the numbers of the pieces, once all batches are added."""
        firsts = sorted(first for run in self._runs for first in run.firsts)
        self._starts = firsts[::_SLICES_OF_A_PIECE]
        return range(len(self._starts))

    def piece(self, number: int) -> pl.DataFrame:
        """Return the sorted rows of a piece; from any thread. Raises OSError."""
        low = self._starts[number]
        high = self._starts[number + 1] if number + 1 < len(self._starts) else None
        parts = [part for run in self._runs for part in self._between(run, low, high)]
        return pl.concat(parts).sort(self._by)

    def _between(self, run: SortedRun, low: _Key, high: _Key | None) -> list[pl.DataFrame]:
        """Return the rows of a run from the key `low` (included) to the key `high` (excluded)."""
        begin = max(bisect_right(run.firsts, low) - 1, 0)
        end = len(run.firsts) if high is None else bisect_left(run.firsts, high)
        parts = []
        for index in range(begin, end):
            (part,) = self._spill.get(run.slices[index])
            keys = part.select(self._by)
            start = 0 if run.firsts[index] >= low else self._rows_before(keys, low)
            stop = len(part)
            if high is not None and index + 1 == end:
                stop = self._rows_before(keys, high)
            parts.append(part[start:stop])
        return parts

    @staticmethod
    def _rows_before(keys: pl.DataFrame, key: _Key) -> int:
        """Return how many of the sorted rows come before a key."""
        return bisect_left(range(len(keys)), key, key=keys.row)
