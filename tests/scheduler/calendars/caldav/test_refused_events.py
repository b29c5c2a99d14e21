"""Events that a server refuses: the others are sent, and the next run tries again."""

from __future__ import annotations

from datetime import date

import pytest
from support.calendar_site import APRIL, CHEST, LATER, MARCH, SECRET, SITE, said, window

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError
from spine_vigil.scheduler.calendars.caldav.refusals import EventRefused
from spine_vigil.scheduler.calendars.caldav.syncing import Fate
from spine_vigil.scheduler.calendars.items import Look, Style
from spine_vigil.scheduler.calendars.state import Stage

THREE = [CHEST, SITE, LATER]
QUOTA = b'<?xml version="1.0"?><d:error xmlns:d="DAV:"><d:quota-not-exceeded/></d:error>'


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """Note the pauses instead of making them."""
    found = []
    monkeypatch.setattr("spine_vigil.scheduler.calendars.caldav.session.sleep", found.append)
    return found


def refusing(status, *uids, content=b"", methods=("PUT",)):
    """Return a server that refuses these events."""

    def answer(method, path):
        is_refused = method in methods and any(uid in path for uid in uids)
        return (status, {"Content-Type": "application/xml"}, content) if is_refused else None

    return answer


REFUSALS = [400, 403, 404, 405, 409, 413, 415, 422, 423, 500, 501, 502, 507]


@pytest.mark.parametrize("status", REFUSALS)
def test_one_refused_event_holds_up_no_other_and_is_sent_by_the_next_run(site, line, radicale, status):
    line.refuses = refusing(status, SITE)
    fates = site.sync(line.url, *(window(uid, MARCH) for uid in THREE))
    assert fates == {CHEST: Fate.CREATED, SITE: Fate.REFUSED, LATER: Fate.CREATED}
    assert set(radicale.events()) == {CHEST, LATER}
    line.refuses = lambda *_: None
    assert site.sync(line.url, *(window(uid, MARCH) for uid in THREE))[SITE] is Fate.CREATED
    assert said(radicale.events()[SITE]) == (MARCH, 0, "CONFIRMED")


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refused_change_leaves_the_event_and_is_tried_again(site, line, radicale, status):
    site.sync(line.url, *(window(uid, MARCH) for uid in THREE))
    line.refuses = refusing(status, SITE)
    for _ in range(2):
        fates = site.sync(line.url, *(window(uid, APRIL) for uid in THREE))
        assert fates[SITE] is Fate.REFUSED
    assert {uid: said(event)[:2] for uid, event in radicale.events().items()} == {
        CHEST: (APRIL, 1),
        SITE: (MARCH, 0),
        LATER: (APRIL, 1),
    }
    line.refuses = lambda *_: None
    assert site.sync(line.url, *(window(uid, APRIL) for uid in THREE))[SITE] is Fate.UPDATED
    assert said(radicale.events()[SITE]) == (APRIL, 1, "CONFIRMED")


def test_a_refused_deletion_is_tried_again_and_still_knows_whose_it_was(site, line, radicale):
    others = [window(SECRET.window_uid("P2", "x", "y", n), APRIL) for n in range(5)]
    site.sync(line.url, window(CHEST, MARCH), *others)
    site.sync(line.url, *others)
    line.refuses = refusing(403, CHEST, methods=("DELETE",))
    for as_of in (date(2026, 4, 5), date(2026, 4, 6)):
        assert site.sync(line.url, *others, as_of=as_of)[CHEST] is Fate.REFUSED
        kept = site.saved.events[CHEST]
        assert (kept.stage, kept.code, kept.opens) == (Stage.DROPPED, "ABCD2345", MARCH)
    line.refuses = lambda *_: None
    assert site.sync(line.url, *others, as_of=date(2026, 4, 7))[CHEST] is Fate.DELETED
    assert CHEST not in radicale.events()
    site.sync(line.url, *others, as_of=date(2026, 4, 8))
    assert (site.saved.events[CHEST].code, site.saved.events[CHEST].opens) == ("", None)


def test_deletions_that_are_forbidden_show_no_missing_right(site, line):
    site.sync(line.url, window(CHEST, MARCH), window(SITE, MARCH))
    line.refuses = refusing(403, CHEST, SITE, methods=("DELETE",))
    fates = site.sync(line.url, look=Look(Style.MILESTONES))
    assert fates == {CHEST: Fate.REFUSED, SITE: Fate.REFUSED}


