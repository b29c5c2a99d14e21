"""The next allowed date by its definition: a walk day by day."""

from collections.abc import Iterator
from datetime import date, timedelta

from support.patients import Request

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.judging import Case
from spine_vigil.scheduler.patient.surveillance import open_case
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.facts import TrueFrom
from spine_vigil.scheduler.rules.grace import GracePolicy


def open_cases(request: Request, grace: GracePolicy) -> list[Case]:
    """Return the cases of a request: one for each course and schedule that it is judged by."""
    event, patient = request.row.event, request.patient
    if patient is None or event.status is Status.CANCELLED:
        return []
    return [
        open_case(schedule, course, patient, event, request.others, grace)
        for course in patient.courses
        for schedule in course.protocol.schedules
        if schedule.study.shared_regions(event.study, course.primary_site)
        and (schedule.when is None or schedule.when.holds(patient.facts) is not False)
    ]


class Walk:
    """Whether days from a request on would be allowed, asking every route anew."""

    def __init__(self, edition: Edition, request: Request, grace: GracePolicy) -> None:
        event, patient = request.row.event, request.patient
        self.start, self._patient = event.date, patient
        self._cases = open_cases(request, grace)
        self._indications = edition.indications if edition.covers_study(event.study) else ()
        self._hazards = []
        if event.status is not Status.PERFORMED:
            self._hazards = [c for c in edition.contraindications if event.study.modality in c.modalities]

    def allows(self, day: date) -> bool:
        """Return whether a day is within without grace before a window, with what is documented."""
        facts, patient = self._patient.facts, self._patient
        if patient.death is not None and day > patient.death:
            return False
        uncleared = any(
            h.lead and facts.get(h.lead) and h.criterion.holds(facts, self.start) is None for h in self._hazards
        )
        if uncleared or any(h.criterion.holds(facts, day) for h in self._hazards):
            return False
        is_indicated = any(
            (i.is_raised(facts, day) or i.is_hinted_at(facts, day)) and i.criterion.holds(facts, day)
            for i in self._indications
        )
        return is_indicated or any(case.on(day, early_grace=False).is_within for case in self._cases)

    def first(self) -> date | None:
        """Return the first allowed day; None where none is in sight: until nothing changes any more."""
        facts = [v.day if isinstance(v, TrueFrom) else v for v in self._patient.facts.values()]
        known = [add(value, months(7)) for value in facts if isinstance(value, date) and value > date(1800, 1, 1)]
        marks = [mark for case in self._cases for mark in _marks(case)]
        horizon = max([self.start, *known, *marks]) + timedelta(days=100)
        day = self.start
        while day <= horizon:
            if self.allows(day):
                return day
            day += timedelta(days=1)
        return None


def _marks(case: Case) -> Iterator[date]:
    """Yield the days on which a case can change."""
    yield from (stopped for _, stopped in case.stops)
    if case.index is not None:
        yield case.index[1]
        for phase in case.schedule.phases:
            yield from (add(case.index[1], d) for d in (phase.low, phase.high, phase.end, phase.late) if d)
    if case.window is not None:
        yield add(case.window.closes, months(24))
