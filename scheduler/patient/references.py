"""The reference date of a request: the region whose latest study is oldest decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from spine_vigil.scheduler.records.patients import Event, Status
from spine_vigil.scheduler.rules.schedules import Schedule


def latest_study(
    schedule: Schedule,
    site: int | None,
    regions: int,
    before: date,
    start: date,
    history: Iterable[Event],
    *,
    performed_only: bool,
) -> date | None:
    """Return the reference date for a request that shares `regions` with the schedule, or None.

    For each shared region the latest qualifying earlier event counts: performed or scheduled (with `performed_only`:
    performed), matching the schedule's study and showing the region, before `before` and not before the schedule's
    `start`. The oldest of these is the reference date; where a region has none, the request has no reference date.
    """
    fitting = [
        (event.date, schedule.study.shared_regions(event.study, site))
        for event in history
        if event.is_reference
        and start <= event.date < before
        and not (performed_only and event.status is not Status.PERFORMED)
    ]
    oldest: date | None = None
    for region in _each(regions):
        latest = max((day for day, shown in fitting if shown & region), default=None)
        if latest is None:
            return None
        oldest = latest if oldest is None else min(oldest, latest)
    return oldest


def _each(regions: int) -> Iterator[int]:
    while regions:
        lowest = regions & -regions
        yield lowest
        regions ^= lowest