def test_an_event_that_cannot_be_read_is_left_for_the_next_run(site, line, radicale):
    """A run was killed behind a change; what has become of it cannot be read now."""
    site.sync(line.url, window(CHEST, MARCH), window(SITE, MARCH))
    line.forget()
    line.breaks_at, line.breaks = 1, "after"
    with pytest.raises(CalendarServerError, match="the connection broke"):
        site.sync(line.url, window(CHEST, APRIL), window(SITE, MARCH))
    line.forget()
    line.refuses = refusing(500, CHEST, methods=("GET",))
    assert site.sync(line.url, window(CHEST, APRIL), window(SITE, APRIL)) == {CHEST: Fate.REFUSED, SITE: Fate.UPDATED}
    line.refuses = lambda *_: None
    assert site.sync(line.url, window(CHEST, APRIL), window(SITE, APRIL))[CHEST] is Fate.UNCHANGED
    assert said(radicale.events()[CHEST]) == (APRIL, 1, "CONFIRMED")


# A missing right


def test_a_run_whose_every_write_is_forbidden_lacks_the_right(site, line):
    line.refuses = refusing(403, *THREE)
    with pytest.raises(CalendarServerError, match="does not allow this user to do that; ask for the right to write"):
        site.sync(line.url, *(window(uid, MARCH) for uid in THREE))
    assert line.writes == ["PUT"] * 3


def test_one_forbidden_event_alone_shows_no_missing_right(site, line):
    """It may be the one that the server forbids every night, while all others are there."""
    line.refuses = refusing(403, CHEST)
    assert site.sync(line.url, window(CHEST, MARCH)) == {CHEST: Fate.REFUSED}


def test_a_full_calendar_is_no_missing_right(site, line):
    line.refuses = refusing(403, *THREE, content=QUOTA)
    assert set(site.sync(line.url, *(window(uid, MARCH) for uid in THREE)).values()) == {Fate.REFUSED}


@pytest.mark.parametrize("status", [401, 429])
def test_what_concerns_all_events_ends_the_run(site, line, status):
    line.refuses = refusing(status, CHEST)
    with pytest.raises(CalendarServerError) as error:
        site.sync(line.url, *(window(uid, MARCH) for uid in THREE))
    assert not isinstance(error.value, EventRefused)


# Words


@pytest.mark.parametrize(
    ("status", "preconditions", "words"),
    [
        (400, [], "400 Bad Request"),
        (403, [], "403 Forbidden; ask for the right to write in the calendar if it is missing"),
        (403, ["{DAV:}quota-not-exceeded"], "the quota of the calendar is used up; make room, or ask for more"),
        (507, ["{DAV:}quota-not-exceeded"], "the quota of the calendar is used up; make room, or ask for more"),
        (507, ["{DAV:}sufficient-disk-space"], "the disk of the server is full; tell who runs it"),
        (507, [], "no space is left on the server; make room, or tell who runs it"),
        (423, [], "another program has locked it"),
        (409, ["{urn:ietf:params:xml:ns:caldav}max-resource-size"], "409 Conflict (max-resource-size)"),
        (400, ["{x}Jane Planted"], "400 Bad Request"),
        (499, [], "499"),
    ],
)
def test_a_refusal_is_said_in_words(status, preconditions, words):
    assert EventRefused("https://dav.example.org", status, preconditions).words == words


# Failures that pass


@pytest.mark.parametrize(("failures", "fate"), [(1, Fate.CREATED), (2, Fate.CREATED), (3, Fate.REFUSED)])
def test_a_failure_that_passes_is_waited_for(site, line, pauses, failures, fate):
    left = [502] * failures
    line.refuses = lambda method, _: (left.pop(), {}, b"") if method == "PUT" and left else None
    assert site.sync(line.url, window(CHEST, MARCH)) == {CHEST: fate}
    assert pauses == [1.0, 3.0][:failures]


def test_a_server_that_is_down_is_not_asked_thrice_for_each_of_many_events(site, line, pauses):
    many = [SECRET.window_uid("P2", "x", "y", n) for n in range(20)]
    line.refuses = refusing(500, *many)
    assert set(site.sync(line.url, *(window(uid, MARCH) for uid in many)).values()) == {Fate.REFUSED}
    assert sum(pauses) <= 60
    assert len(line.writes) < 60


def test_a_write_that_arrived_although_the_server_failed_is_our_own(site, line, radicale):
    """The first try is stored and answered by 502, the second finds what the first one stored."""
    failing = [502]

    def fail_once(method, status, headers, content):
        return (failing.pop(), {}, b"") if method == "PUT" and failing else (status, headers, content)

    line.on_answer = fail_once
    assert site.sync(line.url, window(CHEST, MARCH)) == {CHEST: Fate.CREATED}
    failing.append(502)
    assert site.sync(line.url, window(CHEST, APRIL)) == {CHEST: Fate.UPDATED}
    assert said(radicale.events()[CHEST]) == (APRIL, 1, "CONFIRMED")
    assert site.sync(line.url, window(CHEST, APRIL)) == {CHEST: Fate.UNCHANGED}
