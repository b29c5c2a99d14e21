"""`vigil timeline`: draw the windows and studies of one patient, or of a cohort."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from spine_vigil.cli.options.common import DATE, edition_options, grace_option, rules_on, today
from spine_vigil.cli.options.fail_on import fail_on_option
from spine_vigil.cli.options.files import cohort_options
from spine_vigil.cli.output.progress import Progress
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.pictures.scenes import Question
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.sources import CohortFiles
from spine_vigil.timelines import Subject, draw_timeline

NOT_AN_ORDER = (
    "A picture of what this edition, as encoded, says: neither an order nor a denial. The guideline's list is not"
    " complete and does not replace clinical judgment."
)


@click.command()
@click.argument("events", type=click.Path(path_type=Path))
@click.option("--patient", "patient_id", metavar="ID", help="Draw this patient on a calendar axis.")
@click.option("--cohort", is_flag=True, help="Draw all patients, by months since their index dates.")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The picture to write: .svg or .png."
)
@click.option("--as-of", type=DATE, help="Draw what is due on this date. [default: today]")
@click.option(
    "--months",
    "months_ahead",
    type=click.IntRange(0, 240),
    default=12,
    show_default=True,
    help="How far ahead windows are projected.",
)
@click.option("--protocol", "protocols", multiple=True, metavar="ID", help="Draw only these protocols of a cohort.")
@click.option(
    "--most",
    type=click.IntRange(1, 300),
    default=60,
    show_default=True,
    help="The most schedules of a cohort to draw, most urgent first.",
)
@click.option("--show", type=click.Choice(["patient-id"]), help="Show the ids of patients instead of 'Patient 1'.")
@click.option(
    "--text", "text_file", type=click.Path(path_type=Path), metavar="FILE.txt", help="Also write the picture as text."
)
@cohort_options
@fail_on_option
@grace_option
@edition_options
def timeline(
    files: CohortFiles,
    patient_id: str | None,
    cohort: bool,  # noqa: FBT001 - a flag, which click passes by name
    output: Path,
    as_of: date | None,
    months_ahead: int,
    protocols: tuple[str, ...],
    most: int,
    show: str | None,
    text_file: Path | None,
    grace: GracePolicy,
    edition: Edition,
) -> None:
    """Draw one patient or the cohort of EVENTS: windows as bars, studies as marks that show their decision.

    The picture names no patient unless --show is given. Its content is also given as text: in the picture's
    description and on standard output. Needs matplotlib: pip install matplotlib.

    \b
    vigil timeline sample_cohorts/clinic.csv --patient C001 -o patient.svg --as-of 2026-11-02
    vigil timeline sample_cohorts/clinic.csv --cohort -o cohort.png --as-of 2026-11-02
    """
    if cohort == (patient_id is not None):
        raise click.UsageError("give either --patient ID or --cohort")
    if not isinstance(files.events, Path):
        raise FileError("a picture is not made from standard input; give the name of the events file instead of -")
    day = as_of or today()
    edition, grace = rules_on(day, edition, grace)
    question = Question(edition, grace, day, add(day, months(months_ahead)))
    subject = Subject(
        None if patient_id is None else patient_id.strip(),
        tuple(edition.protocol(text).id for text in protocols),
        most,
        shows_ids=show is not None,
    )
    text = draw_timeline(files, output, question, subject, Progress(), text_file)
    # As data: standard error may be logged, and a log must name no disease and no date.
    click.echo(text)
    click.echo(NOT_AN_ORDER, err=True)
