"""Which field a column seems to hold: by its name, and only where its texts fit."""

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.intake.proposals.columns import read_columns_of
from spine_vigil.scheduler.intake.proposals.samples import ColumnSample, FileSample


def column(name, *texts):
    return ColumnSample(name, len(texts), len(texts), dict.fromkeys(texts, 1), dict.fromkeys(texts, "line 2"))


def fields(*columns, known=None, is_patients=False):
    sample = FileSample("e.csv", 1, columns)
    return {found.name: found.field for found in read_columns_of(sample, CURRENT, known or {}, is_patients=is_patients)}


READ = (
    # name, texts, field, why
    ("MRN", ["480172"], "patient_id", "a name of another system"),
    ("Exam Date", ["04/15/2026"], "date", "a date"),
    ("Exam Date", ["Monday"], None, "a date by its name alone"),
    ("Exam Status", ["Completed", "No Show"], "status", "statuses"),
    ("Status", ["Alive"], None, "another kind of status"),
    ("CPT", ["72156-26"], "cpt", "codes"),
    ("CPT", ["see note"], None, "no codes"),
    ("Exam Description", ["MR C SPINE"], "study_text", "words for studies"),
    ("DOB", ["07/23/1961"], "birth_date", "births"),
    ("Site", ["Left femur"], "primary_site", "body parts"),
    ("Site", ["Main campus"], None, "places of a hospital"),
    ("Diagnosis", ["Chordoma"], "diagnosis", "words for diseases"),
    ("ICD10", ["C40.21", "I10"], "diagnosis", "codes of diseases"),
    ("patient_id", ["P1"], "patient_id", "our own name"),
    ("symptoms_new_or_progressing", ["yes"], "symptoms_new_or_progressing", "a fact of ours"),
    ("Patient Name", ["Jane Doe"], None, "a name is never read"),
    ("Rendering NPI", ["1692703616"], None, "what no field asks for"),
    ("Tx End", [], "treatment_end_date", "an empty column is taken by its name"),
)


@pytest.mark.parametrize(("name", "texts", "field", "why"), READ, ids=[why for *_, why in READ])
def test_a_column_is_read_as_a_field_that_its_texts_fit(name, texts, field, why):
    assert fields(column(name, *texts)) == {name: field}, why


def test_half_of_the_rows_have_to_fit():
    good, bad = "Completed", "soon"
    counts = {good: 5, bad: 5}
    half = ColumnSample("Exam Status", 10, 10, counts, dict.fromkeys(counts, ""))
    less = ColumnSample("Exam Status", 10, 10, {good: 4, bad: 6}, dict.fromkeys(counts, ""))
    assert (fields(half), fields(less)) == ({"Exam Status": "status"}, {"Exam Status": None})


def test_no_field_has_two_columns_but_a_diagnosis_has_several():
    found = fields(
        column("MRN", "1"), column("Patient ID", "2"), column("Diagnosis", "Chordoma"), column("ICD10", "C41.0")
    )
    assert sorted(filter(None, found.values())) == ["diagnosis", "diagnosis", "patient_id"]


def test_a_patients_file_has_no_fields_of_a_study():
    columns = column("MRN", "1"), column("Exam Status", "Completed"), column("Surgery Dt", "04/15/2026")
    assert fields(*columns, is_patients=True) == {
        "MRN": "patient_id", "Exam Status": None, "Surgery Dt": "surgery_date",
    }  # fmt: skip


KNOWN = (
    # what a profile says of columns, fields, why
    ({}, {"MRN": "patient_id", "Key": None, "Exam Date": "date"}, "no profile"),
    ({"Key": "patient_id"}, {"MRN": None, "Key": "patient_id", "Exam Date": "date"}, "a field has one column"),
    ({"Key": "date"}, {"MRN": "patient_id", "Key": "date", "Exam Date": None}, "whatever its cells are"),
    ({"MRN": ""}, {"MRN": None, "Key": None, "Exam Date": "date"}, "a column that is not read"),
    ({"Gone": "patient_id"}, {"MRN": None, "Key": None, "Exam Date": "date"}, "a column of another file"),
)


@pytest.mark.parametrize(("known", "expected", "why"), KNOWN, ids=[why for *_, why in KNOWN])
def test_what_a_profile_says_of_a_column_goes_before_its_name(known, expected, why):
    columns = column("MRN", "480172"), column("Key", "A1"), column("Exam Date", "04/15/2026")
    assert fields(*columns, known=known) == expected, why
