"""Opening of a cohort's files: mapped columns, a patients file, and notices of columns that may be misspelt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, TypeAlias

import polars as pl

from spine_vigil.notices import Notice, NoticeKind
from spine_vigil.scheduler.cohort.events.events import EventsFile
from spine_vigil.scheduler.cohort.events.frame_file import FrameFile
from spine_vigil.scheduler.cohort.events.headers import misspelt_columns, unread_columns
from spine_vigil.scheduler.cohort.events.opening import EVENTS, open_events, open_stream
from spine_vigil.scheduler.cohort.events.patients_file import PATIENTS_FRAME, Patients, read_patients
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError, ValueProblem
from spine_vigil.scheduler.files.destinations import spill_folder
from spine_vigil.scheduler.files.os_errors import TEMPORARY_FILE, output_errors
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.intake.column_map import ColumnMap, known_fields, map_option
from spine_vigil.scheduler.intake.dates import check_date_format
from spine_vigil.scheduler.intake.profile import Profile, with_options
from spine_vigil.scheduler.records.data_dictionary import patient_columns
from spine_vigil.scheduler.records.fields import PATIENT_ID, event_columns
from spine_vigil.scheduler.values import replace

STANDARD_INPUT = "standard input"
"""Name in messages of an events file that is a stream."""

EVENTS_FRAME = "the events frame"
"""Name in messages of events that are a data frame."""

_MOST_PROBLEMS = 20
"""The most problems of a patients file that are reported one by one."""


@dataclass(frozen=True, slots=True)
class CohortFiles:
    """The files of a cohort, and how to read them.

    `events` is a path, an open stream of bytes, or a frame; `profile` says how both files are written.
    """

    events: Path | IO[bytes] | pl.DataFrame
    patients: Path | pl.DataFrame | None = None
    profile: Profile = field(default_factory=Profile)

    @property
    def is_stream(self) -> bool:
        """Whether the events can be read once only."""
        return not isinstance(self.events, Path | pl.DataFrame)

    @property
    def paths(self) -> list[Path]:
        """The input files that have a path; no output may replace them."""
        return [path for path in (self.events, self.patients) if isinstance(path, Path)]

    @property
    def name(self) -> str:
        """The name of the events file in messages."""
        if isinstance(self.events, pl.DataFrame):
            return EVENTS_FRAME
        return str(self.events) if isinstance(self.events, Path) else STANDARD_INPUT

    @property
    def patients_name(self) -> str:
        """The name of the patients file in messages."""
        return PATIENTS_FRAME if isinstance(self.patients, pl.DataFrame) else str(self.patients)


Tabular: TypeAlias = pl.DataFrame | pl.LazyFrame | str | Path
"""A table that a Python caller gives: a frame, or the path of a file (CSV or Parquet)."""


def cohort_of(
    events: Tabular,
    patients: Tabular | None,
    edition: Edition,
    date_format: str | None,
    columns: Mapping[str, str] | None,
) -> CohortFiles:
    """Return the cohort that a Python caller gives. Raises VigilError that names the argument that is wrong."""
    check_date_format(date_format)
    fields = known_fields(columns or {}, "columns", (PATIENT_ID, *event_columns(edition)))
    return CohortFiles(
        _as_source(events, "events"),
        None if patients is None else _as_source(patients, "patients"),
        profile_of_options(ColumnMap(fields), date_format),
    )


def profile_of_options(
    columns: ColumnMap,
    date_format: str | None,
    constants: Mapping[str, str] | None = None,
    profile: Profile | None = None,
) -> Profile:
    """Return a profile (None: of files as vigil writes them) with what options say of both files.

    `columns` and `date_format` go before what the profile says; `constants` are those of the events.
    """
    profile = profile or Profile()
    events, patients = (with_options(each, columns, date_format) for each in (profile.events, profile.patients))
    return Profile(replace(events, constants={**events.constants, **(constants or {})}), patients)


def _as_source(table: Tabular, argument: str) -> pl.DataFrame | Path:
    """Return the name of a file as a path, and a lazy frame as a frame.

    Raises ValueProblem that names the `argument` for anything else, and FileError if a lazy frame cannot be collected.
    """
    if isinstance(table, str):
        return Path(table)
    if isinstance(table, pl.LazyFrame):
        try:
            return table.collect()
        except (pl.exceptions.PolarsError, OSError) as problem:
            raise FileError(f"{argument}: the lazy frame cannot be collected: {str(problem).splitlines()[0]}") from None
    if isinstance(table, pl.DataFrame | Path):
        return table
    raise ValueProblem(
        f"{argument}: a {type(table).__name__} is neither a frame of polars nor the path of a CSV or Parquet file;"
        " give one of these (polars.DataFrame makes a frame of a dict, polars.from_pandas of a frame of pandas)"
    )


@dataclass(frozen=True, slots=True)
class Source:
    """An open events file, with the patients file that completes its rows, if any."""

    files: CohortFiles
    edition: Edition
    file: EventsFile
    patients: Patients | None
    as_of: date | None = None

    @property
    def column_names(self) -> Mapping[str, str]:
        """The column of the events file for each field."""
        return dict(zip(self.file.fields, self.file.header, strict=True))

    def notices(self, unread: str = "not read", *, repeats_values: bool = False) -> Iterator[Notice]:
        """Yield notices of columns that are not read and of problems in the patients file.

        `unread` says what happens to an unknown column. Values of cells are repeated only with `repeats_values`, for
        outputs whose readers may read the file too.
        """
        yield from _column_notices(self.file.fields, unread, self.edition)
        if self.patients:
            yield from _patients_notices(self.patients, self.files.patients_name, self.edition, repeats_values)

    def match_notices(self, matched: int) -> Iterator[Notice]:
        """Yield the number of patients in the patients file who have an event, which is `matched`."""
        if self.patients is None:
            return
        name = self.files.patients_name
        if matched == 0:
            text = f"no patient of {name} has an event; compare how the two files write patient ids"
            yield Notice(NoticeKind.PATIENTS_FILE, text)
        else:
            text = f"{name}: {matched:,} of {self.patients.count:,} patients have an event"
            yield Notice(NoticeKind.MATCHED_PATIENTS, text)


@contextmanager
def open_source(files: CohortFiles, edition: Edition, as_of: date | None = None) -> Iterator[Source]:
    """Open the files of a cohort; nobody was born after `as_of`.

    Raises FileError if one cannot be read, or a mapped column is in neither.
    """
    patients = None
    if files.patients is not None:
        patients = read_patients(files.patients, edition, files.profile.patients, as_of)
    with _open(files) as file:
        _check_used(files, file.header, patients)
        yield Source(files, edition, file, patients, as_of)


def _check_used(files: CohortFiles, header: Sequence[str], patients: Patients | None) -> None:
    """Raise FileError where a mapped column is in no file; what both files may hold has to be in one of them."""
    headers = {files.name: header}
    all_headers = headers if patients is None else headers | {files.patients_name: patients.columns}
    for profile in (files.profile.events, *([] if patients is None else [files.profile.patients])):
        profile.check_used(all_headers)
    of_events, of_patients = (each.columns.fields for each in (files.profile.events, files.profile.patients))
    both = {} if patients is None else {c: name for c, name in of_events.items() if of_patients.get(c) == name}
    ColumnMap(both).check_used(all_headers)
    ColumnMap({c: name for c, name in of_events.items() if c not in both}).check_used(headers)
    if patients is not None:
        own = {files.patients_name: patients.columns}
        ColumnMap({c: name for c, name in of_patients.items() if c not in both}).check_used(own)


def open_spill(output: Path | None = None) -> tuple[Spill, str]:
    """Open a spill beside an output, since the default temporary folder may lack the space; return what errors call it.

    Without an output, or beside one that is a stream, it is in the default temporary folder. Raises FileError.
    """
    folder = spill_folder(output) if output else None
    name = str(output) if folder else TEMPORARY_FILE
    with output_errors(name):
        return Spill(folder), name


def _open(files: CohortFiles) -> EventsFile:
    profile = files.profile.events
    if isinstance(files.events, pl.DataFrame):
        return FrameFile(files.events, EVENTS_FRAME, profile, EVENTS)
    if isinstance(files.events, Path):
        return open_events(files.events, profile)
    return open_stream(files.events, STANDARD_INPUT, profile)


def _column_notices(
    header: Sequence[str], unread: str, edition: Edition, fields: Collection[str] | None = None
) -> Iterator[Notice]:
    """Yield notices of columns that are not read but may hold a field, limited to `fields` if given."""
    for column, name in _likely_fields(header, edition).items():
        if fields is None or name in fields:
            text = (
                f"column '{column}' is not known and {unread}; is '{name}' meant? then add {map_option(column, name)}"
            )
            yield Notice(NoticeKind.COLUMN, text)


def _likely_fields(header: Sequence[str], edition: Edition) -> dict[str, str]:
    """Return columns that are not read but whose names suggest a field: column -> field."""
    known = (PATIENT_ID, *event_columns(edition))
    return misspelt_columns(header, known) | unread_columns(header, known)


def _patients_notices(
    patients: Patients,
    file: str,
    edition: Edition,
    repeats_values: bool,  # noqa: FBT001
) -> Iterator[Notice]:
    """Yield notices of a patients file: what cannot be read, and columns that fill nothing."""
    for problem in patients.problems[:_MOST_PROBLEMS]:
        text = problem if repeats_values else f"{problem.partition(': ')[0]} cannot be read"
        yield Notice(NoticeKind.PATIENTS_FILE, text)
    if len(patients.problems) > _MOST_PROBLEMS:
        more = f"{file}: {len(patients.problems) - _MOST_PROBLEMS:,} more such problems"
        yield Notice(NoticeKind.PATIENTS_FILE, more)
    if patients.of_events:
        columns = ", ".join(patients.of_events)
        yield Notice(
            NoticeKind.PATIENTS_FILE,
            f"{file} has columns that describe an event and fill nothing: {columns}; give them in the events file",
        )
    header = (PATIENT_ID, *patients.filling, *patients.unknown)
    fields = patient_columns(edition)
    yield from _column_notices(header, f"not read from {file}", edition, fields)
    likely = {column for column, name in _likely_fields(header, edition).items() if name in fields}
    unknown = [column for column in patients.unknown if column not in likely]
    if unknown:
        text = f"{file} has columns that are not known and not read: {', '.join(unknown)}"
        yield Notice(NoticeKind.PATIENTS_FILE, text)
