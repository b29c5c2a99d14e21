"""Calendar runs: the imaging windows of a cohort as iCalendar files; the steps shared with a sync to a server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from spine_vigil.calendar_outputs import Outputs, contents_of, new_folder, new_secret, sweep_outputs
from spine_vigil.cohort_rows import Rows, check_rows, read_rows, read_table, unreadable_rows
from spine_vigil.notices import Listener, Notice, NoticeKind, tell
from spine_vigil.scheduler.calendars.entries import Asker, Entries, Show, calendar_entries
from spine_vigil.scheduler.calendars.feeds import (
    check_left_over,
    left_over,
    patient_feeds,
)
from spine_vigil.scheduler.calendars.identity import SiteSecret, is_readable_by_others, make_secret, read_secret
from spine_vigil.scheduler.calendars.items import Look
from spine_vigil.scheduler.calendars.revising import Revision, revise
from spine_vigil.scheduler.calendars.state import Horizon, State, read_state
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.atomic import replace_all
from spine_vigil.scheduler.files.destinations import is_stream
from spine_vigil.scheduler.files.locks import locked
from spine_vigil.scheduler.patient.standing import DueStatus
from spine_vigil.scheduler.records.follow_up import follow_ups
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.sources import CohortFiles, open_source


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows that a calendar contains, and how their events look."""

    edition: Edition
    grace: GracePolicy
    horizon: Horizon
    look: Look
    show: frozenset[Show] = frozenset()


@dataclass(frozen=True, slots=True)
class Written:
    """The result of a run that writes calendar files.

    `before` and `after` are the states. `cancelled` counts the events cancelled by this run, `feeds` and `gone` the
    patients' files written and removed. `unreadable` are notices of rows that were left out.
    """

    entries: Entries
    before: State
    after: State
    cancelled: int
    feeds: int
    gone: int
    is_new_secret: bool
    unreadable: tuple[Notice, ...]


def write_calendar(
    files: CohortFiles,
    outputs: Outputs,
    windows: Windows,
    now: datetime,
    listener: Listener,
    *,
    method: str | None = None,
    force: bool = False,
) -> Written:
    """Write the windows of every patient as pseudonymous calendar events.

    `now` is the revision time of events that change. Raises VigilError, and then changes no file; without `force`, also
    for an input that yields no window or would cancel more than a fifth of the events.
    """
    outputs.check(files)
    with contextlib.nullcontext() if outputs.state is None else locked(outputs.state):
        run = CalendarRun.start(files, outputs, windows, listener)
        unreadable = tuple(unreadable_rows(run.rows.events))
        if not run.entries.events and not force:
            tell(listener, unreadable)
            raise FileError(nothing_to_write(run.rows, run.entries, files.name, outputs.where))
        listener.step(f"writing {len(run.entries.events):,} windows")
        revision = run.revise(now)
        feeds = {} if outputs.folder is None else patient_feeds(revision.revised, outputs.folder, method)
        gone = [] if outputs.folder is None or not outputs.folder.exists() else left_over(outputs.folder, feeds)
        if not force:
            revision.check()
            check_left_over(gone, feeds)
        contents = contents_of(outputs, run.entries, revision, method)
        sweep_outputs(outputs, contents)
        with new_secret(run.secret, outputs.secret, is_new=run.is_new), new_folder(outputs.folder):
            replace_all(contents | feeds, gone)
    tell(listener, privacy_notices(run, outputs))
    return Written(
        run.entries, run.before, revision.state, revision.cancelled, len(feeds), len(gone), run.is_new, unreadable
    )


@dataclass(frozen=True, slots=True)
class CalendarRun:
    """The start of a run: the secret, the state of the last run, the rows, and the entries computed from them."""

    windows: Windows
    secret: SiteSecret
    is_new: bool
    before: State
    rows: Rows
    entries: Entries

    @classmethod
    def start(cls, files: CohortFiles, outputs: Outputs, windows: Windows, listener: Listener) -> CalendarRun:
        """Read the files and compute the entries. Raises VigilError."""
        known = read_secret(outputs.secret)
        before = State() if outputs.state is None else read_state(outputs.state, known)
        secret = known or make_secret()
        rows, entries = read_entries(files, windows, secret, before, listener)
        return cls(windows, secret, known is None, before, rows, entries)

    def revise(self, now: datetime) -> Revision:
        """Return the changes since the last run."""
        return revise(self.before, self.entries, self.windows.horizon.as_of, now, self.windows.look, self.secret)


def read_entries(
    files: CohortFiles, windows: Windows, secret: SiteSecret, before: State, listener: Listener
) -> tuple[Rows, Entries]:
    """Read the files of a cohort and compute the entries of its calendar. Raises VigilError."""
    asker = Asker(windows.edition, windows.grace, secret, windows.show)
    listener.step(f"reading {files.name}")
    with open_source(files, windows.edition, windows.horizon.as_of) as source:
        tell(listener, source.notices())
        table = read_table(source)
        rows = read_rows(source, table)
        check_rows(source, rows, listener)
        tell(listener, source.match_notices(table.matched))
    listener.step(f"projecting the windows of {len(rows.events):,} rows")
    cohort = follow_ups(windows.edition, rows.all, windows.horizon.as_of)
    return rows, calendar_entries(asker, cohort, windows.horizon, before.horizons.values())


def privacy_notices(run: CalendarRun, outputs: Outputs) -> Iterator[Notice]:
    """Yield warnings about privacy: private files that others can read, and events that show more than a pseudonym.

    A new file is its owner's alone, but one that is replaced keeps its permissions.
    """
    written = [path for path in (outputs.codes, outputs.state) if path and path.is_file() and not is_stream(path)]
    for path in written if run.is_new else (outputs.secret, *written):
        if is_readable_by_others(path):
            text = f"others can read {path}; make it yours alone (chmod 600)"
            yield Notice(NoticeKind.PRIVACY, text)
    if run.windows.show:
        names = ", ".join(detail.value for detail in Show if detail in run.windows.show)
        yield Notice(
            NoticeKind.PRIVACY,
            f"events now show {names}; keep the calendar where protected health information may be, and share no link",
        )


def schedules_without_event(entries: Entries) -> str:
    """Return the number of schedules without an event by due status, as text; empty if all have one."""
    counts = {status: entries.statuses.get(status, 0) for status in DueStatus if not status.is_due}
    return ", ".join(f"{count} {status.value.replace('_', ' ')}" for status, count in counts.items() if count)


def nothing_to_write(rows: Rows, entries: Entries, events: str, where: str) -> str:
    """Return the message for an input without windows: an iCalendar file without events would not be valid."""
    bad = sum(bool(row.problems) for _, row in rows.events)
    reasons = ", ".join(f"{because}: {count}" for because, count in sorted(entries.lacking.items()))
    words = schedules_without_event(entries) or "none, since no row that can be read names a protocol with schedules"
    return (
        f"{events} gives no window, so {where} is not written: {len(rows.events)} rows read, {bad} of them bad;"
        f" schedules: {words}{f' ({reasons})' if reasons else ''}; check the file, --as-of and --map"
    )
