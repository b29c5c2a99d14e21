"""`vigil due`: the table, the files, what is selected, and what is left where it fails."""

import csv
import errno
import gzip
import io
import json
import re
import stat
import sys

import click
import polars as pl
import pytest
from freezegun import freeze_time
from support.due_lists import ASKED, listed, listed_as
from support.paths import DOCS

from spine_vigil.scheduler.answers.due_status import URGENCY
from spine_vigil.scheduler.cohort.due.described import CHANGE_COLUMNS
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site,birth_date,follow_up_end_date"
ROWS = [
    "P1,bone.osteosarcoma,,,,,2022-01-31,sacrum,1961-07-23,",
    "P1,bone.osteosarcoma,CT,chest,2022-05-02,performed,2022-01-31,sacrum,1961-07-23,",
    "P1,bone.osteosarcoma,CT,chest,2022-08-30,scheduled,2022-01-31,sacrum,1961-07-23,",
    "P2,bone.chordoma,,,,,2022-01-31,sacrum,1961-07-23,2022-03-01",
    "P3,cns.leptomeningeal_metastases,,,,,2022-02-28,,,",
    "P4,bone.osteosarcoma,CT,chest,2022-13-02,performed,2022-01-31,,1961-07-23,",
    "P5,cns.ependymoma,,,,,2022-01-31,,,",
]


TABLE = listed_as(
    """\
OVERDUE: 1 schedule
  days  opens       closes      last day    patient  schedule
    10  2022-04-30  2022-04-30  2022-05-09  P1       bone.osteosarcoma/primary_site: CT, MRI or PET/
                                                     CT of the sacrum

OPEN: 2 schedules
  opens       closes      last day    patient  schedule
  2022-04-28  2022-05-28  2022-06-04  P3       cns.leptomeningeal_metastases/brain: MRI of the brain
  2022-04-28  2022-05-28  2022-06-04  P3       cns.leptomeningeal_metastases/spine: MRI of the total
                                               spine

UPCOMING: 1 schedule
  opens       closes      last day    booked        patient  schedule
  2022-08-02  2022-08-02  2022-08-11  2022-08-30 !  P1       bone.osteosarcoma/chest: CT or PET/CT
                                                             of the chest

NO SCHEDULE: 1 protocol
  patient  schedule
  P5       cns.ependymoma
    the guideline does not name the disease, and no rule for another disease is applied instead

STOPPED: 2 schedules
  patient  schedule
  P2       bone.chordoma/chest: CT of the chest
    follow-up ended on 2022-03-01
  P2       bone.chordoma/primary_site: CT or MRI of the sacrum
    follow-up ended on 2022-03-01

! 1 booking to look at:
  P1, bone.osteosarcoma/chest: booked for 2022-08-30, 28 days after the window closes: 2022-08-02
    would do (2022-07-24 to 2022-08-11 with the grace)
"""
)


def test_a_table_is_printed_and_what_is_in_it_is_said(due, events):
    code, out, err = due(events, *ASKED)
    assert (code, out) == (0, TABLE)
    first, *others = err.splitlines()
    assert first == (
        "2022-05-10, by healthhelp-mri-cspine-2025, grace a tenth of the interval, 7 to 30 days: 7 rows of 4 patients,"
        " 6 schedules: 1 overdue, 2 open, 1 upcoming, 2 stopped"
    )
    assert others == [
        "1 booking outside the window",
        "1 protocol of a patient without schedules",
        "left out: 1 row that cannot be read (date: 1); 'vigil audit' says why",
        "  line 7 is left out: column date cannot be read or does not fit",
    ]


