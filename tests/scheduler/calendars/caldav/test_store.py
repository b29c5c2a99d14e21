"""One calendar on a real server: found or made, and written only where nobody else has written."""

from __future__ import annotations

import re
import time

import pytest
from support.calendar_server import PASSWORD, USER, message_without_password

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError, Credentials

UID = "0d0f3a52-7c1b-8d7e-9a55-0123456789ab"


def event(summary, uid=UID):
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//test//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20260101T000000Z",
        "DTSTART;VALUE=DATE:20260201",
        f"SUMMARY:{summary}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines).encode()


def test_a_calendar_is_made_once_and_then_found(radicale, opened):
    made, found, other = opened(radicale.url), opened(radicale.url), opened(radicale.url, "Imaging 2")
    assert (made.is_new, found.is_new, other.is_new) == (True, False, True)
    assert made.url == found.url != other.url


def test_a_calendar_that_the_user_has_is_found_by_its_name(radicale, opened):
    """Its address is another than a made one would have."""
    name = b"<set xmlns='DAV:'><prop><displayname>Imaging</displayname></prop></set>"
    body = b"<C:mkcalendar xmlns:C='urn:ietf:params:xml:ns:caldav'>" + name + b"</C:mkcalendar>"
    assert radicale.request("MKCALENDAR", f"/{USER}/own/", body)[0] == 201
    calendar = opened(radicale.url)
    assert (calendar.is_new, calendar.url) == (False, f"{radicale.url}{USER}/own/")
    assert radicale.request("MKCALENDAR", f"/{USER}/second/", body)[0] == 201
    with pytest.raises(CalendarServerError, match="has 2 calendars named 'Imaging'; rename all but one"):
        opened(radicale.url)


def test_a_calendar_whose_name_the_user_changed_is_found_by_where_it_was_made(radicale, opened):
    made = opened(radicale.url)
    path = made.url.removeprefix(radicale.url.rstrip("/"))
    name = b"<set><prop><displayname>Renamed</displayname></prop></set>"
    assert radicale.request("PROPPATCH", path, b"<propertyupdate xmlns='DAV:'>" + name + b"</propertyupdate>")[0] == 207
    found = opened(radicale.url)
    assert (found.is_new, found.url) == (False, made.url)


def test_an_object_is_created_replaced_and_deleted_each_in_one_request(line, radicale, opened):
    calendar = opened(line.url)
    line.forget()
    first = calendar.create(UID, event("one")).etag
    second = calendar.replace(UID, event("two"), first).etag
    assert {headers["Content-Type"] for _, _, headers in line.asked} == {"text/calendar; charset=utf-8"}
    assert (line.asked[0][2]["If-None-Match"], line.asked[1][2]["If-Match"]) == ("*", first)
    assert first != second
    assert radicale.events()[UID]["SUMMARY"] == "two"
    assert calendar.etags() == {UID: second}
    assert calendar.delete(UID, second)
    assert line.writes == ["PUT", "PUT", "DELETE"]
    assert radicale.events() == {}
    assert calendar.read(UID) is None


def test_what_is_there_is_never_written_over_as_new(radicale, opened):
    calendar = opened(radicale.url)
    calendar.create(UID, event("one"))
    assert calendar.create(UID, event("two")) is None
    assert radicale.events()[UID]["SUMMARY"] == "one"


def test_an_event_of_the_same_uid_under_another_name_is_left_alone(radicale, opened):
    calendar = opened(radicale.url)
    path = calendar.url.removeprefix(radicale.url.rstrip("/"))
    assert radicale.request("PUT", path + "moved.ics", event("moved"), **{"Content-Type": "text/calendar"})[0] == 201
    assert calendar.create(UID, event("one")) is None
    assert radicale.events()[UID]["SUMMARY"] == "moved"


def test_what_another_has_changed_is_neither_replaced_nor_deleted(radicale, opened):
    calendar = opened(radicale.url)
    etag = calendar.create(UID, event("one")).etag
    radicale.change(UID, b"one", b"theirs")
    assert calendar.replace(UID, event("two"), etag) is None
    assert not calendar.delete(UID, etag)
    assert radicale.events()[UID]["SUMMARY"] == "theirs"
    stored = calendar.read(UID)
    assert b"SUMMARY:theirs" in stored.content
    assert calendar.delete(UID, stored.etag)


def test_what_another_has_deleted_is_not_written_again(radicale, opened):
    calendar = opened(radicale.url)
    etag = calendar.create(UID, event("one")).etag
    radicale.remove(UID)
    assert calendar.replace(UID, event("two"), etag) is None
    assert radicale.events() == {}


