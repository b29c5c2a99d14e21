"""Overdue windows: moved once to where somebody looks, and what becomes of them then.

The windows are those of `support/revisions.py`: the chest is due on 30 April 2022 with 9 days of grace, so it is
overdue from 10 May on.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import icalendar
import pytest
from support.reminders import SECRET, ct, entries, first_run, revision, row
from support.revisions import FIRST, chest, component, uid

from spine_vigil.scheduler.calendars.entries import Show
from spine_vigil.scheduler.calendars.feeds import feed
from spine_vigil.scheduler.calendars.items import Look, Style
from spine_vigil.scheduler.calendars.revising import revise
from spine_vigil.scheduler.calendars.state import Kind, State, read_state

CODE = SECRET.patient_code("MRN-4711-Zoë")
UNSTUDIED = [row()]


def days(found, number=0):
    """Return the first day of a window of the chest, and its version."""
    first, _, sequence = chest(found)[number]
    return first, sequence


def starting(lines, *names):
    return [line for line in lines if line.startswith(names)]


# The first run that finds it so


@pytest.mark.parametrize(
    ("as_of", "first", "sequence", "why"),
    [
        ("2022-05-08", "2022-04-30", 0, "the day before the last of the grace"),
        ("2022-05-09", "2022-04-30", 0, "the last day"),
        ("2022-05-10", "2022-05-11", 1, "the day after: shown on the day after the run"),
        ("2022-06-20", "2022-06-21", 1, "no run in between"),
    ],
)
def test_a_window_whose_last_day_passed_is_revised_onto_the_day_after_the_run(as_of, first, sequence, why):
    assert days(revision(first_run(UNSTUDIED).state, UNSTUDIED, as_of)) == (first, sequence), why


def test_it_says_that_it_is_overdue_and_the_old_dates_and_rings_on_the_day_of_the_run():
    lines = component(revision(first_run(UNSTUDIED).state, UNSTUDIED, "2022-05-10"), 0)
    assert starting(lines, "DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE", "LAST", "TRIGGER") == [
        "LAST-MODIFIED:20220510T120000Z",
        "SEQUENCE:1",
        "SUMMARY:Imaging window overdue " + CODE,
        "DTSTART;VALUE=DATE:20220511",
        "DTEND;VALUE=DATE:20220512",
        "STATUS:CONFIRMED",
        "TRIGGER:-PT15H",
    ]
    (said,) = starting(lines, "DESCRIPTION:Overdue")
    assert said.startswith(
        "DESCRIPTION:Overdue: no study is documented up to 9 May 2022\\, the last day\\, with grace.\\n"
        "Only day: 30 April 2022.\\n"
    )


def test_details_that_are_shown_follow_the_code():
    shown = entries(UNSTUDIED, "2022-05-10", show=(Show.MODALITY,))
    found = revise(State(), shown, date(2022, 5, 10), datetime(2022, 5, 10, tzinfo=UTC), Look(), SECRET)
    (said,) = {line for line in component(found, 0) if line.startswith("SUMMARY")}
    assert said == f"SUMMARY:Imaging window overdue {CODE}\\, CT or PET/CT"


@pytest.mark.parametrize(("alarm_days", "rings"), [(0, []), (1, ["TRIGGER:-PT15H"]), (30, ["TRIGGER:-PT15H"])])
def test_whoever_wants_no_alarm_gets_none(alarm_days, rings):
    found = revision(State(), UNSTUDIED, "2022-05-10", look=Look(alarm_days=alarm_days))
    assert starting(component(found, 0), "TRIGGER") == rings


def test_a_window_without_grace_says_so():
    found = entries(UNSTUDIED, "2022-05-01", grace=0).events
    assert {event.overdue for event in found if event.is_firm} == {
        "Overdue: no study is documented up to 30 April 2022, the last day."
    }


# Later runs


@pytest.mark.parametrize("as_of", ["2022-05-10", "2022-05-11", "2022-05-12", "2022-07-01"])
def test_later_runs_change_nothing(as_of):
    second = revision(first_run(UNSTUDIED).state, UNSTUDIED, "2022-05-10")
    third = revision(second.state, UNSTUDIED, as_of)
    assert component(third, 0) == component(second, 0)
    assert third.state.events[uid(0)] == second.state.events[uid(0)]


@pytest.mark.parametrize(
    ("as_of", "first", "revised"),
    [("2022-05-10", "2022-05-11", "20220510T000000Z"), ("2022-05-20", "2022-05-21", "20220520T000000Z")],
)
def test_without_a_state_it_is_the_day_after_the_as_of_date(as_of, first, revised):
    found = first_run(UNSTUDIED, as_of)
    assert days(found) == (first, 0)
    assert starting(component(found, 0), "LAST-MODIFIED") == [f"LAST-MODIFIED:{revised}"]


@pytest.mark.parametrize(
    ("as_of", "first", "sequence", "why"),
    [
        ("2022-05-16", "2022-05-11", 1, "6 days after the run that showed it"),
        ("2022-05-17", "2022-05-18", 2, "7 days after"),
        ("2022-05-18", "2022-05-19", 2, "8 days after, no run in between"),
    ],
)
def test_it_is_shown_again_after_so_many_days(as_of, first, sequence, why):
    look = Look(overdue_again=7)
    second = revision(first_run(UNSTUDIED).state, UNSTUDIED, "2022-05-10", look=look)
    assert days(revision(second.state, UNSTUDIED, as_of, look=look)) == (first, sequence), why


def test_shown_again_it_is_counted_from_the_day_on_which_it_was_shown_last():
    look, state, found = Look(overdue_again=7), first_run(UNSTUDIED).state, []
    for as_of in ("2022-05-10", "2022-05-18", "2022-05-24", "2022-05-25"):
        run = revision(state, UNSTUDIED, as_of, look=look)
        state = run.state
        found.append(days(run))
    assert found == [("2022-05-11", 1), ("2022-05-19", 2), ("2022-05-19", 2), ("2022-05-26", 3)]


# The end of it


def test_a_window_that_is_done_late_is_cancelled_where_it_stands():
    second = revision(first_run(UNSTUDIED).state, UNSTUDIED, "2022-05-10")
    third = revision(second.state, [row(), ct("2022-05-20")], "2022-05-21")
    assert chest(third)[0] == ("2022-05-11", "CANCELLED", 2)
    lines = component(third, 0)
    assert "BEGIN:VALARM" not in lines
    assert starting(lines, "SUMMARY", "DESCRIPTION") == [
        f"SUMMARY:Imaging window {CODE}",
        "DESCRIPTION:This window is done or no longer due.\\nOnly day: 30 April 2022.",
    ]


@pytest.mark.parametrize(
    ("as_of", "is_shown", "why"),
    [
        ("2022-06-09", True, "29 days after 11 May, on which it stood"),
        ("2022-06-10", True, "30 days"),
        ("2022-06-11", False, "31 days"),
    ],
)
def test_its_cancellation_is_shown_until_30_days_after_the_day_on_which_it_stood(as_of, is_shown, why):
    studied = [row(), ct("2022-05-20")]
    second = revision(first_run(UNSTUDIED).state, UNSTUDIED, "2022-05-10")
    third = revision(second.state, studied, "2022-05-21")
    assert (0 in chest(revision(third.state, studied, as_of))) is is_shown, why


def test_a_window_that_is_not_overdue_after_all_goes_back():
    """Treatment ended on 18 February, not on 31 January: due on 18 May."""
    second = revision(first_run(UNSTUDIED).state, UNSTUDIED, "2022-05-10")
    corrected = [row(treatment_end_date="2022-02-18")]
    third = revision(second.state, corrected, "2022-05-11")
    assert days(third) == ("2022-05-18", 2)
    assert starting(component(third, 0), "SUMMARY", "TRIGGER") == [
        f"SUMMARY:Imaging window {CODE}",
        "TRIGGER:-P13DT15H",
    ]
    fourth = revision(third.state, corrected, "2022-05-28")
    assert days(fourth) == ("2022-05-29", 3)  # 18 May and 9 days of grace: found overdue anew


def test_asked_about_an_earlier_day_it_is_as_it_was():
    second = revision(first_run(UNSTUDIED).state, UNSTUDIED, "2022-05-10")
    assert days(revision(second.state, UNSTUDIED, "2022-05-09")) == ("2022-04-30", 2)


def test_a_cancelled_window_that_is_overdue_after_all_is_found_anew():
    """The study of 20 May was another patient's."""
    second = revision(first_run(UNSTUDIED).state, UNSTUDIED, "2022-05-10")
    third = revision(second.state, [row(), ct("2022-05-20")], "2022-05-21")
    assert days(revision(third.state, UNSTUDIED, "2022-05-25")) == ("2022-05-26", 3)


