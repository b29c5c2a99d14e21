"""`vigil sync`: what is told where the server refuses an event, asks to wait, or leads elsewhere."""

from __future__ import annotations

import re

import pytest
from support.calendar_server import Line
from support.sync import MARKERS

pytestmark = pytest.mark.usefixtures("login")

FULL = b'<?xml version="1.0"?><d:error xmlns:d="DAV:"><d:quota-not-exceeded/></d:error>'


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """Note the waits instead of making them."""
    found = []
    monkeypatch.setattr("spine_vigil.scheduler.calendars.caldav.session.sleep", found.append)
    return found


@pytest.mark.parametrize(
    ("status", "content", "words"),
    [
        (400, b"", "400 Bad Request"),
        (500, b"", "500 Internal Server Error"),
        (403, b"", "403 Forbidden; ask for the right to write in the calendar if it is missing"),
        (507, FULL, "the quota of the calendar is used up; make room, or ask for more"),
    ],
)
def test_a_refused_event_is_named_by_code_and_day_and_the_run_ends_with_6(sync, line, radicale, status, content, words):
    uids = first_uids(sync, line, radicale)
    line.refuses = lambda _, path: (status, {}, content) if uids[0] in path else None
    for _ in range(2):
        code, out, err = sync(line.url, "--apply", "--alarm-days", "3")
        assert code == 6
        name = re.search(r"refused by the server: ([A-Z2-7]{8}),", out)[1]
        assert out.splitlines()[1:] == [f"refused by the server: {name}, 2022-05-11: {words}"]
        assert out.splitlines()[0].endswith("1 refused by the server")
        assert err == (
            "vigil: the server refused 1 event; the others are as they should be, and the next run tries again\n"
        )
        assert [marker for marker in (*MARKERS, "Imaging window", *uids) if marker in out + err] == []
    line.refuses = lambda *_: None
    assert sync(line.url, "--apply", "--alarm-days", "3")[:2] == (
        0,
        "calendar 'Imaging': 0 new, 1 changed, 0 cancelled, 0 removed, 5 unchanged\n",
    )


def first_uids(sync, line, radicale):
    """Send all events without an alarm, and return the UIDs of the overdue ones, which the next run gives one."""
    sync(line.url, "--apply", "--alarm-days", "0")
    return sorted(uid for uid, event in radicale.events().items() if "overdue" in event["SUMMARY"])


def test_a_calendar_in_which_nothing_may_be_written_is_told_as_such(sync, line):
    line.refuses = lambda method, _: (403, {}, b"") if method == "PUT" else None
    code, out, err = sync(line.url, "--apply")
    assert (code, out) == (2, "")
    assert "does not allow this user to do that; ask for the right to write in the calendar" in err


def test_of_many_refused_events_the_first_are_named(sync, line, monkeypatch):
    monkeypatch.setattr("spine_vigil.cli.sync._MOST_NAMED", 4)
    line.refuses = lambda method, _: (415, {}, b"") if method == "PUT" else None
    code, out, _ = sync(line.url, "--apply")
    lines = out.splitlines()[1:]
    assert (code, len(lines), lines[-1]) == (6, 5, "refused by the server: 2 more")
    assert [line.split(", ")[1] for line in lines[:-1]] == [
        "2022-05-11: 415 Unsupported Media Type",
        "2022-05-11: 415 Unsupported Media Type",
        "2022-08-10: 415 Unsupported Media Type",
        "2022-08-10: 415 Unsupported Media Type",
    ]


def test_a_wait_is_told(sync, line, waits):
    left = [429]
    line.refuses = lambda method, _: (left.pop(), {"Retry-After": "7"}, b"") if method == "PUT" and left else None
    host = line.url.removeprefix("http://").rstrip("/")
    assert sync(line.url, "--apply") == (
        0,
        "calendar 'Imaging': 6 new, 0 changed, 0 cancelled, 0 removed, 0 unchanged\n",
        f"vigil: {host} asks to wait 7 seconds; waiting\n",
    )
    assert waits == [7.0]


def test_another_host_is_trusted_on_request_alone(sync, line, radicale):
    other = Line(radicale.port)
    try:
        line.refuses = lambda _, path: (307, {"Location": other.url + path[1:]}, b"")
        code, out, err = sync(line.url, "--apply")
        host = other.url.removeprefix("http://").rstrip("/")
        assert (code, out, f"give --trust-redirect {host} if it belongs to your calendar" in err) == (2, "", True)
        assert other.asked == []
        assert sync(line.url, "--apply", "--trust-redirect", host)[0] == 0
        assert len(radicale.events()) == 6
    finally:
        other.stop()


@pytest.mark.parametrize("host", ["https://dav.example.org", "dav.example.org/x", "nav:pass@dav.example.org"])
def test_a_trusted_host_is_a_host(sync, line, host):
    code, _, err = sync(line.url, "--trust-redirect", host)
    assert (code, "is no host; write it without https://, user name and path" in err) == (2, True)
    assert "pass" not in err
