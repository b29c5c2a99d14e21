"""What a report stores of a block: its rows with their studies and groups, and the rows that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from spine_vigil.scheduler.cohort.adherence.groups import GroupColumn
from spine_vigil.scheduler.cohort.decoding.cells import Cells
from spine_vigil.scheduler.cohort.decoding.decoding import IS_LEFT_OUT, Decoded
from spine_vigil.scheduler.cohort.due.documents import PERFORMED, SCHEDULED, STUDY, documented, patient_ids
from spine_vigil.scheduler.cohort.history.patient_index import KEYS
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS

NO_BLOCK = -1
"""The block of rows that are not decided: those of patients files."""


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """The rows of a block.

    `documents` has one row per row that can be read: KEYS, those of `documented` that the file has, its study (STUDY),
    `block` and `row` (where its decision is), and the number of its value in each group column (`by0`, `by1`, ...).
    `unread` has the rows that cannot be read and may have been imaging: KEYS, `date`, `may_be_performed`, `has_patient`
    and the groups. `ids` are the different patients, as KEYS and `patient_id`, where they are wanted. `first_index` is
    the earliest index date, `first_study` the earliest day of a performed study.
    """

    documents: pl.DataFrame
    unread: pl.DataFrame
    ids: pl.DataFrame
    first_index: int | None
    first_study: int | None

    @property
    def frames(self) -> tuple[pl.DataFrame, ...]:
        """What is stored by patient."""
        return self.documents, self.unread, self.ids


def group_names(groups: Sequence[GroupColumn]) -> list[str]:
    """Return the names of the group columns in frames."""
    return [f"by{number}" for number, _ in enumerate(groups)]


def report_block(
    decoded: Decoded,
    cells: Cells,
    block: int,
    tables: RuleTables,
    groups: Sequence[GroupColumn],
    *,
    with_ids: bool,
) -> ReportBlock:
    """Return what is stored of block number `block` (NO_BLOCK: of a patients file), whose `cells` are `decoded`."""
    frame, problems = decoded.rows, decoded.problems
    values = [group.numbers(cells).alias(name) for name, group in zip(group_names(groups), groups, strict=True)]
    frame = frame.with_columns(*values, block=pl.lit(block, dtype=pl.Int32))
    if IS_LEFT_OUT in frame.columns:
        frame = frame.filter(~pl.col(IS_LEFT_OUT))
    is_bad = frame["row"].is_in(problems["row"].unique().implode())
    columns = [name for name in documented(tables) if name in frame.columns]
    own = list(dict.fromkeys([*KEYS, *columns, *STUDY, "block", "row", *group_names(groups)]))
    rows = frame.select(own).filter(~is_bad)
    index_columns = [name for name in INDEX_COLUMNS if name in rows.columns]
    is_performed = pl.col("has_study") & (pl.col("status") == PERFORMED)
    first_study, *first_index = rows.select(
        pl.col("date").filter(is_performed).min().alias("first study"), *(pl.col(name).min() for name in index_columns)
    ).row(0)
    ids = patient_ids(rows, cells) if with_ids else _NO_IDS
    unread = _unread(frame.filter(is_bad), problems, groups)
    return ReportBlock(
        rows, unread, ids, min((day for day in first_index if day is not None), default=None), first_study
    )


_NO_IDS = pl.DataFrame(schema={"patient": pl.UInt64, "patient_check": pl.UInt32, "patient_id": pl.String})


def _unread(bad: pl.DataFrame, problems: pl.DataFrame, groups: Sequence[GroupColumn]) -> pl.DataFrame:
    """Return the rows that may have been imaging; one whose status cannot be read may have been performed too.

    A row with neither a study nor a date is no imaging, nor is a request or what was cancelled.
    """

    def has_problem(*columns: str) -> pl.Expr:
        rows = problems.filter(pl.col("column").is_in(columns))["row"].unique()
        return pl.col("row").is_in(rows.implode())

    says_something = pl.col("has_study") | pl.col("date").is_not_null() | has_problem("date", "")
    may_be_performed = (pl.col("status") == PERFORMED) | has_problem("status", "")
    may_be_imaging = says_something & (may_be_performed | (pl.col("status") == SCHEDULED))
    columns = ["date", "has_patient", *group_names(groups)]
    return bad.filter(may_be_imaging).select(*KEYS, *columns, may_be_performed=may_be_performed)
