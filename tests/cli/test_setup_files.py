"""`vigil setup` on files as they come: workbooks, footers, files of several forms, and those that hold nothing."""

import os
import tomllib
from datetime import date

import polars as pl
import pytest
import xlsxwriter

HEADER = ["MRN", "Exam Date", "CPT", "Exam Status", "Site"]


@pytest.fixture
def setup(vigil, tmp_path, monkeypatch):
    """Run `vigil setup` in an empty folder, without a terminal."""
    monkeypatch.chdir(tmp_path)

    def run(*args, stdin=b""):
        return vigil("setup", *args, "-o", "site.toml", stdin=stdin)

    return run


def write_book(path, *rows, sheet="Exams"):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        page = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)


def said(tmp_path):
    return tomllib.loads((tmp_path / "site.toml").read_text(encoding="utf-8"))


def test_a_workbook_is_read_without_its_blank_rows_and_its_footer(setup, vigil, tmp_path):
    rows = [["P1", date(2026, 4, 15), 72156, "Completed", "x"], [], ["P2", date(2026, 5, 15), 72156, "Completed", "y"]]
    write_book(tmp_path / "e.xlsx", HEADER, *rows, ["Total rows: 2"])
    assert setup("e.xlsx").exit_code in (0, 3)
    assert said(tmp_path)["file"] == {"footer": ["Total rows"]}
    outcome = vigil("audit", "e.xlsx", "--profile", "site.toml", "-o", "a.csv", "--as-of", "2026-06-01")
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    assert (outcome.exit_code, len(lines)) == (0, 4)
    assert not any(",invalid," in line for line in lines)
    assert [",not_imaging," in line for line in lines[1:]] == [False, False, True]
    assert lines[1].startswith("P1,")
    assert ",72156," in lines[1]


@pytest.mark.parametrize("end", [",", ";", ";;"], ids=["commas", "semicolons", "a separator too many"])
def test_column_names_of_two_lines_are_read(setup, vigil, tmp_path, end):
    header = '"MRN\nNo","Exam\nDate",CPT,"Exam\nStatus"\n'
    rows = "P1,2026-04-15,72156,Completed\nP2,2026-05-15,72156,Completed\n"
    separator = end[0]
    text = header.replace(",", separator) + rows.replace(",", separator).replace("\n", f"{end[1:]}\n")
    (tmp_path / "e.csv").write_text(text, encoding="utf-8")
    assert setup("e.csv").exit_code in (0, 3)
    assert said(tmp_path)["columns"]["Exam Date"] == "date"
    assert "header_line" not in said(tmp_path).get("file", {})
    outcome = vigil("inspect", "e.csv", "--profile", "site.toml")
    assert outcome.exit_code == 0
    assert "2 rows" in outcome.out


def test_files_of_several_forms_are_refused(setup, tmp_path):
    (tmp_path / "a.csv").write_text("MRN,Exam Date,CPT\nP1,2026-04-15,72156\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("MRN;Exam Date;CPT\nP1;2026-04-15;72156\n", encoding="utf-8")
    for files in (("a.csv", "b.csv"), (".",), ("*.csv",)):
        outcome = setup(*files)
        assert outcome.exit_code == 2
        assert "b.csv has another form than a.csv: its separator is a semicolon, not a comma. Save" in outcome.err
        assert not (tmp_path / "site.toml").exists()


@pytest.mark.parametrize("command", ["setup", "inspect"])
def test_a_sheet_without_cells_is_refused(vigil, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    write_book(tmp_path / "e.xlsx")
    outcome = vigil(command, "e.xlsx", *(["-o", "site.toml"] if command == "setup" else []), stdin=b"")
    assert (outcome.exit_code, outcome.err) == (
        2, "vigil: e.xlsx: the sheet 'Exams' is empty; choose another sheet, or check the file\n"
    )  # fmt: skip


def test_a_sheet_of_blank_cells_has_no_rows(setup, tmp_path):
    write_book(tmp_path / "e.xlsx", HEADER, [], ["  "])
    assert setup("e.xlsx").exit_code in (0, 3)


def test_a_parquet_file_without_columns_is_refused(setup, tmp_path):
    pl.DataFrame().write_parquet(tmp_path / "e.parquet")
    outcome = setup("e.parquet")
    assert (outcome.exit_code, outcome.err) == (
        2,
        "vigil: e.parquet is a Parquet file without columns; write it again\n",
    )


def test_a_stream_has_to_be_saved_first(setup, tmp_path):
    said_of = "{} is a stream, and setup reads a file several times; save it first\n"
    (tmp_path / "e.csv").write_text("MRN,Exam Date,CPT\nP1,2026-04-15,72156\n", encoding="utf-8")
    outcome = setup("-", stdin=b"MRN,Exam Date,CPT\nP1,2026-04-15,72156\n")
    assert (outcome.exit_code, outcome.err) == (2, f"vigil: {said_of.format('-')}")
    os.mkfifo(tmp_path / "pipe")
    for args in (["pipe"], ["e.csv", "--patients", "pipe"]):
        outcome = setup(*args)
        assert (outcome.exit_code, outcome.err) == (2, f"vigil: {said_of.format('pipe')}")
