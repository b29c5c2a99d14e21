"""No patient is named by a report, nor told apart by a date or a value, unless lists of patients are asked for."""

import re
from pathlib import Path

import pytest
from support.events_files import write_lines
from support.small_cohort import HEADER, cohort_lines

MARKERS = (
    "ZQX", "4711", "Plantedmarker", "Zo\u00eb", "clivus", "Hidden Ward",
    "1961-07", "23.07.1961", "07/23/1961", "19610723", "23 July", "2022-05-17", "17 May", "2022-05-18", "18 May",
    "2022-02-17", "17 February",
)  # fmt: skip
"""The id and the name of one patient, words of cells, its birth date, and the dates of its study, window and end."""

PLANTED = [
    "ZQX-4711,bone.osteosarcoma,,,,,2022-02-17,sacrum,1961-07-23,,Hidden Ward,Plantedmarker,Zo\u00eb Plantedmarker",
    "ZQX-4711,,CT,chest,2022-05-17,performed,,,,2022-06-18,Hidden Ward,Plantedmarker,Zo\u00eb Plantedmarker",
    "ZQX-4711,,CT,clivus,2022-05-18,performed,,,,,Hidden Ward,Plantedmarker,",
    "ZQX-4711,,CT,chest,23.07.1961,performed,,,,,Hidden Ward,Plantedmarker,",
    "ZQX-4711,,MRI,cervical_spine,2022-05-18,performed,,,07/23/1961,,Hidden Ward,Plantedmarker,",
]
BY = ("--by", "site", "--by", "physician", "--by", "Patient Name", "--by", "birth_date", "--by", "follow_up_end_date")
ASKED = ("--from", "2022-01-31", "--as-of", "2022-07-31", *BY)


@pytest.fixture(autouse=True)
def _site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_lines(Path("events.csv"), HEADER, *cohort_lines(), *PLANTED)


def found(text):
    """Return the markers that stand in a text, without checksums, in which anything may stand."""
    text = re.sub(r"[0-9a-f]{64}", "", text)
    return [marker for marker in MARKERS if marker in text]


def test_the_markers_stand_in_the_file_and_are_looked_for_as_they_are_written():
    text = Path("events.csv").read_text(encoding="utf-8")
    assert set(found(text)) == set(MARKERS) - {"19610723", "23 July", "17 May", "18 May", "17 February"}


@pytest.mark.parametrize("options", [(), ("--fail-on", "invalid"), ("--readings", "none")], ids=" ".join)
def test_no_marker_is_in_the_page_the_tables_the_json_or_on_the_terminal(vigil, options):
    _, out, err = vigil("report", "events.csv", *ASKED, *options, "-o", "r.html", "--tables", "t", "--json", "r.json")
    written = {
        path.name: path.read_text(encoding="utf-8") for path in (Path("r.html"), Path("r.json"), *Path("t").iterdir())
    }
    assert len(written) == 13
    assert {name: found(text) for name, text in written.items() if found(text)} == {}
    assert (out, found(err)) == ("", [])


def test_no_marker_is_in_a_page_on_standard_output(vigil):
    code, out, err = vigil("report", "events.csv", *ASKED, "-o", "-")
    assert (code, found(out), found(err)) == (0, [], [])


def test_lists_of_patients_name_them_and_nothing_else_does(vigil):
    _, _, err = vigil(
        "report", "events.csv", *ASKED, "-o", "r.html", "--tables", "t", "--json", "r.json", "--patients-too"
    )
    written = {
        path.name: path.read_text(encoding="utf-8") for path in (Path("r.html"), Path("r.json"), *Path("t").iterdir())
    }
    assert {name for name, text in written.items() if found(text)} == {"windows.csv", "patients.csv"}
    assert {"ZQX", "Hidden Ward", "2022-05-17"} <= set(found(written["windows.csv"]))
    assert "\nZQX-4711," in written["patients.csv"]
    assert found(err) == []


def test_groups_of_single_patients_are_shown_where_all_cells_are_asked_for(vigil):
    assert vigil("report", "events.csv", *ASKED, "--small-cells", "0", "--tables", "t").exit_code == 0
    assert "Hidden Ward" in Path("t/timeliness.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("value", ["ZQX-4711", "Hidden Ward", "1961-07-23"])
def test_a_value_is_no_column_and_what_is_refused_names_no_patient(vigil, value):
    code, out, err = vigil("report", "events.csv", *ASKED, "--by", value)
    assert (code, out) == (2, "")
    assert found(err.replace(f"unknown column '{value}'", "")) == []
