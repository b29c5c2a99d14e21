"""Files of which nothing can be reported are refused, as what is due refuses them."""

import pytest

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date\n"
UNREADABLE = "P1,bone.chordoma,XX,chest,2026-02-01,performed,2025-08-01\n"
GOOD = "P1,bone.chordoma,CT,chest,2026-02-01,performed,2025-08-01\n"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("", "events.csv has no row, so there is nothing to report"),
        (UNREADABLE, "no row of events.csv could be read; 'vigil audit' says why, row by row, and"),
        (GOOD.replace("performed", "requested"), "no row of events.csv is 'performed', so no study counts as done,"),
    ],
    ids=["no row", "no row that can be read", "no study that was performed"],
)
def test_a_file_of_which_nothing_can_be_said_is_refused(vigil, tmp_path, monkeypatch, rows, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.csv").write_text(HEADER + rows, encoding="utf-8")
    outcome = vigil("report", "events.csv", "--as-of", "2026-11-02", "-o", "report.html")
    assert outcome.exit_code == 2
    assert outcome.err.splitlines()[-1].startswith(f"vigil: {said}")
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(("rows", "code"), [(GOOD, 0), (GOOD + UNREADABLE, 5)])
def test_a_job_can_fail_on_a_row_that_cannot_be_read(vigil, tmp_path, monkeypatch, rows, code):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.csv").write_text(HEADER + rows, encoding="utf-8")
    options = ("--as-of", "2026-11-02", "--fail-on", "invalid", "--json", "report.json")
    assert vigil("report", "events.csv", *options).exit_code == code
    assert (tmp_path / "report.json").stat().st_size > 0
