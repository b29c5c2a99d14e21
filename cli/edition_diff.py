"""`vigil editions diff`: what differs between two editions, and what that does to a cohort."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from spine_vigil.calendar_outputs import SECRET_NAME, secret_home
from spine_vigil.cli.options.common import DATE, choose_edition, grace_for, grace_option, now, today
from spine_vigil.cli.options.files import cohort_options
from spine_vigil.cli.output.edition_differences import difference_lines, differences_csv, differences_object
from spine_vigil.cli.output.impact_lines import impact_lines, impact_object
from spine_vigil.cli.output.progress import Progress
from spine_vigil.cli.streams import standard_output
from spine_vigil.editions import diff, edition
from spine_vigil.impact import Outputs, compare_on_cohort, routes_of
from spine_vigil.scheduler.calendars.state import Horizon
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.files.atomic import write_whole
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.sources import CohortFiles


class _EditionValue(click.ParamType[Edition]):
    """One of the editions that are compared, by which the files of a cohort are read too."""

    name = "edition"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Edition:
        """Return the edition."""
        found = value if isinstance(value, Edition) else edition(str(value))
        choose_edition(found)
        return found


@click.command("diff")
@click.argument("before", metavar="BEFORE", type=_EditionValue(), is_eager=True)
@click.argument("after", metavar="AFTER", type=_EditionValue(), is_eager=True)
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@click.option(
    "--events",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Decide the rows of this file (CSV or Parquet) by both editions, and say what changes.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --events: write the rows that change, each with its decision and explanation before and after"
    " (.csv, .csv.gz or .parquet).",
)
@click.option(
    "--contacts",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --events: write the patients to contact, whose open or coming window moves, opens, closes, appears or"
    " goes, with the old and the new dates (.csv, .csv.gz or .parquet).",
)
@click.option(
    "--calendar",
    type=click.Path(path_type=Path),
    metavar="FILE.ics",
    help="With --events: write the calendar events that are new, changed or cancelled.",
)
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The site secret of the calendar, by which its events are recognized. [default: that beside --calendar]",
)
@click.option("--as-of", type=DATE, help="The day of the comparison. [default: today]")
@click.option(
    "--months",
    "months_ahead",
    type=click.IntRange(0, 1200),
    default=12,
    show_default=True,
    help="How far ahead --calendar projects windows.",
)
@cohort_options
@grace_option
def diff_editions(
    before: Edition,
    after: Edition,
    form: str,
    files: CohortFiles | None,
    output: Path | None,
    contacts: Path | None,
    calendar: Path | None,
    secret_file: Path | None,
    as_of: date | None,
    months_ahead: int,
    grace: GracePolicy,  # noqa: ARG001 - each edition has its own where none is given
) -> None:
    """Say what differs between the rules of two editions, each an ID or a FILE.toml, and what that does to a cohort.

    Each difference is a sentence before and after, with the section that is cited for it. Order is no difference, but
    for the order of index dates and of phases. With --events, every row is decided by both editions: how the decisions
    move by protocol, how many rows and patients change, and by which rule. Exits with 0 whether or not they differ.

    \b
    vigil editions diff healthhelp-mri-cspine-2024 healthhelp-mri-cspine-2025
    vigil editions diff healthhelp-mri-cspine-2025 local.toml --events sample_cohorts/clinic.csv \\
        --as-of 2026-11-02 -o impact.csv --contacts contacts.csv --calendar changes.ics
    """
    paths = {"-o": output, "--contacts": contacts, "--calendar": calendar, "--secret-file": secret_file}
    given = [option for option, path in paths.items() if path is not None]
    if files is None and given:
        raise ValueProblem(f"{given[0]} is about a cohort; give the cohort with --events")
    found = diff(before, after)
    outputs = Outputs(output, contacts, calendar, secret_file or secret_home(calendar) / SECRET_NAME)
    told = None
    if files is not None:
        day = as_of or today()
        audits = (Audit(before, grace_for(before), day), Audit(after, grace_for(after), day))
        horizon = Horizon(day, add(day, months(months_ahead)))
        with Progress() as progress:
            told = compare_on_cohort(files, audits, routes_of(found), outputs, horizon, now(), progress)
    if form == "csv":
        write_whole(differences_csv(found).encode(), standard_output())
    elif form == "json":
        cohort = {} if told is None else {"cohort": impact_object(told)}
        click.echo(json.dumps(differences_object(before, after, found) | cohort, indent=2))
    else:
        for line in (
            *difference_lines(before, after, found),
            *([] if told is None else impact_lines(told, outputs, after.in_force_from)),
        ):
            click.echo(line)