# What stands behind it


def test_projections_behind_it_count_from_the_day_of_the_run_and_assume_no_missed_study():
    second = revision(first_run(UNSTUDIED).state, UNSTUDIED, "2022-05-09")
    third = revision(second.state, UNSTUDIED, "2022-05-10")
    assert [days(second, number)[0] for number in (1, 2)] == ["2022-08-09", "2022-11-09"]
    assert [days(third, number)[0] for number in (1, 2)] == ["2022-08-10", "2022-11-10"]
    assert {starting(component(third, n), "SUMMARY")[0] for n in (1, 2)} == {f"SUMMARY:Imaging window {CODE}"}


# Milestones and to-dos


def events_of(found, component_name):
    """Return what stands in the calendars: by summary the first day (of a to-do the last), and the version."""
    parts = [part for one in found.revised for part in icalendar.Calendar.from_ical(one.ics).walk(component_name)]
    firm = [part for part in parts if str(part["STATUS"]) != "TENTATIVE"]
    day = "DUE" if component_name == "VTODO" else "DTSTART"
    return {(str(part["SUMMARY"]), str(part.decoded(day)), int(part["SEQUENCE"])) for part in firm}


def test_of_two_milestones_the_last_day_becomes_overdue_and_rings_and_the_opening_stays():
    look = Look(Style.MILESTONES)
    rows = [row(primary_site="")]  # the chest alone
    first = first_run(rows, look=look, until=date(2022, 5, 1))
    second = revision(first.state, rows, "2022-05-10", look=look, until=date(2022, 5, 1))
    assert events_of(first, "VEVENT") == {
        (f"Imaging window {CODE} opens", "2022-04-30", 0),
        (f"Imaging window {CODE} last day", "2022-04-30", 0),
    }
    assert events_of(second, "VEVENT") == {
        (f"Imaging window {CODE} opens", "2022-04-30", 0),
        (f"Imaging window overdue {CODE}", "2022-05-11", 1),
    }
    assert feed(second.revised).count(b"TRIGGER:-PT15H") == 1


