"""Shares with their intervals and bounds, and how groups stand beside the whole."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.report.model import ALL, STANDINGS
from spine_vigil.scheduler.report.statistics import FUNNEL_LEVELS, Floats, limits_of_chance, wilson

WIDE = 0.3
"""The width of an interval from which a group is too small to tell."""

Counts = NDArray[np.int64]


def share(count: Counts, of: Counts) -> Floats:
    """Return shares; NaN where there is no denominator."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(of > 0, count / np.maximum(of, 1), np.nan)


def with_share(
    rows: pl.DataFrame, count: str, of: str, least: tuple[str, str], greatest: tuple[str, str], prefix: str = ""
) -> pl.DataFrame:
    """Add a share with its interval and its bounds; each is given by the names of its two counts."""
    numbers = {name: rows[name].to_numpy() for name in (count, of, *least, *greatest)}
    low, high = wilson(numbers[count], numbers[of])
    columns = {
        "share": share(numbers[count], numbers[of]),
        "low": low,
        "high": high,
        "least": share(*(numbers[name] for name in least)),
        "greatest": share(*(numbers[name] for name in greatest)),
    }
    return rows.with_columns(pl.Series(prefix + name, values, nan_to_null=True) for name, values in columns.items())


def with_standing(rows: pl.DataFrame, of: str) -> pl.DataFrame:
    """Add `standing`: one of STANDINGS for each group beside the whole; null for the whole, and without a share.

    `rows` have `by`, `share`, `low` and `high`; `of` is the column of denominators.
    """
    whole = rows.filter(pl.col("by") == ALL)["share"]
    standing = pl.Series("standing", [None] * len(rows), dtype=pl.String)
    if not len(whole) or whole[0] is None:
        return rows.with_columns(standing)
    size, own = rows[of].to_numpy(), rows["share"].to_numpy()
    names = np.full(len(rows), STANDINGS.index("as the whole"))
    some = size > 0
    for level, above, below in zip(FUNNEL_LEVELS, ("perhaps above", "above"), ("perhaps below", "below"), strict=True):
        low, high = (np.full(len(rows), bound) for bound in (-np.inf, np.inf))
        low[some], high[some] = limits_of_chance(whole[0], size[some], level)
        names[own > high] = STANDINGS.index(above)
        names[own < low] = STANDINGS.index(below)
    is_wide = (rows["high"] - rows["low"]).fill_null(1.0).to_numpy() > WIDE
    names[is_wide] = STANDINGS.index("too few to tell")
    texts = pl.Series([STANDINGS[number] for number in names], dtype=pl.String)
    keep = (rows["by"] != ALL) & pl.Series(some)
    return rows.with_columns(texts.alias("standing").set(~keep, None))
