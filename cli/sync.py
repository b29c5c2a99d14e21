"""`vigil sync`: send the imaging windows of a cohort to a calendar on a CalDAV server."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import click

from spine_vigil.calendar_outputs import SECRET_NAME, Outputs
from spine_vigil.calendar_server import Sent, Server, check_can_send, sync_calendar
from spine_vigil.calendars import Windows
from spine_vigil.cli.options.calendars import codes_option, window_options
from spine_vigil.cli.options.common import edition_options, grace_option, now, rules_on, today
from spine_vigil.cli.options.fail_on import fail_on_option
from spine_vigil.cli.options.files import cohort_options
from spine_vigil.cli.output.progress import Progress
from spine_vigil.scheduler.calendars.caldav.access import check_url, find_credentials, is_host
from spine_vigil.scheduler.calendars.caldav.syncing import Fate
from spine_vigil.scheduler.calendars.entries import Show
from spine_vigil.scheduler.calendars.items import Look, Style
from spine_vigil.scheduler.calendars.state import Horizon
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.sources import CohortFiles

_MOST_NAMED = 20
"""The most pseudonyms that are listed for a fate."""


def _hosts(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not is_host(value):
            raise ValueProblem(
                "a --trust-redirect is no host; write it without https://, user name and path, e.g. p42-dav.example.com"
            )
    return values


@click.command()
@click.argument("events", type=click.Path(path_type=Path))
@click.option("--url", required=True, help="The CalDAV server: https://HOST/PATH; plain http only to this machine.")
@click.option(
    "--calendar", "name", required=True, metavar="NAME", help="The calendar on the server; made if it does not exist."
)
@click.option(
    "--state",
    "state_file",
    required=True,
    type=click.Path(path_type=Path),
    help="Keep a record of what was sent in FILE: one file for each calendar.",
)
@click.option("--apply", "is_applied", is_flag=True, help="Send the changes. Without it, they are only listed.")
@click.option(
    "--restore",
    "restores",
    is_flag=True,
    help="Send events again that were deleted in the calendar, and accept the state of another calendar.",
)
@click.option("--force", is_flag=True, help="Continue even if nothing is due, or over a fifth would be cancelled.")
@click.option(
    "--trust-redirect",
    "trusted",
    multiple=True,
    callback=_hosts,
    metavar="HOST",
    help="Send user name and password to this host too where the server leads there, HOST or HOST:PORT; hosts of the"
    " domain of --url are trusted. Repeatable.",
)
@cohort_options
@window_options
@fail_on_option
@grace_option
@edition_options
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
    trusted: tuple[str, ...],
    as_of: date | None,
    months_ahead: int,
    style: str,
    alarm_days: int,
    overdue_again: int | None,
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
    """Send the windows of every patient of EVENTS to a calendar on a CalDAV server, as events of 'vigil calendar'.

    Without --apply, no server is contacted, and the changes are only listed. User name and password come from
    VIGIL_CALDAV_USERNAME and VIGIL_CALDAV_PASSWORD, or from the keyring (service vigil-caldav/HOST).

    Only events in the state are ever changed or deleted. Events that a user changed in the calendar are listed and left
    so; to replace one, delete it there and run with --restore. The next run completes a run that breaks off.

    An event that the server refuses is named by its pseudonym and day; the others are sent, the run ends with exit code
    6, and the next one tries again.

    \b
    vigil sync sample_cohorts/clinic.csv --url https://dav.example.org/ --calendar "Imaging windows" \\
        --state windows.json --as-of 2026-03-01
    """
    check_url(url)
    if not name.strip():
        raise ValueProblem("--calendar is empty; give the name of the calendar, e.g. --calendar 'Imaging windows'")
    outputs = Outputs(secret_file or state_file.parent / SECRET_NAME, state_file, codes=codes_file)
    outputs.check(files)  # before the keyring asks for its password
    if is_applied:
        check_can_send()
    credentials = find_credentials(url, os.environ) if is_applied else None
    server = Server(url, name, credentials, os.environ.get("SSL_CERT_FILE") or None, trusted)
    day = as_of or today()
    horizon = Horizon(day, add(day, months(months_ahead)))
    look = Look(Style(style), alarm_days, overdue_again=overdue_again or 0)
    windows = Windows(*rules_on(day, edition, grace), horizon, look, show)
    sent = sync_calendar(files, outputs, windows, server, now(), Progress(), restores=restores, force=force)
    for line in (_report if sent.is_sent else _dry_run)(sent, name):
        click.echo(line)
    sent.check()


def _dry_run(sent: Sent, name: str) -> Iterator[str]:
    """Yield the report of a dry run: counts, and the pseudonyms of the events that would be sent or removed."""
    yield f"dry run, nothing is sent without --apply; to calendar '{name}': {_counts(sent.fates)}"
    for fate in Fate:
        if fate.is_written or fate is Fate.DELETED:
            yield from _pseudonyms_of(fate, sent)


def _report(sent: Sent, name: str) -> Iterator[str]:
    """Yield the report of a sync: counts, and which events users changed or deleted, or the server refused."""
    yield f"calendar '{name}': {_counts(sent.fates)}"
    for fate in Fate:
        if fate.is_left:
            yield from _pseudonyms_of(fate, sent)
    if any(fate.is_left for fate in sent.fates.values()):
        yield "to replace one of these, delete it in the calendar and give --restore"
    for refused in sent.refused[:_MOST_NAMED]:
        yield f"{Fate.REFUSED.value}: {refused.pseudonym}, {refused.day or 'day not known'}: {refused.words}"
    if len(sent.refused) > _MOST_NAMED:
        yield f"{Fate.REFUSED.value}: {len(sent.refused) - _MOST_NAMED} more"


def _counts(fates: Mapping[str, Fate]) -> str:
    counts = Counter(fates.values())
    return ", ".join(f"{counts[fate]} {fate.value}" for fate in Fate if counts[fate] or not fate.is_exception)


def _pseudonyms_of(fate: Fate, sent: Sent) -> Iterator[str]:
    """Yield a line with the pseudonyms of events with a fate, and their numbers; nothing if there are none."""
    names = sent.pseudonyms
    counts = Counter(names[uid] for uid, its in sent.fates.items() if its is fate and uid in names)
    if counts:
        named = [f"{name} ({count})" if count > 1 else name for name, count in sorted(counts.items())]
        more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
        yield f"{fate.value}: {', '.join(named[:_MOST_NAMED])}{more}"
