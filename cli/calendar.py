"""`vigil calendar`: the imaging windows of a cohort as an iCalendar file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import IO

import click

from cli.options import DATE, grace_option, reading_option, today
from cli.progress import Progress
from scheduler.calendars.entries import Entries, calendar_entries
from scheduler.calendars.identity import is_readable_by_others, make_secret, read_secret
from scheduler.columns import event_columns
from scheduler.courses import courses
from scheduler.dates import add, months
from scheduler.edition import Edition
from scheduler.errors import FileError
from scheduler.grace import GracePolicy
from scheduler.rows import Problem, Row, read_row
from scheduler.standing import DueStatus

SECRET_NAME = "vigil-calendar.secret"  # noqa: S105 - the name of the file, not what it holds

_MOST_NAMED = 20
"""Rows that cannot be read are named one by one up to this many; an audit names all."""


@click.command()
@click.argument("events", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The iCalendar file to write.")
@click.option("--as-of", type=DATE, help="The date on which it is asked what is due. [default: today]")
@click.option(
    "--months",
    "months_ahead",
    type=click.IntRange(0, 1200),
    default=12,
    show_default=True,
    help="How far ahead windows are projected.",
)
@click.option(
    "--alarm-days",
    type=click.IntRange(0, 365),
    default=14,
    show_default=True,
    help="Days before a firm window opens on which its reminder rings, at 09:00; 0: none. Projections have none.",
)
@grace_option
@reading_option
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path),
    help=f"The site secret behind identities and pseudonyms, made on first use. [default: {SECRET_NAME} beside OUTPUT]",
)
@click.option("--method", type=click.Choice(["publish"]), help="Add a METHOD line, which some importers ask for.")
def calendar(
    events: Path,
    output: Path,
    as_of: date | None,
    months_ahead: int,
    alarm_days: int,
    grace: GracePolicy,
    edition: Edition,
    secret_file: Path | None,
    method: str | None,
) -> None:
    """Write the windows of every patient of EVENTS as day-long calendar events that name nobody.

    Each event carries a pseudonym of the patient instead of a name. Keep the secret file: with another one
    every event gets another identity, and a calendar that holds the old ones shows them twice.

    \b
    vigil calendar sample_cohorts/clinic.csv -o windows.ics --as-of 2026-03-01
    """
    from scheduler.calendars.rendering import render  # its library is loaded where it is used
    from scheduler.cohort.writing import check_output, write_beside  # likewise

    progress = Progress()
    secret_path = output.parent / SECRET_NAME if secret_file is None else secret_file
    check_output(output, events, secret_path)
    check_output(secret_path, events)
    if secret_path.resolve() == output.resolve():
        raise FileError(f"{output} is the secret file; give the calendar another name")
    known = read_secret(secret_path)
    secret = known or make_secret()
    day = as_of or today()
    progress.step(f"reading {events}")
    rows = list(_read_rows(events, edition))
    cohort = courses(row for _, row in rows)
    progress.step(f"projecting the windows of {len(rows):,} rows")
    found = calendar_entries(edition, cohort, day, add(day, months(months_ahead)), grace, secret)
    content = render(found.events, alarm_days, method)
    if known is not None and is_readable_by_others(secret_path):
        click.echo(f"vigil: others can read {secret_path}; make it yours alone (chmod 600)", err=True)
    if known is None:
        secret.save_new(secret_path)
    try:
        write_beside(output, lambda file: _write(file, content), mode=0o600)
    except BaseException:
        if known is None:
            secret_path.unlink()
        raise
    for line in _report(rows, found, output, secret_path if known is None else None):
        click.echo(line, err=True)


def _read_rows(path: Path, edition: Edition) -> Iterator[tuple[int, Row]]:
    """Yield every row of an events file with the line on which it starts."""
    from scheduler.cohort.reading import DAMAGE, LINE, misspelt_columns, read_events  # the dataframe engine is heavy

    columns = event_columns(edition)
    table = read_events(path)
    for column, meant in misspelt_columns(table.original.columns, list(columns)).items():
        click.echo(f"vigil: column '{column}' is not known and not read; is '{meant}' meant?", err=True)
    for cells in table.cells.iter_rows(named=True):
        row = read_row(cells, edition, columns)
        if cells[DAMAGE] is not None:
            row = replace(row, problems=(Problem("", "", cells[DAMAGE]), *row.problems))
        yield cells[LINE], row


def _write(file: IO[bytes], content: bytes) -> None:
    file.write(content)


def _report(rows: Sequence[tuple[int, Row]], found: Entries, output: Path, new_secret: Path | None) -> Iterator[str]:
    """Yield what was written and what was left out. Names no patient."""
    firm = sum(event.is_firm for event in found.events)
    yield f"{firm} firm and {len(found.events) - firm} projected windows written to {output}"
    if new_secret is not None:
        yield f"the site secret is new: keep {new_secret}, or every event gets another identity next time"
    counts = {status: found.statuses.get(status, 0) for status in DueStatus if not status.is_due}
    if any(counts.values()):
        words = ", ".join(f"{count} {status.value.replace('_', ' ')}" for status, count in counts.items() if count)
        yield f"schedules without an event: {words}"
    bad = [(line, row) for line, row in rows if row.problems]
    for line, row in bad[:_MOST_NAMED]:
        yield f"line {line} is left out: " + "; ".join(p.message if not p.column else str(p) for p in row.problems)
    if len(bad) > _MOST_NAMED:
        yield f"{len(bad) - _MOST_NAMED} more rows are left out; 'vigil audit' says what is wrong with each"
