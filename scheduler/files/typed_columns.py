"""The columns of a Parquet file as the text that a CSV would hold."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from spine_vigil.scheduler.errors import FileError

_MOST_EXACT = 2.0**53
"""The whole numbers that a float holds exactly lie below this."""


def has_no_text(dtype: pl.DataType) -> bool:
    """Tell whether the values of a Parquet column (lists, records, bytes, spans of time) fit no cell of a CSV."""
    return dtype.is_nested() or dtype in (pl.Binary, pl.Duration)


def check_patient_id(schema: Mapping[str, pl.DataType], column: str, file: str) -> None:
    """Raise FileError where the column of the patient ids cannot be read as text."""
    if has_no_text(schema[column]):
        raise FileError(f"{file} has a column '{column}' that holds no text or number; write it as text")


def text_columns(schema: Mapping[str, pl.DataType], date_format: str) -> list[pl.Expr]:
    """Return every column as text, by its own name; typed dates in the form in which they will be read."""
    return [_as_text(name, dtype, date_format) for name, dtype in schema.items()]


def _as_text(name: str, dtype: pl.DataType, date_format: str) -> pl.Expr:
    """Return a column as the text that a CSV would hold.

    Dates are written in the form in which they will be read, also those stored with a time of 0:00; whole
    numbers without the fraction that a column with gaps gives them elsewhere, the gaps (no number, NaN) empty;
    what is no text says so, which no reader of a cell accepts.
    """
    column = pl.col(name)
    if has_no_text(dtype):
        return pl.when(column.is_not_null()).then(pl.lit(f"a value of type {dtype}")).alias(name)
    if dtype.is_float():
        is_whole = column.is_finite() & (column == column.round()) & (column.abs() < _MOST_EXACT)
        whole = pl.when(is_whole).then(column).cast(pl.Int64).cast(pl.String)
        return pl.coalesce(whole, column.fill_nan(None).cast(pl.String)).alias(name)
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
