"""Columns as arrays of numbers without nulls, and the values that stand for what is not there."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

NEVER = 1_000_000
"""A day beyond all others (in the year 4707): where a phase has no end, or an event did not happen."""

NO_DAY = -NEVER
"""A day before all others: where there is none."""

NOWHERE = -1
"""The place of what is not there."""

Ints: TypeAlias = NDArray[np.int32]

Flags: TypeAlias = NDArray[np.bool_]


def gather(values: pl.Series | Ints | Flags, at: pl.Expr) -> pl.Expr:
    """Return `values[at]` for each row; null where `at` is null."""
    return pl.lit(values if isinstance(values, pl.Series) else pl.Series(values)).gather(at)


def with_none(values: Ints, none: int) -> pl.Series:
    """Return a column in which `none` is null."""
    column = pl.Series(values)
    return column.set(column == none, None)


def without_none(column: pl.Series, none: int) -> Ints:
    """Return the numbers of a column, `none` where it is null."""
    return column.cast(pl.Int32).fill_null(none).to_numpy()


def look_up(texts: pl.Series, places: Ints) -> pl.Series:
    """Return the text at each place."""
    # Without a sign there is nothing to check but the upper bound.
    return texts.gather(pl.Series(places.view(np.uint32)))
