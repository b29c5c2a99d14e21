"""A year in the life of a clinic, exported every Monday: the calendar stays what is due, with the same bytes again."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from datetime import date, timedelta

import pytest
from freezegun import freeze_time
from support.calendar_year import (
    CODES,
    DUE,
    MONTHS,
    events_of,
    expected_windows,
    listed,
    pairs,
    run,
    uids_of,
    windows_of,
)
from support.clinic_year import CHANGES, LEFT_OUT, STRUCK_OUT, WEEKS
from support.reminders import SECRET, followed

from spine_vigil.cli.main import main
from spine_vigil.scheduler.calendars.feeds import feed
from spine_vigil.scheduler.calendars.items import Look, Style
from spine_vigil.scheduler.calendars.state import State, read_state
from spine_vigil.scheduler.rules.studies import regions_text

pytestmark = pytest.mark.slow


# What the year has in it


def test_the_year_has_in_it_what_a_year_can_have(year, calendars):
    """A year in which nothing happens would keep every rule."""
    assert (len(year), year[0].day, year[-1].day) == (54, date(2023, 11, 6), date(2024, 11, 11))
    statuses = Counter(line["status"] for week in year for line in week.due)
    assert set(statuses) == {"upcoming", "open", "overdue", "conditional", "ended", "stopped", "needs_info"}
    assert {row.get("status") for week in year for row in week.rows} == {None, "performed", "scheduled", "cancelled"}
    assert {len({row["patient_id"] for row in week.rows}) for week in year} >= {30, 40}
    happened = Counter()
    for (_, before), (week, now) in pairs(calendars):
        for uid in before.keys() | now.keys():
            was, is_ = before.get(uid), now.get(uid)
            happened[was.status if was else None, is_.status if is_ else None] += 1
            if was and is_ and was.status == is_.status and was.first != is_.first:
                happened["moved"] += 1
        happened["revised"] += any(event.revised.startswith(f"{week.day:%Y%m%d}") for event in now.values())
    assert {
        (None, "CONFIRMED"), (None, "TENTATIVE"), ("TENTATIVE", "CONFIRMED"), ("CONFIRMED", "TENTATIVE"),
        ("CONFIRMED", "CANCELLED"), ("TENTATIVE", "CANCELLED"), ("CANCELLED", "CONFIRMED"), ("CANCELLED", "TENTATIVE"),
        ("CANCELLED", None), ("TENTATIVE", None), ("CONFIRMED", None), "moved",
    } <= set(happened)  # fmt: skip
    assert happened["revised"] > 40


def test_each_surprise_of_the_year_reaches_the_calendar(calendars):
    """Of whom rows change, are missing or come back, events change in that very week."""
    weeks_of_change = {(week, number) for week, number, *_ in CHANGES}
    for of_patients in (LEFT_OUT, STRUCK_OUT):
        weeks_of_change |= {(week, number) for number, span in of_patients.items() for week in (span[0], span[-1] + 1)}
    unmoved = set()
    for at, number in weeks_of_change:
        code = CODES[f"MRN-{4700 + number}"]
        before, now = ({uid: e for uid, e in calendars[w][1].items() if e.code == code} for w in (at - 1, at))
        if before == now:
            unmoved.add((at, number))
    assert unmoved == set()


# What the calendar holds


def test_every_week_it_holds_exactly_what_is_due_and_projected(calendars):
    for week, events in calendars:
        found = windows_of(events)
        assert found == expected_windows(week, week.day, week.due), week.day
        assert found.total() > 80


def windows_command(monkeypatch, capsys, patient, week):
    """Return the schedules of a patient under a protocol as `vigil windows` lists them."""
    course = patient.course
    args = ["--protocol", course.protocol.id, "--as-of", week.day, "--until", week.until, "--format", "json"]
    args += [] if course.primary_site is None else ["--primary-site", regions_text(course.primary_site)]
    for kind, day in course.index_dates.items():
        args += ["--index", f"{kind.value}={day}"]
    for name in {fact for schedule in course.protocol.schedules for fact in schedule.facts()}:
        value = patient.facts.get(name)
        args += [] if value is None else ["--fact", f"{name}={str(value).lower()}"]
    for event in patient.events:
        if event.status.value == "performed":
            args += ["--prior", f"{event.date} {event.study}"]
    monkeypatch.setattr(sys, "argv", ["vigil", "windows", *map(str, args)])
    with pytest.raises(SystemExit) as done:
        main()
    assert not done.value.code
    return json.loads(capsys.readouterr().out)["schedules"]


@pytest.mark.parametrize("at", [0, 7, 14, 21, 28, 35, 42, 50, 53])
def test_the_command_that_lists_the_windows_of_one_patient_says_the_same(calendars, monkeypatch, capsys, at):
    """`vigil windows` knows of no end of follow-up, and says on which fact a window rests."""
    week, events = calendars[at]
    found = Counter()
    for patient in followed(week.rows, week.day):
        end = patient.follow_up_end or date.max
        for schedule in windows_command(monkeypatch, capsys, patient, week):
            for window in schedule["windows"]:
                opens, closes = (date.fromisoformat(window[name]) for name in ("opens", "closes"))
                is_firm = window["kind"] == "firm"
                is_asked = window["only_if_from"] != window["opens"] or patient.facts[window["only_if"]] is True
                is_shown = is_firm or is_asked
                if schedule["status"] in DUE and is_shown and week.day < end and opens < end:
                    firm = "OVERDUE" if schedule["status"] == "overdue" else "CONFIRMED"
                    found[CODES[patient.patient_id], opens, closes, firm if is_firm else "TENTATIVE"] += 1
    assert found == windows_of(events)


def test_no_identity_stands_twice_in_a_week(year):
    for week in year:
        uids = uids_of(week.data)
        assert len(uids) == len(set(uids)) > 80


def test_an_identity_stays_with_its_patient(calendars):
    codes = {(uid, event.code) for _, events in calendars for uid, event in events.items()}
    assert len(codes) == len({uid for uid, _ in codes})
    assert {code for _, code in codes} <= set(CODES.values())


def test_an_overdue_window_stands_on_the_day_after_the_run_that_first_found_it_so_and_stays(calendars):
    stays = 0
    for (_, before), (week, now) in pairs(calendars):
        for uid, event in now.items():
            if event.is_overdue:
                was = before.get(uid)
                is_known = was is not None and was.is_overdue
                stays += is_known
                assert event.stands_on == (was.stands_on if is_known else week.day + timedelta(days=1))
    assert stays > 50


# Another day


def test_unchanged_rows_give_the_same_bytes_on_another_day_but_for_projections_behind_a_missed_window(year, tmp_path):
    """Asked again in the days to come, with the horizon where it was."""
    path, same = tmp_path / "state.json", Counter()
    for week, following in pairs(year)[::5]:
        path.write_bytes(following.before)
        state, today = read_state(path, SECRET), events_of(week.data)
        for days in (1, 2):
            day = week.day + timedelta(days=days)
            is_shown = all(kept.shown_until is None or day <= kept.shown_until for kept in state.events.values())
            due = expected_windows(week, day, listed(week.rows, day))
            if is_shown and _firm(due) == _firm(windows_of(today)):
                again = events_of(feed(run(state, week, day).revised))
                moved = {uid for uid in today.keys() | again.keys() if today.get(uid) != again.get(uid)}
                assert {today[uid].status for uid in moved & today.keys()} <= {"TENTATIVE"}, day
                assert all(today[uid].says != again[uid].says for uid in moved & today.keys() & again.keys()), day
                same[days] += 1
    assert min(same[days] for days in (1, 2)) > 2


def _firm(windows):
    return {window: count for window, count in windows.items() if window[-1] != "TENTATIVE"}


def test_the_clock_says_nothing_where_nothing_changed(year, tmp_path):
    path = tmp_path / "state.json"
    for week, following in (pairs(year)[at] for at in (0, 25, 52)):
        path.write_bytes(following.before)
        again = run(read_state(path, SECRET), week, now=week.day + timedelta(days=400))
        assert feed(again.revised) == week.data
        assert again.state.to_bytes() == following.before


# Two milestones


def test_milestones_keep_the_same_rules(mondays):
    """Eight weeks of the year, as an event on the first and one on the last day of each window."""
    state, last, kinds = State(), {}, Counter()
    for week in mondays[24:32]:
        found = run(state, week, look=Look(Style.MILESTONES))
        data, state = feed(found.revised), found.state
        events = events_of(data)
        assert len(uids_of(data)) == len(events) > 150
        both = Counter()
        for code, opens, closes, status in expected_windows(week, week.day, week.due).elements():
            both[code, opens, opens, "CONFIRMED" if status == "OVERDUE" else status, "opens"] += 1
            first = opens if status == "OVERDUE" else closes
            both[code, first, closes, status, "last day"] += 1
        assert both == Counter(
            (
                e.code,
                e.first,
                e.last,
                "OVERDUE" if e.is_overdue else e.status,
                "opens" if " opens\r\n" in e.text else "last day",
            )
            for e in events.values()
            if e.status != "CANCELLED"
        )
        for uid, event in events.items():
            before = last.get(uid)
            if before is not None:
                is_same = before.says == event.says
                kinds[is_same, event.status] += 1
                assert event == before if is_same else event.sequence == before.sequence + 1
            last[uid] = event
    assert min(kinds[False, status] for status in ("CONFIRMED", "TENTATIVE", "CANCELLED")) > 5


# The commands themselves


@pytest.mark.parametrize("at", [0, 1, 9, 16, 30, 47, WEEKS - 1])
def test_the_commands_write_that_calendar_and_list_what_it_holds(year, tmp_path, monkeypatch, capsys, at):
    week = year[at]
    monkeypatch.chdir(tmp_path)
    names = dict.fromkeys(name for cells in week.rows for name in cells)
    with (tmp_path / "events.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(names), restval="")
        table.writeheader()
        table.writerows(week.rows)
    (tmp_path / "site.secret").write_text(bytes(range(32)).hex())
    (tmp_path / "site.secret").chmod(0o600)
    if at:
        (tmp_path / "state.json").write_bytes(week.before)
    files = ("-o", "w.ics", "--state", "state.json", "--secret-file", "site.secret")
    said = {}
    for name, options in (("calendar", (*files, "--months", str(MONTHS))), ("due", ("-o", "-"))):
        monkeypatch.setattr(sys, "argv", ["vigil", name, "events.csv", *options])
        with freeze_time(f"{week.day} 12:00:00"), pytest.raises(SystemExit) as done:
            main()
        assert not done.value.code
        said[name] = capsys.readouterr().out
    assert (tmp_path / "w.ics").read_bytes() == week.data
    if at < WEEKS - 1:
        assert (tmp_path / "state.json").read_bytes() == year[at + 1].before
    due = Counter(
        (CODES[line["patient_id"]], line["opens"], line["closes"])
        for line in csv.DictReader(io.StringIO(said["due"]))
        if line["status"] in DUE and not line["note"]
    )
    firm = [event for event in events_of(week.data).values() if event.status == "CONFIRMED"]
    assert due == Counter((event.code, str(event.first), str(event.last)) for event in firm)
