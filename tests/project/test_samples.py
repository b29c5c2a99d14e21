"""The sample cohorts: made by the script beside them, the size that they promise, and as bad as they say."""

import csv
import runpy
from collections import Counter

import pytest
from support.paths import SAMPLES

from spine_vigil.protocols import CURRENT

MAKE = runpy.run_path(str(SAMPLES / "make.py"))
MADE = [
    "clinic.csv",
    "auditor.csv",
    "dirty.csv",
    "payer.csv",
    "payer.toml",
    "payer_patients.csv",
    "hospital_exams.csv",
    "hospital_registry.csv",
    "hospital.toml",
    "DATA_DICTIONARY.md",
]


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    MAKE["main"](folder)
    return folder


def test_the_script_makes_these_files_and_no_other(made):
    assert sorted(p.name for p in made.iterdir()) == sorted(MADE)


@pytest.mark.parametrize("name", MADE)
def test_a_sample_is_what_the_script_makes(made, name):
    assert (SAMPLES / name).read_bytes() == (made / name).read_bytes()


def test_the_clinic_has_forty_patients_under_ten_protocols():
    rows = rows_of(SAMPLES / "clinic.csv")
    assert len({row["patient_id"] for row in rows}) == 40
    assert len({row["protocol"] for row in rows} - {""}) == 10
    enrolled = [row["patient_id"] for row in rows if not row["date"]]
    assert enrolled == ["C012", "C012", "C031", "C031", "C039", "C040"]
    assert {row["status"] for row in rows} == {"", "performed", "scheduled", "requested", "cancelled"}
    assert {row["patient_id"] for row in rows if row["follow_up_end_date"]} == {"C007"}
    assert {row["patient_id"] for row in rows if row["death_date"]} == {"C023"}


def test_the_auditor_has_about_two_thousand_events_over_all_protocols():
    rows = rows_of(SAMPLES / "auditor.csv")
    assert 1900 <= len(rows) <= 2200
    assert {row["protocol"] for row in rows} == {"", *(p.id for p in CURRENT.protocols)}
    assert len(CURRENT.protocols) == 70
    assert sum(bool(row["cpt"]) for row in rows) > 50


def test_the_facilities_of_the_auditor_differ_in_size_and_some_patients_have_none():
    rows = rows_of(SAMPLES / "auditor.csv")
    patients = Counter(facility for _, facility in {(row["patient_id"], row["facility"]) for row in rows})
    assert patients.most_common(1)[0][0] == "Lakeview Radiology"
    assert patients["Lakeview Radiology"] > 4 * patients["Pine Street Practice"] > 0
    assert patients[""] > 0
    assert len({row["ordering_physician"] for row in rows}) == 17


@pytest.fixture
def decide(vigil, tmp_path):
    """Audit a sample cohort in this process; return the rows of the output."""

    def run(name):
        output = tmp_path / "decisions.csv"
        outcome = vigil("audit", SAMPLES / name, "-o", output)
        assert outcome.exit_code == 0
        assert "Traceback" not in outcome.err
        return rows_of(output)

    return run


@pytest.mark.parametrize("name", ["clinic.csv", "auditor.csv"])
def test_the_rows_of_a_good_cohort_can_all_be_read(decide, name):
    found = decide(name)
    assert len(found) == len(rows_of(SAMPLES / name))
    assert [row["explanation"] for row in found if row["decision"] == "invalid"] == []


def test_the_auditor_meets_every_decision_that_a_cohort_can_give(decide):
    assert {row["decision"] for row in decide("auditor.csv")} == {"", "within", "needs_info", "refer", "outside"}


HOSPITAL = [SAMPLES / "hospital_exams.csv", "--patients", SAMPLES / "hospital_registry.csv"]


def test_the_profile_of_the_hospital_says_all_that_its_files_hold(vigil):
    outcome = vigil("setup", *HOSPITAL, "--profile", SAMPLES / "hospital.toml", stdin=b"")
    assert (outcome.exit_code, outcome.err) == (0, f"{SAMPLES / 'hospital.toml'} says all that these files hold\n")


def test_the_exams_of_the_hospital_can_all_be_read_by_its_profile(vigil, tmp_path):
    output, as_of = tmp_path / "decisions.csv", str(MAKE["AS_OF"])
    outcome = vigil("audit", *HOSPITAL, "--profile", SAMPLES / "hospital.toml", "-o", output, "--as-of", as_of)
    assert outcome.exit_code == 0
    decided = Counter((row["decision"], row["reason"] == "not_imaging") for row in rows_of(output))
    assert decided["", True] == 1, "the footer"
    assert decided["invalid", False] == 0
    assert decided["within", False] > 50
    assert sum(decided.values()) == 154


