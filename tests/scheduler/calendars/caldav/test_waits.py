"""Servers that ask to wait (`Retry-After`)."""

from __future__ import annotations

import pytest
from support.calendar_server import PASSWORD, USER
from support.calendar_site import CHEST, MARCH, SECRET, window

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError, Credentials
from spine_vigil.scheduler.calendars.caldav.store import open_calendar
from spine_vigil.scheduler.calendars.caldav.syncing import Fate

NOON, DATE = "Mon, 05 Jan 2026 12:00:00 GMT", "Date"


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """Note the waits instead of making them."""
    found = []
    monkeypatch.setattr("spine_vigil.scheduler.calendars.caldav.session.sleep", found.append)
    return found


def asking(headers, status=429, times=1):
    """Return a server that so many times asks to wait before it takes an event."""
    left = [status] * times
    return lambda method, _: (left.pop(), headers, b"") if method == "PUT" and left else None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "seconds", "why"),
    [
        ({"Retry-After": "7"}, 7.0, "seconds"),
        ({"Retry-After": "60"}, 60.0, "the longest wait"),
        ({"Retry-After": "0"}, 1.0, "at least a second"),
        ({"Retry-After": "Mon, 05 Jan 2026 12:00:30 GMT", DATE: NOON}, 30.0, "a date, by the server's own clock"),
        ({"Retry-After": "Mon, 05 Jan 2026 11:00:00 GMT", DATE: NOON}, 1.0, "a date that has passed"),
        ({"Retry-After": "Mon, 05 Jan 2026 11:00:00 GMT"}, 1.0, "without a clock of the server: this machine's"),
    ],
)
def test_a_wait_is_kept_to_and_the_event_is_sent(site, line, waits, status, headers, seconds, why):
    line.refuses = asking(headers, status)
    assert site.sync(line.url, window(CHEST, MARCH)) == {CHEST: Fate.CREATED}, why
    assert waits == [seconds]
    assert line.writes == ["PUT"] * 2


@pytest.mark.parametrize(
    ("headers", "times", "waited", "message"),
    [
        ({"Retry-After": "61"}, 1, [], "asks to wait; run again in 2 minutes"),
        ({"Retry-After": "Mon, 05 Jan 2026 13:00:00 GMT", DATE: NOON}, 1, [], "asks to wait; run again in "),
        ({"Retry-After": "5"}, 3, [5.0, 5.0], "asks to wait; run again in some minutes"),
        ({"Retry-After": "soon"}, 1, [], "asks to wait; run again in some minutes"),
        ({}, 1, [], "asks to wait; run again in some minutes"),
    ],
    ids=["longer", "until later", "again and again", "unreadable", "not said"],
)
def test_a_wait_that_is_too_long_is_left_for_the_next_run(site, line, waits, headers, times, waited, message):
    line.refuses = asking(headers, times=times)
    with pytest.raises(CalendarServerError, match=message):
        site.sync(line.url, window(CHEST, MARCH))
    assert waits == waited


def test_all_waits_of_a_run_are_bounded_together(site, line, waits):
    """Every second PUT is put off by a minute: after 10 minutes the run ends, and the next one goes on."""
    windows = [window(SECRET.window_uid("P2", "x", "y", n), MARCH) for n in range(12)]
    line.refuses = lambda method, _: (
        (429, {"Retry-After": "60"}, b"") if method == "PUT" and len(line.writes) % 2 else None
    )
    with pytest.raises(CalendarServerError, match="asks to wait"):
        site.sync(line.url, *windows)
    assert waits == [60.0] * 10
    line.refuses = lambda *_: None
    assert list(site.sync(line.url, *windows).values()).count(Fate.UNCHANGED) == 10


def test_who_waits_is_told(line, waits):
    said = []
    calendar = open_calendar(line.url, "Imaging", Credentials(USER, PASSWORD), wait_told=said.append).make()
    line.refuses = asking({"Retry-After": "7"})
    with pytest.raises(CalendarServerError, match="answers 400"):
        calendar.create(CHEST, b"no calendar")
    calendar.close()
    assert said == [f"{line.url.removeprefix('http://').rstrip('/')} asks to wait 7 seconds; waiting"]
    assert waits == [7.0]
