"""Several files read as one: rows file after file, the columns of all, and the file of each row."""

import polars as pl
import pytest
from support.events_files import write_lines

from spine_vigil.scheduler.cohort.events.opening import files_of, open_events, whole_file
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import FILE, LINE
from spine_vigil.scheduler.intake.column_map import ColumnMap
from spine_vigil.scheduler.intake.profile import FileProfile

FIRST = ("patient_id,date,cpt,note", "P1,2026-04-15,72156,a", "P2,2026-04-16,72156,b")
SECOND = ("cpt,patient_id,date,status", "72156,P3,2026-04-17,performed")


@pytest.fixture
def folder(tmp_path):
    write_lines(tmp_path / "2026-02.csv", *SECOND)
    write_lines(tmp_path / "2026-01.csv", *FIRST)
    (tmp_path / "README.md").write_text("no events", encoding="utf-8")
    return tmp_path


def rows_of(path, profile=None):
    with open_events(path, profile) as file:
        events = whole_file(file)
        return file.header, events.cells.select(FILE, LINE, "patient_id", "date").rows(), events.original


@pytest.mark.parametrize("pattern", ["", "*.csv", "2026-0[12].csv", "2026-0?.csv"])
def test_a_folder_or_a_pattern_is_read_as_one_file_in_the_order_of_names(folder, pattern):
    header, rows, original = rows_of(folder / pattern if pattern else folder)
    assert header == ["patient_id", "date", "cpt", "note", "status"]
    assert rows == [
        ("2026-01.csv", 2, "P1", "2026-04-15"), ("2026-01.csv", 3, "P2", "2026-04-16"),
        ("2026-02.csv", 2, "P3", "2026-04-17"),
    ]  # fmt: skip
    assert original["note"].to_list() == ["a", "b", None]
    assert original["status"].to_list() == [None, None, "performed"]


def test_a_column_is_mapped_in_every_file_that_has_it(folder):
    write_lines(folder / "2026-02.csv", "MRN,date,cpt", "P3,2026-04-17,72156")
    write_lines(folder / "2026-01.csv", "MRN,date,cpt", "P1,2026-04-15,72156")
    _, rows, _ = rows_of(folder, FileProfile(columns=ColumnMap({"MRN": "patient_id"})))
    assert [row[2] for row in rows] == ["P1", "P3"]


def test_files_of_several_kinds_are_read_together(folder):
    frame = pl.DataFrame({"patient_id": [4, 5], "date": ["2026-04-18", "2026-04-19"], "cpt": [72156, 72156]})
    frame.with_columns(pl.col("date").str.to_date()).write_parquet(folder / "2026-03.parquet")
    _, rows, original = rows_of(folder)
    assert rows[3:] == [("2026-03.parquet", 1, "4", "2026-04-18"), ("2026-03.parquet", 2, "5", "2026-04-19")]
    assert original.schema["date"] == pl.String, "a column of several types is text"
    assert original["date"].to_list()[-1] == "2026-04-19"


def test_an_explanation_names_the_file_beside_the_line(vigil, folder):
    write_lines(folder / "2026-02.csv", "patient_id,date,cpt,note", "P3,2026-04-31,72156,")
    outcome = vigil("audit", folder, "-o", folder / "out.csv")
    assert outcome.exit_code == 0
    assert "2026-02.csv, line 2: column date: '2026-04-31' is not a date" in (folder / "out.csv").read_text().replace(
        "Line", "line"
    )


def test_a_file_that_cannot_be_read_is_named_and_no_other_stays_open(folder):
    write_lines(folder / "2026-03.csv", "date,cpt", "2026-04-17,72156")
    with pytest.raises(FileError, match=r"2026-03\.csv has no column 'patient_id'"):
        open_events(folder)


def test_a_folder_without_files_and_a_pattern_without_match_are_refused(tmp_path):
    with pytest.raises(FileError, match=r"is a folder without a file that ends in \.csv, .*; name the files"):
        files_of(tmp_path)
    with pytest.raises(FileError, match=r"no file matches .*\*\.csv; check the pattern and the folder"):
        files_of(tmp_path / "*.csv")


def test_the_lock_of_a_workbook_that_is_open_is_no_file_of_the_cohort(tmp_path):
    for name in ("~$exams.xlsx", "exams.xlsx"):
        (tmp_path / name).touch()
    assert files_of(tmp_path) == files_of(tmp_path / "*.xlsx") == [tmp_path / "exams.xlsx"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    write_lines(tmp_path / "exams [2026].csv", *FIRST)
    assert files_of(tmp_path / "exams [2026].csv") == [tmp_path / "exams [2026].csv"]
