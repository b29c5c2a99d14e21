"""Rows of a file stored by partition of their patients: all rows of a patient are in one partition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from spine_vigil.scheduler.files.spill import Held, Spill

BLOCKS_OF_A_PARTITION = 4
"""A partition has about the rows of so many blocks, unless another number is wanted."""

_MOST_PARTITIONS = 256


class Partitions:
    """The rows of blocks by partition; each block has the same frames, which have the column `patient` (a key).

    `store` may be called from any thread, `divide` before it, and `add` in the order of the blocks.
    """

    def __init__(self, spill: Spill, blocks: int = BLOCKS_OF_A_PARTITION) -> None:
        """Store frames in a spill; a partition has about the rows of so many `blocks`."""
        self._spill = spill
        self._blocks = blocks
        self._held: list[list[Held]] = [[]]

    def divide(self, file_size: int, block_size: int) -> None:
        """Decide how many partitions there are, by the sizes of the file and of its first block."""
        count = int(min(max(file_size / max(block_size, 1) / self._blocks, 1), _MOST_PARTITIONS))
        self._held = [[] for _ in range(count)]

    def store(self, frames: Sequence[pl.DataFrame]) -> dict[int, Held]:
        """Store the frames of a block, and return where each partition of them is. Raises OSError."""
        parts = [self._by_partition(frame) for frame in frames]
        empty = [frame.clear() for frame in frames]
        return {
            partition: self._spill.put([part.get(partition, none) for part, none in zip(parts, empty, strict=True)])
            for partition in sorted({number for part in parts for number in part})
        }

    def _by_partition(self, frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
        if len(self._held) == 1:
            return {0: frame}
        partition = (pl.col("patient") % len(self._held)).alias("partition")
        parts = frame.with_columns(partition).partition_by("partition", as_dict=True, include_key=False)
        return {number: part for (number,), part in parts.items()}

    def add(self, stored: Mapping[int, Held]) -> None:
        """Add what `store` returned for the next block."""
        for partition, held in stored.items():
            self._held[partition].append(held)

    def take(self, *, with_empty: bool = False) -> list[list[Held]]:
        """Return what is stored of each partition that has any, or of each `with_empty`, and forget it."""
        filled, self._held = [stored for stored in self._held if stored or with_empty], [[]]
        return filled

    def frames(self, stored: Sequence[Held]) -> list[pl.DataFrame]:
        """Return the frames of a partition, those of all blocks in one. Raises OSError."""
        parts = zip(*(self._spill.get(held) for held in stored), strict=True)
        return [pl.concat(frames, how="diagonal") for frames in parts]
