"""`vigil due --by-patient` and `--say`: the lines of a patient together, and what to say on the phone."""

import sys

import click
import polars as pl
import pytest
from support.due_lists import ASKED, listed, listed_as

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site,follow_up_end_date"
ROWS = [
    "P1,bone.osteosarcoma,,,,,2022-01-31,sacrum,",
    "P1,bone.osteosarcoma,CT,chest,2022-05-02,performed,,,",
    "P1,bone.osteosarcoma,CT,chest,2022-08-30,scheduled,,,",
    "P2,bone.chordoma,,,,,2022-01-31,sacrum,2022-03-01",
    "P3,cns.leptomeningeal_metastases,,,,,2022-02-28,,",
    "P3,cns.leptomeningeal_metastases,MRI,brain,2022-13-02,performed,,,",
    "P5,cns.ependymoma,,,,,2022-01-31,,",
]


BY_PATIENT = listed_as(
    """\
P1: 2 studies, 1 overdue, 1 upcoming, next booked 2022-08-30
  overdue since 2022-04-30, 10 d: bone.osteosarcoma/primary_site: CT, MRI or PET/CT of the sacrum
  upcoming 2022-08-02: bone.osteosarcoma/chest: CT or PET/CT of the chest
    booked for 2022-08-30, 28 days after the window closes: 2022-08-02 would do (2022-07-24 to
      2022-08-11 with the grace)

P3: 2 studies, 2 open
  1 row of this patient cannot be read: check the record first
  open 2022-04-28 to 2022-05-28: cns.leptomeningeal_metastases/brain: MRI of the brain
  open 2022-04-28 to 2022-05-28: cns.leptomeningeal_metastases/spine: MRI of the total spine

P5: no schedule
  no schedule: cns.ependymoma
    the guideline does not name the disease, and no rule for another disease is applied instead

P2: 2 studies
  stopped: bone.chordoma/chest: CT of the chest
    follow-up ended on 2022-03-01
  stopped: bone.chordoma/primary_site: CT or MRI of the sacrum
    follow-up ended on 2022-03-01
"""
)


@pytest.mark.parametrize("is_terminal", [True, False], ids=["terminal", "pipe"])
@pytest.mark.parametrize("piece_rows", [1, 1 << 16], ids=["pieces", "whole"])
def test_a_patient_stands_where_the_most_urgent_line_would(due, events, monkeypatch, is_terminal, piece_rows):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal, raising=False)
    monkeypatch.setattr("spine_vigil.scheduler.files.merging.PIECE_ROWS", piece_rows)
    monkeypatch.setattr("spine_vigil.scheduler.files.merging._SLICES_OF_A_PIECE", 1)
    exit_code, out, _ = due(events, *ASKED, "--by-patient")
    assert (exit_code, click.unstyle(out)) == (0, BY_PATIENT)


def test_files_have_the_same_order(due, events):
    out = due(events, *ASKED, "--by-patient", "-o", "-").out
    assert [(patient, status) for patient, _, status in listed(out)] == [
        ("P1", "overdue"), ("P1", "upcoming"), ("P3", "open"), ("P3", "open"),
        ("P5", "no_schedule"), ("P2", "stopped"), ("P2", "stopped"),
    ]  # fmt: skip


def test_what_is_not_selected_gives_a_patient_no_place(due, events, tmp_path):
    asked = (*ASKED, "--by-patient", "--status", "upcoming,open")
    expected = [("P3", "open"), ("P3", "open"), ("P1", "upcoming")]
    assert [(patient, status) for patient, _, status in listed(due(events, *asked, "-o", "-").out)] == expected
    due(events, *asked, "-o", tmp_path / "before.csv")
    due(events, *asked, "--since", tmp_path / "before.csv", "-o", tmp_path / "now.parquet")
    assert pl.read_parquet(tmp_path / "now.parquet").select("patient_id", "status").rows() == expected


def test_on_a_terminal_the_first_lines_are_shown_and_the_others_counted(due, events, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("spine_vigil.cli.output.due_patients.MOST_SHOWN", 3)
    out = click.unstyle(due(events, *ASKED, "--by-patient").out)
    assert "\n4 more rows; -o FILE.csv lists them all\n" in out
    assert "P5" not in out


def test_an_empty_list_says_so(due, events):
    assert "\nnothing to list\n" in due(events, *ASKED, "--by-patient", "--status", "needs_info").out


def test_what_to_say_is_printed_and_what_to_check_stands_apart(due, events):
    exit_code, out, err = due(events, *ASKED, "--patient", "P1", "--say")
    assert exit_code == 0
    assert out == (
        "It is time for imaging. Please call us and we will find a day that suits you.\n"
        "You have an appointment for imaging on Tuesday, 30 August 2022.\n"
        "Another day may suit better, so please call us before then.\n"
    )
    assert "please check the record first: booked for 2022-08-30, 28 days after the window closes" in err


def test_a_study_is_named_on_request(due, events):
    out = due(events, *ASKED, "--patient", "P3", "--say", "full").out
    arrange = "Please call us to arrange it. A good day is on or before Saturday, 28 May 2022."
    assert out.splitlines() == [
        f"It is time for an MRI of the brain. {arrange}",
        f"It is time for an MRI of the total spine. {arrange}",
    ]


@pytest.mark.parametrize(
    ("patient", "out", "said"),
    [
        ("P2", "", "nothing to say: follow-up has ended, or the patient has died; check the record before you call"),
        ("P3", "It is time for imaging.", "please check the record first: 1 row of this patient cannot be read"),
        ("P5", "You have no appointment to arrange right now.", ""),
    ],
)
def test_the_caller_is_told_what_to_check_first(due, events, patient, out, said):
    exit_code, found, err = due(events, *ASKED, "--patient", patient, "--say")
    assert exit_code == 0
    assert found.startswith(out)
    assert (found == "") is (out == "")
    assert said in err


def test_of_a_stopped_schedule_the_caller_alone_hears(due, events):
    header = HEADER.replace("follow_up_end_date", "progression_date")
    events.write_text(f"{header}\nP9,bone.chordoma,,,,,2022-01-31,sacrum,2022-03-01\n", encoding="utf-8")
    exit_code, out, err = due(events, *ASKED, "--patient", "P9", "--say")
    assert (exit_code, out) == (0, "")
    assert "please check the record first: 2 schedules stopped early, and nothing is said of it" in err


def test_a_patient_without_a_readable_protocol_is_not_spoken_to(due, events):
    events.write_text(f"{HEADER}\nP9,,CT,chest,2022-05-02,performed,,,\n", encoding="utf-8")
    exit_code, out, err = due(events, *ASKED, "--patient", "P9", "--say")
    assert (exit_code, out) == (0, "")
    assert "nothing to say: no readable row of this patient names a protocol" in err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "--say is for a call to one patient; add --patient ID"),
        (["--patient", "P1", "-o", "due.csv"], "--say speaks of all that is due for the patient, in words; drop -o"),
        (["--patient", "P1", "--status", "open"], "in words; drop --status"),
        (["--patient", "P1", "--by-patient"], "in words; drop --by-patient"),
    ],
)
def test_say_stands_alone_with_a_patient(due, events, options, said):
    exit_code, out, err = due(events, *ASKED, *options, "--say")
    assert (exit_code, out) == (2, "")
    assert said in err
