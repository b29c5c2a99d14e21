"""Booked studies under a schedule: whether each lies in its window, and what to do if not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from spine_vigil.scheduler.answers.due_status import ADVICE, DueStatus
from spine_vigil.scheduler.patient.standing import Standing
from spine_vigil.scheduler.patient.windows import Window
from spine_vigil.scheduler.records.follow_up import FollowUp
from spine_vigil.scheduler.records.patients import Event, Status
from spine_vigil.scheduler.rules.studies import Place
from spine_vigil.scheduler.rules.words import dates_text, days_text
from spine_vigil.scheduler.values import Frozen


class Booking(Frozen):
    """The first booked study after the reference.

    `in_window` says whether it lies in the window, grace included (None where no window waits), `advice` what to do
    about it (empty for nothing).
    """

    day: date
    in_window: bool | None
    advice: str


def bookings(standings: Sequence[Standing], patients: Sequence[FollowUp]) -> list[Booking | None]:
    """Return the booking under each of a patient's schedules; None where none follows the reference.

    `standings` are those under every protocol of the patient, `patients` the follow-up to which each belongs. Before
    the first performed study, a booking counts from the schedule's first day on (it can be on the day of surgery), and
    without an index date every booking counts. Where the first booking has passed, advice also covers the first one
    still to come. A schedule that is over gives no advice about a date that another schedule has booked.
    """
    booked = [booked_days(stands, patient) for stands, patient in zip(standings, patients, strict=True)]
    wanted = {day for stands, days in zip(standings, booked, strict=True) if not _is_over(stands) for day in days}
    return [_booking(stands, days, wanted) if days else None for stands, days in zip(standings, booked, strict=True)]


def _booking(stands: Standing, booked: Sequence[date], wanted: AbstractSet[date]) -> Booking:
    as_of = stands.as_of
    coming = next((day for day in booked if day >= as_of), None)
    if stands.window is not None:
        advice = [ADVICE["unconfirmed"].format(day=booked[0])] if booked[0] < as_of else []
        missed = None if coming is None else _miss(stands.window, coming, as_of)
        advice += [missed] if missed else []
        return Booking(booked[0], is_inside(stands.window, booked[0]), "; ".join(advice))
    is_for_nothing = _is_over(stands) and coming is not None and coming not in wanted
    return Booking(booked[0], None, ADVICE["nothing_due"].format(day=coming) if is_for_nothing else "")


def _is_over(stands: Standing) -> bool:
    return stands.status in (DueStatus.ENDED, DueStatus.STOPPED)


def booked_days(stands: Standing, patient: FollowUp) -> list[date]:
    """Return the days of the scheduled studies after the reference that show a region of the schedule, in order."""
    return sorted({event.date for event in _booked(stands, patient)})


def is_whole(stands: Standing, patient: FollowUp, days: Collection[date]) -> bool:
    """Return whether the bookings of these days together show all regions of the schedule.

    A study of a part leaves the rest due.
    """
    study, site = stands.schedule.study, patient.course.primary_site
    if Place.ANYWHERE in study.places:
        return bool(days)
    shown = 0
    for event in _booked(stands, patient):
        if event.date in days:
            shown |= study.shared_regions(event.study, site)
    return bool(shown) and shown == study.regions_for(site)


def _booked(stands: Standing, patient: FollowUp) -> Iterator[Event]:
    study, site, start = stands.schedule.study, patient.course.primary_site, stands.start
    for event in patient.events:
        if (
            event.status is Status.SCHEDULED
            and event.is_reference
            and study.shared_regions(event.study, site)
            and (start is None or event.date >= start)
            and (stands.imaging is None or event.date > stands.imaging.own)
        ):
            yield event


def is_inside(window: Window, day: date) -> bool:
    """Return whether a booked day lies in a window, grace included."""
    return abs(window.days_from(day)) <= window.grace


def _miss(window: Window, booked: date, as_of: date) -> str | None:
    """Return how a coming booking misses its window, and the dates that fit; None for a booking inside."""
    if is_inside(window, booked):
        return None
    off = window.days_from(booked)
    name = "early" if off < 0 else "late"
    return ADVICE[name].format(day=booked, distance=days_text(abs(off)), dates=_dates(window, as_of))


def _dates(window: Window, as_of: date) -> str:
    if as_of > window.last_day:
        return ADVICE["overdue"]
    first, last = max(window.opens - timedelta(days=window.grace), as_of), window.last_day
    if as_of > window.closes:
        return ADVICE["grace_alone"].format(dates=_days(first, last))
    dates = _days(max(window.opens, as_of), window.closes)
    return ADVICE["days_with_grace"].format(dates=dates, first=first, last=last) if window.grace else dates


def _days(first: date, last: date) -> str:
    return ADVICE["would_do"].format(dates=dates_text(first, last))
