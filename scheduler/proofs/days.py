"""The proof that each day of a schedule, from its start to its end, belongs to exactly one phase."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from spine_vigil.scheduler.editions.checking.checks import SAMPLE_INDEX_DATES
from spine_vigil.scheduler.patient.windows import phase_at
from spine_vigil.scheduler.proofs.subjects import Counterexample
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.schedules import Schedule
from spine_vigil.scheduler.rules.words import listed

_ONE = timedelta(days=1)


def refute_days(schedule: Schedule) -> Counterexample | None:
    """Return an index date and a day that belongs to no phase, or to several; None where there is none.

    Between the bounds of phases nothing changes, so that the days at the bounds stand for all.
    """
    for index in sorted(set(SAMPLE_INDEX_DATES)):
        spans = list(_spans(schedule, index))
        for day in _days_at_bounds(spans):
            phases = [n for n, (first, last) in enumerate(spans) if first <= day and (last is None or day <= last)]
            taken = phase_at(schedule, index, day)
            if phases != [taken]:
                names = listed([f"'{schedule.phases[number]}'" for number in phases])
                judged = "none" if taken is None else f"'{schedule.phases[taken]}'"
                return Counterexample(index, (), f"{day} belongs to {names or 'no phase'}, and is judged by {judged}")
    return None


def _spans(schedule: Schedule, index: date) -> Iterator[tuple[date, date | None]]:
    """Yield the first and the last day of each phase, as rules 3 has them (None: the phase has no end).

    A phase ends on the day before the next one begins, but for the last timed and the last phase of all, whose ends are
    their own.
    """
    timed = len(schedule.timed_phases)
    for number, (offset, phase) in enumerate(zip(schedule.starts, schedule.phases, strict=True)):
        follows_the_timed_end = number == timed and timed > 0
        first = add(index, offset) + (_ONE if follows_the_timed_end else timedelta(0))
        has_own_end = number in (timed - 1, len(schedule.phases) - 1)
        end = None if phase.end is None else add(index, phase.end) - (timedelta(0) if has_own_end else _ONE)
        yield first, end


def _days_at_bounds(spans: list[tuple[date, date | None]]) -> list[date]:
    start, end = spans[0][0], spans[-1][1]
    bounds = {day for span in spans for day in span if day is not None}
    days = bounds | {day - _ONE for day in bounds} | {day + _ONE for day in bounds}
    return sorted(day for day in days if start <= day and (end is None or day <= end))
