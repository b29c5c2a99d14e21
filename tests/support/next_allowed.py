"""The next allowed date by its definition: a walk day by day."""

from collections.abc import Iterator
from datetime import date, timedelta

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.judging import Case
from spine_vigil.scheduler.patient.routes import open_case
from spine_vigil.scheduler.records.patients import Event, Status
from spine_vigil.scheduler.records.rows import Row
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.grace import GracePolicy


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


def first_allowed_day(edition: Edition, row: Row, history: list[Event], grace: GracePolicy) -> date | None:
    """Return the first day from the requested one on that some route allows without early grace and nothing forbids.

    None where none is in sight: a walk goes on until nothing changes any more.
    """
    event, facts = row.event, row.patient.facts
    cases = open_cases(row, history, grace)
    reasons, hazards = [], []
    if event is not None and edition.covers_study(event.study):
        reasons = [i.criterion for i in edition.indications if i.is_raised(facts)]
    if event is not None and event.status is not Status.PERFORMED:
        hazards = [c.criterion for c in edition.contraindications if event.study.modality in c.modalities]
    day = event.date if event is not None else date.max
    known = [add(value, months(7)) for value in facts.values() if isinstance(value, date)]
    horizon = max([day, *known, *(mark for case in cases for mark in _marks(case))]) + timedelta(days=100)
    while day <= horizon:
        allowed = any(case.on(day, early_grace=False).is_within for case in cases)
        allowed = allowed or any(criterion.holds(facts, day) for criterion in reasons)
        if allowed and not any(criterion.holds(facts, day) for criterion in hazards):
            return day
        day += timedelta(days=1)
    return None


def _marks(case: Case) -> Iterator[date]:
    """Yield the days on which a case can change."""
    yield from (stopped for _, stopped in case.stops)
    if case.index is not None:
        yield case.index[1]
        yield from (add(case.index[1], d) for p in case.schedule.phases for d in (p.low, p.high, p.end) if d)
    if case.window is not None:
        yield add(case.window.closes, months(12))
