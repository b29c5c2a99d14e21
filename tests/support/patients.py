"""Rows of text as the evaluator of one patient sees them: each with what is known of its patient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.intake.columns import read_columns
from spine_vigil.scheduler.intake.forms import CellForms
from spine_vigil.scheduler.patient.decisions import decide
from spine_vigil.scheduler.records.courses import patient_of
from spine_vigil.scheduler.records.patients import Event, Patient
from spine_vigil.scheduler.records.rows import Problem, Row, impossible_events, read_row
from spine_vigil.scheduler.rules.grace import GracePolicy

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Request:
    """A row as the evaluator of one patient sees it.

    `patient` is None for an enrolment and a row that cannot be read, `problems` say why it cannot, `others` are the
    other events of the patient that can be read, and `unread` is the number of rows that cannot.
    """

    row: Row
    patient: Patient | None
    problems: tuple[Problem, ...]
    others: tuple[Event, ...] = ()
    unread: int | None = None

    def decision(self, edition: Edition, grace: GracePolicy) -> Decision:
        """Decide the request."""
        return decide(edition, self.patient, self.row.event, self.others, grace, self.unread)


def read_requests(rows: Sequence[Cells], edition: Edition, as_of: date | None = None) -> list[Request]:
    """Read rows of text one by one, and bring together those of a patient; enrolment rows are known of the patient."""
    columns = read_columns(edition, CellForms())
    read = [read_row(cells, edition, columns, as_of) for cells in rows]
    by_patient: dict[str, list[Row]] = {}
    for row in read:
        by_patient.setdefault(row.patient_id, []).append(row)
    of_row: dict[int, Request] = {}
    for patient_id, patient in by_patient.items():
        of_row |= _requests_of(patient, edition, is_nobody=patient_id == "")
    return [of_row[id(row)] for row in read]


def _requests_of(rows: Sequence[Row], edition: Edition, *, is_nobody: bool) -> dict[int, Request]:
    known = [row.says for row in rows if row.event is None and not row.problems]
    requests = {}
    for row in rows:
        patient, problems = None, row.problems
        if row.event is not None and not problems:
            patient = patient_of(edition, row.says, known, row.event.date)
            problems = tuple(impossible_events(row.event, patient))
        requests[id(row)] = Request(row, None if problems else patient, problems)
    readable = [request for request in requests.values() if request.patient is not None]
    unread = 0 if is_nobody else sum(bool(request.problems) for request in requests.values())
    for request in readable:
        others = tuple(other.row.event for other in readable if other is not request)
        requests[id(request.row)] = Request(request.row, request.patient, (), others, unread or None)
    return requests
