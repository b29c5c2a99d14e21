"""Phases of schedules in words."""

from __future__ import annotations

from spine_vigil.scheduler.editions.edition import Edition, meaning
from spine_vigil.scheduler.rules.schedules import LATE, Phase, PhaseKind, Schedule
from spine_vigil.scheduler.rules.words import rule_text

NO_INTERVAL = "an interval that the guideline does not give"


def phase_words(edition: Edition, schedule: Schedule, number: int) -> str:
    """Return a phase in words, with its end as an offset from the index date: `every 3 months up to 2 years`."""
    phase = schedule.phases[number]
    fact = meaning(edition, phase.fact)
    if phase.kind is PhaseKind.ONCE:
        return rule_text(schedule, number) + late_words(phase) + (f" if {fact}" if fact else "")
    until = " without end" if phase.end is None else f" up to {phase.end}"
    if phase.kind is PhaseKind.AS:
        return f"whenever {fact},{until}"
    interval = rule_text(schedule, number) if phase.is_timed else f"at {NO_INTERVAL},"
    return f"{interval}{until}" + (f", if {fact}" if fact else "")


def late_words(phase: Phase) -> str:
    """Return how long a missed one-time window stays due; empty where that is the usual time."""
    is_usual = phase.kind is not PhaseKind.ONCE or phase.late in (None, LATE)
    return "" if is_usual else f", if missed due for {phase.late} more"
