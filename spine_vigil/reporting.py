"""Reports: what the windows and studies of a cohort add up to, as frames, as tables and as one page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from spine_vigil.notices import Listener, Silent, Warnings, tell
from spine_vigil.protocols import CURRENT
from spine_vigil.readable import check_readable
from spine_vigil.report_about import SMALL_CELLS, Wanted, about_of, check_groups, input_files, warnings_of
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
from spine_vigil.scheduler.records.fields import PATIENT_ID, day_number
from spine_vigil.scheduler.report.lists import list_of_patients, list_of_windows
from spine_vigil.scheduler.report.measures import tables
from spine_vigil.scheduler.report.model import (
    LISTS,
    About,
    Report,
)
from spine_vigil.scheduler.report.names import Names
from spine_vigil.scheduler.report.statistics import check_library
from spine_vigil.scheduler.report.writing import as_csv, as_json
from spine_vigil.sources import CohortFiles, Source, Tabular, cohort_of, open_source, open_spill
from spine_vigil.sources import Written as HowWritten

__all__ = ["FEW_ROWS", "SMALL_CELLS", "CohortReport", "Wanted", "check_outputs", "make_report", "report"]

_UNREAD = "not read"


@dataclass(frozen=True, slots=True, repr=False)
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

    def __repr__(self) -> str:
        return f"CohortReport({self.about.first_day} to {self.about.last_day}: {', '.join(self.tables)})"

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
        check_lists(folder, self.lists)
        with output_errors(str(folder)):
            folder.mkdir(mode=0o700, exist_ok=True)
        every = {**self.tables, **self.lists}
        replace_all({folder / f"{name}.csv": as_csv(table) for name, table in every.items()})


def check_lists(folder: Path, lists: Collection[str] = ()) -> None:
    """Raise FileError where a folder for tables holds lists of patients that would stay; `lists` are written anew."""
    left = [f"{name}.csv" for name in LISTS if name not in lists and (folder / f"{name}.csv").exists()]
    if left:
        raise FileError(
            f"{folder} holds {' and '.join(left)} of an earlier run, with the ids of patients; remove them, or give"
            " another folder"
        )


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
            _read(run, source, listener)
            # While rows are read both processors are busy; while they are counted there is time.
            sums = others.submit(input_files, files)
            tally = _counted(run, source, rules, listener)
        check_groups(tally, run)
        names = Names(rules.edition, run.routes, run.values)
        published = tables(tally.frames, names, run.missing_texts, run.readings, wanted.small_cells)
        lists = {}
        if wanted.patients_too:
            windows = list_of_windows(tally.lists["windows"], names)
            found = (windows, list_of_patients(windows, tally.lists["studies"]))
            lists = dict(zip(LISTS, found, strict=True))
        tell(listener, warnings_of(run, rules, tally, files.name))
        about = about_of(run, rules, wanted, tally, sums.result())
        unreadable = run.counts.summary(rules.edition, rules.grace)["decisions"].get("invalid", 0)
        return CohortReport(Report(about, published), lists, unreadable)


def _read(run: FiledReport, source: Source, listener: Listener) -> None:
    name = source.files.name
    run.read(lambda rows, fraction: listener.show(f"reading {name}", rows, fraction / 2))
    listener.done()
    tell(listener, source.match_notices(run.met))


def _counted(run: FiledReport, source: Source, rules: Audit, listener: Listener) -> Tally:
    name = source.files.name

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
    by: str | Sequence[str] = (),
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
        by=(by,) if isinstance(by, str) else tuple(by),
        small_cells=small_cells,
        patients_too=patients_too,
        other_readings=readings,
    )
    return make_report(files, Audit(edition, edition.grace_of(grace_days), day), wanted, listener or Warnings())
