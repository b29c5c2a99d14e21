"""Dates that several rows give, of which the one that counts depends on the day of the request (rules 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NO_DAY, Ints
from spine_vigil.scheduler.cohort.history.rows import DAY_BITS, DAY_ZERO, distinct, with_day


@dataclass(frozen=True, slots=True)
class Dates:
    """The different dates of groups (patients or courses), packed with the number of the group, in ascending order."""

    packed: NDArray[np.int64]

    @classmethod
    def of(cls, group: pl.Series, day: pl.Series) -> Dates:
        """Return the dates that rows give of their groups; `day` is null where a row gives none."""
        given = day.is_not_null()
        groups = group.filter(given).cast(pl.Int64).to_numpy()
        return cls(distinct(with_day(groups, day.filter(given).cast(pl.Int32).to_numpy())))

    def __len__(self) -> int:
        return len(self.packed)

    def latest_known(self, group: NDArray[np.int64], day: Ints) -> Ints:
        """Return for each group its latest date on or before `day`, else its earliest; NO_DAY where it has none.

        A group of NOWHERE has none.
        """
        behind = np.searchsorted(self.packed, with_day(group, day), side="right")
        date = self._at(behind - 1, group)
        none = (date == NO_DAY).nonzero()[0]
        date[none] = self._at(behind[none], group[none])
        return date

    def earliest(self, group: NDArray[np.int64]) -> Ints:
        """Return the earliest date of each group, NO_DAY where it has none."""
        return self._at(np.searchsorted(self.packed, group << DAY_BITS), group)

    def first_after(self, group: NDArray[np.int64], day: Ints) -> Ints:
        """Return the first date of each group that lies after a day, NO_DAY where it has none."""
        return self._at(np.searchsorted(self.packed, with_day(group, day), side="right"), group)

    def _at(self, place: NDArray[np.intp], group: NDArray[np.int64]) -> Ints:
        """Return the date at a place where it is one of the group, else NO_DAY."""
        if not len(self):
            return np.full(len(group), np.int32(NO_DAY))
        # A place before the first takes the last, whose group is another one unless there is but one group.
        packed = self.packed[np.minimum(place, len(self) - 1)]
        is_own = (place >= 0) & (place < len(self)) & (packed >> DAY_BITS == group)
        day = (packed & ((1 << DAY_BITS) - 1)) - DAY_ZERO
        return np.where(is_own, day, NO_DAY).astype(np.int32)
