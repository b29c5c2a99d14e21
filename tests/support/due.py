"""Due lists by either evaluator: rows of text in, the columns of the list out."""

from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from itertools import groupby

import polars as pl
import pytest
from support.block_sizes import WHOLE, Sizes, opened
from support.patients import Cells

from spine_vigil.scheduler.answers.due_status import URGENCY, DueStatus, because_no_schedule
from spine_vigil.scheduler.cohort import partitions
from spine_vigil.scheduler.cohort.decoding.cells import PatientRows
from spine_vigil.scheduler.cohort.due import files as due_files
from spine_vigil.scheduler.cohort.due.files import write_due
from spine_vigil.scheduler.cohort.due.listing import FiledDue, list_due
from spine_vigil.scheduler.cohort.due.rules import DueRules, Wanted
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS
from spine_vigil.scheduler.cohort.partitions import Partitions
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.files import merging as sorted_runs
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.intake.columns import read_columns
from spine_vigil.scheduler.intake.forms import CellForms
from spine_vigil.scheduler.patient.bookings import Booking, bookings
from spine_vigil.scheduler.patient.standing import Standing, standings
from spine_vigil.scheduler.records.follow_up import FollowUp, checked_rows, follow_ups
from spine_vigil.scheduler.records.rows import read_row
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.words import pattern_words

Line = dict[str, str | int | bool | date | None]


def due_one_by_one(rows: Sequence[Cells], edition: Edition, grace: GracePolicy, as_of: date) -> list[Line]:
    """Return the list by the evaluator of one patient."""
    found = []
    columns = read_columns(edition, CellForms())
    read = checked_rows(edition, [read_row(cells, edition, columns) for cells in rows])
    patients = follow_ups(edition, read, as_of)
    for patient_id, own in groupby(patients, key=lambda patient: patient.patient_id):
        of_patient = [pair for patient in own for pair in _standings(patient, edition, grace, as_of)]
        booked = iter(bookings([s for _, s in of_patient if s], [patient for patient, s in of_patient if s]))
        for number, (patient, stands) in enumerate(of_patient):
            order = edition.protocols.index(patient.protocol), number
            line = _no_schedule(patient) if stands is None else _line(patient, stands, next(booked), as_of)
            found.append((_urgency(stands), patient_id, order, line))
    return [line for *_, line in sorted(found, key=lambda entry: entry[:3])]


def _standings(
    patient: FollowUp, edition: Edition, grace: GracePolicy, as_of: date
) -> Iterator[tuple[FollowUp, Standing | None]]:
    """Yield the standings of a patient; none for a protocol without schedules."""
    if not patient.protocol.schedules:
        yield patient, None
    for stands in standings(edition, patient, as_of, grace):
        yield patient, stands


def _urgency(stands: Standing | None) -> tuple[int, date]:
    day = date.max
    if stands is None:
        return URGENCY.index(DueStatus.NO_SCHEDULE), day
    if stands.window is not None:
        is_closing = stands.status in (DueStatus.OPEN, DueStatus.OVERDUE)
        day = stands.window.closes if is_closing else stands.window.opens
    return URGENCY.index(stands.status), day


def _no_schedule(patient: FollowUp) -> Line:
    return dict.fromkeys(DUE_COLUMNS) | {
        "patient_id": patient.patient_id,
        "protocol": patient.protocol.id,
        "section": str(patient.protocol.cite),
        "status": "no_schedule",
        "unread_rows": patient.unread_rows or None,
        "note": because_no_schedule(patient.protocol),
    }


def _line(patient: FollowUp, stands: Standing, booked: Booking | None, as_of: date) -> Line:
    schedule, window = stands.schedule, stands.window
    unknown = [stands.fact] if stands.fact and patient.facts.get(stands.fact) is None else []
    values: Iterator[str | int | bool | date | None] = iter(
        (
            patient.patient_id,
            patient.protocol.id,
            schedule.name,
            pattern_words(schedule.study, patient.course.primary_site),
            str(schedule.cite),
            stands.status.value,
            stands.reference_date,
            window and window.opens,
            window and window.closes,
            window and window.last_day,
            (as_of - window.closes).days if window and stands.status is DueStatus.OVERDUE else None,
            booked and booked.day,
            None if booked is None else booked.in_window,
            patient.unread_rows or None,
            window and window.grace,
            ";".join(stands.missing or unknown) or None,
            stands.because or None,
            (booked and booked.advice) or None,
        )
    )
    return dict(zip(DUE_COLUMNS, values, strict=True))


def due_as_columns(rows: Sequence[Cells], edition: Edition, grace: GracePolicy, as_of: date) -> list[Line]:
    """Return the list by the evaluator of cohorts."""
    names = dict.fromkeys(["patient_id", *(name for cells in rows for name in cells)])
    cells = pl.DataFrame(
        {name: [row.get(name) or None for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
    )
    return list_due(cells, DueRules(edition, grace, as_of)).rows.to_dicts()


def due_of_file(
    data: bytes,
    rules: DueRules,
    sizes: Sizes = WHOLE,
    suffix: str = ".csv",
    wanted: Wanted | None = None,
    patients: pl.DataFrame | None = None,
    *,
    by_patient: bool = False,
) -> tuple[bytes, FiledDue]:
    """Return the list of an events file as it is written, and what was counted; in small blocks where `sizes` says so.

    The list is sorted and written a few rows at a time where blocks are small, and its patients are shared out widely.
    """
    is_small = sizes != WHOLE
    with opened(data, sizes) as file, Spill() as spill, pytest.MonkeyPatch.context() as patch:
        if is_small:
            patch.setattr(Partitions.__init__, "__defaults__", (2,))
            patch.setattr(partitions, "_MOST_PARTITIONS", 5)
            patch.setattr(sorted_runs, "PIECE_ROWS", 5)
            patch.setattr(sorted_runs, "_SLICES_OF_A_PIECE", 2)
        patch.setattr(due_files, "_GROUP_ROWS", 7)
        rows = () if patients is None else [PatientRows(patients)]
        run = FiledDue(rules, file, spill, wanted=wanted, patients=rows, workers=sizes.workers, by_patient=by_patient)
        run.read()
        run.work_out()
        out = BytesIO()
        write_due(run.frames(), out, suffix, {"as_of": rules.as_of.isoformat()})
    return out.getvalue(), run
