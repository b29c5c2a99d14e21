"""`vigil due`: the table, the files, what is left out, and what is said beside it."""

import csv
import errno
import gzip
import io
import json
import re
import stat
import sys
from functools import partial

import click
import polars as pl
import pytest
from freezegun import freeze_time
from support.events_files import write_lines
from support.paths import DOCS

from spine_vigil.cli.output.due_table import MOST_SHOWN
from spine_vigil.scheduler.answers.due_status import URGENCY
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
ASKED = ("--as-of", "2022-05-10")


@pytest.fixture
def events(tmp_path):
    return write_lines(tmp_path / "events.csv", HEADER, *ROWS)


@pytest.fixture
def due(vigil):
    """Run `vigil due` in this process; return exit code, standard output and standard error."""
    return partial(vigil, "due")


def listed(text):
    return [(row["patient_id"], row["schedule"], row["status"]) for row in csv.DictReader(io.StringIO(text))]


def listed_as(text):
    """Return a printed list: when and by what it was made, the list, and what it is not."""
    return f"""\
Due on 2022-05-10 by healthhelp-mri-cspine-2025, grace a tenth of the interval, 7 to 30 days

{text}
What is due is counted by this edition, as encoded: a reminder, neither an order nor a denial. A
study on another date is not thereby refused; the guideline's list is not complete and does not
replace clinical judgment.
"""


