"""`vigil timeline`: a picture of one patient, or of a cohort."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO

import click
import polars as pl

from spine_vigil.cli.options.common import DATE, date_format_option, grace_option, reading_option, today
from spine_vigil.cli.options.files import counted, map_options, patients_option
from spine_vigil.cli.output.bad_rows import read_table
from spine_vigil.cli.output.due_table import printable
from spine_vigil.cli.output.progress import Progress
from spine_vigil.scheduler.cohort.due.listing import list_due
from spine_vigil.scheduler.cohort.due.standing import Wanted
from spine_vigil.scheduler.cohort.events.column_map import ColumnMap
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError, ValueProblem
from spine_vigil.scheduler.files.atomic import check_output, write_beside
from spine_vigil.scheduler.files.csv_text import DAMAGE
from spine_vigil.scheduler.pictures.descriptions import describe
from spine_vigil.scheduler.pictures.drawing import SUFFIXES, check_library, draw
from spine_vigil.scheduler.pictures.scenes import Question, Scene, cohort_scene, patient_scene
from spine_vigil.scheduler.records.fields import PATIENT_ID, event_columns
from spine_vigil.scheduler.records.rows import Row, read_row
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.grace import GracePolicy

NOT_AN_ORDER = (
    "A picture of what this edition, as encoded, says: neither an order nor a denial. The guideline's list is not"
    " complete and does not replace clinical judgment."
)


@click.command()
@click.argument("events", type=click.Path(path_type=Path))
@click.option("--patient", "patient_id", metavar="ID", help="Draw this patient along the calendar.")
@click.option("--cohort", is_flag=True, help="Draw all patients along the months since their index dates.")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The picture to write: .svg or .png."
)
@click.option("--as-of", type=DATE, help="The date of the question. [default: today]")
@click.option(
    "--months",
    "months_ahead",
    type=click.IntRange(0, 240),
    default=12,
    show_default=True,
    help="How far ahead windows are projected.",
)
@click.option("--protocol", "protocols", multiple=True, metavar="ID", help="Draw these protocols of a cohort alone.")
@click.option(
    "--most",
    type=click.IntRange(1, 300),
    default=60,
    show_default=True,
    help="Schedules of a cohort that are drawn, the most urgent first.",
)
@click.option("--show", type=click.Choice(["patient-id"]), help="Draw the ids of patients instead of 'Patient 1'.")
@click.option(
    "--text", "text_file", type=click.Path(path_type=Path), metavar="FILE.txt", help="Write the picture in words too."
)
@patients_option
@map_options
@date_format_option
@grace_option
@reading_option
def timeline(
    events: Path,
    patient_id: str | None,
    cohort: bool,  # noqa: FBT001 - a flag, which click passes by name
    output: Path,
    as_of: date | None,
    months_ahead: int,
    protocols: tuple[str, ...],
    most: int,
    show: str | None,
    text_file: Path | None,
    patients_file: Path | None,
    columns: ColumnMap,
    date_format: str | None,
    grace: GracePolicy,
    edition: Edition,
) -> None:
    """Draw windows as bars and studies as marks by their decision, of one patient or of a cohort of EVENTS.

    The picture names no patient unless --show asks for it. What it shows is said in words too: in the picture's
    description and on standard output. Needs matplotlib: pip install matplotlib.

    \b
    vigil timeline sample_cohorts/clinic.csv --patient C001 -o patient.svg --as-of 2026-11-02
    vigil timeline sample_cohorts/clinic.csv --cohort -o cohort.png --as-of 2026-11-02
    """
    if cohort == (patient_id is not None):
        raise click.UsageError("give either --patient ID or --cohort")
    suffix = output.suffix.lower()
    if suffix not in SUFFIXES:
        raise FileError(f"{output} must end in .svg or .png, which says the format")
    for path in (output, *([text_file] if text_file else [])):
        check_output(path, *(source for source in (events, patients_file) if source is not None))
    if text_file is not None and text_file.resolve() == output.resolve():
        raise FileError(f"{text_file} is the picture too; give the text another name")
    if str(events) == "-":
        raise FileError("a picture is not made from standard input; give the name of the events file instead of -")
    check_library()
    progress, day = Progress(), as_of or today()
    question = Question(edition, grace, day, add(day, months(months_ahead)))
    progress.step(f"reading {events}")
    cells = read_table(events, patients_file, edition, date_format, columns).cells
    if patient_id is not None:
        scene = _of_patient(question, cells, patient_id.strip(), date_format, show)
    else:
        ids = tuple(edition.protocol(text).id for text in protocols)
        scene = _of_cohort(question, cells, ids, most, date_format, show)
    if not scene.lanes:
        raise FileError(f"{events} gives no schedule to draw, so {output} is not written; check the protocol column")
    progress.step(f"drawing {output}")
    picture, text = draw(scene, suffix), describe(scene)
    write_beside(output, lambda file: _write(file, picture))
    if text_file is not None:
        write_beside(text_file, lambda file: _write(file, f"{text}\n".encode()))
    click.echo(text)  # as data: what is logged names no disease and no date
    click.echo(NOT_AN_ORDER, err=True)


def _write(file: IO[bytes], content: bytes) -> None:
    file.write(content)


def _rows(cells: pl.DataFrame, question: Question, date_format: str | None) -> Iterator[Row]:
    """Yield the rows that can be read, and say how many cannot."""
    known = event_columns(question.edition, date_format)
    bad = 0
    for row in cells.iter_rows(named=True):
        found = read_row(row, question.edition, known)
        if row[DAMAGE] is None and not found.problems:
            yield found
        else:
            bad += 1
    if bad:
        click.echo(f"left out: {counted(bad, 'row')} that cannot be read; 'vigil audit' says why", err=True)


def _of_patient(
    question: Question, cells: pl.DataFrame, patient_id: str, date_format: str | None, show: str | None
) -> Scene:
    own = cells.filter(pl.col(PATIENT_ID).str.strip_chars() == patient_id)
    if own.is_empty():
        raise ValueProblem(
            "--patient: no row has this patient id; compare how the file writes ids, with --map its column"
        )
    return patient_scene(
        question, list(_rows(own, question, date_format)), printable(patient_id) if show else "Patient 1"
    )


def _of_cohort(
    question: Question,
    cells: pl.DataFrame,
    protocols: tuple[str, ...],
    most: int,
    date_format: str | None,
    show: str | None,
) -> Scene:
    asked = Wanted(protocols=protocols)
    wanted = list_due(cells, question.edition, question.grace, question.as_of, date_format, asked).rows
    if len(wanted) > most:
        click.echo(f"the {most} most urgent of {len(wanted):,} schedules are drawn; --most N draws more", err=True)
    order = wanted.head(most).select("patient_id", "protocol", "schedule").rows()
    ids = list(dict.fromkeys(patient_id for patient_id, _, _ in order))
    own = cells.filter(pl.col(PATIENT_ID).str.strip_chars().is_in(ids))
    names = {
        patient_id: printable(patient_id) if show else f"Patient {place}"
        for place, patient_id in enumerate(ids, start=1)
    }
    return cohort_scene(question, list(_rows(own, question, date_format)), order, names)
