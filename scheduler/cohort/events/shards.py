"""Shards of a cohort, by the CRC-32 of the patient id: each holds all rows of its patients."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

import polars as pl

from spine_vigil.scheduler.errors import ValueProblem


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `count` shards of a cohort, by its `number` from 1 on.

    The number of a patient's shard is the CRC-32 (IEEE) of the trimmed id in UTF-8, modulo `count`, plus 1: the same on
    every machine and in every version. Rows without an id are in the first shard.
    """

    number: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.count:
            raise ValueProblem(
                f"there is no shard {self.number} of {self.count}; shards are counted from 1, so give 1/{self.count}"
                f" to {self.count}/{self.count}"
                if self.count > 0
                else "a cohort has at least one shard; give e.g. 1/4"
            )

    def holds(self, ids: pl.Series) -> pl.Series:
        """Return for each patient id (text, null where empty) whether its row is in this shard."""
        trimmed = ids.str.strip_chars().fill_null("").alias("id")
        distinct = trimmed.unique()
        is_held = [zlib.crc32(text.encode("utf-8")) % self.count == self.number - 1 for text in distinct.to_list()]
        return trimmed.is_in(distinct.filter(pl.Series(is_held, dtype=pl.Boolean)).implode())


def parse_shard(text: str) -> Shard:
    """Read a shard as I/N. Raises ValueProblem."""
    match = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text.strip())
    if match is None:
        raise ValueProblem(f"'{text}' is no shard; write I/N, e.g. 2/8 for the second of eight")
    return Shard(int(match[1]), int(match[2]))
