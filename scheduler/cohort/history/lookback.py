"""Rows of one patient brought together across blocks: the reference day of each, and the other studies on its day.

Only a few whole numbers per row are stored, in memory or, for a large cohort, in a temporary file, partitioned by
patient. Each partition is sorted on its own, so that sorting takes little memory however large the cohort is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NOWHERE, Ints
from spine_vigil.scheduler.cohort.history.doubts import Doubts, Unread, all_doubts, sound_rows
from spine_vigil.scheduler.cohort.history.known import Known
from spine_vigil.scheduler.cohort.history.known_rows import KnownRows, known_rows, own_pairs
from spine_vigil.scheduler.cohort.history.references import (
    ReferenceDays,
    References,
    all_references,
    context_lanes,
    no_reference_days,
    reference_days,
)
from spine_vigil.scheduler.cohort.history.repeated import count_repeated, study_numbers
from spine_vigil.scheduler.cohort.history.rounds import Rounds, all_rounds, rounds_of
from spine_vigil.scheduler.cohort.history.rows import History, all_histories, history_from, history_of, rows_by_patient
from spine_vigil.scheduler.cohort.history.same_day import concerned, studies_together
from spine_vigil.scheduler.cohort.memory import give_back
from spine_vigil.scheduler.cohort.tables.context_book import ContextBook
from spine_vigil.scheduler.cohort.tables.contexts import Contexts, Lanes
from spine_vigil.scheduler.cohort.threads import in_order
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.files.spill import Held, Spill

_MOST_AT_ONCE = 1 << 17
"""The number of rows sorted at a time, roughly: few enough that intermediate arrays take little memory."""

_MOST_PARTITIONS = 1 << 16
"""The most partitions that 16 bits can number; NumPy sorts such numbers by radix, without comparisons."""

_MOST_IN_MEMORY = 1 << 21
"""The number of rows in memory from which they are spilled, where there is a spill."""

_SPILLED_PARTITIONS = 64
"""The partitions of spilled rows. The number of rows is not known in advance, so each is split again when it is
read."""


@dataclass(frozen=True, slots=True)
class Related:
    """What is needed of a patient's other rows to judge a row: reference days, and studies of the same day.

    `days` has a value for each judged row. `several` holds the rows that fit several schedules, ordered by row and
    schedule, `rounds` the entries of schedules whose modalities complement each other, `together` the rows with other
    studies on their day (see `studies_together`); `at` is the index of a row in the cohort or in its block.
    """

    days: ReferenceDays
    several: References
    rounds: Rounds
    together: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Block:
    """The judged rows of a block, ordered by the partition of their patients; partition `n` ends at `ends[n]`."""

    rows: History
    ends: NDArray[np.int64]

    @classmethod
    def whole(cls, rows: History) -> _Block:
        """Return the rows as one partition."""
        return cls(rows, np.array([len(rows)]))

    def split(self, partitions: int, patients: NDArray[np.uint64] | None = None) -> _Block:
        """Return the block split into `partitions` by `patients`, a number for each row (None: the patient keys)."""
        patients = self.rows.patient if patients is None else patients
        partition = (patients % np.uint64(partitions)).astype(np.uint16)
        rows = self.rows if partitions == 1 else self.rows.take(np.argsort(partition, kind="stable"))
        return _Block(rows, np.cumsum(np.bincount(partition, minlength=partitions)))

    def of_partition(self, partition: int) -> History:
        """Return the rows of the patients of a partition, in their order."""
        return self.rows.take(slice(self.ends[partition - 1] if partition else 0, self.ends[partition]))


class Histories:
    """The judged rows of a cohort, block by block."""

    def __init__(self, spill: Spill | None = None) -> None:
        """With a `spill`, most rows of a large cohort are stored there."""
        self._spill = spill
        self._blocks: list[_Block] = []
        self._in_memory = 0
        self._spilled: list[list[Held]] = []
        self._starts = [0]

    def add(self, history: pl.DataFrame) -> None:
        """Store the rows of the next block, a frame of HISTORY. Raises OSError where there is no room for them."""
        start = self._starts[-1]
        self._blocks.append(_Block.whole(history_of(history, start)))
        self._starts.append(start + len(history))
        self._in_memory += len(history)
        if self._spill is not None and self._in_memory >= _MOST_IN_MEMORY:
            self._spill_rows(self._spill)

    def _spill_rows(self, spill: Spill) -> None:
        """Move the rows in memory to the spill, partition by partition."""
        rows = all_histories([block.rows for block in self._blocks])
        block = _Block.whole(rows).split(_SPILLED_PARTITIONS)
        self._spilled.append(
            [spill.put([block.of_partition(partition).frame()]) for partition in range(_SPILLED_PARTITIONS)]
        )
        self._blocks, self._in_memory = [], 0

    def known_rows(self, known: Known, book: ContextBook, workers: int) -> KnownRows:
        """Return which rows are those of known patients; `book` has numbered their contexts."""
        patients = np.full(self._starts[-1], np.int32(NOWHERE))

        def of_partition(partition: int) -> tuple[NDArray[np.uint32], Ints, NDArray[np.int64]]:
            rows = self._of_partition(partition)
            found = known.patients.find(rows.patient, rows.check)
            return rows.at, found, own_pairs(rows, found, known)

        pairs = []
        for at, found, own in in_order(of_partition, range(self._into_partitions()), workers):
            patients[at] = found
            pairs.append(own)
        return known_rows(known, patients, pairs, book)

    def look_back(
        self,
        contexts: Contexts,
        lanes: Lanes,
        edition: Edition,
        workers: int,
        known: KnownRows | None = None,
        unread: Unread | None = None,
    ) -> Lookback:
        """Return what is needed of other rows to judge the rows of every block.

        `known` are the rows of patients of whom other rows say more, `unread` the patients with unreadable rows.
        """
        rows = self._starts[-1]
        partitions = self._into_partitions()
        give_back()
        lanes_of_contexts, combinations = context_lanes(contexts, lanes), concerned(contexts, edition)
        studies = study_numbers(contexts.courses)

        def look(rows: History) -> tuple[NDArray[np.uint32], Related, Doubts, int]:
            patients, doubts = sound_rows(rows_by_patient(rows), known, unread)
            days, several = reference_days(patients, lanes_of_contexts)
            rounds = rounds_of(patients, lanes_of_contexts)
            related = Related(days, several, rounds, studies_together(patients, combinations, edition))
            return patients.rows.at, related, doubts, count_repeated(patients, studies)

        def of_partition(partition: int) -> list[tuple[NDArray[np.uint32], Related, Doubts, int]]:
            rows = self._of_partition(partition)
            patients = rows.patient // np.uint64(partitions)
            parts = _Block.whole(rows).split(_partitions(len(rows)), patients)
            return [look(parts.of_partition(part)) for part in range(len(parts.ends))]

        days = no_reference_days(rows)
        several, rounds, together, doubts, repeated = [], [], [], [], 0
        for parts in in_order(of_partition, range(partitions), workers):
            for at, related, _, again in parts:
                repeated += again
                days.reference[at] = related.days.reference
                days.performed_reference[at] = related.days.performed_reference
            several.append(all_references([related.several for _, related, *_ in parts]))
            rounds.append(all_rounds([related.rounds for _, related, *_ in parts]))
            together += [related.together for _, related, *_ in parts]
            doubts += [found for _, _, found, _ in parts]
        all_together = pl.concat(together).sort("at")
        return Lookback(self._starts, days, several, rounds, all_together, all_doubts(doubts), repeated)

    def _into_partitions(self) -> int:
        """Partition the rows by patient, and return the number of partitions."""
        partitions = _SPILLED_PARTITIONS if self._spilled else _partitions(self._starts[-1])
        self._split(partitions)
        return partitions

    def _split(self, partitions: int) -> None:
        for number, block in enumerate(self._blocks):
            if len(block.ends) != partitions:
                self._blocks[number] = block.split(partitions)

    def _of_partition(self, partition: int) -> History:
        """Return the rows of the patients of a partition."""
        parts = []
        for held in self._spilled:
            assert self._spill is not None  # noqa: S101 - only a spill gives held rows
            parts.append(history_from(self._spill.get(held[partition])[0]))
        return all_histories([*parts, *(block.of_partition(partition) for block in self._blocks)])


def _partitions(rows: int) -> int:
    """Return the number of partitions into which `rows` rows are split."""
    return min(max(rows // _MOST_AT_ONCE, 1), _MOST_PARTITIONS)


class Lookback:
    """What is needed of other rows to judge the rows of a cohort, block by block."""

    def __init__(
        self,
        starts: list[int],
        days: ReferenceDays,
        several: Sequence[References],
        rounds: Sequence[Rounds],
        together: pl.DataFrame,
        doubts: Doubts,
        repeated: int,
    ) -> None:
        """Take what is needed of other rows; `starts` are the first indexes of the blocks and the end of the last.

        `several` and `rounds` have one item per partition: concatenating them would take twice the memory for a while.
        `repeated` counts the rows whose study stands twice.
        """
        self.starts = starts
        self.repeated = repeated
        self._days = days
        self._several = several
        self._rounds = rounds
        self._together = together
        self._doubts = doubts

    def take(self, block: int) -> Related:
        """Return what is needed to judge the rows of block number `block`; `at` counts from its first judged row."""
        start, end = self.starts[block : block + 2]
        together = self._together
        several = [part.take(_between(part.at, start, end)) for part in self._several]
        rounds = [part.take(_between(part.at, start, end)) for part in self._rounds]
        of_block = _between(together["at"].to_numpy(), start, end)
        return Related(
            self._days.take(slice(start, end)),
            all_references([part for part in several if len(part.at)] or several[:1]).counted_from(start),
            all_rounds([part for part in rounds if len(part)] or rounds[:1]).counted_from(start),
            together[of_block].with_columns(pl.col("at") - start),
        )

    def doubts(self, block: int) -> Doubts:
        """Return the doubts about the rows of block number `block`; `at` counts from its first judged row."""
        return self._doubts.between(*self.starts[block : block + 2])


def _between(at: NDArray[np.uint32], start: int, end: int) -> slice:
    """Return where in ascending `at` the indexes from `start` to below `end` stand."""
    return slice(*np.searchsorted(at, [start, end]))
