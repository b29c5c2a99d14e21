"""The routes that the patient's courses open: schedules that match the study, or what the protocol says without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.answers.sentences import BOOKING, SENTENCES, STUDY, protocol_words, schedule_words
from spine_vigil.scheduler.answers.undecided_regions import undecided_by_schedule
from spine_vigil.scheduler.answers.without_schedule import answer_without_schedule
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.judging import Case, Finding
from spine_vigil.scheduler.patient.next_allowed import next_allowed
from spine_vigil.scheduler.patient.references import EarlierStudies
from spine_vigil.scheduler.patient.routes import Route
from spine_vigil.scheduler.records.patients import Course, Event, Patient
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.facts import SYMPTOMS
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.index_dates import index_on
from spine_vigil.scheduler.rules.schedules import Protocol, Schedule
from spine_vigil.scheduler.rules.words import days_text, grace_text, rule_text
from spine_vigil.scheduler.values import Frozen, replace

_SAYS_LITTLE = (Reason.ENDED, Reason.NO_INDEX_DATE)
"""The findings beside which a schedule without an index date still asks for one."""

_DECIDED_ELSEWHERE = (Reason.EARLY, Reason.ENDED, Reason.CONDITION_NOT_MET, Reason.NO_SURVEILLANCE)
"""The reasons outside that new symptoms turn into a question for the guideline of the study."""


class _Judged(Frozen):
    """A schedule that matches the study and applies, with its finding."""

    case: Case
    finding: Finding


class _Matched(Frozen):
    """A course with its findings: `answer` is what its protocol says where none of its schedules matches the study."""

    course: Course
    judged: tuple[_Judged, ...] = ()
    answer: tuple[Reason, str] | None = None

    @property
    def may_match(self) -> bool:
        """Whether a schedule matches the study, or would for some primary site."""
        return self.answer is None or self.answer[0] is Reason.MISSING_FACT


def surveillance_routes(
    edition: Edition, patient: Patient, request: Event, history: Sequence[Event], grace: GracePolicy
) -> Iterator[Route]:
    """Yield the routes of the patient's courses, in the order of the edition; none for a patient without a course.

    Beside a course that may match the study, courses that do not match say nothing; nor does a schedule without any
    interval beside one that has a window.
    """
    matched = [_matched(edition, course, patient, request, history, grace) for course in patient.courses]
    speaking = [m for m in matched if m.may_match] or matched
    some_window = any(one.finding.window is not None for m in speaking for one in m.judged)
    for match in speaking:
        if match.answer is not None:
            yield _answered(edition, patient, request, match.course, *match.answer)
        elif not match.judged:
            yield Route(_of_protocol(match.course.protocol, Reason.NOT_IN_PROTOCOL, "not_in_protocol"))
        for one in match.judged:
            if not (some_window and one.case.schedule.has_no_interval):
                yield _of_schedule(edition, patient, request, match.course, one)


def _matched(
    edition: Edition, course: Course, patient: Patient, request: Event, history: Sequence[Event], grace: GracePolicy
) -> _Matched:
    study, site = request.study, course.primary_site
    fitting = [s for s in course.protocol.schedules if s.study.shared_regions(study, site)]
    if not fitting:
        answer = answer_without_schedule(edition, course.protocol, study, site, sites_differ=course.sites_differ)
        return _Matched(course, answer=answer)
    return _Matched(course, tuple(_judged(course, fitting, patient, request, history, grace)))


def _answered(
    edition: Edition, patient: Patient, request: Event, course: Course, reason: Reason, wording: str
) -> Route:
    """Return the route of a protocol none of whose schedules matches the study."""
    missing = ("primary_site",) if reason is Reason.MISSING_FACT else ()
    if _is_decided_elsewhere(edition, patient, request, reason):
        reason, wording = Reason.OTHER_GUIDELINE, f"{wording}_elsewhere"
    return Route(_of_protocol(course.protocol, reason, wording, *missing))


def _of_protocol(protocol: Protocol, reason: Reason, wording: str, *missing: str) -> Decision:
    explanation = SENTENCES[wording].format_map(protocol_words(protocol))
    return Decision(reason, protocol.id, str(protocol.cite), missing=missing, explanation=explanation)


def _is_decided_elsewhere(edition: Edition, patient: Patient, request: Event, reason: Reason) -> bool:
    is_covered = edition.covers_study(request.study)
    return not is_covered and reason in _DECIDED_ELSEWHERE and patient.facts.get(SYMPTOMS) is True


def _judged(
    course: Course,
    fitting: Sequence[Schedule],
    patient: Patient,
    request: Event,
    history: Sequence[Event],
    grace: GracePolicy,
) -> list[_Judged]:
    """Return the findings of a course's matching schedules; those that do not apply are left out, and those skipped.

    A schedule without index date is skipped where another one has something to say (rules 6.3).
    """
    judged = []
    for schedule in fitting:
        if schedule.when is None or schedule.when.holds(patient.facts) is not False:
            case = open_case(schedule, course, patient, request, history, grace)
            judged.append(_Judged(case, case.on(request.date)))
    if any(one.finding.reason not in _SAYS_LITTLE for one in judged):
        judged = [one for one in judged if one.finding.reason is not Reason.NO_INDEX_DATE]
    return judged


def open_case(
    schedule: Schedule,
    course: Course,
    patient: Patient,
    request: Event,
    history: Sequence[Event],
    grace: GracePolicy,
) -> Case:
    """Return the case of a patient under a schedule, with index date and references fixed for this request."""
    day = request.date
    index = index_on(schedule.index, course.index_dates, day, restarts=schedule.restarts)
    start = None if index is None else add(index[1], schedule.starts[0])
    regions = schedule.study.shared_regions(request.study, course.primary_site)
    earlier = EarlierStudies.of(schedule, course.primary_site, history, start, day)
    has_index = index is not None
    return Case(
        schedule=schedule,
        facts=patient.facts,
        grace=grace,
        index=index,
        stops=tuple((kind, course.index_dates[kind]) for kind in schedule.stops_at if kind in course.index_dates),
        follow_up_end=patient.follow_up_end,
        reference=earlier.reference(regions, request, day) if has_index else None,
        performed=earlier.performed().reference(regions, request, day) if has_index else None,
        booked=earlier.booking(regions, request, day) if has_index else None,
        requested=day,
        round_began=earlier.round_of(regions, request),
    )


def _of_schedule(edition: Edition, patient: Patient, request: Event, course: Course, judged: _Judged) -> Route:
    case, finding = judged.case, judged.finding
    if _is_decided_elsewhere(edition, patient, request, finding.reason):
        finding = replace(finding, reason=Reason.OTHER_GUIDELINE, wording=f"{finding.wording}_elsewhere")
    window, schedule = finding.window, case.schedule
    words = schedule_words(edition, schedule) | _case_words(edition, case, finding, request.date)
    decision = Decision(
        reason=finding.reason,
        route=course.protocol.route(schedule),
        section=str(schedule.cite),
        timing=finding.timing,
        reference_date=window.reference if window else None,
        opens=window.opens if window else None,
        closes=window.closes if window else None,
        days_from_window=window.days_from(finding.judged or request.date) if window else None,
        missing=finding.missing,
        undecided_regions=undecided_by_schedule(request.study, schedule.study, course.primary_site),
        explanation=SENTENCES[finding.wording].format_map(words),
        grace_days=window.grace if window else None,
    )
    return Route(decision, partial(next_allowed, case))


def _case_words(edition: Edition, case: Case, finding: Finding, day: date) -> dict[str, str]:
    words = {"date": day.isoformat()}
    if case.follow_up_end is not None:
        words["follow_up_end"] = case.follow_up_end.isoformat()
    if finding.phase is not None and finding.phase.fact is not None:
        words["fact"] = edition.fact(finding.phase.fact).meaning
    if case.index is not None:
        words |= {"index": case.index[0].words, "index_date": case.index[1].isoformat()}
    if finding.stop is not None:
        words |= {"stop": finding.stop[0].words, "stop_date": finding.stop[1].isoformat()}
    if case.booked is not None:
        words["booked"] = case.booked.isoformat()
    if finding.judged is not None:
        words |= {"round": case.round_began.isoformat(), "judged": finding.judged.isoformat()}
    window = finding.window
    if window is not None and case.index is not None:
        anchor = BOOKING if case.booked == window.reference else STUDY
        words |= {
            "rule": rule_text(case.schedule, window.phase, blended=window.is_blended),
            "anchor": f"{case.index[0].words} on" if window.reference == case.index[1] else anchor,
            "reference": window.reference.isoformat(),
            "from_opens": f"{'on' if window.closes == window.opens else 'from'} {window.opens.isoformat()}",
            "to_closes": "" if window.closes == window.opens else f" to {window.closes.isoformat()}",
            "grace": grace_text(window.grace),
            "distance": days_text(abs(window.days_from(finding.judged or day))),
        }
    return words
