"""Events in a calendar that others write in too: what a user wrote, changed or deleted is left alone."""

from __future__ import annotations

from datetime import date

import pytest
from support.calendar_site import (
    APRIL,
    CHEST,
    LATER,
    MARCH,
    SITE,
    said,
    window,
)

from spine_vigil.scheduler.calendars.caldav.syncing import Fate
from spine_vigil.scheduler.calendars.items import Look, Style

OWN = b"\r\n".join(
    [
        b"BEGIN:VCALENDAR",
        b"VERSION:2.0",
        b"PRODID:-//own//EN",
        b"BEGIN:VEVENT",
        b"UID:own-1",
        b"DTSTAMP:20260101T000000Z",
        b"DTSTART;VALUE=DATE:20260305",
        b"SUMMARY:Clinic outing",
        b"END:VEVENT",
        b"END:VCALENDAR",
        b"",
    ]
)


def test_a_users_own_event_is_never_asked_for_or_changed(site, line, radicale):
    site.sync(line.url, window(CHEST, MARCH), window(SITE, MARCH))
    path = radicale.path_of(CHEST).replace(CHEST, "own-1")
    assert radicale.request("PUT", path, OWN, **{"Content-Type": "text/calendar"})[0] == 201
    before = radicale.request("GET", path)
    line.forget()
    site.sync(line.url, window(CHEST, APRIL))
    site.sync(line.url, window(CHEST, MARCH), window(LATER, APRIL), as_of=date(2026, 6, 1))
    assert [path for _, path, _ in line.asked if "own-1" in path] == []
    after = radicale.request("GET", path)
    assert (after[1]["ETag"], after[2]) == (before[1]["ETag"], before[2])


def test_an_event_that_a_user_changed_is_told_and_left_every_time(site, line, radicale):
    site.sync(line.url, window(CHEST, MARCH))
    radicale.change(CHEST, b"What to order.", b"Call the ward first.")
    assert site.sync(line.url, window(CHEST, MARCH)) == {CHEST: Fate.UNCHANGED}, "there is nothing to send"
    for _ in range(2):
        line.forget()
        assert site.sync(line.url, window(CHEST, APRIL)) == {CHEST: Fate.USER_CHANGED}
        assert line.writes == []
        event = radicale.events()[CHEST]
        assert (said(event), event["DESCRIPTION"]) == ((MARCH, 0, "CONFIRMED"), "Call the ward first.")
        assert set(site.saved.events[CHEST].sync) == {"place", "etag", "sent", "says"}, "nothing is on its way"


def test_an_event_that_is_changed_while_a_sync_runs_is_left(site, line, radicale):
    """The list of versions was taken before: the server itself refuses, with 412."""
    first, second = sorted((CHEST, SITE))
    site.sync(line.url, window(CHEST, MARCH), window(SITE, MARCH))
    line.forget()
    line.on_write = lambda: len(line.writes) == 1 and radicale.change(second, b"What to order.", b"Mine.")
    fates = site.sync(line.url, window(CHEST, APRIL), window(SITE, APRIL))
    assert fates == {first: Fate.UPDATED, second: Fate.USER_CHANGED}
    assert line.writes == ["PUT", "PUT"]
    assert set(site.saved.events[second].sync) == {"place", "etag", "sent", "says"}, "nothing is on its way"
    assert said(radicale.events()[second]) == (MARCH, 0, "CONFIRMED")


def test_what_a_user_undoes_is_sent_to_again(site, line, radicale):
    site.sync(line.url, window(CHEST, MARCH))
    radicale.change(CHEST, b"What to order.", b"Mine.")
    site.sync(line.url, window(CHEST, APRIL))
    radicale.change(CHEST, b"Mine.", b"What to order.")
    assert site.sync(line.url, window(CHEST, APRIL)) == {CHEST: Fate.UPDATED}
    assert said(radicale.events()[CHEST]) == (APRIL, 1, "CONFIRMED")


