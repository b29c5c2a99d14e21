"""A list of what is due: the part of it that is asked for, and its forms as a file."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import IO

import polars as pl

from scheduler.cohort.writing import quoted_formulas
from scheduler.due_status import DueStatus
from scheduler.edition import Edition
from scheduler.errors import FileError
from scheduler.studies import Modality

SUFFIXES = (".csv", ".csv.gz", ".parquet", ".json")


def select_due(
    rows: pl.DataFrame,
    edition: Edition,
    statuses: Collection[DueStatus] = (),
    protocols: Collection[str] = (),
    modalities: Collection[Modality] = (),
    opens_by: date | None = None,
) -> pl.DataFrame:
    """Return the rows of a list that are asked for; what is empty asks for all.

    `protocols` are ids, `modalities` those of which one is enough for the schedule's study. With `opens_by` only
    windows that have opened or open by then stay, so no row without one.
    """
    wanted = [
        route
        for route, schedule in edition.schedules()
        if not modalities or any(schedule.study.accepts(modality) for modality in modalities)
    ]
    conditions = [pl.concat_str("protocol", pl.lit("/"), "schedule").is_in(wanted)] if modalities else []
    if statuses:
        conditions.append(pl.col("status").is_in([status.value for status in statuses]))
    if protocols:
        conditions.append(pl.col("protocol").is_in(list(protocols)))
    if opens_by is not None:
        conditions.append((pl.col("opens") <= opens_by).fill_null(value=False))
    return rows.filter(*conditions) if conditions else rows


def due_suffix(path: Path) -> str:
    """Return the format that a file name asks for. Raises FileError where it asks for none that is written."""
    found = [suffix for suffix in SUFFIXES if path.name.lower().endswith(suffix)]
    if not found:
        raise FileError(f"{path} must end in .csv, .csv.gz, .parquet or .json, which says the format")
    return found[0]


def write_due(rows: pl.DataFrame, file: IO[bytes], suffix: str, about: Mapping[str, str]) -> None:
    """Write a list as CSV (`.csv`, `.csv.gz`), Parquet (`.parquet`) or one JSON object (`.json`).

    In CSV an id that a spreadsheet would run as a formula is quoted by an apostrophe. The object holds `about`
    and then `due`: one object per row, dates in ISO form, empty as null.
    """
    if suffix == ".parquet":
        rows.write_parquet(file)
    elif suffix == ".json":
        head = json.dumps(dict(about), indent=2).removesuffix("\n}")
        file.write(f'{head},\n  "due": '.encode())
        file.write(rows.write_json().encode("utf-8"))
        file.write(b"\n}\n")
    elif suffix == ".csv.gz":
        _harmless(rows).write_csv(file, compression="gzip")
    else:
        _harmless(rows).write_csv(file)


def _harmless(rows: pl.DataFrame) -> pl.DataFrame:
    """Quote the ids that are formulas; every other text of the list is the project's own."""
    return rows.with_columns(quoted_formulas("patient_id"))
