"""`vigil due`: list what is due for every patient of an events file, most urgent first."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from spine_vigil.cli.options.common import DATE, edition_options, grace_option, rules_on, today
from spine_vigil.cli.options.fail_on import fail_on_option
from spine_vigil.cli.options.files import cohort_options
from spine_vigil.cli.output.due_changes import change_lines
from spine_vigil.cli.output.due_patients import patient_lines
from spine_vigil.cli.output.due_report import due_report
from spine_vigil.cli.output.due_spoken import speak
from spine_vigil.cli.output.due_table import due_lines
from spine_vigil.cli.output.progress import Progress
from spine_vigil.cli.streams import standard_output
from spine_vigil.cli.unreadable import note_unreadable
from spine_vigil.due_list import DueList, open_due_list
from spine_vigil.scheduler.answers.due_status import URGENCY, DueStatus
from spine_vigil.scheduler.cohort.due.rules import DueRules, Wanted
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import UnknownName, ValueProblem
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
    help="File to write: .csv, .csv.gz, .parquet, .json, .xlsx, or .html to print; - writes CSV to standard output."
    " [default: a table]",
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
@click.option("--by-patient", is_flag=True, help="Keep the lines of a patient together, the most urgent patient first.")
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Compare with an earlier list that -o wrote: what is new, moved or gone, and why.",
)
@click.option(
    "--say",
    is_flag=False,
    flag_value="brief",
    type=click.Choice(["brief", "full"]),
    help="With --patient: print what to say on the phone, without disease or part of the body; full names the study.",
)
@cohort_options
@fail_on_option
@grace_option
@edition_options
def due(
    files: CohortFiles,
    output: Path | None,
    as_of: date | None,
    patient_id: str | None,
    statuses: tuple[str, ...],
    protocols: tuple[str, ...],
    modalities: tuple[str, ...],
    within: Duration | None,
    by_patient: bool,  # noqa: FBT001
    since: Path | None,
    say: str | None,
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
    vigil due sample_cohorts/clinic.csv --as-of 2026-11-09 --status overdue,open --since due.csv
    vigil due sample_cohorts/clinic.csv --as-of 2026-11-02 --within 30d -o due.html
    vigil due sample_cohorts/clinic.csv --as-of 2026-11-02 --patient C001 --say
    """
    others: dict[str, object] = {"-o": output, "--since": since, "--by-patient": by_patient, "--within": within}
    others |= {"--status": statuses, "--protocol": protocols, "--modality": modalities}
    _check_say(say, patient_id, [name for name, value in others.items() if value])
    day = as_of or today()
    edition, grace = rules_on(day, edition, grace)
    rules = DueRules(edition, grace, day)
    wanted = Wanted(
        _each(statuses, _parse_due_status),
        _each(protocols, lambda text: edition.protocol(text).id),
        _each(modalities, parse_modality),
        None if within is None else add(rules.as_of, within),
        None if patient_id is None else patient_id.strip(),
    )
    path = None if output is None or str(output) == "-" else output
    whole = say is not None
    with (
        Progress() as progress,
        open_due_list(
            files, rules, wanted, path, progress, by_patient=by_patient, since=since, whole=whole
        ) as due_list,
    ):
        if say is not None:
            speak(due_list, rules.as_of, names_study=say == "full")
        elif path is not None:
            due_list.write(path)
        elif output is not None:
            due_list.write(standard_output())
        else:
            _print(due_list, by_patient=by_patient)
        progress.done()
        if due_list.run.counts.bad:
            note_unreadable()
        for line in due_report(due_list):
            click.echo(line, err=True)
    if output is not None or say is not None:  # the table contains it
        click.echo(due_list.about["note"], err=True)


def _check_say(say: str | None, patient_id: str | None, others: Sequence[str]) -> None:
    """Raise ValueProblem where --say has no patient, or stands beside an option that it leaves no room for."""
    if say is not None and patient_id is None:
        raise ValueProblem("--say is for a call to one patient; add --patient ID")
    if say is not None and others:
        raise ValueProblem(f"--say speaks of all that is due for the patient, in words; drop {others[0]}")


def _print(due_list: DueList, *, by_patient: bool) -> None:
    """Print the list as text, after what changed since an earlier one."""
    is_terminal, totals = sys.stdout.isatty(), due_list.run.totals
    if due_list.changes is not None:
        for text in change_lines(due_list.frames, due_list.changes, is_terminal=is_terminal):
            click.echo(text)
        click.echo()
    frames = partial(due_list.frames, with_gone=False)
    if by_patient:
        lines = patient_lines(frames, totals.cases, due_list.about, is_terminal=is_terminal)
    else:
        lines = due_lines(frames, totals.statuses, due_list.about, is_terminal=is_terminal)
    for text in lines:
        click.echo(text)


def _each(texts: Iterable[str], read: Callable[[str], _T]) -> list[_T]:
    """Parse the values of a repeatable option, each of which may be a list separated by commas."""
    return [read(part.strip()) for text in texts for part in text.split(",") if part.strip()]


def _parse_due_status(text: str) -> DueStatus:
    try:
        return DueStatus(text.lower().replace("-", "_"))
    except ValueError:
        raise UnknownName("status", text, [status.value for status in URGENCY]) from None