@pytest.mark.parametrize(
    ("added", "why"),
    [
        (b"X-MOZ-LASTACK:20260219T090000Z\r\n", "a reminder was dismissed"),
        (b"LAST-MODIFIED:20260219T090000Z\r\n", "stored anew"),
        (b"DTSTAMP:20260219T090000Z\r\n", "stored anew"),
        (b"CREATED:20260219T090000Z\r\n", "a client adds when it first saw the event"),
    ],
)
def test_what_clients_note_for_themselves_is_no_change(site, line, radicale, added, why):
    site.sync(line.url, window(CHEST, MARCH))
    path = radicale.path_of(CHEST)
    content = radicale.request("GET", path)[2]
    lines = [one for one in content.splitlines(keepends=True) if not one.startswith(added.split(b":")[0])]
    noted = b"".join(lines).replace(b"END:VEVENT", added + b"END:VEVENT")
    assert radicale.request("PUT", path, noted, **{"Content-Type": "text/calendar"})[0] == 204
    assert site.sync(line.url, window(CHEST, APRIL)) == {CHEST: Fate.UPDATED}, why
    assert said(radicale.events()[CHEST]) == (APRIL, 1, "CONFIRMED")


def test_a_user_keeps_what_was_changed_when_it_would_be_taken_out(site, line, radicale):
    site.sync(line.url, window(CHEST, MARCH))
    radicale.change(CHEST, b"What to order.", b"Mine.")
    assert site.sync(line.url, look=Look(Style.MILESTONES)) == {CHEST: Fate.USER_CHANGED}
    assert CHEST in radicale.events()
    assert site.sync(line.url, look=Look(Style.MILESTONES)) == {}, "it is the user's from now on"


def test_an_event_that_a_user_deleted_stays_deleted_until_it_is_asked_for(site, line, radicale):
    site.sync(line.url, window(CHEST, MARCH), window(SITE, MARCH))
    radicale.remove(CHEST)
    line.forget()
    for opens, other in ((MARCH, Fate.UNCHANGED), (APRIL, Fate.UPDATED), (APRIL, Fate.UNCHANGED)):
        assert site.sync(line.url, window(CHEST, opens), window(SITE, opens)) == {CHEST: Fate.USER_DELETED, SITE: other}
    assert set(radicale.events()) == {SITE}
    fates = site.sync(line.url, window(CHEST, APRIL), window(SITE, APRIL), restores=True)
    assert fates == {CHEST: Fate.CREATED, SITE: Fate.UNCHANGED}
    assert said(radicale.events()[CHEST]) == (APRIL, 1, "CONFIRMED")


def test_a_cancellation_that_a_user_deleted_is_forgotten_and_a_return_is_sent(site, line, radicale):
    site.sync(line.url, window(CHEST, MARCH), window(SITE, MARCH))
    site.sync(line.url, window(SITE, MARCH))
    radicale.remove(CHEST)
    assert site.sync(line.url, window(SITE, MARCH)) == {SITE: Fate.UNCHANGED}
    assert site.sync(line.url, window(CHEST, MARCH), window(SITE, MARCH))[CHEST] is Fate.CREATED
    assert said(radicale.events()[CHEST]) == (MARCH, 2, "CONFIRMED")


def test_an_object_of_the_same_uid_that_is_not_ours_is_left(site, line, radicale):
    site.sync(line.url, window(SITE, MARCH))
    theirs = OWN.replace(b"own-1", CHEST.encode())
    path = radicale.path_of(SITE).replace(SITE, CHEST)
    assert radicale.request("PUT", path, theirs, **{"Content-Type": "text/calendar"})[0] == 201
    line.forget()
    for _ in range(2):
        fates = site.sync(line.url, window(CHEST, MARCH), window(SITE, MARCH))
        assert fates == {CHEST: Fate.USER_CHANGED, SITE: Fate.UNCHANGED}
    assert line.writes == []


def test_an_object_that_cannot_be_read_is_not_ours(site, line, radicale):
    site.sync(line.url, window(CHEST, MARCH))
    radicale.change(CHEST, b"What to order.", b"Mine.")
    line.on_answer = lambda method, status, headers, content: (
        (status, {"ETag": headers.get("ETag", "")}, b"no calendar") if method == "GET" else (status, headers, content)
    )
    assert site.sync(line.url, window(CHEST, APRIL)) == {CHEST: Fate.USER_CHANGED}
