"""What `vigil report` says of numbers that are in doubt, and what it refuses to say."""

import pytest
from support.small_cohort import HEADER, cohort_lines

UNREADABLE = "P00,bone.osteosarcoma,CT,chest,2022-05-40,performed,,,,,north,A,"


@pytest.fixture
def report(vigil, tmp_path, monkeypatch):
    """Run `vigil report` on lines in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*options, lines=()):
        text = "\n".join([HEADER, *(lines or cohort_lines())])
        (tmp_path / "events.csv").write_text(text, encoding="utf-8")
        return vigil("report", "events.csv", "--as-of", "2022-12-31", *options)

    return run


def test_rows_that_cannot_be_read_are_told_on_the_terminal_and_below_the_numbers(report, tmp_path):
    outcome = report("-o", "report.html", "--small-cells", "0", lines=[*cohort_lines(), UNREADABLE])
    said = "1 of 27 rows of events.csv cannot be read and count for nothing (3.7 %); 'vigil audit' says why, row by row"
    assert said in outcome.err
    assert "<strong>1 of 27 rows (3.7\u00a0%) cannot be read</strong>" in (tmp_path / "report.html").read_text()


def test_a_cohort_without_a_window_says_what_it_lacks(report):
    lines = [line.replace("bone.osteosarcoma", "") for line in cohort_lines()]
    assert (
        "no window can be counted: no patient has a protocol with windows and an index date" in report(lines=lines).err
    )


def test_the_page_says_for_how_many_nobody_knows_whether_they_left(report, tmp_path):
    report("-o", "report.html", "--small-cells", "0")
    page = (tmp_path / "report.html").read_text()
    assert "For 13 of 13 patients the data has neither a death nor an end of follow-up." in page


@pytest.mark.parametrize(("first_day", "is_told"), [("2022-04-25", True), ("2022-04-26", False), ("2022-04-27", False)])
def test_the_page_says_that_the_observation_begins_before_the_first_study(report, tmp_path, first_day, is_told):
    report("-o", "report.html", "--from", first_day)
    told = "The first performed study in the data is of" in (tmp_path / "report.html").read_text()
    assert told is is_told


def test_a_column_that_names_patients_is_refused(report):
    lines = [f"{line}Name {number}" for number, line in enumerate(cohort_lines())]
    outcome = report("--by", "Patient Name", lines=lines)
    assert outcome.exit_code == 2
    assert "--by Patient Name: most of its 26 values belong to one patient each, as a name or an id does" in outcome.err


def test_lists_of_an_earlier_run_are_not_left_beside_new_tables(report, tmp_path):
    assert report("--tables", "tables", "--patients-too").exit_code == 0
    assert (tmp_path / "tables").stat().st_mode & 0o777 == 0o700
    outcome = report("--tables", "tables")
    assert outcome.exit_code == 2
    assert outcome.err.startswith("vigil: tables holds windows.csv and patients.csv of an earlier run, with the ids")


@pytest.mark.parametrize("name", ["report.pdf", "report.csv", "report"])
def test_a_page_has_the_ending_of_one(report, name):
    outcome = report("-o", name)
    assert (outcome.exit_code, outcome.err) == (
        2,
        f"vigil: {name} must end in .html: a report is a page, which a browser prints as a PDF\n",
    )


def test_the_command_line_on_the_page_names_no_folder(vigil, tmp_path, monkeypatch):
    folder = tmp_path / "ward of Dr Secret"
    folder.mkdir()
    (folder / "events.csv").write_text("\n".join([HEADER, *cohort_lines()]), encoding="utf-8")
    words = ["report", str(folder / "events.csv"), "--as-of", "2022-12-31", f"--tables={folder / 'tables'}", "-o"]
    monkeypatch.setattr("sys.argv", ["vigil", *words, str(folder / "report.html")])
    for _ in range(2):  # the outputs are there the second time
        assert vigil(*words, folder / "report.html").exit_code == 0
        page = (folder / "report.html").read_text()
        assert "vigil report events.csv --as-of 2022-12-31 --tables=tables -o report.html" in page
        assert "Secret" not in page
