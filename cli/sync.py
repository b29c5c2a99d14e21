"""`vigil sync`: the imaging windows of a cohort in a calendar on a CalDAV server."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from spine_vigil.cli.options.calendars import SECRET_NAME, codes_option, window_options
from spine_vigil.cli.options.common import date_format_option, grace_option, now, reading_option, today
from spine_vigil.cli.options.files import map_options, patients_option
from spine_vigil.cli.output.bad_rows import bad_rows, read_rows
from spine_vigil.cli.output.calendar_files import check_apart, codes_list
from spine_vigil.cli.output.calendar_report import nothing_to_write, warning
from spine_vigil.cli.output.progress import Progress
from spine_vigil.scheduler.calendars.caldav.access import Credentials, check_url, find_credentials
from spine_vigil.scheduler.calendars.caldav.syncing import Fate, Sync, foresee
from spine_vigil.scheduler.calendars.entries import Asker, Show, calendar_entries
from spine_vigil.scheduler.calendars.identity import SiteSecret, is_readable_by_others, make_secret, read_secret
from spine_vigil.scheduler.calendars.items import Look, Style
from spine_vigil.scheduler.calendars.revising import Revision, revise
from spine_vigil.scheduler.calendars.state import Horizon, State, read_state
from spine_vigil.scheduler.cohort.events.column_map import ColumnMap
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError, ValueProblem
from spine_vigil.scheduler.extras import MissingLibrary
from spine_vigil.scheduler.files.atomic import check_output
from spine_vigil.scheduler.files.together import locked, replace_all, sweep
from spine_vigil.scheduler.records.courses import courses
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.grace import GracePolicy

_MOST_CODES = 20
"""Pseudonyms are named one by one up to this many for each fate."""


_STEP = 100
"""After so many events progress is told."""


@dataclass(frozen=True, slots=True)
class _Target:
    """Into which calendar events go, and in which files it is kept what was sent, under which secret, and of whom."""

    url: str
    name: str
    state_file: Path
    secret_file: Path
    codes_file: Path | None


@click.command()
@click.argument("events", type=click.Path(path_type=Path))
@click.option("--url", required=True, help="The CalDAV server: https://HOST/PATH; plain http within this machine only.")
@click.option("--calendar", "name", required=True, metavar="NAME", help="The calendar there; made if it is not there.")
@click.option(
    "--state",
    "state_file",
    required=True,
    type=click.Path(path_type=Path),
    help="Remember in FILE what was sent: one file for each calendar.",
)
@click.option("--apply", "is_applied", is_flag=True, help="Send it. Without, it is told what would be sent.")
@click.option(
    "--restore",
    "restores",
    is_flag=True,
    help="Send again what was deleted in the calendar, and take a state of another calendar to this one.",
)
@click.option("--force", is_flag=True, help="Go on although nothing is due, or over a fifth would be cancelled.")
@patients_option
@map_options
@date_format_option
@window_options
@grace_option
@reading_option
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path),
    help=f"The site secret behind identities and pseudonyms, made on first use. [default: {SECRET_NAME} beside STATE]",
)
@codes_option
def sync(
    events: Path,
    url: str,
    name: str,
    state_file: Path,
    patients_file: Path | None,
    columns: ColumnMap,
    date_format: str | None,
    as_of: date | None,
    months_ahead: int,
    style: str,
    alarm_days: int,
    show: frozenset[Show],
    grace: GracePolicy,
    edition: Edition,
    secret_file: Path | None,
    codes_file: Path | None,
    *,
    is_applied: bool,
    restores: bool,
    force: bool,
) -> None:
    """Bring the windows of every patient of EVENTS into a calendar on a CalDAV server, as 'vigil calendar' writes them.

    Without --apply nothing is sent and no server is asked: you are told what would be sent. User and password come
    from VIGIL_CALDAV_USERNAME and VIGIL_CALDAV_PASSWORD, or from the keyring (service vigil-caldav/HOST).

    Only events that the state knows are ever changed or deleted. What a user changed in the calendar is told and left
    so; to have it anew, delete it there and give --restore. A run that breaks off is completed by the next one.

    \b
    vigil sync sample_cohorts/clinic.csv --url https://dav.example.org/ --calendar "Imaging windows" \\
        --state windows.json --as-of 2026-03-01
    """
    target = _Target(url, name, state_file, secret_file or state_file.parent / SECRET_NAME, codes_file)
    check_url(url)
    if not name.strip():
        raise ValueProblem("--calendar is empty; give the name of the calendar, e.g. --calendar 'Imaging windows'")
    _check_files(target, [events] if patients_file is None else [events, patients_file])
    credentials = find_credentials(url, os.environ) if is_applied and _has_library() else None
    day = as_of or today()
    horizon = Horizon(day, add(day, months(months_ahead)))
    progress = Progress()
    with contextlib.nullcontext() if credentials is None else locked(state_file):
        known = read_secret(target.secret_file)
        state = read_state(state_file, known)
        asker = Asker(edition, grace, known or make_secret(), show)
        progress.step(f"reading {events}")
        rows = list(read_rows(events, patients_file, edition, date_format, columns))
        progress.step(f"projecting the windows of {len(rows):,} rows")
        found = calendar_entries(asker, courses(row for _, row in rows), horizon, state.horizons.values())
        for line in bad_rows(rows):
            click.echo(line, err=True)
        if not found.events and not force:
            raise FileError(nothing_to_write(rows, found, events, f"calendar '{name}'"))
        revision = revise(state, found, day, now(), Look(Style(style), alarm_days), asker.secret)
        if not force:
            revision.check()
        if show:
            click.echo(f"vigil: {warning(show)}", err=True)
        if known is not None and is_readable_by_others(target.secret_file):
            click.echo(f"vigil: others can read {target.secret_file}; make it yours alone (chmod 600)", err=True)
        if known is None:
            asker.secret.save_new(target.secret_file)  # nothing is told or sent under a secret that is not kept
            kept = "or every event gets another identity next time"
            click.echo(f"the site secret is new: keep {target.secret_file}, {kept}", err=True)
        if codes_file is not None:
            replace_all({codes_file: codes_list(found, (one.kept.code for one in revision.revised))})
        codes = {uid: kept.code for uid, kept in (*state.events.items(), *revision.state.events.items()) if kept.code}
        if credentials is None:
            said = _foreseen(revision, name, codes)
        else:
            fates = _send(revision, asker.secret, target, credentials, progress, restores=restores)
            said = _done(fates, name, codes)
        for line in said:
            click.echo(line)


def _check_files(target: _Target, inputs: Sequence[Path]) -> None:
    """Raise FileError where a file cannot be what it is to be, or two of them are one."""
    if any(str(path) == "-" for path in inputs):
        raise FileError("a calendar is not made from standard input; give the name of the events file instead of -")
    named = {"state": target.state_file, "secret file": target.secret_file, "list of codes": target.codes_file}
    before: dict[str, Path] = {}
    for what, path in named.items():
        if path is not None:
            check_output(path, *inputs)
            check_apart(path, what, before)
            before[what] = path
    if target.codes_file is not None and target.codes_file.suffix.lower() != ".csv":
        raise FileError(f"{target.codes_file} must be a file name that ends in .csv, which is what --codes writes")
    if target.state_file.is_symlink():
        raise FileError(f"{target.state_file} is a link; give the file that it leads to, so that all runs keep to one")


def _has_library() -> bool:
    """Return True, or raise MissingLibrary where the library that speaks with servers is not installed."""
    try:
        import spine_vigil.scheduler.calendars.caldav.store
    except ModuleNotFoundError as problem:
        raise MissingLibrary("--apply", [str(problem.name)], extra="sync") from None
    return bool(spine_vigil.scheduler.calendars.caldav.store)


def _send(
    revision: Revision,
    secret: SiteSecret,
    target: _Target,
    credentials: Credentials,
    progress: Progress,
    *,
    restores: bool,
) -> dict[str, Fate]:
    """Bring the calendar up to date; return what has become of each event. Raises CalendarServerError."""
    from spine_vigil.scheduler.calendars.caldav.store import open_calendar

    sweep(target.state_file.parent, target.state_file.name.__eq__)

    def save(state: State) -> None:
        replace_all({target.state_file: state.to_bytes()})

    def tell(number: int, count: int) -> None:
        if number % _STEP == 0:
            progress.step(f"sending event {number:,} of {count:,}")

    progress.step(f"opening calendar '{target.name}'")
    authorities = os.environ.get("SSL_CERT_FILE") or None
    with contextlib.closing(open_calendar(target.url, target.name, credentials, authorities)) as calendar:
        progress.step("comparing it with what was sent before")
        sync = Sync(revision, secret, calendar, restores=restores)
        return sync.run(save, tell)


def _foreseen(revision: Revision, name: str, codes: Mapping[str, str]) -> Iterator[str]:
    """Yield what would be sent, in numbers and pseudonyms."""
    fates = foresee(revision)
    yield f"dry run, nothing is sent without --apply; to calendar '{name}': {_counts(fates)}"
    for fate in Fate:
        if fate.is_written or fate is Fate.DELETED:
            yield from _codes_of(fate, fates, codes)


def _done(fates: Mapping[str, Fate], name: str, codes: Mapping[str, str]) -> Iterator[str]:
    """Yield what was sent in numbers, and what was left as users had it, with their pseudonyms."""
    yield f"calendar '{name}': {_counts(fates)}"
    for fate in Fate:
        if fate.is_left:
            yield from _codes_of(fate, fates, codes)
    if any(fate.is_left for fate in fates.values()):
        yield "to have one of these anew, delete it in the calendar and give --restore"


def _counts(fates: Mapping[str, Fate]) -> str:
    counts = Counter(fates.values())
    return ", ".join(f"{counts[fate]} {fate.value}" for fate in Fate if counts[fate] or not fate.is_left)


def _codes_of(fate: Fate, fates: Mapping[str, Fate], codes: Mapping[str, str]) -> Iterator[str]:
    """Yield whose events have a fate, by pseudonym and number; nothing where there is none."""
    found = Counter(codes[uid] for uid, its in fates.items() if its is fate and uid in codes)
    if found:
        named = [f"{code} ({count})" if count > 1 else code for code, count in sorted(found.items())]
        more = f" and {len(named) - _MOST_CODES} more" if len(named) > _MOST_CODES else ""
        yield f"{fate.value}: {', '.join(named[:_MOST_CODES])}{more}"
