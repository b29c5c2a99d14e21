"""The indications that a request raises or hints at (one patient)."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.scheduler.answers.criterion_words import because
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.answers.sentences import SENTENCES, advice_text, indication_words
from spine_vigil.scheduler.answers.undecided_regions import undecided
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.routes import Route
from spine_vigil.scheduler.records.patients import Event, Patient
from spine_vigil.scheduler.rules.indications import Indication

_BY_TRUTH = {
    True: (Reason.CRITERIA_MET, "criteria_met"),
    False: (Reason.CRITERIA_NOT_MET, "criteria_not_met"),
    None: (Reason.MISSING_FACT, "criteria_unknown"),
}


def indication_routes(edition: Edition, patient: Patient, request: Event) -> Iterator[Route]:
    """Yield the routes of the indications that are raised or hinted at, in the order of the edition.

    One that is only hinted at and false is silent: it decides nothing, but may hold on a later date.
    """
    for indication in edition.indications:
        is_raised = indication.is_raised(patient.facts, request.date)
        if is_raised or indication.is_hinted_at(patient.facts, request.date):
            yield _route(edition, indication, patient, request, is_raised=is_raised)


def _route(edition: Edition, indication: Indication, patient: Patient, request: Event, *, is_raised: bool) -> Route:
    facts, day, criterion = patient.facts, request.date, indication.criterion
    truth = criterion.holds(facts, day)
    missing = tuple(dict.fromkeys(criterion.missing(facts, day)))
    reason, wording = _BY_TRUTH[truth]
    words = indication_words(indication) | {
        "date": day.isoformat(),
        "because": because(edition, criterion, facts, day),
        "advice": advice_text(advice for advice in indication.advice if advice.is_for(facts, day)),
    }
    decision = Decision(
        reason,
        indication.route,
        str(indication.cite),
        missing=missing,
        undecided_regions=undecided(request.study, edition.covers.regions),
        explanation=SENTENCES[wording].format_map(words),
    )
    return Route(
        decision,
        first_from=criterion.dates(facts, unknown=False).first_from,
        indication=indication,
        is_hint=not is_raised,
        is_silent=not is_raised and truth is False,
    )
