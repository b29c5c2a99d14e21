"""`vigil calendar --per-patient`: a calendar for each patient in a folder, and outputs that make no sense."""

from __future__ import annotations

import stat
import sys

import pytest
from support.calendar_exports import HEADER, PATIENTS, code_of, events_of

from spine_vigil.calendar_outputs import new_folder
from spine_vigil.cli.main import main
from spine_vigil.scheduler.calendars.feeds import left_over
from spine_vigil.scheduler.errors import FileError


def test_each_patient_has_a_calendar_named_by_the_pseudonym(export, folder):
    code, err = export(PATIENTS, "--per-patient", "feeds")
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


def test_one_calendar_and_those_of_patients_hold_the_same_events(export, folder):
    export(PATIENTS, "-o", "w.ics", "--per-patient", "feeds")
    single = [event.to_ical() for path in (folder / "feeds").iterdir() for event in events_of(path)]
    assert sorted(single) == sorted(event.to_ical() for event in events_of(folder / "w.ics"))


def test_the_calendar_of_a_patient_who_is_gone_is_removed_and_no_other_file(export, folder):
    export(PATIENTS, "--per-patient", "feeds")
    kept = {"notes.txt": "mine", "AAAAAAAA.ics": "BEGIN:VCALENDAR of another program", "A2345678.txt": "mine"}
    for name, text in kept.items():
        (folder / "feeds" / name).write_text(text)
    code, err = export(PATIENTS[:4], "--per-patient", "feeds")
    assert code == 0
    assert "calendars of 4 patients in feeds; 1 removed" in err
    assert {p.name for p in (folder / "feeds").iterdir()} == set(kept) | {
        f"{code_of(name)}.ics" for name in ("P1", "P2", "P3", "P4")
    }


def test_with_a_state_the_calendar_of_a_patient_who_is_gone_says_so_first(export, folder):
    """Cancelled on 1 March 2022; the projection's last day is 31 January 2024, and it is shown until 1 March 2024."""
    args = ("--per-patient", "feeds", "--state", "s.json")
    export(PATIENTS, *args)
    assert export(PATIENTS[:4], *args)[0] == 0
    path = folder / "feeds" / f"{code_of('P5')}.ics"
    assert [str(e["STATUS"]) for e in events_of(path)] == ["CANCELLED", "CANCELLED"]
    assert export(PATIENTS[:4], *args, "--as-of", "2024-03-01", "--force")[0] == 0
    assert [str(e["STATUS"]) for e in events_of(path)] == ["CANCELLED"]
    assert export(PATIENTS[:4], *args, "--as-of", "2024-03-02", "--force")[0] == 0
    assert not path.exists()


@pytest.mark.parametrize(("left", "is_refused"), [(4, False), (3, True)])
def test_more_than_a_fifth_of_the_calendars_is_not_removed_unasked(export, folder, left, is_refused):
    export(PATIENTS, "--per-patient", "feeds")
    code, err = export(PATIENTS[:left], "--per-patient", "feeds")
    assert (code, len(list((folder / "feeds").iterdir()))) == ((2, 5) if is_refused else (0, 4))
    assert ("the calendars of 2 of 5 patients would be removed" in err) == is_refused
    assert export(PATIENTS[:left], "--per-patient", "feeds", "--force")[0] == 0
    assert len(list((folder / "feeds").iterdir())) == left


def test_an_unchanged_calendar_of_a_patient_is_not_touched(export, folder):
    export(PATIENTS, "--per-patient", "feeds")
    before = {p.name: p.stat().st_ino for p in (folder / "feeds").iterdir()}
    moved = PATIENTS[0].replace("2022-01-31", "2022-01-24")
    export([moved, *PATIENTS[1:]], "--per-patient", "feeds")
    after = {p.name: p.stat().st_ino for p in (folder / "feeds").iterdir()}
    assert {name for name in before if after[name] != before[name]} == {f"{code_of('P1')}.ics"}


def test_a_folder_that_was_made_in_vain_is_taken_away(export, folder, monkeypatch):
    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full_disk)
    code, err = export(PATIENTS, "--per-patient", "feeds")
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


def test_a_folder_that_cannot_be_made_is_said(export, folder, monkeypatch):
    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.mkdir", forbidden)
    code, err = export(PATIENTS, "--per-patient", "feeds")
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
def test_outputs_that_make_no_sense_are_refused(export, folder, args, message):
    code, err = export(PATIENTS, *args)
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
