"""One calendar on a real server: found or made, and written only where nobody else has written."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from support.calendar_server import PASSWORD, USER

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError, Credentials
from spine_vigil.scheduler.calendars.caldav.store import open_calendar

UID = "0d0f3a52-7c1b-8d7e-9a55-0123456789ab"
NAVIGATOR = Credentials(USER, PASSWORD)


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


@pytest.fixture
def opened():
    """Open calendars, and close them in the end."""
    found = []

    def run(url, name="Imaging", credentials=NAVIGATOR, ca_file=None):
        calendar = open_calendar(url, name, credentials, ca_file)
        found.append(calendar)
        return replace(calendar.make(), is_new=True) if calendar.is_new else calendar

    yield run
    for calendar in found:
        calendar.close()


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


def told(error):
    """Return the message, having looked for the password in it and in all that hangs on it."""
    assert PASSWORD not in repr(error.value)
    assert error.value.__cause__ is None
    return str(error.value)


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
    assert told(error).startswith(message), why
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
        (429, {"Retry-After": "60"}, "asks to wait; run again in some minutes"),
        (507, {}, "answers 507 where the calendar was expected"),
    ],
)
def test_a_refusal_is_told_without_what_was_sent(line, opened, status, headers, message):
    calendar = opened(line.url)
    line.on_answer = lambda *_: (status, headers, b"Imaging window ABCD2345")
    with pytest.raises(CalendarServerError) as error:
        calendar.create(UID, event("one"))
    assert message in told(error)
    assert "ABCD2345" not in str(error.value)


def test_a_server_that_does_not_answer_is_given_up(line, opened, monkeypatch):
    monkeypatch.setattr("spine_vigil.scheduler.calendars.caldav.store.TIMEOUT_SECONDS", 0.2)
    calendar = opened(line.url)
    line.on_answer = lambda *answer: time.sleep(0.5) or answer[1:]
    with pytest.raises(CalendarServerError, match="does not answer in time; run again later"):
        calendar.create(UID, event("one"))


# Certificates


def test_a_certificate_that_nobody_vouches_for_is_refused_whatever_the_environment_says(secure, opened, monkeypatch):
    url, authority = secure
    for name in ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    with pytest.raises(CalendarServerError) as error:
        opened(url)
    assert f"the certificate of {url.rstrip('/')} is not trusted" in told(error)
    assert opened(url, ca_file=authority).is_new


# Where a server sends its clients


class _Elsewhere(BaseHTTPRequestHandler):
    def do_PROPFIND(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(self.headers.get("Authorization"))
        self.send_response_only(self.server.status)
        for name, value in self.server.answer.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content)

    def do_CONNECT(self):
        self.server.asked.append(self.path)
        self.send_error(502)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def odd_server():
    """Yield a server that answers as it is told to."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere)
    server.asked, server.status, server.answer, server.content = [], 200, {}, b""
    server.url = f"http://127.0.0.1:{server.server_port}/"
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_redirect_to_plain_http_elsewhere_is_not_followed(odd_server, opened):
    odd_server.status, odd_server.answer = 307, {"Location": "http://192.0.2.1/"}
    with pytest.raises(CalendarServerError, match=r"http://192\.0\.2\.1 is refused: plain http"):
        opened(odd_server.url)


def test_a_link_to_plain_http_elsewhere_is_not_followed(odd_server, opened):
    odd_server.status, odd_server.answer = 207, {"Content-Type": "text/xml"}
    odd_server.content = (
        b"<d:multistatus xmlns:d='DAV:' xmlns:c='urn:ietf:params:xml:ns:caldav'><d:response><d:href>/</d:href>"
        b"<d:propstat><d:prop><d:current-user-principal><d:href>http://192.0.2.1/me/</d:href>"
        b"</d:current-user-principal><c:calendar-home-set><d:href>http://192.0.2.1/me/</d:href></c:calendar-home-set>"
        b"</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>"
    )
    with pytest.raises(CalendarServerError, match="answers as no calendar server does"):
        opened(odd_server.url)


@pytest.mark.parametrize(
    ("status", "content", "message"),
    [
        (200, b"<html><p>Welcome", "answers as no calendar server does; check the URL"),
        (200, b"", "answers as no calendar server does; check the URL"),
        (404, b"", "answers 404; check the URL, or run again later"),
        (500, b"", "answers 500; check the URL, or run again later"),
        (503, b"", "answers 503; check the URL, or run again later"),
        (403, b"", "does not allow this user to do that"),
    ],
)
def test_a_server_that_holds_no_calendars_is_told(odd_server, opened, status, content, message):
    odd_server.status, odd_server.content = status, content
    with pytest.raises(CalendarServerError, match=message):
        opened(odd_server.url)


def test_a_netrc_file_lends_no_name_and_a_proxy_sees_no_loopback(odd_server, opened, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:3128")
    odd_server.status = 404
    with pytest.raises(CalendarServerError):
        opened(odd_server.url)
    assert odd_server.asked
    assert set(odd_server.asked) == {None}


def test_what_leaves_this_machine_takes_the_proxy_that_the_environment_names(odd_server, opened, monkeypatch):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "")
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, odd_server.url)
    with pytest.raises(CalendarServerError, match="cannot be reached, or the connection broke"):
        opened("https://dav.example.org/")
    assert odd_server.asked == ["dav.example.org:443"]


# Logs


@pytest.mark.parametrize("name", ["caldav", "caldav.response", "caldav.lib.vcal", "caldav.discovery"])
def test_no_logger_of_the_library_is_heard(name, caplog):
    """Its modules could log answers, and so the text of events, by loggers of their own."""
    with caplog.at_level(logging.DEBUG):
        logging.getLogger(name).critical("text of an event")
    assert caplog.text == ""
