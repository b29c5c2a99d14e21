"""Calendar items as bytes of iCalendar (RFC 5545, RFC 7986)."""

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


def calendar(components: Iterable[bytes], method: str | None = None, code: str = "") -> bytes:
    """Return a calendar of components as they come: CRLF, lines of at most 75 octets.

    `method` is left out unless given: CalDAV forbids it. `code` is the pseudonym of the patient whose it is alone.
    """
    name = f"{NAME} {code}".strip()
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
    """Tell whether a file was written by this program."""
    return content.startswith(bytes(_head().to_ical()).removesuffix(_END))


def alone(component: bytes) -> bytes:
    """Return a calendar object of one component and nothing else, as CalDAV stores it."""
    return _with(_head(), [component])


def content_of(item: Item) -> bytes:
    """Return what a component says, without the three properties that tell one version of it from another.

    A firm window has one alarm before it opens at 09:00; a projection has none, since the window may move,
    and what is cancelled has none.
    """
    is_todo = item.kind is Kind.TODO
    found: Component = Todo() if is_todo else Event()
    found.add("uid", item.uid)
    if is_todo:
        _add_todo_dates(found, item)
    else:
        found.add("dtstart", item.first)
        found.add("dtend", item.last + timedelta(days=1))  # the end of a day-long event is not part of it
    found.add("summary", _harmless(item.summary))
    found.add("description", "\n".join(map(_harmless, item.description.split("\n"))))
    found.add("status", status_of(item))
    found.add("class", "PRIVATE")
    if not is_todo:
        found.add("transp", "TRANSPARENT")  # two weeks of an opaque event would block the whole diary
    found.add("categories", [CATEGORY])
    if item.alarm_days > 0:
        found.add_component(_alarm(item))
    return bytes(found.to_ical())


def status_of(item: Item) -> str:
    """Return the STATUS of a component; a to-do knows no tentative one."""
    if item.is_cancelled:
        return "CANCELLED"
    if item.kind is Kind.TODO:
        return "NEEDS-ACTION"
    return "CONFIRMED" if item.is_firm else "TENTATIVE"


def stamped(content: bytes, sequence: int, revised: datetime) -> bytes:
    """Return a component with its version: SEQUENCE, DTSTAMP and LAST-MODIFIED (UTC), behind its first line.

    These lines are short and plain; rendering the whole anew for them would take twice as long.
    """
    begin, rest = content.split(b"\r\n", 1)
    time = f"{revised:%Y%m%dT%H%M%SZ}"
    version = f"DTSTAMP:{time}\r\nLAST-MODIFIED:{time}\r\nSEQUENCE:{sequence}".encode("ascii")
    return b"\r\n".join([begin, version, rest])


def _add_todo_dates(todo: Component, item: Item) -> None:
    """Add first and last day; a to-do is due on the last itself, and RFC 5545 forbids a start on that day."""
    if item.opens < item.last_day:
        todo.add("dtstart", item.opens)
    todo.add("due", item.last_day)


def _alarm(item: Item) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _harmless(item.label))
    alarm.add("trigger", ALARM_HOUR - timedelta(days=item.alarm_days))
    return alarm


def _harmless(text: str) -> str:
    """Return text without what the library lets pass and readers stumble over: control characters, odd line ends."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in text)


def _head() -> Calendar:
    head = Calendar()
    head.add("version", "2.0")
    head.add("prodid", PRODUCT)
    return head


def _with(head: Calendar, components: Iterable[bytes]) -> bytes:
    return b"".join([bytes(head.to_ical()).removesuffix(_END), *components, _END])
