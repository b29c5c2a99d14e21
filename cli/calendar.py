"""`vigil calendar`: the imaging windows of a cohort as an iCalendar file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import IO

import click

from cli.columns import filled_events, map_options, patients_option, warn_of_columns
from cli.options import DATE, date_format_option, grace_option, now, reading_option, today
from cli.progress import Progress
from scheduler.calendars.entries import Asker, Entries, calendar_entries
from scheduler.calendars.identity import is_readable_by_others, make_secret, read_secret
from scheduler.calendars.items import Look
from scheduler.calendars.state import Horizon, State
from scheduler.cohort.mapping import ColumnMap
from scheduler.cohort.patients import read_patients
from scheduler.cohort.reading import DAMAGE, LINE, read_events
from scheduler.cohort.writing import check_output, write_beside
from scheduler.columns import PATIENT_ID, event_columns
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

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell starts with that a spreadsheet runs as a formula."""


@click.command()
@click.argument("events", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The .ics file to write.")
@patients_option
@map_options
@date_format_option
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
@click.option(
    "--codes",
    "codes_file",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Write which pseudonym is which patient (code,patient_id). Keep it apart from the calendar.",
)
@click.option("--method", type=click.Choice(["publish"]), help="Add a METHOD line, which some importers ask for.")
def calendar(
    events: Path,
    output: Path,
    patients_file: Path | None,
    columns: ColumnMap,
    date_format: str | None,
    as_of: date | None,
    months_ahead: int,
    alarm_days: int,
    grace: GracePolicy,
    edition: Edition,
    secret_file: Path | None,
    codes_file: Path | None,
    method: str | None,
) -> None:
    """Write the windows of every patient of EVENTS as day-long calendar events that name nobody.

    Each event carries a pseudonym of the patient instead of a name; --codes writes whose it is, for those who
    may know. Keep the secret file: with another one every event gets another identity, and a calendar that holds
    the old ones shows them twice. Where there is no window to write, an older calendar stays as it is.

    \b
    vigil calendar sample_cohorts/clinic.csv -o windows.ics --codes codes.csv --as-of 2026-03-01
    """
    from scheduler.calendars.rendering import calendar as render  # its library is loaded where it is used
    from scheduler.calendars.revising import revise

    progress = Progress()
    secret_path = output.parent / SECRET_NAME if secret_file is None else secret_file
    inputs = [events] if patients_file is None else [events, patients_file]
    check_output(output, *inputs)
    check_output(secret_path, *inputs)
    _check_apart(output, "calendar", {"secret file": secret_path})
    if codes_file is not None:
        check_output(codes_file, *inputs)
        _check_apart(codes_file, "list of codes", {"calendar": output, "secret file": secret_path})
    _check_names(events, output, codes_file)
    known = read_secret(secret_path)
    secret = known or make_secret()
    day = as_of or today()
    progress.step(f"reading {events}")
    rows = list(_read_rows(events, patients_file, edition, date_format, columns))
    cohort = courses(row for _, row in rows)
    progress.step(f"projecting the windows of {len(rows):,} rows")
    found = calendar_entries(Asker(edition, grace, secret), cohort, Horizon(day, add(day, months(months_ahead))))
    if not found.events:
        for line in _bad_rows(rows):
            click.echo(line, err=True)
        raise FileError(_nothing_to_write(rows, found, events, output))
    revision = revise(State(), found, day, now(), Look(alarm_days=alarm_days), secret)
    content = render((one.component for one in revision.revised), method)
    if known is not None and is_readable_by_others(secret_path):
        click.echo(f"vigil: others can read {secret_path}; make it yours alone (chmod 600)", err=True)
    if known is None:
        secret.save_new(secret_path)
    try:
        write_beside(output, lambda file: _write(file, content, codes_file, found), mode=0o600)
    except BaseException:
        if known is None:
            secret_path.unlink()
        raise
    for line in [*_report(found, output, codes_file, secret_path if known is None else None), *_bad_rows(rows)]:
        click.echo(line, err=True)


def _check_names(events: Path, output: Path, codes_file: Path | None) -> None:
    """Raise FileError where a name is none of a file of its kind, as the - of other commands."""
    if str(events) == "-":
        raise FileError("a calendar is not made from standard input; give the name of the events file instead of -")
    if output.suffix.lower() != ".ics":
        raise FileError(f"{output} must be a file name that ends in .ics, by which calendars know it")
    if codes_file is not None and codes_file.suffix.lower() != ".csv":
        raise FileError(f"{codes_file} must be a file name that ends in .csv, which is what --codes writes")


def _check_apart(path: Path, what: str, others: Mapping[str, Path]) -> None:
    """Raise FileError where an output is another file of this run too, by its name or by a link."""
    for other, its_path in others.items():
        if path.resolve() == its_path.resolve() or (path.exists() and its_path.exists() and path.samefile(its_path)):
            raise FileError(f"{path} is the {other}; give the {what} another name")


def _read_rows(
    path: Path, patients_file: Path | None, edition: Edition, date_format: str | None, columns: ColumnMap
) -> Iterator[tuple[int, Row]]:
    """Yield every row of an events file with the line on which it starts; problems name the file's own columns."""
    patients = read_patients(patients_file, edition, date_format, columns) if patients_file else None
    table = read_events(path, date_format, columns)
    headers = {str(path): table.original.columns}
    columns.check_used(headers | ({str(patients_file): patients.columns} if patients else {}))
    fields = [name for name in table.cells.columns if name not in (LINE, DAMAGE)]
    warn_of_columns(fields, "not read")
    own_names = dict(zip(fields, table.original.columns, strict=True))
    if patients_file and patients:
        table = filled_events(table, patients, patients_file, edition)
    known = event_columns(edition, date_format)
    for cells in table.cells.iter_rows(named=True):
        row = read_row(cells, edition, known)
        problems = tuple(replace(p, column=own_names.get(p.column, p.column)) for p in row.problems)
        damage = () if cells[DAMAGE] is None else (Problem("", "", cells[DAMAGE]),)
        yield cells[LINE], replace(row, problems=(*damage, *problems))


def _write(file: IO[bytes], content: bytes, codes_file: Path | None, found: Entries) -> None:
    """Write the calendar, and the codes while it still has its passing name: a run that fails leaves neither."""
    file.write(content)
    file.flush()
    if codes_file is not None:
        text = _codes_text(found.codes)
        write_beside(codes_file, lambda codes: _write_text(codes, text), mode=0o600)


def _write_text(file: IO[bytes], text: str) -> None:
    file.write(text.encode("utf-8"))


def _codes_text(codes: Sequence[tuple[str, str]]) -> str:
    text = StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("code", PATIENT_ID))
    lines.writerows((code, f"'{name}" if name.startswith(_FORMULA_STARTS) else name) for code, name in codes)
    return text.getvalue()


