"""The next allowed date of every row under its schedule (columnar reading)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, Flags, Ints
from spine_vigil.scheduler.cohort.deciding.judging import Cases, Judged
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.numbering import fact_values, wording
from spine_vigil.scheduler.cohort.tables.rule_tables import AS, TRUE, UNSPECIFIED, RuleTables


def next_allowed(cases: Cases, judged: Judged, tables: RuleTables, days: DayTable) -> Ints:
    """Return the first day from the requested one on that is within, no window opened by grace; NO_DAY for none.

    A case that is within today without such grace needs no search.
    """
    is_within = judged.reason <= Reason.CRITERIA_MET.rank
    is_allowed = is_within & (cases.search_from == cases.date) & (judged.wording != wording("grace_before"))
    found = cases.date.copy()
    asked = (~is_allowed).nonzero()[0]
    found[asked] = _search(_asked(cases, judged, asked), tables, days)
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """Cases that are not allowed on their own day: what the search for a later one reads."""

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
    when_unknown: Flags


def _asked(cases: Cases, judged: Judged, own: NDArray[np.intp]) -> _Asked:
    standing = judged.standing
    opens = standing.windows.opens[own]
    return _Asked(
        schedule=cases.schedule[own],
        index=standing.index[own],
        facts=cases.facts[own],
        search_from=cases.search_from[own],
        starts=standing.starts[own],
        opens=opens,
        window_ends=np.where(opens != NEVER, standing.last_day[own], np.int32(NO_DAY)),
        trailing=standing.trailing[own],
        trailing_state=standing.trailing_state[own],
        trailing_end=standing.trailing_end[own],
        by_or_if=standing.or_value[own] == TRUE,
        stopped=standing.stops.stopped[own],
        progressed=standing.stops.progressed[own],
        when_unknown=standing.when_unknown[own],
    )


def _search(asked: _Asked, tables: RuleTables, days: DayTable) -> Ints:
    """Return the first allowed day of cases that are not allowed on their own day.

    Allowed days lie in two stretches: while the window speaks, from its opening on (with a true `or_if`
    from the schedule's start) wherever the phase's condition holds; after it, while a trailing `as`
    phase holds. No stop may lie before.
    """
    never, trailing_end = np.int32(NEVER), asked.trailing_end
    from_day = np.maximum(asked.search_from, asked.starts)
    after_window = np.maximum(from_day, asked.window_ends + 1)
    trailing_holds = (asked.trailing == AS) & (asked.trailing_state == TRUE) & (after_window <= trailing_end)
    unspecified = (asked.trailing == UNSPECIFIED) & (from_day > asked.window_ends) & (from_day <= trailing_end)
    by_or_if = np.where(unspecified, np.minimum(trailing_end + 1, never), from_day)
    found = _first_in_window(asked, from_day, tables, days)
    found = np.minimum(found, np.where(trailing_holds, after_window, never))
    found = np.minimum(found, np.where(asked.by_or_if, by_or_if, never))
    after_stop = np.where(asked.by_or_if & (asked.stopped < NEVER), np.maximum(from_day, asked.stopped), never)
    found = np.where(found < asked.stopped, found, after_stop)
    holds = (found < asked.progressed) & (asked.index != NO_DAY) & ~asked.when_unknown
    return np.where(holds, found, np.int32(NO_DAY))


def _first_in_window(asked: _Asked, from_day: Ints, tables: RuleTables, days: DayTable) -> Ints:
    """Return the first day on which the window is open and the condition of the phase holds; NEVER for none."""
    never = np.int32(NEVER)
    opened = np.maximum(from_day, asked.opens)
    first_open = np.where(opened <= asked.window_ends, opened, never)
    own = (tables.has_condition.take(asked.schedule) & (asked.index != NO_DAY)).nonzero()[0]
    if not len(own):
        return first_open
    schedule, index, facts = asked.schedule[own], asked.index[own], asked.facts[own]
    opened, ends = opened[own], asked.window_ends[own]
    starts, timed = tables.places("start", days), tables.timed.take(schedule)
    found = np.full_like(opened, NEVER)
    for place in range(tables.width - 2):
        slot = schedule * tables.width + place
        fact = tables.slot_fact.take(slot)
        phase_end = np.where(timed == place + 1, never, days.after(starts.take(slot + 1), index) - 1)
        holds = (fact == tables.no_fact) | (fact_values(facts, fact) == TRUE)
        first = np.maximum(opened, days.after(starts.take(slot), index)) if place else opened
        fits = holds & (timed > place) & (first <= np.minimum(phase_end, ends))
        found = np.where(fits, np.minimum(found, first), found)
    first_open[own] = found
    return first_open
