"""Columns as NumPy arrays without nulls: the values that stand for null, and lookups by index."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

NEVER = 1_000_000
"""A day later than any other (in the year 4707): the end of a phase without end, or an event that did not happen."""

NO_DAY = -NEVER
"""Stands for no day; earlier than any other."""

NOWHERE = -1
"""Stands for no index into a table."""

Ints: TypeAlias = NDArray[np.int32]

Flags: TypeAlias = NDArray[np.bool_]


def gather(values: pl.Series | Ints | Flags, at: pl.Expr) -> pl.Expr:
    """Return `values[at]` for each row; null where `at` is null."""
    return pl.lit(values if isinstance(values, pl.Series) else pl.Series(values)).gather(at)


def with_none(values: Ints, none: int) -> pl.Series:
    """Return a column of an array's numbers, null where they are `none`."""
    column = pl.Series(values)
    return column.set(column == none, None)


def without_none(column: pl.Series, none: int) -> Ints:
    """Return a column's numbers as an array, `none` where they are null."""
    return column.cast(pl.Int32).fill_null(none).to_numpy()


def look_up(texts: pl.Series, indexes: Ints) -> pl.Series:
    """Return the text at each index."""
    # polars checks only the upper bound of unsigned numbers.
    return texts.gather(pl.Series(indexes.view(np.uint32)))