def _report(found: Entries, output: Path, codes_file: Path | None, new_secret: Path | None) -> Iterator[str]:
    """Yield what was written and what has no event. Names no patient."""
    firm = sum(event.is_firm for event in found.events)
    overdue = found.statuses.get(DueStatus.OVERDUE, 0)
    yield f"{firm} firm ({overdue} overdue) and {len(found.events) - firm} projected windows written to {output}"
    if codes_file is None:
        yield "the events carry codes instead of names; --codes FILE.csv writes which patient is which"
    else:
        yield f"codes are in {codes_file}; keep it apart from the calendar"
    if new_secret is not None:
        yield f"the site secret is new: keep {new_secret}, or every event gets another identity next time"
    words = _not_due(found)
    if words:
        yield f"schedules without an event: {words}"
    for because, count in sorted(found.lacking.items(), key=lambda item: (-item[1], item[0])):
        yield f"needs info: {because}: {count}"


def _not_due(found: Entries) -> str:
    counts = {status: found.statuses.get(status, 0) for status in DueStatus if not status.is_due}
    return ", ".join(f"{count} {status.value.replace('_', ' ')}" for status, count in counts.items() if count)


def _nothing_to_write(rows: Sequence[tuple[int, Row]], found: Entries, events: Path, output: Path) -> str:
    """Return why no window was found, and what to do; an iCalendar file without any event would be no valid one."""
    bad = sum(bool(row.problems) for _, row in rows)
    reasons = ", ".join(f"{because}: {count}" for because, count in sorted(found.lacking.items()))
    words = _not_due(found) or "none, since no row that can be read names a protocol with schedules"
    return (
        f"{events} gives no window, so {output} is not written: {len(rows)} rows read, {bad} of them bad; schedules:"
        f" {words}{f' ({reasons})' if reasons else ''}; check the file, --as-of and --map"
    )


def _bad_rows(rows: Sequence[tuple[int, Row]]) -> Iterator[str]:
    """Yield which rows are left out, and why."""
    bad = [(line, row) for line, row in rows if row.problems]
    for line, row in bad[:_MOST_NAMED]:
        yield f"line {line} is left out: " + "; ".join(p.message if not p.column else str(p) for p in row.problems)
    if len(bad) > _MOST_NAMED:
        yield f"{len(bad) - _MOST_NAMED} more rows are left out; 'vigil audit' says what is wrong with each"
