"""Words that nobody understands are shown where several patients have them, since a name is that of one patient."""

import pytest
from support.events_files import write_lines

COLUMNS = ("patient_id", "date", "status", "cpt", "protocol", "primary_site")
USUAL = {
    "date": "2026-03-01",
    "status": "performed",
    "cpt": "71250",
    "protocol": "bone.chordoma",
    "primary_site": "sacrum",
}
WORDED = ("status", "cpt", "protocol", "primary_site")


@pytest.fixture
def said(vigil, tmp_path, monkeypatch):
    """Return all that setup and inspect say and write of rows (their cells that are not usual)."""
    monkeypatch.chdir(tmp_path)

    def run(rows, patient="patient_id"):
        columns = [patient, *COLUMNS[1:]]
        lines = [",".join({**USUAL, **row}.get(name, "") for name in COLUMNS) for row in rows]
        write_lines(tmp_path / "e.csv", ",".join(columns), *lines)
        found = {}
        for command in (("setup", "e.csv", "-o", "s.toml"), ("inspect", "e.csv", "--html", "page.html")):
            mapped = () if command[0] == "setup" else ("--map", f"{patient}=patient_id") * (patient != "patient_id")
            outcome = vigil(*command, *mapped, stdin=b"")
            written = [tmp_path / name for name in ("s.toml", "page.html") if (tmp_path / name).exists()]
            found[command[0]] = outcome.out + outcome.err + "".join(path.read_text("utf-8") for path in written)
            for path in written:
                path.unlink()
        return found

    return run


def rows(column, word, patients):
    """Return rows of other patients with usual and other known cells, then a row of each of `patients` with a word."""
    others = {"status": "scheduled", "cpt": "71260", "protocol": "bone.osteosarcoma", "primary_site": "brain"}
    known = [{"patient_id": f"K{at}"} for at in range(3)] + [{"patient_id": "K9", **others}]
    return [*known, *({"patient_id": patient, column: word} for patient in patients)]


@pytest.mark.parametrize("word", ["ZZMARK", '"Doe,ZZMARK"'])
@pytest.mark.parametrize("column", WORDED)
@pytest.mark.parametrize("patients", [["P1", "P1"], ["P1", "P1", "P1"], ["P1", "P2", "P2", "P1"], ["7", "007", "7.0"]])
def test_a_word_of_few_patients_is_named_by_its_place(said, column, word, patients):
    for text in said(rows(column, word, patients)).values():
        assert "ZZMARK" not in text
        assert "line 6" in text


@pytest.mark.parametrize("column", WORDED)
def test_a_word_of_three_patients_is_shown(said, column):
    for text in said(rows(column, "ZZMARK", ["P1", "P2", "P3"])).values():
        assert "ZZMARK" in text


@pytest.mark.parametrize("column", WORDED)
def test_the_patient_column_may_have_a_known_name(said, column):
    assert "ZZMARK" not in said(rows(column, "ZZMARK", ["P1", "P1", "P1"]), "MRN")["setup"]
    assert "ZZMARK" in said(rows(column, "ZZMARK", ["P1", "P2", "P3"]), "MRN")["setup"]


@pytest.mark.parametrize("column", ["status", "cpt", "primary_site"])
def test_no_word_is_shown_of_a_column_in_which_most_and_many_are_not_understood(said, column):
    words = [row for at in range(21) for row in rows(column, f"ZZMARK{chr(97 + at)}", ["P1", "P2", "P3"])]
    for text in said(words).values():
        assert "ZZ" not in text


def test_ids_that_name_nobody_are_no_patients(said):
    for text in said(rows("status", "ZZMARK", ["P1", "NULL", "N/A", "", "P2"])).values():
        assert "ZZMARK" not in text
