"""Windows in a calendar on a server: what is sent, in which calendar, and what is foreseen."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from support.calendar_site import (
    APRIL,
    CHEST,
    FEBRUARY,
    MARCH,
    SECRET,
    SITE,
    said,
    window,
)

from spine_vigil.scheduler.calendars.caldav.syncing import AnotherCalendar, Fate, Sync, foresee
from spine_vigil.scheduler.calendars.items import Look, Style
from spine_vigil.scheduler.calendars.state import Stage, State
from spine_vigil.scheduler.errors import VigilError


def test_a_first_sync_puts_every_window_into_the_calendar(site, line, radicale):
    fates = site.sync(line.url, window(CHEST, MARCH), window(SITE, APRIL, is_firm=False))
    assert fates == {CHEST: Fate.CREATED, SITE: Fate.CREATED}
    assert line.writes == ["PUT", "PUT"]
    assert {headers.get("If-None-Match") for method, _, headers in line.asked if method == "PUT"} == {"*"}
    found = radicale.events()
    assert {uid: said(event) for uid, event in found.items()} == {
        CHEST: (MARCH, 0, "CONFIRMED"),
        SITE: (APRIL, 0, "TENTATIVE"),
    }
    assert found[CHEST]["SUMMARY"] == "Imaging window ABCD2345"
    assert [b"METHOD" in radicale.request("GET", path)[2] for path in radicale.paths()] == [False, False]


def test_an_idle_sync_sends_nothing(site, line):
    site.sync(line.url, window(CHEST, MARCH))
    line.forget()
    before = site.saved
    assert site.sync(line.url, window(CHEST, MARCH), as_of=FEBRUARY) == {CHEST: Fate.UNCHANGED}
    assert line.writes == []
    assert site.saved.events == before.events


def test_a_window_that_moved_keeps_its_uid_and_raises_its_sequence(site, line, radicale):
    site.sync(line.url, window(CHEST, MARCH), window(SITE, MARCH))
    etag = site.saved.events[CHEST].sync["etag"]
    line.forget()
    fates = site.sync(line.url, window(CHEST, APRIL), window(SITE, MARCH))
    assert fates == {CHEST: Fate.UPDATED, SITE: Fate.UNCHANGED}
    assert line.writes == ["PUT"]
    assert line.asked[-1][2]["If-Match"] == etag
    assert said(radicale.events()[CHEST]) == (APRIL, 1, "CONFIRMED")


def test_a_window_that_is_done_is_called_off_and_later_taken_out(site, line, radicale):
    """Its last day is 5 March: the cancellation stays up to and on 4 April, 30 days after."""
    others = [window(SECRET.window_uid("P2", "x", "y", n), APRIL) for n in range(5)]
    site.sync(line.url, window(CHEST, MARCH), *others)
    line.forget()
    assert site.sync(line.url, *others)[CHEST] is Fate.CANCELLED
    event = radicale.events()[CHEST]
    assert said(event) == (MARCH, 1, "CANCELLED")
    assert event.walk("VALARM") == []
    for as_of, writes, stands, why in [
        (date(2026, 4, 3), [], True, "the day before the last"),
        (date(2026, 4, 4), [], True, "the last day"),
        (date(2026, 4, 5), ["DELETE"], False, "the day after"),
        (date(2026, 4, 6), [], False, "it is forgotten"),
    ]:
        line.forget()
        site.sync(line.url, *others, as_of=as_of)
        assert line.writes == writes, why
        assert (CHEST in radicale.events()) is stands, why
    assert site.saved.events[CHEST].stage is Stage.DROPPED
    assert site.saved.events[CHEST].sync == {}


def test_a_deletion_asks_for_the_version_that_was_left(site, line):
    site.sync(line.url, window(CHEST, MARCH), window(SITE, APRIL))
    etag = site.saved.events[CHEST].sync["etag"]
    line.forget()
    site.sync(line.url, look=Look(Style.MILESTONES))
    deleted = {path.split("/")[-1]: headers for method, path, headers in line.asked if method == "DELETE"}
    assert set(deleted) == {f"{CHEST}.ics", f"{SITE}.ics"}
    assert deleted[f"{CHEST}.ics"]["If-Match"] == etag


def test_what_was_never_in_the_calendar_is_not_called_off_in_it(site, line, radicale):
    """A state that a file was written from knows a cancellation before its first sync."""
    site.save(site.revision([window(CHEST, MARCH), window(SITE, APRIL)]).state)
    site.save(site.revision([window(SITE, APRIL)]).state)
    assert site.sync(line.url, window(SITE, APRIL)) == {SITE: Fate.CREATED}
    assert set(radicale.events()) == {SITE}


# Calendars that come and go


class _Garbling:
    """A calendar whose server tells no version of what it takes, and gives it back as no one can read it."""

    url, is_new = "https://dav.example.org/garbled/", False

    def __init__(self):
        self.version, self.written = 0, []

    def etags(self):
        return {CHEST: f'"{self.version}"'} if self.written else {}

    def read(self, _uid):
        return SimpleNamespace(etag=f'"{self.version}"', content=b"BEGIN:VCALENDAR")

    def create(self, uid, _content):
        self.written.append(uid)
        return self.read(uid)

    def replace(self, uid, _content, _etag):
        self.written.append(uid)
        return self.read(uid)


def test_what_cannot_be_read_is_ours_by_its_version_alone(site):
    calendar = _Garbling()
    assert Sync(site.revision([window(CHEST, MARCH)]), SECRET, calendar).run(site.save) == {CHEST: Fate.CREATED}
    assert Sync(site.revision([window(CHEST, APRIL)]), SECRET, calendar).run(site.save) == {CHEST: Fate.UPDATED}
    calendar.version = 1
    assert Sync(site.revision([window(CHEST, MARCH)]), SECRET, calendar).run(site.save) == {CHEST: Fate.USER_CHANGED}
    assert calendar.written == [CHEST, CHEST]


def test_a_calendar_that_was_deleted_is_made_and_filled_again(site, line, radicale):
    site.sync(line.url, window(CHEST, MARCH))
    radicale.clear()
    assert site.sync(line.url, window(CHEST, MARCH)) == {CHEST: Fate.CREATED}
    assert said(radicale.events()[CHEST]) == (MARCH, 0, "CONFIRMED")


def test_a_state_of_another_calendar_is_refused_unless_that_is_meant(site, line, radicale):
    site.sync(line.url, window(CHEST, MARCH))
    line.forget()
    with pytest.raises(AnotherCalendar, match="give this calendar a --state of its own"):
        site.sync(line.url, window(CHEST, MARCH), name="Another")
    assert line.writes == []
    assert site.sync(line.url, window(CHEST, MARCH), name="Another", restores=True) == {CHEST: Fate.CREATED}
    assert len(radicale.paths()) == 2


def test_a_state_that_is_taken_to_another_calendar_belongs_there_from_then_on(site, line, radicale):
    """The other calendar holds the same event already, of a run with a state that was lost."""
    site.sync(line.url, window(CHEST, MARCH), name="Another")
    site.saved = State()
    site.sync(line.url, window(CHEST, MARCH))
    line.forget()
    assert site.sync(line.url, window(CHEST, MARCH), name="Another", restores=True) == {CHEST: Fate.UNCHANGED}
    assert site.sync(line.url, window(CHEST, APRIL), name="Another") == {CHEST: Fate.UPDATED}
    assert line.writes == ["PUT"]
    assert len(radicale.paths()) == 2


def test_a_server_that_stores_events_in_its_own_words_is_no_user(site, line, radicale):
    """It drops a property and tells no version; later a client counts the version up without a change."""
    line.on_body = lambda body: body.replace(b"TRANSP:TRANSPARENT\r\n", b"")
    line.on_answer = lambda method, status, headers, content: (
        (status, {**headers, "ETag": ""} if method == "PUT" else headers, content)
    )
    site.sync(line.url, window(CHEST, MARCH))
    radicale.change(CHEST, b"END:VEVENT", b"X-MOZ-LASTACK:20260219T090000Z\r\nEND:VEVENT")
    assert site.sync(line.url, window(CHEST, APRIL)) == {CHEST: Fate.UPDATED}
    assert said(radicale.events()[CHEST]) == (APRIL, 1, "CONFIRMED")


def test_after_a_lost_state_what_is_there_is_taken_for_our_own(site, line):
    site.sync(line.url, window(CHEST, MARCH))
    site.saved = State()
    line.forget()
    assert site.sync(line.url, window(CHEST, MARCH)) == {CHEST: Fate.UNCHANGED}
    assert line.writes == []
    assert site.sync(line.url, window(CHEST, APRIL)) == {CHEST: Fate.UPDATED}


# What is foreseen


def test_what_is_foreseen_without_a_server_is_what_happens(site, line):
    others = [window(SECRET.window_uid("P2", "x", "y", n), APRIL) for n in range(5)]
    runs = [
        ([window(CHEST, MARCH), *others], {CHEST: Fate.CREATED}),
        ([window(CHEST, APRIL), *others], {CHEST: Fate.UPDATED}),
        (others, {CHEST: Fate.CANCELLED}),
    ]
    for windows, expected in runs:
        foreseen = foresee(site.revision(windows))
        assert foreseen == site.sync(line.url, *windows)
        assert foreseen.items() >= expected.items()
    assert foresee(site.revision(others, as_of=date(2026, 5, 6)))[CHEST] is Fate.DELETED
    assert set(foresee(site.revision(others)).values()) == {Fate.UNCHANGED}


def test_a_state_that_is_not_of_a_sync_is_told(site, line):
    site.sync(line.url, window(CHEST, MARCH))
    site.saved = site.saved.with_sync({CHEST: {"etags": "x"}})
    with pytest.raises(VigilError, match=r"the state holds what no sync has written: .*unknown field `etags`; restore"):
        site.sync(line.url, window(CHEST, MARCH))
