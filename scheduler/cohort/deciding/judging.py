"""Judging the date of every case against its schedule, step by step (whole cohorts; rules 6)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from spine_vigil.scheduler.answers.reasons import Reason, Timeliness
from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE, Flags, Ints
from spine_vigil.scheduler.cohort.deciding.cases import Cases
from spine_vigil.scheduler.cohort.deciding.stops import Stops, stops_of
from spine_vigil.scheduler.cohort.deciding.windows import Windows, last_days, next_windows, slot_at, within
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.index_lists import KINDS
from spine_vigil.scheduler.cohort.tables.numbering import TIMELINESS, WORDINGS, conditions, fact_values
from spine_vigil.scheduler.cohort.tables.rule_tables import FALSE, NONE, TRUE, UNKNOWN, UNSPECIFIED, RuleTables
from spine_vigil.scheduler.rules.facts import IndexKind


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of each case under its schedule: window, stops, trailing phase and facts.

    `judged` is the day that stands for the date in its round of imaging, mostly the date itself. `condition` is the
    fact that the phase which contains this day asks for.
    """

    windows: Windows
    last_day: Ints
    judged: Ints
    condition: Ints
    stops: Stops
    trailing: Ints
    trailing_end: Ints
    trailing_state: Ints
    applies: Flags
    """Whether the schedule applies to the patient, as far as is known."""
    when_unknown: Flags
    or_value: Ints


@dataclass(slots=True)
class Findings:
    """The finding of each case, in columns named as in Outcomes.

    `is_silent` says which cases say at most that the schedule has ended or counts from no date, before the third of the
    softening clauses.
    """

    terms: Terms = field(repr=False)
    has_window: Flags
    timing: Ints
    days_from_window: Ints
    reason: Ints
    wording: Ints
    sentence_fact: Ints
    first_missing: Ints
    second_missing: Ints
    is_silent: Flags


ROOM = 256
"""The factor that packs a reason and its sentence into one number."""


def packed(reason: Reason, name: str) -> np.int32:
    """Return a reason and its sentence as one number."""
    return np.int32(reason.rank * ROOM + WORDINGS.index(name))


def judge(cases: Cases, tables: RuleTables, days: DayTable) -> Findings:
    """Judge each case by its index date, window, stops and facts, before the softening clauses.

    The first step that matches decides.
    """
    applies, when_unknown = conditions(cases.schedule, cases.facts, tables)
    windows = next_windows(cases.schedule, cases.index, cases.reference, tables, days)
    judged = _judged_days(cases, windows)
    terms = Terms(
        windows=windows,
        last_day=last_days(cases.schedule, windows, tables, days),
        judged=judged,
        condition=_conditions(cases, judged, tables, days),
        stops=stops_of(cases, tables),
        trailing=tables.trailing_kind.take(cases.schedule),
        trailing_end=days.after(tables.offsets("trailing_end", days).take(cases.schedule), within(days, cases.index)),
        trailing_state=cases.fact(tables.trailing_fact),
        applies=applies,
        when_unknown=when_unknown,
        or_value=cases.fact(tables.or_fact),
    )
    findings = _by_steps(cases, terms, tables)
    _mark_unconfirmed(cases, findings, tables, days)
    return findings


def _judged_days(cases: Cases, windows: Windows) -> Ints:
    """Return the day as which each date is judged: one after the window closes counts from where its round began."""
    if not cases.has_rounds:
        return cases.date
    is_late = windows.exists & (cases.date > windows.closes)
    return np.where(is_late, np.maximum(cases.round_began, windows.opens), cases.date)


def _conditions(cases: Cases, day: Ints, tables: RuleTables, days: DayTable) -> Ints:
    """Return the fact of the timed phase that contains each day; of the last timed phase for later days."""
    condition = np.full_like(cases.schedule, tables.no_fact)
    conditional = (tables.has_condition.take(cases.schedule) & (cases.index != NO_DAY)).nonzero()[0]
    schedule = cases.schedule[conditional]
    last = schedule * tables.width + tables.timed.take(schedule) - 1
    slot = slot_at(schedule, day[conditional], cases.index[conditional], tables, days)
    condition[conditional] = tables.slot_fact.take(np.minimum(slot, last))
    return condition


