"""Connections to a calendar server: certificates, redirects, proxies, answers of other servers, and logs."""

from __future__ import annotations

import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from support.calendar_server import message_without_password

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError

# Certificates


def test_a_certificate_that_nobody_vouches_for_is_refused_whatever_the_environment_says(secure, opened, monkeypatch):
    url, authority = secure
    for name in ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    with pytest.raises(CalendarServerError) as error:
        opened(url)
    assert f"the certificate of {url.rstrip('/')} is not trusted" in message_without_password(error)
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
