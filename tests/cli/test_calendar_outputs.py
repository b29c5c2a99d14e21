"""What `vigil calendar` writes on request: milestones, to-dos, a calendar for each patient, what events may show."""

from __future__ import annotations

import re
import stat
import sys

import icalendar
import polars as pl
import pytest

from spine_vigil.calendar_outputs import new_folder
from spine_vigil.cli.main import main
from spine_vigil.scheduler.calendars.feeds import left_over
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.errors import FileError

SECRET = "00" * 32
SITE = SiteSecret(bytes(32))
HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,surgery_date,primary_site,birth_date,name"
TUMOR = "{},bone.chondrosarcoma.atypical_cartilaginous,,,,,,2022-01-31,sacrum,1961-07-23,Jane Plantedmarker"
"""Atypical cartilaginous tumor, operated on 31 January 2022: every 6 to 12 months, so 31 July 2022 to 31 January 2023,
and projected from its last day 31 July 2023 to 31 January 2024."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site.secret").write_text(SECRET)
    (tmp_path / "site.secret").chmod(0o600)
    return tmp_path


@pytest.fixture
def calendar(monkeypatch, capsys, folder):
    """Run `vigil calendar` on rows as of 1 March 2022 for 18 months; return exit code and standard error."""

    def run(rows, *args):
        if rows is not None:
            (folder / "events.csv").write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
        given = ["--secret-file", "site.secret", "--as-of", "2022-03-01", "--months", "18", *args]
        monkeypatch.setattr(sys, "argv", ["vigil", "calendar", "events.csv", *given])
        code = 0
        try:
            main()
        except SystemExit as done:
            code = done.code or 0
        said = capsys.readouterr()
        assert said.out == ""
        return code, said.err

    return run


def events_of(path, component="VEVENT"):
    return icalendar.Calendar.from_ical(path.read_bytes()).walk(component)


def code_of(patient_id):
    return SITE.patient_code(patient_id)


# Milestones and to-dos


def test_milestones_are_an_event_on_the_first_and_one_on_the_last_day(calendar, folder):
    assert calendar([TUMOR.format("P1")], "-o", "w.ics", "--style", "milestones")[0] == 0
    found = events_of(folder / "w.ics")
    said = sorted(
        (str(e.decoded("DTSTART")), str(e.decoded("DTEND")), str(e["SUMMARY"]), str(e["STATUS"])) for e in found
    )
    label = f"Imaging window {code_of('P1')}"
    assert said == [
        ("2022-07-31", "2022-08-01", f"{label} opens", "CONFIRMED"),
        ("2023-01-31", "2023-02-01", f"{label} last day", "CONFIRMED"),
        ("2023-07-31", "2023-08-01", f"{label} opens", "TENTATIVE"),
        ("2024-01-31", "2024-02-01", f"{label} last day", "TENTATIVE"),
    ]
    assert len({str(e["UID"]) for e in found}) == 4


def test_of_two_milestones_the_first_rings(calendar, folder):
    calendar([TUMOR.format("P1")], "-o", "w.ics", "--style", "milestones")
    rings = {
        str(e["SUMMARY"]).rpartition(" ")[2]: len(e.walk("VALARM"))
        for e in events_of(folder / "w.ics")[:]
        if str(e["STATUS"]) == "CONFIRMED"
    }
    assert rings == {"opens": 1, "day": 0}


def test_a_milestone_keeps_its_identity_when_it_moves(calendar, folder):
    found = []
    for surgery in ("2022-01-31", "2022-01-24"):
        calendar([TUMOR.format("P1").replace("2022-01-31", surgery)], "-o", "w.ics", "--style", "milestones")
        found.append({str(e["UID"]) for e in events_of(folder / "w.ics")})
    assert found[0] == found[1]


def test_todos_are_a_file_of_their_own(calendar, folder):
    assert calendar([TUMOR.format("P1")], "-o", "w.ics", "--todos", "t.ics")[0] == 0
    todos = events_of(folder / "t.ics", "VTODO")
    assert sorted((str(t.decoded("DTSTART")), str(t.decoded("DUE")), str(t["STATUS"])) for t in todos) == [
        ("2022-07-31", "2023-01-31", "NEEDS-ACTION"),
        ("2023-07-31", "2024-01-31", "NEEDS-ACTION"),
    ]
    assert (len(events_of(folder / "t.ics")), len(events_of(folder / "w.ics", "VTODO"))) == (0, 0)
    assert {str(t["UID"]) for t in todos}.isdisjoint(str(e["UID"]) for e in events_of(folder / "w.ics"))
    assert stat.S_IMODE((folder / "t.ics").stat().st_mode) == 0o600


def test_a_todo_of_one_day_has_no_start_which_would_have_to_be_earlier(calendar, folder):
    """Osteosarcoma, primary site: a window of a day, 30 April."""
    row = "P1,bone.osteosarcoma,,,,,2022-01-31,,sacrum,,"
    calendar([row], "-o", "w.ics", "--todos", "t.ics", "--months", "1")
    assert {(str(t.decoded("DUE")), "DTSTART" in t) for t in events_of(folder / "t.ics", "VTODO")} == {
        ("2022-04-30", False)
    }


# What events may show


@pytest.mark.parametrize(
    ("show", "shown"),
    [
        ("modality", ", CT or MRI"),
        ("protocol", ", bone.chondrosarcoma.atypical_cartilaginous"),
        ("patient-id", ", MRN-4711"),
        ("patient-id, modality", ", CT or MRI, MRN-4711"),
    ],
)
def test_what_is_shown_stands_behind_the_pseudonym_and_is_warned_of(calendar, folder, show, shown):
    code, err = calendar([TUMOR.format("MRN-4711")], "-o", "w.ics", "--show", show)
    assert code == 0
    label = f"Imaging window {code_of('MRN-4711')}"
    assert {str(e["SUMMARY"]) for e in events_of(folder / "w.ics")} == {label + shown}
    assert {str(a["DESCRIPTION"]) for a in events_of(folder / "w.ics", "VALARM")} == {label}
    assert "keep the calendar where protected health information may be" in err
    assert "4711" not in err


def test_nothing_is_shown_and_nothing_warned_of_unasked(calendar, folder):
    _, err = calendar([TUMOR.format("MRN-4711")], "-o", "w.ics")
    assert "protected health information" not in err
    assert {str(e["SUMMARY"]) for e in events_of(folder / "w.ics")} == {f"Imaging window {code_of('MRN-4711')}"}


def test_what_cannot_be_shown_is_refused(calendar):
    code, err = calendar([TUMOR.format("P1")], "-o", "w.ics", "--show", "modality,patient_id")
    assert (code, "unknown thing to show 'patient_id'; did you mean 'patient-id'?" in err) == (2, True)


def test_a_shown_patient_is_not_in_the_state_and_not_in_a_cancellation(calendar, folder):
    rows = [TUMOR.format(f"MRN-{n}") for n in range(4711, 4716)]
    calendar(rows, "-o", "w.ics", "--state", "s.json", "--show", "patient-id,protocol")
    calendar(rows[:4], "-o", "w.ics", "--state", "s.json", "--show", "patient-id,protocol")
    text = (folder / "w.ics").read_text(encoding="utf-8").replace("\n ", "")
    assert ("MRN-4714" in text, "MRN-4715" in text, "STATUS:CANCELLED" in text) == (True, False, True)
    assert [m for m in ("MRN", "4711", "chondrosarcoma") if m in (folder / "s.json").read_text()] == []


ODD = [
    "nul\0",
    "line\u2028",
    "paragraph\u2029",
    "next\u0085",
    "return\r",
    "feed\n",
    "bell\x07",
    "mark\ufeff",
    "over\u202e",
]


@pytest.mark.parametrize("odd", ODD, ids=[odd[:-1] for odd in ODD])
def test_an_odd_character_of_a_patient_id_breaks_no_line(calendar, folder, odd):
    """Only Parquet can hold some of these; the calendar library lets them pass."""
    cells = dict(zip(HEADER.split(","), TUMOR.format("P1").split(","), strict=True)) | {"patient_id": f"{odd}4711"}
    pl.DataFrame([cells]).write_parquet(folder / "events.csv")
    assert calendar(None, "-o", "w.ics", "--show", "patient-id")[0] == 0
    data = (folder / "w.ics").read_bytes()
    assert data.count(b"\n") == data.count(b"\r") == data.count(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert {str(e["SUMMARY"]).rpartition(", ")[2] for e in events_of(folder / "w.ics")} == {f"{odd[:-1]}\ufffd4711"}


def test_patients_whose_ids_differ_by_an_odd_character_stay_apart(calendar, folder):
    rows = [
        dict(zip(HEADER.split(","), TUMOR.format(name).split(","), strict=True))
        for name in ("P1", "P\0001", "P\u20281")
    ]
    pl.DataFrame(rows).write_parquet(folder / "events.csv")
    calendar(None, "--per-patient", "feeds")
    assert len(list((folder / "feeds").iterdir())) == 3


# A calendar for each patient


PATIENTS = [TUMOR.format(name) for name in ("P1", "P2", "P3", "P4", "P5")]


def test_each_patient_has_a_calendar_named_by_the_pseudonym(calendar, folder):
    code, err = calendar(PATIENTS, "--per-patient", "feeds")
    assert code == 0
    assert sorted(p.name for p in (folder / "feeds").iterdir()) == sorted(
        f"{code_of(name)}.ics" for name in ("P1", "P2", "P3", "P4", "P5")
    )
    for path in (folder / "feeds").iterdir():
        assert {str(e["SUMMARY"]) for e in events_of(path)} == {f"Imaging window {path.stem}"}
        assert f"NAME:Imaging windows {path.stem}" in path.read_text().splitlines()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "feeds").stat().st_mode) == 0o700
    assert "5 firm (0 overdue) and 5 projected windows written to feeds\ncalendars of 5 patients in feeds\n" in err


def test_one_calendar_and_those_of_patients_hold_the_same_events(calendar, folder):
    calendar(PATIENTS, "-o", "w.ics", "--per-patient", "feeds")
    single = [event.to_ical() for path in (folder / "feeds").iterdir() for event in events_of(path)]
    assert sorted(single) == sorted(event.to_ical() for event in events_of(folder / "w.ics"))


def test_the_calendar_of_a_patient_who_is_gone_is_removed_and_no_other_file(calendar, folder):
    calendar(PATIENTS, "--per-patient", "feeds")
    kept = {"notes.txt": "mine", "AAAAAAAA.ics": "BEGIN:VCALENDAR of another program", "A2345678.txt": "mine"}
    for name, text in kept.items():
        (folder / "feeds" / name).write_text(text)
    code, err = calendar(PATIENTS[:4], "--per-patient", "feeds")
    assert code == 0
    assert "calendars of 4 patients in feeds; 1 removed" in err
    assert {p.name for p in (folder / "feeds").iterdir()} == set(kept) | {
        f"{code_of(name)}.ics" for name in ("P1", "P2", "P3", "P4")
    }


def test_with_a_state_the_calendar_of_a_patient_who_is_gone_says_so_first(calendar, folder):
    """Cancelled on 1 March 2022; the projection's last day is 31 January 2024, and it is shown until 1 March 2024."""
    args = ("--per-patient", "feeds", "--state", "s.json")
    calendar(PATIENTS, *args)
    assert calendar(PATIENTS[:4], *args)[0] == 0
    path = folder / "feeds" / f"{code_of('P5')}.ics"
    assert [str(e["STATUS"]) for e in events_of(path)] == ["CANCELLED", "CANCELLED"]
    assert calendar(PATIENTS[:4], *args, "--as-of", "2024-03-01", "--force")[0] == 0
    assert [str(e["STATUS"]) for e in events_of(path)] == ["CANCELLED"]
    assert calendar(PATIENTS[:4], *args, "--as-of", "2024-03-02", "--force")[0] == 0
    assert not path.exists()


