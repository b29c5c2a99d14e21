"""Booked studies: what a calendar says of them, and which windows ring no more.

The windows are those of `support/revisions.py`: the chest is due on 30 April 2022, with 9 days of grace.
"""

from __future__ import annotations

import pytest
from support.reminders import ct, entries, first_run, revision, row
from support.revisions import component, uid


def firm_chest(found):
    """Return the lines of the description of the firm window of the chest, and whether it needs no alarm."""
    (entry,) = [entry for entry in found.events if entry.uid == uid(0)]
    return entry.description.split("\n"), entry.is_booked


def booked(*days):
    return [row(), *(ct(day, "scheduled") for day in days)]


@pytest.mark.parametrize(
    ("days", "said", "rings", "why"),
    [
        ([], None, True, "nothing is booked"),
        (["2022-04-20"], "Booked: 20 April 2022, which misses this window.", True, "the day before the grace begins"),
        (["2022-04-21"], "Booked: 21 April 2022, in this window.", False, "its first day"),
        (["2022-04-30"], "Booked: 30 April 2022, in this window.", False, "the day itself"),
        (["2022-05-09"], "Booked: 9 May 2022, in this window.", False, "its last day"),
        (["2022-05-10"], "Booked: 10 May 2022, which misses this window.", True, "the day after"),
        (["2022-04-20", "2022-05-02"], "Booked: 2 May 2022, in this window.", False, "the second one is in it"),
        (["2022-05-02", "2022-07-31"], "Booked: 2 May 2022, in this window.", False, "and so is the first"),
        (["2022-06-01", "2022-07-31"], "Booked: 1 June 2022, which misses this window.", True, "the first one is said"),
    ],
)
def test_a_window_with_a_booking_in_it_rings_no_alarm_and_says_the_day(days, said, rings, why):
    lines = component(first_run(booked(*days)), 0)
    assert ("BEGIN:VALARM" in lines) is rings, why
    description, is_booked = firm_chest(entries(booked(*days)))
    assert [line for line in description if line.startswith("Booked")] == ([said] if said else []), why
    assert is_booked is not rings


@pytest.mark.parametrize("status", ["requested", "cancelled"])
def test_what_is_not_booked_silences_nothing(status):
    rows = [row(), ct("2022-04-30", status)]
    assert component(first_run(rows), 0) == component(first_run([row()]), 0)


def test_a_booking_silences_no_other_schedule_and_no_projection():
    found = first_run(booked("2022-04-30", "2022-07-31"))
    assert component(found, 1) == component(first_run([row()]), 1)
    assert "BEGIN:VALARM" in {one.uid: one.component.decode() for one in found.revised}[uid(0, "primary_site")]


@pytest.mark.parametrize(
    ("regions", "said", "is_booked"),
    [
        (["cervical_spine"], "Booked: 30 April 2022, in this window, but of a part of the study alone.", False),
        (["cervical_spine", "thoracic_spine|lumbar_spine"], "Booked: 30 April 2022, in this window.", True),
        (["total_spine"], "Booked: 30 April 2022, in this window.", True),
    ],
)
def test_a_booking_of_a_part_silences_nothing(regions, said, is_booked):
    """The primary site is the whole spine: imaging of the neck leaves the rest due."""
    site = {"primary_site": "total_spine"}
    rows = [row(**site), *(ct("2022-04-30", "scheduled", **site) | {"region": region} for region in regions)]
    (entry,) = [entry for entry in entries(rows).events if entry.uid == uid(0, "primary_site")]
    assert said in entry.description.split("\n")
    assert entry.is_booked is is_booked


def test_a_booking_that_comes_or_goes_is_a_revision():
    first = first_run([row()])
    second = revision(first.state, booked("2022-04-30"), "2022-03-01")
    third = revision(second.state, [row()], "2022-03-02")
    assert [state.state.events[uid(0)].sequence for state in (first, second, third)] == [0, 1, 2]


@pytest.mark.parametrize("as_of", ["2022-04-29", "2022-04-30", "2022-05-01"])
def test_the_day_of_a_booking_revises_nothing_by_itself(as_of):
    first = first_run(booked("2022-04-30"))
    assert component(revision(first.state, booked("2022-04-30"), as_of), 0) == component(first, 0)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2022-04-30", "Booked: 30 April 2022, in this window."),
        ("2022-06-01", "Booked: 1 June 2022, which misses this window."),
    ],
)
def test_an_overdue_window_rings_whatever_was_booked(day, said):
    """A booking is no proof that the study was done."""
    rows = booked(day)
    lines = component(revision(first_run(rows).state, rows, "2022-05-10"), 0)
    assert "TRIGGER:-PT15H" in lines
    assert any(said.replace(",", "\\,") in line for line in lines)
