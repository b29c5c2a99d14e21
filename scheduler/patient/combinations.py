"""Whether the combination of a patient's studies on one date is supported (one patient)."""

from __future__ import annotations

from collections.abc import Sequence

from spine_vigil.scheduler.answers.reasons import Support, Verdict
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.patients import Event, Patient
from spine_vigil.scheduler.rules.indications import Combination


def support_of(
    edition: Edition, patient: Patient, request: Event, others: Sequence[Event], surveillance: Verdict | None
) -> Support | None:
    """Return whether the combination of a request with the patient's `others` of that date is supported.

    `surveillance` is the verdict of the patient's protocol alone on the request (None: no protocol). The best of
    several combinations counts; the result is None without a combination. An add-on is not a study, and the same study
    twice (such as booked and performed) counts once.
    """
    same_day = [e for e in others if e.date == request.date and e.status.is_planned_or_done and not e.is_add_on]
    if request.is_add_on or not same_day:
        return None
    supports = [_support(c, patient, request, same_day, surveillance) for c in edition.combinations]
    return min((s for s in supports if s is not None), key=list(Support).index, default=None)


def _support(
    combination: Combination, patient: Patient, request: Event, same_day: Sequence[Event], surveillance: Verdict | None
) -> Support | None:
    studies = {e.study for e in (request, *same_day) if combination.concerns(e.study)}
    is_one = len(studies) > 1 and (not combination.of_each or {s.modality for s in studies} == combination.modalities)
    if not combination.concerns(request.study) or not is_one or not _is_meant(combination, patient, request):
        return None
    holds = combination.criterion.holds(patient.facts, request.date)
    if combination.by_surveillance and not holds:
        holds = {Verdict.WITHIN: True, Verdict.NEEDS_INFO: None}.get(surveillance, holds) if surveillance else holds
    if combination.most is not None and len(studies) > combination.most:
        return Support.NOT_LISTED
    return {True: Support.SUPPORTED, None: Support.NEEDS_INFO, False: Support.NOT_LISTED}[holds]


def _is_meant(combination: Combination, patient: Patient, request: Event) -> bool:
    """Return whether the combination concerns this patient."""
    if combination.only_if is None or (combination.or_protocol and bool(patient.courses)):
        return True
    return combination.only_if.holds(patient.facts, request.date) is True
