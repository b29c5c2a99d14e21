"""What `vigil calendar` writes on request: milestones, to-dos, and what events may show."""

from __future__ import annotations

import stat

import polars as pl
import pytest
from support.calendar_exports import HEADER, TUMOR, code_of, events_of

# Milestones and to-dos


def test_milestones_are_an_event_on_the_first_and_one_on_the_last_day(export, folder):
    assert export([TUMOR.format("P1")], "-o", "w.ics", "--style", "milestones")[0] == 0
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


def test_of_two_milestones_the_first_rings(export, folder):
    export([TUMOR.format("P1")], "-o", "w.ics", "--style", "milestones")
    rings = {
        str(e["SUMMARY"]).rpartition(" ")[2]: len(e.walk("VALARM"))
        for e in events_of(folder / "w.ics")[:]
        if str(e["STATUS"]) == "CONFIRMED"
    }
    assert rings == {"opens": 1, "day": 0}


def test_a_milestone_keeps_its_identity_when_it_moves(export, folder):
    found = []
    for surgery in ("2022-01-31", "2022-01-24"):
        export([TUMOR.format("P1").replace("2022-01-31", surgery)], "-o", "w.ics", "--style", "milestones")
        found.append({str(e["UID"]) for e in events_of(folder / "w.ics")})
    assert found[0] == found[1]


def test_todos_are_a_file_of_their_own(export, folder):
    assert export([TUMOR.format("P1")], "-o", "w.ics", "--todos", "t.ics")[0] == 0
    todos = events_of(folder / "t.ics", "VTODO")
    assert sorted((str(t.decoded("DTSTART")), str(t.decoded("DUE")), str(t["STATUS"])) for t in todos) == [
        ("2022-07-31", "2023-01-31", "NEEDS-ACTION"),
        ("2023-07-31", "2024-01-31", "NEEDS-ACTION"),
    ]
    assert (len(events_of(folder / "t.ics")), len(events_of(folder / "w.ics", "VTODO"))) == (0, 0)
    assert {str(t["UID"]) for t in todos}.isdisjoint(str(e["UID"]) for e in events_of(folder / "w.ics"))
    assert stat.S_IMODE((folder / "t.ics").stat().st_mode) == 0o600


def test_a_todo_of_one_day_has_no_start_which_would_have_to_be_earlier(export, folder):
    """Osteosarcoma, primary site: a window of a day, 30 April."""
    row = "P1,bone.osteosarcoma,,,,,2022-01-31,,sacrum,,"
    export([row], "-o", "w.ics", "--todos", "t.ics", "--months", "1")
    assert {(str(t.decoded("DUE")), "DTSTART" in t) for t in events_of(folder / "t.ics", "VTODO")} == {
        ("2022-04-30", False)
    }


# What events may show


@pytest.mark.parametrize(
    ("show", "shown"),
    [
        ("modality", ", CT or MRI"),
        ("protocol", ", atypical cartilaginous tumor"),
        ("patient-id", ", MRN-4711"),
        ("patient-id, modality", ", CT or MRI, MRN-4711"),
    ],
)
def test_what_is_shown_stands_behind_the_pseudonym_and_is_warned_of(export, folder, show, shown):
    code, err = export([TUMOR.format("MRN-4711")], "-o", "w.ics", "--show", show)
    assert code == 0
    label = f"Imaging window {code_of('MRN-4711')}"
    assert {str(e["SUMMARY"]) for e in events_of(folder / "w.ics")} == {label + shown}
    assert {str(a["DESCRIPTION"]) for a in events_of(folder / "w.ics", "VALARM")} == {label}
    assert "keep the calendar where protected health information may be" in err
    assert "4711" not in err


def test_nothing_is_shown_and_nothing_warned_of_unasked(export, folder):
    _, err = export([TUMOR.format("MRN-4711")], "-o", "w.ics")
    assert "protected health information" not in err
    assert {str(e["SUMMARY"]) for e in events_of(folder / "w.ics")} == {f"Imaging window {code_of('MRN-4711')}"}


def test_what_cannot_be_shown_is_refused(export):
    code, err = export([TUMOR.format("P1")], "-o", "w.ics", "--show", "modality,patient_id")
    assert (code, "unknown thing to show 'patient_id'; did you mean 'patient-id'?" in err) == (2, True)


def test_a_shown_patient_is_not_in_the_state_and_not_in_a_cancellation(export, folder):
    rows = [TUMOR.format(f"MRN-{n}") for n in range(4711, 4716)]
    export(rows, "-o", "w.ics", "--state", "s.json", "--show", "patient-id,protocol")
    export(rows[:4], "-o", "w.ics", "--state", "s.json", "--show", "patient-id,protocol")
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
def test_an_odd_character_of_a_patient_id_breaks_no_line(export, folder, odd):
    """Only Parquet can hold some of these; the calendar library lets them pass."""
    cells = dict(zip(HEADER.split(","), TUMOR.format("P1").split(","), strict=True)) | {"patient_id": f"{odd}4711"}
    pl.DataFrame([cells]).write_parquet(folder / "events.csv")
    assert export(None, "-o", "w.ics", "--show", "patient-id")[0] == 0
    data = (folder / "w.ics").read_bytes()
    assert data.count(b"\n") == data.count(b"\r") == data.count(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert {str(e["SUMMARY"]).rpartition(", ")[2] for e in events_of(folder / "w.ics")} == {f"{odd[:-1]}\ufffd4711"}


def test_patients_whose_ids_differ_by_an_odd_character_stay_apart(export, folder):
    rows = [
        dict(zip(HEADER.split(","), TUMOR.format(name).split(","), strict=True))
        for name in ("P1", "P\0001", "P\u20281")
    ]
    pl.DataFrame(rows).write_parquet(folder / "events.csv")
    export(None, "--per-patient", "feeds")
    assert len(list((folder / "feeds").iterdir())) == 3
