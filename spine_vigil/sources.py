"""Opening of a cohort's files: mapped columns, a patients file, and notices of columns that may be misspelt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as replace_patients
from datetime import date
from pathlib import Path
from typing import IO, TypeAlias

import polars as pl

from spine_vigil.notices import Notice, NoticeKind
from spine_vigil.readable import check_performed, no_earlier_study
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
from spine_vigil.scheduler.intake.columns import PROFILE_FIELDS
from spine_vigil.scheduler.intake.dates import check_date_format
from spine_vigil.scheduler.intake.profile import Profile, with_options
from spine_vigil.scheduler.intake.profile_file import read_profile
from spine_vigil.scheduler.records.data_dictionary import patient_columns
from spine_vigil.scheduler.records.fields import PATIENT_ID, event_columns
from spine_vigil.scheduler.values import replace

STANDARD_INPUT = "standard input"
"""Name in messages of an events file that is a stream."""

EVENTS_FRAME = "the events frame"
"""Name in messages of events that are a data frame."""

_MOST_PROBLEMS = 20
"""The most problems of a patients file that are named."""


@dataclass(frozen=True, slots=True)
class CohortFiles:
    """The files of a cohort, and how to read them.

    `events` is a path, an open stream of bytes, or a frame; `profile` says how both files are written. Patients files
    are read as one, the first and `more_patients`. With `none_performed` it is meant that no study was performed.
    """

    events: Path | IO[bytes] | pl.DataFrame
    patients: Path | pl.DataFrame | None = None
    more_patients: tuple[Path, ...] = ()
    none_performed: bool = False
    profile: Profile = field(default_factory=Profile)

    @property
    def is_stream(self) -> bool:
        """Whether the events can be read once only."""
        return not isinstance(self.events, Path | pl.DataFrame)

    @property
    def paths(self) -> list[Path]:
        """The input files that have a path; no output may replace them."""
        return [path for path in (self.events, self.patients, *self.more_patients) if isinstance(path, Path)]

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


@dataclass(frozen=True, slots=True)
class Written:
    """How a Python caller says that tables are written: a format of dates, other names of columns, a profile."""

    date_format: str | None = None
    columns: Mapping[str, str] | None = None
    profile: str | Path | None = None


Tabular: TypeAlias = pl.DataFrame | pl.LazyFrame | str | Path
"""A table that a Python caller gives: a frame, or the path of a file (CSV or Parquet)."""


def cohort_of(
    events: Tabular,
    patients: Tabular | None,
    edition: Edition,
    written: Written,
) -> CohortFiles:
    """Return the cohort that a Python caller gives. Raises VigilError that names the argument that is wrong."""
    check_date_format(written.date_format)
    known = (PATIENT_ID, *event_columns(edition), *(() if written.profile is None else PROFILE_FIELDS))
    fields = known_fields(written.columns or {}, "columns", known)
    profile = None if written.profile is None else read_profile(Path(written.profile), edition)
    return CohortFiles(
        _as_source(events, "events"),
        None if patients is None else _as_source(patients, "patients"),
        profile=profile_of_options(ColumnMap(fields), written.date_format, profile=profile),
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
    """An open events file, with the patients file that completes its rows, if any.

    `carried` are columns that are read though they are no fields.
    """

    files: CohortFiles
    edition: Edition
    file: EventsFile
    patients: Patients | None
    as_of: date | None = None
    carried: Collection[str] = ()

    @property
    def column_names(self) -> Mapping[str, str]:
        """The column of the events file for each field."""
        return dict(zip(self.file.fields, self.file.header, strict=True))

    def notices(self, unread: str = "not read") -> Iterator[Notice]:
        """Yield notices of columns that are not read and of problems in the patients files.

        `unread` says what happens to an unknown column. No value of a cell is repeated.
        """
        if not self.file.forms.is_profiled:  # whoever made the profile has seen the columns
            others = [field for field in self.file.fields if field not in self.carried]
            yield from _column_notices(others, unread, self.edition)
        if self.patients:
            names = [self.files.patients_name, *map(str, self.files.more_patients)]
            for patients, name in zip((self.patients, *self.patients.more), names, strict=True):
                yield from _patients_notices(patients, name, self.edition)

    def check_performed(self, studies: int, performed: int) -> None:
        """Raise FileError where no study is performed, unless that is meant: all would look overdue."""
        counts, is_meant = (studies, performed), self.files.none_performed
        status = self.column_names.get("status")
        check_performed(self.files.name, self.file.header, status, counts, none_is_meant=is_meant or self._says_status)

    def performed_notices(self, studies: int, performed: int) -> Iterator[Notice]:
        """Yield a warning where no study is performed, unless that is meant: none counts as an earlier one."""
        if studies and not performed and not self.files.none_performed and not self._says_status:
            text = no_earlier_study(self.files.name, self.file.header, self.column_names.get("status"))
            yield Notice(NoticeKind.EARLIER_STUDY, f"WARNING: {text}")

    @property
    def _says_status(self) -> bool:
        """Whether a constant says what became of all studies."""
        return "status" in self.files.profile.events.constants

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
def open_source(
    files: CohortFiles, edition: Edition, as_of: date | None = None, carried: Collection[str] = ()
) -> Iterator[Source]:
    """Open the files of a cohort; nobody was born after `as_of`. `carried` are columns of patients files to keep.

    Raises FileError if one cannot be read, or a mapped column is in neither.
    """
    patients = None
    if files.patients is not None:
        first, *more = (
            read_patients(source, edition, files.profile.patients, as_of, carried)
            for source in (files.patients, *files.more_patients)
        )
        patients = replace_patients(first, more=tuple(more))
    with _open(files) as file:
        _check_used(files, file.header, patients)
        yield Source(files, edition, file, patients, as_of, carried)


def _check_used(files: CohortFiles, header: Sequence[str], patients: Patients | None) -> None:
    """Raise FileError where a mapped column is in no file; what is mapped for both files has to be in one of them."""
    headers = {files.name: header}
    all_headers = headers if patients is None else headers | {files.patients_name: patients.columns}
    for profile in (files.profile.events, *([] if patients is None else [files.profile.patients])):
        profile.check_used(all_headers)
    of_events, of_patients = (each.columns.fields for each in (files.profile.events, files.profile.patients))
    both = {} if patients is None else {c: name for c, name in of_events.items() if of_patients.get(c) == name}
    columns = files.profile.events.columns
    replace(columns, fields=both).check_used(all_headers)
    replace(columns, fields={c: name for c, name in of_events.items() if c not in both}).check_used(headers)
    if patients is not None:
        own = {files.patients_name: patients.columns}
        columns = files.profile.patients.columns
        replace(columns, fields={c: name for c, name in of_patients.items() if c not in both}).check_used(own)


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


def _patients_notices(patients: Patients, file: str, edition: Edition) -> Iterator[Notice]:
    """Yield notices of a patients file: what cannot be read, and columns that fill nothing."""
    for problem in patients.problems[:_MOST_PROBLEMS]:
        # A message names the place, never what stands there.
        yield Notice(NoticeKind.UNREADABLE_PATIENTS, f"{problem.partition(': ')[0]} cannot be read")
    if len(patients.problems) > _MOST_PROBLEMS:
        more = f"{file}: {len(patients.problems) - _MOST_PROBLEMS:,} more such problems"
        yield Notice(NoticeKind.UNREADABLE_PATIENTS, f"{more}; 'vigil inspect' counts what is not understood")
    if patients.of_events:
        columns = ", ".join(patients.of_events)
        yield Notice(
            NoticeKind.PATIENTS_FILE,
            f"{file} has columns that describe an event and fill nothing: {columns}; give them in the events file",
        )
    if patients.forms.is_profiled:
        return
    header = (PATIENT_ID, *patients.filling, *patients.unknown)
    fields = patient_columns(edition)
    yield from _column_notices(header, f"not read from {file}", edition, fields)
    likely = {column for column, name in _likely_fields(header, edition).items() if name in fields}
    unknown = [column for column in patients.unknown if column not in likely]
    if unknown:
        text = f"{file} has columns that are not known and not read: {', '.join(unknown)}"
        yield Notice(NoticeKind.PATIENTS_FILE, text)
