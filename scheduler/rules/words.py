"""Intervals, index dates and numbers of days in words."""

from __future__ import annotations

from spine_vigil.scheduler.rules.dates import Duration, span_text
from spine_vigil.scheduler.rules.index_dates import Joined
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Schedule


def days_text(count: int) -> str:
    """Return a number of days in words: `1 day`, `9 days`."""
    return "1 day" if count == 1 else f"{count} days"


def rule_text(schedule: Schedule, number: int, *, blended: bool = False) -> str:
    """Return the interval of a timed phase in words; `blended` where the next phase's interval moved a bound."""
    phase = schedule.phases[number]
    text = _interval_text(phase)
    if blended:
        text += f", then {_interval_text(schedule.phases[number + 1])}"
    return text


def _interval_text(phase: Phase) -> str:
    if phase.low is None or phase.high is None:  # pragma: no cover - only timed phases have windows
        raise AssertionError(phase)
    if phase.kind is PhaseKind.EVERY:
        return f"at least every {phase.high}" if phase.low.count == 0 else f"every {span_text(phase.low, phase.high)}"
    if phase.high.count == 0:
        return f"once, from {Duration(-phase.low.count, phase.low.unit)} before to the day itself"
    if phase.low.count == 0:
        return f"once, from the day itself to {phase.high} after"
    return f"once after {span_text(phase.low, phase.high)}"


def index_kinds_text(schedule: Schedule) -> str:
    """Return the index dates of a schedule in words, in order of preference."""
    choices = (choice.kinds if isinstance(choice, Joined) else (choice,) for choice in schedule.index)
    return ", else ".join(" or ".join(kind.words for kind in kinds) for kinds in choices)


def counted(number: int, noun: str) -> str:
    """Return a number of things in words: `1 row`, `1,200 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
