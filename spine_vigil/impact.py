"""What a change of rules does to a cohort: its decisions, whom to contact, and the difference of its calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import polars as pl

from spine_vigil.calendar_outputs import new_secret
from spine_vigil.calendars import Windows, read_entries
from spine_vigil.notices import Listener, Notice, NoticeKind, tell
from spine_vigil.readable import check_readable
from spine_vigil.scheduler.answers.reasons import Verdict
from spine_vigil.scheduler.calendars.feeds import feed
from spine_vigil.scheduler.calendars.identity import make_secret, read_secret
from spine_vigil.scheduler.calendars.items import Look
from spine_vigil.scheduler.calendars.revising import revise
from spine_vigil.scheduler.calendars.state import Horizon, State
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit
from spine_vigil.scheduler.cohort.due.listing import FiledDue
from spine_vigil.scheduler.cohort.due.rules import DueRules
from spine_vigil.scheduler.cohort.impact.contacts import Contacts
from spine_vigil.scheduler.cohort.impact.decisions import IMPACT_COLUMNS, RESULTS, Comparison, Impact
from spine_vigil.scheduler.cohort.impact.rules import GRACE, OTHER_RULES, DifferingRules
from spine_vigil.scheduler.cohort.pieces import FramePiece, check_writable, header_piece, table_suffix, write_parquet
from spine_vigil.scheduler.editions.comparing.aspects import What
from spine_vigil.scheduler.editions.comparing.differences import Difference
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.atomic import write_file
from spine_vigil.scheduler.files.destinations import check_output
from spine_vigil.scheduler.files.formulas import quoted_formulas
from spine_vigil.scheduler.files.os_errors import output_errors
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.records.fields import day_number
from spine_vigil.scheduler.rules.words import counted
from spine_vigil.sources import CohortFiles, Source, open_source, open_spill

EVENTS_OF = ("new", "changed", "cancelled")
"""What becomes of the events of a calendar."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files that a comparison writes, None for those that it does not.

    `rows` gets the rows that change, `contacts` the patients to contact, `calendar` the events that differ; `secret` is
    the site secret of the calendar.
    """

    rows: Path | None = None
    contacts: Path | None = None
    calendar: Path | None = None
    secret: Path = Path()

    def check(self, files: CohortFiles) -> None:
        """Raise FileError if a name does not suit its file, or two names are the same file."""
        if files.is_stream:
            raise FileError("two editions read the events twice; give the name of a file instead of -")
        tables = [path for path in (self.rows, self.contacts) if path is not None]
        for path in tables:
            table_suffix(path)
        if self.calendar is not None and self.calendar.suffix.lower() != ".ics":
            raise FileError(f"{self.calendar} must be a file name that ends in .ics, by which calendars know it")
        outputs = [*tables, *([] if self.calendar is None else [self.calendar])]
        for path in outputs:
            check_output(path, *files.paths)
        if len({path.resolve() for path in outputs}) < len(outputs):
            raise FileError("two outputs have the same name; give each its own")


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change of rules does to a cohort.

    `contacts` counts the schedules of patients by the movement of their window, `patients` those patients, `in_grace`
    the windows that differ in their grace alone, `events` the events of the calendar by EVENTS_OF; None where that was
    not asked for.
    """

    impact: Impact
    contacts: Counter[str] | None = None
    patients: int = 0
    in_grace: int = 0
    events: Counter[str] | None = None