BAD = [
    # patient, note, where it is said, what is said
    ("D001", "A date that does not exist", "column date", "'2026-02-30' is not a date"),
    ("D002", "A date in another form", "column date", "'15/04/2026' is not a date"),
    ("D003", "A year that is a slip of the pen", "column treatment_end_date", "'0226-01-15' lies outside"),
    ("D004", "A misspelt protocol", "column protocol", "did you mean 'bone.osteosarcoma'?"),
    ("D005", "A misspelt modality", "column modality", "unknown modality 'MRT'; did you mean 'MRI'?"),
    ("D006", "A misspelt region", "column region", "did you mean 'cervical_spine'?"),
    ("D007", "A code that the edition does not know", "column cpt", "unknown CPT code '99999'"),
    ("D008", "A code whose modality is another", "column modality", "'CT' is not the modality of the cpt code"),
    ("D009", "A code whose region is another", "column region", "'lumbar_spine' is not the region of the cpt code"),
    ("D010", "A code that needs a region", "column cpt", "code 0649T names no region"),
    ("D011", "A misspelt status", "column status", "unknown status 'done'"),
    ("D012", "A primary site that is no region", "column primary_site", "unknown primary site 'femur'"),
    ("D013", "A boolean that is neither", "column symptoms_new_or_progressing", "'maybe' is neither true nor false"),
    ("D014", "A study without a date", "column date", "there is a study without a date"),
    ("D015", "A date without a study", "column modality", "there is a date without a study"),
    ("D016", "A modality without a region", "column region", "there is a modality without a region"),
    ("D017", "A region without a modality", "column modality", "there is a region without a modality"),
    ("D018", "An event before the birth date", "column birth_date", "the event is before the birth date 2026-12-24"),
    ("D019", "A study performed after the death", "column death_date", "performed after the death on 2026-04-14"),
    ("D020", "A study performed in the future", "column date", "a study performed on 2199-04-15 lies after"),
    ("D021", "A date by which databases mean none", "column date", "'1900-01-01' is a date by which databases mean"),
    ("D022", "Two protocols of which one is misspelt", "column protocol", "did you mean 'cns.brain_metastases'?"),
    ("", "No patient id", "column patient_id", "the patient id is empty"),
    ("D024", "A cancelled row that cannot be read", "column date", "'2026-13-01' is not a date"),
    ("D025", "A number that is none", "column weight_loss_pct_6_months", "'12 %' is not a number"),
]


@pytest.fixture
def dirty(decide):
    return decide("dirty.csv")


@pytest.mark.parametrize(("patient", "note", "where", "said"), BAD, ids=[note for _, note, *_ in BAD])
def test_a_row_is_bad_in_the_way_that_its_note_says(dirty, patient, note, where, said):
    (row,) = [row for row in dirty if row["note"] == note]
    line = [row["note"] for row in dirty].index(note) + 2  # the header is line 1, and every row has one line
    assert (row["patient_id"], row["decision"], row["reason"]) == (patient, "invalid", "bad_row")
    assert row["explanation"].startswith(f"Line {line}: {where}: ")
    assert said in row["explanation"]
    assert row["explanation"].count("column ") == 1  # one thing is wrong, and no other


def test_lines_that_are_damaged_as_a_whole_cost_themselves_alone(dirty):
    said = {row["patient_id"]: row["explanation"] for row in dirty if row["reason"] == "bad_row" and not row["note"]}
    assert list(said) == ["D100", 'D101,"bone.osteosarcoma,MRI,cervical_spine']
    assert said["D100"].startswith("Line 28: the line has 3 cells and the header ")
    assert said['D101,"bone.osteosarcoma,MRI,cervical_spine'].startswith("Line 29: the line cannot be read as CSV")


def test_the_other_rows_of_the_dirty_cohort_are_decided(dirty):
    good = [(row["patient_id"], row["decision"], row["reason"]) for row in dirty if row["decision"] != "invalid"]
    assert good == [("D000", "within", "on_schedule"), ("D102", "within", "on_schedule")]


def test_every_kind_of_bad_row_is_there_once(dirty):
    kinds = Counter(row["note"] for row in dirty if row["note"])
    assert set(kinds.values()) == {1}
    assert set(kinds) == {
        "A good row",
        "'=1+1 is written so that no spreadsheet runs it",
        *(note for _, note, *_ in BAD),
    }
    assert len(dirty) == len(BAD) + 4
