"""Synchronization of a cohort's imaging windows with a calendar on a CalDAV server."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from spine_vigil.calendar_outputs import Outputs, codes_list
from spine_vigil.calendars import CalendarRun, Windows, nothing_to_write, privacy_notices
from spine_vigil.cohort_rows import unreadable_rows
from spine_vigil.notices import Listener, Notice, NoticeKind, tell
from spine_vigil.scheduler.calendars.caldav.access import Credentials
from spine_vigil.scheduler.calendars.caldav.refusals import EventRefused
from spine_vigil.scheduler.calendars.caldav.syncing import Fate, Sync, foresee
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.revising import Revision
from spine_vigil.scheduler.calendars.state import Kind, Remembered, State
from spine_vigil.scheduler.errors import FileError, VigilError
from spine_vigil.scheduler.exit_codes import ExitCode
from spine_vigil.scheduler.extras import MissingLibrary
from spine_vigil.scheduler.files.atomic import replace_all, sweep_beside
from spine_vigil.scheduler.files.locks import locked
from spine_vigil.scheduler.rules.words import counted
from spine_vigil.sources import CohortFiles

_STEP = 100
"""Number of sent events after which progress is reported."""


class EventsRefused(VigilError):
    """Raised after a sync in which the server refused some events and took the others."""

    exit_code = ExitCode.REFUSED_EVENTS


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that the server refused: the pseudonym of its patient, the day on which it stands, and the reason."""

    pseudonym: str
    day: date | None
    words: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of a sync: the fate and the pseudonym of each event, by UID.

    If nothing was sent (`is_sent` is false), the fates are predicted. `refused` are the events that the server refused,
    by pseudonym and day.
    """

    fates: Mapping[str, Fate]
    pseudonyms: Mapping[str, str]
    is_sent: bool
    refused: tuple[Refused, ...] = ()

    def check(self) -> None:
        """Raise EventsRefused if the server refused an event."""
        if self.refused:
            count = counted(len(self.refused), "event")
            raise EventsRefused(
                f"the server refused {count}; the others are as they should be, and the next run tries again"
            )


@dataclass(frozen=True, slots=True)
class Server:
    """A calendar on a CalDAV server. Without `credentials`, the server is not contacted.

    `authorities` is a file with certificates of authorities to trust instead of the system's, `trusted` are hosts to
    which the server may lead, besides those of its own domain.
    """

    url: str
    name: str
    credentials: Credentials | None = None
    authorities: str | None = None
    trusted: Collection[str] = ()


def sync_calendar(
    files: CohortFiles,
    outputs: Outputs,
    windows: Windows,
    server: Server,
    now: datetime,
    listener: Listener,
    *,
    restores: bool = False,
    force: bool = False,
) -> Sent:
    """Send the windows of every patient to a calendar on a server, or predict what that would change.

    `outputs` names the state, the secret and the list of pseudonyms. With `restores`, events that users deleted are
    sent again. The next run completes a run that breaks off. Raises VigilError.
    """
    if outputs.state is None:
        raise ValueError("a sync needs a state")
    outputs.check(files)
    with contextlib.nullcontext() if server.credentials is None else locked(outputs.state):
        run = CalendarRun.start(files, outputs, windows, listener)
        tell(listener, unreadable_rows(run.rows.events))
        if not run.entries.events and not force:
            raise FileError(nothing_to_write(run.rows, run.entries, files.name, f"calendar '{server.name}'"))
        revision = run.revise(now)
        if not force:
            revision.check()
        tell(listener, privacy_notices(run, outputs))
        if run.is_new:
            run.secret.save_new(outputs.secret)  # before any pseudonym is printed or sent
            text = f"the site secret is new: keep {outputs.secret}, or every event gets another identity next time"
            listener.notice(Notice(NoticeKind.NEW_SECRET, text))
        if outputs.codes is not None:
            replace_all({outputs.codes: codes_list(run.entries, (one.kept.code for one in revision.revised))})
        known = (*run.before.events.items(), *revision.state.events.items())
        pseudonyms = {uid: remembered.code for uid, remembered in known if remembered.code}
        if server.credentials is None:
            return Sent(foresee(revision), pseudonyms, is_sent=False)
        fates, refusals = _send(revision, run.secret, server, outputs.state, listener, restores=restores)
        refused = [
            Refused(pseudonyms.get(uid, ""), _day_of(uid, run.before, revision.state), refusal.words)
            for uid, refusal in refusals.items()
        ]
        in_order = sorted(refused, key=lambda one: (one.pseudonym, one.day or date.min))
        return Sent(fates, pseudonyms, is_sent=True, refused=tuple(in_order))


def _day_of(uid: str, *states: State) -> date | None:
    """Return the day on which an event stands; None where no state remembers it."""
    kept = [event for state in states if (event := state.events.get(uid)) is not None]
    return next((day for event in reversed(kept) if (day := _stands_on(event)) is not None), None)


def _stands_on(event: Remembered) -> date | None:
    return event.overdue_on or (event.last_day if event.kind is Kind.LAST_DAY else event.opens)


def check_can_send() -> None:
    """Raise MissingLibrary if the CalDAV library is not installed."""
    _open_calendar()


def _open_calendar() -> Callable[..., Any]:
    try:
        from spine_vigil.scheduler.calendars.caldav.store import open_calendar
    except ModuleNotFoundError as problem:
        raise MissingLibrary("--apply", [str(problem.name)], extra="sync") from None
    return open_calendar


def _send(
    revision: Revision,
    secret: SiteSecret,
    server: Server,
    state_file: Path,
    listener: Listener,
    *,
    restores: bool,
) -> tuple[dict[str, Fate], Mapping[str, EventRefused]]:
    """Update a calendar; return the fate of each event, and the refusals by UID. Raises CalendarServerError."""
    sweep_beside(state_file)

    def save(state: State) -> None:
        replace_all({state_file: state.to_bytes()})

    def sent(number: int, count: int) -> None:
        if number % _STEP == 0:
            listener.step(f"sending event {number:,} of {count:,}")

    listener.step(f"opening calendar '{server.name}'")
    opened = _open_calendar()(
        server.url,
        server.name,
        server.credentials,
        server.authorities,
        server.trusted,
        lambda text: listener.notice(Notice(NoticeKind.WAITING, text)),
    )
    with contextlib.closing(opened) as calendar:
        listener.step("comparing it with what was sent before")
        sync = Sync(revision, secret, calendar, restores=restores)
        return sync.run(save, sent), sync.refusals