def compare_on_cohort(
    files: CohortFiles,
    audits: tuple[Audit, Audit],
    rules: Sequence[str],
    outputs: Outputs,
    horizon: Horizon,
    now: datetime,
    listener: Listener,
) -> Consequences:
    """Decide a cohort by two editions, the earlier one first, and write what differs. Raises VigilError.

    `rules` are those that differ (see `routes_of`). Contacts and calendars are those of the first day of the `horizon`,
    and the calendars reach to its end; `now` is the revision time of events that change.
    """
    outputs.check(files)
    before, after = audits
    decisive = [each for each in rules if each.partition(".")[0] not in _BESIDE]
    beside = [each for each in rules if each.partition(".")[0] in _BESIDE]
    beside += [] if before.grace == after.grace else [GRACE]
    otherwise = ";".join(beside) if 0 < len(beside) <= _MOST_NAMED else OTHER_RULES
    differing = DifferingRules(decisive, otherwise, day_number(after.edition.in_force_from))
    needs_history = outputs.contacts is not None or outputs.calendar is not None
    comparison = _decisions(files, before, after, differing, outputs.rows, listener, needs_history=needs_history)
    contacts, patients, in_grace, events = None, 0, 0, None
    if outputs.contacts is not None:
        among = comparison.concerned if _differ_in_protocols_alone(before, after, comparison.columns) else None
        found = _contacts(files, before, after, horizon, outputs.contacts, among, differing, listener)
        contacts, patients, in_grace = found.counts, found.patients, found.in_grace
    if outputs.calendar is not None:
        events = _calendar(files, before, after, horizon, outputs, now, listener)
    return Consequences(comparison.impact, contacts, patients, in_grace, events)


def _differ_in_protocols_alone(before: Audit, after: Audit, columns: Collection[str]) -> bool:
    """Return whether windows can differ only under the protocols that differ; `columns` are those of the events."""
    old, new = before.edition, after.edition
    kinds = ({fact.name: (fact.kind, fact.level) for fact in edition.facts} for edition in (old, new))
    read = [{name: kind for name, kind in each.items() if name in columns} for each in kinds]
    return (
        before.grace == after.grace
        and old.implied == new.implied
        and old.implied_by_course == new.implied_by_course
        and old.cpt_codes == new.cpt_codes
        and read[0] == read[1]
    )


def routes_of(found: Iterable[Difference]) -> list[str]:
    """Return the rules by which something can change: those that differ by more than their section, in their order."""
    differing = dict.fromkeys(each.route for each in found if each.what != (What.SECTION,))
    return [route for route in differing if route.partition(".")[0] not in ("edition", "source")]


_BESIDE = ("fact", "code", "combination")
"""The kinds of rule that no route names; what rests on none of the others is put down to them."""

_MOST_NAMED = 3
"""The most of them that are named; more are OTHER_RULES."""


@contextmanager
def _both(
    files: CohortFiles, before: Audit, after: Audit, output: Path | None, listener: Listener
) -> Iterator[tuple[Source, Source, Spill]]:
    """Open the files for either edition, and tell what is not read."""
    waiting, spill_name = open_spill(output)
    with ExitStack() as stack:
        spill = stack.enter_context(waiting)
        old, new = (stack.enter_context(open_source(files, each.edition, each.as_of)) for each in (before, after))
        said = {notice.message: notice for source in (new, old) for notice in source.notices()}
        tell(listener, said.values())
        stack.enter_context(output_errors(spill_name))
        yield old, new, spill


def _decisions(
    files: CohortFiles,
    before: Audit,
    after: Audit,
    rules: DifferingRules,
    output: Path | None,
    listener: Listener,
    *,
    needs_history: bool,
) -> Comparison:
    workers = pl.thread_pool_size()
    with _both(files, before, after, output, listener) as (old, new, spill):
        taken = [name for name in new.file.header if name in IMPACT_COLUMNS]
        if taken:
            raise FileError(f"{files.name} has a column '{taken[0]}', which is one of the results; rename or remove it")
        runs = [
            FiledAudit(
                audit,
                source.file,
                spill,
                patients=source.patients,
                columns=RESULTS,
                workers=workers,
                keeps_patients=True,
            )
            for audit, source in ((before, old), (after, new))
        ]
        comparison = Comparison((runs[0], runs[1]), new.file, rules, workers)
        comparison.read(lambda rows, fraction: listener.show(f"reading {files.name}", rows, fraction / 2))
        listener.done()
        changed = comparison.changed(lambda rows: listener.show(f"deciding {files.name}", rows, 0.75))
        if output is None:
            for _ in changed:
                pass
        else:
            check_writable(new.file.schema, table_suffix(output))
            _write(changed, [*new.file.header, *IMPACT_COLUMNS], output)
        listener.done()
        tell(listener, new.match_notices(runs[1].met))
        _check_history(files, new, comparison, listener, needs_it=needs_history)
        return comparison


