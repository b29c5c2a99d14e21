"""A report worked out literally, one patient at a time, as docs/reference/report.md says it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from support.literal_rows import Seen, read_rows
from support.literal_windows import Observation, ReportWindow, windows_of
from support.patients import Cells

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.follow_up import follow_ups
from spine_vigil.scheduler.rules.grace import GracePolicy


@dataclass(frozen=True)
class LiteralReport:
    """The windows of a report and its counts, without statistics, no cell left out."""

    windows: list[ReportWindow] = field(default_factory=list)


def literal(
    events: Sequence[Cells],
    patients: Sequence[Cells],
    first_day: date,
    last_day: date,
    by: Sequence[str] = (),
    grace_days: int | None = None,
    *,
    as_of: date | None = None,
    edition: Edition = CURRENT,
) -> LiteralReport:
    """Return the report of a cohort from `first_day` to `last_day`; `as_of` is `last_day` where it is not given."""
    rows = read_rows(events, patients, edition, as_of or last_day)
    seen = Observation(first_day, last_day, GracePolicy(grace_days), tuple(by))
    of_patient: dict[str, list[Seen]] = {}
    for row in rows:
        of_patient.setdefault(row.patient_id, []).append(row)
    windows = [
        window
        for course in follow_ups(edition, [row.row for row in rows], last_day)
        for schedule in course.protocol.schedules
        for window in windows_of(schedule, course, of_patient[course.patient_id], seen)
    ]
    return LiteralReport(windows)