def test_no_message_names_a_patient_or_what_stands_in_a_cell(due, events, tmp_path):
    patients = tmp_path / "patients.csv"
    patients.write_text("patient_id,birth_date\nP3,1961-99-99\nP5,1970-01-01\n", encoding="utf-8")
    code, _, err = due(events, *ASKED, "--patients", patients, "-o", tmp_path / "due.csv")
    assert code == 0
    assert [text for text in ("P1", "P2", "P3", "P4", "P5", "1961", "2022-13-02", "osteosarcoma") if text in err] == []
    assert f"vigil: {patients}, line 2, column birth_date cannot be read" in err
    assert err.splitlines()[-3:-1] == [
        "left out: 1 row that cannot be read (date: 1); 'vigil audit' says why",
        "  line 7 is left out: column date cannot be read or does not fit",
    ]


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet", ".json"])
def test_every_form_of_file_holds_the_same(due, events, tmp_path, suffix):
    out = tmp_path / f"due{suffix}"
    code, said, _ = due(events, *ASKED, "-o", out)
    assert (code, said) == (0, "")
    if suffix == ".parquet":
        found = pl.read_parquet(out)
        assert found.schema == pl.Schema(DUE_COLUMNS)
        rows = found.to_dicts()
    elif suffix == ".json":
        whole = json.loads(out.read_text(encoding="utf-8"))
        assert list(whole) == ["edition", "as_of", "grace", "note", "selected", "due"]
        assert (whole["edition"], whole["as_of"]) == ("healthhelp-mri-cspine-2025", "2022-05-10")
        rows = whole["due"]
    else:
        data = out.read_bytes()
        text = (gzip.decompress(data) if suffix == ".csv.gz" else data).decode()
        rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == list(DUE_COLUMNS)
    found = [{name: "" if value is None else str(value).lower() for name, value in row.items()} for row in rows]
    assert [(row["patient_id"], row["schedule"], row["status"]) for row in found] == [
        ("p1", "primary_site", "overdue"),
        ("p3", "brain", "open"),
        ("p3", "spine", "open"),
        ("p1", "chest", "upcoming"),
        ("p5", "", "no_schedule"),
        ("p2", "chest", "stopped"),
        ("p2", "primary_site", "stopped"),
    ]
    assert found[3] == {
        "patient_id": "p1",
        "protocol": "bone.osteosarcoma",
        "schedule": "chest",
        "study": "ct or pet/ct of the chest",
        "section": "bone 5",
        "status": "upcoming",
        "reference_date": "2022-05-02",
        "opens": "2022-08-02",
        "closes": "2022-08-02",
        "last_day": "2022-08-11",
        "days_overdue": "",
        "booked": "2022-08-30",
        "booked_in_window": "false",
        "unread_rows": "",
        "grace_days": "9",
        "missing": "",
        "note": "",
        "booking_advice": "booked for 2022-08-30, 28 days after the window closes: 2022-08-02 would do"
        " (2022-07-24 to 2022-08-11 with the grace)",
    }


def test_a_hyphen_writes_csv_to_standard_output_and_reads_standard_input(due, events, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(events.read_bytes())))
    code, out, _ = due("-", *ASKED, "-o", "-")
    assert code == 0
    assert listed(out)[0] == ("P1", "primary_site", "overdue")
    assert len(listed(out)) == 7


@freeze_time("2022-05-10")
def test_without_a_date_it_is_today(due, events):
    assert due(events)[1] == TABLE


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--status", "overdue,open"], ["P1/primary_site", "P3/brain", "P3/spine"]),
        (["--status", "stopped", "--status", "Needs-Info"], ["P2/chest", "P2/primary_site"]),
        (["--status", "no_schedule"], ["P5/"]),
        (["--protocol", "bone.chordoma"], ["P2/chest", "P2/primary_site"]),
        (["--protocol", "cns.ependymoma"], ["P5/"]),
        (["--modality", "mri"], ["P1/primary_site", "P3/brain", "P3/spine", "P2/primary_site"]),
        (["--modality", "PET/CT", "--status", "upcoming"], ["P1/chest"]),
        (["--within", "0d"], ["P1/primary_site", "P3/brain", "P3/spine"]),
        (["--within", "83d"], ["P1/primary_site", "P3/brain", "P3/spine"]),  # a day before 2 August
        (["--within", "84d"], ["P1/primary_site", "P3/brain", "P3/spine", "P1/chest"]),
        (["--within", "12w"], ["P1/primary_site", "P3/brain", "P3/spine", "P1/chest"]),
        (["--within", "3m"], ["P1/primary_site", "P3/brain", "P3/spine", "P1/chest"]),
        (["--within", "2mo"], ["P1/primary_site", "P3/brain", "P3/spine"]),
        (["--within", "1y"], ["P1/primary_site", "P3/brain", "P3/spine", "P1/chest"]),
    ],
)
def test_what_is_asked_for_is_listed(due, events, options, expected):
    code, out, err = due(events, *ASKED, "-o", "-", *options)
    assert code == 0
    assert [f"{patient}/{schedule}" for patient, schedule, _ in listed(out)] == expected
    assert f"{7 - len(expected)} more are not selected" in err


def test_one_patient_is_listed_alone(due, events):
    code, out, err = due(events, *ASKED, "-o", "-", "--patient", " P3 ")
    assert (code, {patient for patient, _, _ in listed(out)}) == (0, {"P3"})
    assert "more are not selected" not in err


@pytest.mark.parametrize("patient", ["00123", "123", " 0123 ", '="00123"', "123.0"])
def test_one_patient_is_found_by_an_id_as_any_file_writes_it(due, tmp_path, patient):
    events, profile = tmp_path / "e.csv", tmp_path / "site.toml"
    events.write_text("\n".join([HEADER, *ROWS, ""]).replace("P3,", "00123,"))
    profile.write_text("[ids]\nclean = true\nleading_zeros = false\n")
    code, out, err = due(events, *ASKED, "-o", "-", "--profile", profile, "--patient", patient)
    assert (code, {patient for patient, _, _ in listed(out)}) == (0, {"123"}), err
    assert due(events, *ASKED, "-o", "-", "--patient", "123")[0] == 2


