"""Reading an earlier due list, to compare a new one with it."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.cohort.due.rules import EVERYTHING, Wanted
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS
from spine_vigil.scheduler.cohort.due.workbook import read_about, read_list
from spine_vigil.scheduler.errors import FileError, cannot_read
from spine_vigil.scheduler.files.formulas import quoted_formulas

KEY = ("patient_id", "protocol", "schedule")
"""The columns that tell which line of a list is which."""

NEEDED = (*KEY, "status", "opens", "closes")
"""The columns without which a table is no due list."""

COMPARED = ("status", "opens", "closes", "last_day", "booked")
"""The columns whose values make a line moved, each with its `was_` column."""

_READ = (*NEEDED, "last_day", "booked", "study", "section", "reference_date", "days_overdue")

_URGENT = (DueStatus.OVERDUE.value, DueStatus.OPEN.value)
"""The statuses that are new rather than uncompared where nobody knows what the earlier list was asked for."""


_SLACK = 3
"""The days by which the same number of months differs from one date to another."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The lines that an earlier list would have held; None stands for all.

    `is_guessed` says that the list does not tell what it was asked for, so that its lines have to.
    """

    statuses: Collection[str] | None = None
    protocols: Collection[str] | None = None
    modalities: Collection[str] | None = None
    patients: Collection[str] | None = None
    opens_by: date | None = None
    is_guessed: bool = False

    def holds(self, wanted: Wanted, days_since: int) -> pl.Expr:
        """Return whether a line of a new list, of which `wanted` is wanted, would have been on the earlier one.

        The list is `days_since` the earlier one, and so is the day by which its windows open: a window that came near
        by time alone is new.
        """
        asked = {modality.value for modality in wanted.modalities}
        conditions = [pl.lit(value=self.modalities is None or (bool(asked) and asked <= set(self.modalities)))]
        if self.statuses is not None:
            conditions.append(pl.col("status").is_in(list(self.statuses)))
        if self.protocols is not None:
            conditions.append(pl.col("protocol").is_in(list(self.protocols)))
        if self.patients is not None:
            conditions.append(pl.col("patient_id").is_in(list(self.patients)))
        if self.opens_by is not None and not (self.is_guessed and wanted.opens_by):
            last = self.opens_by + timedelta(days=max(days_since, 0) + (_SLACK if wanted.opens_by else 0))
            is_near = (pl.col("opens") <= last).fill_null(value=False)
            is_upcoming = pl.col("status") == DueStatus.UPCOMING.value
            conditions.append(is_near | ~is_upcoming if self.is_guessed else is_near)
        return pl.all_horizontal(conditions)


@dataclass(frozen=True, slots=True)
class EarlierList:
    """An earlier due list: its lines, and what it tells of itself.

    `rows` has the columns of NEEDED, and of the others that are read those that the list has; `lacking` are those of
    COMPARED that it has not.
    `as_of`, `edition` and `grace` are None where it does not tell. `selected` are the words for what it was asked for.
    `quotes_ids` says that ids are as in a CSV, with an apostrophe before what a spreadsheet would run.
    """

    name: str
    rows: pl.DataFrame
    lacking: tuple[str, ...]
    scope: Scope
    as_of: date | None
    edition: str | None
    grace: str | None
    selected: str | None
    quotes_ids: bool


def read_earlier(path: Path) -> EarlierList:
    """Read an earlier list in any form that `write_due` writes, recognized by its content.

    Lines that were gone already are left out. Raises FileError where it cannot be read, or is no due list.
    """
    name = str(path)
    try:
        data = path.read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise FileError(f"{name} is a damaged gzip file; compress or copy it again") from None
    except OSError as problem:
        raise FileError(cannot_read(name, problem)) from None
    table, about = _table(data, name)
    lacking = [column for column in NEEDED if column not in table.columns]
    if lacking:
        raise FileError(
            f"{name} is no due list: it has no column {lacking[0]}; give --since a file that 'vigil due -o' wrote"
        )
    if "change" in table.columns:
        table = table.filter(pl.col("change").cast(pl.String).ne_missing("gone"))
    rows = _typed(table.select(column for column in _READ if column in table.columns), name)
    _check(rows, name)
    try:
        scope = _scope(rows, about.get("selected"))
        as_of = date.fromisoformat(about["as_of"]) if "as_of" in about else _counted_day(rows, name)
    except ValueError:
        raise FileError(f"{name} says of itself what vigil does not write; give the file as it was written") from None
    return EarlierList(
        name,
        rows,
        tuple(column for column in COMPARED if column not in rows.columns),
        scope,
        as_of,
        about.get("edition"),
        about.get("grace"),
        about.get("selected"),
        quotes_ids=not about and not data.startswith(b"PAR1"),
    )


def key_of(*, quotes_ids: bool) -> list[pl.Expr]:
    """Return the key of a line as `_patient`, `_protocol` and `_schedule`, without nulls."""
    patient = quoted_formulas("patient_id") if quotes_ids else pl.col("patient_id")
    return [
        patient.alias("_patient"),
        pl.col("protocol").alias("_protocol"),
        pl.col("schedule").fill_null("").alias("_schedule"),
    ]


def _table(data: bytes, name: str) -> tuple[pl.DataFrame, Mapping[str, str]]:
    """Return the table of a list and what it says of itself (nothing for a CSV)."""
    try:
        if data.startswith(b"PAR1"):
            return pl.read_parquet(BytesIO(data)), pl.read_parquet_metadata(BytesIO(data))
        if data.startswith(b"PK"):
            return read_list(data), read_about(data)
        if data.lstrip()[:1] == b"{":
            whole = json.loads(data)
            rows: list[dict[str, Any]] = whole.pop("due")
            about = {key: str(value) for key, value in whole.items()}
            columns = list(rows[0]) if rows else list(DUE_COLUMNS)
            texts = {key: [None if row[key] is None else str(row[key]) for row in rows] for key in columns}
            return pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String)), about
        return pl.read_csv(BytesIO(data), infer_schema=False), {}
    except (pl.exceptions.PolarsError, ValueError, KeyError, TypeError, AttributeError):
        raise FileError(f"{name} cannot be read as a due list; give --since a file that 'vigil due -o' wrote") from None


def _typed(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return a table with the types of DUE_COLUMNS. Raises FileError that names the column that does not fit."""
    for column in table.columns:
        dtype = DUE_COLUMNS[column]
        is_text_of_date = dtype == pl.Date and table[column].dtype == pl.String
        value = pl.col(column).str.to_date("%Y-%m-%d") if is_text_of_date else pl.col(column).cast(dtype)
        try:
            table = table.with_columns(value)
        except pl.exceptions.PolarsError:
            raise FileError(
                f"{name}: column {column} holds what 'vigil due' does not write there (dates are YYYY-MM-DD);"
                " give the file as it was written"
            ) from None
    return table


