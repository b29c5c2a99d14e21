"""Where a server leads its clients: redirects and links, and what is never sent there."""

from __future__ import annotations

import re
from base64 import b64encode

import pytest
from support.calendar_server import PASSWORD, USER, Line
from support.calendar_site import APRIL, CHEST, MARCH, SITE, said, window

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError, Credentials
from spine_vigil.scheduler.calendars.caldav.store import open_calendar
from spine_vigil.scheduler.calendars.caldav.syncing import Fate
from spine_vigil.scheduler.calendars.caldav.trust import ForeignHost

CODES = [301, 302, 303, 307, 308]
LOGIN = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@pytest.fixture
def elsewhere(radicale):
    """Yield another address of the same calendars, on another port."""
    other = Line(radicale.port)
    yield other
    other.stop()


def moved(code, base=""):
    """Return a server that moves every address to `base`, or where it is none, to the same place under another name."""

    def answer(_method, path):
        return None if "?moved" in path else (code, {"Location": f"{base.rstrip('/')}{path}?moved"}, b"")

    return answer


def host_of(line):
    return line.url.removeprefix("http://").rstrip("/")


@pytest.mark.parametrize("code", CODES)
def test_a_redirect_is_followed_with_method_body_and_condition(site, line, radicale, code):
    line.refuses = moved(code)
    assert site.sync(line.url, window(CHEST, MARCH), window(SITE, MARCH)) == {CHEST: Fate.CREATED, SITE: Fate.CREATED}
    assert site.sync(line.url, window(CHEST, APRIL), window(SITE, MARCH))[CHEST] is Fate.UPDATED
    assert {uid: said(event)[0] for uid, event in radicale.events().items()} == {CHEST: APRIL, SITE: MARCH}
    sent = [(path.endswith("?moved"), headers) for method, path, headers in line.asked if method == "PUT"]
    assert [is_moved for is_moved, _ in sent] == [False, True] * 3
    conditions = [(headers.get("If-None-Match"), headers.get("If-Match")) for _, headers in sent]
    assert conditions[0::2] == conditions[1::2]
    assert "GET" not in {method for method, _, _ in line.asked}


def test_a_deletion_is_followed(site, line, radicale):
    others = [window(SITE, APRIL)]
    site.sync(line.url, window(CHEST, MARCH), *others)
    radicale_before = set(radicale.events())
    line.refuses = moved(307)
    calendar = open_calendar(line.url, "Imaging", Credentials(USER, PASSWORD))
    assert calendar.delete(CHEST, calendar.etags()[CHEST])
    calendar.close()
    assert radicale_before - set(radicale.events()) == {CHEST}


def test_a_redirect_in_a_circle_ends(line, opened):
    line.refuses = lambda _, path: (302, {"Location": path}, b"")
    with pytest.raises(CalendarServerError, match="redirects more than 5 times"):
        opened(line.url)
    assert len(line.asked) == 6


# Other hosts


@pytest.mark.parametrize("code", CODES)
def test_a_redirect_to_another_port_of_this_machine_gets_nothing(line, elsewhere, opened, code):
    line.refuses = moved(code, elsewhere.url)
    with pytest.raises(ForeignHost) as error:
        opened(line.url)
    assert str(error.value) == (
        f"{host_of(line)} leads to {host_of(elsewhere)}, which is another host, so user name and password are not sent"
        f" there; give --trust-redirect {host_of(elsewhere)} if it belongs to your calendar"
    )
    assert elsewhere.asked == []


def test_a_redirect_of_one_event_to_another_host_gets_nothing(site, line, elsewhere):
    line.refuses = lambda method, path: (307, {"Location": elsewhere.url + path[1:]}, b"") if method == "PUT" else None
    with pytest.raises(ForeignHost):
        site.sync(line.url, window(CHEST, MARCH))
    assert elsewhere.asked == []


def test_a_host_that_the_user_trusts_gets_name_and_password(line, elsewhere, radicale):
    line.refuses = moved(301, elsewhere.url)
    opened = open_calendar(line.url, "Imaging", Credentials(USER, PASSWORD), trusted=[host_of(elsewhere)])
    opened.make()
    opened.close()
    assert {headers.get("Authorization") for _, _, headers in elsewhere.asked} <= {None, LOGIN}
    assert LOGIN in {headers.get("Authorization") for _, _, headers in elsewhere.asked}
    assert radicale.request("PROPFIND", f"/{USER}/", Depth="1")[2].count(b"vigil-") > 0


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (b"calendar-home-set", "which is another host, so user name and password are not sent there"),
        (b"current-user-principal", "answers as no calendar server does"),
    ],
)
def test_a_link_to_another_port_gets_nothing(line, elsewhere, opened, place, message):
    """The library itself would follow the first one to any host, with the password."""

    def linked(_method, status, headers, content):
        there = elsewhere.url.encode() + USER.encode() + b"/"
        linked = re.sub(rb"(<[^<>]*%s[^<>]*>\s*<href>)[^<]*" % place, rb"\g<1>" + there, content)
        return status, headers, linked

    line.on_answer = linked
    with pytest.raises(CalendarServerError, match=message):
        opened(line.url)
    assert elsewhere.asked == []


def listing(name, there):
    """Return a server whose list of calendars has one more, elsewhere."""
    one = (
        f"<response><href>{there}{USER}/other/</href><propstat><prop><resourcetype><C:calendar xmlns:C="
        f'"urn:ietf:params:xml:ns:caldav" /><collection /></resourcetype><displayname>{name}</displayname></prop>'
        "<status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"
    ).encode()

    def answer(method, status, headers, content):
        if method == "PROPFIND" and b"<C:calendar " in content:
            content = content.replace(b"</multistatus>", one)
        return status, headers, content

    return answer


def test_a_calendar_elsewhere_in_the_list_is_no_obstacle_and_gets_nothing(site, line, elsewhere):
    """The library takes the path alone of what a list says."""
    site.sync(line.url, window(CHEST, MARCH))
    line.on_answer = listing("Another", elsewhere.url)
    assert site.sync(line.url, window(CHEST, APRIL)) == {CHEST: Fate.UPDATED}
    assert elsewhere.asked == []
