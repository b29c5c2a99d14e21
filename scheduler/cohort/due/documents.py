"""What the due list stores of a block: what its rows say of their patients, and their studies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from spine_vigil.scheduler.cohort.decoding.cells import Cells
from spine_vigil.scheduler.cohort.decoding.decoding import IS_LEFT_OUT, Decoded, Decoder, bounds
from spine_vigil.scheduler.cohort.decoding.patient_keys import patient_keys
from spine_vigil.scheduler.cohort.history.known import known_columns
from spine_vigil.scheduler.cohort.history.patient_index import KEYS
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import PATIENT_ID, STATUSES, Column, day_number
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.records.rows import Problem

MOST_NAMED = 5
"""The most bad rows that are reported one by one; all are counted."""

PERFORMED = STATUSES.index(Status.PERFORMED)
CANCELLED = STATUSES.index(Status.CANCELLED)
SCHEDULED = STATUSES.index(Status.SCHEDULED)

STUDY = ("date", "has_study", "status", "is_add_on", "modality", "regions")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read: the line on which it starts, its problems, and its file where there are several."""

    line: int
    problems: tuple[Problem, ...]
    file: str | None = None

    @property
    def place(self) -> str:
        """Where the row starts, in words."""
        return f"line {self.line}" if self.file is None else f"{self.file}, line {self.line}"


@dataclass(frozen=True, slots=True)
class DueBlock:
    """What is needed of a block once all blocks are read.

    `documents` has one row per row that can be read: KEYS, the columns of `documented` that the file has, and its study
    (`date`, `has_study`, `status`, `is_add_on`, `modality`, `regions`). `ids` are the different patients, as KEYS and
    `patient_id`; `unread` has the KEYS of each row that cannot be read and names its patient. `days` holds the earliest
    and the latest of all dates, or nothing where there is none. `problems` has the columns of PROBLEMS
    (decoding/decoding.py), `named` holds the first bad rows. `later` counts the performed studies after the date of the
    list, `studies` all but cancelled ones, `performed` the performed ones of these.
    """

    rows: int
    documents: pl.DataFrame
    ids: pl.DataFrame
    unread: pl.DataFrame
    days: list[int]
    problems: pl.DataFrame
    named: list[BadRow]
    later: int
    studies: int
    performed: int

    @property
    def frames(self) -> tuple[pl.DataFrame, ...]:
        """What is needed of the block but for counting, by patient."""
        return self.documents, self.ids, self.unread

    def without_rows(self) -> DueBlock:
        """Return the block for counting."""
        documents, ids, unread = (frame.clear() for frame in self.frames)
        return replace(self, documents=documents, ids=ids, unread=unread)

    def uncounted(self) -> DueBlock:
        """Return the block for what it says alone, as that of a patients file, whose problems are told elsewhere."""
        return replace(self, rows=0, problems=self.problems.clear(), named=[], later=0, studies=0, performed=0)


def collect_block(
    cells: Cells,
    decoder: Decoder,
    tables: RuleTables,
    as_of: date,
    patient_id: str | None = None,
    file: str | None = None,
) -> DueBlock:
    """Decode the cells of a block, of the `file` named where there are several; with `patient_id`, of that alone."""
    return due_block(decoder.decode(cells), cells, decoder.columns, tables, as_of, patient_id, file)


def due_block(
    decoded: Decoded,
    cells: Cells,
    read: Mapping[str, Column],
    tables: RuleTables,
    as_of: date,
    patient_id: str | None = None,
    file: str | None = None,
) -> DueBlock:
    """Return what `collect_block` does, of cells that are decoded; `read` are the columns of the decoder."""
    frame, problems = decoded.rows, decoded.problems
    if IS_LEFT_OUT in frame.columns:
        frame = frame.filter(~pl.col(IS_LEFT_OUT))
    sound = frame.filter(~pl.col("row").is_in(problems["row"].unique().implode()))
    if patient_id is not None:
        key = patient_keys(pl.Series([patient_id]))
        frame = frame.filter(pl.col("patient") == key.key[0], pl.col("patient_check") == key.check[0])
        problems = problems.filter(pl.col("row").is_in(frame["row"].implode()))
    is_bad = pl.col("row").is_in(problems["row"].unique().implode())
    rows = frame.filter(~is_bad)
    day = day_number(as_of)
    is_later = pl.col("has_study") & ~pl.col("is_add_on") & (pl.col("status") == PERFORMED) & (pl.col("date") > day)
    columns = [name for name in documented(tables) if name in frame.columns]
    return DueBlock(
        len(cells),
        rows.select(*KEYS, *columns, *STUDY),
        patient_ids(rows, cells),
        frame.filter(is_bad & pl.col("has_patient")).select(KEYS),
        bounds(rows, read),
        problems,
        _named(problems, cells.lines, file),
        rows.select(is_later.sum()).item(),
        *_studies(sound),
    )


def _studies(rows: pl.DataFrame) -> tuple[int, int]:
    """Return the number of studies that are not cancelled, and of the performed ones of these."""
    studies = rows.filter("has_study", pl.col("status") != CANCELLED)
    return len(studies), int((studies["status"] == PERFORMED).sum())


def documented(tables: RuleTables) -> tuple[str, ...]:
    """Return the columns of which the values of all rows count: those of `known_columns`, and the schedules' facts."""
    return tuple(dict.fromkeys((*known_columns(tables.edition), *facts_of_schedules(tables))))


def facts_of_schedules(tables: RuleTables) -> tuple[str, ...]:
    """Return the facts for which schedules ask, and those that imply them."""
    implying = (name for fact in tables.edition.implied if fact.fact in tables.fact_names for name in fact.by)
    return tuple(dict.fromkeys((*tables.fact_names, *implying)))


def patient_ids(rows: pl.DataFrame, cells: Cells) -> pl.DataFrame:
    """Return the different patients of decoded rows, as KEYS and `patient_id`."""
    first = rows.group_by(KEYS).agg(pl.col("row").first())
    ids = cells.text(PATIENT_ID, first["row"]).str.strip_chars().alias("patient_id")
    return first.drop("row").with_columns(ids)


def _named(problems: pl.DataFrame, lines: pl.Series, file: str | None) -> list[BadRow]:
    """Return the first bad rows."""
    problems_of_rows: dict[int, list[Problem]] = {}
    for row, column, value, message in problems.iter_rows():
        if row not in problems_of_rows and len(problems_of_rows) == MOST_NAMED:
            break
        problems_of_rows.setdefault(row, []).append(Problem(column, value, message))
    return [BadRow(lines[row], tuple(problems_of_row), file) for row, problems_of_row in problems_of_rows.items()]


class DueCounts:
    """Counts of the rows of a cohort, taken while its blocks are read."""

    def __init__(self) -> None:
        self.rows = 0
        self.bad = 0
        self.bad_cells: Counter[str] = Counter()
        self.named: list[BadRow] = []
        self.later = self.studies = self.performed = 0

    def add(self, block: DueBlock) -> None:
        """Count the next block."""
        self.rows += block.rows
        self.bad += block.problems["row"].n_unique()
        self.bad_cells.update(dict(block.problems["column"].value_counts().iter_rows()))
        self.named += block.named[: MOST_NAMED - len(self.named)]
        self.later += block.later
        self.studies += block.studies
        self.performed += block.performed
