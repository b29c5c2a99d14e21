"""The next allowed date of every case (whole cohorts)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, Flags, Ints
from spine_vigil.scheduler.cohort.deciding.cases import Cases
from spine_vigil.scheduler.cohort.deciding.judging import Findings
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.numbering import fact_values, wording
from spine_vigil.scheduler.cohort.tables.rule_tables import AS, TRUE, RuleTables


def next_allowed(cases: Cases, findings: Findings, tables: RuleTables, days: DayTable) -> Ints:
    """Return the first day from the requested one on that is within without grace before a window; NO_DAY for none.

    A case that is already within on its own date without such grace needs no search.
    """
    is_within = findings.reason <= Reason.CRITERIA_MET.rank
    is_allowed = is_within & (cases.search_from == cases.date) & (findings.wording != wording("grace_before"))
    first = cases.date.copy()
    later = (~is_allowed).nonzero()[0]
    search_from = cases.search_from[later]
    if cases.has_rounds:
        # Only the requested date belongs to the round as which it is judged.
        in_round = findings.has_window[later] & (findings.terms.judged[later] != cases.date[later])
        search_from = np.maximum(search_from, cases.date[later] + in_round)
    first[later] = _search(_later_cases(cases, findings, later, search_from), tables, days)
    return first


@dataclass(frozen=True, slots=True)
class _LaterCases:
    """Cases whose next allowed date lies after the date they search from, with the columns that the search reads."""

    schedule: Ints
    index: Ints
    facts: NDArray[np.int64]
    search_from: Ints
    starts: Ints
    opens: Ints
    window_ends: Ints
    trailing: Ints
    trailing_state: Ints
    trailing_end: Ints
    by_or_if: Flags
    stopped: Ints
    progressed: Ints
    follow_up_end: Ints
    when_unknown: Flags


def _later_cases(cases: Cases, findings: Findings, later: NDArray[np.intp], search_from: Ints) -> _LaterCases:
    terms = findings.terms
    opens = terms.windows.opens[later]
    return _LaterCases(
        schedule=cases.schedule[later],
        index=cases.index[later],
        facts=cases.facts[later],
        search_from=search_from,
        starts=cases.starts[later],
        opens=opens,
        window_ends=np.where(opens != NEVER, terms.last_day[later], np.int32(NO_DAY)),
        trailing=terms.trailing[later],
        trailing_state=terms.trailing_state[later],
        trailing_end=terms.trailing_end[later],
        by_or_if=terms.or_value[later] == TRUE,
        stopped=terms.stops.stopped[later],
        progressed=terms.stops.progressed[later],
        follow_up_end=cases.follow_up_end[later],
        when_unknown=terms.when_unknown[later],
    )


def _search(cases: _LaterCases, tables: RuleTables, days: DayTable) -> Ints:
    """Return the first allowed day of cases that are not allowed on their own date; NO_DAY for none.

    Allowed days lie in two ranges: while the window decides, from its opening on wherever the phase's condition holds;
    after it, while a trailing `as` phase holds. A stop ends both. A true `or_if` allows every day from the schedule's
    start to a progression. Without an index date only a schedule that counts nothing from it allows any day.
    """
    never, has_index = np.int32(NEVER), cases.index != NO_DAY
    from_day = np.where(has_index, np.maximum(cases.search_from, cases.starts), cases.search_from)
    after_window = np.maximum(from_day, cases.window_ends + 1)
    trailing_holds = (cases.trailing == AS) & (cases.trailing_state == TRUE) & (after_window <= cases.trailing_end)
    first = _first_in_window(cases, from_day, tables, days)
    first = np.minimum(first, np.where(trailing_holds, after_window, never))
    first = np.where(first < cases.stopped, first, never)
    first = np.where(cases.by_or_if, from_day, first)
    holds = (first < cases.progressed) & (first <= cases.follow_up_end) & ~cases.when_unknown
    holds &= (first != never) & (has_index | tables.counts_nothing.take(cases.schedule))
    return np.where(holds, first, np.int32(NO_DAY))


def _first_in_window(cases: _LaterCases, from_day: Ints, tables: RuleTables, days: DayTable) -> Ints:
    """Return the first day on which the window is open and the condition of the phase holds; NEVER for none."""
    never = np.int32(NEVER)
    opened = np.maximum(from_day, cases.opens)
    first_open = np.where(opened <= cases.window_ends, opened, never)
    conditional = (tables.has_condition.take(cases.schedule) & (cases.index != NO_DAY)).nonzero()[0]
    if not len(conditional):
        return first_open
    schedule, index, facts = cases.schedule[conditional], cases.index[conditional], cases.facts[conditional]
    opened, ends = opened[conditional], cases.window_ends[conditional]
    starts, timed = tables.offsets("start", days), tables.timed.take(schedule)
    earliest = np.full_like(opened, NEVER)
    for phase in range(tables.width - 2):
        slot = schedule * tables.width + phase
        fact = tables.slot_fact.take(slot)
        phase_end = np.where(timed == phase + 1, never, days.after(starts.take(slot + 1), index) - 1)
        holds = (fact == tables.no_fact) | (fact_values(facts, fact) == TRUE)
        first = np.maximum(opened, days.after(starts.take(slot), index)) if phase else opened
        fits = holds & (timed > phase) & (first <= np.minimum(phase_end, ends))
        earliest = np.where(fits, np.minimum(earliest, first), earliest)
    first_open[conditional] = earliest
    return first_open
