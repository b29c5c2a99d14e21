"""Reports: what the windows and studies of a cohort add up to, as frames, as tables and as one page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import polars as pl

from spine_vigil.decision_text import NOT_A_DENIAL
from spine_vigil.notices import Listener, Silent, Warnings, tell
from spine_vigil.protocols import CURRENT
from spine_vigil.readable import check_readable
from spine_vigil.requests import parse_day
from spine_vigil.scheduler.cohort.adherence.filed import FEW_ROWS, Asked, FiledReport
from spine_vigil.scheduler.cohort.adherence.groups import GroupColumn
from spine_vigil.scheduler.cohort.adherence.tally import ALL, PROTOCOL, SCHEDULE, YEAR, Tally
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError, UnknownName, ValueProblem
from spine_vigil.scheduler.files.atomic import replace_all, write_file
from spine_vigil.scheduler.files.destinations import check_output
from spine_vigil.scheduler.files.os_errors import output_errors
from spine_vigil.scheduler.records.fields import EPOCH, PATIENT_ID, day_number
from spine_vigil.scheduler.report.lists import list_of_patients, list_of_windows
from spine_vigil.scheduler.report.measures import tables
from spine_vigil.scheduler.report.model import LISTS, About, InputFile, Report
from spine_vigil.scheduler.report.names import Names
from spine_vigil.scheduler.report.statistics import check_library, load_libraries
from spine_vigil.scheduler.report.writing import as_csv, as_json
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.sources import CohortFiles, Source, Tabular, cohort_of, open_source, open_spill
from spine_vigil.sources import Written as HowWritten

__all__ = ["FEW_ROWS", "SMALL_CELLS", "CohortReport", "Wanted", "check_outputs", "make_report", "report"]

SMALL_CELLS = 11
"""Cells of fewer patients are left out unless another number is asked for."""

_UNREAD = "not read"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is asked for.

    The observation goes from `first_day` (None: the first index date of the cohort) to `last_day`; `by` are the columns
    to count by. Cells of fewer than `small_cells` patients are left out. With `patients_too` there are lists of windows
    and of patients. `other_readings` says whether to try them (None: of a file of at most FEW_ROWS). `made_on` and
    `command_line` are what the report says of itself, `readings` those that are taken.
    """

    last_day: date
    first_day: date | None = None
    by: tuple[str, ...] = ()
    small_cells: int = SMALL_CELLS
    patients_too: bool = False
    other_readings: bool | None = None
    made_on: date | None = None
    command_line: str = ""
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CohortReport:
    """A report, the lists behind it (empty unless they were asked for), and how many rows could not be read."""

    report: Report
    lists: Mapping[str, pl.DataFrame]
    unreadable: int

    @property
    def about(self) -> About:
        """What the report says of itself."""
        return self.report.about

    @property
    def tables(self) -> Mapping[str, pl.DataFrame]:
        """The tables by name; their columns are those of TABLES in scheduler/report/model.py."""
        return self.report.tables

    def html(self) -> str:
        """Return the report as one page of HTML that needs nothing else."""
        from spine_vigil.scheduler.report.page import page

        return page(self.report)

    def to_html(self, path: str | Path) -> None:
        """Write the page, whole or not at all, for its owner alone. Raises FileError."""
        text = self.html().encode()
        write_file(Path(path), lambda file: file.write(text))

    def to_json(self, path: str | Path) -> None:
        """Write `about` and all tables as JSON, whole or not at all. Raises FileError."""
        text = as_json(self.about, self.tables)
        write_file(Path(path), lambda file: file.write(text))

    def to_folder(self, folder: str | Path) -> None:
        """Write every table, and the lists, as CSV files of a folder, which is made if it is not there.

        Raises FileError.
        """
        folder = Path(folder)
        with output_errors(str(folder)):
            folder.mkdir(exist_ok=True)
        every = {**self.tables, **self.lists}
        replace_all({folder / f"{name}.csv": as_csv(table) for name, table in every.items()})


