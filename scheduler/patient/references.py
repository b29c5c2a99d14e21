"""The reference date of a request: the region whose latest imaging is oldest decides (rules 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TypeAlias

from spine_vigil.scheduler.patient.windows import Reference
from spine_vigil.scheduler.records.patients import Event, Status
from spine_vigil.scheduler.rules.schedules import DAYS_OF_A_ROUND, Schedule
from spine_vigil.scheduler.rules.studies import Modality
from spine_vigil.scheduler.values import Frozen

_ROUND = timedelta(days=DAYS_OF_A_ROUND)

Latest: TypeAlias = tuple[date, date]
"""The date of the round of the latest study of a region, and its own date."""

NO_STUDY: Latest = (date.min, date.min)
"""Stands for a region without an earlier study: it has waited longest."""


class EarlierStudies(Frozen):
    """The qualifying earlier events of a request under a schedule, each with the regions that it shares.

    They match the schedule's study, lie before the request and not before the schedule's start; add-ons are none.
    """

    schedule: Schedule
    events: tuple[tuple[Event, int], ...]

    @classmethod
    def of(
        cls, schedule: Schedule, site: int | None, history: Iterable[Event], start: date | None, before: date
    ) -> EarlierStudies:
        """Return the events of a history from the schedule's `start` on that lie before a date."""
        fitting = (
            (event, schedule.study.shared_regions(event.study, site))
            for event in history
            if event.is_reference and (start is None or start <= event.date) and event.date < before
        )
        return cls(schedule, tuple((event, shown) for event, shown in fitting if shown))

    def performed(self) -> EarlierStudies:
        """Return the performed ones alone."""
        return EarlierStudies(
            self.schedule, tuple((e, shown) for e, shown in self.events if e.status is Status.PERFORMED)
        )

    def before(self, day: date) -> EarlierStudies:
        """Return those before a day alone."""
        return EarlierStudies(self.schedule, tuple((e, shown) for e, shown in self.events if e.date < day))

    def reference(self, regions: int, request: Event | None, day: date) -> Reference | None:
        """Return the reference for a request on `day` of `regions`; None where a region has no earlier study.

        A study of the request's own round is no reference; where there is no `request` (the due list) there is no such
        round.
        """
        oldest = min(self.latest(regions, request, day))
        return None if oldest == NO_STUDY else Reference(*oldest)

    def booking(self, regions: int, request: Event, day: date) -> date | None:
        """Return the date of the booking that the reference needs; None where the performed studies give the same.

        It is the latest study of a region that by performed studies alone would have waited longer than the reference
        says, or of the one that gives the reference; of several the oldest.
        """
        latest, sure = self.latest(regions, request, day), self.performed().latest(regions, request, day)
        oldest = min(latest)
        if oldest in (NO_STUDY, min(sure)):
            return None
        each = zip(latest, sure, strict=True)
        return min(one for one, other in each if one != other and (one == oldest or other < oldest))[1]

    def latest(self, regions: int, request: Event | None, day: date) -> list[Latest]:
        """Return the latest study of each region that is no part of the request's round; NO_STUDY where it has none."""
        latest = []
        for region in _each(regions):
            candidates = [e for e, shown in self.events if shown & region and not self._is_of_round(e, request, day)]
            own = max((e.date for e in candidates), default=None)
            rounds = [self._began(e.study.modality, e.date, region) for e in candidates if e.date == own]
            latest.append(NO_STUDY if own is None else (max(rounds), own))
        return latest

    def round_of(self, regions: int, request: Event) -> date:
        """Return the day on which the request's own round of imaging began: its own date where it is alone."""
        return min(self._began(request.study.modality, request.date, region) for region in _each(regions))

    def _is_of_round(self, event: Event, request: Event | None, day: date) -> bool:
        if request is None or not self.schedule.complements:
            return False
        return event.study.modality is not request.study.modality and day - _ROUND <= event.date

    def _began(self, modality: Modality, day: date, region: int) -> date:
        """Return the date of the round to which a study belongs: its earliest performed study of another modality."""
        if not self.schedule.complements:
            return day
        earlier = (
            event.date
            for event, shown in self.events
            if shown & region
            and event.status is Status.PERFORMED
            and event.study.modality is not modality
            and day - _ROUND <= event.date < day
        )
        return min(earlier, default=day)


def _each(regions: int) -> Iterator[int]:
    while regions:
        lowest = regions & -regions
        yield lowest
        regions ^= lowest
