"""`vigil calendar --codes`: whose code is whose, and where that is written."""

from __future__ import annotations

import csv
import os
import stat

import icalendar
import pytest
from support.calendar_command import HEADER, ROWS, SECRET, refused


def codes_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_codes_say_whose_events_they_are_and_are_their_owners_alone(calendar, events, tmp_path):
    """MRN-4712 has no window, MRN-4713 no row that can be read: neither is in the calendar, so neither is listed."""
    other = ROWS[0].replace("4711", "4714")
    events.write_text("\n".join([HEADER, other, *ROWS, ""]))
    out, codes = tmp_path / "w.ics", tmp_path / "codes.csv"
    code, _, err = calendar(events, "-o", out, "--as-of", "2022-05-10", "--codes", codes)
    found = codes_of(codes)
    assert (code, found[0]) == (0, ["code", "patient_id"])
    assert {name for _, name in found[1:]} == {"MRN-4711", "MRN-4714"}
    assert found[1:] == sorted(found[1:])
    summaries = {str(e["SUMMARY"]) for e in icalendar.Calendar.from_ical(out.read_bytes()).walk("VEVENT")}
    assert summaries == {f"Imaging window {what}{code}" for code, _ in found[1:] for what in ("", "overdue ")}
    assert stat.S_IMODE(codes.stat().st_mode) == 0o600
    assert err.splitlines()[1] == f"codes are in {codes}; keep it apart from the calendar"
    assert "--codes" not in err


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_spreadsheet_runs_no_patient_id(calendar, events, tmp_path, start):
    events.write_text("\n".join([HEADER, ROWS[0].replace("MRN-4711", f"{start}1+2"), ""]))
    calendar(events, "-o", tmp_path / "w.ics", "--as-of", "2022-05-10", "--codes", tmp_path / "codes.csv")
    assert [name for _, name in codes_of(tmp_path / "codes.csv")[1:]] == [f"'{start}1+2"]


def test_an_id_that_is_a_number_with_a_sign_stands_in_the_codes_as_in_the_list_of_what_is_due(
    calendar, events, tmp_path
):
    events.write_text("\n".join([HEADER, ROWS[0].replace("MRN-4711", "-4711"), ""]))
    calendar(events, "-o", tmp_path / "w.ics", "--as-of", "2022-05-10", "--codes", tmp_path / "codes.csv")
    assert [name for _, name in codes_of(tmp_path / "codes.csv")[1:]] == ["-4711"]


def test_codes_that_cannot_be_written_leave_no_calendar_and_no_secret(calendar, events, tmp_path, monkeypatch):
    real = os.replace

    def write(source, target):
        if str(target).endswith(".csv"):
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", write)
    err = refused(calendar, tmp_path, events, "-o", tmp_path / "w.ics", "--codes", tmp_path / "codes.csv")
    assert "codes.csv: No space left" in err


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("events.csv", "is the input; give the output another name"),
        ("patients.csv", "is the input; give the output another name"),
        ("w.ics", "is the calendar; give the list of codes another name"),
        ("site.csv", "is the secret file; give the list of codes another name"),
        ("linked.csv", "is the secret file; give the list of codes another name"),
        ("codes.txt", "must be a file name that ends in .csv"),
        ("none/codes.csv", "there is no folder"),
    ],
)
def test_the_codes_overwrite_nothing_else(calendar, events, tmp_path, name, message):
    (tmp_path / "patients.csv").write_text("patient_id\nMRN-4711\n")
    (tmp_path / "site.csv").write_text(SECRET)
    (tmp_path / "linked.csv").hardlink_to(tmp_path / "site.csv")
    given = ("--patients", tmp_path / "patients.csv", "--secret-file", tmp_path / "site.csv")
    err = refused(calendar, tmp_path, events, "-o", tmp_path / "w.ics", *given, "--codes", tmp_path / name)
    assert message in err