def make_report(
    files: CohortFiles,
    rules: Audit,
    wanted: Wanted,
    listener: Listener | None = None,
    beside: Path | None = None,
) -> CohortReport:
    """Read a cohort and return its report. Rows wait on disk beside the file that the report is meant for.

    Raises VigilError: for a column that is in no file, and for a file without a performed study, unless that is meant.
    """
    check_library()
    listener = Silent() if listener is None else listener
    as_of = rules.as_of or wanted.last_day
    if wanted.last_day > as_of:
        raise ValueProblem(
            f"the observation ends on {wanted.last_day}, after {as_of}: what is not known yet cannot be counted; end it"
            " earlier, or give a later --as-of"
        )
    if wanted.first_day is not None and wanted.first_day > wanted.last_day:
        raise ValueProblem(f"the observation begins on {wanted.first_day}, after it ends on {wanted.last_day}")
    waiting, spill_name = open_spill(beside)
    with (
        ThreadPoolExecutor(1) as others,
        waiting as spill,
        open_source(files, rules.edition, as_of, wanted.by) as source,
    ):
        # The libraries take as long to load as a million rows to read.
        others.submit(load_libraries)
        sums = others.submit(_input_files, files)
        tell(listener, source.notices(_UNREAD))
        first = None if wanted.first_day is None else day_number(wanted.first_day)
        asked = Asked(first, day_number(wanted.last_day), wanted.patients_too, wanted.other_readings)
        run = FiledReport(
            replace(rules, as_of=as_of),
            source.file,
            spill,
            asked,
            patients=source.patients,
            groups=_group_columns(source, wanted.by),
            workers=pl.thread_pool_size(),
        )
        with output_errors(spill_name):
            tally = _counted(run, source, rules, listener)
        names = Names(rules.edition, run.routes, run.values)
        published = tables(tally.frames, names, run.missing_texts, run.readings, wanted.small_cells)
        lists = {}
        if wanted.patients_too:
            windows = list_of_windows(tally.lists["windows"], names)
            found = (windows, list_of_patients(windows, tally.lists["studies"]))
            lists = dict(zip(LISTS, found, strict=True))
        about = _about(run, rules, wanted, as_of, sums.result())
        unreadable = run.counts.summary(rules.edition, rules.grace)["decisions"].get("invalid", 0)
        return CohortReport(Report(about, published), lists, unreadable)


def _counted(run: FiledReport, source: Source, rules: Audit, listener: Listener) -> Tally:
    name = source.files.name
    run.read(lambda rows, fraction: listener.show(f"reading {name}", rows, fraction / 2))
    listener.done()
    tell(listener, source.match_notices(run.met))

    def show(fraction: float) -> None:
        listener.show(f"counting {name}", int(run.counts.rows * fraction), 0.5 + fraction / 2)

    tally = run.work_out(show)
    listener.done()
    bad = run.counts.summary(rules.edition, rules.grace)["decisions"].get("invalid", 0)
    check_readable(name, run.counts.rows, bad)
    source.check_performed(*run.counts.performed)
    if not tally.frames:
        raise FileError(f"{name} has no row, so there is nothing to report")
    return tally


def _group_columns(source: Source, by: Sequence[str]) -> list[GroupColumn]:
    """Return the columns to count by, each by its name in the events file or in a patients file."""
    fields = dict(zip(source.file.header, source.file.fields, strict=True))
    of_patients: dict[str, str] = {}
    for patients in (source.patients, *source.patients.more) if source.patients else ():
        of_patients |= {own: name for name, own in patients.own_names}
    found = []
    for column in by:
        if column in (ALL, PROTOCOL, SCHEDULE, YEAR):
            raise ValueProblem(
                f"--by {column}: a report counts by protocol, schedule and year as it is; give a column of another name"
            )
        if column not in fields and column not in of_patients:
            raise UnknownName("column", column, [*fields, *of_patients])
        names = [field for field in (fields.get(column), of_patients.get(column)) if field is not None]
        if PATIENT_ID in names:
            raise ValueProblem(f"--by {column}: a report does not count by patient; 'vigil audit' decides row by row")
        found.append(GroupColumn(column, names))
    return found


