"""A lookup table that adds durations to days, with month arithmetic done once for each duration and day."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from spine_vigil.scheduler.cohort.arrays import NEVER, Ints, gather
from spine_vigil.scheduler.rules.dates import Duration


class DayTable:
    """Adds durations to day numbers by lookup, with the arithmetic of months made once per duration.

    `low` and `high` bound the days that it is asked about. A duration has a `place` in it, to which a day is added.
    """

    def __init__(self, durations: Iterable[Duration], low: int, high: int) -> None:
        self.low = low
        self.span = high - low + 1
        self.place: dict[Duration | None, int] = {None: -low}
        first, later = np.datetime64(low, "D"), np.arange(low, high + 1, dtype=np.int32)
        month = (first + np.arange(self.span)).astype("datetime64[M]")
        day_of_month = later - month.astype("datetime64[D]").astype(np.int32)
        blocks = [np.full(self.span, NEVER, dtype=np.int32)]
        for duration in durations:
            if duration not in self.place:
                self.place[duration] = len(blocks) * self.span - low
                if duration.months:
                    # A month that has no such day gives its last one.
                    start, end = (
                        (month + duration.months + more).astype("datetime64[D]").astype(np.int32) for more in (0, 1)
                    )
                    blocks.append(np.minimum(start + day_of_month, end - 1) + np.int32(duration.days))
                else:
                    blocks.append(later + np.int32(duration.days))
        self._days: Ints = np.concatenate(blocks)
        self._table = pl.Series(self._days)

    def add(self, duration: pl.Expr, day: pl.Expr) -> pl.Expr:
        """Return day + duration, where `duration` is a place in this table; NEVER for no duration."""
        return gather(self._table, duration + day)

    def after(self, duration: Ints | int, day: Ints) -> Ints:
        """Return day + duration as `add` does, for arrays."""
        return self._days.take(day + duration)
