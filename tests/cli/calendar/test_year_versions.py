"""A year in the life of a clinic, exported every Monday: versions and cancellations say nothing twice."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from support.calendar_year import TIME_ENDS_IT, pairs

pytestmark = pytest.mark.slow


# Versions


def test_a_version_rises_by_one_where_the_event_says_something_else_and_else_never(calendars):
    """Over the whole year, also after a cancellation has been dropped and the window comes back."""
    last, kinds = {}, Counter()
    for week, events in calendars:
        for uid, event in events.items():
            before = last.get(uid)
            if before is None:
                assert event.sequence == 0, week.day
            elif before.says == event.says:
                assert event == before, week.day
            else:
                assert event.sequence == before.sequence + 1, week.day
                assert event.revised > before.revised, week.day
            kinds["new" if before is None else "same" if before.says == event.says else "changed"] += 1
            last[uid] = event
    assert kinds["same"] > kinds["changed"] > 300
    assert kinds["new"] == len(last)
    assert max(event.sequence for event in last.values()) > 3


def test_what_is_revised_bears_the_time_of_its_week(calendars):
    """Unless it bore a later date before: that of an operation that is planned."""
    last, later = {}, 0
    for week, events in calendars:
        for uid, event in events.items():
            before = last.get(uid)
            if before is not None and event != before:
                is_later = before.revised > f"{week.day:%Y%m%d}T120000Z"
                later += is_later
                assert is_later or event.revised == f"{week.day:%Y%m%d}T120000Z"
            last[uid] = event
    assert later < 10


def test_an_event_that_was_gone_and_comes_back_as_it_was_is_the_same_bytes_or_a_higher_version(calendars):
    last, back = {}, Counter()
    for (_, before), (_, now) in pairs(calendars):
        last |= before
        for uid in now.keys() - before.keys():
            if uid in last:
                is_same = last[uid] == now[uid]
                assert is_same or now[uid].sequence == last[uid].sequence + 1
                back[last[uid].status, is_same] += 1
    assert back["CANCELLED", False]
    assert not back["CANCELLED", True]


# Cancellations


def test_a_cancellation_is_shown_for_its_time_and_then_dropped(calendars):
    """Until 30 days after the last day of its window, and for a week at least, unless it is due again before."""
    shown_until, ends = {}, Counter()
    for (_, before), (week, now) in pairs(calendars):
        for uid, event in now.items():
            if event.status == "CANCELLED" and before.get(uid, event).status != "CANCELLED":
                shown_until[uid] = max(event.last + timedelta(days=30), week.day + timedelta(days=7))
        for uid, until in list(shown_until.items()):
            if uid in now and now[uid].status != "CANCELLED":
                ends["due again"] += 1
                del shown_until[uid]
            elif week.day > until:
                assert uid not in now, week.day
                ends["dropped"] += 1
                del shown_until[uid]
            else:
                assert now[uid].status == "CANCELLED", week.day
        assert {uid for uid, event in now.items() if event.status == "CANCELLED"} <= set(shown_until)
    assert ends["due again"] > 5
    assert ends["dropped"] > 50


def test_what_no_row_explains_is_not_cancelled_and_what_one_explains_is(calendars):
    """Time alone takes a projection that moves behind the horizon, or a window that the rules end, without a word."""
    ends = Counter()
    for (last_week, before), (week, now) in pairs(calendars):
        for uid, event in before.items():
            is_live = uid in now and now[uid].status != "CANCELLED"
            if event.status == "CANCELLED" or is_live:
                continue
            is_explained = last_week.rows_of(event.code) != week.rows_of(event.code) or _is_reached(
                last_week, week, event.code
            )
            if uid in now:
                assert is_explained, week.day
                ends["cancelled"] += 1
            else:
                has_moved = event.status == "TENTATIVE" and _is_missed(now, event.code, week.day)
                protocol = last_week.rows_of(event.code)[0]["protocol"]
                assert has_moved or protocol in TIME_ENDS_IT, week.day
                ends["moved" if has_moved else "ended"] += 1
    assert ends["cancelled"] > 150
    assert ends["moved"] > 2
    assert ends["ended"] > 0


def _is_missed(events, code, day):
    """Tell whether a firm window of a patient has closed without its study."""
    return any(e.code == code and e.status == "CONFIRMED" and e.last < day for e in events.values())


def _is_reached(last_week, week, code):
    """Tell whether a documented end of follow-up has come since the week before."""
    ends = {row.get("follow_up_end_date", "") for row in week.rows_of(code)} - {""}
    return any(last_week.day < date.fromisoformat(end) <= week.day for end in ends)


def test_no_ordinary_week_is_refused(year):
    for week in year[1:]:
        assert week.cancelled * 5 <= week.were_live, week.day
        assert week.were_live > 80
