"""Calendars as other programs read them: Thunderbird's ical.js, and the libical of GNOME and KDE.

These tests need tools that pip does not install, and say which where they are missing; `pytest -m external` runs them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from support.readers import CalendarProblem, read_by_ical_js, read_by_libical
from support.reminders import SECRET, ct, first_run, revision, row

from spine_vigil.scheduler.calendars.entries import Entry
from spine_vigil.scheduler.calendars.feeds import feed, todo_list
from spine_vigil.scheduler.calendars.items import Look, Style, items_of
from spine_vigil.scheduler.calendars.rendering import calendar, content_of, stamped

pytestmark = [
    pytest.mark.external,
    pytest.mark.parametrize("read", [read_by_ical_js, read_by_libical], ids=["ical.js", "libical"]),
]

CODE = SECRET.patient_code("MRN-4711-Zoë")


def uid(number, schedule="chest"):
    return SECRET.window_uid("MRN-4711-Zoë", "bone.osteosarcoma", schedule, number)


def without_description(found):
    return {part[:8] + part[9:] for part in found}


def test_what_was_revised_and_cancelled_is_found(read):
    """The chest was studied on 3 May: its window of 30 April is cancelled, that of 3 August firm."""
    second = revision(first_run([row()]).state, [row(), ct("2022-05-03")], "2022-05-04", until=date(2022, 8, 31))
    found = read(feed(second.revised))
    now, label = "20220504T120000Z", f"Imaging window {CODE}"
    of_chest = {part for part in found if part[0] in (uid(0), uid(1))}
    assert without_description(of_chest) == {
        (uid(0), "CANCELLED", "1", "20220430", "20220501", None, now, label, None),
        (uid(1), "CONFIRMED", "1", "20220803", "20220804", None, now, label, "-P13DT15H"),
    }
    said = "This window is done or no longer due.\nOnly day: 30 April 2022."
    assert {part[8] for part in of_chest if part[1] == "CANCELLED"} == {said}
    # That of 31 January moves to 3 February, beyond both horizons; 31 October beyond the nearer one alone, and goes.
    assert {part[0]: part[1] for part in found} == {
        uid(0): "CANCELLED",
        uid(1): "CONFIRMED",
        uid(3): "CANCELLED",
        uid(0, "primary_site"): "CONFIRMED",
        uid(1, "primary_site"): "TENTATIVE",
    }


def test_milestones_are_found(read):
    cells = {"protocol": "bone.chondrosarcoma.atypical_cartilaginous", "surgery_date": "2022-01-31"}
    look = Look(Style.MILESTONES, alarm_days=1)
    found = read(feed(first_run([row(**cells)], until=date(2022, 12, 31), look=look).revised))
    window = SECRET.window_uid("MRN-4711-Zoë", cells["protocol"], "primary_site", 0)
    parts = {kind: SECRET.part_uid(kind, window) for kind in ("opens", "last_day")}
    stamp, label = "20220131T000000Z", f"Imaging window {CODE}"
    assert without_description(found) == {
        (parts["opens"], "CONFIRMED", "0", "20220731", "20220801", None, stamp, f"{label} opens", "-PT15H"),
        (parts["last_day"], "CONFIRMED", "0", "20230131", "20230201", None, stamp, f"{label} last day", None),
    }


def test_todos_are_found_with_and_without_a_start(read):
    cells = {"protocol": "bone.chondrosarcoma.atypical_cartilaginous", "surgery_date": "2022-01-31"}
    rows = [row(), row(patient_id="P2", **cells, treatment_end_date="")]
    revised = first_run(rows, until=date(2022, 5, 31), look=Look(has_todos=True)).revised
    assert {part[1:6] for part in read(todo_list(revised))} == {
        ("NEEDS-ACTION", "0", None, None, "20220430"),
        ("NEEDS-ACTION", "0", "20220731", None, "20230131"),
    }


LONG = 'One, two; three \\ four "five" :six\n' + "ä" * 200 + "日本" * 60 + "🦴" * 40


@pytest.mark.parametrize("shift", range(4))
def test_a_long_text_of_any_letters_is_found_as_it_was(read, shift):
    """Four beginnings, so that the fold would fall into every byte of a letter of four."""
    said, days = "x" * shift + LONG, (date(2022, 4, 30), date(2022, 5, 31))
    entry = Entry("a", *days, is_firm=True, revised=days[0], pseudonym="C", description=said, shown=("ü, ;\\",))
    (item,) = items_of(entry, Look(), SECRET)
    data = calendar([stamped(content_of(item), 7, datetime(2022, 1, 31, tzinfo=UTC))])
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert {(part[2], part[7], part[8]) for part in read(data)} == {("7", "Imaging window C, ü, ;\\", said)}


def test_a_published_calendar_lacks_an_organizer_and_nothing_else(read):
    """RFC 5546 asks for one where there is a METHOD; an event of ours names nobody."""
    data = feed(first_run([row()]).revised, "publish")
    if read is read_by_ical_js:
        assert len(read(data)) == 8
    else:
        with pytest.raises(CalendarProblem) as complaint:
            read(data)
        assert [said.partition(".")[0] for said in complaint.value.args] == [
            "Failed iTIP restrictions for ORGANIZER property"
        ]


def test_an_object_for_a_server_is_found(read):
    for one in first_run([row()]).revised:
        assert [part[0] for part in read(one.ics)] == [one.uid]


def test_a_calendar_without_events_is_read(read):
    assert read(calendar([])) == set()


@pytest.mark.parametrize(
    ("what", "instead"), [(b"DTSTAMP:", b"DTSTAMP:x"), (b"CLASS:", b"CLASS ")], ids=["a time", "a line"]
)
def test_a_calendar_that_is_wrong_is_complained_of(read, what, instead):
    """So that finding no fault says something."""
    data = feed(first_run([row()]).revised)
    assert what in data
    with pytest.raises(CalendarProblem):
        read(data.replace(what, instead, 1))


def test_every_event_of_a_cohort_is_found(read):
    """None is dropped in silence: 25 patients, two schedules, four windows."""
    revised = first_run([row(patient_id=f"P{n}") for n in range(25)]).revised
    assert {part[0] for part in read(feed(revised))} == {one.uid for one in revised}
    assert len(revised) == 200
