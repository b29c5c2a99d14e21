"""What the due list stores of a block: the newest documented values of each patient, and the studies that count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from spine_vigil.scheduler.cohort.decoding.cells import Cells
from spine_vigil.scheduler.cohort.decoding.decoding import Decoder, bounds
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS, PATIENT_ID, STATUSES, day_number
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.records.rows import Problem

MOST_NAMED = 5
"""The most bad rows that are reported one by one; all are counted."""

_PERFORMED = STATUSES.index(Status.PERFORMED)
_SCHEDULED = STATUSES.index(Status.SCHEDULED)
_HALF, _ROOM = 1 << 19, 1 << 20
"""Days and values are shifted by half of their range, so that a pair packed into one number is never negative."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read: the line on which it starts, and its problems."""

    line: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class DueBlock:
    """What is needed of a block once all blocks are read.

    `documents` has one row per patient and protocol with schedules (null: any other), with `patient_id` and the values
    that count, each packed with the age of its row (see `newest`); `studies` are `modality`, `regions`, `date` and
    `was_performed` of those that count. Both have `patient` and `patient_check`, the PatientKeys of the id. `days`
    holds the earliest and the latest of all dates, or nothing where there is none. `problems` has the columns of
    PROBLEMS (decoding/decoding.py), `named` holds the first bad rows. `later` counts the performed studies after the
    date of the list.
    """

    rows: int
    documents: pl.DataFrame
    studies: pl.DataFrame
    days: list[int]
    problems: pl.DataFrame
    named: list[BadRow]
    later: int

    def without_rows(self) -> DueBlock:
        """Return the block without its documents and studies, for counting."""
        return replace(self, documents=self.documents.clear(), studies=self.studies.clear())


def collect_block(
    cells: Cells, decoder: Decoder, tables: RuleTables, as_of: date, own_damage: pl.Series | None = None
) -> DueBlock:
    """Decode the cells of a block, leaving out rows that cannot be read.

    `own_damage` is the damage of the lines in the events file itself, before a patients file filled them.
    """
    decoded = decoder.decode(cells)
    problems = decoded.problems
    rows = decoded.rows.join(problems.select("row").unique(), on="row", how="anti", maintain_order="left")
    day = day_number(as_of)
    is_study, was_performed = pl.col("has_study") & ~pl.col("is_add_on"), pl.col("status") == _PERFORMED
    counts = (was_performed & (pl.col("date") <= day)) | (pl.col("status") == _SCHEDULED)
    return DueBlock(
        len(cells),
        _documents(rows, cells, tables),
        rows.filter(is_study & counts).select(
            "patient", "patient_check", "modality", "regions", "date", was_performed=was_performed
        ),
        bounds(rows, decoder.columns),
        problems,
        _named(problems, cells.lines, own_damage),
        rows.select((is_study & was_performed & (pl.col("date") > day)).sum()).item(),
    )


def _documents(rows: pl.DataFrame, cells: Cells, tables: RuleTables) -> pl.DataFrame:
    with_schedules = [n for n, protocol in enumerate(tables.edition.protocols) if protocol.schedules]
    protocol = pl.when(pl.col("protocol").is_in(with_schedules)).then("protocol")
    # Values without a column are null throughout and need not be carried along.
    columns = [name for name in documented(tables) if name in cells.names]
    documents = (
        rows.with_columns(protocol=protocol, age=_age())
        .group_by("patient", "patient_check", "protocol")
        .agg(pl.col("row").first(), *(_packed(name).max().alias(name) for name in columns))
    )
    ids = cells.text(PATIENT_ID, documents["row"]).str.strip_chars().alias("patient_id")
    return documents.drop("row").insert_column(3, ids)


def documented(tables: RuleTables) -> tuple[str, ...]:
    """Return the columns whose newest value counts."""
    return (*INDEX_COLUMNS, "primary_site", "follow_up_end_date", *tables.fact_names)


def _age() -> pl.Expr:
    """Return the age of a row, greater for newer rows; one without an event is older than any dated one."""
    return (pl.col("date").cast(pl.Int64).fill_null(-_HALF) + _HALF) * _ROOM


def _packed(name: str) -> pl.Expr:
    """Return values packed behind the age of their rows: the newest is the greatest, then the greater value."""
    return pl.col("age") + pl.col(name).cast(pl.Int64) + _HALF


def newest(name: str) -> pl.Expr:
    """Return the newest of a group's packed values; null where it has none."""
    return (pl.col(name).max() % _ROOM - _HALF).cast(pl.Int32).alias(name)


def _named(problems: pl.DataFrame, lines: pl.Series, own_damage: pl.Series | None) -> list[BadRow]:
    """Return the first bad rows; damage that comes from the patients file is left empty."""
    problems_of_rows: dict[int, list[Problem]] = {}
    for row, column, value, message in problems.iter_rows():
        if row not in problems_of_rows and len(problems_of_rows) == MOST_NAMED:
            break
        reason = own_damage[row] or "" if column == "" and own_damage is not None else message
        problems_of_rows.setdefault(row, []).append(Problem(column, value, reason))
    return [BadRow(lines[row], tuple(problems_of_row)) for row, problems_of_row in problems_of_rows.items()]


class DueCounts:
    """Counts of the rows of a cohort, taken while its blocks are read."""

    def __init__(self) -> None:
        self.rows = 0
        self.bad = 0
        self.bad_cells: Counter[str] = Counter()
        self.named: list[BadRow] = []
        self.later = 0

    def add(self, block: DueBlock) -> None:
        """Count the next block."""
        self.rows += block.rows
        self.bad += block.problems["row"].n_unique()
        self.bad_cells.update(dict(block.problems["column"].value_counts().iter_rows()))
        self.named += block.named[: MOST_NAMED - len(self.named)]
        self.later += block.later
