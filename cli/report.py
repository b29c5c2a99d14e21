"""`vigil report`: what the windows and studies of a cohort add up to."""

from __future__ import annotations

import shlex
import sys
from datetime import date
from pathlib import Path

import click

from spine_vigil.cli.options.common import DATE, edition_options, editions_by_date, grace_option, readings_taken, today
from spine_vigil.cli.options.fail_on import fail_on_option
from spine_vigil.cli.options.files import cohort_options
from spine_vigil.cli.output.progress import Progress
from spine_vigil.cli.output.report_summary import summary_lines
from spine_vigil.cli.streams import standard_output
from spine_vigil.cli.unreadable import note_unreadable
from spine_vigil.reporting import FEW_ROWS, SMALL_CELLS, Wanted, check_lists, check_outputs, make_report
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError, ValueProblem
from spine_vigil.scheduler.files.atomic import write_whole
from spine_vigil.scheduler.files.destinations import is_stream
from spine_vigil.scheduler.report.model import LISTS, TABLES
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.sources import CohortFiles


@click.command()
@click.argument("events", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Write the report as one page of HTML; - writes it to standard output.",
)
@click.option(
    "--tables",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write every table as a CSV file of this folder.",
)
@click.option("--json", "as_json", type=click.Path(path_type=Path), metavar="FILE", help="Write all tables as JSON.")
@click.option(
    "--from", "first_day", type=DATE, help="The first day of the observation. [default: the first index date]"
)
@click.option("--to", "last_day", type=DATE, help="The last day of the observation. [default: --as-of]")
@click.option(
    "--as-of",
    type=DATE,
    help="The day of the report: a study that was performed after it makes its row invalid. [default: today]",
)
@click.option(
    "--by",
    multiple=True,
    metavar="COLUMN",
    help="Count by a column of EVENTS or of a patients file too, e.g. the site or the physician. Repeat for more.",
)
@click.option(
    "--small-cells",
    type=click.IntRange(min=0),
    default=SMALL_CELLS,
    show_default=True,
    metavar="N",
    help="Leave out numbers of fewer than N patients, and what would give them away; 0 shows all.",
)
@click.option(
    "--patients-too",
    is_flag=True,
    help="With --tables: write the lists of windows and of patients too, for those who may see them.",
)
@click.option(
    "--readings",
    type=click.Choice(["all", "none"]),
    help="Whether to try the guideline's other readings, to see what hangs on each; all take as long as the rest."
    f" [default: all for files of at most {FEW_ROWS:,} rows]",
)
@cohort_options
@fail_on_option
@grace_option
@edition_options
def report(
    files: CohortFiles,
    output: Path | None,
    tables: Path | None,
    as_json: Path | None,
    first_day: date | None,
    last_day: date | None,
    as_of: date | None,
    by: tuple[str, ...],
    small_cells: int,
    patients_too: bool,  # noqa: FBT001 - as click passes it
    readings: str | None,
    grace: GracePolicy,
    edition: Edition,
) -> None:
    """Report what the windows and studies of EVENTS add up to: what was due in time, and what is not supported.

    The page needs nothing else and prints. It says what share of the windows was done in time, with how sure that is,
    by protocol, schedule, year and --by; how long studies took; which studies are not supported; what is missing, and
    what to collect first. docs/reference/report.md says how each number is counted.

    \b
    vigil report sample_cohorts/auditor.csv --as-of 2026-11-02 -o report.html
    vigil report sample_cohorts/auditor.csv --as-of 2026-11-02 --by facility --tables tables --json report.json
    """
    if editions_by_date() is not None:
        raise ValueProblem("a report counts by the rules of one edition; name it with --edition instead of by-date")
    if patients_too and tables is None:
        raise ValueProblem("--patients-too adds lists to the tables; say where they go with --tables FOLDER")
    day = today() if as_of is None else as_of
    page = None if output is None or str(output) == "-" else output
    if page is not None and page.suffix.lower() not in (".html", ".htm") and not is_stream(page):
        raise FileError(f"{page} must end in .html: a report is a page, which a browser prints as a PDF")
    if tables is not None and not patients_too:
        check_lists(tables)
    check_outputs(files, page, as_json, *_files_of(tables, patients_too=patients_too))
    wanted = Wanted(
        last_day=last_day or day,
        first_day=first_day,
        by=tuple(dict.fromkeys(by)),
        small_cells=small_cells,
        patients_too=patients_too,
        other_readings=None if readings is None else readings == "all",
        made_on=today(),
        command_line=_command_line(),
        readings=readings_taken(),
    )
    with Progress() as progress:
        made = make_report(files, Audit(edition, grace, day), wanted, progress, page or as_json)
    if made.unreadable:
        note_unreadable()
    if page is not None:
        made.to_html(page)
    elif output is not None:
        write_whole(made.html().encode(), standard_output())
    if tables is not None:
        made.to_folder(tables)
    if as_json is not None:
        made.to_json(as_json)
    for line in summary_lines(made.report, page, tables, as_json):
        click.echo(line, err=True)


def _files_of(folder: Path | None, *, patients_too: bool) -> list[Path]:
    """Return the files that are written into a folder; a folder that is not there yet itself."""
    if folder is None or not folder.is_dir():
        return [] if folder is None else [folder]
    return [folder / f"{name}.csv" for name in (*TABLES, *(LISTS if patients_too else ()))]


def _command_line() -> str:
    """Return the command as it was given; of files the names alone, since their folders are nobody's concern."""
    values = click.get_current_context().params.values()
    paths = [path for value in values for path in (value if isinstance(value, tuple) else (value,))]
    names = {str(path): path.name for path in paths if isinstance(path, Path)}

    def told(word: str) -> str:
        option, equals, value = word.partition("=")
        return f"{option}={names[value]}" if equals and value in names else names.get(word, word)

    return shlex.join(["vigil", *map(told, sys.argv[1:])])
