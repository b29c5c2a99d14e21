"""The coming windows of a schedule: the firm one and those projected from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from spine_vigil.scheduler.patient.windows import Reference, Window, last_day, next_window, phase_at
from spine_vigil.scheduler.rules.dates import Duration, add
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import PhaseKind, Schedule
from spine_vigil.scheduler.values import Frozen


class Projection(Frozen):
    """One of the coming windows: number 0 is firm, every later one a projection.

    In a conditional phase the study is due only where `fact` is documented true; `fact_from` is the first day of the
    window on which the condition holds (later than the opening day where the phase begins inside the window).
    """

    window: Window
    number: int
    fact: str | None = None
    fact_from: date | None = None

    @property
    def is_firm(self) -> bool:
        """Whether the window rests on performed studies alone, without assumptions."""
        return self.number == 0


def project(
    schedule: Schedule,
    index: date,
    reference: Reference | None,
    grace: GracePolicy,
    *,
    as_of: date,
    until: date,
    earliest: bool = False,
) -> Iterator[Projection]:
    """Yield the firm window, whenever it opens, and the projections that open on or before `until`.

    A projection assumes that each study before it is done on the last day of its window: the fewest studies that still
    follow the guideline. With `earliest` it assumes the first day, except where the interval has no MIN ("at least
    every"): there the window opens on the day of the previous study, so the last day is still assumed. Where that day
    lies before `as_of`, the study is assumed on `as_of`: that a missed study was done in the past is known to be wrong.

    `reference` is the latest qualifying performed imaging. Without a window, or where the firm one no longer decides on
    `as_of`, nothing is yielded. Within one phase every window is computed from the same reference by multiples of the
    interval in one addition (from 31 January, 3-monthly: 30 April, 31 July, 31 October); an assumed study in a later
    phase, or on `as_of`, becomes the new reference, like a performed one.
    """
    window = next_window(schedule, index, reference, grace)
    if window is None or as_of > last_day(schedule, index, window):
        return
    number = 0
    steps: tuple[Duration, ...] = ()
    phase_index = 0 if reference is None else phase_at(schedule, index, reference.day)
    before = index if schedule.phases[0].kind is PhaseKind.EVERY else date.min
    before = before if reference is None else reference.own
    base = reference or Reference(index, index)
    while window is not None and (number == 0 or window.opens <= until):
        fact, fact_from = condition_of(schedule, index, window)
        yield Projection(window, number, fact, fact_from)
        number += 1
        on_first_day = earliest and window.opens > before
        before = max(window.opens if on_first_day else window.closes, as_of)
        phase = schedule.phases[window.phase]
        step = phase.low if on_first_day else phase.high
        start = base.day if on_first_day else base.own
        is_multiple = phase.kind is PhaseKind.EVERY and step and before == add(start, *steps, step)
        if step and is_multiple and phase_index == window.phase == phase_at(schedule, index, before):
            steps, base = (*steps, step), Reference(start, start)
            window = _window_by_multiples(schedule, index, start, window, steps)
        else:
            steps, phase_index, base = (), phase_at(schedule, index, before), Reference(before, before)
            window = next_window(schedule, index, base, grace)


def condition_of(
    schedule: Schedule, index: date, window: Window, since: date | None = None
) -> tuple[str | None, date | None]:
    """Return the fact that a window asks for, and the first day on which it does; None and None where it asks for none.

    The phase that contains a day decides. Days before `since` are ignored; where `since` lies behind the window, the
    phase of `since` decides.
    """
    first = window.opens if since is None else max(window.opens, since)
    last = max(first, window.closes)
    for number in range(_timed_phase_index(schedule, index, first), _timed_phase_index(schedule, index, last) + 1):
        fact = schedule.phases[number].fact
        if fact is not None:
            return fact, max(first, add(index, schedule.starts[number]))
    return None, None


def _timed_phase_index(schedule: Schedule, index: date, day: date) -> int:
    """Return the index of the phase that contains `day`; of the last timed phase after the timed end."""
    last = len(schedule.timed_phases) - 1
    number = phase_at(schedule, index, day)
    return last if number is None else min(number, last)


def _window_by_multiples(
    schedule: Schedule, index: date, start: date, last: Window, steps: tuple[Duration, ...]
) -> Window | None:
    """Return the window that lies `steps` after `start`, in the phase of the last one, by the rule of `next_window`."""
    number = last.phase
    phase = schedule.phases[number]
    if phase.low is None or phase.high is None:  # pragma: no cover - an interval always has both
        raise AssertionError(phase)
    opens, closes = add(start, *steps, phase.low), add(start, *steps, phase.high)
    plain = opens, closes
    following = schedule.phases[number + 1] if number + 1 < len(schedule.phases) else None
    if following is not None and following.kind is PhaseKind.EVERY and following.low and following.high:
        boundary = add(index, schedule.starts[number + 1])
        opens = min(opens, max(boundary, add(start, *steps, following.low)))
        if closes >= boundary:
            closes = max(closes, add(start, *steps, following.high))
    end = schedule.timed_end
    if end is not None and opens > add(index, end):
        return None
    return Window(opens, closes, start, number, last.grace, plain != (opens, closes))
