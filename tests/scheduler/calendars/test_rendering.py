"""Calendars as bytes: every property, line by line, as written and as other programs read it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import vobject
from support.reminders import MARKERS, SECRET, UNTIL, ct, entries, row, unfolded

from spine_vigil.scheduler.calendars.entries import Entries, Entry
from spine_vigil.scheduler.calendars.items import Look
from spine_vigil.scheduler.calendars.rendering import calendar
from spine_vigil.scheduler.calendars.revising import revise
from spine_vigil.scheduler.calendars.state import Horizon, State

NOW = datetime(2022, 2, 1, 12, tzinfo=UTC)


def render(events, alarm_days, method=None):
    """Return the calendar of a first run: what no state remembers yet."""
    found = Entries(tuple(events), {}, {}, (), Horizon(date(2022, 2, 1), UNTIL))
    revision = revise(State(), found, date(2022, 2, 1), NOW, Look(alarm_days=alarm_days), SECRET)
    return calendar((one.component for one in revision.revised), method)


ENTRY = Entry(
    "11111111-2222-8333-8444-555555555555",
    date(2022, 4, 30),
    date(2022, 5, 31),
    is_firm=True,
    revised=date(2022, 1, 31),
    pseudonym="ABCDEFGH",
    description="One, two; three \\ four\n" + "ä" * 200 + "日本" * 60,
)


def test_one_event_line_by_line():
    short = Entry(ENTRY.uid, ENTRY.opens, ENTRY.closes, True, ENTRY.revised, ENTRY.pseudonym, "One, two;\nthree")
    assert sorted(unfolded(render([short], 14))) == sorted(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//vigil//imaging windows//EN",
            "NAME:Imaging windows",
            "X-WR-CALNAME:Imaging windows",
            "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
            "X-PUBLISHED-TTL:PT12H",
            "BEGIN:VEVENT",
            "UID:11111111-2222-8333-8444-555555555555",
            "DTSTAMP:20220131T000000Z",
            "LAST-MODIFIED:20220131T000000Z",
            "DTSTART;VALUE=DATE:20220430",
            "DTEND;VALUE=DATE:20220601",
            "SUMMARY:Imaging window ABCDEFGH",
            "DESCRIPTION:One\\, two\\;\\nthree",
            "STATUS:CONFIRMED",
            "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT",
            "SEQUENCE:0",
            "CATEGORIES:Imaging surveillance",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "DESCRIPTION:Imaging window ABCDEFGH",
            "TRIGGER:-P13DT15H",
            "END:VALARM",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )


def test_lines_end_in_crlf_and_hold_at_most_75_octets_of_whole_characters():
    data = render([ENTRY], 14)
    lines = data.split(b"\r\n")
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r") == data.count(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert [line.decode("utf-8") for line in lines]  # no character is cut in two
    assert any(line.startswith(" 日".encode()) or "日" in line.decode() for line in lines)


@pytest.mark.parametrize(
    ("days", "trigger"), [(1, ["TRIGGER:-PT15H"]), (14, ["TRIGGER:-P13DT15H"]), (0, []), (2, ["TRIGGER:-P1DT15H"])]
)
def test_the_alarm_rings_at_nine_so_many_days_before(days, trigger):
    lines = unfolded(render([ENTRY], days))
    assert [line for line in lines if line.startswith("TRIGGER")] == trigger
    assert lines.count("BEGIN:VALARM") == len(trigger)


def test_a_projection_is_tentative_and_rings_no_alarm():
    projected = Entry(ENTRY.uid, ENTRY.opens, ENTRY.closes, False, ENTRY.revised, ENTRY.pseudonym, "x")
    lines = unfolded(render([projected], 14))
    assert "STATUS:TENTATIVE" in lines
    assert "BEGIN:VALARM" not in lines


def test_method_is_there_on_request_alone():
    assert "METHOD:PUBLISH" in unfolded(render([ENTRY], 14, "publish"))
    assert "METHOD" not in render([ENTRY], 14).decode()


def test_the_same_cohort_gives_the_same_bytes_whatever_the_day_and_the_order_of_rows():
    rows = [row(), ct("2022-04-03"), row(patient_id="P2"), row(patient_id="P3", protocol="bone.chordoma")]
    first = render(entries(rows, "2022-04-10").events, 14)
    assert render(entries(rows[::-1], "2022-04-30").events, 14) == first


def test_components_are_in_the_order_of_their_uids_which_are_unique():
    rows = [row(patient_id=f"P{n}") for n in range(20)]
    found = [line[4:] for line in unfolded(render(entries(rows).events[::-1], 14)) if line.startswith("UID:")]
    assert found == sorted(set(found))
    assert len(found) == 160  # 20 patients, 2 schedules, 4 windows


def _read_by_icalendar(data):
    for event in icalendar.Calendar.from_ical(data).walk("VEVENT"):
        yield (
            str(event["UID"]),
            event.decoded("DTSTART"),
            event.decoded("DTEND"),
            event.decoded("DTSTAMP"),
            str(event["DESCRIPTION"]),
            str(event["SUMMARY"]),
        )


def _read_by_vobject(data):
    for event in vobject.readOne(data.decode("utf-8")).vevent_list:
        yield (
            event.uid.value,
            event.dtstart.value,
            event.dtend.value,
            event.dtstamp.value.astimezone(UTC),
            event.description.value,
            event.summary.value,
        )


@pytest.mark.parametrize("reader", [_read_by_icalendar, _read_by_vobject])
def test_two_readers_find_what_was_written(reader):
    events = (*entries([row(), ct("2022-05-03")], "2022-05-04").events, ENTRY)
    expected = {
        (
            e.uid,
            e.opens,
            e.closes + timedelta(days=1),
            datetime(e.revised.year, e.revised.month, e.revised.day, tzinfo=UTC),
            e.description,
            f"Imaging window {e.pseudonym}",
        )
        for e in events
    }
    assert set(reader(render(events, 14))) == expected
    assert len(expected) == 6  # chest: 3 August, 3 November; primary site: April, 4 August, 4 November; ENTRY


def test_every_event_has_what_it_must_have_and_nothing_that_could_tell_or_invite():
    data = render(entries([row()]).events, 14)
    for event in icalendar.Calendar.from_ical(data).walk("VEVENT"):
        assert set(event) == {
            "UID",
            "DTSTAMP",
            "LAST-MODIFIED",
            "DTSTART",
            "DTEND",
            "SUMMARY",
            "DESCRIPTION",
            "STATUS",
            "CLASS",
            "TRANSP",
            "SEQUENCE",
            "CATEGORIES",
        }
        assert event.decoded("DTSTAMP") == event.decoded("LAST-MODIFIED") == datetime(2022, 1, 31, tzinfo=UTC)


def test_nothing_planted_in_the_rows_is_in_the_bytes():
    text = "\n".join(unfolded(render(entries([row(), ct("2022-05-03")], "2022-05-04").events, 14)))
    assert [marker for marker in MARKERS if marker in text] == []
    assert "primary site" in text
