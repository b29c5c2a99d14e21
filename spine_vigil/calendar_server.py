"""Synchronization of a cohort's imaging windows with a calendar on a CalDAV server."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from spine_vigil.calendar_outputs import Outputs, codes_list
from spine_vigil.calendars import CalendarRun, Windows, nothing_to_write, privacy_notices
from spine_vigil.cohort_rows import unreadable_rows
from spine_vigil.notices import Listener, Notice, NoticeKind, tell
from spine_vigil.scheduler.calendars.caldav.access import Credentials
from spine_vigil.scheduler.calendars.caldav.syncing import Fate, Sync, foresee
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.revising import Revision
from spine_vigil.scheduler.calendars.state import State
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.extras import MissingLibrary
from spine_vigil.scheduler.files.atomic import replace_all, sweep_beside
from spine_vigil.scheduler.files.locks import locked
from spine_vigil.sources import CohortFiles

_STEP = 100
"""Number of sent events after which progress is reported."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of a sync: the fate and the pseudonym of each event, by UID.

    If nothing was sent (`is_sent` is false), the fates are predicted.
    """

    fates: Mapping[str, Fate]
    pseudonyms: Mapping[str, str]
    is_sent: bool


@dataclass(frozen=True, slots=True)
class Server:
    """A calendar on a CalDAV server. Without `credentials`, the server is not contacted.

    `authorities` is a file with certificates of authorities to trust instead of the system's.
    """

    url: str
    name: str
    credentials: Credentials | None = None
    authorities: str | None = None


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
        fates = _send(revision, run.secret, server, outputs.state, listener, restores=restores)
        return Sent(fates, pseudonyms, is_sent=True)


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
) -> dict[str, Fate]:
    """Update a calendar; return the fate of each event. Raises CalendarServerError."""
    sweep_beside(state_file)

    def save(state: State) -> None:
        replace_all({state_file: state.to_bytes()})

    def sent(number: int, count: int) -> None:
        if number % _STEP == 0:
            listener.step(f"sending event {number:,} of {count:,}")

    listener.step(f"opening calendar '{server.name}'")
    opened = _open_calendar()(server.url, server.name, server.credentials, server.authorities)
    with contextlib.closing(opened) as calendar:
        listener.step("comparing it with what was sent before")
        return Sync(revision, secret, calendar, restores=restores).run(save, sent)