@pytest.mark.parametrize(("left", "is_refused"), [(4, False), (3, True)])
def test_more_than_a_fifth_of_the_calendars_is_not_removed_unasked(calendar, folder, left, is_refused):
    calendar(PATIENTS, "--per-patient", "feeds")
    code, err = calendar(PATIENTS[:left], "--per-patient", "feeds")
    assert (code, len(list((folder / "feeds").iterdir()))) == ((2, 5) if is_refused else (0, 4))
    assert ("the calendars of 2 of 5 patients would be removed" in err) == is_refused
    assert calendar(PATIENTS[:left], "--per-patient", "feeds", "--force")[0] == 0
    assert len(list((folder / "feeds").iterdir())) == left


def test_an_unchanged_calendar_of_a_patient_is_not_touched(calendar, folder):
    calendar(PATIENTS, "--per-patient", "feeds")
    before = {p.name: p.stat().st_ino for p in (folder / "feeds").iterdir()}
    moved = PATIENTS[0].replace("2022-01-31", "2022-01-24")
    calendar([moved, *PATIENTS[1:]], "--per-patient", "feeds")
    after = {p.name: p.stat().st_ino for p in (folder / "feeds").iterdir()}
    assert {name for name in before if after[name] != before[name]} == {f"{code_of('P1')}.ics"}


