"""Timelines of a patient or a cohort: selects the rows that a picture shows, and computes its scene."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from spine_vigil.cohort_rows import NO_SUCH_PATIENT, Table, patient_as_read, read_rows, read_table, unreadable_rows
from spine_vigil.notices import Listener, Notice, NoticeKind, tell
from spine_vigil.readable import check_readable
from spine_vigil.scheduler.cohort.due.listing import list_due
from spine_vigil.scheduler.cohort.due.rules import DueRules, Wanted
from spine_vigil.scheduler.errors import FileError, ValueProblem
from spine_vigil.scheduler.files.atomic import write_file
from spine_vigil.scheduler.files.destinations import check_output
from spine_vigil.scheduler.pictures.descriptions import describe
from spine_vigil.scheduler.pictures.drawing import SUFFIXES, check_library, draw
from spine_vigil.scheduler.pictures.scenes import Question, Scene, cohort_scene, patient_scene
from spine_vigil.sources import CohortFiles, Source, open_source


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
    with open_source(files, question.edition, question.as_of) as source:
        tell(listener, source.notices())
        table = read_table(source)
        tell(listener, source.match_notices(table.matched))
        if subject.patient_id is None:
            return _of_cohort(source, table, question, subject, listener)
        return _of_patient(source, table, question, subject, listener)


def _of_patient(source: Source, table: Table, question: Question, subject: Subject, listener: Listener) -> Scene:
    patient_id = patient_as_read(source, subject.patient_id or "")
    rows = read_rows(source, table.of([patient_id]))
    if not rows.all:
        raise ValueProblem(NO_SUCH_PATIENT)
    tell(listener, unreadable_rows(rows.events))
    return patient_scene(question, rows.all, printable(patient_id) if subject.shows_ids else "Patient 1")


def _of_cohort(source: Source, table: Table, question: Question, subject: Subject, listener: Listener) -> Scene:
    rules = DueRules(question.edition, question.grace, question.as_of)
    due = list_due(table.events, rules, Wanted(protocols=subject.protocols), table.patients, source.file.forms)
    check_readable(source.files.name, len(table.events), due.problems["row"].n_unique())
    drawn = due.rows.filter(pl.col("schedule").is_not_null())
    if len(drawn) > subject.most:
        text = f"the {subject.most} most urgent of {len(drawn):,} schedules are drawn; --most N draws more"
        listener.notice(Notice(NoticeKind.LIMIT, text))
    order = drawn.head(subject.most).select("patient_id", "protocol", "schedule").rows()
    ids = list(dict.fromkeys(patient_id for patient_id, _, _ in order))
    names = {
        patient_id: printable(patient_id) if subject.shows_ids else f"Patient {number}"
        for number, patient_id in enumerate(ids, start=1)
    }
    rows = read_rows(source, table.of(ids))
    tell(listener, unreadable_rows(rows.events))
    return cohort_scene(question, rows.all, order, names)


def printable(text: str) -> str:
    """Return an id with unprintable characters replaced, so that a terminal does not interpret them."""
    return "".join(c if c.isprintable() else "?" for c in text)
