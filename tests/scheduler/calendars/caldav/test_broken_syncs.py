"""Syncs that break half way or lose an answer: the next run completes them."""

from __future__ import annotations

import pytest
from support.calendar_server import PASSWORD, USER
from support.calendar_site import (
    APRIL,
    CHEST,
    FEBRUARY,
    LATER,
    MARCH,
    SECRET,
    SITE,
    said,
    window,
)

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError, Credentials
from spine_vigil.scheduler.calendars.caldav.store import open_calendar
from spine_vigil.scheduler.calendars.caldav.syncing import Fate, Sync
from spine_vigil.scheduler.calendars.items import Look, Style


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