TABLE = listed_as(
    """\
OVERDUE: 1 schedule
  days  opens       closes      patient  schedule
    10  2022-04-30  2022-04-30  P1       bone.osteosarcoma/primary_site: CT or MRI or PET/CT of the
                                         primary site

OPEN: 2 schedules
  opens       closes      patient  schedule
  2022-04-28  2022-05-28  P3       cns.leptomeningeal_metastases/brain: MRI of the brain
  2022-04-28  2022-05-28  P3       cns.leptomeningeal_metastases/spine: MRI of the total spine

UPCOMING: 1 schedule
  opens       closes      booked        patient  schedule
  2022-08-02  2022-08-02  2022-08-30 !  P1       bone.osteosarcoma/chest: CT or PET/CT of the chest

STOPPED: 2 schedules
  patient  schedule
  P2       bone.chordoma/chest: CT of the chest
    follow-up ended on 2022-03-01
  P2       bone.chordoma/primary_site: CT or MRI of the primary site
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
        "1 patient without a protocol that has schedules",
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
    assert err.splitlines()[-4:-1] == [
        "left out: 2 rows that cannot be read (date: 1, the line as a whole: 1); 'vigil audit' says why",
        f"  line 6 is left out: its values in {patients} cannot be read",
        "  line 7 is left out: column date cannot be read or does not fit",
    ]


def test_rows_that_cannot_be_read_are_named_up_to_the_fifth(due, tmp_path):
    events = tmp_path / "events.csv"
    lines = [
        "P1,CT,chest,2022-02-30,",
        "P2,CT,,2022-02-01,",
        "P3,CT",
        ",,,,soon",
        'P5,"CT,chest,2022-02-01,',
        "P6,,,,x",
    ]
    events.write_text("\n".join(["patient_id,modality,Body,date,status", *lines, ""]), encoding="utf-8")
    _, _, err = due(events, *ASKED, "--map", "Body=region")
    counted = (
        "left out: 6 rows that cannot be read (Body: 1, date: 1, patient_id: 1, status: 2, the line as a whole: 2);"
        " 'vigil audit' says why"
    )
    without_id = "column patient_id: the patient id is empty; every row needs one; column status cannot be read"
    assert err.splitlines()[-7:] == [
        counted,
        "  line 2 is left out: column date cannot be read or does not fit",
        "  line 3 is left out: column Body: there is a modality without a region; give both, or cpt",
        "  line 4 is left out: the line has 2 cells and the header 5; look for a missing or stray comma or quote",
        f"  line 5 is left out: {without_id} or does not fit",
        "  line 6 is left out: the line cannot be read as CSV; look for a stray quote",
        "  and 1 more",
    ]


def test_what_is_wrong_with_a_line_itself_is_said_without_what_a_patients_file_gives_it(due, tmp_path):
    events, patients = tmp_path / "events.csv", tmp_path / "patients.csv"
    events.write_text("patient_id,cpt,date\nP1,,\nP2\nP3\n", encoding="utf-8")
    patients.write_text("patient_id,surgery_date\nP1,13.13.2013\nP2,14.14.2014\nP3,\n", encoding="utf-8")
    _, _, err = due(events, *ASKED, "--patients", patients)
    short = "the line has 1 cells and the header 3; look for a missing or stray comma or quote"
    assert err.splitlines()[-3:] == [
        f"  line 2 is left out: its values in {patients} cannot be read",
        f"  line 3 is left out: {short}",
        f"  line 4 is left out: {short}",
    ]
    assert "201" not in err.replace("2022", "")


def test_studies_that_are_performed_later_than_asked_are_told(due, tmp_path):
    days = ("2022-05-10", "2022-05-11", "2022-05-12")
    events = cohort_of(tmp_path, *(f"P1,bone.chordoma,CT,chest,{day},2022-01-31" for day in days))
    text = (
        events.read_text(encoding="utf-8")
        .replace("diagnosis_date", "diagnosis_date,status")
        .replace("-31\n", "-31,performed\n")
    )
    events.write_text(text, encoding="utf-8")
    said = "not counted: {} marked as performed after {}; look at the date, the status, or --as-of"
    assert said.format("2 rows", "2022-05-10") in due(events, *ASKED)[2].splitlines()
    assert said.format("1 row", "2022-05-11") in due(events, "--as-of", "2022-05-11")[2].splitlines()
    assert "not counted" not in due(events, "--as-of", "2022-05-12")[2]


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
        assert list(whole) == ["edition", "as_of", "grace", "note", "due"]
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
        "days_overdue": "",
        "booked": "2022-08-30",
        "booked_in_window": "false",
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
    assert len(listed(out)) == 6


@freeze_time("2022-05-10")
def test_without_a_date_it_is_today(due, events):
    assert due(events)[1] == TABLE


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--status", "overdue,open"], ["P1/primary_site", "P3/brain", "P3/spine"]),
        (["--status", "stopped", "--status", "Needs-Info"], ["P2/chest", "P2/primary_site"]),
        (["--protocol", "bone.chordoma"], ["P2/chest", "P2/primary_site"]),
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
    assert f"{6 - len(expected)} more are not selected" in err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--status", "late"], "unknown status 'late'"),
        (["--protocol", "bone.osteosarkoma"], "did you mean 'bone.osteosarcoma'?"),
        (["--modality", "MRT"], "did you mean 'MRI'?"),
        (["--within", "soon"], "'soon' is no duration; write e.g. 30d, 8w, 3m or 1y"),
        (["--within", "101y"], "at most 100y"),
        (["-o", "due.xlsx"], "due.xlsx must end in .csv, .csv.gz, .parquet or .json, which says the format"),
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


def test_columns_of_other_names_and_a_patients_file_are_read(due, tmp_path):
    events, patients = tmp_path / "events.csv", tmp_path / "patients.csv"
    events.write_text("MRN,Body Part,Kind,DOS,Auth\n7,chest,CT,05/02/2022,performed\n", encoding="utf-8")
    patients.write_text("MRN,protocol,treatment_end_date\n7,bone.osteosarcoma,01/31/2022\n", encoding="utf-8")
    names = ("MRN=patient_id", "Body Part=region", "Kind=modality", "DOS=date", "Auth=status")
    options = [word for name in names for word in ("--map", name)]
    code, out, _ = due(
        events, *ASKED, *options, "--patients", patients, "--date-format", "%m/%d/%Y", "--status", "upcoming"
    )
    assert code == 0
    assert out == listed_as(
        "UPCOMING: 1 schedule\n"
        "  opens       closes      patient  schedule\n"
        "  2022-08-02  2022-08-02  7        bone.osteosarcoma/chest: CT or PET/CT of the chest\n"
    )


def test_the_grace_and_the_reading_are_those_asked_for(due, tmp_path):
    events = tmp_path / "events.csv"
    events.write_text(
        "patient_id,protocol,modality,region,date,treatment_end_date\nP1,bone.chordoma,,,,2022-01-31\n",
        encoding="utf-8",
    )
    asked = (events, "--as-of", "2022-08-01", "-o", "-")
    assert listed(due(*asked)[1])[0] == ("P1", "chest", "open")  # 31 July to 31 January
    six_monthly = (*asked, "--reading", "bone.chordoma/chest=six_monthly")  # 31 July
    assert listed(due(*six_monthly)[1])[0] == ("P1", "chest", "open")
    code, out, err = due(*six_monthly, "--grace-days", "0")
    assert (code, listed(out)[0]) == (0, ("P1", "chest", "overdue"))
    assert "grace 0 days" in err


@pytest.mark.parametrize(
    ("patient_id", "written"),
    [("=1+1", "'=1+1"), ("@home", "'@home"), ("-5", "-5"), ("+cmd", "'+cmd"), ("A=1", "A=1")],
)
def test_an_id_is_no_formula_in_a_spreadsheet(due, tmp_path, patient_id, written):
    events = tmp_path / "events.csv"
    events.write_text(
        f"patient_id,protocol,modality,region,date\n{patient_id},cns.medulloblastoma,,,\n", encoding="utf-8"
    )
    assert listed(due(events, *ASKED, "-o", "-")[1]) == [(written, "brain", "needs_info")]


def cohort_of(tmp_path, *lines):
    path = tmp_path / "cohort.csv"
    path.write_text(
        "\n".join(["patient_id,protocol,modality,region,date,diagnosis_date", *lines, ""]), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(("is_terminal", "count"), [(True, MOST_SHOWN), (False, MOST_SHOWN + 1)])
def test_a_terminal_is_given_the_most_urgent_and_a_pipe_all(due, tmp_path, monkeypatch, is_terminal, count):
    events = cohort_of(tmp_path, *(f"P{n:03},cns.medulloblastoma,,,,2022-01-31" for n in range(MOST_SHOWN + 1)))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal, raising=False)
    _, out, _ = due(events, *ASKED)
    assert out.count("cns.medulloblastoma/brain") == count
    assert ("1 more rows; -o FILE.csv lists them all" in out) is is_terminal


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


def test_the_table_keeps_to_100_columns_whatever_the_names(due, tmp_path):
    name = "0f8fad5b-d9cb-469f-a165-70867728950e"
    protocol = "neuroendocrine.poorly_differentiated.unresectable"
    _, out, _ = due(cohort_of(tmp_path, f"{name},{protocol},,,,2022-01-31"), *ASKED)
    assert out.splitlines()[3:6] == [
        "  opens       closes      patient                   schedule",
        "  2022-03-14  2022-05-23  0f8fad5b-d9cb-469f-a165-  neuroendocrine.poorly_differentiated.",
        "                          70867728950e              unresectable/chest: CT of the chest",
    ]
    assert max(map(len, out.splitlines())) <= 100


def test_an_id_cannot_steer_a_terminal(due, tmp_path):
    _, out, _ = due(cohort_of(tmp_path, "P\x1b[2J1,cns.medulloblastoma,,,,2022-01-31"), *ASKED)
    assert "P?[2J1" in out
    assert "\x1b" not in out


def test_a_cohort_without_anybody_is_no_error(due, tmp_path):
    code, out, err = due(cohort_of(tmp_path), *ASKED)
    assert (code, out) == (0, listed_as("nothing to list\n"))
    assert "0 rows of 0 patients, 0 schedules" in err


def test_what_is_lacking_is_counted(due, tmp_path):
    events = cohort_of(
        tmp_path, "P1,cns.medulloblastoma,,,,", "P2,cns.medulloblastoma,,,,", "P3,cns.medulloblastoma,,,,"
    )
    _, _, err = due(events, *ASKED)
    said = "the schedule counts from the end of treatment, else the diagnosis, and no such date is known"
    assert f"needs info: {said}: 3" in err.splitlines()


def test_every_column_and_status_is_explained_in_the_documentation():
    told = (DOCS / "due.md").read_text(encoding="utf-8")
    table = [line.split("|")[1] for line in told.splitlines() if line.startswith("| `")]
    names = re.findall(r"`(\w+)`", " ".join(table))
    assert names == [*DUE_COLUMNS, *(status.value for status in URGENCY)]


def test_a_file_without_the_columns_of_a_protocol_has_nothing_due(due, tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("patient_id,modality,region,date\nP1,CT,chest,2022-01-31\n", encoding="utf-8")
    code, out, err = due(events, *ASKED)
    assert (code, out) == (0, listed_as("nothing to list\n"))
    assert "1 patient without a protocol that has schedules" in err