def test_a_todo_is_due_on_that_day():
    look = Look(has_todos=True)
    rows = [row(primary_site="")]
    second = revision(first_run(rows, look=look).state, rows, "2022-05-10", look=look, until=date(2022, 5, 31))
    todos = events_of(second, "VTODO")
    assert todos == {(f"Imaging window overdue {CODE}", "2022-05-11", 1)}
    assert events_of(second, "VEVENT") == todos


# The state


def test_the_state_keeps_the_day(tmp_path):
    second = revision(first_run(UNSTUDIED).state, UNSTUDIED, "2022-05-10")
    path = tmp_path / "state.json"
    path.write_bytes(second.state.to_bytes())
    assert json.loads(path.read_bytes())["events"][uid(0)]["overdue_on"] == "2022-05-11"
    assert read_state(path, SECRET) == second.state
    assert days(revision(read_state(path, SECRET), UNSTUDIED, "2022-06-01")) == ("2022-05-11", 1)


def test_a_state_of_the_version_before_is_read_and_its_overdue_windows_are_shown(tmp_path):
    """It was written on 10 May and left the window on 30 April."""
    path = tmp_path / "state.json"
    old = first_run(UNSTUDIED).state.to_bytes().replace(b'"2022-02-01"', b'"2022-05-10"')
    assert b"overdue_on" not in old
    path.write_bytes(old)
    state = read_state(path, SECRET)
    assert state.horizons[Kind.WINDOW].as_of == date(2022, 5, 10)
    assert chest(revision(state, UNSTUDIED, "2022-05-12"))[0] == ("2022-05-13", "CONFIRMED", FIRST[0][2] + 1)
