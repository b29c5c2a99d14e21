"""What leaves a calendar: windows that a decision cancels, and those that go by time alone.

The windows are those of `support/revisions.py`.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest
from support.paths import SAMPLES
from support.reminders import SECRET, ct, first_run, revision, row
from support.revisions import FIRST, STUDIED, chest, component, uid

from spine_vigil.scheduler.calendars.state import Stage, State
from spine_vigil.scheduler.rules.dates import add, months

# Called off by a decision


def test_a_window_that_is_done_is_cancelled_and_the_next_one_is_firm():
    """Studied on 3 May: due on 3 August, 3 November, 3 February 2023. The last has moved out of the horizon."""
    found = revision(first_run([row()]).state, STUDIED, "2022-05-04")
    assert chest(found) == {
        0: ("2022-04-30", "CANCELLED", 1),
        1: ("2022-08-03", "CONFIRMED", 1),
        2: ("2022-11-03", "TENTATIVE", 1),
        3: ("2023-01-31", "CANCELLED", 1),
    }
    assert (found.cancelled, found.were_live) == (2, 8)


def test_a_cancellation_says_of_whom_and_which_days_and_rings_no_alarm():
    first = first_run([row()])
    assert "BEGIN:VALARM" in component(first, 0)
    lines = component(revision(first.state, STUDIED, "2022-05-04"), 0)
    assert "BEGIN:VALARM" not in lines
    assert [line for line in lines if line.startswith(("SUMMARY", "DESCRIPTION", "DTSTART", "DTEND"))] == [
        f"SUMMARY:Imaging window {SECRET.patient_code('MRN-4711-Zoë')}",
        "DTSTART;VALUE=DATE:20220430",
        "DTEND;VALUE=DATE:20220501",
        "DESCRIPTION:This window is done or no longer due.\\nOnly day: 30 April 2022.",
    ]


def test_two_studies_between_two_runs_cancel_two_windows():
    rows = [row(), ct("2022-05-03"), ct("2022-08-03")]
    found = revision(first_run([row()]).state, rows, "2022-08-04")
    assert {n: status for n, (_, status, _) in chest(found).items()} == {
        0: "CANCELLED",
        1: "CANCELLED",
        2: "CONFIRMED",
        3: "CANCELLED",
    }


def test_a_window_that_moved_out_of_the_horizon_comes_back_in_a_higher_version():
    """Due on 3 February 2023: beyond a horizon of 31 January, within one of 3 February."""
    second = revision(first_run([row()]).state, STUDIED, "2022-05-04")
    third = revision(second.state, STUDIED, "2022-05-10", until=date(2023, 2, 3))
    assert chest(third)[3] == ("2023-02-03", "TENTATIVE", 2)


@pytest.mark.parametrize(
    ("as_of", "status", "why"),
    [
        ("2022-05-29", "CANCELLED", "29 days after 30 April"),
        ("2022-05-30", "CANCELLED", "30 days after it, the last one on which it is shown"),
        ("2022-05-31", None, "31 days after it"),
    ],
)
def test_a_cancellation_is_shown_until_30_days_after_the_last_day_of_the_window(as_of, status, why):
    second = revision(first_run([row()]).state, STUDIED, "2022-05-04")
    third = revision(second.state, STUDIED, as_of)
    assert chest(third).get(0, (None, None))[1] == status, why
    assert third.cancelled == 0
    if status:
        assert component(third, 0) == component(second, 0)


@pytest.mark.parametrize(
    ("as_of", "is_shown", "why"),
    [
        ("2022-07-26", True, "6 days after it was cancelled"),
        ("2022-07-27", True, "a week after, the last day"),
        ("2022-07-28", False, "8 days after"),
    ],
)
def test_a_cancellation_that_comes_late_is_shown_for_a_week(as_of, is_shown, why):
    """The window of 30 April was studied, or the study was reported, on 20 July: its 30 days are over."""
    late = [row(), ct("2022-07-19")]
    second = revision(first_run([row()]).state, late, "2022-07-20")
    assert chest(second)[0] == ("2022-04-30", "CANCELLED", 1)
    assert (0 in chest(revision(second.state, late, as_of))) == is_shown, why


def test_of_what_is_dropped_the_version_alone_is_kept_and_goes_on_when_it_comes_back():
    """The study turns out to be an error, after its cancellation has been dropped: the window is due again."""
    second = revision(first_run([row()]).state, STUDIED, "2022-05-04")
    third = revision(second.state, STUDIED, "2022-05-31")
    kept = third.state.events[uid(0)]
    assert (kept.stage, kept.sequence, kept.content, kept.code) == (Stage.DROPPED, 1, "", "")
    assert (kept.opens, kept.last_day, kept.shown_until) == (None, None, None)
    fourth = revision(third.state, [row()], "2022-06-01")
    assert chest(fourth)[0] == ("2022-06-02", "CONFIRMED", 2)  # overdue: the day after the run
    assert "LAST-MODIFIED:20220601T120000Z" in component(fourth, 0)


def test_what_comes_back_as_it_was_before_its_cancellation_is_a_higher_version_too():
    second = revision(first_run([row()]).state, STUDIED, "2022-05-04")
    third = revision(second.state, [row()], "2022-05-05")
    assert chest(third) == {
        0: ("2022-04-30", "CONFIRMED", 2),
        1: ("2022-08-05", "TENTATIVE", 2),  # of the missed study on 5 May, the day of the run
        2: ("2022-11-05", "TENTATIVE", 2),
        3: ("2023-01-31", "CANCELLED", 1),  # 5 February is beyond the horizon
    }


@pytest.mark.parametrize(
    ("as_of", "statuses", "why"),
    [
        ("2022-07-30", {0: "CONFIRMED"}, "the day before follow-up ends"),
        ("2022-07-31", {0: "CANCELLED"}, "the day: nothing is due from then on"),
        ("2022-08-01", {0: "CANCELLED"}, "the day after"),
    ],
)
def test_an_end_of_follow_up_that_was_known_before_cancels_when_it_is_reached(as_of, statuses, why):
    """The data say so, time only brings it into effect: the window of 30 April is no longer due."""
    rows = [row(follow_up_end_date="2022-07-31")]
    first = first_run(rows)
    assert chest(first) == {0: FIRST[0]}
    assert {n: status for n, (_, status, _) in chest(revision(first.state, rows, as_of)).items()} == statuses, why


def test_progression_cancels_what_was_to_come_although_time_has_passed_too():
    """By 1 August the last two projections would have moved behind the horizon by themselves; the others would not."""
    found = revision(first_run([row()]).state, [row(progression_date="2022-07-15")], "2022-08-01")
    assert {n: status for n, (_, status, _) in chest(found).items()} == dict.fromkeys(range(4), "CANCELLED")


def test_a_condition_that_is_documented_not_to_hold_cancels():
    """Atypical cartilaginous tumor, studied on 1 December 2022: due by 1 December 2023; from 2024 on if indicated."""
    cells = {"protocol": "bone.chondrosarcoma.atypical_cartilaginous", "surgery_date": "2022-01-31"}
    study = {"modality": "MRI", "region": "sacrum", "date": "2022-12-01", "status": "performed"}
    first = first_run([row(**cells, **study, clinically_indicated="yes")], "2024-03-01", until=date(2024, 3, 31))
    second = revision(first.state, [row(**cells, **study, clinically_indicated="no")], "2024-03-02")
    assert [one.status for one in first.revised] == ["CONFIRMED"]
    assert [one.status for one in second.revised] == ["CANCELLED"]


# Gone by time alone

ENDS = ("progression_date", "follow_up_end_date", "death_date")
"""What cancels windows once it is reached, although it was documented before."""


MISSED = [
    ("2022-04-30", {}, {0, 1, 2, 3}, "the firm window closes: nothing is missed yet"),
    ("2022-05-01", {1: "2022-08-01", 2: "2022-11-01"}, {0, 1, 2}, "the day after"),
    ("2022-05-09", {1: "2022-08-09", 2: "2022-11-09"}, {0, 1, 2}, "the last day of the grace"),
    ("2022-05-10", {1: "2022-08-10", 2: "2022-11-10"}, {1, 2}, "overdue: counted from the day, not from 30 April"),
    ("2022-07-31", {1: "2022-10-31", 2: "2023-01-31"}, {1, 2}, "the last one still opens on the horizon"),
    ("2022-08-01", {1: "2022-11-01"}, {1}, "and lies behind it the day after"),
]


@pytest.mark.parametrize(("as_of", "moved", "numbers", "why"), MISSED, ids=[case[-1] for case in MISSED])
def test_projections_behind_a_missed_window_move_on_and_out_of_the_horizon_without_a_word(as_of, moved, numbers, why):
    second = revision(first_run([row()]).state, [row()], as_of)
    expected = {number: FIRST[number] for number in numbers}
    found = {number: event for number, event in chest(second).items() if number in numbers}
    assert found == expected | {number: (day, "TENTATIVE", 1) for number, day in moved.items()}, why
    assert second.cancelled == 0


def test_a_projection_that_moved_on_is_the_next_version_when_it_is_firm():
    second = revision(first_run([row()]).state, [row()], "2022-08-01")
    assert second.state.events[uid(2)].stage is Stage.LAPSED
    third = revision(second.state, [row(), ct("2022-08-02")], "2022-08-03")
    assert chest(third)[1] == ("2022-11-02", "CONFIRMED", 2)
    assert chest(third)[0] == ("2022-08-02", "CANCELLED", 2)  # where it stood as overdue


def test_a_projection_that_has_lapsed_is_never_cancelled():
    second = revision(first_run([row()]).state, [row()], "2022-08-01")
    third = revision(second.state, [row(progression_date="2022-08-01")], "2022-08-02")
    assert {n: status for n, (_, status, _) in chest(third).items()} == dict.fromkeys((0, 1), "CANCELLED")


def test_asked_about_an_earlier_day_again_the_windows_are_as_they_were():
    """What has lapsed comes back in its version, what moved in a higher one."""
    second = revision(first_run([row()]).state, [row()], "2022-05-01")
    third = chest(revision(second.state, [row()], "2022-04-30"))
    assert {n: found[:2] for n, found in third.items()} == {n: found[:2] for n, found in FIRST.items()}
    assert {n: found[2] for n, found in third.items()} == {0: 0, 1: 2, 2: 2, 3: 0}


@pytest.mark.parametrize(
    ("as_of", "count", "why"),
    [("2022-02-01", 1, "inside"), ("2022-02-02", 1, "its last day"), ("2022-02-03", 0, "no longer due")],
)
def test_a_firm_window_that_time_ends_goes_without_a_word(as_of, count, why):
    """Glioblastoma after surgery on 31 January: once within 2 days, and never again."""
    rows = [row(protocol="cns.glioblastoma", surgery_date="2022-01-31", treatment_end_date="")]
    first = first_run(rows, "2022-01-31")
    second = revision(first.state, rows, as_of)
    postoperative = SECRET.window_uid("MRN-4711-Zoë", "cns.glioblastoma", "postoperative", 0)
    assert [one.sequence for one in second.revised if one.uid == postoperative] == [0] * count, why
    assert second.cancelled == 0


@pytest.mark.parametrize(
    ("as_of", "count", "why"),
    [
        ("2024-01-30", 1, "overdue, the phase without a condition still runs"),
        ("2024-01-31", 0, "2 years after surgery a study asks for an indication"),
        ("2024-02-01", 0, "the day after"),
    ],
)
def test_a_window_that_comes_to_ask_for_an_undocumented_fact_goes_without_a_word(as_of, count, why):
    cells = {"protocol": "bone.chondrosarcoma.atypical_cartilaginous", "surgery_date": "2022-01-31"}
    rows = [row(**cells, modality="MRI", region="sacrum", date="2022-12-01", status="performed")]
    first = first_run(rows, "2023-09-01", until=date(2023, 12, 31))
    second = revision(first.state, rows, as_of)
    assert (len(first.revised), len(second.revised), second.cancelled) == (1, count, 0), why


@pytest.mark.parametrize(
    ("until", "numbers", "why"),
    [
        (date(2022, 10, 30), {0, 1}, "the day before the window of 31 October opens"),
        (date(2022, 10, 31), {0, 1, 2}, "the day"),
        (date(2022, 11, 1), {0, 1, 2}, "the day after"),
    ],
)
def test_a_horizon_that_is_drawn_nearer_cancels_nothing(until, numbers, why):
    first = first_run([row()])
    second = revision(first.state, [row()], "2022-02-02", until=until)
    assert chest(second) == {number: FIRST[number] for number in numbers}, why
    assert revision(second.state, [row()], "2022-02-03").revised == first.revised


def test_a_horizon_that_slides_on_brings_new_windows_and_revises_none():
    first = first_run([row()])
    second = revision(first.state, [row()], "2022-04-30", until=date(2023, 4, 30))
    assert chest(second) == FIRST | {4: ("2023-04-30", "TENTATIVE", 0)}


@pytest.mark.slow
def test_time_alone_cancels_nothing_and_revises_a_firm_window_once_when_it_is_overdue_in_a_whole_clinic():
    """Every 17 days for two years with the same rows, from when nothing that they document is to come any more."""
    day, state, seen = date(2027, 10, 24), State(), set()
    with (SAMPLES / "clinic.csv").open(encoding="utf-8", newline="") as file:
        rows = [row | {n: "" for n in ENDS if row[n] > str(day)} for row in csv.DictReader(file)]
    for _ in range(0, 730, 17):
        found = revision(state, rows, str(day), until=add(day, months(12)))
        firm = {(one.sequence, one.kept.overdue_on is None) for one in found.revised if one.status == "CONFIRMED"}
        assert (found.cancelled, firm) == (0, firm & {(0, True), (0, False), (1, False)})
        day, state = day + timedelta(days=17), found.state
        seen |= {one.uid for one in found.revised}
    assert {kept.stage for kept in state.events.values()} == {Stage.LIVE, Stage.LAPSED}
    assert seen == set(state.events)
