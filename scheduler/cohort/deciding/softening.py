"""The softening clauses of every case, and the facts that it lacks (whole cohorts; rules 6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.answers.sentences import SENTENCES
from spine_vigil.scheduler.cohort.arrays import NOWHERE, Flags, Ints
from spine_vigil.scheduler.cohort.deciding.cases import Cases
from spine_vigil.scheduler.cohort.deciding.judging import Findings
from spine_vigil.scheduler.cohort.tables.numbering import REASONS, WORDINGS, fact_values, wording
from spine_vigil.scheduler.cohort.tables.rule_tables import TRUE, UNKNOWN, RuleTables


def _flags(*reasons: Reason) -> Flags:
    """Return by rank whether a reason is one of some."""
    flags: Flags = np.isin([reason.rank for reason in REASONS], [reason.rank for reason in reasons])
    return flags


def _named(suffix: str) -> Ints:
    """Return by number of a sentence the one with a suffix to its name; the same where there is none."""
    softer = [f"{name}{suffix}" for name in WORDINGS]
    return np.array([WORDINGS.index(s) if s in SENTENCES else n for n, s in enumerate(softer)], dtype=np.int32)


_CAN_SOFTEN = _flags(
    Reason.EARLY,
    Reason.ENDED,
    Reason.CONDITION_NOT_MET,
    Reason.UNCONFIRMED_PRIOR,
    Reason.INTERVAL_UNSPECIFIED,
    Reason.MISSING_FACT,
)
"""Whether a documented fact can admit an extra study despite a reason."""

_IS_SILENT = _flags(Reason.ENDED, Reason.NO_INDEX_DATE)
_CAN_REFER = _flags(Reason.EARLY, Reason.ENDED, Reason.CONDITION_NOT_MET)
"""Whether symptoms make a reason a question for the guideline of a study that the edition does not cover."""

_OR_IF, _ELSEWHERE = _named("_or_if"), _named("_elsewhere")


def soften(cases: Cases, findings: Findings, tables: RuleTables) -> None:
    """Apply the three softening clauses, and set the missing facts."""
    terms, schedule = findings.terms, cases.schedule
    can_soften = _CAN_SOFTEN.take(findings.reason) & (findings.wording != wording("when_unknown"))
    softened = can_soften & (terms.or_value == TRUE)
    _put_missing(cases, findings, can_soften, softened, tables)
    is_early = findings.reason == Reason.EARLY.rank
    more_often = (is_early & ~softened & (cases.fact(tables.more_fact) == TRUE)).nonzero()[0]
    findings.reason[more_often] = Reason.INTERVAL_UNSPECIFIED.rank
    findings.wording[more_often] = wording("early_more_often")
    extra = softened.nonzero()[0]
    findings.reason[extra] = tables.or_reason.take(schedule[extra])
    findings.wording[extra] = _OR_IF.take(findings.wording[extra])
    findings.is_silent = _IS_SILENT.take(findings.reason)
    refer = (_CAN_REFER.take(findings.reason) & ~cases.is_covered).nonzero()[0]
    refer = refer[symptomatic(cases.facts[refer], tables)]
    findings.reason[refer] = Reason.OTHER_GUIDELINE.rank
    findings.wording[refer] = elsewhere(findings.wording[refer])


def symptomatic(facts: NDArray[np.int64], tables: RuleTables) -> Flags:
    """Return whether new or progressing symptoms are documented; `facts` are packed."""
    flags: Flags = fact_values(facts, np.full(len(facts), tables.symptoms, dtype=np.int32)) == TRUE
    return flags


def elsewhere(wordings: Ints) -> Ints:
    """Return the sentences that have another guideline decide on symptoms."""
    return _ELSEWHERE.take(wordings)


def _put_missing(cases: Cases, findings: Findings, can_soften: Flags, softened: Flags, tables: RuleTables) -> None:
    terms, schedule = findings.terms, cases.schedule
    phase_fact = np.full_like(schedule, NOWHERE)
    np.copyto(phase_fact, terms.condition, where=findings.wording == wording("condition_unknown"))
    np.copyto(phase_fact, tables.trailing_fact.take(schedule), where=findings.wording == wording("as_unknown"))
    first = phase_fact.copy()
    no_index = findings.reason == Reason.NO_INDEX_DATE.rank
    np.copyto(first, tables.index_lists.of_schedule.take(schedule) + np.int32(tables.no_fact + 1), where=no_index)
    np.copyto(first, tables.when_fact.take(schedule), where=findings.wording == wording("when_unknown"))
    np.copyto(first, np.int32(NOWHERE), where=softened)
    findings.first_missing = first
    or_fact = tables.or_fact.take(schedule)
    or_missing = can_soften & (terms.or_value == UNKNOWN) & (or_fact != phase_fact)
    findings.second_missing = np.where(or_missing, or_fact, np.int32(NOWHERE))
