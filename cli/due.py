"""`vigil due`: what is due for every patient of an events file, most urgent first."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import IO, TypeVar, cast

import click
import polars as pl

from spine_vigil.cli.options.common import DATE, date_format_option, grace_option, reading_option, today
from spine_vigil.cli.options.files import counted, map_options, patients_option
from spine_vigil.cli.output.bad_rows import Source, named_rows, open_source
from spine_vigil.cli.output.due_table import due_lines
from spine_vigil.cli.output.progress import Progress
from spine_vigil.scheduler.answers.due_status import URGENCY, DueStatus
from spine_vigil.scheduler.cohort.due.files import due_suffix, write_due
from spine_vigil.scheduler.cohort.due.listing import FiledDue
from spine_vigil.scheduler.cohort.due.standing import DueRules, Wanted
from spine_vigil.scheduler.cohort.events.column_map import ColumnMap
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import UnknownName
from spine_vigil.scheduler.files.atomic import write_file
from spine_vigil.scheduler.files.destinations import check_output, spill_folder
from spine_vigil.scheduler.files.os_errors import TEMPORARY_FILE, output_errors
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.rules.dates import Duration, add, days, months, weeks, years
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.studies import parse_modality

NOT_AN_ORDER = (
    "What is due is counted by this edition, as encoded: a reminder, neither an order nor a denial. A study on another"
    " date is not thereby refused; the guideline's list is not complete and does not replace clinical judgment."
)

_T = TypeVar("_T")
_UNITS: Mapping[str, Callable[[int], Duration]] = {"d": days, "w": weeks, "m": months, "mo": months, "y": years}


class _Span(click.ParamType[Duration]):
    """A stretch of time: 30d, 8w, 3m, 1y."""

    name = "span"

    def convert(self, value: str | Duration, param: click.Parameter | None, ctx: click.Context | None) -> Duration:
        """Return the duration, or fail with what to write instead."""
        found = value if isinstance(value, Duration) else None
        match = None if found else re.fullmatch(r"(\d{1,5})\s*([a-z]{1,2})", str(value).strip().lower(), re.ASCII)
        if match and match[2] in _UNITS:
            found = _UNITS[match[2]](int(match[1]))
        if found is None or abs(found.nominal_days) > _LONGEST.nominal_days:
            self.fail(f"'{value}' is no stretch of time; write e.g. 30d, 8w, 3m or 1y (at most 100y)", param, ctx)
        return found


_LONGEST = years(100)


@click.command()
@click.argument("events", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Where the list goes: .csv, .csv.gz, .parquet or .json; - writes CSV to standard output. [default: a table]",
)
@click.option("--as-of", type=DATE, help="The date on which it is asked what is due. [default: today]")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="STATUS",
    help=f"List these alone: {', '.join(status.value for status in URGENCY)}; several by commas or repeated.",
)
@click.option("--protocol", "protocols", multiple=True, metavar="ID", help="List these protocols alone.")
@click.option("--modality", "modalities", multiple=True, metavar="NAME", help="List studies by these alone, e.g. MRI.")
@click.option("--within", type=_Span(), help="List windows alone that have opened or open within e.g. 30d, 8w, 3m.")
@patients_option
@map_options
@date_format_option
@grace_option
@reading_option
def due(
    events: Path,
    output: Path | None,
    as_of: date | None,
    statuses: tuple[str, ...],
    protocols: tuple[str, ...],
    modalities: tuple[str, ...],
    within: Duration | None,
    patients_file: Path | None,
    columns: ColumnMap,
    date_format: str | None,
    grace: GracePolicy,
    edition: Edition,
) -> None:
    """List every patient of EVENTS (a CSV or Parquet file; - is standard input) under each schedule, urgent ones first.

    Windows are counted from studies that were performed. A study that is only scheduled is listed as booked;
    where it misses its window, the dates that would do are said. Rows that only enrol a patient take part.

    \b
    vigil due sample_cohorts/clinic.csv --as-of 2026-11-02 --within 30d
    vigil due sample_cohorts/clinic.csv --as-of 2026-11-02 --status overdue,open -o due.csv
    """
    progress = Progress()
    rules = DueRules(edition, grace, as_of or today(), date_format)
    wanted = Wanted(
        _each(statuses, _parse_due_status),
        _each(protocols, lambda text: edition.protocol(text).id),
        _each(modalities, parse_modality),
        None if within is None else add(rules.as_of, within),
    )
    path = None if output is None or str(output) == "-" else output
    suffix = ".csv" if path is None else due_suffix(path)
    if path is not None:
        check_output(path, *(source for source in (events, patients_file) if source is not None))
    about = {"edition": edition.id, "as_of": rules.as_of.isoformat(), "grace": grace.words, "note": NOT_AN_ORDER}
    # The rows wait where the list goes, or it could fail for want of space in a folder that nobody named.
    folder = None if path is None else spill_folder(path)
    passing = TEMPORARY_FILE if folder is None else str(path)
    with output_errors(passing):
        waiting = Spill(folder)
    with progress, waiting as spill, open_source(events, patients_file, edition, date_format, columns) as source:
        run = FiledDue(rules, source.file, spill, wanted=wanted, fill=source.fill, workers=pl.thread_pool_size())
        with output_errors(passing):
            _work(run, source, progress)

        def frames() -> Iterator[pl.DataFrame]:
            return run.frames(lambda share: progress.show("listing", int(run.totals.schedules * share), share))

        if path is not None:
            write_file(path, lambda file: write_due(frames(), file, suffix, about))
        elif output is not None:
            write_due(frames(), cast("IO[bytes]", _StandardOutput()), suffix, about)
        else:
            is_terminal = sys.stdout.isatty()
            for text in due_lines(run.frames, run.totals.statuses, about, is_terminal=is_terminal):
                click.echo(text)
        progress.done()
        for line in _report(run, source.own_names, patients_file, about):
            click.echo(line, err=True)
    if output is not None:  # the table says it itself
        click.echo(about["note"], err=True)


def _work(run: FiledDue, source: Source, progress: Progress) -> None:
    """Read all rows, and work out what is due."""
    name = source.file.name
    run.read(lambda rows, share: progress.show(f"reading {name}", rows, share / 2))
    progress.done()
    source.tell_met()
    run.work_out(lambda share: progress.show(f"looking through {name}", int(run.counts.rows * share), 0.5 + share / 4))


def _each(texts: Iterable[str], read: Callable[[str], _T]) -> list[_T]:
    """Return what comma lists and repeated options name."""
    return [read(part.strip()) for text in texts for part in text.split(",") if part.strip()]


def _parse_due_status(text: str) -> DueStatus:
    try:
        return DueStatus(text.lower().replace("-", "_"))
    except ValueError:
        raise UnknownName("status", text, [status.value for status in URGENCY]) from None


class _StandardOutput:
    """Standard output as a file of bytes."""

    def write(self, text: bytes) -> None:
        """Write a piece of text."""
        click.echo(text, nl=False)


def _report(
    run: FiledDue, own_names: Mapping[str, str], patients_file: Path | None, about: Mapping[str, str]
) -> Iterator[str]:
    """Yield how much is due and what is left out. Names no patient, and nothing that stands in a row."""
    counts, totals = run.counts, run.totals
    words = ", ".join(f"{totals.statuses[s]:,} {s.value.replace('_', ' ')}" for s in URGENCY if totals.statuses[s])
    yield (
        f"{about['as_of']}, by {about['edition']}, grace {about['grace']}: {counted(counts.rows, 'row')} of"
        f" {counted(run.patients, 'patient')}, {counted(totals.schedules, 'schedule')}{f': {words}' if words else ''}"
        f"{f'; {run.left_out:,} more are not asked for' if run.left_out else ''}"
    )
    if totals.missed:
        yield f"{counted(totals.missed, 'booking')} outside the window"
    for note, count in sorted(totals.lacking.items(), key=lambda item: (-item[1], item[0])):
        yield f"needs info: {note}: {count:,}"
    if run.without_schedule:
        yield f"{counted(run.without_schedule, 'patient')} without a protocol that has schedules"
    if counts.later:
        yield (
            f"not counted: {counted(counts.later, 'row')} marked as performed after {about['as_of']};"
            " look at the date, the status, or --as-of"
        )
    if counts.bad:
        places = {own_names.get(name, name) or "the line as a whole": n for name, n in counts.bad_cells.items()}
        where = ", ".join(f"{name}: {count:,}" for name, count in sorted(places.items()))
        yield f"left out: {counted(counts.bad, 'row')} that cannot be read ({where}); 'vigil audit' says why"
        yield from (f"  {line}" for line in named_rows(counts.named, own_names, patients_file))
        if counts.bad > len(counts.named):
            yield f"  and {counts.bad - len(counts.named):,} more"
