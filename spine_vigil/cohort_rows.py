"""The rows of a cohort's files, read one by one for commands that follow patients, and what could not be read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_rows

import polars as pl

from spine_vigil.notices import Listener, Notice, NoticeKind, tell
from spine_vigil.readable import check_readable
from spine_vigil.scheduler.cohort.decoding.cells import PatientRows
from spine_vigil.scheduler.cohort.events.events import named
from spine_vigil.scheduler.cohort.events.opening import whole_file
from spine_vigil.scheduler.files.csv_text import DAMAGE, FILE, FOOTER, LINE, NO_TEXT, NOT_TEXT
from spine_vigil.scheduler.intake.columns import read_columns
from spine_vigil.scheduler.intake.forms import CellForms
from spine_vigil.scheduler.records.fields import PATIENT_ID
from spine_vigil.scheduler.records.follow_up import checked_rows
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.records.rows import AFTER_DEATH, BEFORE_BIRTH, NOT_YET, Problem, Row, read_row
from spine_vigil.scheduler.values import replace
from spine_vigil.sources import Source

NO_SUCH_PATIENT = "--patient: no row has this patient id; compare how the file writes ids, with --map its column"
"""The message for a patient who is in no file."""


def patient_as_read(source: Source, patient_id: str) -> str:
    """Return a patient id that is written as in the files without what the profile says not to count."""
    cells = pl.DataFrame([(patient_id, "", "")], schema=[PATIENT_ID, LINE, DAMAGE], orient="row")
    return str(named(cells, [PATIENT_ID], CellForms(ids=source.file.forms.ids))[PATIENT_ID].item()).strip()


MOST_NAMED = 20
"""The most unreadable rows that are reported one by one; an audit reports all."""


_WITHOUT_VALUE = {
    BEFORE_BIRTH: "the event is before the birth date; correct one of them",
    AFTER_DEATH: "the study was performed after the death; correct one of them",
    NOT_YET: "a study is said to be performed, but its date is yet to come; correct the date or the status",
}
"""What is said of dates that do not fit each other, without the dates."""


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a source as text, with what is wrong with whole lines under DAMAGE.

    `events` are the rows of the events file, `patients` those of the patients files.
    """

    events: pl.DataFrame
    patients: Sequence[PatientRows] = ()

    def of(self, patient_ids: Collection[str]) -> Table:
        """Return the rows of some patients."""
        is_wanted = pl.col(PATIENT_ID).str.strip_chars().is_in(list(patient_ids))
        patients = [replace_rows(rows, cells=rows.cells.filter(is_wanted)) for rows in self.patients]
        return Table(self.events.filter(is_wanted), patients)

    @property
    def matched(self) -> int:
        """The number of patients in the patients file who have a row in the events file."""
        if not self.patients:
            return 0
        known = pl.concat(rows.cells[PATIENT_ID] for rows in self.patients).unique()
        return int(known.is_in(self.events[PATIENT_ID].str.strip_chars().unique().drop_nulls().implode()).sum())


def read_table(source: Source) -> Table:
    """Read all rows of a source."""
    return Table(whole_file(source.file).cells, source.patients.rows if source.patients else ())


@dataclass(frozen=True, slots=True)
class Rows:
    """The parsed rows of a source: those of its events file, and those of its patients file.

    Events have the place of their first line, in words. Problems of events name the columns of the file.
    """

    events: Sequence[tuple[str, Row]]
    patients: Sequence[Row]

    @property
    def all(self) -> list[Row]:
        """The rows of both files."""
        return [*(row for _, row in self.events), *self.patients]


