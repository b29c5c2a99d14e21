"""A lookup table that adds durations to days; month arithmetic is done once for each duration and day."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from spine_vigil.scheduler.cohort.arrays import NEVER, Ints, gather
from spine_vigil.scheduler.rules.dates import Duration


class DayTable:
    """Adds durations to day numbers by lookup.

    `low` and `high` bound the days that can be looked up. `offset` gives for each duration a number: the table holds
    day + duration at index `offset[duration] + day`.
    """

    def __init__(self, durations: Iterable[Duration], low: int, high: int) -> None:
        self.low = low
        self.span = high - low + 1
        self.offset: dict[Duration | None, int] = {None: -low}
        first, later = np.datetime64(low, "D"), np.arange(low, high + 1, dtype=np.int32)
        month = (first + np.arange(self.span)).astype("datetime64[M]")
        day_of_month = later - month.astype("datetime64[D]").astype(np.int32)
        blocks = [np.full(self.span, NEVER, dtype=np.int32)]
        for duration in durations:
            if duration not in self.offset:
                self.offset[duration] = len(blocks) * self.span - low
                if duration.months:
                    # In a month without that day, the last day counts.
                    start, end = (
                        (month + duration.months + more).astype("datetime64[D]").astype(np.int32) for more in (0, 1)
                    )
                    blocks.append(np.minimum(start + day_of_month, end - 1) + np.int32(duration.days))
                else:
                    blocks.append(later + np.int32(duration.days))
        self._days: Ints = np.concatenate(blocks)
        self._table = pl.Series(self._days)

    def add(self, duration: pl.Expr, day: pl.Expr) -> pl.Expr:
        """Return day + duration, where `duration` is an offset of this table; NEVER for no duration."""
        return gather(self._table, duration + day)

    def after(self, duration: Ints | int, day: Ints) -> Ints:
        """Return day + duration as `add` does, for arrays."""
        return self._days.take(day + duration)
