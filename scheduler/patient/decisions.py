"""The decision of one request: the best of its routes, unless a contraindication overrides it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason, Support, Verdict
from spine_vigil.scheduler.answers.sentences import SENTENCES
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.combinations import support_of
from spine_vigil.scheduler.patient.routes import Route, open_routes
from spine_vigil.scheduler.records.patients import Event, Patient, Status
from spine_vigil.scheduler.rules.date_sets import NO_DATES, DateSet
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.indications import Contraindication
from spine_vigil.scheduler.values import replace


def decide(
    edition: Edition, patient: Patient, request: Event, history: Iterable[Event], grace: GracePolicy
) -> Decision:
    """Decide one request of one patient.

    `history` holds the patient's other events; those before the request with a status that counts serve as references.
    Events of the same day never do, but can form a combination with the request.
    """
    others = [event for event in history if event is not request]  # by identity: an equal event is another one
    if request.status is Status.CANCELLED:
        return Decision(Reason.CANCELLED, explanation=SENTENCES["cancelled"])
    hazards = _hazards(edition, request) if patient.has_facts else []
    routes = list(open_routes(edition, patient, request, tuple(others), grace))
    forbidden = NO_DATES
    for hazard in hazards:
        forbidden |= hazard.criterion.dates(patient.facts, unknown=False)
    judged = tuple(replace(r.decision, next_allowed=_first_allowed([r], request.date, forbidden)) for r in routes)
    best = min(judged, key=lambda route: route.preference)  # the first of equals: the order of the edition
    by_protocol = [r.decision for r in routes if r.is_surveillance and patient.protocol is not None]
    surveillance = min(by_protocol, key=lambda route: route.preference).decision if by_protocol else None
    decision = replace(
        best,
        next_allowed=_first_allowed(routes, request.date, forbidden),
        combination=_combined(edition, patient, request, others, surveillance),
        routes=judged,
    )
    return _overridden(decision, hazards, patient, request.date)


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


def _first_allowed(routes: Sequence[Route], day: date, forbidden: DateSet) -> date | None:
    """Return the first date from `day` on that any route allows and nothing forbids; None where there is none."""
    at: date | None = day
    while at is not None:
        allowed = min((d for r in routes if (d := r.first_from(at)) is not None), default=None)
        if allowed is None or allowed not in forbidden:
            return allowed
        at = (~forbidden).first_from(allowed)
    return None


def _overridden(decision: Decision, hazards: Sequence[Contraindication], patient: Patient, day: date) -> Decision:
    """Return the decision, overridden by the first certain contraindication, or with notes on what to clear."""
    for hazard in hazards:
        if hazard.criterion.holds(patient.facts, day):
            words = {"section": hazard.cite.section, "date": day.isoformat(), "hazard": hazard.hazard}
            return replace(
                decision,
                reason=Reason.CONTRAINDICATED,
                section=hazard.cite.section,
                timing=None,
                reference_date=None,
                opens=None,
                closes=None,
                days_from_window=None,
                grace_days=None,
                missing=(),
                explanation=SENTENCES["contraindicated"].format_map(words),
            )
    notes = [
        f" {h.to_clear}"
        for h in hazards
        if h.lead and patient.facts.get(h.lead) and h.criterion.holds(patient.facts, day) is None
    ]
    return replace(decision, explanation=decision.explanation + "".join(notes))
