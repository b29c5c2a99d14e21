"""The rows of a cohort as the literal report sees them: each with its date, status and cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from support.patients import Cells

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.intake.columns import read_columns
from spine_vigil.scheduler.intake.forms import CellForms
from spine_vigil.scheduler.records.fields import STUDY_COLUMNS
from spine_vigil.scheduler.records.follow_up import checked_rows
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.records.rows import PATIENT_ID, Row, read_row

NONE = "(none)"
"""The group of what has no value."""


@dataclass(frozen=True)
class Seen:
    """A row of either file.

    `date` is the date of the event where its cell can be read, `status` likewise (an empty one is a request); `enrols`
    says whether the row gives neither a study nor a date.
    """

    row: Row
    cells: Cells
    date: date | None
    status: Status | None
    enrols: bool

    @property
    def patient_id(self) -> str:
        return self.row.patient_id

    @property
    def names_nobody(self) -> bool:
        return not self.patient_id or any(problem.column == PATIENT_ID for problem in self.row.problems)

    @property
    def is_readable(self) -> bool:
        return not self.row.problems

    @property
    def may_be_performed(self) -> bool:
        """Whether a row that cannot be read may be a performed study."""
        return not self.is_readable and not self.enrols and self.status in (None, Status.PERFORMED)

    @property
    def may_be_imaging(self) -> bool:
        """Whether a row that cannot be read may be a performed study or a booking."""
        return self.may_be_performed or (not self.is_readable and not self.enrols and self.status is Status.SCHEDULED)

    def value(self, column: str) -> str:
        return (self.cells.get(column) or "").strip()


def read_rows(events: Sequence[Cells], patients: Sequence[Cells], edition: Edition, as_of: date) -> list[Seen]:
    """Read the rows of both files, without those that are no imaging."""
    columns = read_columns(edition, CellForms())
    cells = [*events, *patients]
    rows = [read_row(row, edition, columns, as_of) for row in cells]
    read = []
    for own, row in zip(cells, checked_rows(edition, rows), strict=True):
        if row.is_left_out:
            continue
        day = status = None
        try:
            text = (own.get("date") or "").strip()
            day = columns["date"].parse(text) if text else None
        except ValueProblem:
            pass
        try:
            text = (own.get("status") or "").strip()
            status = columns["status"].parse(text) if text else Status.REQUESTED
        except ValueProblem:
            pass
        enrols = not any((own.get(name) or "").strip() for name in ("date", *STUDY_COLUMNS))
        read.append(Seen(row, own, day, status, enrols))
    return read


def group_before(rows: Sequence[Seen], column: str, day: date, last_day: date) -> str:
    """Return the group of a window: the value of the patient's latest row before `day` that gives one.

    Else that of a row without a date; else that of the earliest row up to `last_day`.
    """
    giving = [(row.date, row.value(column)) for row in rows if row.is_readable and row.value(column)]
    dated = sorted((at, value) for at, value in giving if at is not None and at <= last_day)
    before = [(at, value) for at, value in dated if at < day]
    if before:
        latest = before[-1][0]
        return min(value for at, value in before if at == latest)
    undated = [value for at, value in giving if at is None]
    if undated:
        return min(undated)
    return dated[0][1] if dated else NONE
