"""The coming windows of a schedule: the firm one and those projected from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from spine_vigil.scheduler.patient.windows import Window, next_window, phase_at
from spine_vigil.scheduler.rules.dates import Duration, add
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import PhaseKind, Schedule
from spine_vigil.scheduler.values import Frozen


class Projection(Frozen):
    """One of the coming windows: number 0 is firm, every later one a projection.

    In a conditional phase the study is due only where `fact` is documented true; `fact_from` is the first
    day of the window on which it is asked for (later than the opening day where the phase begins inside
    the window).
    """

    window: Window
    number: int
    fact: str | None = None
    fact_from: date | None = None

    @property
    def is_firm(self) -> bool:
        """Whether the window rests on performed studies alone, and on no assumption."""
        return self.number == 0


def project(
    schedule: Schedule,
    index: date,
    last_study: date | None,
    grace: GracePolicy,
    until: date,
    *,
    earliest: bool = False,
) -> Iterator[Projection]:
    """Yield the firm window, whenever it is, and the projections that open on or before `until`.

    A projection assumes that each study before it is done on the last day of its window: the fewest
    studies that still follow the guideline. With `earliest` that is the first day; where the interval has
    no MIN ("at least every"), so that the first day is the day of the study before, it is still the last.

    `last_study` is the latest qualifying study that was performed. Nothing is yielded where there is no
    window. Within one phase every window is computed from the same reference by multiples of the interval
    in one addition (from 31 January, 3-monthly: 30 April, 31 July, 31 October); a study that is assumed in
    a later phase is the new reference, as a study that was done would be.
    """
    window = next_window(schedule, index, last_study, grace)
    number = 0
    steps: tuple[Duration, ...] = ()
    place = 0 if last_study is None else phase_at(schedule, index, last_study)
    before = last_study or (index if schedule.phases[0].kind is PhaseKind.EVERY else date.min)
    while window is not None and (number == 0 or window.opens <= until):
        fact, fact_from = condition_of(schedule, index, window)
        yield Projection(window, number, fact, fact_from)
        number += 1
        on_first_day = earliest and window.opens > before
        before = window.opens if on_first_day else window.closes
        phase = schedule.phases[window.phase]
        step = phase.low if on_first_day else phase.high
        is_multiple = phase.kind is PhaseKind.EVERY and step and before == add(window.reference, *steps, step)
        if step and is_multiple and place == window.phase == phase_at(schedule, index, before):
            steps = (*steps, step)
            window = _window_by_multiples(schedule, index, window, steps)
        else:
            steps, place = (), phase_at(schedule, index, before)
            window = next_window(schedule, index, before, grace)


def condition_of(
    schedule: Schedule, index: date, window: Window, since: date | None = None
) -> tuple[str | None, date | None]:
    """Return the fact that a window asks for and the first day on which it does; None and None where it asks for none.

    The phase that contains a day speaks for that day. Days before `since` are not looked at; where `since`
    lies behind the window, its phase speaks.
    """
    first = window.opens if since is None else max(window.opens, since)
    last = max(first, window.closes)
    for place in range(_timed_place(schedule, index, first), _timed_place(schedule, index, last) + 1):
        fact = schedule.phases[place].fact
        if fact is not None:
            return fact, max(first, add(index, schedule.starts[place]))
    return None, None


def _timed_place(schedule: Schedule, index: date, day: date) -> int:
    """Return the place of the phase that contains `day`; past the timed end that of the last timed phase."""
    last = len(schedule.timed_phases) - 1
    place = phase_at(schedule, index, day)
    return last if place is None else min(place, last)


def _window_by_multiples(schedule: Schedule, index: date, last: Window, steps: tuple[Duration, ...]) -> Window | None:
    """Return the window after `steps` from the reference of the last one, by the rule of `next_window`."""
    place = last.phase
    phase = schedule.phases[place]
    if phase.low is None or phase.high is None:  # pragma: no cover - an interval always has both
        raise AssertionError(phase)
    opens, closes = add(last.reference, *steps, phase.low), add(last.reference, *steps, phase.high)
    plain = opens, closes
    following = schedule.phases[place + 1] if place + 1 < len(schedule.phases) else None
    if following is not None and following.kind is PhaseKind.EVERY and following.low and following.high:
        boundary = add(index, schedule.starts[place + 1])
        opens = min(opens, max(boundary, add(last.reference, *steps, following.low)))
        if closes >= boundary:
            closes = max(closes, add(last.reference, *steps, following.high))
    end = schedule.timed_end
    if end is not None and opens > add(index, end):
        return None
    return Window(opens, closes, last.reference, place, last.grace, plain != (opens, closes))
