"""The routes that the courses of rows open: the best of their schedules, or what their protocols say without one."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.answers.sentences import SENTENCES
from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE, Flags, Ints, without_none
from spine_vigil.scheduler.cohort.deciding.case_rows import CaseRows, Cohort
from spine_vigil.scheduler.cohort.deciding.cases import Cases
from spine_vigil.scheduler.cohort.deciding.judging import Findings, judge
from spine_vigil.scheduler.cohort.deciding.next_allowed import next_allowed
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes, best_of_each_row, preference
from spine_vigil.scheduler.cohort.deciding.softening import elsewhere, soften, symptomatic
from spine_vigil.scheduler.cohort.history.rows import is_first_of_run
from spine_vigil.scheduler.cohort.tables.numbering import WORDINGS, wording
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables

_NOT_IN_PROTOCOL = np.int32(Reason.NOT_IN_PROTOCOL.rank)


def decide_by_courses(rows: pl.DataFrame, size: int, cohort: Cohort) -> Outcomes:
    """Decide every row by its courses: by the best of their schedules, or with the reason why none fits.

    A row without a course is decided by what the study alone says.
    """
    contexts, outcomes = cohort.contexts, Outcomes.none(size)
    columns = CaseRows.of(rows, cohort.tables)
    outcomes.put(columns.row, date=columns.date)
    _put_answered(outcomes, columns, cohort)
    _put_alone(outcomes, columns, contexts.array("only_schedule").take(columns.context), cohort)
    _put_best(outcomes, columns, cohort)
    _put_beside(outcomes, columns, cohort)
    has_course = contexts.array("first_protocol").take(columns.context) != NOWHERE
    outcomes.put(columns.row, surveillance=np.where(has_course, outcomes.reason[columns.row], np.int32(NOWHERE)))
    return outcomes


def order_of_routes(outcomes: Outcomes, rows: NDArray[np.intp], tables: RuleTables) -> Ints:
    """Return the order in the edition of the routes by which some rows are decided, none of them an indication."""
    schedule, protocol = outcomes.schedule[rows], outcomes.protocol[rows]
    order = np.where(protocol == NOWHERE, np.int32(0), tables.protocol_order.take(np.maximum(protocol, 0), mode="clip"))
    return np.where(schedule == NOWHERE, order, tables.order.take(np.maximum(schedule, 0), mode="clip"))


def _put_answered(outcomes: Outcomes, columns: CaseRows, cohort: Cohort) -> None:
    """Decide the rows none of whose schedules fits by the best answer of their protocols."""
    contexts, tables = cohort.contexts, cohort.tables
    reason = contexts.array("reason").take(columns.context)
    answered = (reason != NOWHERE).nonzero()[0]
    context = columns.context[answered]
    says, protocol = (contexts.array(name).take(context) for name in ("wording", "protocol"))
    reason = reason[answered]
    # Symptoms make a protocol that asks for no surveillance a question for the guideline of the study.
    asks_none = contexts.answers.filter(reason=Reason.NO_SURVEILLANCE.rank).unique("context", keep="first")
    if len(asks_none):
        first = np.full(len(contexts.keys), NOWHERE, dtype=np.int32)
        first[asks_none["context"].to_numpy()] = asks_none["protocol"].to_numpy()
        referred = (first[context] != NOWHERE) & ~columns.is_covered[answered]
        referred &= symptomatic(columns.facts[answered], tables)
        rank = np.int32(Reason.OTHER_GUIDELINE.rank)
        referred &= (reason > rank) | ((reason == rank) & (protocol > first[context]))
        protocol = np.where(referred, first[context], protocol)
        says = np.where(referred, elsewhere(np.full_like(says, wording("no_surveillance"))), says)
        reason = np.where(referred, rank, reason)
    site = np.where(reason == Reason.MISSING_FACT.rank, _site(tables), np.int32(NOWHERE))
    rows = columns.row[answered]
    outcomes.put(rows, reason=reason, wording=says, protocol=protocol, first_missing=site)


def _site(tables: RuleTables) -> np.int32:
    """Return the number under which `missing` names the primary site."""
    return np.int32(len(tables.missing_names) - 1)


def _put_alone(outcomes: Outcomes, columns: CaseRows, schedule: Ints, cohort: Cohort) -> None:
    """Decide the rows that fit one schedule."""
    contexts = cohort.contexts
    fitting = (schedule != NOWHERE).nonzero()[0]
    days = cohort.related.days.take(columns.at[fitting])
    course = contexts.array("only_course").take(columns.context[fitting]).astype(np.uint16)
    cases = columns.under(fitting, course, schedule[fitting], days, cohort)
    findings, allowed = _judged(cases, cohort)
    undecided = contexts.array("only_undecided").take(columns.context[fitting])
    if findings.terms.applies.all():
        _put_findings(outcomes, cases, findings, allowed, undecided)
        return
    _put_findings(outcomes, cases, findings, allowed, undecided, findings.terms.applies.nonzero()[0])
    left_out = ~findings.terms.applies
    _put_left_out(outcomes, cases.row[left_out], cohort.tables.protocol.take(cases.schedule[left_out]))


def _judged(cases: Cases, cohort: Cohort) -> tuple[Findings, Ints]:
    """Return the findings of cases and their next allowed dates."""
    findings = judge(cases, cohort.tables, cohort.days)
    soften(cases, findings, cohort.tables)
    return findings, next_allowed(cases, findings, cohort.tables, cohort.days)


def _put_best(outcomes: Outcomes, columns: CaseRows, cohort: Cohort) -> None:
    """Decide the rows that fit several schedules by the best of those that apply.

    A schedule without an index date is skipped where another one of its course has something to say (rules 6.3), one
    without any interval where another one of the row has a window. A course none of whose schedules applies is decided
    as `not_in_protocol`.
    """
    several, tables = cohort.related.several, cohort.tables
    if len(columns.at) < len(cohort.related.days.reference):
        several = several.take(np.isin(several.at, columns.at).nonzero()[0])
    if not len(several.at):
        return
    some = np.searchsorted(columns.at, several.at)
    cases = columns.under(some, several.course, several.schedule, several, cohort)
    findings, allowed = _judged(cases, cohort)
    applies = findings.terms.applies
    of_course = np.cumsum(is_first_of_run(several.at.astype(np.int64) << 16 | several.course)) - 1
    says_much = _some_of(of_course, applies & ~findings.is_silent)
    is_skipped = says_much & (findings.reason == Reason.NO_INDEX_DATE.rank)
    speaks = applies & ~is_skipped
    of_row = np.cumsum(is_first_of_run(several.at)) - 1
    some_window = _some_of(of_row, speaks & findings.has_window)
    speaks &= ~(some_window & tables.has_no_interval.take(cases.schedule))
    competing = speaks.nonzero()[0]
    left_out = (is_first_of_run(of_course) & ~_some_of(of_course, applies)).nonzero()[0]
    protocol = tables.protocol.take(cases.schedule[left_out])
    distance = np.where(findings.has_window, np.abs(findings.days_from_window), np.int32(NEVER))[competing]
    best = best_of_each_row(
        np.concatenate([cases.row[competing], cases.row[left_out]]),
        np.concatenate(
            [
                preference(findings.reason[competing], distance, tables.order.take(cases.schedule[competing])),
                preference(
                    np.full_like(protocol, _NOT_IN_PROTOCOL),
                    np.full_like(protocol, NEVER),
                    tables.protocol_order.take(protocol),
                ),
            ]
        ),
        np.concatenate([allowed[competing], np.full_like(protocol, NO_DAY)]),
    )
    by_schedule = best.chosen < len(competing)
    undecided = _undecided_of(cohort, columns.context[some], cases)
    _put_findings(outcomes, cases, findings, allowed, undecided, competing[best.chosen[by_schedule]])
    without = best.chosen[~by_schedule] - len(competing)
    _put_left_out(outcomes, cases.row[left_out[without]], protocol[without])
    outcomes.put(best.rows, next_allowed=best.allowed)


def _some_of(group: NDArray[np.intp], flags: Flags) -> Flags:
    """Return for each case whether any case of its group is flagged; groups are numbers from 0."""
    return np.bincount(group, weights=flags).take(group) > 0


def _undecided_of(cohort: Cohort, context: NDArray[np.uint32], cases: Cases) -> Ints:
    """Return the number of the undecided regions of each case, NOWHERE where nothing is undecided."""
    entries = cohort.contexts.entries
    keys = _entry_keys(*(entries[name].to_numpy() for name in ("context", "course", "schedule")))
    at = np.searchsorted(keys, _entry_keys(context, cases.course, cases.schedule))
    return without_none(entries["undecided"], NOWHERE).take(at)


def _entry_keys(
    context: NDArray[np.uint32], course: NDArray[np.uint16], schedule: NDArray[np.int32]
) -> NDArray[np.int64]:
    return (context.astype(np.int64) << 32) | (course.astype(np.int64) << 16) | schedule


def _put_findings(
    outcomes: Outcomes,
    cases: Cases,
    findings: Findings,
    allowed: Ints,
    undecided: Ints,
    some: NDArray[np.intp] | slice = slice(None),
) -> None:
    """Store the findings of some cases as the decisions of their rows."""
    windows, stops = findings.terms.windows, findings.terms.stops
    columns = {
        "schedule": cases.schedule,
        "index": cases.index,
        "index_kind": cases.index_kind,
        "stop_kind": stops.kind,
        "stop_date": stops.date,
        "next_allowed": allowed,
        "undecided": undecided,
        **{name: getattr(windows, name) for name in ("counted_from", "opens", "closes", "grace", "slot", "is_blended")},
        **{name: getattr(findings, name) for name in ("reason", "wording", "has_window", "timing", "days_from_window")},
        **{name: getattr(findings, name) for name in ("sentence_fact", "first_missing", "second_missing")},
    }
    outcomes.put(cases.row[some], **{name: column[some] for name, column in columns.items()})
    _put_days_of_sentences(outcomes, cases, findings, some)


_IN_ROUND = np.array([name.endswith("_round") for name in WORDINGS])
_BY_BOOKING = np.array(["{booked}" in SENTENCES[name] for name in WORDINGS])
_FOLLOW_UP = np.array([name == "follow_up_ended" for name in WORDINGS])


def _put_days_of_sentences(
    outcomes: Outcomes, cases: Cases, findings: Findings, some: NDArray[np.intp] | slice
) -> None:
    """Store what only few sentences name: the round, the booking, the end of follow-up."""
    row, says = cases.row[some], findings.wording[some]
    by_booking = cases.rests_on_booking & (cases.booked == cases.reference.day)
    outcomes.put(row, by_booking=by_booking[some])
    for flags, day in (
        (_IN_ROUND, cases.round_began),
        (_BY_BOOKING, cases.booked),
        (_FOLLOW_UP, cases.follow_up_end),
    ):
        named = flags.take(says)
        if named.any():
            outcomes.put(row[named], said_day=day[some][named])
    if cases.has_rounds:
        named = _IN_ROUND.take(says)
        outcomes.put(row[named], judged=findings.terms.judged[some][named])


def _put_left_out(outcomes: Outcomes, rows: NDArray[np.intp], protocol: Ints) -> None:
    """Decide rows by a protocol none of whose schedules applies."""
    outcomes.put(rows, reason=_NOT_IN_PROTOCOL, wording=wording("not_in_protocol"), protocol=protocol)


def _put_beside(outcomes: Outcomes, columns: CaseRows, cohort: Cohort) -> None:
    """Decide by the answer of a course that may fit where that is better than the schedules of the others."""
    contexts, tables = cohort.contexts, cohort.tables
    if contexts.answers.is_empty():
        return
    first = contexts.answers.unique("context", keep="first", maintain_order=True)
    protocol = np.full(len(contexts.keys), NOWHERE, dtype=np.int32)
    protocol[first["context"].to_numpy()] = first["protocol"].to_numpy()
    protocol[contexts.array("reason") != NOWHERE] = NOWHERE
    says = np.full_like(protocol, NOWHERE)
    says[first["context"].to_numpy()] = first["wording"].to_numpy()
    beside = (protocol.take(columns.context) != NOWHERE).nonzero()[0]
    rows, context = columns.row[beside], columns.context[beside]
    protocol, says = protocol.take(context), says.take(context)
    # A course that may fit lacks the primary site.
    reason = np.full_like(protocol, Reason.MISSING_FACT.rank)
    distance = np.where(outcomes.has_window[rows], np.abs(outcomes.days_from_window[rows]), np.int32(NEVER))
    schedules = preference(outcomes.reason[rows], distance, order_of_routes(outcomes, rows, tables))
    answers = preference(reason, np.full_like(reason, NEVER), tables.protocol_order.take(protocol))
    better = answers < schedules
    taken = rows[better]
    kept = {name: getattr(outcomes, name)[taken] for name in ("date", "next_allowed")}
    outcomes.clear(taken)
    outcomes.put(taken, **kept, reason=reason[better], wording=says[better], protocol=protocol[better])
    outcomes.put(taken, first_missing=_site(tables))
