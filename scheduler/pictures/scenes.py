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
from spine_vigil.scheduler.editions.rendering.phase_words import phase_words
from spine_vigil.scheduler.patient.decisions import decide
from spine_vigil.scheduler.patient.projection import Projection
from spine_vigil.scheduler.patient.standing import Standing, standings
from spine_vigil.scheduler.records.courses import patient_of
from spine_vigil.scheduler.records.follow_up import FollowUp, follow_ups, is_later
from spine_vigil.scheduler.records.patients import Event, Status
from spine_vigil.scheduler.records.rows import Row
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Schedule
from spine_vigil.scheduler.rules.words import pattern_words, study_words


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
    `nothing_from` on, nothing is due any more. `publisher` answers for the rule where that is not the edition's.
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
    publisher: str = ""


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

    `rows` are all of this patient, checked by `checked_rows`. What has no lane is counted in `left_out`: studies that
    match no schedule, studies performed after the as-of date, and protocols without schedules.
    """
    lanes = [lane for _, lane in _lanes(question, rows, {row.patient_id: name for row in rows})]
    shown = {(mark.day, mark.study, mark.status) for lane in lanes for mark in lane.marks}
    sound = [row for row in rows if not row.problems]
    later = [row for row in sound if is_later(row, question.as_of)]
    events = [row.event for row in sound if row.event is not None and row not in later]
    others = [event for event in events if (event.date, study_words(event.study), event.status) not in shown]
    protocols = {protocol.id: protocol for row in sound for protocol in row.says.protocols}
    left_out = {
        "studies that match no schedule": len(others),
        f"studies performed after {question.as_of}": len(later),
        "protocols without schedules": sum(not protocol.schedules for protocol in protocols.values()),
        "rows that cannot be read": len(rows) - len(sound),
    }
    return Scene(
        f"{name} on {question.as_of}",
        question.as_of,
        since_index=False,
        lanes=tuple(lanes),
        left_out=tuple(f"{what}: {count}" for what, count in left_out.items() if count),
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
    for patient in follow_ups(question.edition, rows, question.as_of):
        decided: list[tuple[Event, Decision]] | None = None
        for stands in standings(question.edition, patient, question.as_of, question.grace):
            key = (patient.patient_id, patient.protocol.id, stands.schedule.name)
            if wanted is None or key in wanted:
                if decided is None:
                    own = [row for row in rows if row.patient_id == patient.patient_id]
                    decided = list(_decided(question, own, patient.unread_rows))
                yield key, _lane(question, patient, stands, decided, names[patient.patient_id])


def _decided(question: Question, rows: Sequence[Row], unread_rows: int) -> Iterator[tuple[Event, Decision]]:
    """Yield every event of a patient up to the as-of date, and those still to come, with their decisions."""
    sound = [row for row in rows if not row.problems and not is_later(row, question.as_of)]
    known = [row.says for row in sound if row.event is None]
    for row in sound:
        if row.event is not None:
            others = [other.event for other in sound if other.event is not None and other is not row]
            patient = patient_of(question.edition, row.says, known, row.event.date)
            yield row.event, decide(question.edition, patient, row.event, others, question.grace, unread_rows or None)


def _lane(
    question: Question, patient: FollowUp, stands: Standing, decided: Sequence[tuple[Event, Decision]], name: str
) -> Lane:
    schedule, route = stands.schedule, patient.protocol.route(stands.schedule)
    site = patient.course.primary_site
    marks = [
        Mark(event.date, study_words(event.study), event.status, decision.decision, decision.reason)
        for event, decision in decided
        if schedule.study.shared_regions(event.study, site)
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
        for projection in _coming(question, patient, stands)
    ]
    firm = {(bar.opens, bar.closes) for bar in coming}
    judged = sorted(
        {bar for bar in bars if (bar.opens, bar.closes) not in firm}, key=lambda bar: (bar.opens, bar.closes)
    )
    return Lane(
        name,
        patient.protocol.title,
        schedule.name.replace("_", " "),
        pattern_words(schedule.study, site),
        str(schedule.cite),
        stands.status,
        stands.because,
        stands.index,
        (*judged, *coming),
        tuple(sorted(marks, key=lambda mark: (mark.day, mark.study, mark.status.value))),
        tuple(_boundaries(question.edition, schedule, stands.index)),
        stands.nothing_from,
        "" if schedule.cite.of is None else schedule.cite.of.publisher,
    )


def _coming(question: Question, patient: FollowUp, stands: Standing) -> Iterator[Projection]:
    """Yield the firm window, and the projected ones.

    A window that requires a fact from its first day on is projected only if the fact is documented as true.
    """
    if stands.window is None:
        return
    for projection in stands.windows(question.grace, question.until):
        applies = projection.fact_from != projection.window.opens or patient.facts.get(projection.fact or "")
        if projection.is_firm or applies:
            yield projection


def _boundaries(edition: Edition, schedule: Schedule, index: date | None) -> Iterator[Boundary]:
    """Yield the first day of each phase after the first, and the end of the last one."""
    if index is None:
        return
    for number, start in list(enumerate(schedule.starts))[1:]:
        yield Boundary(add(index, start), phase_words(edition, schedule, number))
    end = schedule.phases[-1].end
    if end is not None:
        yield Boundary(add(index, end), "the schedule ends")
