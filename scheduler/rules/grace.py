"""Grace: the days by which a date may miss a window and still count as inside. House policy, not guideline."""

from __future__ import annotations

from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind
from spine_vigil.scheduler.values import Frozen

LEAST, MOST, ONE_TIME = 7, 30, 7
"""Bounds of the default grace and the grace of a one-time window, in days."""


LONGEST = 36_500
"""The longest accepted grace, a hundred years; a longer one is a typing error."""


class GracePolicy(Frozen):
    """The grace of each phase: `days` for all of them, or the default (None).

    The default is a tenth of the interval's MIN (of MAX where MIN is 0), a month counting 30 days, rounded down, at
    least 7 and at most 30 days. A one-time window whose FROM and TO are one date has that of an interval of the same
    length; any other has 7, and one written in days none under any policy.
    """

    days: int | None = None

    def __post_init__(self) -> None:
        if self.days is not None and self.days < 0:
            raise RuleError(f"grace cannot be negative, got {self.days} days")
        if self.days is not None and self.days > LONGEST:
            raise RuleError(f"grace is {LONGEST:,} days at most, got {self.days:,}")

    @property
    def words(self) -> str:
        """The policy in words."""
        return f"a tenth of the interval, {LEAST} to {MOST} days" if self.days is None else f"{self.days} days"

    def of(self, phase: Phase) -> int:
        """Return the grace of a timed phase in days."""
        if phase.in_days:
            return 0
        if self.days is not None:
            return self.days
        if phase.low is None or phase.high is None or (phase.kind is PhaseKind.ONCE and phase.low != phase.high):
            return ONE_TIME
        interval = phase.low if phase.low.count else phase.high
        return min(max(interval.nominal_days // 10, LEAST), MOST)
