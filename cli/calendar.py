"""`vigil calendar`: the imaging windows of a cohort as iCalendar files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from spine_vigil.cli.options.calendars import SECRET_NAME, codes_option, window_options
from spine_vigil.cli.options.common import date_format_option, grace_option, now, reading_option, today
from spine_vigil.cli.options.files import map_options, patients_option
from spine_vigil.cli.output.bad_rows import bad_rows, read_rows
from spine_vigil.cli.output.calendar_files import Outputs, codes_list, secret_home
from spine_vigil.cli.output.calendar_report import nothing_to_write, report, revisions, warning
from spine_vigil.cli.output.progress import Progress
from spine_vigil.scheduler.calendars.entries import Asker, Entries, Show, calendar_entries
from spine_vigil.scheduler.calendars.identity import SiteSecret, is_readable_by_others, make_secret, read_secret
from spine_vigil.scheduler.calendars.items import Look, Style
from spine_vigil.scheduler.calendars.state import Horizon, State, read_state
from spine_vigil.scheduler.cohort.events.column_map import ColumnMap
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.atomic import replace_all, sweep, sweep_beside
from spine_vigil.scheduler.files.locks import locked
from spine_vigil.scheduler.records.courses import courses
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.grace import GracePolicy


@click.command()
@click.argument("events", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The .ics file to write.")
@click.option(
    "--per-patient",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write a calendar for each patient, named by the pseudonym; those of patients who are gone are removed.",
)
@patients_option
@map_options
@date_format_option
@click.option(
    "--state",
    "state_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Remember in FILE what was written, so that changes and cancellations reach calendars that subscribe.",
)
@click.option("--force", is_flag=True, help="Write although nothing is due, or over a fifth would be cancelled.")
@window_options
@click.option(
    "--todos",
    type=click.Path(path_type=Path),
    metavar="FILE.ics",
    help="Write the windows as to-dos too, in a file of their own; Outlook and Google ignore them.",
)
@grace_option
@reading_option
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path),
    help="The site secret behind identities and pseudonyms, made on first use."
    f" [default: {SECRET_NAME} beside the state, else beside OUTPUT or DIR]",
)
@codes_option
@click.option("--method", type=click.Choice(["publish"]), help="Add a METHOD line, which some importers ask for.")
def calendar(
    events: Path,
    output: Path | None,
    folder: Path | None,
    patients_file: Path | None,
    columns: ColumnMap,
    date_format: str | None,
    state_file: Path | None,
    as_of: date | None,
    months_ahead: int,
    style: str,
    alarm_days: int,
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
    """Write the windows of every patient of EVENTS as day-long calendar events that name nobody.

    Each event carries a pseudonym of the patient instead of a name; --codes writes whose it is, for those who
    may know. Keep the secret file: with another one every event gets another identity, and a calendar that holds
    the old ones shows them twice. Where there is no window to write, an older calendar stays as it is.

    With --state a window that moves is revised, and one that is done or no longer due stays as cancelled until 30
    days after its last day. Give the same options with the same state. Calendars have to subscribe to the file:
    importing it again updates nothing.

    \b
    vigil calendar sample_cohorts/clinic.csv -o windows.ics --codes codes.csv --as-of 2026-03-01
    vigil calendar sample_cohorts/clinic.csv -o windows.ics --state windows.json --as-of 2026-03-01
    """
    secret = secret_file or secret_home(state_file, output, folder) / SECRET_NAME
    outputs = Outputs(secret, state_file, output, codes_file, todos, folder)
    outputs.check([events] if patients_file is None else [events, patients_file])
    day = as_of or today()
    horizon = Horizon(day, add(day, months(months_ahead)))
    look = Look(Style(style), alarm_days, todos is not None)
    with contextlib.nullcontext() if state_file is None else locked(state_file):
        known = read_secret(outputs.secret)
        state = State() if state_file is None else read_state(state_file, known)
        asker = Asker(edition, grace, known or make_secret(), show)
        progress = Progress()
        progress.step(f"reading {events}")
        rows = list(read_rows(events, patients_file, edition, date_format, columns))
        progress.step(f"projecting the windows of {len(rows):,} rows")
        found = calendar_entries(asker, courses(row for _, row in rows), horizon, state.horizons.values())
        if not found.events and not force:
            for line in bad_rows(rows):
                click.echo(line, err=True)
            raise FileError(nothing_to_write(rows, found, events, outputs.where))
        progress.step(f"writing {len(found.events):,} windows")
        said = _write(outputs, state, found, look, asker.secret, method, force=force, is_new=known is None)
    if known is not None and is_readable_by_others(outputs.secret):
        click.echo(f"vigil: others can read {outputs.secret}; make it yours alone (chmod 600)", err=True)
    if show:
        click.echo(f"vigil: {warning(show)}", err=True)
    for line in [*report(found, outputs, said, is_new=known is None), *bad_rows(rows)]:
        click.echo(line, err=True)


def _write(
    outputs: Outputs,
    state: State,
    found: Entries,
    look: Look,
    secret: SiteSecret,
    method: str | None,
    *,
    force: bool,
    is_new: bool,
) -> list[str]:
    """Write all files or none; return what is to be said of revisions. Raises FileError and TooManyCancelled."""
    from spine_vigil.scheduler.calendars.feeds import (
        check_left_over,
        feed,
        is_of_patient,
        left_over,
        patient_feeds,
        todo_list,
    )
    from spine_vigil.scheduler.calendars.revising import revise  # the calendar library is loaded where it is used

    revision = revise(state, found, found.horizon.as_of, now(), look, secret)
    feeds = {} if outputs.folder is None else patient_feeds(revision.revised, outputs.folder, method)
    gone = [] if outputs.folder is None or not outputs.folder.exists() else left_over(outputs.folder, feeds)
    if not force:
        revision.check()
        check_left_over(gone, feeds)
    # The state first: from it the next run writes the others anew, should this one be killed in between.
    files: dict[Path, bytes] = {}
    if outputs.state is not None:
        files[outputs.state] = revision.state.to_bytes()
    if outputs.codes is not None:
        files[outputs.codes] = codes_list(found, (one.kept.code for one in revision.revised))
    if outputs.calendar is not None:
        files[outputs.calendar] = feed(revision.revised, method)
    if outputs.todos is not None:
        files[outputs.todos] = todo_list(revision.revised, method)
    if outputs.state is not None:
        for path in (*files, outputs.secret):
            sweep_beside(path)
        if outputs.folder is not None and outputs.folder.exists():
            sweep(outputs.folder, is_of_patient)
    with _new_secret(secret, outputs.secret, is_new=is_new), _new_folder(outputs.folder):
        replace_all(files | feeds, gone)
    return list(revisions(state, revision.state, revision.cancelled, outputs, len(feeds), len(gone)))


@contextlib.contextmanager
def _new_secret(secret: SiteSecret, path: Path, *, is_new: bool) -> Iterator[None]:
    """Save a new secret before anything rests on it, and take it away again where nothing does."""
    if is_new:
        secret.save_new(path)
    try:
        yield
    except BaseException:
        if is_new:
            path.resolve().unlink()
        raise


@contextlib.contextmanager
def _new_folder(folder: Path | None) -> Iterator[None]:
    """Make the folder of patients' calendars where it is not there, and take it away again where that was in vain."""
    is_new = folder is not None and not folder.exists()
    try:
        if folder is not None and is_new:
            folder.mkdir(mode=0o700)
        yield
    except BaseException as problem:
        if folder is not None and is_new and folder.exists():
            folder.rmdir()
        if isinstance(problem, OSError):
            raise FileError(f"cannot make the folder {folder}: {problem.strerror}") from None
        raise
