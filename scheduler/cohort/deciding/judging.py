"""Judging the date of every case against its schedule, step by step (whole cohorts)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.reasons import Reason, Timeliness
from spine_vigil.scheduler.answers.sentences import SENTENCES
from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE, Flags, Ints
from spine_vigil.scheduler.cohort.deciding.windows import (
    Windows,
    index_dates,
    last_days,
    next_windows,
    slot_at,
    starts_of,
    within,
)
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.numbering import (
    REASONS,
    TIMELINESS,
    WORDINGS,
    conditions,
    fact_values,
    wording,
)
from spine_vigil.scheduler.cohort.tables.rule_tables import FALSE, NONE, TRUE, UNKNOWN, UNSPECIFIED, RuleTables
from spine_vigil.scheduler.rules.facts import IndexKind


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases as columns: rows, each under one schedule, with what judging needs; NO_DAY stands for no day.

    `search_from` is the day from which to search for the next allowed date, mostly the date itself; `facts` are packed
    (see `packed_facts`), `dates` are the index dates of every kind.
    """

    row: NDArray[np.intp]
    schedule: Ints
    date: Ints
    search_from: Ints
    facts: NDArray[np.int64]
    reference: Ints
    performed_reference: Ints
    dates: Mapping[IndexKind, Ints]

    def fact(self, names: Ints) -> Ints:
        """Return the value of a fact of each case; `names` gives the number of the fact for each schedule."""
        return fact_values(self.facts, names.take(self.schedule))

    def take(self, at: NDArray[np.intp]) -> Self:
        """Return some of the cases."""
        columns = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "dates"}
        dates = {kind: column.take(at) for kind, column in self.dates.items()}
        return type(self)(**{name: column.take(at) for name, column in columns.items()}, dates=dates)


@dataclass(frozen=True, slots=True)
class Stops:
    """The first days after the index date on which stops hold (NEVER: none), and the stop that a sentence names."""

    progressed: Ints
    stopped: Ints
    kind: Ints
    date: Ints


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of each case under its schedule: index date, start, window, stops, trailing phase and facts."""

    index: Ints
    index_kind: Ints
    starts: Ints
    windows: Windows
    last_day: Ints
    stops: Stops
    trailing: Ints
    trailing_end: Ints
    trailing_state: Ints
    condition: Ints
    """The fact that the phase which contains the date asks for."""
    applies: Flags
    """Whether the schedule applies to the patient, as far as is known."""
    when_unknown: Flags
    or_value: Ints


@dataclass(slots=True)
class Findings:
    """The finding of each case, in columns named as in Outcomes."""

    terms: Terms = field(repr=False)
    has_window: Flags
    timing: Ints
    days_from_window: Ints
    reason: Ints
    wording: Ints
    sentence_fact: Ints
    first_missing: Ints
    second_missing: Ints


_ROOM = 256
"""The factor that packs a reason and its sentence into one number."""


def _packed(reason: Reason, name: str) -> np.int32:
    """Return a reason and its sentence as one number."""
    return np.int32(reason.rank * _ROOM + WORDINGS.index(name))


def judge(cases: Cases, tables: RuleTables, days: DayTable) -> Findings:
    """Judge each case by its index date, window, stops and facts; the first step that matches decides."""
    index, index_kind = index_dates(cases.schedule, cases.dates, tables)
    starts = starts_of(cases.schedule, index, tables, days)
    reference = _from(starts, cases.reference)
    windows = next_windows(cases.schedule, index, reference, tables, days)
    applies, when_unknown = conditions(cases.schedule, cases.facts, tables)
    terms = Terms(
        index=index,
        index_kind=index_kind,
        starts=starts,
        windows=windows,
        last_day=last_days(windows, tables, days),
        stops=_stops(cases, index, tables),
        trailing=tables.trailing_kind.take(cases.schedule),
        trailing_end=days.after(tables.offsets("trailing_end", days).take(cases.schedule), within(days, index)),
        trailing_state=cases.fact(tables.trailing_fact),
        condition=_conditions(cases, index, tables, days),
        applies=applies,
        when_unknown=when_unknown,
        or_value=cases.fact(tables.or_fact),
    )
    findings = _by_steps(cases, terms, tables)
    _mark_unconfirmed(cases, findings, reference, tables, days)
    _soften(cases, findings, tables)
    return findings


def _from(starts: Ints, reference: Ints) -> Ints:
    """Return the reference days from the schedule's start on; NO_DAY for earlier ones."""
    return np.where(reference >= starts, reference, np.int32(NO_DAY))


