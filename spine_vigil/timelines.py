"""Timelines of a patient or a cohort: selects the rows that a picture shows, and computes its scene."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from spine_vigil.notices import Listener, Notice, NoticeKind, tell
from spine_vigil.scheduler.cohort.due.listing import list_due
from spine_vigil.scheduler.cohort.due.standing import Wanted
from spine_vigil.scheduler.errors import FileError, ValueProblem
from spine_vigil.scheduler.files.atomic import write_file
from spine_vigil.scheduler.files.csv_text import DAMAGE
from spine_vigil.scheduler.files.destinations import check_output
from spine_vigil.scheduler.pictures.descriptions import describe
from spine_vigil.scheduler.pictures.drawing import SUFFIXES, check_library, draw
from spine_vigil.scheduler.pictures.scenes import Question, Scene, cohort_scene, patient_scene
from spine_vigil.scheduler.records.fields import PATIENT_ID, event_columns
from spine_vigil.scheduler.records.rows import Row, read_row
from spine_vigil.sources import CohortFiles, open_source, read_table


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a picture: one patient, or the most urgent schedules of a cohort.

    A picture of a cohort shows at most `most` schedules, of all or some `protocols`. Patient ids are shown only with
    `shows_ids`.
    """

    patient_id: str | None = None
    protocols: tuple[str, ...] = ()
    most: int = 60
    shows_ids: bool = False


def draw_timeline(
    files: CohortFiles,
    output: Path,
    question: Question,
    subject: Subject,
    listener: Listener,
    text_file: Path | None = None,
) -> str:
    """Write a picture (.svg or .png) and return its description, which also goes to `text_file`. Raises VigilError."""
    suffix = output.suffix.lower()
    if suffix not in SUFFIXES:
        raise FileError(f"{output} must end in .svg or .png, which says the format")
    for path in (output, *([text_file] if text_file else [])):
        check_output(path, *files.paths)
    if text_file is not None and text_file.resolve() == output.resolve():
        raise FileError(f"{text_file} is the picture too; give the text another name")
    check_library()
    listener.step(f"reading {files.name}")
    scene = timeline_scene(files, question, subject, listener)
    if not scene.lanes:
        raise FileError(
            f"{files.name} gives no schedule to draw, so {output} is not written; check the protocol column"
        )
    listener.step(f"drawing {output}")
    picture, text = draw(scene, suffix), describe(scene)
    write_file(output, lambda file: file.write(picture))
    if text_file is not None:
        write_file(text_file, lambda file: file.write(f"{text}\n".encode()))
    return text


def timeline_scene(files: CohortFiles, question: Question, subject: Subject, listener: Listener) -> Scene:
    """Return the scene of a picture. Raises VigilError, also if the patient has no row."""
    with open_source(files, question.edition) as source:
        tell(listener, source.notices())
        cells = read_table(source).cells
        tell(listener, source.match_notices())
    if subject.patient_id is None:
        return _of_cohort(cells, question, subject, files.date_format, listener)
    return _of_patient(cells, question, subject.patient_id, files.date_format, listener, shows_id=subject.shows_ids)


def _of_patient(
    cells: pl.DataFrame,
    question: Question,
    patient_id: str,
    date_format: str | None,
    listener: Listener,
    *,
    shows_id: bool,
) -> Scene:
    rows = cells.filter(pl.col(PATIENT_ID).str.strip_chars() == patient_id)
    if rows.is_empty():
        raise ValueProblem(
            "--patient: no row has this patient id; compare how the file writes ids, with --map its column"
        )
    readable = list(_readable_rows(rows, question, date_format, listener))
    return patient_scene(question, readable, printable(patient_id) if shows_id else "Patient 1")


def _of_cohort(
    cells: pl.DataFrame, question: Question, subject: Subject, date_format: str | None, listener: Listener
) -> Scene:
    wanted = Wanted(protocols=subject.protocols)
    rows = list_due(cells, question.edition, question.grace, question.as_of, date_format, wanted).rows
    if len(rows) > subject.most:
        text = f"the {subject.most} most urgent of {len(rows):,} schedules are drawn; --most N draws more"
        listener.notice(Notice(NoticeKind.LIMIT, text))
    order = rows.head(subject.most).select("patient_id", "protocol", "schedule").rows()
    ids = list(dict.fromkeys(patient_id for patient_id, _, _ in order))
    names = {
        patient_id: printable(patient_id) if subject.shows_ids else f"Patient {number}"
        for number, patient_id in enumerate(ids, start=1)
    }
    of_ids = cells.filter(pl.col(PATIENT_ID).str.strip_chars().is_in(ids))
    return cohort_scene(question, list(_readable_rows(of_ids, question, date_format, listener)), order, names)


def _readable_rows(
    cells: pl.DataFrame, question: Question, date_format: str | None, listener: Listener
) -> Iterator[Row]:
    """Yield the readable rows, and notify the listener of the number of others."""
    known = event_columns(question.edition, date_format)
    bad = 0
    for record in cells.iter_rows(named=True):
        row = read_row(record, question.edition, known)
        if record[DAMAGE] is None and not row.problems:
            yield row
        else:
            bad += 1
    if bad:
        rows = "1 row" if bad == 1 else f"{bad:,} rows"
        text = f"left out: {rows} that cannot be read; 'vigil audit' says why"
        listener.notice(Notice(NoticeKind.UNREADABLE_ROWS, text))


def printable(text: str) -> str:
    """Return an id with unprintable characters replaced, so that a terminal does not interpret them."""
    return "".join(c if c.isprintable() else "?" for c in text)
