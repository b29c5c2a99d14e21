"""Excel workbooks: typed cells as text, the sheet and the header row that are read, and what is refused."""

from datetime import date, datetime

import pytest
import xlsxwriter
from support.events_files import read_events

from spine_vigil.scheduler.cohort.events.headers import Layout
from spine_vigil.scheduler.cohort.events.opening import open_events
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import DAMAGE, FOOTER, LINE
from spine_vigil.scheduler.intake.forms import DateForms
from spine_vigil.scheduler.intake.profile import FileForm, FileProfile

HEADER = ["patient_id", "date", "cpt", "note"]


@pytest.fixture
def book(tmp_path):
    """Write a workbook of sheets, each a list of rows; return its path."""

    def write(**sheets):
        path = tmp_path / "e.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
            for name, rows in sheets.items():
                sheet = workbook.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        return path

    return write


def cells_of(path, profile=None):
    return read_events(path, profile).cells.select(*HEADER, LINE).rows()


CELLS = (
    # what stands in the sheet, text, why
    (date(2026, 4, 15), "2026-04-15", "a date"),
    (datetime(2026, 4, 15, 9, 30), "2026-04-15T09:30:00", "a date with a time"),
    (46127, "46127", "a number"),
    (46127.5, "46127.5", "a number with a fraction"),
    ("04/15/2026", "04/15/2026", "a text"),
    (True, "true", "a boolean"),
    (None, None, "an empty cell"),
)


@pytest.mark.parametrize(("value", "text", "why"), CELLS, ids=[why for *_, why in CELLS])
def test_a_cell_is_the_text_that_a_csv_would_hold(book, value, text, why):
    assert cells_of(book(Exams=[HEADER, ["P1", "x", 72156, value]])) == [("P1", "x", "72156", text, 2)], why


def test_dates_and_numbers_of_one_column_are_read_each_as_it_is(book):
    rows = [["P1", date(2026, 4, 15), 72156, "a"], [4711, "04/16/2026", "72156-26", 5], ["P3", "n/a", None, None]]
    assert cells_of(book(Exams=[HEADER, *rows])) == [
        ("P1", "2026-04-15", "72156", "a", 2), ("4711", "04/16/2026", "72156-26", "5", 3),
        ("P3", "n/a", None, None, 4),
    ]  # fmt: skip


def test_typed_dates_are_read_whatever_formats_a_profile_has(book):
    profile = FileProfile(dates=DateForms(("%m/%d/%y",)), is_profiled=True)
    (row,) = cells_of(book(Exams=[HEADER, ["P1", date(1941, 4, 15), 72156, None]]), profile)
    assert row[1] == "+001941-04-15", "two digits of the year would lose its century"


def test_the_header_is_found_below_a_title_and_lines_are_those_of_the_sheet(book):
    rows = [["Imaging of the clinic"], [], ["made on Monday"], HEADER, ["P1", "x", 72156, "a"]]
    assert cells_of(book(Exams=rows)) == [("P1", "x", "72156", "a", 5)]
    profile = FileProfile(form=FileForm(header_line=4), is_profiled=True)
    assert cells_of(book(Exams=rows), profile) == [("P1", "x", "72156", "a", 5)]


@pytest.mark.parametrize("above", [[[]], [[], ["Report"], []], [["Report"], []], [[], []]])
def test_blank_rows_above_the_column_names_count(book, above):
    rows = [*above, HEADER, [], ["P1", "x", 72156, "a"]]
    assert cells_of(book(Exams=rows)) == [("P1", "x", "72156", "a", len(rows))]
    profile = FileProfile(form=FileForm(header_line=len(above) + 1), is_profiled=True)
    assert cells_of(book(Exams=rows), profile) == [("P1", "x", "72156", "a", len(rows))]


def test_unknown_column_names_stand_in_the_first_row_with_text(book):
    file = open_events(book(Exams=[[], [], ["foo", "bar"], [1, 2]]), None, Layout("a file", wanted=(), added=()))
    assert (file.header, file.size) == (["foo", "bar"], 1)


def test_columns_without_name_and_cells_are_not_there(book):
    events = read_events(book(Exams=[[*HEADER[:2], None, *HEADER[2:]], ["P1", "x", None, 72156, "a"]]))
    assert events.original.columns == HEADER
    filled = read_events(book(Exams=[[*HEADER[:2], None, *HEADER[2:]], ["P1", "x", "kept", 72156, "a"]]))
    assert filled.original.columns == ["patient_id", "date", "(column 3)", "cpt", "note"]