def _stops(cases: Cases, index: Ints, tables: RuleTables) -> Stops:
    rows = len(cases.schedule)
    never, progression = np.full(rows, NEVER, dtype=np.int32), cases.dates[IndexKind.PROGRESSION]
    stops = Stops(never, never.copy(), np.full(rows, NOWHERE, dtype=np.int32), progression.copy())
    chosen = tables.stop_list.take(cases.schedule)
    for number, kinds in enumerate(tables.stop_lists):
        rows_of_list = (chosen == number).nonzero()[0]
        index_of_list, day = index[rows_of_list], cases.date[rows_of_list]
        after = {kind: _after(index_of_list, cases.dates[kind][rows_of_list]) for kind in kinds}
        others = [kind for kind in kinds if kind is not IndexKind.PROGRESSION]
        if IndexKind.PROGRESSION in after:
            stops.progressed[rows_of_list] = after[IndexKind.PROGRESSION]
        if others:
            stops.stopped[rows_of_list] = np.minimum.reduce([after[kind] for kind in others])
            reached = [after[kind] <= day for kind in others]
            stops.kind[rows_of_list] = np.select(
                reached, [np.int32(tuple(IndexKind).index(kind)) for kind in others], np.int32(NOWHERE)
            )
            named = np.select(reached, [after[kind] for kind in others], np.int32(NO_DAY))
            stops.date[rows_of_list] = np.where(day >= stops.progressed[rows_of_list], stops.date[rows_of_list], named)
    return stops


def _after(index: Ints, day: Ints) -> Ints:
    """Return the days that lie after the index date; NEVER for others."""
    return np.where(day > index, day, np.int32(NEVER))


def _conditions(cases: Cases, index: Ints, tables: RuleTables, days: DayTable) -> Ints:
    """Return the fact of the timed phase that contains each date; of the last timed phase for later dates."""
    condition = np.full_like(index, tables.no_fact)
    conditional = (tables.has_condition.take(cases.schedule) & (index != NO_DAY)).nonzero()[0]
    schedule = cases.schedule[conditional]
    last = schedule * tables.width + tables.timed.take(schedule) - 1
    slot = slot_at(schedule, cases.date[conditional], index[conditional], tables, days)
    condition[conditional] = tables.slot_fact.take(np.minimum(slot, last))
    return condition


def _by_steps(cases: Cases, terms: Terms, tables: RuleTables) -> Findings:
    """Return the finding of the first step of the judgement that matches."""
    day, windows, stops = cases.date, terms.windows, terms.stops
    off = np.where(day < windows.opens, day - windows.opens, np.maximum(day - windows.closes, 0))
    has_window = windows.exists & (day <= terms.last_day)
    earlier_steps = [
        (terms.when_unknown, _packed(Reason.MISSING_FACT, "when_unknown")),
        (terms.index == NO_DAY, _packed(Reason.NO_INDEX_DATE, "no_index_date")),
        (day < terms.starts, _packed(Reason.BEFORE_INDEX, "before_index")),
        (day >= stops.progressed, _packed(Reason.PROGRESSED, "progressed")),
        (day >= stops.stopped, _packed(Reason.ENDED, "stopped")),
    ]
    packed = np.where(has_window, _by_window(cases, terms, off, tables), _by_trailing_phase(cases, terms, tables))
    for holds, step in reversed(earlier_steps):
        np.copyto(packed, step, where=holds)
        has_window &= ~holds
    is_early, is_late = off < -windows.grace, off > windows.grace
    timings = [np.int32(TIMELINESS.index(timing)) for timing in (Timeliness.EARLY, Timeliness.OVERDUE)]
    none = np.full_like(packed, NOWHERE)
    return Findings(
        terms=terms,
        has_window=has_window,
        timing=np.select([is_early, is_late], timings, np.int32(TIMELINESS.index(Timeliness.ON_TIME))),
        days_from_window=off,
        reason=packed // _ROOM,
        wording=packed % _ROOM,
        sentence_fact=np.where(has_window, terms.condition, tables.trailing_fact.take(cases.schedule)),
        first_missing=none,
        second_missing=none.copy(),
    )


def _by_window(cases: Cases, terms: Terms, off: Ints, tables: RuleTables) -> Ints:
    """Return reason and sentence for dates that lie `off` days from the window, packed."""
    grace = terms.windows.grace
    packed = np.full_like(off, _packed(Reason.ON_SCHEDULE, "on_schedule"))
    np.copyto(packed, _packed(Reason.WITHIN_GRACE, "grace_before"), where=off < 0)
    np.copyto(packed, _packed(Reason.WITHIN_GRACE, "grace_after"), where=off > 0)
    np.copyto(packed, _packed(Reason.OVERDUE, "overdue"), where=off > grace)
    conditional = (terms.condition != tables.no_fact).nonzero()[0]
    state = fact_values(cases.facts[conditional], terms.condition[conditional])
    packed[conditional[state == FALSE]] = _packed(Reason.CONDITION_NOT_MET, "condition_false")
    packed[conditional[state == UNKNOWN]] = _packed(Reason.MISSING_FACT, "condition_unknown")
    np.copyto(packed, _packed(Reason.EARLY, "early"), where=off < -grace)
    return packed


