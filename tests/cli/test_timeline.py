"""`vigil timeline`: the picture that is written, what is said beside it, and what is not."""

import sys
from functools import partial

import pytest
from PIL import Image
from support.pictures import SVG, parse_svg

from spine_vigil.cli.timeline import NOT_AN_ORDER

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,birth_date"
ROWS = [
    "MRN-4711,bone.osteosarcoma,CT,chest,2022-05-02,performed,2022-01-31,1961-07-23",
    "MRN-4711,bone.osteosarcoma,CT,chest,2022-13-02,performed,2022-01-31,1961-07-23",
    "MRN-4712,bone.chordoma,,,,,2022-01-31,",
    "MRN-4713,cns.ependymoma,,,,,2022-01-31,",
]
AS_OF = ("--as-of", "2022-05-10")


@pytest.fixture
def timeline(vigil):
    """Run `vigil timeline` in this process; return exit code, standard output and standard error."""
    return partial(vigil, "timeline")


def test_a_patient_is_drawn_and_told_in_words_without_the_id(timeline, events, tmp_path):
    picture, words = tmp_path / "patient.svg", tmp_path / "patient.txt"
    code, out, err = timeline(events, "--patient", "MRN-4711", "-o", picture, "--text", words, *AS_OF)
    assert code == 0
    told = words.read_text(encoding="utf-8")
    assert told.splitlines()[0] == "Patient 1 on 2022-05-10: 2 schedules along the calendar."
    assert "  window 2022-08-02, firm, grace 9 days" in told.splitlines()
    assert parse_svg(picture.read_bytes()).find(f"{SVG}desc").text == told.rstrip("\n")
    assert out == told
    assert err.splitlines() == [
        "line 3 is left out: column date cannot be read or does not fit",
        "values are not repeated here; 'vigil audit' says what is wrong with each row",
        NOT_AN_ORDER,
    ]
    for text in (out, err, picture.read_text(encoding="utf-8")):
        assert [word for word in ("MRN", "1961", "2022-13") if word in text] == []


def test_an_id_is_drawn_where_it_is_asked_for(timeline, events, tmp_path):
    timeline(events, "--patient", "MRN-4711", "-o", tmp_path / "p.svg", "--show", "patient-id", *AS_OF)
    assert "MRN-4711 on 2022-05-10" in (tmp_path / "p.svg").read_text(encoding="utf-8")
    timeline(events, "--cohort", "-o", tmp_path / "c.svg", "--show", "patient-id", *AS_OF)
    assert "MRN-4712: chest" in (tmp_path / "c.svg").read_text(encoding="utf-8")


def test_a_cohort_is_drawn_with_the_most_urgent_first(timeline, events, tmp_path):
    """The chest CT of MRN-4711 is due on 2 August, that of MRN-4712 from 31 July on; the sites are not known."""
    code, out, _ = timeline(events, "--cohort", "-o", tmp_path / "cohort.png", *AS_OF)
    assert code == 0
    lanes = [line.partition(": ")[0] for line in out.splitlines() if line.startswith("Patient ")]
    assert lanes == [
        "Patient 1, chordoma, chest",
        "Patient 2, osteosarcoma, chest",
        "Patient 2, osteosarcoma, primary site",  # of the same urgency: in the order of the ids
        "Patient 1, chordoma, primary site",
    ]
    with Image.open(tmp_path / "cohort.png") as picture:
        assert picture.text["Title"] == "2 patients on 2022-05-10"
        assert "MRN" not in picture.text["Description"]


def test_a_part_of_a_cohort_is_drawn(timeline, events, tmp_path):
    out = tmp_path / "cohort.svg"
    _, said, err = timeline(events, "--cohort", "--most", "1", "-o", out, *AS_OF)
    assert "the 1 most urgent of 4 schedules are drawn; --most N draws more" in err
    assert "1 patient on 2022-05-10: 1 schedule along" in said
    _, said, _ = timeline(events, "--cohort", "--protocol", "bone.osteosarcoma", "-o", out, *AS_OF)
    assert "1 patient on 2022-05-10: 2 schedules along" in said


def test_the_same_run_gives_the_same_bytes(timeline, events, tmp_path):
    pictures = []
    for name in ("one.svg", "two.svg", "one.png", "two.png"):
        timeline(events, "--cohort", "-o", tmp_path / name, *AS_OF)
        pictures.append((tmp_path / name).read_bytes())
    assert pictures[0] == pictures[1]
    assert pictures[2] == pictures[3]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "p.svg"], "give either --patient ID or --cohort"),
        (["--patient", "MRN-4711", "--cohort", "-o", "p.svg"], "give either --patient ID or --cohort"),
        (["--cohort", "-o", "p.pdf"], "p.pdf must end in .svg or .png"),
        (["--cohort", "-o", "p.svg", "--text", "p.svg"], "p.svg is the picture too"),
        (["--patient", "nobody", "-o", "p.svg"], "no row has this patient id"),
        (["--patient", "MRN-4713", "-o", "p.svg"], "gives no schedule to draw, so p.svg is not written"),
        (["--cohort", "--protocol", "bone.ewing_sarcoma", "-o", "p.svg"], "gives no schedule to draw"),
    ],
)
def test_what_cannot_be_drawn_says_why_and_leaves_no_file(timeline, events, tmp_path, monkeypatch, options, said):
    monkeypatch.chdir(tmp_path)
    code, out, err = timeline(events, *options, *AS_OF)
    assert (code, out) == (2, "")
    assert said in err
    assert [path.name for path in tmp_path.iterdir()] == ["events.csv"]


def test_standard_input_is_no_file_for_a_picture(timeline, tmp_path):
    code, _, err = timeline("-", "--cohort", "-o", tmp_path / "p.svg")
    assert code == 2
    assert "give the name of the events file instead of -" in err


def test_where_the_library_is_missing_the_command_that_brings_it_is_said(timeline, events, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, _, err = timeline(events, "--cohort", "-o", tmp_path / "p.svg")
    assert code == 2
    assert err == 'vigil: a picture needs matplotlib, not installed here; run: pip install "matplotlib>=3.10"\n'
    assert not (tmp_path / "p.svg").exists()


def test_a_patient_is_found_by_an_id_as_the_file_writes_it(timeline, tmp_path):
    events, profile = tmp_path / "e.csv", tmp_path / "site.toml"
    events.write_text("\n".join([HEADER, *ROWS, ""]).replace("MRN-4711", "004711"))
    profile.write_text("[ids]\nclean = true\nleading_zeros = false\n")
    for patient in ("004711", "4711", '="04711"'):
        picture = tmp_path / "patient.svg"
        code, _, err = timeline(events, "--patient", patient, "--profile", profile, "-o", picture, *AS_OF)
        assert code == 0, err


def test_a_patients_file_and_columns_of_other_names_are_read(timeline, tmp_path):
    events, patients = tmp_path / "events.csv", tmp_path / "patients.csv"
    events.write_text("MRN,region,modality,date,status\n7,chest,CT,05/02/2022,performed\n", encoding="utf-8")
    patients.write_text(
        "MRN,protocol,treatment_end_date\n7,bone.osteosarcoma,01/31/2022\n8,bone.chordoma,\n", encoding="utf-8"
    )
    options = ("--map", "MRN=patient_id", "--patients", patients, "--date-format", "%m/%d/%Y")
    code, out, _ = timeline(events, "--patient", "7", "-o", tmp_path / "p.svg", *options, *AS_OF)
    assert code == 0
    assert "  window 2022-08-02, firm, grace 9 days" in out.splitlines()
