from __future__ import annotations

import stat
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import vobject
from support.reminders import MARKERS, SECRET, UNTIL, ct, entries, row, unfolded

from spine_vigil.scheduler.calendars.entries import Entries, Entry, day_words
from spine_vigil.scheduler.calendars.identity import SiteSecret, is_readable_by_others, make_secret, read_secret
from spine_vigil.scheduler.calendars.items import Look
from spine_vigil.scheduler.calendars.rendering import calendar
from spine_vigil.scheduler.calendars.revising import revise
from spine_vigil.scheduler.calendars.state import Horizon, State
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.patient.standing import DueStatus

NOW = datetime(2022, 2, 1, 12, tzinfo=UTC)


def render(events, alarm_days, method=None):
    """Return the calendar of a first run: what no state remembers yet."""
    found = Entries(tuple(events), {}, {}, (), Horizon(date(2022, 2, 1), UNTIL))
    revision = revise(State(), found, date(2022, 2, 1), NOW, Look(alarm_days=alarm_days), SECRET)
    return calendar((one.component for one in revision.revised), method)


def spans(found, schedule_words="of the chest"):
    of_schedule = [e for e in found.events if schedule_words in e.description]
    return sorted((str(e.opens), str(e.closes), "firm" if e.is_firm else "projected") for e in of_schedule)


def uids(found, schedule_words="of the chest"):
    return {str(e.opens): e.uid for e in found.events if schedule_words in e.description}


# Which windows


def test_firm_and_projected_windows_up_to_the_horizon():
    """Osteosarcoma, 3-monthly from 31 January 2022, asked on 1 February for 12 months."""
    assert spans(entries([row()])) == [
        ("2022-04-30", "2022-04-30", "firm"),
        ("2022-07-31", "2022-07-31", "projected"),
        ("2022-10-31", "2022-10-31", "projected"),
        ("2023-01-31", "2023-01-31", "projected"),
    ]


@pytest.mark.parametrize(
    ("as_of", "first_projection", "why"),
    [
        ("2022-07-30", "2022-07-31", "closes the day after"),
        ("2022-07-31", "2022-07-31", "closes on the day"),
        ("2022-08-01", "2022-10-31", "closed the day before"),
    ],
)
def test_an_overdue_window_stays_and_projections_in_the_past_go(as_of, first_projection, why):
    found = spans(entries([row()], as_of))
    assert (found[0], found[1][0]) == (("2022-04-30", "2022-04-30", "firm"), first_projection), why


def test_a_booked_or_requested_study_moves_no_window():
    assert spans(entries([row(), ct("2022-04-30", "scheduled"), ct("2022-04-30", "requested")], "2022-05-01"))[0] == (
        "2022-04-30",
        "2022-04-30",
        "firm",
    )


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"follow_up_end_date": "2022-02-01"}, DueStatus.STOPPED),
        ({"progression_date": "2022-02-01"}, DueStatus.STOPPED),
        ({"protocol": "occult_primary", "diagnosis_date": "2022-01-31"}, DueStatus.CONDITIONAL),
        ({"protocol": "occult_primary"}, DueStatus.NEEDS_INFO),
        ({"protocol": "cns.glioblastoma", "surgery_date": "2020-01-31"}, DueStatus.ENDED),
    ],
)
def test_nothing_is_written_where_nothing_is_due_but_counted(cells, status):
    found = entries([row(**cells)])
    assert found.events == ()
    assert found.statuses[status] >= 1


def test_what_is_lacking_is_counted_in_words():
    """Two patients without a primary site, for the first of the two schedules of osteosarcoma."""
    found = entries([row(primary_site=""), row(primary_site="", patient_id="other")])
    assert found.lacking == {"the primary site is not known": 2}
    assert found.statuses[DueStatus.NEEDS_INFO] == 2


