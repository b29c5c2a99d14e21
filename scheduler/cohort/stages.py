"""Columns that are added to a frame in stages, each of which may use those before it, in one query."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

Stage = tuple[pl.Expr, ...]

_AS_WRITTEN = pl.QueryOptFlags.none()
"""There is nothing to optimize where every column is wanted, and looking for it takes longer than the work."""


def stage(**columns: pl.Expr) -> Stage:
    """Return the columns of one stage by their names."""
    return tuple(column.alias(name) for name, column in columns.items())


def in_stages(frame: pl.DataFrame, stages: Iterable[Stage]) -> pl.DataFrame:
    """Return the frame with the columns of all stages."""
    query = frame.lazy()
    for columns in stages:
        query = query.with_columns(columns)
    return query.collect(optimizations=_AS_WRITTEN)
