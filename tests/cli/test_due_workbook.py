"""`vigil due -o list.xlsx`: typed cells, a sheet about the list, and what Excel cannot hold."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import polars as pl
import pytest
from support.due_lists import ASKED

from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.cohort.due import workbook
from spine_vigil.scheduler.cohort.due.described import CHANGE_COLUMNS, COLUMN_TEXTS
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS
from spine_vigil.scheduler.errors import FileError

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site"
ROWS = [
    "=1+1,bone.osteosarcoma,,,,,2022-01-31,sacrum",
    "=1+1,bone.osteosarcoma,CT,chest,2022-05-02,performed,,",
    "=1+1,bone.osteosarcoma,CT,chest,2022-08-30,scheduled,,",
    "0012,cns.leptomeningeal_metastases,,,,,2022-02-28,",
]


@pytest.fixture
def book(due, events, tmp_path):
    exit_code, _, err = due(events, *ASKED, "-o", tmp_path / "due.xlsx")
    assert exit_code == 0, err
    return (tmp_path / "due.xlsx").read_bytes()


def parts(book):
    with ZipFile(BytesIO(book)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_the_sheet_holds_the_list_with_types(book):
    found = workbook.read_list(book)
    assert found.columns == list(DUE_COLUMNS)
    assert found.select("patient_id", "schedule", "status", "closes", "days_overdue", "booked_in_window").rows() == [
        ("=1+1", "primary_site", "overdue", date(2022, 4, 30), 10, None),
        ("0012", "brain", "open", date(2022, 5, 28), None, None),
        ("0012", "spine", "open", date(2022, 5, 28), None, None),
        ("=1+1", "chest", "upcoming", date(2022, 8, 2), None, False),
    ]


def test_no_text_runs_as_a_formula(book):
    sheet = parts(book)["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    assert 't="inlineStr"><is><t>=1+1</t>' in sheet


def test_the_header_stays_in_sight_and_filters(book):
    sheet = parts(book)["xl/worksheets/sheet1.xml"]
    assert '<pane xSplit="1" ySplit="1"' in sheet
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:R5"/>' in sheet
    assert '<col min="1" max="1" width="16.7109375" customWidth="1"/>' in sheet


def test_the_second_sheet_says_what_it_is(book):
    about = workbook.read_about(book)
    assert (about["as_of"], about["edition"], about["selected"]) == (
        "2022-05-10", "healthhelp-mri-cspine-2025", "everything",
    )  # fmt: skip
    assert about["grace"] == "a tenth of the interval, 7 to 30 days"
    rows = pl.read_excel(BytesIO(book), sheet_name="About", has_header=False, drop_empty_rows=False).rows()
    assert [(name, value) for name, value, *_ in rows if name in ("overdue", "open", "upcoming")] == [
        ("overdue", "1"), ("open", "2"), ("upcoming", "1"),
    ]  # fmt: skip
    assert rows[-1] == ("booking_advice", "What to do about a booking.")


def test_every_column_has_its_words():
    assert list(COLUMN_TEXTS) == [*DUE_COLUMNS, *CHANGE_COLUMNS]


def test_the_same_list_gives_the_same_bytes_in_pieces_of_any_size(book, due, events, tmp_path, monkeypatch):
    monkeypatch.setattr("spine_vigil.scheduler.files.merging.PIECE_ROWS", 1)
    monkeypatch.setattr("spine_vigil.scheduler.files.merging._SLICES_OF_A_PIECE", 1)
    due(events, *ASKED, "-o", tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == book


def test_a_list_without_lines_is_a_workbook_and_an_earlier_list(due, events, tmp_path):
    due(events, *ASKED, "--status", "stopped", "-o", tmp_path / "due.xlsx")
    exit_code, out, err = due(events, *ASKED, "--status", "stopped", "--since", tmp_path / "due.xlsx")
    assert exit_code == 0, err
    assert out.startswith("Changes since the list of 2022-05-10: 0 new, 0 moved, 0 gone, 0 unchanged\n")


@pytest.mark.parametrize(("most", "exit_code"), [(3, 2), (4, 0)])
def test_a_list_that_is_longer_than_a_sheet_names_csv(due, events, tmp_path, monkeypatch, most, exit_code):
    monkeypatch.setattr(workbook, "MOST_ROWS", most)
    found, _, err = due(events, *ASKED, "-o", tmp_path / "due.xlsx")
    assert found == exit_code
    said = "the list has 4 lines, and a sheet of Excel holds 3; give an output that ends in .csv"
    assert (said in err, (tmp_path / "due.xlsx").exists()) == (exit_code == 2, exit_code == 0)


def test_excel_holds_as_many_lines_as_it_does():
    workbook.check_length(1_048_575)
    with pytest.raises(FileError, match=r"1,048,576 lines"):
        workbook.check_length(1_048_576)


def test_a_date_that_spreadsheets_count_differently_is_a_text(tmp_path):
    rows = pl.DataFrame({"opens": [date(1900, 2, 28), date(1900, 3, 1)]})
    path = tmp_path / "due.xlsx"
    with path.open("wb") as file:
        workbook.write_workbook([rows], file, {"as_of": "1900-03-01"}, {DueStatus.OPEN: 2})
    sheet = parts(path.read_bytes())["xl/worksheets/sheet1.xml"]
    assert "<t>1900-02-28</t>" in sheet
    assert "<v>61</v>" in sheet


@pytest.mark.parametrize(("length", "is_held"), [(32_767, True), (32_768, False)])
def test_an_id_that_is_too_long_for_a_cell_names_csv(due, events, tmp_path, length, is_held):
    events.write_text(f"{HEADER}\n{'x' * length},cns.ependymoma,,,,,2022-01-31,\n", encoding="utf-8")
    exit_code, _, err = due(events, *ASKED, "-o", tmp_path / "due.xlsx")
    assert (exit_code == 0) is is_held
    assert ("the list holds a text that is too long for Excel; give an output that ends in .csv" in err) is not is_held


def test_no_row_stays_behind_where_the_workbook_cannot_be_written(due, events, tmp_path, monkeypatch):
    waiting = tmp_path / "waiting"
    waiting.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(waiting))
    monkeypatch.setattr(workbook, "_MOST_CHARACTERS", 3)
    assert due(events, *ASKED, "-o", tmp_path / "due.xlsx")[0] == 2
    assert list(waiting.iterdir()) == []
    assert not (tmp_path / "due.xlsx").exists()