def test_the_codes_are_those_of_the_patients_with_an_event_each_once():
    stopped = row(patient_id="stopped", follow_up_end_date="2022-02-01")
    found = entries([row(), row(patient_id="other"), stopped])
    assert [name for _, name in sorted(found.pseudonyms, key=lambda pair: pair[1])] == ["MRN-4711-Zoë", "other"]
    assert {pseudonym for pseudonym, _ in found.pseudonyms} == {e.pseudonym for e in found.events}
    assert list(found.pseudonyms) == sorted(found.pseudonyms)


@pytest.mark.parametrize(
    ("follow_up_end_date", "patients", "why"),
    [
        ("2022-04-29", 0, "ends the day before the first window opens"),
        ("2022-04-30", 0, "ends on the day, from which on nothing is due"),
        ("2022-05-01", 1, "ends the day after"),
    ],
)
def test_a_patient_whose_follow_up_ends_before_any_window_has_no_code(follow_up_end_date, patients, why):
    assert len(entries([row(follow_up_end_date=follow_up_end_date)]).pseudonyms) == patients, why


def test_no_projection_opens_after_the_known_end_of_follow_up():
    found = spans(entries([row(follow_up_end_date="2022-07-31")]))
    assert found == [("2022-04-30", "2022-04-30", "firm")]


@pytest.mark.parametrize(
    ("indicated", "opens"),
    [
        ("", ["2022-07-31", "2023-07-31"]),
        ("no", ["2022-07-31", "2023-07-31"]),
        ("yes", ["2022-07-31", "2023-07-31", "2025-01-31"]),
    ],
)
def test_a_projection_in_a_conditional_phase_needs_its_fact(indicated, opens):
    """Atypical cartilaginous tumor: yearly after 24 months only if clinically indicated."""
    cells = {"protocol": "bone.chondrosarcoma.atypical_cartilaginous", "surgery_date": "2022-01-31"}
    found = entries([row(clinically_indicated=indicated, **cells)], until=date(2025, 12, 31))
    assert [s[0] for s in spans(found, "primary site")] == opens


def test_a_schedule_that_does_not_apply_is_neither_written_nor_counted():
    """Carcinoid syndrome without heart disease: abdomen open, chest by symptoms, one of the two echocardiograms."""
    cells = {"protocol": "neuroendocrine.carcinoid_syndrome", "diagnosis_date": "2022-01-31"}
    found = entries([row(carcinoid_heart_disease="no", **cells)], "2022-05-01")
    assert found.statuses == {DueStatus.OPEN: 1, DueStatus.CONDITIONAL: 1, DueStatus.UPCOMING: 1}


# Who they are of


def test_the_identity_is_a_keyed_hash_of_patient_protocol_schedule_and_number():
    """HMAC-SHA256 by another program, over ["window", "P1", "bone.osteosarcoma", "chest", 0].

    Its first 32 digits are ee7b76bd4e5844c9953f9375b0318fbd; a UUID of version 8 has an 8 for the 13th.
    """
    assert SECRET.window_uid("P1", "bone.osteosarcoma", "chest", 0) == "ee7b76bd-4e58-84c9-953f-9375b0318fbd"


def test_the_pseudonym_is_a_keyed_hash_of_the_patient():
    """HMAC-SHA256 by another program, over ["patient", "P1"], in base 32."""
    assert SECRET.patient_code("P1") == "Y635RSLI"


@pytest.mark.parametrize(
    "other",
    [("P1b", "p", "s", 0), ("P1", "pp", "s", 0), ("P1", "p", "ss", 0), ("P1", "p", "s", 1), ("P1p", "", "s", 0)],
)
def test_identities_differ_by_every_part(other):
    assert SECRET.window_uid(*other) != SECRET.window_uid("P1", "p", "s", 0)


def test_identities_differ_by_site():
    assert SiteSecret(bytes(32)).window_uid("P1", "p", "s", 0) != SECRET.window_uid("P1", "p", "s", 0)


def test_a_window_that_moves_keeps_its_identity():
    """The end of treatment is corrected by a week: other dates, the same events."""
    before = uids(entries([row()]))
    after = uids(entries([row(treatment_end_date="2022-01-24")]))
    assert (before["2022-04-30"], before["2022-07-31"]) == (after["2022-04-24"], after["2022-07-24"])


