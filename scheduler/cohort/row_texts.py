"""Text columns kept as lookups into a table of distinct texts, with own texts for some rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import Ints, look_up

EMPTY = pl.Series([""])
"""The table of a column that is empty but for rows with texts of their own."""


@dataclass(frozen=True, slots=True)
class RowTexts:
    """A text for every row: `table[places[row]]`, but for some `rows`, which have `own` texts."""

    table: pl.Series
    places: Ints
    rows: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))
    own: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))

    @classmethod
    def of_some(cls, size: int, rows: NDArray[np.intp], own: pl.Series) -> RowTexts:
        """Return a column of so many rows, empty but for some of them."""
        return cls(EMPTY, np.zeros(size, np.int32), rows, own)

    def series(self) -> pl.Series:
        """Return the text of each row."""
        texts = look_up(self.table, self.places)
        return texts.scatter(self.rows, self.own) if len(self.rows) else texts


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column whose cells are each a concatenation of pieces."""

    name: str
    pieces: Sequence[RowTexts]

    def series(self) -> pl.Series:
        """Return the cell of each row."""
        texts = [piece.series() for piece in self.pieces]
        return (texts[0] if len(texts) == 1 else pl.select(pl.concat_str(texts)).to_series()).alias(self.name)
