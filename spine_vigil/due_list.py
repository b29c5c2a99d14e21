"""Due lists: what is due on a date for every patient of a cohort under every schedule, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as replace_part
from datetime import date
from pathlib import Path
from typing import IO

import polars as pl

from spine_vigil.cohort_rows import NO_SUCH_PATIENT, patient_as_read, problem_without_value
from spine_vigil.earlier_list import earlier_notices
from spine_vigil.notices import Listener, Notice, NoticeKind, Silent, Warnings, tell
from spine_vigil.protocols import CURRENT
from spine_vigil.readable import check_readable
from spine_vigil.requests import parse_day
from spine_vigil.scheduler.cohort.due.changes import Changes
from spine_vigil.scheduler.cohort.due.documents import BadRow
from spine_vigil.scheduler.cohort.due.earlier import read_earlier
from spine_vigil.scheduler.cohort.due.files import due_suffix, write_due
from spine_vigil.scheduler.cohort.due.listing import FiledDue
from spine_vigil.scheduler.cohort.due.rules import DueRules, Wanted
from spine_vigil.scheduler.cohort.due.workbook import check_length
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.files.atomic import write_file
from spine_vigil.scheduler.files.destinations import check_output
from spine_vigil.scheduler.files.os_errors import output_errors
from spine_vigil.scheduler.rules.words import counted
from spine_vigil.scheduler.values import replace
from spine_vigil.sources import CohortFiles, Source, Tabular, cohort_of, open_source, open_spill
from spine_vigil.sources import Written as HowWritten

NOT_AN_ORDER = (
    "What is due is counted by this edition, as encoded: a reminder, neither an order nor a denial. A study on another"
    " date is not thereby refused; the guideline's list is not complete and does not replace clinical judgment."
)
"""The note that every due list carries."""


@dataclass(frozen=True, slots=True)
class DueList:
    """A computed due list: its rows in pieces, which can be read any number of times, and its counts (`run`).

    `changes` are those since an earlier list, if one was given.
    """

    run: FiledDue
    source: Source
    about: Mapping[str, str]
    listener: Listener
    changes: Changes | None = None

    def frames(self, *, with_gone: bool = True) -> Iterator[pl.DataFrame]:
        """Yield the list in pieces (columns of DUE_COLUMNS), most urgent first; the first may be empty.

        A list that is compared with an earlier one has the columns of CHANGE_COLUMNS too, and at its end what is gone,
        unless `with_gone` is false.
        """
        total = self.run.totals.cases
        frames = self.run.frames(
            lambda fraction: self.listener.show("listing", int(total * fraction), fraction),
        )
        return frames if self.changes is None else self.changes.frames(frames, with_gone=with_gone)

    def write(self, output: Path | IO[bytes]) -> None:
        """Write the list to a path, in the format of its suffix and as a whole or not at all, or to a stream as CSV.

        Raises FileError.
        """
        if isinstance(output, Path):
            suffix, counts = due_suffix(output), self.run.totals.statuses
            if suffix == ".xlsx":
                check_length(self.run.totals.cases + (self.changes.counts["gone"] if self.changes else 0))
            write_file(output, lambda file: write_due(self.frames(), file, suffix, self.about, counts))
        else:
            write_due(self.frames(), output, ".csv", self.about)

    def left_out(self) -> Iterator[Notice]:
        """Yield notices of rows that do not count: studies performed after the as-of date, and unreadable rows.

        The latter has a line for each of the first of them. No patient is named, and no value of a cell is repeated.
        """
        counts = self.run.counts
        if counts.later:
            text = (
                f"not counted: {counted(counts.later, 'row')} marked as performed after {self.about['as_of']};"
                " look at the date, the status, or --as-of"
            )
            yield Notice(NoticeKind.EARLIER_STUDY, text)
        if counts.bad:
            yield unreadable_notice(self.run, self.source)


def unreadable_notice(run: FiledDue, source: Source) -> Notice:
    """Return the notice of the rows that cannot be read, with a line for each of the first of them."""
    counts, names = run.counts, source.column_names
    columns = {names.get(name, name) or "the line as a whole": n for name, n in counts.bad_cells.items()}
    where = ", ".join(f"{name}: {count:,}" for name, count in sorted(columns.items()))
    lines = [
        f"left out: {counted(counts.bad, 'row')} that cannot be read ({where}); 'vigil audit' says why",
        *(f"  {_unreadable(row, source)}" for row in counts.named),
    ]
    if counts.bad > len(counts.named):
        lines.append(f"  and {counts.bad - len(counts.named):,} more")
    return Notice(NoticeKind.UNREADABLE_ROWS, "\n".join(lines))


def _unreadable(row: BadRow, source: Source) -> str:
    """Return the line and the columns of a row that cannot be read; columns have their names in the file."""
    names = source.column_names
    problems = (
        problem_without_value(replace(problem, column=names.get(problem.column, problem.column)))
        for problem in row.problems
    )
    return f"{row.place} is left out: " + "; ".join(problems)


@contextmanager
def open_due_list(
    files: CohortFiles,
    rules: DueRules,
    wanted: Wanted | None = None,
    output: Path | None = None,
    listener: Listener | None = None,
    *,
    by_patient: bool = False,
    since: Path | None = None,
    whole: bool = False,
) -> Iterator[DueList]:
    """Read a cohort and compute what is due. Rows are spilled beside `output`, the file that the list is meant for.

    With `by_patient`, and on a page to print, the lines of a patient stand together. `since` is an earlier list to
    compare with. With `whole` all cases are listed, with the columns of WHOLE_COLUMNS. Raises VigilError, also if that
    file cannot be written.
    """
    listener = Silent() if listener is None else listener
    if output is not None:
        by_patient = by_patient or due_suffix(output) == ".html"
        check_output(output, *files.paths, *([since] if since else []))
    earlier = None if since is None else read_earlier(since)
    waiting, spill_name = open_spill(output)
    with waiting as spill, open_source(files, rules.edition, rules.as_of) as source:
        tell(listener, source.notices())
        if wanted is not None and wanted.patient_id is not None:
            wanted = replace_part(wanted, patient_id=patient_as_read(source, wanted.patient_id))
        patients = source.patients.rows if source.patients else ()
        run = FiledDue(
            rules,
            source.file,
            spill,
            wanted=wanted,
            patients=patients,
            workers=pl.thread_pool_size(),
            by_patient=by_patient,
            whole=whole or earlier is not None,
        )
        with output_errors(spill_name):
            is_of_one = wanted is not None and wanted.patient_id is not None
            _work_out(run, source, listener, is_of_one=is_of_one)
        if is_of_one and not run.patients + run.counts.bad:
            raise ValueProblem(NO_SUCH_PATIENT)
        said = about(rules, wanted)
        changes = None
        if earlier is not None:
            changes = Changes(earlier, rules, wanted or Wanted())
            with output_errors(spill_name):
                changes.find(run.frames())
            tell(listener, earlier_notices(changes, said))
            said["changes"] = changes.words
        yield DueList(run, source, said, listener, changes)


def _work_out(run: FiledDue, source: Source, listener: Listener, *, is_of_one: bool) -> None:
    name = source.files.name
    run.read(lambda rows, fraction: listener.show(f"reading {name}", rows, fraction / 2))
    listener.done()
    if not is_of_one and run.counts.rows and run.counts.bad == run.counts.rows:
        listener.notice(unreadable_notice(run, source))
        check_readable(name, run.counts.rows, run.counts.bad)
    source.check_performed(run.counts.studies, run.counts.performed)
    if not is_of_one:  # of one patient the files say nothing about how they match
        tell(listener, source.match_notices(run.met))

    def show(fraction: float) -> None:
        listener.show(f"looking through {name}", int(run.counts.rows * fraction), 0.5 + fraction / 4)

    run.work_out(show)


def about(rules: DueRules, wanted: Wanted | None = None) -> dict[str, str]:
    """Return the metadata of a due list: edition, as-of date, grace, the note, and what was asked for."""
    return {
        "edition": rules.edition.id,
        "as_of": rules.as_of.isoformat(),
        "grace": rules.grace.words,
        "note": NOT_AN_ORDER,
        "selected": (wanted or Wanted()).words,
    }


def due(
    events: Tabular,
    patients: Tabular | None = None,
    *,
    as_of: date | str,
    edition: Edition | None = None,
    grace_days: int | None = None,
    date_format: str | None = None,
    columns: Mapping[str, str] | None = None,
    profile: str | Path | None = None,
    listener: Listener | None = None,
) -> pl.DataFrame:
    """Return what is due on `as_of` for every patient under every schedule, most urgent first.

    The other arguments are those of `audit`; a patient of `patients` is listed without an event too. Windows are
    counted from performed studies. The columns are those of `vigil due -o`, with dates as Date and numbers of days as
    integers. Rows of the events that cannot be read, and studies performed after `as_of`, do not count; a VigilWarning
    says so, or a notice for the `listener`. Raises VigilError if the columns are not those of an events file.
    """
    edition = CURRENT if edition is None else edition
    listener = Warnings() if listener is None else listener
    files = cohort_of(events, patients, edition, HowWritten(date_format, columns, profile))
    rules = DueRules(edition, edition.grace_of(grace_days), parse_day(as_of, "as_of"))
    with open_due_list(files, rules, listener=listener) as due_list:
        tell(due_list.listener, due_list.left_out())
        return pl.concat(due_list.frames())
