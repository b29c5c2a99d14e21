"""`vigil sync`: the imaging windows of a cohort in a calendar on a CalDAV server."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import click

from spine_vigil.calendar_outputs import SECRET_NAME, Outputs
from spine_vigil.calendar_server import Server, check_can_send, sync_calendar
from spine_vigil.calendars import Windows
from spine_vigil.cli.options.calendars import codes_option, window_options
from spine_vigil.cli.options.common import grace_option, now, reading_option, today
from spine_vigil.cli.options.files import cohort_options
from spine_vigil.cli.output.progress import Progress
from spine_vigil.scheduler.calendars.caldav.access import check_url, find_credentials
from spine_vigil.scheduler.calendars.caldav.syncing import Fate
from spine_vigil.scheduler.calendars.entries import Show
from spine_vigil.scheduler.calendars.items import Look, Style
from spine_vigil.scheduler.calendars.state import Horizon
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.sources import CohortFiles

_MOST_CODES = 20
"""Pseudonyms are named one by one up to this many for each fate."""


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
@cohort_options
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
    files: CohortFiles,
    url: str,
    name: str,
    state_file: Path,
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
    check_url(url)
    if not name.strip():
        raise ValueProblem("--calendar is empty; give the name of the calendar, e.g. --calendar 'Imaging windows'")
    outputs = Outputs(secret_file or state_file.parent / SECRET_NAME, state_file, codes=codes_file)
    outputs.check(files)
    if is_applied:
        check_can_send()
    credentials = find_credentials(url, os.environ) if is_applied else None
    server = Server(url, name, credentials, os.environ.get("SSL_CERT_FILE") or None)
    day = as_of or today()
    horizon = Horizon(day, add(day, months(months_ahead)))
    windows = Windows(edition, grace, horizon, Look(Style(style), alarm_days), show)
    sent = sync_calendar(files, outputs, windows, server, now(), Progress(), restores=restores, force=force)
    for line in (_done if sent.is_sent else _foreseen)(sent.fates, name, sent.codes):
        click.echo(line)


def _foreseen(fates: Mapping[str, Fate], name: str, codes: Mapping[str, str]) -> Iterator[str]:
    """Yield what would be sent, in numbers and pseudonyms."""
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
