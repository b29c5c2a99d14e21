"""The rows of an events file as patients on a course, for commands that look ahead, and what is said of bad rows.

What these commands say is kept in logs by others than those who may read the file. So no value of a cell is repeated:
a bad row is told by its line and column, and an audit of the same file says the rest.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from spine_vigil.cli.options.files import STDIN, tell_met, warn_of_columns, warn_of_patients
from spine_vigil.scheduler.cohort.due.documents import BadRow
from spine_vigil.scheduler.cohort.events.column_map import ColumnMap
from spine_vigil.scheduler.cohort.events.events import Events, EventsFile
from spine_vigil.scheduler.cohort.events.opening import open_events, open_stream, parse_events, read_events
from spine_vigil.scheduler.cohort.events.patients_file import Filling, read_patients
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE
from spine_vigil.scheduler.records.fields import event_columns
from spine_vigil.scheduler.records.rows import Problem, Row, read_row
from spine_vigil.scheduler.values import replace

MOST_NAMED = 20
"""Rows that cannot be read are named one by one up to this many; an audit names all."""


@dataclass(frozen=True, slots=True)
class Table:
    """An events file for a command that looks ahead.

    `cells` are filled from the patients file; `own_names` says what the file calls its fields, `own_damage` what is
    wrong with its lines themselves.
    """

    cells: pl.DataFrame
    own_names: Mapping[str, str]
    own_damage: pl.Series


@dataclass(frozen=True, slots=True)
class Source:
    """An events file that is open for a command that goes through it block by block.

    `own_names` says what the file calls its fields. `fill` gives its rows what a patients file says, and `tell_met`,
    once all rows were read, how many patients of it had an event; both do nothing where there is none.
    """

    file: EventsFile
    own_names: Mapping[str, str]
    fill: Callable[[Events], Events] | None = None
    tell_met: Callable[[], None] = lambda: None


@contextmanager
def open_source(
    path: Path, patients_file: Path | None, edition: Edition, date_format: str | None, columns: ColumnMap
) -> Iterator[Source]:
    """Open an events file (`-` is standard input), and say which columns are not read and what fills nothing."""
    patients = read_patients(patients_file, edition, date_format, columns) if patients_file else None
    with _opened(path, date_format, columns) as file:
        columns.check_used({file.name: file.header} | ({str(patients_file): patients.columns} if patients else {}))
        warn_of_columns(file.fields, "not read")
        own_names = dict(zip(file.fields, file.header, strict=True))
        if patients_file is None or patients is None:
            yield Source(file, own_names)
            return
        warn_of_patients(patients, patients_file, edition, tells_values=False)
        filling = Filling(patients)
        yield Source(file, own_names, filling.fill, lambda: tell_met(filling.met, patients, patients_file))


def _opened(path: Path, date_format: str | None, columns: ColumnMap) -> EventsFile:
    if str(path) == "-":
        return open_stream(sys.stdin.buffer, STDIN, date_format, columns)
    return open_events(path, date_format, columns)


def read_table(
    path: Path, patients_file: Path | None, edition: Edition, date_format: str | None, columns: ColumnMap
) -> Table:
    """Read an events file (`-` is standard input), and say which columns are not read and what fills nothing."""
    patients = read_patients(patients_file, edition, date_format, columns) if patients_file else None
    name = STDIN if str(path) == "-" else str(path)
    table = (
        parse_events(sys.stdin.buffer.read(), STDIN, date_format, columns)
        if name == STDIN
        else read_events(path, date_format, columns)
    )
    columns.check_used({name: table.original.columns} | ({str(patients_file): patients.columns} if patients else {}))
    fields = [field for field in table.cells.columns if field not in (LINE, DAMAGE)]
    warn_of_columns(fields, "not read")
    own_names = dict(zip(fields, table.original.columns, strict=True))
    cells = table.cells
    if patients_file and patients:
        warn_of_patients(patients, patients_file, edition, tells_values=False)
        filling = Filling(patients)
        cells = filling.fill(table).cells
        tell_met(filling.met, patients, patients_file)
    return Table(cells, own_names, table.cells[DAMAGE])


def read_rows(
    path: Path, patients_file: Path | None, edition: Edition, date_format: str | None, columns: ColumnMap
) -> Iterator[tuple[int, Row]]:
    """Yield every row of an events file with the line on which it starts; problems name the file's own columns."""
    table = read_table(path, patients_file, edition, date_format, columns)
    known = event_columns(edition, date_format)
    for cells, damage in zip(table.cells.iter_rows(named=True), table.own_damage, strict=True):
        row = read_row(cells, edition, known)
        problems = [replace(p, column=table.own_names.get(p.column, p.column)) for p in row.problems]
        if cells[DAMAGE] is not None:
            said = damage or f"what {patients_file} gives it cannot be read"
            problems.insert(0, Problem("", "", said))
        yield cells[LINE], replace(row, problems=tuple(problems))


def bad_rows(rows: Sequence[tuple[int, Row]]) -> Iterator[str]:
    """Yield which rows are left out, and where they are wrong."""
    bad = [(line, row) for line, row in rows if row.problems]
    for line, row in bad[:MOST_NAMED]:
        yield f"line {line} is left out: " + "; ".join(_without_value(problem) for problem in row.problems)
    if len(bad) > MOST_NAMED:
        yield f"{len(bad) - MOST_NAMED} more rows are left out"
    if any(problem.value for _, row in bad for problem in row.problems):
        yield "values are not repeated here; 'vigil audit' says what is wrong with each row"


def named_rows(rows: Iterable[BadRow], own_names: Mapping[str, str], patients_file: Path | None) -> Iterator[str]:
    """Yield where rows that cannot be read are wrong; `own_names` says what the file calls its fields."""
    for row in rows:
        said = (
            _without_value(replace(p, column=own_names.get(p.column, p.column)))
            if p.column or p.message
            else f"what {patients_file} gives it cannot be read"
            for p in row.problems
        )
        yield f"line {row.line} is left out: " + "; ".join(said)


def _without_value(problem: Problem) -> str:
    if problem.value:
        return f"column {problem.column} cannot be read or does not fit"
    return str(problem) if problem.column else problem.message
