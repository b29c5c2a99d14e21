"""The next allowed date of one patient under one schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from spine_vigil.scheduler.patient.judging import Case
from spine_vigil.scheduler.patient.windows import last_day
from spine_vigil.scheduler.rules.dates import add


def next_allowed(case: Case, day: date) -> date | None:
    """Return the earliest date from `day` on that is within without grace before a window; None for none."""
    days = (d for d in sorted(set(_turning_points(case, day))) if case.on(d, early_grace=False).is_within)
    return next(days, None)


def _turning_points(case: Case, day: date) -> Iterator[date]:
    """Yield `day`, and the later days on which the finding of a case can change."""
    yield day
    if case.index is None:
        return
    if day == case.requested:
        yield day + timedelta(days=1)  # it belongs to no round of imaging
    points = [add(case.index_date, offset) for offset in case.schedule.starts]
    points += [stopped for _, stopped in case.stops]
    window = case.window
    if window is not None:
        points.append(window.opens)
        last = last_day(case.schedule, case.index_date, window)
        if last < date.max:
            points.append(last + timedelta(days=1))
    ends = [p.end for p in case.schedule.phases if p.end is not None]
    points += [add(case.index_date, end) + timedelta(days=1) for end in ends]
    yield from (p for p in points if p > day)