def _check(rows: pl.DataFrame, name: str) -> None:
    known = [status.value for status in DueStatus]
    if not rows["status"].is_in(known).all() or rows["status"].null_count():
        raise FileError(f"{name}: column status holds what is no status; give the file as 'vigil due -o' wrote it")
    if rows.select(KEY).is_duplicated().any():
        raise FileError(
            f"{name} names a patient, protocol and schedule twice, as if lists were joined; give one list alone"
        )


def _counted_day(rows: pl.DataFrame, name: str) -> date | None:
    """Return the day of a list that does not tell it: that from which its overdue days count. None: no such days."""
    if "days_overdue" not in rows.columns:
        return None
    days = (
        rows.select(pl.col("closes").dt.offset_by(pl.format("{}d", "days_overdue"))).to_series().drop_nulls().unique()
    )
    if len(days) > 1:
        raise FileError(f"{name} counts its overdue days from {len(days)} dates; give the list of one date alone")
    return days[0] if len(days) else None


def _scope(rows: pl.DataFrame, selected: str | None) -> Scope:
    if selected is None:
        if rows.is_empty():
            return Scope(is_guessed=True)
        statuses = {*rows["status"], *_URGENT}
        # With --within, every line has a window, and the last ones are upcoming.
        upcoming = rows.filter(pl.col("status") == DueStatus.UPCOMING.value)["opens"]
        last = None if rows["opens"].null_count() else upcoming.max()
        return Scope(statuses, opens_by=last if isinstance(last, date) else None, is_guessed=True)
    if selected == EVERYTHING:
        return Scope()
    asked = dict(part.split("=", 1) for part in selected.split("; "))
    named = {key: value.split(",") for key, value in asked.items()}
    return Scope(
        named.get("status"),
        named.get("protocol"),
        named.get("modality"),
        rows["patient_id"].unique().to_list() if "patient" in asked else None,
        date.fromisoformat(asked["opens_by"]) if "opens_by" in asked else None,
    )