def _by_steps(cases: Cases, terms: Terms, tables: RuleTables) -> Findings:
    """Return the finding of the first step of the judgement that matches."""
    day, windows, stops = cases.date, terms.windows, terms.stops
    off = _days_from(terms.judged, windows)
    has_window = windows.exists & (terms.judged <= terms.last_day)
    has_index = cases.index != NO_DAY
    is_recurrence = cases.index_kind == KINDS.index(IndexKind.PROGRESSION)
    before = np.where(
        is_recurrence,
        packed(Reason.BEFORE_INDEX, "before_recurrence"),
        packed(Reason.BEFORE_INDEX, "before_index"),
    )
    no_index = ~has_index & ~tables.counts_nothing.take(cases.schedule)
    earlier_steps: list[tuple[Flags, np.int32 | Ints]] = [
        (day > cases.follow_up_end, packed(Reason.FOLLOW_UP_ENDED, "follow_up_ended")),
        (terms.when_unknown, packed(Reason.MISSING_FACT, "when_unknown")),
        (no_index, packed(Reason.NO_INDEX_DATE, "no_index_date")),
        (has_index & (day < cases.starts), before),
        (day >= stops.progressed, packed(Reason.PROGRESSED, "progressed")),
        (day >= stops.stopped, packed(Reason.ENDED, "stopped")),
    ]
    both = np.where(has_window, _by_window(cases, terms, off, tables.no_fact), _by_trailing_phase(cases, terms, tables))
    for holds, step in reversed(earlier_steps):
        np.copyto(both, step, where=holds)
        has_window &= ~holds
    is_early, is_late = off < -windows.grace, off > windows.grace
    timings = [np.int32(TIMELINESS.index(timing)) for timing in (Timeliness.EARLY, Timeliness.OVERDUE)]
    none = np.full_like(both, NOWHERE)
    return Findings(
        terms=terms,
        has_window=has_window,
        timing=np.select([is_early, is_late], timings, np.int32(TIMELINESS.index(Timeliness.ON_TIME))),
        days_from_window=off,
        reason=both // ROOM,
        wording=both % ROOM,
        sentence_fact=np.where(has_window, terms.condition, tables.trailing_fact.take(cases.schedule)),
        first_missing=none,
        second_missing=none.copy(),
        is_silent=np.zeros(len(both), dtype=np.bool_),
    )


def _days_from(day: Ints, windows: Windows) -> Ints:
    """Return the days from the window to `day`: negative before it opens, 0 inside, positive after it closes."""
    return np.where(day < windows.opens, day - windows.opens, np.maximum(day - windows.closes, 0))


def _by_window(cases: Cases, terms: Terms, off: Ints, no_fact: int) -> Ints:
    """Return reason and sentence for days that lie `off` days from the window, packed."""
    grace = terms.windows.grace
    both = np.full_like(off, packed(Reason.ON_SCHEDULE, "on_schedule"))
    np.copyto(both, packed(Reason.WITHIN_GRACE, "grace_before"), where=off < 0)
    np.copyto(both, packed(Reason.WITHIN_GRACE, "grace_after"), where=off > 0)
    np.copyto(both, packed(Reason.OVERDUE, "overdue"), where=off > grace)
    if cases.has_rounds:
        in_round = (terms.judged != cases.date).nonzero()[0]
        days, own_grace = off[in_round], grace[in_round]
        both[in_round] = np.select(
            [days == 0, days <= own_grace],
            [packed(Reason.ON_SCHEDULE, "on_schedule_round"), packed(Reason.WITHIN_GRACE, "grace_after_round")],
            packed(Reason.OVERDUE, "overdue_round"),
        )
    conditional = (terms.condition != no_fact).nonzero()[0]
    state = fact_values(cases.facts[conditional], terms.condition[conditional])
    both[conditional[state == FALSE]] = packed(Reason.CONDITION_NOT_MET, "condition_false")
    both[conditional[state == UNKNOWN]] = packed(Reason.MISSING_FACT, "condition_unknown")
    np.copyto(both, packed(Reason.EARLY, "early"), where=off < -grace)
    return both


def _by_trailing_phase(cases: Cases, terms: Terms, tables: RuleTables) -> Ints:
    """Return reason and sentence of the trailing phase, for dates that no window decides, packed."""
    state = terms.trailing_state
    speaks = (terms.trailing != NONE) & (cases.date <= terms.trailing_end)
    supported = tables.trailing_reason * np.int32(ROOM) + np.int32(WORDINGS.index("as_true"))
    return np.select(
        [~speaks, terms.trailing == UNSPECIFIED, state == TRUE, state == FALSE],
        [
            packed(Reason.ENDED, "ended"),
            packed(Reason.INTERVAL_UNSPECIFIED, "interval_unspecified"),
            supported.take(cases.schedule),
            packed(Reason.CONDITION_NOT_MET, "as_false"),
        ],
        packed(Reason.MISSING_FACT, "as_unknown"),
    )


_DOUBTFUL = np.isin(WORDINGS, ["early", "ended", "interval_unspecified", "as_false"])
"""By sentence: whether the finding would give way to a better one by performed studies alone."""


def _mark_unconfirmed(cases: Cases, findings: Findings, tables: RuleTables, days: DayTable) -> None:
    """Mark findings that rest on a booking which nobody confirmed, where without it the study would be due."""
    doubtful = (_DOUBTFUL.take(findings.wording) & cases.rests_on_booking).nonzero()[0]
    if not len(doubtful):
        return
    some = cases.take(doubtful)
    windows = next_windows(some.schedule, some.index, some.performed, tables, days)
    judged = _judged_days(some, windows)
    is_due = windows.exists & (judged <= last_days(some.schedule, windows, tables, days))
    is_due &= judged >= windows.opens - windows.grace
    condition = _conditions(some, judged, tables, days)
    is_due &= (condition == tables.no_fact) | (fact_values(some.facts, condition) != FALSE)
    unconfirmed = doubtful[is_due]
    findings.reason[unconfirmed] = Reason.UNCONFIRMED_PRIOR.rank
    says = [np.int32(WORDINGS.index(w)) for w in ("early_by_booking", "ended_by_booking")]
    findings.wording[unconfirmed] = np.where(findings.has_window[unconfirmed], *says)
