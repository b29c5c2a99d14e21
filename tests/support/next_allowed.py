"""The definition of the next allowed date, walked day by day."""

from collections.abc import Iterator
from datetime import date, timedelta

from scheduler.dates import add, months
from scheduler.routes import open_case
from scheduler.grace import GracePolicy
from scheduler.judging import Case
from scheduler.reasons import Status
from scheduler.records import Event
from scheduler.rows import Row


def open_cases(row: Row, history: list[Event], grace: GracePolicy) -> list[Case]:
    """Return the cases of a row's request: one for each schedule that it is judged by."""
    if row.event is None or row.event.status is Status.CANCELLED or row.patient.protocol is None:
        return []
    return [
        open_case(schedule, row.patient, row.event, history, grace)
        for schedule in row.patient.protocol.schedules
        if schedule.study.shared_regions(row.event.study, row.patient.primary_site)
        and (schedule.when is None or schedule.when.holds(row.patient.facts) is not False)
    ]


def first_allowed_day(cases: list[Case], day: date) -> date | None:
    """Return the first day from `day` on that some case allows without early grace; None where none is in sight."""
    horizon = max((_beyond(case, day) for case in cases), default=day)
    while day <= horizon:
        if any(case.on(day, early_grace=False).is_within for case in cases):
            return day
        day += timedelta(days=1)
    return None


def _beyond(case: Case, day: date) -> date:
    """Return a day after which nothing changes any more."""
    return max(_marks(case, day)) + timedelta(days=40)


def _marks(case: Case, day: date) -> Iterator[date]:
    yield day
    yield from (stopped for _, stopped in case.stops)
    if case.index is not None:
        yield case.index[1]
        yield from (add(case.index[1], d) for p in case.schedule.phases for d in (p.low, p.high, p.end) if d)
    if case.window is not None:
        yield add(case.window.closes, months(12))
