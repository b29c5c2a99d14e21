"""Rendering of calendar components as iCalendar bytes (RFC 5545, RFC 7986)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Component, Event, Todo

from spine_vigil.scheduler.calendars.items import Item
from spine_vigil.scheduler.calendars.state import Kind

PRODUCT = "-//vigil//imaging windows//EN"
NAME = "Imaging windows"
CATEGORY = "Imaging surveillance"
REFRESH = timedelta(hours=12)
ALARM_HOUR = timedelta(hours=9)
_END = b"END:VCALENDAR\r\n"


def calendar(components: Iterable[bytes], method: str | None = None, pseudonym: str = "") -> bytes:
    """Return a calendar of rendered components, in the order given: CRLF, lines of at most 75 octets.

    METHOD is written only if `method` is given, since CalDAV forbids it. A calendar of one patient is named after the
    `pseudonym`.
    """
    name = f"{NAME} {pseudonym}".strip()
    head = _head()
    if method is not None:
        head.add("method", method.upper())
    head.add("name", name)
    head.add("x-wr-calname", name)
    # The library drops VALUE=DURATION, which RFC 7986 asks for, from its own refresh_interval.
    head.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    head.add("x-published-ttl", "PT12H")
    return _with(head, components)


def is_own(content: bytes) -> bool:
    """Tell whether this program wrote the content of a file."""
    return content.startswith(bytes(_head().to_ical()).removesuffix(_END))


def alone(component: bytes) -> bytes:
    """Return a calendar object that holds a single component, as CalDAV stores it."""
    return _with(_head(), [component])


def content_of(item: Item) -> bytes:
    """Return the bytes of a component without the properties of its version (see `stamped`).

    The alarm of a firm window rings at 09:00, some days before the window opens; that of an overdue one, the day before
    it stands in the calendar. A projected window has no alarm, since it may move; a cancelled one has none either.
    """
    is_todo = item.kind is Kind.TODO
    component: Component = Todo() if is_todo else Event()
    component.add("uid", item.uid)
    if is_todo:
        _add_todo_dates(component, item)
    else:
        component.add("dtstart", item.first)
        component.add("dtend", item.last + timedelta(days=1))  # DTEND is exclusive
    component.add("summary", _harmless(item.summary))
    component.add("description", "\n".join(map(_harmless, item.description.split("\n"))))
    component.add("status", status_of(item))
    component.add("class", "PRIVATE")
    if not is_todo:
        component.add("transp", "TRANSPARENT")  # an opaque event of two weeks would show its user as busy throughout
    component.add("categories", [CATEGORY])
    if item.alarm_days > 0:
        component.add_component(_alarm(item))
    return bytes(component.to_ical())


def status_of(item: Item) -> str:
    """Return the STATUS of a component; TENTATIVE does not exist for a to-do."""
    if item.is_cancelled:
        return "CANCELLED"
    if item.kind is Kind.TODO:
        return "NEEDS-ACTION"
    return "CONFIRMED" if item.is_firm else "TENTATIVE"


def stamped(content: bytes, sequence: int, revised: datetime) -> bytes:
    """Return a component with its version (SEQUENCE, DTSTAMP and LAST-MODIFIED in UTC) after its first line.

    The lines are spliced in, since rendering the component again would take twice as long.
    """
    begin, rest = content.split(b"\r\n", 1)
    time = f"{revised:%Y%m%dT%H%M%SZ}"
    version = f"DTSTAMP:{time}\r\nLAST-MODIFIED:{time}\r\nSEQUENCE:{sequence}".encode("ascii")
    return b"\r\n".join([begin, version, rest])


def _add_todo_dates(todo: Component, item: Item) -> None:
    """Add the first and the last day. DUE is the last day itself, and RFC 5545 forbids DTSTART on the same day."""
    if item.first < item.last:
        todo.add("dtstart", item.first)
    todo.add("due", item.last)


def _alarm(item: Item) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _harmless(item.label))
    alarm.add("trigger", ALARM_HOUR - timedelta(days=item.alarm_days))
    return alarm


def _harmless(text: str) -> str:
    """Replace control characters and unusual line ends, which the library keeps and which break calendar readers."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in text)


def _head() -> Calendar:
    head = Calendar()
    head.add("version", "2.0")
    head.add("prodid", PRODUCT)
    return head


def _with(head: Calendar, components: Iterable[bytes]) -> bytes:
    return b"".join([bytes(head.to_ical()).removesuffix(_END), *components, _END])
