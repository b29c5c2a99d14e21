"""The proof that a patient who keeps every window is never called early or overdue.

Every way to keep the windows at their edges is gone through: with a study on the first or the last day of each window,
or of its grace. What follows from a study depends on its day alone, so that each day is gone on from once. A study on
the day after the last one, where none is too early, is judged and not gone on from, since it would lead to every day.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import date, timedelta

from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.answers.reasons import Timeliness
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.standing import standing
from spine_vigil.scheduler.patient.surveillance import open_case
from spine_vigil.scheduler.patient.windows import Window, next_window, phase_at
from spine_vigil.scheduler.proofs.subjects import INDEX_DATES, Counterexample, reference_on
from spine_vigil.scheduler.records.follow_up import FollowUp
from spine_vigil.scheduler.records.patients import Course, Event, Patient, Status
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Protocol, Schedule
from spine_vigil.scheduler.rules.studies import BITS, NAMED_MODALITIES, Study
from spine_vigil.scheduler.values import Frozen

_SITE = BITS["cervical_spine"]
"""The primary site of the patient; it changes no window."""

_ONE = timedelta(days=1)


def refute_keeping(edition: Edition, schedule: Schedule, grace: GracePolicy) -> Counterexample | None:
    """Return the shortest history of a patient who keeps a schedule and is called early or overdue; None without one.

    Windows are kept strictly, and with a grace. The conditions of the schedule are taken to be met (`by_time_alone`).
    """
    protocol = Protocol("proof", "proof", schedule.cite, (schedule,))
    modality = next(m for m in NAMED_MODALITIES if schedule.study.accepts(m))
    study = Study(modality, schedule.study.regions_for(_SITE))
    found = (
        _Keeper(edition, schedule, study, Course(protocol, {schedule.index_kinds[0]: index}, _SITE), policy).refuted(
            index
        )
        for policy in (GracePolicy(0), grace)
        for index in INDEX_DATES
    )
    return min((one for one in found if one is not None), key=lambda one: len(one.studies), default=None)


class _Keeper(Frozen):
    """A patient who keeps a schedule by studies of one kind and a policy of grace."""

    edition: Edition
    schedule: Schedule
    study: Study
    course: Course
    grace: GracePolicy

    def refuted(self, index: date) -> Counterexample | None:
        """Go through the ways to keep the schedule from its index date on, fewest studies first."""
        came_from: dict[date, date | None] = {}
        waiting: deque[date | None] = deque([None])
        while waiting:
            last = waiting.popleft()
            window = next_window(self.schedule, index, reference_on(last), self.grace)
            if window is None:
                continue
            earliest = add(index, self.schedule.starts[0]) if last is None else last + _ONE
            edges = _edges(window, earliest)
            says = self._denied(window, last, edges)
            if says is not None:
                return Counterexample(index, tuple(_history(last, came_from)), says)
            if last is None or not self._repeats_from(index, last):
                new = [day for day in edges if day not in came_from and (last is None or day > earliest)]
                came_from |= dict.fromkeys(new, last)
                waiting += new
        return None

    def _denied(self, window: Window, last: date | None, edges: list[date]) -> str | None:
        """Return what speaks against the keeper: a window without a day, or a study in it that is not on time.

        Of the days on which the window can be kept, the first and the last are judged.
        """
        when = f"the window from {window.opens} to {window.closes}"
        if not edges:
            return f"{when} has no day left"
        history = () if last is None else (Event(self.study, last, Status.PERFORMED),)
        followed = FollowUp(self.course, events=history)
        due = standing(self.edition, self.schedule, followed, edges[-1], self.grace)
        if due is None or due.status is DueStatus.OVERDUE:
            return f"on {edges[-1]}, the last day of {when}, the next study is already overdue"
        patient = Patient((self.course,))
        for day in (edges[0], edges[-1]):
            case = open_case(self.schedule, self.course, patient, Event(self.study, day), history, self.grace)
            finding = case.on(day)
            if finding.timing is not Timeliness.ON_TIME:
                called = finding.timing or finding.reason
                return f"a study on {day}, in {when}, is called {called.value.replace('_', ' ')}"
        return None

    def _repeats_from(self, index: date, last: date) -> bool:
        """Return whether a study lies in a last phase without end, in which every window is like the one before."""
        number = len(self.schedule.phases) - 1
        return self.schedule.phases[number].end is None and phase_at(self.schedule, index, last) == number


def _edges(window: Window, earliest: date) -> list[date]:
    """Return the first and the last day of a window, and of its grace, none before the earliest possible study."""
    first = max(window.opens - timedelta(days=window.grace), earliest)
    days = {first, max(window.opens, earliest), window.closes, window.last_day}
    return sorted(day for day in days if first <= day <= window.last_day)


def _history(last: date | None, came_from: dict[date, date | None]) -> Iterator[date]:
    """Yield the studies up to the last one."""
    if last is not None:
        yield from _history(came_from[last], came_from)
        yield last
