"""`vigil due`: what is due for every patient of an events file, most urgent first."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import click
import polars as pl

from cli.columns import counted, map_options, patients_option
from cli.due_table import due_text
from cli.options import DATE, date_format_option, grace_option, reading_option, today
from cli.progress import Progress
from cli.rows import read_table
from scheduler.cohort.due import Due, list_due
from scheduler.cohort.due_files import due_suffix, select_due, write_due
from scheduler.cohort.mapping import ColumnMap
from scheduler.cohort.writing import check_output, write_beside
from scheduler.dates import Duration, add, days, months, weeks, years
from scheduler.due_status import URGENCY, DueStatus
from scheduler.edition import Edition
from scheduler.errors import UnknownName
from scheduler.grace import GracePolicy
from scheduler.studies import parse_modality

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
    day = as_of or today()
    wanted_statuses = _each(statuses, _parse_due_status)
    wanted_protocols = _each(protocols, lambda text: edition.protocol(text).id)
    wanted_modalities = _each(modalities, parse_modality)
    to_file = output is not None and str(output) != "-"
    suffix = due_suffix(output) if output is not None and to_file else ".csv"
    if output is not None and to_file:
        check_output(output, *(path for path in (events, patients_file) if path is not None))
    progress.step(f"reading {events}")
    table = read_table(events, patients_file, edition, date_format, columns)
    progress.step(f"looking through {counted(len(table.cells), 'row')}")
    found = list_due(table.cells, edition, grace, day, date_format)
    opens_by = None if within is None else add(day, within)
    rows = select_due(found.rows, edition, wanted_statuses, wanted_protocols, wanted_modalities, opens_by)
    about = {"edition": edition.id, "as_of": day.isoformat(), "grace": grace.words, "note": NOT_AN_ORDER}
    if output is None:
        click.echo(due_text(rows, about, is_terminal=sys.stdout.isatty()))
    elif to_file:
        progress.step(f"writing {output}")
        write_beside(output, lambda file: write_due(rows, file, suffix, about))
    else:
        text = BytesIO()
        write_due(rows, text, suffix, about)
        click.echo(text.getvalue(), nl=False)
    for line in _report(found, rows, len(table.cells), table.own_names, about):
        click.echo(line, err=True)
    if output is not None:  # the table says it itself
        click.echo(about["note"], err=True)


def _each(texts: Iterable[str], read: Callable[[str], _T]) -> list[_T]:
    """Return what comma lists and repeated options name."""
    return [read(part.strip()) for text in texts for part in text.split(",") if part.strip()]


def _parse_due_status(text: str) -> DueStatus:
    try:
        return DueStatus(text.lower().replace("-", "_"))
    except ValueError:
        raise UnknownName("status", text, [status.value for status in URGENCY]) from None


def _report(
    found: Due, rows: pl.DataFrame, read: int, own_names: Mapping[str, str], about: Mapping[str, str]
) -> Iterator[str]:
    """Yield how much is due and what is left out. Names no patient, and nothing that stands in a row."""
    counts = Counter(rows["status"])
    words = ", ".join(f"{counts[s.value]:,} {s.value.replace('_', ' ')}" for s in URGENCY if counts[s.value])
    left_out = len(found.rows) - len(rows)
    yield (
        f"{about['as_of']}, by {about['edition']}, grace {about['grace']}: {counted(read, 'row')} of"
        f" {counted(found.patients, 'patient')}, {counted(len(rows), 'schedule')}{f': {words}' if words else ''}"
        f"{f'; {left_out:,} more are not asked for' if left_out else ''}"
    )
    missed = len(rows.filter(~pl.col("booked_in_window")))
    if missed:
        yield f"{counted(missed, 'booking')} outside the window"
    lacking = rows.filter(status=DueStatus.NEEDS_INFO.value)["note"].value_counts(name="count")
    for note, count in sorted(lacking.iter_rows(), key=lambda item: (-item[1], item[0])):
        yield f"needs info: {note}: {count:,}"
    if found.without_schedule:
        yield f"{counted(found.without_schedule, 'patient')} without a protocol that has schedules"
    bad = found.problems["row"].n_unique()
    if bad:
        places = Counter(own_names.get(name, name) or "the line as a whole" for name in found.problems["column"])
        where = ", ".join(f"{name}: {count:,}" for name, count in sorted(places.items()))
        yield f"left out: {counted(bad, 'row')} that cannot be read ({where}); 'vigil audit' says why"
