"""Text columns stored as indexes into a table of distinct texts, with individual texts for some rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import Ints, look_up

EMPTY = pl.Series([""])
"""The table of a column that is empty except in rows with individual texts."""


@dataclass(frozen=True, slots=True)
class RowTexts:
    """A text for every row: `table[indexes[row]]`, except for some `rows`, which have `individual` texts."""

    table: pl.Series
    indexes: Ints
    rows: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))
    individual: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))

    @classmethod
    def of_some(cls, size: int, rows: NDArray[np.intp], individual: pl.Series) -> RowTexts:
        """Return a column of `size` rows, empty except for some of them."""
        return cls(EMPTY, np.zeros(size, np.int32), rows, individual)

    def series(self) -> pl.Series:
        """Return the text of each row."""
        texts = look_up(self.table, self.indexes)
        return texts.scatter(self.rows, self.individual) if len(self.rows) else texts


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column whose cells are each a concatenation of pieces."""

    name: str
    pieces: Sequence[RowTexts]

    def series(self) -> pl.Series:
        """Return the cell of each row."""
        texts = [piece.series() for piece in self.pieces]
        return (texts[0] if len(texts) == 1 else pl.select(pl.concat_str(texts)).to_series()).alias(self.name)
