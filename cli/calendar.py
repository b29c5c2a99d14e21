"""`vigil calendar`: write the imaging windows of a cohort as iCalendar files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from spine_vigil.calendar_outputs import SECRET_NAME, Outputs, secret_home
from spine_vigil.calendars import Windows, write_calendar
from spine_vigil.cli.options.calendars import codes_option, window_options
from spine_vigil.cli.options.common import edition_options, grace_option, now, rules_on, today
from spine_vigil.cli.options.fail_on import fail_on_option
from spine_vigil.cli.options.files import cohort_options
from spine_vigil.cli.output.calendar_report import report
from spine_vigil.cli.output.progress import Progress
from spine_vigil.cli.unreadable import note_unreadable
from spine_vigil.scheduler.calendars.entries import Show
from spine_vigil.scheduler.calendars.items import Look, Style
from spine_vigil.scheduler.calendars.state import Horizon
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.sources import CohortFiles


@click.command()
@click.argument("events", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The .ics file to write.")
@click.option(
    "--per-patient",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write a calendar for each patient, named after the pseudonym; remove those of patients without events.",
)
@cohort_options
@click.option(
    "--state",
    "state_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep a record of events in FILE, so that changes and cancellations reach subscribed calendars.",
)
@click.option("--force", is_flag=True, help="Write even if nothing is due, or over a fifth would be cancelled.")
@window_options
@click.option(
    "--todos",
    type=click.Path(path_type=Path),
    metavar="FILE.ics",
    help="Also write the windows as to-dos, in a separate file; Outlook and Google ignore them.",
)
@fail_on_option
@grace_option
@edition_options
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path),
    help="The site secret behind identities and pseudonyms, made on first use."
    f" [default: {SECRET_NAME} beside the state, else beside OUTPUT or DIR]",
)
@codes_option
@click.option("--method", type=click.Choice(["publish"]), help="Add a METHOD line, which some importers need.")
def calendar(
    files: CohortFiles,
    output: Path | None,
    folder: Path | None,
    state_file: Path | None,
    as_of: date | None,
    months_ahead: int,
    style: str,
    alarm_days: int,
    overdue_again: int | None,
    show: frozenset[Show],
    todos: Path | None,
    grace: GracePolicy,
    edition: Edition,
    secret_file: Path | None,
    codes_file: Path | None,
    method: str | None,
    *,
    force: bool,
) -> None:
    """Write the windows of every patient of EVENTS as all-day calendar events without names.

    Each event shows a pseudonym instead of the patient's name; --codes writes the list of pseudonyms and patients, for
    those who may know. Keep the secret file: with another one, every event gets another identity, and a calendar that
    holds the old events shows them twice. If there is no window to write, an older calendar file is not changed.

    With --state, a window that moves is revised, and one that is done or no longer due is shown as cancelled until 30
    days after its last day. Use the same options with the same state. Calendars have to subscribe to the file:
    importing it again updates nothing.

    A window whose last day, with grace, passed without its study moves to the day after the first run that finds it so,
    as "Imaging window overdue", with a reminder on the day of that run.

    \b
    vigil calendar sample_cohorts/clinic.csv -o windows.ics --codes codes.csv --as-of 2026-03-01
    vigil calendar sample_cohorts/clinic.csv -o windows.ics --state windows.json --as-of 2026-03-01
    """
    secret = secret_file or secret_home(state_file, output, folder) / SECRET_NAME
    outputs = Outputs(secret, state_file, output, codes_file, todos, folder)
    if output is None and folder is None:
        raise click.UsageError("give -o OUT.ics for one calendar, or --per-patient DIR for one of each patient")
    day = as_of or today()
    horizon = Horizon(day, add(day, months(months_ahead)))
    look = Look(Style(style), alarm_days, todos is not None, overdue_again or 0)
    windows = Windows(*rules_on(day, edition, grace), horizon, look, show)
    written = write_calendar(files, outputs, windows, now(), Progress(), method=method, force=force)
    if written.unreadable:
        note_unreadable()
    for line in [*report(written, outputs), *map(str, written.unreadable)]:
        click.echo(line, err=True)