def _about(run: FiledReport, rules: Audit, wanted: Wanted, as_of: date, files: tuple[InputFile, ...]) -> About:
    edition, counts = rules.edition, run.counts.summary(rules.edition, rules.grace)
    decisions = counts["decisions"]
    return About(
        edition=edition.id,
        edition_title=edition.title,
        reviewed=edition.reviewed,
        grace=rules.grace.words,
        version=_version(),
        first_day=date.fromordinal(run.first_day + EPOCH),
        last_day=wanted.last_day,
        as_of=as_of,
        made_on=wanted.made_on or as_of,
        command_line=wanted.command_line,
        small_cells=wanted.small_cells,
        files=files,
        readings=wanted.readings,
        by=wanted.by,
        counts=_without_small(
            wanted.small_cells,
            {
                "rows": counts["rows"],
                "studies that are not cancelled": counts["studies"],
                "performed studies": counts["performed"],
                "rows that cannot be read": decisions.get("invalid", 0),
                "rows of patients with rows that cannot be read": counts["beside_unread"],
                "cancelled studies": counts["reasons"].get("cancelled", 0),
                "rows that are no imaging": counts["reasons"].get("not_imaging", 0),
                "studies that stand twice": counts["repeated"],
                "patients with two birth dates": counts["contradictions"]["birth_dates"],
                "rows before the edition was reviewed": counts["before_review"],
            },
        ),
        cautions=tuple(f"{caution.rule}: {caution.says} ({caution.source})" for caution in edition.cautions),
        not_an_order=NOT_A_DENIAL,
    )


def _without_small(fewest: int, counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return counts without those that may be of fewer than `fewest` patients."""
    return {what: None if 0 < count < fewest else count for what, count in counts.items()}


def _version() -> str:
    try:
        return version("spine-vigil")
    except PackageNotFoundError:  # the folder of a checkout on the path
        return "not installed"


def _input_files(files: CohortFiles) -> tuple[InputFile, ...]:
    """Return the files of a cohort with their checksums; a folder or a pattern by its name alone."""
    found = []
    for source in (files.events, files.patients, *files.more_patients):
        if isinstance(source, Path):
            found.append(InputFile(source.name, _sha256(source) if source.is_file() else ""))
        elif source is not None:
            found.append(InputFile("a frame" if isinstance(source, pl.DataFrame) else "standard input"))
    return tuple(found)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise FileError(f"{path} cannot be read: {problem.strerror or problem}") from None


def check_outputs(files: CohortFiles, *outputs: Path | None) -> None:
    """Raise FileError where an output cannot be written, or two are one file."""
    given = [output for output in outputs if output is not None]
    for place, output in enumerate(given):
        check_output(output, *files.paths)
        if output.resolve() in [other.resolve() for other in given[:place]]:
            raise FileError(f"{output} is named twice; give each output a name of its own")


def report(
    events: Tabular,
    patients: Tabular | None = None,
    *,
    as_of: date | str,
    first_day: date | str | None = None,
    last_day: date | str | None = None,
    by: Sequence[str] = (),
    small_cells: int = SMALL_CELLS,
    patients_too: bool = False,
    readings: bool | None = None,
    edition: Edition | None = None,
    grace_days: int | None = None,
    date_format: str | None = None,
    columns: Mapping[str, str] | None = None,
    profile: str | Path | None = None,
    listener: Listener | None = None,
) -> CohortReport:
    """Return what the windows and studies of a cohort add up to.

    The observation goes from `first_day` (default: the first index date) to `last_day` (default: `as_of`). `by` names
    columns of the events or patients to count by. Cells of fewer than `small_cells` patients are left out as null and
    named in the column `suppressed`; 0 shows all. With `patients_too`, `lists` has the windows and the patients.
    `readings` says whether to try the other readings of the guideline (None: of a cohort of at most 100,000 rows). The
    other arguments are those of `audit`.

    The result has `tables` (frames by name), `about`, `html()` and `to_html(path)`, `to_json(path)`,
    `to_folder(folder)`. Raises VigilError.
    """
    edition = CURRENT if edition is None else edition
    files = cohort_of(events, patients, edition, HowWritten(date_format, columns, profile))
    day = parse_day(as_of, "as_of")
    wanted = Wanted(
        last_day=day if last_day is None else parse_day(last_day, "last_day"),
        first_day=None if first_day is None else parse_day(first_day, "first_day"),
        by=tuple(by),
        small_cells=small_cells,
        patients_too=patients_too,
        other_readings=readings,
    )
    return make_report(files, Audit(edition, GracePolicy(grace_days), day), wanted, listener or Warnings())