@pytest.mark.parametrize(
    ("credentials", "why"),
    [
        (Credentials(USER, "wrong"), "the password is another"),
        (Credentials(USER, PASSWORD + " "), "a space too many"),
        (Credentials("nobody", PASSWORD), "there is no such user"),
    ],
)
def test_a_wrong_name_or_password_is_told(radicale, opened, credentials, why):
    with pytest.raises(CalendarServerError) as error:
        opened(radicale.url, credentials=credentials)
    message = f"{radicale.url.rstrip('/')} refuses the user name or password; check VIGIL_CALDAV_USERNAME"
    assert message_without_password(error).startswith(message), why
    assert credentials.password not in repr(credentials)


def test_a_server_that_is_gone_is_told(line, opened):
    line.is_open = False
    with pytest.raises(CalendarServerError, match="cannot be reached, or the connection broke"):
        opened(line.url)


# Servers of other habits


def test_a_server_that_tells_no_version_is_asked_for_it(line, opened):
    """One that changes what it is sent may not tell the version at once (RFC 4791, 5.3.4)."""

    def silent(method, status, headers, content):
        kept = {name: value for name, value in headers.items() if method != "PUT" or name != "ETag"}
        return status, kept, content

    calendar = opened(line.url)
    line.on_answer = silent
    stored = calendar.create(UID, event("one"))
    assert calendar.etags() == {UID: stored.etag}
    assert b"SUMMARY:one" in stored.content
    assert line.asked[-2][0] == "GET"


def test_a_server_without_versions_cannot_be_synced_with(line, opened):
    calendar = opened(line.url)
    line.on_answer = lambda _, status, headers, content: (status, headers | {"ETag": ""}, content)
    with pytest.raises(CalendarServerError, match="gives no version"):
        calendar.create(UID, event("one"))


@pytest.mark.parametrize(
    ("weak", "why"),
    [(b'W/"%s"', "a proxy that compresses weakens it"), (b"%s", "some servers list it without its quotes")],
)
def test_a_version_is_known_again_however_it_is_listed(line, opened, weak, why):
    def listed(method, status, headers, content):
        if method == "PROPFIND":
            content = re.sub(
                rb'<getetag>"([^"]+)"</getetag>', lambda m: b"<getetag>" + weak % m[1] + b"</getetag>", content
            )
        return status, headers, content

    calendar = opened(line.url)
    etag = calendar.create(UID, event("one")).etag
    line.on_answer = listed
    assert calendar.etags() == {UID: etag}, why


UID_CONFLICT = b"<error xmlns='DAV:'><C:no-uid-conflict xmlns:C='urn:ietf:params:xml:ns:caldav'/></error>"


@pytest.mark.parametrize("status", [403, 409])
def test_a_uid_that_is_taken_is_no_failure(line, opened, status):
    calendar = opened(line.url)
    line.on_answer = lambda *_: (status, {"Content-Type": "text/xml"}, UID_CONFLICT)
    assert calendar.create(UID, event("one")) is None


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (403, {}, "does not allow this user to do that; ask for the right to write in the calendar"),
        (409, {}, "answers 409 where the calendar was expected"),
        (429, {}, "asks to wait; run again in some minutes"),
        (429, {"Retry-After": "soon"}, "asks to wait; run again in some minutes"),
        (429, {"Retry-After": "61"}, "asks to wait; run again in 2 minutes"),
        (503, {"Retry-After": "3600"}, "asks to wait; run again in 60 minutes"),
        (507, {}, "answers 507 where the calendar was expected: no space is left on the server; make room"),
    ],
)
def test_a_refusal_is_told_without_what_was_sent(line, opened, status, headers, message):
    calendar = opened(line.url)
    line.on_answer = lambda *_: (status, headers, b"Imaging window ABCD2345")
    with pytest.raises(CalendarServerError) as error:
        calendar.create(UID, event("one"))
    assert message in message_without_password(error)
    assert "ABCD2345" not in str(error.value)


def test_a_server_that_does_not_answer_is_given_up(line, opened, monkeypatch):
    monkeypatch.setattr("spine_vigil.scheduler.calendars.caldav.store.TIMEOUT_SECONDS", 0.2)
    calendar = opened(line.url)
    line.on_answer = lambda *answer: time.sleep(0.5) or answer[1:]
    with pytest.raises(CalendarServerError, match="does not answer in time; run again later"):
        calendar.create(UID, event("one"))
