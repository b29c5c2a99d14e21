"""Patients files: what holds for all events of a patient, in one line per patient and course (rules 7, "Courses")."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from spine_vigil.scheduler.cohort.decoding.cells import PatientRows, names_somebody
from spine_vigil.scheduler.cohort.events.frame_file import FrameFile
from spine_vigil.scheduler.cohort.events.headers import Layout
from spine_vigil.scheduler.cohort.events.opening import open_events, whole_file
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.files.csv_text import DAMAGE, FOOTER, LINE
from spine_vigil.scheduler.intake.columns import read_columns
from spine_vigil.scheduler.intake.forms import CellForms
from spine_vigil.scheduler.intake.profile import FileProfile
from spine_vigil.scheduler.records.data_dictionary import patient_columns
from spine_vigil.scheduler.records.fields import PATIENT_ID, STUDY_COLUMNS, Column
from spine_vigil.scheduler.records.rows import NOBODY
from spine_vigil.scheduler.values import replace

PATIENTS_FRAME = "the patients frame"
"""The name of a data frame of patients in messages."""

LAYOUT = Layout("a patients file", wanted=((PATIENT_ID,),), added=(LINE, DAMAGE))

_NAMELESS = "the patient id is empty, so the line fills nothing; give the id"

_NOBODY = f"{NOBODY.rpartition(';')[0]}, so the line fills nothing; give the id"


@dataclass(frozen=True, slots=True)
class Patients:
    """A patients file as read.

    `cells` has one row per line with a patient, as an events frame: PATIENT_ID, the columns that fill, as trimmed text
    (null where empty), LINE, and DAMAGE; `forms` say how they are written. A line that cannot be read fills nothing;
    `problems` say of all of them what is wrong and where, in the order of the lines. `columns` are the columns under
    the names of the file; of these, `of_events` are known and describe an event, and `unknown` are not known.
    `own_names` are the columns of fields. `name` is that of the file, `more` are further patients files. `cells` have
    other columns too where a reader wants them (`carried`).
    """

    cells: pl.DataFrame
    forms: CellForms
    problems: tuple[str, ...]
    columns: tuple[str, ...]
    of_events: tuple[str, ...]
    unknown: tuple[str, ...]
    own_names: tuple[tuple[str, str], ...] = ()
    name: str = PATIENTS_FRAME
    more: tuple[Patients, ...] = ()

    @property
    def filling(self) -> tuple[str, ...]:
        """The fields that the file gives."""
        return tuple(name for name in self.cells.columns if name not in (PATIENT_ID, LINE, DAMAGE))

    @property
    def rows(self) -> tuple[PatientRows, ...]:
        """The lines as rows that fill others, file by file."""
        return (PatientRows(self.cells, self.forms, self.name), *(rows for more in self.more for rows in more.rows))

    @property
    def count(self) -> int:
        """The number of patients."""
        return pl.concat(rows.cells[PATIENT_ID] for rows in self.rows).n_unique()


def read_patients(
    source: Path | pl.DataFrame,
    edition: Edition,
    profile: FileProfile | None = None,
    as_of: date | None = None,
    carried: Collection[str] = (),
) -> Patients:
    """Read a patients file (CSV, plain or gzip, or Parquet), or a frame of patients.

    `profile` says how it is written; nobody was born after `as_of`. Columns named in `carried` are kept where the file
    has them, known or not. Raises FileError.
    """
    if isinstance(source, Path):
        path = str(source)
        file = open_events(source, profile, LAYOUT)
    else:
        path = PATIENTS_FRAME
        file = FrameFile(source, path, profile, LAYOUT)
    with file:
        table, forms = whole_file(file), file.forms
    own_names = dict(zip(table.cells.columns, table.original.columns, strict=False))
    filling = [name for name in patient_columns(edition) if name in own_names]
    copied = [name for name in dict.fromkeys(forms.copies.values()) if name in own_names and name not in filling]
    known = read_columns(edition, forms, as_of=as_of)
    kept = [name for name, own in own_names.items() if own in carried and name not in (PATIENT_ID, *filling, *copied)]
    trimmed = pl.col(PATIENT_ID, *filling, *copied, *kept).str.strip_chars()
    rows = table.cells.filter(pl.col(DAMAGE).ne_missing(FOOTER))
    cells = rows.select(trimmed.replace("", None), LINE, DAMAGE)
    problems = _problems(cells, path, {own_names[name]: known[name] for name in filling})
    read = {*known, *STUDY_COLUMNS, PATIENT_ID, *copied}
    constants = {name: text for name, text in forms.constants.items() if name in patient_columns(edition)}
    return Patients(
        cells=cells.filter(pl.col(PATIENT_ID).is_not_null()),
        forms=replace(forms, constants=constants),
        problems=tuple(problems),
        columns=tuple(table.original.columns),
        of_events=tuple(
            column
            for name, column in own_names.items()
            if name in read and name not in (PATIENT_ID, *filling, *copied, *kept)
        ),
        unknown=tuple(column for name, column in own_names.items() if name not in read and name not in kept),
        own_names=tuple(own_names.items()),
        name=path,
    )


def _problems(cells: pl.DataFrame, path: str, columns: Mapping[str, Column]) -> pl.Series:
    """Return messages for what cannot be read, line by line; `columns` are those that fill, by name in the file."""
    place = pl.format("{}, line {}", pl.lit(path), LINE)
    is_named = pl.lit(names_somebody(cells[PATIENT_ID]))
    nameless = pl.when(~is_named).then(
        pl.when(pl.col(PATIENT_ID).is_null()).then(pl.lit(_NAMELESS)).otherwise(pl.lit(_NOBODY))
    )
    # A line that is damaged as a whole may have its cells in the wrong columns.
    is_whole = is_named & pl.col(DAMAGE).is_null()
    said = [pl.format("{}: {}", place, pl.coalesce(DAMAGE, nameless))]
    for own_name, column in columns.items():
        messages = _unreadable(cells[column.name], column)
        if messages:
            message = pl.col(column.name).replace_strict(messages, default=None, return_dtype=pl.String)
            said.append(pl.when(is_whole).then(pl.format("{}, column {}: {}", place, pl.lit(own_name), message)))
    messages_of_lines = cells.select(message=pl.concat_list(said).list.drop_nulls())
    return messages_of_lines.explode("message")["message"].drop_nulls()


def _unreadable(text: pl.Series, column: Column) -> dict[str, str]:
    """Return the values of a column that cannot be read, each with the reason."""
    messages: dict[str, str] = {}
    for value in text.unique(maintain_order=True).drop_nulls().to_list():
        try:
            column.parse(value)
        except ValueProblem as problem:
            messages[value] = str(problem)
    return messages