def test_a_name_of_two_lines_is_one_line(book):
    events = read_events(book(Exams=[["patient_id", "date", "cpt", "Exam\n Note"], ["P1", "x", 72156, "a"]]))
    assert events.original.columns[3] == "Exam Note"


def test_one_of_several_sheets_has_to_be_named(book):
    path = book(Exams=[HEADER, ["P1", "x", 72156, "a"]], Notes=[["b"], ["c"]])
    with pytest.raises(FileError) as refused:
        read_events(path)
    assert str(refused.value).endswith(
        "e.xlsx has several sheets: 'Exams', 'Notes'; say which in a profile, sheet = \"…\" under [file], and have the"
        " rest of it listed by 'vigil setup --profile'"
    )
    assert cells_of(path, FileProfile(form=FileForm(sheet="Exams"), is_profiled=True))[0][0] == "P1"
    with pytest.raises(FileError, match=r"has no sheet 'Exam'; its sheets are 'Exams', 'Notes'"):
        read_events(path, FileProfile(form=FileForm(sheet="Exam"), is_profiled=True))


def test_an_archive_that_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "e.xlsx").write_bytes(b"PK\x03\x04 and nothing behind")
    with pytest.raises(FileError, match=r"e\.xlsx is a damaged Excel workbook, or another archive: "):
        read_events(tmp_path / "e.xlsx")


def test_a_sheet_without_rows_is_an_empty_file(book):
    assert cells_of(book(Exams=[HEADER])) == []


def test_blank_rows_are_none_and_keep_the_numbers_of_others(book):
    rows = [["P1", "x", 72156, "a"], [], ["  ", None, " ", None], ["P2", "y", 72156, "b"], []]
    assert [(row[0], row[-1]) for row in cells_of(book(Exams=[HEADER, *rows]))] == [("P1", 2), ("P2", 5)]


def test_a_footer_of_the_profile_is_no_row(book):
    rows = [["P1", "x", 72156, "a"], [], ["Total rows: 1"]]
    profile = FileProfile(form=FileForm(footer=("Total",)), is_profiled=True)
    assert read_events(book(Exams=[HEADER, *rows]), profile).cells[DAMAGE].to_list() == [None, FOOTER]


STAMPS = (
    # the formats of the profile, text of a day, text of a day with a time, why
    ((), "2026-04-15", "2026-04-15T09:30:00", "no formats"),
    (("%m/%d/%Y",), "04/15/2026", "04/15/2026", "one"),
    (("%m/%d/%y",), "+002026-04-15", "+002026-04-15", "one that loses the century"),
    (("%m/%d/%Y", "%Y-%m-%d"), "+002026-04-15", "+002026-04-15", "several"),
)


@pytest.mark.parametrize(("formats", "day", "stamp", "why"), STAMPS, ids=[why for *_, why in STAMPS])
@pytest.mark.parametrize("others", [[], ["04/16/2026", 46127, "2026-04-17 00:00:00"]], ids=["alone", "among texts"])
def test_a_typed_date_keeps_its_day_whatever_stands_beside_it(book, formats, day, stamp, why, others):
    cells = [date(2026, 4, 15), datetime(2026, 4, 15, 9, 30), *others]
    profile = FileProfile(dates=DateForms(formats), is_profiled=True)
    found = cells_of(book(Exams=[HEADER, *(["P1", cell, 72156, "a"] for cell in cells)]), profile)
    assert [row[1] for row in found] == [day, stamp, *map(str, others)], why


def test_only_columns_with_formats_have_their_dates_in_them(book):
    path = book(Exams=[[*HEADER, "birth_date"], ["P1", date(2026, 4, 15), 72156, "a", date(1950, 1, 2)]])
    profile = FileProfile(date_columns={"date": ("%m/%d/%Y",)}, is_profiled=True)
    assert read_events(path, profile).cells.select("date", "birth_date").row(0) == ("04/15/2026", "1950-01-02")


def test_whole_numbers_are_carried_whole(book):
    rows = [[480171, "x", 72156, 1.5], [480172, "x", None, 2]]
    assert read_events(book(Exams=[HEADER, *rows])).original.rows() == [
        (480171, "x", 72156, 1.5), (480172, "x", None, 2.0)
    ]  # fmt: skip
    assert read_events(book(Exams=[HEADER, *rows])).original.write_csv().splitlines()[1] == "480171,x,72156,1.5"
