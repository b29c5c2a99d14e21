"""`vigil due`: list what is due for every patient of an events file, most urgent first."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from spine_vigil.cli.options.common import DATE, grace_option, reading_option, today
from spine_vigil.cli.options.files import cohort_options
from spine_vigil.cli.output.due_report import due_report
from spine_vigil.cli.output.due_table import due_lines
from spine_vigil.cli.output.progress import Progress
from spine_vigil.cli.streams import standard_output
from spine_vigil.due_list import open_due_list
from spine_vigil.scheduler.answers.due_status import URGENCY, DueStatus
from spine_vigil.scheduler.cohort.due.rules import DueRules, Wanted
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import UnknownName
from spine_vigil.scheduler.rules.dates import Duration, add, days, months, weeks, years
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.studies import parse_modality
from spine_vigil.sources import CohortFiles

_T = TypeVar("_T")
_UNITS: Mapping[str, Callable[[int], Duration]] = {"d": days, "w": weeks, "m": months, "mo": months, "y": years}


class _Span(click.ParamType[Duration]):
    """A duration: 30d, 8w, 3m, 1y."""

    name = "span"

    def convert(self, value: str | Duration, param: click.Parameter | None, ctx: click.Context | None) -> Duration:
        """Return the duration, or fail with a message that shows the form."""
        duration = value if isinstance(value, Duration) else None
        match = None if duration else re.fullmatch(r"(\d{1,5})\s*([a-z]{1,2})", str(value).strip().lower(), re.ASCII)
        if match and match[2] in _UNITS:
            duration = _UNITS[match[2]](int(match[1]))
        if duration is None or abs(duration.nominal_days) > _LONGEST.nominal_days:
            self.fail(f"'{value}' is no duration; write e.g. 30d, 8w, 3m or 1y (at most 100y)", param, ctx)
        return duration


_LONGEST = years(100)


@click.command()
@click.argument("events", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    help="File to write: .csv, .csv.gz, .parquet or .json; - writes CSV to standard output. [default: a table]",
)
@click.option("--as-of", type=DATE, help="List what is due on this date. [default: today]")
@click.option("--patient", "patient_id", metavar="ID", help="List this patient alone.")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="STATUS",
    help=f"List only these: {', '.join(status.value for status in URGENCY)}; separate by commas, or repeat.",
)
@click.option("--protocol", "protocols", multiple=True, metavar="ID", help="List only these protocols.")
@click.option("--modality", "modalities", multiple=True, metavar="NAME", help="List only studies with these, e.g. MRI.")
@click.option("--within", type=_Span(), help="List only windows that have opened or open within e.g. 30d, 8w, 3m.")
@cohort_options
@grace_option
@reading_option
def due(
    files: CohortFiles,
    output: Path | None,
    as_of: date | None,
    patient_id: str | None,
    statuses: tuple[str, ...],
    protocols: tuple[str, ...],
    modalities: tuple[str, ...],
    within: Duration | None,
    grace: GracePolicy,
    edition: Edition,
) -> None:
    """List what is due for every patient of EVENTS (a CSV or Parquet file; - is standard input), most urgent first.

    Each patient is listed under each schedule, and under a protocol without schedules too. Windows are counted from
    performed studies of all that a schedule asks for. A booking is listed as such; if it misses its window, the list
    gives the dates that would meet it. Rows that only enrol a patient count too, as do those of a patients file.

    \b
    vigil due sample_cohorts/clinic.csv --as-of 2026-11-02 --within 30d
    vigil due sample_cohorts/clinic.csv --as-of 2026-11-02 --patient C001
    vigil due sample_cohorts/clinic.csv --as-of 2026-11-02 --status overdue,open -o due.csv
    """
    rules = DueRules(edition, grace, as_of or today(), files.date_format)
    wanted = Wanted(
        _each(statuses, _parse_due_status),
        _each(protocols, lambda text: edition.protocol(text).id),
        _each(modalities, parse_modality),
        None if within is None else add(rules.as_of, within),
        None if patient_id is None else patient_id.strip(),
    )
    path = None if output is None or str(output) == "-" else output
    with Progress() as progress, open_due_list(files, rules, wanted, path, progress) as due_list:
        if path is not None:
            due_list.write(path)
        elif output is not None:
            due_list.write(standard_output())
        else:
            totals = due_list.run.totals.statuses
            for text in due_lines(due_list.frames, totals, due_list.about, is_terminal=sys.stdout.isatty()):
                click.echo(text)
        progress.done()
        for line in due_report(due_list):
            click.echo(line, err=True)
    if output is not None:  # the table contains it
        click.echo(due_list.about["note"], err=True)


def _each(texts: Iterable[str], read: Callable[[str], _T]) -> list[_T]:
    """Parse the values of a repeatable option, each of which may be a list separated by commas."""
    return [read(part.strip()) for text in texts for part in text.split(",") if part.strip()]


def _parse_due_status(text: str) -> DueStatus:
    try:
        return DueStatus(text.lower().replace("-", "_"))
    except ValueError:
        raise UnknownName("status", text, [status.value for status in URGENCY]) from None
