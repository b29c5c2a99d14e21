"""Events in a calendar that others write in too: what is sent, what is left alone, and what a broken run leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from support.calendar_server import PASSWORD, USER

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError, Credentials
from spine_vigil.scheduler.calendars.caldav.store import open_calendar
from spine_vigil.scheduler.calendars.caldav.syncing import AnotherCalendar, Fate, Sync, foresee
from spine_vigil.scheduler.calendars.entries import Entries, Entry
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.items import Look, Style
from spine_vigil.scheduler.calendars.revising import revise
from spine_vigil.scheduler.calendars.state import Horizon, Stage, State
from spine_vigil.scheduler.errors import VigilError

SECRET = SiteSecret(bytes(32))
CHEST, SITE, LATER = (SECRET.window_uid("P1", "bone.osteosarcoma", name, 1) for name in ("chest", "site", "later"))
JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 5) for month in (1, 2, 3, 4))

WINDOWS = Look()


def window(uid, opens, closes=None, *, is_firm=True):
    return Entry(uid, opens, closes or opens, is_firm, date(2025, 12, 31), "ABCD2345", "What to order.")


@pytest.fixture
def site():
    """Return a navigator's machine: its state file as it would be after each run."""

    class Site:
        def __init__(self):
            self.saved, self.saves = State(), 0

        def save(self, state):
            self.saved, self.saves = state, self.saves + 1

        def revision(self, windows, as_of=JANUARY, look=WINDOWS):
            found = Entries(
                tuple(windows),
                {},
                {},
                (),
                Horizon(as_of, date(2027, 1, 5)),
                dict.fromkeys(self.saved.horizons.values(), frozenset()),
            )
            return revise(self.saved, found, as_of, datetime(2026, 1, as_of.month, tzinfo=UTC), look, SECRET)

        def sync(self, url, *windows, name="Imaging", restores=False, **revision):
            calendar = open_calendar(url, name, Credentials(USER, PASSWORD))
            try:
                return Sync(self.revision(windows, **revision), SECRET, calendar, restores=restores).run(self.save)
            finally:
                calendar.close()

    return Site()


def said(event):
    return event.decoded("DTSTART"), int(event["SEQUENCE"]), str(event["STATUS"])


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


# What is the user's


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


# Broken runs


@pytest.mark.parametrize("breaks", ["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_server_that_dies_half_way_is_completed_by_the_next_run(site, line, radicale, at, breaks):
    """Whether the answer or the event itself was lost: no event twice, none missing, none left behind."""
    windows = [window(uid, MARCH) for uid in (CHEST, SITE, LATER)]
    line.breaks_at, line.breaks = at, breaks
    with pytest.raises(CalendarServerError, match="cannot be reached, or the connection broke"):
        site.sync(line.url, *windows)
    arrived = at if breaks == "after" else at - 1
    assert len(radicale.events()) == arrived
    line.forget()
    site.sync(line.url, *windows)
    assert line.writes == ["PUT"] * (3 - arrived)
    assert {said(event) for event in radicale.events().values()} == {(MARCH, 0, "CONFIRMED")}
    assert len(radicale.paths()) == 3
    line.forget()
    assert set(site.sync(line.url, *windows).values()) == {Fate.UNCHANGED}
    assert line.writes == []


@pytest.mark.parametrize("breaks", ["before", "after"])
def test_a_change_whose_answer_was_lost_is_known_again_even_after_the_next_change(site, line, radicale, breaks):
    site.sync(line.url, window(CHEST, MARCH))
    line.forget()
    line.breaks_at, line.breaks = 1, breaks
    with pytest.raises(CalendarServerError):
        site.sync(line.url, window(CHEST, APRIL))
    line.forget()
    assert site.sync(line.url, window(CHEST, FEBRUARY)) == {CHEST: Fate.UPDATED}
    assert said(radicale.events()[CHEST]) == (FEBRUARY, 2, "CONFIRMED")


def test_what_a_user_changed_after_a_lost_answer_is_left(site, line, radicale):
    site.sync(line.url, window(CHEST, MARCH))
    line.forget()
    line.breaks_at, line.breaks = 1, "after"
    with pytest.raises(CalendarServerError):
        site.sync(line.url, window(CHEST, APRIL))
    radicale.change(CHEST, b"What to order.", b"Mine.")
    line.forget()
    assert site.sync(line.url, window(CHEST, FEBRUARY)) == {CHEST: Fate.USER_CHANGED}
    assert radicale.events()[CHEST]["DESCRIPTION"] == "Mine."


@pytest.mark.parametrize("breaks", ["before", "after"])
def test_a_deletion_whose_answer_was_lost_is_completed(site, line, radicale, breaks):
    site.sync(line.url, window(CHEST, MARCH))
    line.forget()
    line.breaks_at, line.breaks = 1, breaks
    with pytest.raises(CalendarServerError):
        site.sync(line.url, look=Look(Style.MILESTONES))
    line.forget()
    site.sync(line.url, look=Look(Style.MILESTONES))
    assert radicale.events() == {}
    assert site.saved.events[CHEST].sync == {}


def test_a_run_that_is_killed_leaves_a_state_from_which_the_next_one_goes_on(site, line, radicale):
    """The state is as it was saved before the first event: nothing of the answers is known."""
    line.breaks_at, line.breaks = 3, "after"
    kept = []
    calendar = open_calendar(line.url, "Imaging", Credentials(USER, PASSWORD))
    windows = [window(uid, MARCH) for uid in (CHEST, SITE, LATER)]
    with pytest.raises(CalendarServerError):
        Sync(site.revision(windows), SECRET, calendar).run(kept.append)
    calendar.close()
    site.saved = kept[0]
    line.forget()
    assert set(site.sync(line.url, *windows).values()) == {Fate.UNCHANGED}
    assert line.writes == []
    assert len(radicale.paths()) == 3


def test_a_change_of_a_run_that_is_killed_is_known_again_by_what_was_saved_before_it(site, line, radicale):
    """The window has moved once more by then: only the state can tell what the run before had sent."""
    site.sync(line.url, window(CHEST, MARCH))
    line.forget()
    line.breaks_at, line.breaks = 1, "after"
    kept = []
    calendar = open_calendar(line.url, "Imaging", Credentials(USER, PASSWORD))
    with pytest.raises(CalendarServerError):
        Sync(site.revision([window(CHEST, APRIL)]), SECRET, calendar).run(
            lambda state: kept.append((state, len(line.writes)))
        )
    calendar.close()
    assert [writes for _, writes in kept] == [0, 1]
    site.saved = kept[0][0]
    line.forget()
    assert site.sync(line.url, window(CHEST, FEBRUARY)) == {CHEST: Fate.UPDATED}
    assert said(radicale.events()[CHEST]) == (FEBRUARY, 2, "CONFIRMED")


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
