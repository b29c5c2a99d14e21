"""The rows of a cohort's files, read one by one for commands that follow patients, and what could not be read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from spine_vigil.notices import Notice, NoticeKind
from spine_vigil.scheduler.cohort.events.opening import whole_file
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE
from spine_vigil.scheduler.records.fields import PATIENT_ID, Column, event_columns
from spine_vigil.scheduler.records.follow_up import checked_rows
from spine_vigil.scheduler.records.rows import Problem, Row, read_row
from spine_vigil.scheduler.values import replace
from spine_vigil.sources import Source

NO_SUCH_PATIENT = "--patient: no row has this patient id; compare how the file writes ids, with --map its column"
"""The message for a patient who is in no file."""

MOST_NAMED = 20
"""The most unreadable rows that are reported one by one; an audit reports all."""


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a source as text, with what is wrong with whole lines under DAMAGE.

    `events` are the rows of the events file, `patients` those of the patients file (None: there is none).
    """

    events: pl.DataFrame
    patients: pl.DataFrame | None

    def of(self, patient_ids: Collection[str]) -> Table:
        """Return the rows of some patients."""
        is_wanted = pl.col(PATIENT_ID).str.strip_chars().is_in(list(patient_ids))
        return Table(self.events.filter(is_wanted), None if self.patients is None else self.patients.filter(is_wanted))

    @property
    def matched(self) -> int:
        """The number of patients in the patients file who have a row in the events file."""
        if self.patients is None:
            return 0
        known = self.patients[PATIENT_ID].unique()
        return int(known.is_in(self.events[PATIENT_ID].str.strip_chars().unique().drop_nulls().implode()).sum())


def read_table(source: Source) -> Table:
    """Read all rows of a source."""
    return Table(whole_file(source.file).cells, source.patients.cells if source.patients else None)


@dataclass(frozen=True, slots=True)
class Rows:
    """The parsed rows of a source: those of its events file, and those of its patients file.

    Events have the number of their first line. Problems of events name the columns of the file.
    """

    events: Sequence[tuple[int, Row]]
    patients: Sequence[Row]

    @property
    def all(self) -> list[Row]:
        """The rows of both files."""
        return [*(row for _, row in self.events), *self.patients]


def read_rows(source: Source, table: Table) -> Rows:
    """Parse rows of a source, all of their patients."""
    names = source.column_names
    known = event_columns(source.edition, source.files.date_format)

    def parsed(cells: pl.DataFrame) -> list[Row]:
        return [_read(record, source.edition, known) for record in cells.iter_rows(named=True)]

    events = parsed(table.events)
    checked = checked_rows(source.edition, events + ([] if table.patients is None else parsed(table.patients)))
    renamed = [
        replace(row, problems=tuple(replace(p, column=names.get(p.column, p.column)) for p in row.problems))
        for row in checked[: len(events)]
    ]
    return Rows(list(zip(table.events[LINE], renamed, strict=True)), checked[len(events) :])


def _read(record: Mapping[str, str | None], edition: Edition, known: Mapping[str, Column]) -> Row:
    row, damage = read_row(record, edition, known), record[DAMAGE]
    # The columns of a line that is damaged as a whole cannot be trusted.
    return row if damage is None else replace(row, problems=(Problem("", "", damage),))


def unreadable_rows(rows: Sequence[tuple[int, Row]]) -> Iterator[Notice]:
    """Yield notices of the rows of an events file that are left out, with the line and the columns that are wrong.

    Output of commands ends up in logs, whose readers may not be allowed to read the file. Therefore no value of a cell
    is repeated; an audit of the same file reports the rest.
    """
    bad = [(line, row) for line, row in rows if row.problems]
    texts = [
        f"line {line} is left out: " + "; ".join(problem_without_value(problem) for problem in row.problems)
        for line, row in bad[:MOST_NAMED]
    ]
    if len(bad) > MOST_NAMED:
        texts.append(f"{len(bad) - MOST_NAMED} more rows are left out")
    if any(problem.value for _, row in bad for problem in row.problems):
        texts.append("values are not repeated here; 'vigil audit' says what is wrong with each row")
    yield from (Notice(NoticeKind.UNREADABLE_ROWS, text) for text in texts)


def problem_without_value(problem: Problem) -> str:
    """Return the description of a problem without the value of the cell."""
    if problem.value:
        return f"column {problem.column} cannot be read or does not fit"
    return str(problem) if problem.column else problem.message
