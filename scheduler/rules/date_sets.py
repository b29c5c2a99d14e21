"""Sets of dates: unions of ranges of days, which may be open-ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from spine_vigil.scheduler.values import Frozen

_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()


class DateSet(Frozen):
    """A set of dates as ordered, disjoint ranges of days; bounds are ordinals, both included."""

    stretches: tuple[tuple[int, int], ...] = ()

    @staticmethod
    def between(first: date | None = None, last: date | None = None) -> DateSet:
        """Return the dates from `first` to `last`, both included; None leaves a side open."""
        low = _FIRST if first is None else first.toordinal()
        high = _LAST if last is None else last.toordinal()
        return DateSet(((low, high),) if low <= high else ())

    def __contains__(self, day: date) -> bool:
        return any(low <= day.toordinal() <= high for low, high in self.stretches)

    def __or__(self, other: DateSet) -> DateSet:
        return _merged((*self.stretches, *other.stretches))

    def __and__(self, other: DateSet) -> DateSet:
        return ~(~self | ~other)

    def __invert__(self) -> DateSet:
        gaps, start = [], _FIRST
        for low, high in self.stretches:
            if low > start:
                gaps.append((start, low - 1))
            start = high + 1
        if start <= _LAST:
            gaps.append((start, _LAST))
        return DateSet(tuple(gaps))

    def first_from(self, day: date) -> date | None:
        """Return the first date of the set from `day` on; None where there is none."""
        at = day.toordinal()
        firsts = [max(low, at) for low, high in self.stretches if high >= at]
        return date.fromordinal(min(firsts)) if firsts else None


def _merged(stretches: Iterable[tuple[int, int]]) -> DateSet:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(stretches):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return DateSet(tuple(merged))


NO_DATES = DateSet()
ALL_DATES = DateSet.between()
