"""What a calendar says the second time: what stays the same, what is revised, and by which identity.

The windows are those of `support/revisions.py`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import vobject
from support.reminders import SECRET, UNTIL, ct, first_run, revision, row, unfolded
from support.revisions import FIRST, STUDIED, chest, component, uid

from spine_vigil.scheduler.calendars.items import Look, Style
from spine_vigil.scheduler.calendars.revising import Revision, TooManyCancelled
from spine_vigil.scheduler.calendars.state import Kind, Stage, State

# Unchanged and changed


def test_a_first_run_has_version_0_and_the_date_of_its_newest_source():
    found = first_run([row()])
    assert chest(found) == FIRST
    assert [line for line in component(found, 0) if "202201" in line] == [
        "DTSTAMP:20220131T000000Z",
        "LAST-MODIFIED:20220131T000000Z",
    ]
    assert (found.cancelled, found.were_live) == (0, 0)


def test_what_is_unchanged_keeps_its_bytes_whatever_the_clock_says():
    first = first_run([row()])
    second = revision(first.state, [row()], "2022-03-15", now=datetime(2031, 1, 1, tzinfo=UTC))
    assert second.revised == first.revised
    assert second.state.events == first.state.events
    assert (second.cancelled, second.were_live) == (0, 8)


def test_a_study_elsewhere_revises_no_window_that_stays_as_it_is():
    """Without a state the date of the newest study would be the revision time of all events of the patient."""
    first = first_run([row()])
    second = revision(first.state, STUDIED, "2022-05-04")
    site = uid(0, "primary_site")
    assert [o for o in second.revised if o.uid == site] == [o for o in first.revised if o.uid == site]


def test_a_window_that_moves_is_the_next_version_and_revised_now():
    """The end of treatment is corrected to a week earlier."""
    found = revision(first_run([row()]).state, [row(treatment_end_date="2022-01-24")], "2022-02-10")
    assert chest(found) == {
        0: ("2022-04-24", "CONFIRMED", 1),
        1: ("2022-07-24", "TENTATIVE", 1),
        2: ("2022-10-24", "TENTATIVE", 1),
        3: ("2023-01-24", "TENTATIVE", 1),
    }
    assert {"DTSTAMP:20220210T120000Z", "LAST-MODIFIED:20220210T120000Z", "SEQUENCE:1"} <= set(component(found, 0))
    assert found.cancelled == 0


def test_an_alarm_that_is_set_otherwise_revises_the_firm_windows_alone():
    found = revision(first_run([row()]).state, [row()], "2022-02-10", look=Look(alarm_days=7))
    assert {number: sequence for number, (_, _, sequence) in chest(found).items()} == {0: 1, 1: 0, 2: 0, 3: 0}


@pytest.mark.parametrize(
    ("now", "stamp", "why"),
    [
        ("2022-01-30T23:59:59", "20220131T000001Z", "a clock that is behind the version before: a second later"),
        ("2022-01-31T00:00:00", "20220131T000001Z", "the very time of the version before: a second later"),
        ("2022-01-31T00:00:02", "20220131T000002Z", "later: the clock"),
        ("2022-02-10T12:00:00.900", "20220210T120000Z", "whole seconds"),
    ],
)
def test_a_revision_time_never_falls_behind(now, stamp, why):
    clock = datetime.fromisoformat(now).replace(tzinfo=UTC)
    moved = [row(treatment_end_date="2022-01-24")]
    found = revision(first_run([row()]).state, moved, "2022-02-10", now=clock)
    assert f"LAST-MODIFIED:{stamp}" in component(found, 0), why


def test_the_old_state_is_not_changed():
    state = first_run([row()]).state
    before = state.to_bytes()
    revision(state, STUDIED, "2022-05-04")
    assert state.to_bytes() == before


# Looks


def test_each_look_has_identities_of_its_own_and_leaves_the_others_alone():
    """A feed of milestones and a calendar of windows can rest on one state."""
    windows = first_run([row()])
    milestones = revision(windows.state, [row()], "2022-02-02", look=Look(Style.MILESTONES))
    assert (milestones.cancelled, milestones.were_live, len(milestones.revised)) == (0, 0, 16)
    again = revision(milestones.state, [row()], "2022-02-03", look=Look(has_todos=True))
    events = [one for one in again.revised if one.kept.kind is Kind.WINDOW]
    assert tuple(events) == windows.revised
    assert {one.status for one in again.revised if one.kept.kind is Kind.TODO} == {"NEEDS-ACTION"}
    assert len(again.state.events) == 8 + 16 + 8


def test_milestones_are_cancelled_together_although_one_is_later():
    """Both are shown until 30 days after the last day of the window: 1 December 2023 and 30 days is 31 December."""
    cells = {"protocol": "bone.chondrosarcoma.atypical_cartilaginous", "surgery_date": "2022-01-31"}
    study = {"modality": "MRI", "region": "sacrum", "status": "performed"}
    rows = [row(**cells, **study, date="2022-12-01")]
    look, until = Look(Style.MILESTONES), date(2023, 12, 31)
    first = first_run(rows, "2023-09-01", until=until, look=look)
    done = [*rows, row(**cells, **study, date="2023-09-02")]
    second = revision(first.state, done, "2023-09-03", until=until, look=look)
    assert [one.status for one in second.revised] == ["CANCELLED"] * 2
    for day, count in (("2023-12-30", 2), ("2023-12-31", 2), ("2024-01-01", 0)):
        assert len(revision(second.state, done, day, until=until, look=look).revised) == count


def test_a_todo_is_cancelled_as_its_window_is():
    look = Look(has_todos=True)
    found = revision(first_run([row()], look=look).state, STUDIED, "2022-05-04", look=look)
    todo = SECRET.part_uid("todo", uid(0))
    assert [(one.status, one.sequence) for one in found.revised if one.uid == todo] == [("CANCELLED", 1)]


# One object, and too many


def test_an_object_of_its_own_holds_one_component_and_no_method():
    for one in first_run([row()]).revised:
        assert unfolded(one.ics)[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//vigil//imaging windows//EN"]
        assert b"METHOD" not in one.ics
        assert one.component in one.ics
        assert [e.uid.value for e in vobject.readOne(one.ics.decode("utf-8")).vevent_list] == [one.uid]


def test_what_a_synchronization_keeps_survives_every_change():
    state = first_run([row()]).state.with_sync({uid(0): {"etag": '"1"'}, uid(1): {"etag": '"2"'}})
    second = revision(state, STUDIED, "2022-05-04")
    third = revision(second.state, STUDIED, "2022-05-31")
    kept = [third.state.events[uid(number)] for number in (0, 1)]
    assert [(one.stage, one.sync) for one in kept] == [
        (Stage.DROPPED, {"etag": '"1"'}),
        (Stage.LIVE, {"etag": '"2"'}),
    ]
    assert third.state.with_sync({uid(0): {}}).events[uid(0)].sync == {}


@pytest.mark.parametrize(
    ("cancelled", "live", "is_refused", "why"),
    [
        (1, 6, False, "less than a fifth"),
        (2, 10, False, "a fifth"),
        (3, 14, True, "more than a fifth"),
        (0, 0, False, "none of none"),
        (1, 1, True, "all"),
    ],
)
def test_more_than_a_fifth_is_not_cancelled_unasked(cancelled, live, is_refused, why):
    found = Revision((), State(), cancelled, live)
    if is_refused:
        with pytest.raises(TooManyCancelled, match=f"{cancelled} of {live} live events would be cancelled"):
            found.check()
    else:
        assert found.check() is None, why


def test_what_has_lapsed_or_is_cancelled_already_counts_neither_way():
    """Of 8 live events 2 were cancelled on 4 May, and 1 lapsed behind the horizon; by 5 August another one does."""
    second = revision(first_run([row()]).state, STUDIED, "2022-05-04")
    third = revision(second.state, STUDIED, "2022-08-05")
    fourth = revision(third.state, [row(progression_date="2022-08-06"), ct("2022-05-03")], "2022-08-07")
    assert [(f.cancelled, f.were_live) for f in (second, third, fourth)] == [(2, 8), (0, 5), (4, 4)]


def test_the_horizon_of_the_last_run_is_remembered_for_each_kind():
    state = first_run([row()]).state
    assert {kind: (str(h.as_of), h.until) for kind, h in state.horizons.items()} == {Kind.WINDOW: ("2022-02-01", UNTIL)}
