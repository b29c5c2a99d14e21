"""Rows in an order, of which only some are in memory at a time: sorted share by share, merged piece by piece."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from spine_vigil.scheduler.files.spill import Held, Spill

PIECE_ROWS = 1 << 16
"""How many rows come at a time, roughly."""

_SLICES_OF_A_PIECE = 32

_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SortedRun:
    """The rows of a share in their order: the first key of each of its slices, and where they wait."""

    firsts: list[_Key]
    slices: list[Held]


class SortedRuns:
    """Rows that come share by share, in any order, and go in the order of the columns `by`.

    No two rows have the same values there, and none of them is null, so that there is one order. Every share is cut
    into small slices, whose first keys say which of them hold the rows of a piece.
    """

    def __init__(self, spill: Spill, by: Sequence[str]) -> None:
        self._spill = spill
        self._by = list(by)
        self._slice_rows = max(PIECE_ROWS // _SLICES_OF_A_PIECE, 1)
        self._runs: list[SortedRun] = []
        self._starts: list[_Key] = []

    def sorted_run(self, share: pl.DataFrame) -> SortedRun:
        """Sort the rows of a share and let them wait; from any thread. Raises OSError."""
        run = SortedRun([], [])
        for part in share.sort(self._by).iter_slices(self._slice_rows):
            run.firsts.append(part.select(self._by).row(0))
            run.slices.append(self._spill.put([part]))
        return run

    def add(self, run: SortedRun) -> None:
        """Take the rows of another share."""
        self._runs.append(run)

    def pieces(self) -> range:
        """Return the numbers of the pieces, once all shares were added."""
        firsts = sorted(first for run in self._runs for first in run.firsts)
        self._starts = firsts[::_SLICES_OF_A_PIECE]
        return range(len(self._starts))

    def piece(self, number: int) -> pl.DataFrame:
        """Return the rows of a piece in their order; from any thread. Raises OSError."""
        low = self._starts[number]
        high = self._starts[number + 1] if number + 1 < len(self._starts) else None
        parts = [part for run in self._runs for part in self._between(run, low, high)]
        return pl.concat(parts).sort(self._by)

    def _between(self, run: SortedRun, low: _Key, high: _Key | None) -> list[pl.DataFrame]:
        """Return the rows of a run from `low` on, up to the one before `high`."""
        begin = max(bisect_right(run.firsts, low) - 1, 0)
        end = len(run.firsts) if high is None else bisect_left(run.firsts, high)
        found = []
        for place in range(begin, end):
            (part,) = self._spill.get(run.slices[place])
            keys = part.select(self._by)
            start = 0 if run.firsts[place] >= low else self._behind(keys, low)
            stop = len(part)
            if high is not None and (place + 1 == end):
                stop = self._behind(keys, high)
            found.append(part[start:stop])
        return found

    @staticmethod
    def _behind(keys: pl.DataFrame, key: _Key) -> int:
        """Return how many of the rows stand before a key."""
        return bisect_left(range(len(keys)), key, key=keys.row)
