"""What the rows of a cohort need of each other: earlier studies, and the other studies of a day.

Only this is held of all rows at once, as a few whole numbers each. It is worked out for some of the patients
at a time, so that sorting takes little memory however large the cohort is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scheduler.cohort.combinations import concerned, studies_together
from scheduler.cohort.contexts import Contexts, Lanes
from scheduler.cohort.earlier import (
    ReferenceDays,
    References,
    all_references,
    context_lanes,
    no_reference_days,
    reference_days,
)
from scheduler.cohort.history import History, all_histories, courses_of, history_of
from scheduler.cohort.memory import give_back
from scheduler.cohort.parallel import in_order
from scheduler.edition import Edition

_MOST_AT_ONCE = 1 << 17
"""How many rows are sorted at a time, roughly: so few that what is made on the way takes little memory."""

_MOST_SHARES = 1 << 16
"""As many as 16 bits can number, which are sorted without comparisons."""


@dataclass(frozen=True, slots=True)
class Found:
    """What judged rows need of the others.

    `days` has a value for each of them. `several` has the rows that fit several schedules, ordered by place and
    schedule, `together` those with other studies on their day (see `studies_together`), both by their place, `at`,
    in the cohort or in their block.
    """

    days: ReferenceDays
    several: References
    together: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Block:
    """The judged rows of a block, ordered by the share that their patients are in; it ends at the place of `ends`."""

    rows: History
    ends: NDArray[np.int64]

    def split(self, shares: int) -> _Block:
        """Return the block with its patients in so many shares."""
        share = (self.rows.patient % np.uint64(shares)).astype(np.uint16)
        rows = self.rows if shares == 1 else self.rows.take(np.argsort(share, kind="stable"))
        return _Block(rows, np.cumsum(np.bincount(share, minlength=shares)))

    def of_share(self, share: int) -> History:
        """Return the rows of the patients of a share, in their order."""
        return self.rows.take(slice(self.ends[share - 1] if share else 0, self.ends[share]))


class Histories:
    """The judged rows of a cohort, block by block."""

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._starts = [0]

    def add(self, history: pl.DataFrame) -> None:
        """Keep the rows of the next block, a frame of HISTORY."""
        start = self._starts[-1]
        self._blocks.append(_Block(history_of(history, start), np.array([len(history)])))
        self._starts.append(start + len(history))

    def look_back(self, contexts: Contexts, lanes: Lanes, edition: Edition, workers: int) -> Lookback:
        """Return what the rows of every block need of the others."""
        rows = self._starts[-1]
        shares = min(max(rows // _MOST_AT_ONCE, 1), _MOST_SHARES)
        self._split(shares)
        give_back()
        lanes_of_contexts, combinations = context_lanes(contexts, lanes), concerned(contexts, edition)

        def of_share(share: int) -> tuple[NDArray[np.uint32], Found]:
            courses = courses_of(all_histories([block.of_share(share) for block in self._blocks]))
            days, several = reference_days(courses, lanes_of_contexts)
            return courses.rows.at, Found(days, several, studies_together(courses, combinations, edition))

        days = no_reference_days(rows)
        several, together = [], []
        for at, found in in_order(of_share, range(shares), workers):
            days.reference[at] = found.days.reference
            days.performed_reference[at] = found.days.performed_reference
            several.append(all_references([found.several]))
            together.append(found.together)
        return Lookback(self._starts, days, several, pl.concat(together).sort("at"))

    def _split(self, shares: int) -> None:
        for place, block in enumerate(self._blocks):
            if len(block.ends) != shares:
                self._blocks[place] = block.split(shares)


class Lookback:
    """What the judged rows of a cohort need of each other, by block."""

    def __init__(
        self, starts: list[int], days: ReferenceDays, several: Sequence[References], together: pl.DataFrame
    ) -> None:
        """Take the places at which the blocks start, with the one at which the last ends, and what was found.

        `several` are those of some patients each: all in one would be held twice while they are put together.
        """
        self._starts = starts
        self._days = days
        self._several = several
        self._together = together

    def take(self, place: int) -> Found:
        """Return what the rows of a block need, `at` counting its own rows."""
        start, end = self._starts[place : place + 2]
        together = self._together
        several = [part.take(slice(*np.searchsorted(part.at, [start, end]))) for part in self._several]
        first, last = np.searchsorted(together["at"].to_numpy(), [start, end])
        return Found(
            self._days.take(slice(start, end)),
            all_references([part for part in several if len(part.at)] or several[:1]).counted_from(start),
            together.slice(first, last - first).with_columns(pl.col("at") - start),
        )
