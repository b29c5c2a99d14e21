"""`vigil due` on rows of other forms: bad, of other names, incomplete, or none; and patient ids of any form."""

import csv
import io
import sys

import pytest
from support.due_lists import ASKED, listed, listed_as

from spine_vigil.cli.output.due_table import MOST_SHOWN


def cohort_of(tmp_path, *lines):
    path = tmp_path / "cohort.csv"
    path.write_text(
        "\n".join(["patient_id,protocol,modality,region,date,diagnosis_date", *lines, ""]), encoding="utf-8"
    )
    return path


def test_rows_that_cannot_be_read_are_named_up_to_the_fifth(due, tmp_path):
    events = tmp_path / "events.csv"
    lines = [
        "P0,CT,chest,2022-02-01,performed",
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
        "  line 3 is left out: column date cannot be read or does not fit",
        "  line 4 is left out: column Body: there is a modality without a region; give both, or cpt",
        "  line 5 is left out: the line has 2 cells and the header 5; look for a missing or stray comma or quote",
        f"  line 6 is left out: {without_id} or does not fit",
        "  line 7 is left out: the line cannot be read as CSV; look for a stray quote",
        "  and 1 more",
    ]


def test_a_line_of_a_patients_file_that_cannot_be_read_is_left_out_and_told_by_its_place(due, tmp_path):
    events, patients = tmp_path / "events.csv", tmp_path / "patients.csv"
    events.write_text("patient_id,protocol,cpt,date\nP1,bone.chordoma,,\nP2\n", encoding="utf-8")
    patients.write_text("patient_id,surgery_date\nP1,13.13.2013\nP2,\n", encoding="utf-8")
    _, out, err = due(events, *ASKED, "--patients", patients, "-o", "-")
    assert listed(out) == [("P1", "chest", "needs_info"), ("P1", "primary_site", "needs_info")]
    assert [row["unread_rows"] for row in csv.DictReader(io.StringIO(out))] == ["1", "1"]
    assert f"vigil: {patients}, line 2, column surgery_date cannot be read" in err
    said = "line 3 is left out: the line has 1 cells and the header 4; look for a missing or stray comma or quote"
    assert f"  {said}" in err.splitlines()
    assert "2013" not in err


def test_a_patient_may_stand_on_several_lines_of_a_patients_file_one_for_each_course(due, tmp_path):
    events, patients = tmp_path / "events.csv", tmp_path / "patients.csv"
    events.write_text("patient_id,modality,region,date,status\nP1,CT,chest,2022-05-02,performed\n", encoding="utf-8")
    patients.write_text(
        "patient_id,protocol,treatment_end_date\nP1,bone.osteosarcoma,2022-01-31\nP1,cns.medulloblastoma,2022-03-31\n",
        encoding="utf-8",
    )
    code, out, _ = due(events, *ASKED, "--patients", patients, "-o", "-", "--status", "upcoming")
    assert (code, listed(out)) == (0, [("P1", "brain", "upcoming"), ("P1", "chest", "upcoming")])


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
        "  opens       closes      last day    patient  schedule\n"
        "  2022-08-02  2022-08-02  2022-08-11  7        bone.osteosarcoma/chest: CT or PET/CT of the chest\n"
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


@pytest.mark.parametrize(("is_terminal", "count"), [(True, MOST_SHOWN), (False, MOST_SHOWN + 1)])
def test_a_terminal_is_given_the_most_urgent_and_a_pipe_all(due, tmp_path, monkeypatch, is_terminal, count):
    events = cohort_of(tmp_path, *(f"P{n:03},cns.medulloblastoma,,,,2022-01-31" for n in range(MOST_SHOWN + 1)))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal, raising=False)
    _, out, _ = due(events, *ASKED)
    assert out.count("cns.medulloblastoma/brain") == count
    assert ("1 more rows; -o FILE.csv lists them all" in out) is is_terminal


def test_the_table_keeps_to_100_columns_whatever_the_names(due, tmp_path):
    name = "0f8fad5b-d9cb-469f-a165-70867728950e"
    protocol = "neuroendocrine.poorly_differentiated.unresectable"
    _, out, _ = due(cohort_of(tmp_path, f"{name},{protocol},,,,2022-01-31"), *ASKED)
    assert out.splitlines()[3:7] == [
        "  opens       closes      last day    patient                   schedule",
        "  2022-03-14  2022-05-23  2022-05-30  0f8fad5b-d9cb-469f-a165-  neuroendocrine.",
        "                                      70867728950e              poorly_differentiated.unresectable/",
        "                                                                chest: CT of the chest",
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
    said = (
        "the schedule counts from the end of treatment, else the end of radiation or surgery, else the diagnosis,"
        " and no such date is documented"
    )
    assert f"needs info: {said}: 3" in err.splitlines()


def test_a_file_without_the_columns_of_a_protocol_has_nothing_due(due, tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("patient_id,modality,region,date\nP1,CT,chest,2022-01-31\n", encoding="utf-8")
    code, out, err = due(events, *ASKED, "--none-performed")
    assert (code, out) == (0, listed_as("nothing to list\n"))
    assert "1 patient without a protocol" in err