def test_a_folder_that_was_made_in_vain_is_taken_away(calendar, folder, monkeypatch):
    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full_disk)
    code, err = calendar(PATIENTS, "--per-patient", "feeds")
    assert (code, "No space left on device" in err) == (2, True)
    assert sorted(p.name for p in folder.iterdir()) == ["events.csv", "site.secret"]


def test_a_folder_that_cannot_be_taken_away_hides_no_error(tmp_path):
    def write():
        with new_folder(tmp_path / "feeds"):
            (tmp_path / "feeds" / "notes.txt").touch()
            raise BrokenPipeError("the reader has gone")

    with pytest.raises(BrokenPipeError, match="the reader has gone"):
        write()
    assert [p.name for p in (tmp_path / "feeds").iterdir()] == ["notes.txt"]


def test_a_folder_that_cannot_be_made_is_said(calendar, folder, monkeypatch):
    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.mkdir", forbidden)
    code, err = calendar(PATIENTS, "--per-patient", "feeds")
    assert (code, "cannot make the folder feeds: Permission denied" in err) == (2, True)
    assert sorted(p.name for p in folder.iterdir()) == ["events.csv", "site.secret"]


def test_a_folder_that_cannot_be_read_is_said(folder):
    with pytest.raises(FileError, match=r"cannot read the folder .*events\.csv: Not a directory"):
        left_over(folder / "site.secret" / "events.csv", [])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "give -o OUT.ics for one calendar, or --per-patient DIR for one of each patient"),
        (("--todos", "t.ics"), "give -o OUT.ics for one calendar"),
        (("--per-patient", "events.csv"), "events.csv is not a folder and cannot be made; make it first"),
        (("--per-patient", "none/feeds"), "none/feeds is not a folder and cannot be made; make it first"),
        (("-o", "w.ics", "--todos", "w.ics"), "w.ics is the calendar; give the list of to-dos another name"),
        (("-o", "w.ics", "--todos", "t.txt"), "t.txt must be a file name that ends in .ics"),
        (("-o", "w.ics", "--state", "w.ics"), "w.ics is the state; give the calendar another name"),
    ],
)
def test_outputs_that_make_no_sense_are_refused(calendar, folder, args, message):
    code, err = calendar(PATIENTS, *args)
    assert (code, message in err) == (2, True)
    assert sorted(p.name for p in folder.iterdir()) == ["events.csv", "site.secret"]


