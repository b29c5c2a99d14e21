"""The next imaging window of a schedule (one patient)."""

from __future__ import annotations

from datetime import date, timedelta

from spine_vigil.scheduler.rules.dates import Duration, add
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Schedule
from spine_vigil.scheduler.values import Frozen


class Reference(Frozen):
    """The earlier imaging from which the current interval counts.

    `day` is the date of its round, from which the next window opens, `own` that of the study itself, from which it
    closes; the two differ where several modalities made one round (rules 4).
    """

    day: date
    own: date


class Window(Frozen):
    """The dates `opens` to `closes`, both included, in which the next study of a schedule is due.

    `reference` is the date from which it counts, `phase` the index of the phase whose interval gives it, `grace` its
    grace in days; `is_blended` says whether the interval of the next phase moved a bound.
    """

    opens: date
    closes: date
    reference: date
    phase: int
    grace: int
    is_blended: bool = False

    @property
    def last_day(self) -> date:
        """The last day that still counts as inside, by the grace; on the day after, the study is overdue."""
        return self.closes + timedelta(days=self.grace)

    def days_from(self, day: date) -> int:
        """Return the days from the window to `day`: negative before it opens, 0 inside, positive after it closes."""
        if day < self.opens:
            return (day - self.opens).days
        return max((day - self.closes).days, 0)


def phase_at(schedule: Schedule, index: date, day: date) -> int | None:
    """Return the index of the phase that contains `day`; None before the first and after the last.

    A phase covers its first day and not its last, which belongs to the next one; the timed end and
    the end of a trailing phase are included.
    """
    starts = [add(index, offset) for offset in schedule.starts]
    if day < starts[0]:
        return None
    number = sum(day >= start for start in starts) - 1
    timed = len(schedule.timed_phases)
    if schedule.timed_end is not None and day == add(index, schedule.timed_end):
        return timed - 1
    end = schedule.phases[number].end
    if number == len(schedule.phases) - 1 and end is not None and day > add(index, end):
        return None
    return number


def next_window(schedule: Schedule, index: date, reference: Reference | None, grace: GracePolicy) -> Window | None:
    """Return the window in which the next study is due, or None where there is none (rules 5).

    `reference` is the latest qualifying earlier imaging; without any the window counts from the index date.
    """
    number = 0 if reference is None else phase_at(schedule, index, reference.day)
    if number is None or not schedule.phases[number].is_timed:
        return None
    phase = schedule.phases[number]
    window: Window | None
    if phase.kind is PhaseKind.ONCE:
        window = _window_once(phase, number, index, grace)
        if reference is not None and reference.day >= window.opens - timedelta(days=window.grace):
            window = _window_after_once(schedule, number + 1, index, reference, grace)
    else:
        window = _window_every(schedule, number, index, reference or Reference(index, index), grace)
    end = schedule.timed_end
    return None if window is None or (end is not None and window.opens > add(index, end)) else window


def _bounds(phase: Phase) -> tuple[Duration, Duration]:
    if phase.low is None or phase.high is None:  # pragma: no cover - a timed phase always has both
        raise AssertionError(phase)
    return phase.low, phase.high


def _window_once(phase: Phase, number: int, index: date, grace: GracePolicy) -> Window:
    low, high = _bounds(phase)
    return Window(add(index, low), add(index, high), index, number, grace.of(phase))


def _window_after_once(
    schedule: Schedule, number: int, index: date, reference: Reference, grace: GracePolicy
) -> Window | None:
    if number == len(schedule.phases) or not schedule.phases[number].is_timed:
        return None
    phase = schedule.phases[number]
    if phase.kind is PhaseKind.ONCE:
        return _window_once(phase, number, index, grace)
    low, high = _bounds(phase)
    start = add(index, schedule.starts[number])
    opens, closes = max(start, add(reference.day, low)), max(start, add(reference.own, high))
    return Window(opens, closes, reference.day, number, grace.of(phase))


def _window_every(schedule: Schedule, number: int, index: date, reference: Reference, grace: GracePolicy) -> Window:
    phase = schedule.phases[number]
    low, high = _bounds(phase)
    opens, closes = add(reference.day, low), add(reference.own, high)
    plain = opens, closes
    if number + 1 < len(schedule.phases) and schedule.phases[number + 1].kind is PhaseKind.EVERY:
        next_low, next_high = _bounds(schedule.phases[number + 1])
        boundary = add(index, schedule.starts[number + 1])
        opens = min(opens, max(boundary, add(reference.day, next_low)))
        if closes >= boundary:
            closes = max(closes, add(reference.own, next_high))
    return Window(opens, closes, reference.day, number, grace.of(phase), plain != (opens, closes))


def last_day(schedule: Schedule, index: date, window: Window) -> date:
    """Return the last day that a window decides (rules 6.5); date.max where the schedule has no timed end."""
    end = schedule.timed_end
    if end is None:
        return date.max
    days = [add(index, end), window.last_day]
    late = schedule.phases[window.phase].late
    if late is not None:
        closes = [window.closes]
        last = schedule.timed_phases[-1]
        if last.kind is PhaseKind.ONCE and last.high is not None:
            closes.append(add(index, last.high))
        days += [add(close, late) for close in closes]
    return max(days)