def _check_history(
    files: CohortFiles, source: Source, comparison: Comparison, listener: Listener, *, needs_it: bool
) -> None:
    """Tell of rows that cannot be read and of a lack of performed studies; raise FileError where windows need them.

    Windows count from performed studies: without them all would look overdue, and rows that nobody reads, as if nobody
    were to be contacted.
    """
    bad = sum(rows for (_, _, decision), rows in comparison.impact.matrix.items() if decision == Verdict.INVALID.value)
    if bad:
        text = f"{counted(bad, 'row')} cannot be read by the later edition; 'vigil audit' says why"
        listener.notice(Notice(NoticeKind.UNREADABLE_ROWS, text))
    if not needs_it:
        tell(listener, source.performed_notices(*comparison.counts.performed))
        return
    if comparison.impact.rows and bad == comparison.impact.rows:
        check_readable(files.name, comparison.impact.rows, bad)
    source.check_performed(*comparison.counts.performed)


def _contacts(
    files: CohortFiles,
    before: Audit,
    after: Audit,
    horizon: Horizon,
    output: Path,
    among: pl.Series | None,
    rules: DifferingRules,
    listener: Listener,
) -> Contacts:
    with _both(files, before, after, output, listener) as (old, new, spill):
        lists = [
            FiledDue(
                DueRules(audit.edition, audit.grace, horizon.as_of),
                source.file,
                spill,
                patients=source.patients.rows if source.patients else (),
                workers=pl.thread_pool_size(),
                among=among,
            )
            for audit, source in ((before, old), (after, new))
        ]
        contacts = Contacts(lists[0], lists[1], rules, horizon.as_of)
        contacts.read(lambda rows, fraction: listener.show(f"looking for windows in {files.name}", rows, fraction))
        listener.done()
        rows = contacts.rows().with_columns(quoted_formulas("patient_id"))
        _write(iter([rows]), rows.columns, output)
        return contacts


def _calendar(
    files: CohortFiles,
    before: Audit,
    after: Audit,
    horizon: Horizon,
    outputs: Outputs,
    now: datetime,
    listener: Listener,
) -> Counter[str]:
    known = read_secret(outputs.secret)
    secret = known or make_secret()
    look, state, revisions = Look(), State(), []
    for audit in (before, after):
        windows = Windows(audit.edition, audit.grace, horizon, look)
        _, entries = read_entries(files, windows, secret, state, listener)
        revisions.append(revise(state, entries, horizon.as_of, now, look, secret))
        state = revisions[-1].state
    old, new = revisions
    differing = [one for one in new.revised if one.sequence or one.uid not in old.state.events]
    events = Counter(
        "cancelled" if one.status == "CANCELLED" else "changed" if one.sequence else "new" for one in differing
    )
    output = outputs.calendar or Path()
    with new_secret(secret, outputs.secret, is_new=known is None):
        write_file(output, lambda file: file.write(feed(differing)))
    if known is None:
        text = (
            f"the site secret is new: {outputs.secret}; no calendar that is in use knows these events; to update one,"
            " give its secret with --secret-file"
        )
        listener.notice(Notice(NoticeKind.NEW_SECRET, text))
    return events


def _write(frames: Iterator[pl.DataFrame], header: list[str], output: Path) -> None:
    suffix = table_suffix(output)

    def write(file: IO[bytes]) -> None:
        if suffix == ".parquet":
            write_parquet(frames, file)
            return
        for piece in (header_piece(header), *map(FramePiece, frames)):
            file.write(piece.packed() if suffix == ".csv.gz" else piece.text())

    write_file(output, write)
