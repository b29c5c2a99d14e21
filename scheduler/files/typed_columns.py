"""Conversion of typed columns into the text that a CSV would hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from spine_vigil.scheduler.errors import FileError

MOST_EXACT = 2.0**53
"""The bound below which a float holds every whole number exactly."""


def has_no_text(dtype: pl.DataType) -> bool:
    """Return whether a CSV cell cannot hold the values of a column: lists, structs, bytes, durations, objects."""
    return dtype.is_nested() or dtype in (pl.Binary, pl.Duration, pl.Object)


def check_patient_id(schema: Mapping[str, pl.DataType], column: str, file: str) -> None:
    """Raise FileError where the column of patient ids cannot be read as text."""
    if has_no_text(schema[column]):
        raise FileError(f"{file} has a column '{column}' that holds no text or number; write it as text")


ISO_DAY = "%Y-%m-%d"
"""The form in which typed dates are written where nothing else is said."""


def text_columns(schema: Mapping[str, pl.DataType], date_forms: Sequence[str] | None = None) -> list[pl.Expr]:
    """Return every column as text under its name; dates are written in the form of their column (None: all ISO)."""
    forms = [ISO_DAY] * len(schema) if date_forms is None else date_forms
    return [_as_text(name, dtype, form) for (name, dtype), form in zip(schema.items(), forms, strict=True)]


def _as_text(name: str, dtype: pl.DataType, date_format: str) -> pl.Expr:
    """Return a column as the text that a CSV would hold.

    Dates, and times at midnight, are written in the form `date_format`. Whole numbers have no fraction, though a column
    with gaps is often stored as floats, and databases store 100 as the decimal 100.000000; gaps and NaN are null. A
    value that no cell can hold becomes a text that names its type, which every parser of cells refuses.
    """
    column = pl.col(name)
    if has_no_text(dtype):
        return pl.when(column.is_not_null()).then(pl.lit(f"a value of type {dtype}")).alias(name)
    if dtype.is_float():
        is_whole = column.is_finite() & (column == column.round()) & (column.abs() < MOST_EXACT)
        whole = pl.when(is_whole).then(column).cast(pl.Int64).cast(pl.String)
        return pl.coalesce(whole, column.fill_nan(None).cast(pl.String)).alias(name)
    if dtype.is_decimal():
        return column.cast(pl.String).str.replace(r"\.0+$", "")
    if dtype == pl.Date:
        return column.dt.to_string(date_format)
    if isinstance(dtype, pl.Datetime):
        is_day = column.dt.time() == pl.time(0, 0, 0)
        return (
            pl.when(is_day)
            .then(column.dt.to_string(date_format))
            .otherwise(column.dt.to_string("%Y-%m-%dT%H:%M:%S"))
            .alias(name)
        )
    return column.cast(pl.String)
