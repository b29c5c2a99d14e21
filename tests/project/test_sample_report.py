"""The report on the auditor's sample: the tables in the repository and the page of the site are what vigil makes."""

import doctest
import re

import pytest
from generated_pages import AS_OF, BY, REPORT, sample_report
from support.documents import folder_with_samples
from support.pages import Page
from support.paths import ROOT, SAMPLES

TABLES = ROOT / "docs" / "reports" / "auditor"
HOW_TO = ROOT / "docs" / "how-to" / "report-on-a-cohort.md"


@pytest.fixture(scope="module")
def html():
    return sample_report().decode()


def test_the_tables_are_what_the_command_writes_byte_for_byte(vigil, tmp_path):
    options = [word for column in BY for word in ("--by", column)]
    outcome = vigil("report", SAMPLES / "auditor.csv", "--as-of", AS_OF, *options, "--tables", tmp_path / "tables")
    assert outcome.exit_code == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "tables").iterdir()}
    assert written.keys() == {path.name for path in TABLES.iterdir()}
    assert [name for name, content in written.items() if (TABLES / name).read_bytes() != content] == []


def test_the_page_has_every_section_and_its_figures_have_tables(html):
    assert re.findall(r'<section id="(\w+)">', html) == [
        "numbers", "schedules", "places", "years", "time", "use", "burden", "missing", "readings", "method",
    ]  # fmt: skip
    after = [re.search(r"<(table|figure|h2|h3)\b", rest)[1] for rest in html.split("</figure>")[1:]]
    assert len(after) >= 8
    assert set(after) == {"table"}


def test_the_page_says_the_numbers_of_the_tables(html):
    assert [re.sub("<[^>]+>", "", big) for big in re.findall(r'<p class="big">(.*?)</p>', html)] == [
        "33.6\u00a0%", "13.9\u00a0%", "4.2\u00a0%",
    ]  # fmt: skip
    assert "Lakeview Radiology</bdi> (26.3\u00a0%)" in html
    assert "No other was tried" not in html


def test_the_page_names_no_patient_and_loads_nothing(html):
    ids = {line.partition(",")[0] for line in (SAMPLES / "auditor.csv").read_text(encoding="utf-8").splitlines()[1:]}
    assert [name for name in ids if name in html] == []
    assert not {tag for tag, _ in Page(html).elements} & {"script", "link", "img", "iframe", "object"}


def test_the_instructions_link_to_the_page_and_to_tables_that_are_there():
    text = HOW_TO.read_text(encoding="utf-8")
    assert REPORT == "extra/reports/auditor.html"
    assert '<a href="../reports/auditor.html">' in text
    linked = re.findall(r"\(\.\./reports/auditor/(\w+\.csv)\)", text)
    assert linked == ["timeliness.csv", "use.csv"]
    assert [name for name in linked if not (TABLES / name).is_file()] == []


def test_the_python_examples_of_the_instructions_are_true(monkeypatch, tmp_path):
    monkeypatch.chdir(folder_with_samples(tmp_path))
    results = doctest.testfile(str(HOW_TO), module_relative=False)
    assert (results.failed, results.attempted) == (0, 4)
