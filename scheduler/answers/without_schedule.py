"""The answer to a study that fits none of a protocol's schedules, for both evaluators."""

from __future__ import annotations

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.schedules import Protocol, Stance
from spine_vigil.scheduler.rules.studies import Study

_STANCES = {
    Stance.REFERRAL: (Reason.OTHER_GUIDELINE, "referral"),
    Stance.NOT_COVERED: (Reason.NOT_COVERED, "not_covered"),
    Stance.NO_SURVEILLANCE: (Reason.NO_SURVEILLANCE, "no_surveillance"),
}


def answer_without_schedule(
    edition: Edition, protocol: Protocol | None, study: Study, site: int | None, *, sites_differ: bool = False
) -> tuple[Reason, str]:
    """Return reason and sentence for a study that fits no schedule of the protocol (None: the patient has none).

    `site` is None where it is unknown, which may be because `sites_differ`.
    """
    covered = edition.covers_study(study)
    if protocol is None:
        return (Reason.NO_ROUTE, "no_route") if covered else (Reason.OTHER_GUIDELINE, "other_study_no_protocol")
    if protocol.stance is not Stance.SURVEILLANCE:
        return _STANCES[protocol.stance]
    if any(s.study.may_fit(study, site) for s in protocol.schedules):
        return Reason.MISSING_FACT, "site_contradicted" if sites_differ else "site_unknown"
    return (Reason.NOT_IN_PROTOCOL, "not_in_protocol") if covered else (Reason.OTHER_GUIDELINE, "other_study")