def test_a_new_secret_lies_beside_the_folder_and_never_in_it(folder, monkeypatch):
    (folder / "events.csv").write_text("\n".join([HEADER, *PATIENTS, ""]))
    args = ["--per-patient", "feeds", "--as-of", "2022-03-01"]
    monkeypatch.setattr(sys, "argv", ["vigil", "calendar", "events.csv", *args])
    with pytest.raises(SystemExit):
        main()
    assert (folder / "vigil-calendar.secret").exists()
    assert {p.suffix for p in (folder / "feeds").iterdir()} == {".ics"}


# Nobody is named


MARKERS = ["4711", "MRN", "1961", "07-23", "23 July", "Jane", "Plantedmarker", "sacrum", "chondro", "Bone tumor"]
BAD = [
    ("the birth date in the wrong form", "MRN-4711,bone.chordoma,,,,,2022-01-31,,sacrum,23.07.1961,Jane Plantedmarker"),
    ("a diagnosis for a protocol", "MRN-4711,bone.chondrosarkoma,,,,,2022-01-31,,sacrum,,Jane Plantedmarker"),
    ("an event before birth", "MRN-4711,bone.chordoma,CT,chest,1961-07-22,performed,2022-01-31,,,1961-07-23,Jane"),
    ("a name for a modality", "MRN-4711,bone.chordoma,Jane Plantedmarker,chest,2022-03-01,,2022-01-31,,sacrum,,"),
    ("a cell too many", "MRN-4711,bone.chordoma,,,,,2022-01-31,,sacrum,1961-07-23,Jane Plantedmarker,MRN-4711"),
    ("a stray quote", 'MRN-4711,bone.chordoma,,,,,2022-01-31,,sacrum,1961-07-23,"Jane Plantedmarker'),
    ("no patient id", ",bone.chordoma,,,,,2022-01-31,,sacrum,1961-07-23,Jane Plantedmarker"),
]
GOOD = "MRN-4711,bone.chondrosarcoma.atypical_cartilaginous,,,,,,2022-01-31,sacrum,1961-07-23,Jane Plantedmarker"


