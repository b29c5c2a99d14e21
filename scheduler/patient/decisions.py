"""The decision of one request: the best of its routes, unless death or a contraindication comes first (rules 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.notes import AFTER_END, before_birth_notes
from spine_vigil.scheduler.answers.reasons import Reason, Support, Verdict
from spine_vigil.scheduler.answers.sentences import SENTENCES
from spine_vigil.scheduler.answers.without_schedule import answer_without_schedule
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.combinations import support_of
from spine_vigil.scheduler.patient.indications import indication_routes
from spine_vigil.scheduler.patient.routes import Route, best_of, first_allowed
from spine_vigil.scheduler.patient.surveillance import surveillance_routes
from spine_vigil.scheduler.records.patients import Event, Patient, Status
from spine_vigil.scheduler.rules.date_sets import NO_DATES, DateSet
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.indications import Contraindication
from spine_vigil.scheduler.values import replace


def decide(
    edition: Edition,
    patient: Patient,
    request: Event,
    history: Iterable[Event],
    grace: GracePolicy,
    unread_rows: int | None = None,
) -> Decision:
    """Decide one request of one patient.

    `history` holds the patient's other events; those before the request with a status that counts serve as references.
    Events of the same day never do, but can form a combination with the request. `unread_rows` counts the rows of the
    patient that cannot be read (None for none); it is passed on.
    """
    others = [event for event in history if event is not request]  # by identity: an equal event is another one
    if request.status is Status.CANCELLED:
        return Decision(Reason.CANCELLED, explanation=SENTENCES["cancelled"])
    if patient.death is not None and request.date > patient.death:
        says = SENTENCES["death"].format(death=patient.death.isoformat())
        return Decision(Reason.FOLLOW_UP_ENDED, explanation=says, unread_rows=unread_rows)
    hazards = _hazards(edition, request) if patient.has_facts else []
    uncleared = [h for h in hazards if _is_uncleared(h, patient, request.date)]
    forbidden = NO_DATES
    for hazard in hazards:
        forbidden |= hazard.criterion.dates(patient.facts, unknown=False)
    routes = _routes(edition, patient, request, others, grace)

    def allowed(some: Sequence[Route]) -> date | None:
        return None if uncleared else _first_allowed(some, request, patient, forbidden)

    speaking = [replace(r, decision=replace(r.decision, next_allowed=allowed([r]))) for r in routes if not r.is_silent]
    if not speaking:
        speaking = [_without_route(edition, request)]
    best = best_of(speaking)
    by_protocol = [route for route in speaking if route.indication is None and patient.courses]
    surveillance = best_of(by_protocol).decision if by_protocol else None
    decision = replace(
        best,
        next_allowed=allowed(routes),
        unread_rows=unread_rows,
        combination=_combined(edition, patient, request, others, surveillance),
        routes=tuple(route.decision for route in speaking),
    )
    decision = _overridden(decision, hazards, uncleared, patient, request.date)
    return replace(decision, explanation=decision.explanation + _notes(decision, patient, request))


def _notes(decision: Decision, patient: Patient, request: Event) -> str:
    """Return notes on dates of the patient that cannot be right, or may be wrong."""
    notes = "".join(dict.fromkeys(before_birth_notes(course.before_birth) for course in patient.courses))
    was_performed = request.status is Status.PERFORMED and decision.reason is Reason.FOLLOW_UP_ENDED
    return notes + (AFTER_END if was_performed else "")


def _routes(
    edition: Edition, patient: Patient, request: Event, others: Sequence[Event], grace: GracePolicy
) -> list[Route]:
    """Return every route of a request, in the order of the edition, schedules before indications."""
    routes = list(surveillance_routes(edition, patient, request, others, grace))
    if edition.covers_study(request.study):
        routes += indication_routes(edition, patient, request)
    return routes


def _without_route(edition: Edition, request: Event) -> Route:
    """Return the answer where no route says anything, and there is no protocol."""
    reason, wording = answer_without_schedule(edition, None, request.study, None)
    return Route(Decision(reason, explanation=SENTENCES[wording]))


def _combined(
    edition: Edition, patient: Patient, request: Event, others: Sequence[Event], surveillance: Verdict | None
) -> Support | None:
    if all(event.date != request.date for event in others):
        return None
    return support_of(edition, patient, request, others, surveillance)


def _hazards(edition: Edition, request: Event) -> list[Contraindication]:
    """Return the contraindications that concern the request: those of its modality, unless it has been performed."""
    if request.status is Status.PERFORMED:
        return []
    return [c for c in edition.contraindications if request.study.modality in c.modalities]


def _is_uncleared(hazard: Contraindication, patient: Patient, day: date) -> bool:
    """Return whether a hazard is there of which nobody says whether it is cleared."""
    return bool(hazard.lead and patient.facts.get(hazard.lead)) and hazard.criterion.holds(patient.facts, day) is None


def _first_allowed(routes: Sequence[Route], request: Event, patient: Patient, forbidden: DateSet) -> date | None:
    """Return the first date from the request's on that any route allows and nothing forbids; None for none."""
    at: date | None = request.date
    while at is not None:
        allowed = first_allowed(routes, at)
        if allowed is None or (patient.death is not None and allowed > patient.death):
            return None
        if allowed not in forbidden:
            return allowed
        at = (~forbidden).first_from(allowed)
    return None


def _overridden(
    decision: Decision,
    hazards: Sequence[Contraindication],
    uncleared: Sequence[Contraindication],
    patient: Patient,
    day: date,
) -> Decision:
    """Return the decision, overridden by the first certain contraindication, or by a device that is not cleared."""
    notes = "".join(f" {hazard.to_clear}" for hazard in uncleared)
    for hazard in hazards:
        if hazard.criterion.holds(patient.facts, day):
            words = {"section": str(hazard.cite), "date": day.isoformat(), "hazard": hazard.hazard}
            says = SENTENCES["contraindicated"].format_map(words | {"hazard_advice": hazard.advice}).strip()
            return replace(
                decision,
                reason=Reason.CONTRAINDICATED,
                section=str(hazard.cite),
                timing=None,
                reference_date=None,
                opens=None,
                closes=None,
                days_from_window=None,
                grace_days=None,
                missing=(),
                explanation=says + notes,
            )
    if not uncleared:
        return decision
    explanation = decision.explanation + notes
    if decision.decision is not Verdict.WITHIN:
        return replace(decision, explanation=explanation)
    missing = dict.fromkeys(name for h in uncleared for name in h.criterion.missing(patient.facts, day))
    return replace(decision, reason=Reason.DEVICE_NOT_CLEARED, missing=tuple(missing), explanation=explanation)
