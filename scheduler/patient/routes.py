"""The routes open to a request: the schedules of the patient's protocol, and the raised indications."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial

from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.answers.sentences import SENTENCES, indication_words, protocol_words, schedule_words
from spine_vigil.scheduler.answers.without_schedule import answer_without_schedule
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.judging import Case, Finding
from spine_vigil.scheduler.patient.next_allowed import next_allowed
from spine_vigil.scheduler.patient.references import latest_study
from spine_vigil.scheduler.patient.windows import Window, next_window
from spine_vigil.scheduler.records.patients import Event, Patient
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.facts import first_index
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.rules.schedules import Protocol, Schedule
from spine_vigil.scheduler.rules.words import days_text, rule_text
from spine_vigil.scheduler.values import Frozen


def _never(_: date) -> date | None:
    return None


class Route(Frozen):
    """One route of a request, with its decision.

    `first_from` returns the first date from a day on that the route allows without grace; `is_surveillance`
    distinguishes a route of the patient's protocol from an indication.
    """

    decision: Decision
    first_from: Callable[[date], date | None] = _never
    is_surveillance: bool = True


def open_routes(
    edition: Edition, patient: Patient, request: Event, history: tuple[Event, ...], grace: GracePolicy
) -> Iterator[Route]:
    """Yield every route of a request, in the order of the edition, schedules before indications; at least one."""
    protocol = patient.protocol
    covered = edition.covers_study(request.study)
    raised = _raised(edition, patient) if covered else []
    fitting = _fitting(protocol, request, patient)
    if protocol is not None and fitting:
        yield from _schedule_routes(edition, protocol, fitting, patient, request, history, grace)
    else:
        reason, wording = answer_without_schedule(edition, protocol, request.study, patient.primary_site)
        missing = ("primary_site",) if reason is Reason.MISSING_FACT else ()
        if protocol is not None:
            yield Route(_of_protocol(protocol, reason, wording, *missing))
        elif reason is not Reason.NO_ROUTE or not raised:
            yield Route(Decision(reason, explanation=SENTENCES[wording]))
    for indication in raised:
        yield _of_indication(indication, patient, request.date)


def _raised(edition: Edition, patient: Patient) -> list[Indication]:
    return [i for i in edition.indications if i.is_raised(patient.facts)]


def _of_indication(indication: Indication, patient: Patient, day: date) -> Route:
    holds = indication.criterion.holds(patient.facts, day)
    missing = tuple(dict.fromkeys(indication.criterion.missing(patient.facts, day)))
    reason, wording = {
        True: (Reason.CRITERIA_MET, "criteria_met"),
        False: (Reason.CRITERIA_NOT_MET, "criteria_not_met"),
        None: (Reason.MISSING_FACT, "criteria_unknown"),
    }[holds]
    words = indication_words(indication) | {"date": day.isoformat()}
    decision = Decision(
        reason,
        indication.route,
        indication.cite.section,
        missing=missing,
        explanation=SENTENCES[wording].format_map(words),
    )
    certain = indication.criterion.dates(patient.facts, unknown=False)
    return Route(decision, certain.first_from, is_surveillance=False)


def _of_protocol(protocol: Protocol, reason: Reason, wording: str, *missing: str) -> Decision:
    explanation = SENTENCES[wording].format_map(protocol_words(protocol))
    return Decision(reason, protocol.id, protocol.cite.section, missing=missing, explanation=explanation)


def _fitting(protocol: Protocol | None, request: Event, patient: Patient) -> list[Schedule]:
    schedules = protocol.schedules if protocol else ()
    return [s for s in schedules if s.study.shared_regions(request.study, patient.primary_site)]


def _schedule_routes(
    edition: Edition,
    protocol: Protocol,
    fitting: Sequence[Schedule],
    patient: Patient,
    request: Event,
    history: tuple[Event, ...],
    grace: GracePolicy,
) -> Iterator[Route]:
    applying = [s for s in fitting if s.when is None or s.when.holds(patient.facts) is not False]
    if not applying:
        yield Route(_of_protocol(protocol, Reason.NOT_IN_PROTOCOL, "not_in_protocol"))
    some_index = any(first_index(s.index, patient.index_dates) for s in applying)
    for schedule in applying:
        if (
            some_index
            and first_index(schedule.index, patient.index_dates) is None
            and not _when_unknown(schedule, patient)
        ):
            continue
        yield _of_schedule(edition, protocol, schedule, patient, request, history, grace)


def _when_unknown(schedule: Schedule, patient: Patient) -> bool:
    return schedule.when is not None and schedule.when.holds(patient.facts) is None


def open_case(
    schedule: Schedule, patient: Patient, request: Event, history: Iterable[Event], grace: GracePolicy
) -> Case:
    """Return the case of a patient under a schedule, with reference and windows fixed for this request."""
    index = first_index(schedule.index, patient.index_dates)
    stops = tuple((kind, patient.index_dates[kind]) for kind in schedule.stops_at if kind in patient.index_dates)
    if index is None:
        return Case(schedule, patient.facts, None, stops, None, None)
    regions = schedule.study.shared_regions(request.study, patient.primary_site)
    start = add(index[1], schedule.starts[0])

    def window(*, performed_only: bool) -> Window | None:
        last = latest_study(
            schedule, patient.primary_site, regions, request.date, start, history, performed_only=performed_only
        )
        return next_window(schedule, index[1], last, grace)

    return Case(schedule, patient.facts, index, stops, window(performed_only=False), window(performed_only=True))


def _of_schedule(
    edition: Edition,
    protocol: Protocol,
    schedule: Schedule,
    patient: Patient,
    request: Event,
    history: tuple[Event, ...],
    grace: GracePolicy,
) -> Route:
    case = open_case(schedule, patient, request, history, grace)
    finding = case.on(request.date)
    window = case.window if finding.has_window else None
    words = schedule_words(edition, schedule) | _case_words(edition, case, finding, request.date)
    decision = Decision(
        reason=finding.reason,
        route=protocol.route(schedule),
        section=schedule.cite.section,
        timing=finding.timing,
        reference_date=window.reference if window else None,
        opens=window.opens if window else None,
        closes=window.closes if window else None,
        days_from_window=window.days_from(request.date) if window else None,
        missing=finding.missing,
        explanation=SENTENCES[finding.wording].format_map(words),
        grace_days=window.grace if window else None,
    )
    return Route(decision, partial(next_allowed, case))


def _case_words(edition: Edition, case: Case, finding: Finding, day: date) -> dict[str, str]:
    words = {"date": day.isoformat()}
    if finding.phase is not None and finding.phase.fact is not None:
        words["fact"] = edition.fact(finding.phase.fact).meaning
    if case.index is not None:
        words |= {"index": case.index[0].words, "index_date": case.index[1].isoformat()}
    if finding.stop is not None:
        words |= {"stop": finding.stop[0].words, "stop_date": finding.stop[1].isoformat()}
    window = case.window
    if finding.has_window and window is not None and case.index is not None:
        from_index = window.reference == case.index[1]
        words |= {
            "rule": rule_text(case.schedule, window.phase, blended=window.is_blended),
            "anchor": case.index[0].words if from_index else "the study",
            "reference": window.reference.isoformat(),
            "opens": window.opens.isoformat(),
            "closes": window.closes.isoformat(),
            "grace": days_text(window.grace),
            "distance": days_text(abs(window.days_from(day))),
        }
    return words