def test_a_patient_whom_no_row_names_is_an_error(due, events):
    code, out, err = due(events, *ASKED, "--patient", "P9")
    assert (code, out) == (2, "")
    assert "--patient: no row has this patient id; compare how the file writes ids" in err


def test_rows_of_a_patient_that_cannot_be_read_are_told_in_the_table(due, events):
    events.write_text(events.read_text(encoding="utf-8").replace("P4,", "P3,"), encoding="utf-8")
    lines = due(events, *ASKED)[1].splitlines()
    assert lines.count("    1 row of this patient cannot be read") == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--status", "late"], "unknown status 'late'"),
        (["--protocol", "bone.osteosarkoma"], "did you mean 'bone.osteosarcoma'?"),
        (["--modality", "MRT"], "did you mean 'MRI'?"),
        (["--within", "soon"], "'soon' is no duration; write e.g. 30d, 8w, 3m or 1y"),
        (["--within", "101y"], "at most 100y"),
        (
            ["-o", "due.txt"],
            "due.txt must end in .csv, .csv.gz, .parquet, .json, .xlsx or .html, which says the format",
        ),
        (["--as-of", "10.05.2022"], "write YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_meant_says_what_to_write_instead(due, events, options, said):
    code, out, err = due(events, *options)
    assert (code, out) == (2, "")
    assert said in err


def test_the_input_is_never_the_output(due, events):
    before = events.read_bytes()
    code, _, err = due(events, *ASKED, "-o", events)
    assert code == 2
    assert "is the input; give the output another name" in err
    assert events.read_bytes() == before


def test_a_file_that_is_not_there_is_an_error_and_leaves_none(due, tmp_path):
    code, _, err = due(tmp_path / "none.csv", "-o", tmp_path / "due.csv")
    assert code == 2
    assert "check the name and the permissions" in err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_beside_the_output_and_it_is_its_owners_alone(due, events, tmp_path):
    due(events, *ASKED, "-o", tmp_path / "due.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["due.csv", "events.csv"]
    assert stat.S_IMODE((tmp_path / "due.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize("is_terminal", [True, False], ids=["terminal", "pipe"])
def test_the_table_is_the_same_however_many_pieces_it_comes_in(due, events, monkeypatch, is_terminal):
    """Columns are as wide as the widest cell of a status, wherever that stands."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal, raising=False)
    monkeypatch.setattr("spine_vigil.scheduler.files.merging.PIECE_ROWS", 1)
    monkeypatch.setattr("spine_vigil.scheduler.files.merging._SLICES_OF_A_PIECE", 1)
    assert click.unstyle(due(events, *ASKED)[1]) == TABLE


def test_progress_is_shown_on_a_terminal_alone_and_leaves_no_trace(due, events, tmp_path, monkeypatch):
    monkeypatch.setattr("spine_vigil.cli.output.progress._PATIENCE", 0.0)
    monkeypatch.setattr("spine_vigil.cli.output.progress._BETWEEN", 0.0)
    silent = due(events, *ASKED, "-o", tmp_path / "due.csv")[2]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    shown = due(events, *ASKED, "-o", tmp_path / "due.csv")[2]
    assert [text for text in ("reading", "looking through", "listing") if f"\r{text}" not in shown] == []
    assert shown.rpartition("\033[K")[2] == silent


def test_nothing_is_left_where_the_list_cannot_be_written(due, events, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("spine_vigil.due_list.write_due", fail)
    code, _, err = due(events, *ASKED, "-o", tmp_path / "due.csv")
    assert code == 2
    assert f"cannot write {tmp_path / 'due.csv'}: No space left on device" in err
    assert list(tmp_path.iterdir()) == [events]


def test_nothing_is_left_where_the_rows_find_no_room(due, events, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("spine_vigil.scheduler.files.spill.Spill.put", fail)
    code, out, err = due(events, *ASKED)
    assert (code, out) == (2, "")
    assert "cannot write a temporary file (TMPDIR says where): No space left on device" in err
    assert list(tmp_path.iterdir()) == [events]


def test_every_column_and_status_is_explained_in_the_documentation():
    told = (DOCS / "due.md").read_text(encoding="utf-8")
    table = [line.split("|")[1] for line in told.splitlines() if line.startswith("| `")]
    names = re.findall(r"`(\w+)`", " ".join(table))
    assert names == [*DUE_COLUMNS, *(status.value for status in URGENCY), *CHANGE_COLUMNS]