def test_a_projection_that_becomes_firm_keeps_its_identity():
    before = uids(entries([row()]))
    after = uids(entries([row(), ct("2022-05-03")], "2022-05-04"))
    assert before["2022-07-31"] == after["2022-08-03"]
    assert before["2022-04-30"] not in after.values()


def test_two_rows_of_one_day_are_one_study_for_the_number():
    once = uids(entries([row(), ct("2022-05-03")], "2022-05-04"))
    assert uids(entries([row(), ct("2022-05-03"), ct("2022-05-03")], "2022-05-04")) == once


# What they say


def test_the_description_says_what_to_order_when_and_by_which_rule():
    (firm,) = [e for e in entries([row()]).events if e.is_firm and "primary site" in e.description]
    assert firm.description.split("\n") == [
        "First day: 30 April 2022. Last day: 30 April 2022.",
        "Target date: 30 April 2022, the day on which the window opens.",
        "To order: CT or MRI or PET/CT of the primary site.",
        "Rule: every 3 months; grace 9 days on either side.",
        "Source: Bone 5 of HealthHelp, 2025 MRI Cervical Spine, reviewed 2025-05-16.",
        "A reminder, not an order. A study outside the window is not thereby denied.",
    ]


def test_a_projection_says_that_it_is_one():
    found = entries([row()]).events
    assert [("a projection" in e.description) for e in found] == [not e.is_firm for e in found]


def test_a_condition_is_said_with_the_day_from_which_it_holds():
    cells = {"protocol": "bone.chondrosarcoma.atypical_cartilaginous", "surgery_date": "2022-01-31"}
    found = entries([row(**cells)], until=date(2024, 12, 31))
    (said,) = [e.description for e in found.events if e.opens == date(2023, 7, 31)]
    assert "From 31 January 2024 on only where the study is clinically indicated." in said


@pytest.mark.parametrize(("day", "words"), [((2024, 2, 29), "29 February 2024"), ((2022, 12, 1), "1 December 2022")])
def test_dates_in_words(day, words):
    assert day_words(date(*day)) == words


def test_nothing_planted_in_the_rows_is_in_the_bytes():
    text = "\n".join(unfolded(render(entries([row(), ct("2022-05-03")], "2022-05-04").events, 14)))
    assert [marker for marker in MARKERS if marker in text] == []
    assert "primary site" in text


# The bytes


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
    rows = [row(), ct("2022-05-03"), row(patient_id="P2"), row(patient_id="P3", protocol="bone.chordoma")]
    first = render(entries(rows, "2022-05-10").events, 14)
    assert render(entries(rows[::-1], "2022-05-20").events, 14) == first


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
    assert len(expected) == 7  # chest: 3 August, 3 November; primary site: April, July, October, January; ENTRY


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


# The secret


def test_a_secret_is_kept_for_its_owner_alone_and_found_again(tmp_path):
    path = tmp_path / "site.secret"
    assert read_secret(path) is None
    made = make_secret()
    made.save_new(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_secret(path) == made
    assert not is_readable_by_others(path)
    path.chmod(0o640)
    assert is_readable_by_others(path)


def test_secrets_differ_and_do_not_print_themselves():
    assert make_secret() != make_secret()
    assert repr(SECRET) == "SiteSecret()"


def test_a_secret_is_never_overwritten(tmp_path):
    path = tmp_path / "site.secret"
    path.write_text("mine")
    with pytest.raises(FileError, match=r"cannot write the site secret .*site\.secret"):
        SECRET.save_new(path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not hexadecimal", "no site secret"),
        (b"00" * 31, "too short"),
        (b"", "too short"),
        (b"\xff", "no site secret"),
    ],
)
def test_a_damaged_secret_is_refused(tmp_path, content, message):
    path = tmp_path / "site.secret"
    path.write_bytes(content)
    with pytest.raises(FileError, match=message):
        read_secret(path)


def test_a_secret_that_is_no_file_is_refused(tmp_path):
    with pytest.raises(FileError, match="cannot read the site secret"):
        read_secret(tmp_path)