def told(folder, err):
    """Return everything that was written or said, names of files too, with folded lines put together."""
    paths = [p for p in folder.rglob("*") if p.is_file() and p.name not in ("events.csv", "patients.csv", "codes.csv")]
    texts = [p.read_text(encoding="utf-8").replace("\n ", "") + p.name for p in paths]
    return re.sub(r"\s+", " ", "\n".join([*texts, err]))


ALL = ("-o", "w.ics", "--per-patient", "feeds", "--todos", "t.ics", "--state", "s.json", "--codes", "codes.csv")


@pytest.mark.parametrize(("what", "bad"), BAD, ids=[what for what, _ in BAD])
@pytest.mark.parametrize("good", [[GOOD], []], ids=["written", "refused"])
def test_no_marker_of_the_input_is_written_or_told(calendar, folder, what, bad, good):
    code, err = calendar([*good, bad], *ALL)
    assert code == (0 if good else 2), what
    assert [marker for marker in MARKERS if marker in told(folder, err)] == [], what
    assert "is left out" in err


def test_no_marker_of_a_patients_file_is_told(calendar, folder):
    (folder / "patients.csv").write_text(
        "patient_id,protocol,birth_date,surgery_date\nMRN-4711,bone.chondrosarkoma,1961-23-07,2022-01-31\n"
        "MRN-4712,bone.chondrosarcoma.atypical_cartilaginous,1961-07-23,2022-01-31\n"
    )
    row = "{},,,,,,,,sacrum,,Jane Plantedmarker"
    code, err = calendar([row.format("MRN-4711"), row.format("MRN-4712")], *ALL, "--patients", "patients.csv")
    assert code == 0
    assert "vigil: patients.csv, line 2, column birth_date cannot be read" in err
    assert "line 2 is left out: its values in patients.csv cannot be read" in err
    assert [marker for marker in [*MARKERS, "4712"] if marker in told(folder, err)] == []


def test_a_patient_who_stands_twice_in_the_patients_file_is_not_named(calendar, folder):
    (folder / "patients.csv").write_text("patient_id,surgery_date\nMRN-4711,2022-01-31\nMRN-4711,2022-01-31\n")
    code, err = calendar([GOOD], *ALL, "--patients", "patients.csv")
    assert (code, "a patient twice, in line 2 and line 3" in err) == (2, True)
    assert [marker for marker in MARKERS if marker in told(folder, err)] == []


def test_the_markers_are_there_to_be_found(calendar, folder):
    """The search finds what is shown on request, so that finding nothing says something."""
    _, err = calendar([GOOD], "-o", "w.ics", "--show", "patient-id,protocol")
    assert {"MRN", "4711", "chondro"} <= {marker for marker in MARKERS if marker in told(folder, err)}


def test_codes_list_whose_the_cancelled_events_are_too(calendar, folder):
    """P5 has progressed: no event is due, and two are cancelled."""
    header = HEADER + ",progression_date"
    rows = [f"{row}," for row in PATIENTS]
    (folder / "events.csv").write_text("\n".join([header, *rows, ""]))
    calendar(None, *ALL)
    (folder / "events.csv").write_text("\n".join([header, *rows[:4], f"{rows[4]}2022-02-20", ""]))
    assert calendar(None, *ALL)[0] == 0
    assert {line.split(",")[1] for line in (folder / "codes.csv").read_text().splitlines()[1:]} == {
        "P1",
        "P2",
        "P3",
        "P4",
        "P5",
    }


def test_two_patients_of_one_pseudonym_are_refused(calendar, folder, monkeypatch):
    monkeypatch.setattr(SiteSecret, "patient_code", lambda *_: "ABCDEFGH")
    code, err = calendar(PATIENTS, *ALL)
    assert (code, "two patients have the pseudonym ABCDEFGH" in err) == (2, True)
    assert not (folder / "w.ics").exists()
    assert calendar(PATIENTS[:1], *ALL)[0] == 0