def read_rows(source: Source, table: Table) -> Rows:
    """Parse rows of a source, all of their patients, without those that are left out as no imaging."""
    names = source.column_names
    rows = _parsed(table.events, source, source.file.forms)
    events = [(place, row) for place, row in zip(_places(table.events), rows, strict=True) if not row.is_left_out]
    enrolled = (row for part in table.patients for row in _parsed(part.cells, source, part.forms))
    patients = [row for row in enrolled if not row.is_left_out]
    checked = checked_rows(source.edition, [*(row for _, row in events), *patients])
    renamed = [
        replace(row, problems=tuple(replace(p, column=names.get(p.column, p.column)) for p in row.problems))
        for row in checked[: len(events)]
    ]
    places = [place for place, _ in events]
    return Rows(list(zip(places, renamed, strict=True)), checked[len(events) :])


def _places(cells: pl.DataFrame) -> list[str]:
    """Return where each row starts, in words: its line, and its file where there are several."""
    if FILE not in cells.columns:
        return [f"line {line}" for line in cells[LINE]]
    return [f"{file}, line {line}" for file, line in cells.select(FILE, LINE).iter_rows()]


def _parsed(cells: pl.DataFrame, source: Source, forms: CellForms) -> Iterator[Row]:
    """Yield the rows of a frame, parsed as its file is written."""
    known = read_columns(source.edition, forms, as_of=source.as_of)
    for record in cells.iter_rows(named=True):
        copies = {name: record.get(column) for name, column in forms.copies.items()}
        text, damage = {**forms.constants, **record, **copies}, record[DAMAGE]
        row = read_row(text, source.edition, known)
        if damage == FOOTER:
            row = replace(row, is_left_out=True)
        # The columns of a line that is damaged as a whole cannot be trusted.
        is_sound = damage is None or row.is_left_out or (damage == NOT_TEXT and not _is_harmed(text, known))
        yield row if is_sound else replace(row, problems=(Problem("", "", damage or ""),))


def _is_harmed(cells: Mapping[str, str | None], known: Collection[str]) -> bool:
    """Return whether bytes that are no text are in a column that is read."""
    read = (cells.get(name) or "" for name in (PATIENT_ID, *known))
    return any(mark in text for text in read for mark in NO_TEXT)


def check_rows(source: Source, rows: Rows, listener: Listener) -> None:
    """Raise FileError where no row of the events can be read, or no study was performed and nobody says that is so."""
    events = [row for _, row in rows.events]
    if events and all(row.problems for row in events):
        tell(listener, unreadable_rows(rows.events))
    check_readable(source.files.name, len(events), sum(bool(row.problems) for row in events))
    statuses = [row.event.status for row in events if row.event is not None and not row.problems]
    studies = sum(status is not Status.CANCELLED for status in statuses)
    source.check_performed(studies, statuses.count(Status.PERFORMED))


def unreadable_rows(rows: Sequence[tuple[str, Row]]) -> Iterator[Notice]:
    """Yield notices of the rows of an events file that are left out, with the line and the columns that are wrong.

    Output of commands ends up in logs, whose readers may not be allowed to read the file. Therefore no value of a cell
    is repeated; an audit of the same file reports the rest.
    """
    bad = [(place, row) for place, row in rows if row.problems]
    texts = [
        f"{place} is left out: " + "; ".join(problem_without_value(problem) for problem in row.problems)
        for place, row in bad[:MOST_NAMED]
    ]
    if len(bad) > MOST_NAMED:
        texts.append(f"{len(bad) - MOST_NAMED} more rows are left out")
    if any(problem.value for _, row in bad for problem in row.problems):
        texts.append("values are not repeated here; 'vigil audit' says what is wrong with each row")
    yield from (Notice(NoticeKind.UNREADABLE_ROWS, text) for text in texts)


def problem_without_value(problem: Problem) -> str:
    """Return the description of a problem without the value of the cell."""
    for template, text in _WITHOUT_VALUE.items():
        if problem.message.startswith(template.partition("{as_of}")[0].replace("{value}", problem.value)):
            return text
    if problem.value:
        return f"column {problem.column} cannot be read or does not fit"
    return str(problem) if problem.column else problem.message