def _by_trailing_phase(cases: Cases, terms: Terms, tables: RuleTables) -> Ints:
    """Return reason and sentence of the trailing phase, for dates that no window decides, packed."""
    state = terms.trailing_state
    speaks = (terms.trailing != NONE) & (cases.date <= terms.trailing_end)
    supported = tables.trailing_reason * np.int32(_ROOM) + wording("as_true")
    return np.select(
        [~speaks, terms.trailing == UNSPECIFIED, state == TRUE, state == FALSE],
        [
            _packed(Reason.ENDED, "ended"),
            _packed(Reason.INTERVAL_UNSPECIFIED, "interval_unspecified"),
            supported.take(cases.schedule),
            _packed(Reason.CONDITION_NOT_MET, "as_false"),
        ],
        _packed(Reason.MISSING_FACT, "as_unknown"),
    )


def _mark_unconfirmed(cases: Cases, findings: Findings, reference: Ints, tables: RuleTables, days: DayTable) -> None:
    """Turn `early` into `unconfirmed_prior` where a date would not be early by the performed studies alone."""
    performed = _from(findings.terms.starts, cases.performed_reference)
    doubtful = ((findings.reason == Reason.EARLY.rank) & (reference != performed)).nonzero()[0]
    schedule, index = cases.schedule[doubtful], findings.terms.index[doubtful]
    again = next_windows(schedule, index, performed[doubtful], tables, days)
    unconfirmed = doubtful[~again.exists | (cases.date[doubtful] >= again.opens - again.grace)]
    findings.reason[unconfirmed] = Reason.UNCONFIRMED_PRIOR.rank
    findings.wording[unconfirmed] = wording("early_by_booking")


_CAN_SOFTEN = np.isin(
    [reason.rank for reason in REASONS],
    [
        reason.rank
        for reason in (
            Reason.EARLY,
            Reason.ENDED,
            Reason.CONDITION_NOT_MET,
            Reason.UNCONFIRMED_PRIOR,
            Reason.MISSING_FACT,
        )
    ],
)
"""By reason: whether a documented fact can admit an extra study despite it."""

_SOFTER = np.array(
    [WORDINGS.index(f"{w}_or_if") if f"{w}_or_if" in SENTENCES else number for number, w in enumerate(WORDINGS)],
    dtype=np.int32,
)
"""By sentence: the sentence used instead where a fact admits the study."""


def _soften(cases: Cases, findings: Findings, tables: RuleTables) -> None:
    """Apply the two softening clauses, and set the missing facts."""
    terms, schedule = findings.terms, cases.schedule
    can_soften = _CAN_SOFTEN.take(findings.reason) & ~terms.when_unknown
    softened = can_soften & (terms.or_value == TRUE)
    phase_fact = np.full_like(schedule, NOWHERE)
    np.copyto(phase_fact, terms.condition, where=findings.wording == wording("condition_unknown"))
    np.copyto(phase_fact, tables.trailing_fact.take(schedule), where=findings.wording == wording("as_unknown"))
    first = phase_fact.copy()
    no_index = findings.reason == Reason.NO_INDEX_DATE.rank
    np.copyto(first, tables.index_list.take(schedule) + np.int32(tables.no_fact + 1), where=no_index)
    np.copyto(first, tables.when_fact.take(schedule), where=terms.when_unknown)
    np.copyto(first, np.int32(NOWHERE), where=softened)
    findings.first_missing = first
    or_fact = tables.or_fact.take(schedule)
    or_missing = can_soften & (terms.or_value == UNKNOWN) & (or_fact != phase_fact)
    findings.second_missing = np.where(or_missing, or_fact, np.int32(NOWHERE))

    is_early = findings.reason == Reason.EARLY.rank
    more_often = (is_early & ~softened & (cases.fact(tables.more_fact) == TRUE)).nonzero()[0]
    findings.reason[more_often] = Reason.INTERVAL_UNSPECIFIED.rank
    findings.wording[more_often] = wording("early_more_often")
    extra = softened.nonzero()[0]
    findings.reason[extra] = tables.or_reason.take(schedule[extra])
    findings.wording[extra] = _SOFTER.take(findings.wording[extra])
