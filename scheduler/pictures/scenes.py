"""The content of a timeline as values: lanes with windows, studies, the index date and phases."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.answers.reasons import Reason, Verdict
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.decisions import decide
from spine_vigil.scheduler.patient.projection import Projection
from spine_vigil.scheduler.patient.standing import Standing, performed_studies, standing
from spine_vigil.scheduler.records.courses import Course, courses
from spine_vigil.scheduler.records.patients import Event, Status
from spine_vigil.scheduler.records.rows import Row
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Schedule


class BarKind(Enum):
    """The kind of a window: one that a study was judged by, the current one that waits for its study, or a later one.

    The value is the word for it in descriptions.
    """

    JUDGED = "judged"
    FIRM = "firm"
    PROJECTED = "projected"


@dataclass(frozen=True, slots=True)
class Bar:
    """A window, both days included, with its grace in days."""

    kind: BarKind
    opens: date
    closes: date
    grace: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A study on a date with its decision (`verdict` None: cancelled, not judged)."""

    day: date
    study: str
    status: Status
    verdict: Verdict | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Boundary:
    """The first day of a phase, or the last day of the schedule, with its rule as text."""

    day: date
    rule: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One schedule of one patient.

    `name` stands for the patient in the picture. `boundaries` are the phases after the first. From the day
    `nothing_from` on, nothing is due any more.
    """

    name: str
    protocol: str
    schedule: str
    study: str
    section: str
    status: DueStatus
    because: str
    index: date | None
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    boundaries: tuple[Boundary, ...]
    nothing_from: date | None


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture: its lanes from top to bottom, and sentences about what it leaves out.

    With `since_index`, time is counted from the index date of each lane (for a cohort); otherwise it is the calendar.
    """

    title: str
    as_of: date
    since_index: bool
    lanes: tuple[Lane, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Parameters of a picture: the rules, the as-of date, and the date up to which windows are projected."""

    edition: Edition
    grace: GracePolicy
    as_of: date
    until: date


def patient_scene(question: Question, rows: Sequence[Row], name: str) -> Scene:
    """Return the scene of one patient on the calendar, one lane for each schedule of his or her protocols.

    `rows` are all of this patient. Studies that match no schedule are left out and counted in `left_out`.
    """
    lanes = [lane for _, lane in _lanes(question, rows, {rows[0].patient_id: name} if rows else {})]
    shown = {(mark.day, mark.study, mark.status) for lane in lanes for mark in lane.marks}
    events = [row.event for row in rows if row.event is not None]
    others = [event for event in events if (event.date, str(event.study), event.status) not in shown]
    left_out = (f"studies that match no schedule: {len(others)}",) if others else ()
    return Scene(
        f"{name} on {question.as_of}", question.as_of, since_index=False, lanes=tuple(lanes), left_out=left_out
    )


def cohort_scene(
    question: Question, rows: Sequence[Row], order: Sequence[tuple[str, str, str]], names: Mapping[str, str]
) -> Scene:
    """Return the scene of a cohort with time counted from the index dates (a swimmer plot).

    `order` lists the lanes from top to bottom by patient id, protocol and schedule; `names` maps patient ids to the
    names in the picture. A lane without an index date has no position on the axis and is left out.
    """
    known = dict(_lanes(question, rows, names, set(order)))
    ordered = [known[key] for key in order if key in known]
    lanes = tuple(lane for lane in ordered if lane.index is not None)
    undated = len(ordered) - len(lanes)
    left_out = (f"schedules without an index date: {undated}",) if undated else ()
    patients = len({lane.name for lane in lanes})
    title = f"{patients} patient{'' if patients == 1 else 's'} on {question.as_of}"
    return Scene(title, question.as_of, since_index=True, lanes=lanes, left_out=left_out)


def _lanes(
    question: Question,
    rows: Sequence[Row],
    names: Mapping[str, str],
    wanted: Collection[tuple[str, str, str]] | None = None,
) -> Iterator[tuple[tuple[str, str, str], Lane]]:
    """Yield the lane of each applicable schedule, with its key; only those with `wanted` keys, if given."""
    of_patient: dict[str, list[Row]] = {}
    for row in rows:
        if not row.problems:
            of_patient.setdefault(row.patient_id, []).append(row)
    for course in courses(rows):
        decided: list[tuple[Event, Decision]] | None = None
        for schedule in course.protocol.schedules:
            key = (course.patient_id, course.protocol.id, schedule.name)
            if wanted is not None and key not in wanted:
                continue
            studies = performed_studies(schedule, course.patient, course.events, question.as_of)
            stands = standing(
                question.edition,
                schedule,
                course.patient,
                studies,
                question.as_of,
                question.grace,
                course.follow_up_end,
            )
            if stands is not None:
                decided = decided or list(_decided(question, of_patient[course.patient_id]))
                yield key, _lane(question, course, stands, decided, names[course.patient_id])


def _decided(question: Question, rows: Sequence[Row]) -> Iterator[tuple[Event, Decision]]:
    """Yield every event of a patient with its decision."""
    for row in rows:
        if row.event is not None:
            others = [other.event for other in rows if other.event is not None and other is not row]
            yield row.event, decide(question.edition, row.patient, row.event, others, question.grace)


def _lane(
    question: Question, course: Course, stands: Standing, decided: Sequence[tuple[Event, Decision]], name: str
) -> Lane:
    schedule, route = stands.schedule, course.protocol.route(stands.schedule)
    marks = [
        Mark(event.date, str(event.study), event.status, decision.decision, decision.reason)
        for event, decision in decided
        if schedule.study.shared_regions(event.study, course.patient.primary_site)
    ]
    bars = [
        Bar(BarKind.JUDGED, decision.opens, decision.closes, decision.grace_days or 0)
        for _, decision in decided
        if decision.route == route and decision.opens is not None and decision.closes is not None
    ]
    coming = [
        Bar(
            BarKind.FIRM if projection.is_firm else BarKind.PROJECTED,
            projection.window.opens,
            projection.window.closes,
            projection.window.grace,
        )
        for projection in _coming(question, course, stands)
    ]
    firm = {(bar.opens, bar.closes) for bar in coming}
    judged = sorted(
        {bar for bar in bars if (bar.opens, bar.closes) not in firm}, key=lambda bar: (bar.opens, bar.closes)
    )
    return Lane(
        name,
        course.protocol.id,
        schedule.name,
        str(schedule.study),
        schedule.cite.section,
        stands.status,
        stands.because,
        stands.index,
        (*judged, *coming),
        tuple(sorted(marks, key=lambda mark: (mark.day, mark.study, mark.status.value))),
        tuple(_boundaries(schedule, stands.index)),
        stands.nothing_from,
    )


def _coming(question: Question, course: Course, stands: Standing) -> Iterator[Projection]:
    """Yield the firm window, and the projected ones that do not lie in the past.

    A window that requires a fact from its first day on is projected only if the fact is documented as true.
    """
    if stands.window is None:
        return
    for projection in stands.windows(question.grace, question.until):
        window, facts = projection.window, course.patient.facts
        applies = projection.fact_from != window.opens or bool(facts.get(projection.fact or ""))
        if projection.is_firm or (window.closes >= question.as_of and applies):
            yield projection


def _boundaries(schedule: Schedule, index: date | None) -> Iterator[Boundary]:
    """Yield the first day of each phase after the first, and the end of the last one."""
    if index is None:
        return
    for start, phase in list(zip(schedule.starts, schedule.phases, strict=True))[1:]:
        yield Boundary(add(index, start), str(phase))
    end = schedule.phases[-1].end
    if end is not None:
        yield Boundary(add(index, end), "the schedule ends")
