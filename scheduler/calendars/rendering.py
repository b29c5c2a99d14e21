"""Calendar entries as the bytes of an iCalendar file (RFC 5545, RFC 7986)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from scheduler.calendars.entries import Entry

PRODUCT = "-//vigil//imaging windows//EN"
NAME = "Imaging windows"
CATEGORY = "Imaging surveillance"
REFRESH = timedelta(hours=12)
ALARM_HOUR = timedelta(hours=9)


def render(entries: Iterable[Entry], alarm_days: int, method: str | None = None) -> bytes:
    """Return the calendar: CRLF, lines of at most 75 octets, events in the order of their UIDs.

    A firm window has one alarm, `alarm_days` before it opens at 09:00 (0: none); a projection has none,
    since the window may move. `method` is left out unless given: CalDAV forbids it.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    if method is not None:
        calendar.add("method", method.upper())
    calendar.add("name", NAME)
    calendar.add("x-wr-calname", NAME)
    # The library drops VALUE=DURATION, which RFC 7986 asks for, from its own refresh_interval.
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for entry in sorted(entries, key=lambda e: e.uid):
        calendar.add_component(_event(entry, alarm_days))
    return bytes(calendar.to_ical())


def _event(entry: Entry, alarm_days: int) -> Event:
    revised = _midnight(entry.revised)
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", revised)
    event.add("last-modified", revised)
    event.add("dtstart", entry.opens)
    event.add("dtend", entry.closes + timedelta(days=1))  # the end of a day-long event is not part of it
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("status", "CONFIRMED" if entry.is_firm else "TENTATIVE")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # two weeks of an opaque event would block the whole diary
    event.add("sequence", 0)
    event.add("categories", [CATEGORY])
    if entry.is_firm and alarm_days > 0:
        event.add_component(_alarm(entry, alarm_days))
    return event


def _alarm(entry: Entry, alarm_days: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.summary)
    alarm.add("trigger", ALARM_HOUR - timedelta(days=alarm_days))
    return alarm


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
