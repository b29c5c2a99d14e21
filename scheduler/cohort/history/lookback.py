"""What the rows of a cohort need of each other: earlier studies, and the other studies of a day.

Only this is kept of all rows at once, a few whole numbers of each. They wait in memory, or in a passing file once they
are many, by shares of the patients. It is worked out for one share at a time, so that sorting takes little memory
however large the cohort is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.history.references import (
    ReferenceDays,
    References,
    all_references,
    context_lanes,
    no_reference_days,
    reference_days,
)
from spine_vigil.scheduler.cohort.history.rows import History, all_histories, courses_of, history_from, history_of
from spine_vigil.scheduler.cohort.history.same_day import concerned, studies_together
from spine_vigil.scheduler.cohort.memory import give_back
from spine_vigil.scheduler.cohort.tables.contexts import Contexts, Lanes
from spine_vigil.scheduler.cohort.threads import in_order
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.files.spill import Held, Spill

_MOST_AT_ONCE = 1 << 17
"""How many rows are sorted at a time, roughly: so few that what is made on the way takes little memory."""

_MOST_SHARES = 1 << 16
"""As many as 16 bits can number, which are sorted without comparisons."""

_MOST_IN_MEMORY = 1 << 21
"""With so many rows in memory these are put elsewhere, where there is some other place for them."""

_SHARES_ELSEWHERE = 64
"""The shares in which they are put there; how many there will be is not known yet, so these are shared out again."""


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

    @classmethod
    def whole(cls, rows: History) -> _Block:
        """Return rows with all their patients in one share."""
        return cls(rows, np.array([len(rows)]))

    def split(self, shares: int, patients: NDArray[np.uint64] | None = None) -> _Block:
        """Return the block with its patients, as numbers, in so many shares."""
        patients = self.rows.patient if patients is None else patients
        share = (patients % np.uint64(shares)).astype(np.uint16)
        rows = self.rows if shares == 1 else self.rows.take(np.argsort(share, kind="stable"))
        return _Block(rows, np.cumsum(np.bincount(share, minlength=shares)))

    def of_share(self, share: int) -> History:
        """Return the rows of the patients of a share, in their order."""
        return self.rows.take(slice(self.ends[share - 1] if share else 0, self.ends[share]))


class Histories:
    """The judged rows of a cohort, block by block."""

    def __init__(self, spill: Spill | None = None) -> None:
        """With a `spill` most rows of a large cohort wait there."""
        self._spill = spill
        self._blocks: list[_Block] = []
        self._in_memory = 0
        self._elsewhere: list[list[Held]] = []
        self._starts = [0]

    def add(self, history: pl.DataFrame) -> None:
        """Keep the rows of the next block, a frame of HISTORY. Raises OSError where there is no room for them."""
        start = self._starts[-1]
        self._blocks.append(_Block.whole(history_of(history, start)))
        self._starts.append(start + len(history))
        self._in_memory += len(history)
        if self._spill is not None and self._in_memory >= _MOST_IN_MEMORY:
            self._put_elsewhere(self._spill)

    def _put_elsewhere(self, spill: Spill) -> None:
        """Put what is in memory elsewhere, share by share."""
        rows = all_histories([block.rows for block in self._blocks])
        block = _Block.whole(rows).split(_SHARES_ELSEWHERE)
        self._elsewhere.append([spill.put([block.of_share(share).frame()]) for share in range(_SHARES_ELSEWHERE)])
        self._blocks, self._in_memory = [], 0

    def look_back(self, contexts: Contexts, lanes: Lanes, edition: Edition, workers: int) -> Lookback:
        """Return what the rows of every block need of the others."""
        rows = self._starts[-1]
        shares = _SHARES_ELSEWHERE if self._elsewhere else _shares(rows)
        self._split(shares)
        give_back()
        lanes_of_contexts, combinations = context_lanes(contexts, lanes), concerned(contexts, edition)

        def look(rows: History) -> tuple[NDArray[np.uint32], Found]:
            courses = courses_of(rows)
            days, several = reference_days(courses, lanes_of_contexts)
            return courses.rows.at, Found(days, several, studies_together(courses, combinations, edition))

        def of_share(share: int) -> list[tuple[NDArray[np.uint32], Found]]:
            own = self._of_share(share)
            patients = own.patient // np.uint64(shares)
            parts = _Block.whole(own).split(_shares(len(own)), patients)
            return [look(parts.of_share(part)) for part in range(len(parts.ends))]

        days = no_reference_days(rows)
        several, together = [], []
        for found_of_share in in_order(of_share, range(shares), workers):
            for at, found in found_of_share:
                days.reference[at] = found.days.reference
                days.performed_reference[at] = found.days.performed_reference
            several.append(all_references([found.several for _, found in found_of_share]))
            together += [found.together for _, found in found_of_share]
        return Lookback(self._starts, days, several, pl.concat(together).sort("at"))

    def _split(self, shares: int) -> None:
        for place, block in enumerate(self._blocks):
            if len(block.ends) != shares:
                self._blocks[place] = block.split(shares)

    def _of_share(self, share: int) -> History:
        """Return the rows of the patients of a share."""
        parts = []
        for held in self._elsewhere:
            assert self._spill is not None  # noqa: S101 - as there is what it holds
            parts.append(history_from(self._spill.get(held[share])[0]))
        return all_histories([*parts, *(block.of_share(share) for block in self._blocks)])


def _shares(rows: int) -> int:
    """Return in how many shares so many rows are looked at."""
    return min(max(rows // _MOST_AT_ONCE, 1), _MOST_SHARES)


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
