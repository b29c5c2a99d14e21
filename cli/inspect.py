"""`vigil inspect`: what would be read of files, before anything is decided."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from spine_vigil.cli.options.common import DATE, edition_in_use, edition_option, today
from spine_vigil.cli.options.files import cohort_options
from spine_vigil.cli.output.inspection_page import inspection_page
from spine_vigil.cli.output.inspection_text import inspection_lines
from spine_vigil.cli.output.progress import Progress
from spine_vigil.inspecting import Inspected, inspect_files
from spine_vigil.scheduler.exit_codes import ExitCode
from spine_vigil.scheduler.files.atomic import write_file
from spine_vigil.scheduler.files.destinations import check_output
from spine_vigil.sources import CohortFiles


@click.command()
@click.argument("events", type=click.Path(path_type=Path, allow_dash=True))
@cohort_options
@click.option("--as-of", type=DATE, help="The day after which no study can have been performed. [default: today]")
@click.option("--html", "page", type=click.Path(path_type=Path), metavar="FILE.html", help="Write a page to read too.")
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice(["invalid", "contradiction"]),
    help="Exit with code 5 if a row cannot be read, or if a patient id has two birth dates.",
)
@edition_option
def inspect(files: CohortFiles, as_of: date | None, page: Path | None, fail_on: Sequence[str]) -> None:
    """Show what would be read of EVENTS and a patients file, before anything is decided.

    For each column: its field, how often it is filled, and which of its words are not understood. For the rows: how
    many cannot be read or are left out, studies by year and status, patients under several protocols, studies that
    stand twice, and contradictions. Counts, and words of columns that hold no identifiers: never an id, a name or a
    date of birth.

    \b
    vigil inspect sample_cohorts/clinic.csv
    vigil inspect sample_cohorts/payer.csv --patients sample_cohorts/payer_patients.csv \\
        --map-file sample_cohorts/payer.toml --date-format %m/%d/%Y --html inspection.html
    """
    if page is not None:
        check_output(page, *files.paths)
    with Progress() as progress:
        found = inspect_files(files, edition_in_use(), as_of or today(), progress)
    if page is not None:
        text = inspection_page(found)
        write_file(page, lambda file: file.write(text.encode()))
    for line in inspection_lines(found):
        click.echo(line)
    if _has_failed(found, fail_on):
        sys.exit(ExitCode.FAIL_ON)


def _has_failed(found: Inspected, fail_on: Sequence[str]) -> bool:
    unread = any(part.unread for part in (found.events, *found.patients))
    return ("invalid" in fail_on and unread) or ("contradiction" in fail_on and found.events.contradictions.births > 0)
