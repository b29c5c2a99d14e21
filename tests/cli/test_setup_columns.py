"""`vigil setup` on columns: those that are not read, those that may be meant, and the sheet in which they stand."""

import tomllib

import pytest
import xlsxwriter
from support.events_files import write_lines


@pytest.fixture
def setup(vigil, tmp_path, monkeypatch):
    """Run `vigil setup` in a folder of its own, without a terminal."""
    monkeypatch.chdir(tmp_path)
    return lambda *args: vigil("setup", *args, stdin=b"")


# Columns that are not read

UNREAD = (
    # column, cell, line, why
    ("Accession", "4711", '"Accession" = ""  # not read; filled in 1 of 1 rows', "a number"),
    ("Accession", "", '"Accession" = ""  # not read; filled in 0 of 1 rows', "an empty column"),
    ("Patient Name", "Jane", '"Patient Name" = ""  # not read; filled in 1 of 1 rows', "a name"),
    ("region", "Main campus", '"region" = ""  # not read; filled in 1 of 1 rows', "a name of vigil's with other cells"),
)


@pytest.mark.parametrize(("column", "cell", "line", "why"), UNREAD, ids=[why for *_, why in UNREAD])
def test_a_column_that_is_not_read_has_a_line_that_says_so(setup, vigil, tmp_path, column, cell, line, why):
    write_lines(tmp_path / "e.csv", f"MRN,CPT,Exam Dt,Exam Status,{column}", f"P1,72156,03/25/2026,Completed,{cell}")
    assert setup("e.csv", "-o", "site.toml").exit_code == 0, why
    assert line in (tmp_path / "site.toml").read_text(encoding="utf-8").splitlines()
    assert vigil("audit", "e.csv", "--profile", "site.toml", "-o", "out.csv").exit_code == 0


def test_a_column_without_a_name_has_no_line(setup, tmp_path):
    write_lines(tmp_path / "e.csv", "MRN,CPT,Exam Dt,Exam Status,", "P1,72156,03/25/2026,Completed,x")
    assert setup("e.csv", "-o", "site.toml").exit_code == 0
    assert "" not in tomllib.loads((tmp_path / "site.toml").read_text(encoding="utf-8"))["columns"]


# A file without a column that is named after the status

STATUS_ROWS = [f"P{n},72156,03/{n}/2026,{'Final' if n % 2 else 'Ordered'},{n}" for n in range(10, 18)]
NAMED = "# one of these columns may say what became of a study: {}; if so, put its name here"
STATUS_COLUMNS = (
    # names of the two last columns, their cells, the columns that are named, why
    (["State of it", "Key"], None, "State of it", "few words that are frequent"),
    (["Campus", "State of it"], [f"{'East' if n % 2 else 'West'},{'Final' if n % 2 else 'Booked'}" for n in range(8)],
     "State of it, Campus", "the one whose words fit goes first"),
    (["Note", "Key"], [f"word {n},{n}" for n in range(8)], None, "words that stand once"),
    (["Empty", "Key"], [f",{n}" for n in range(8)], None, "no words"),
)  # fmt: skip


@pytest.mark.parametrize(("names", "cells", "named", "why"), STATUS_COLUMNS, ids=[why for *_, why in STATUS_COLUMNS])
def test_columns_that_may_say_what_became_of_a_study_are_named(setup, tmp_path, names, cells, named, why):
    rows = STATUS_ROWS if cells is None else [f"P{n},72156,03/{n + 10}/2026,{each}" for n, each in enumerate(cells)]
    write_lines(tmp_path / "e.csv", f"MRN,CPT,Exam Dt,{','.join(names)}", *rows)
    assert setup("e.csv", "-o", "site.toml").exit_code == 3
    lines = (tmp_path / "site.toml").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "may say what became" in line] == ([NAMED.format(named)] if named else []), why
    assert '# status = "?"  # no column says what became of a study; one of performed, scheduled, requested' in lines


@pytest.mark.parametrize(("words", "is_named"), [(12, True), (13, False)])
def test_a_column_of_more_than_twelve_words_is_none_of_statuses(setup, tmp_path, words, is_named):
    rows = [f"P{n},72156,03/25/2026,word {'abcdefghijklm'[n % words]}" for n in range(2 * words)]
    write_lines(tmp_path / "e.csv", "MRN,CPT,Exam Dt,State of it", *rows)
    setup("e.csv", "-o", "site.toml")
    text = (tmp_path / "site.toml").read_text(encoding="utf-8")
    assert (NAMED.format("State of it") in text) is is_named


# A column that no name gives away

MISSING = (
    # cells of the columns Aaa and Bbb, line, why
    (
        ["x,72156", "y,72141"],
        '# "Bbb" = "cpt"  # no column is named so, but its cells fit \'cpt\'',
        "codes in all rows",
    ),
    (["x,72156", "y,n/a"], '# "Bbb" = "cpt"  # no column is named so, but its cells fit \'cpt\'', "and empty ones"),
    (["x,72156", "y,soon"], "# no column of e.csv seems to hold the field 'cpt'; put its name here", "codes in some"),
)


@pytest.mark.parametrize(("cells", "line", "why"), MISSING, ids=[why for *_, why in MISSING])
def test_a_column_whose_cells_fit_a_missing_field_is_offered(setup, tmp_path, cells, line, why):
    rows = [f"P1,03/25/2026,Completed,{each}" for each in cells]
    write_lines(tmp_path / "e.csv", "MRN,Exam Dt,Exam Status,Aaa,Bbb", *rows)
    assert setup("e.csv", "-o", "site.toml").exit_code == 3
    assert line in (tmp_path / "site.toml").read_text(encoding="utf-8").splitlines(), why


def test_a_column_of_dates_is_offered_where_none_is_named_so(setup, tmp_path):
    write_lines(tmp_path / "e.csv", "MRN,CPT,Exam Status,Aaa,Bbb", "P1,72156,Completed,x,03/25/2026")
    assert setup("e.csv", "-o", "site.toml").exit_code == 3
    lines = (tmp_path / "site.toml").read_text(encoding="utf-8").splitlines()
    assert '# "Bbb" = "date"  # no column is named so, but its cells fit \'date\'' in lines
    assert '"Aaa" = ""  # not read; filled in 1 of 1 rows' in lines
    assert [line for line in lines if line.startswith('"Bbb"')] == [], "a column has one line"


# The sheet of a workbook

NAMES = ["MRN", "CPT", "Exam Dt", "Exam Status"]
ROW = ["P1", "72156", "03/25/2026", "Completed"]
ROWS, NOTES = [NAMES, ROW], [["Made by the front desk"], ["on Monday"]]
SHEETS = (
    # sheets, line of the profile, whether it is open, why
    ({"Exams": ROWS}, None, False, "the only sheet needs no line"),
    ({"Notes": NOTES, "Exams": ROWS}, 'sheet = "Exams"  # of 2 sheets', False, "one sheet has names of columns"),
    ({"2025": ROWS, "2026": ROWS}, '# sheet = "?"  # of 2 sheets; one of 2025, 2026', True, "two have"),
    (
        {"Notes": NOTES, "2025": ROWS, "2026": ROWS}, '# sheet = "?"  # of 3 sheets; one of 2025, 2026, Notes', True,
        "those that have go first",
    ),
)  # fmt: skip


def write_book(path, sheets):
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


@pytest.mark.parametrize(("sheets", "line", "is_open", "why"), SHEETS, ids=[why for *_, why in SHEETS])
def test_a_workbook_with_several_sheets_has_a_line_that_says_which(setup, tmp_path, sheets, line, is_open, why):
    write_book(tmp_path / "e.xlsx", sheets)
    assert setup("e.xlsx", "-o", "site.toml").exit_code == (3 if is_open else 0), why
    lines = (tmp_path / "site.toml").read_text(encoding="utf-8").splitlines()
    assert [each for each in lines if "sheet" in each] == ([line] if line else [])
    assert '"CPT" = "cpt"  # filled in 1 of 1 rows' in lines


def test_the_profile_reads_the_sheet_that_it_names(setup, vigil, tmp_path):
    write_book(tmp_path / "e.xlsx", {"Notes": NOTES, "Exams": ROWS})
    setup("e.xlsx", "-o", "site.toml")
    assert vigil("audit", "e.xlsx", "-o", "out.csv").exit_code == 2, "without a profile nothing says which"
    assert vigil("audit", "e.xlsx", "--profile", "site.toml", "-o", "out.csv").exit_code == 0
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[1].startswith("P1,72156,")


def test_the_sheet_of_a_patients_file_stands_in_its_own_part(setup, tmp_path):
    write_lines(tmp_path / "e.csv", ",".join(NAMES), ",".join(ROW))
    write_book(tmp_path / "p.xlsx", {"Notes": NOTES, "Registry": [["MRN", "Tx End"], ["P1", "01/15/2026"]]})
    assert setup("e.csv", "--patients", "p.xlsx", "-o", "site.toml").exit_code == 0
    profile = tomllib.loads((tmp_path / "site.toml").read_text(encoding="utf-8"))
    assert (profile.get("file"), profile["patients"]["file"]) == (None, {"sheet": "Registry"})


def test_a_column_whose_order_no_row_settles_is_asked_about_beside_others(setup, tmp_path):
    rows = ("P1,72156,03/25/2026,Completed,01/02/2026", "P1,72156,04/25/2026,Completed,03/02/2026")
    write_lines(tmp_path / "e.csv", "MRN,CPT,Exam Dt,Exam Status,Tx End", *rows)
    outcome = setup("e.csv", "-o", "site.toml")
    assert outcome.exit_code == 3
    said = "no row tells the month from the day; read as in the other columns until it is confirmed"
    assert f'  [dates.columns] "Tx End" = "?"  # {said}; one of ["%m/%d/%Y"], ["%d/%m/%Y"]' in outcome.err


@pytest.mark.parametrize("word", ["NULL", "-", "Unknown"])
def test_a_status_that_says_nothing_is_asked_and_never_taken_for_a_request(setup, vigil, tmp_path, word):
    write_lines(tmp_path / "e.csv", "MRN,CPT,Exam Dt,Exam Status", f"P1,72156,03/25/2026,{word}")
    outcome = setup("e.csv", "-o", "site.toml")
    assert outcome.exit_code == 3
    assert f'  [values.status] "{word}" = "?"' in outcome.err
    (tmp_path / "site.toml").write_text((tmp_path / "site.toml").read_text() + f'[null]\nwords = ["{word}"]\n')
    vigil("audit", "e.csv", "-o", "out.csv", "--profile", "site.toml")
    assert ",invalid," in (tmp_path / "out.csv").read_text()


def test_a_place_in_several_regions_is_an_unknown_site_and_names_nobody(setup, tmp_path):
    """The row is read: its dates count, and the site is asked for where it decides."""
    write_lines(tmp_path / "e.csv", "MRN,CPT,Exam Dt,Exam Status,Site", "P1,72156,03/25/2026,Completed,Spinal cord")
    assert setup("e.csv", "-o", "site.toml").exit_code == 0
    site = tomllib.loads((tmp_path / "site.toml").read_text(encoding="utf-8"))["values"]["primary_site"]
    assert site == {"Spinal cord": ""}


CODES = (
    # column, code, protocols that its line names
    ("Histology", "9180/3", "bone.osteosarcoma"),
    ("SNOMED", "443333004", "cns.medulloblastoma"),
)


@pytest.mark.parametrize(("column", "code", "protocol"), CODES)
def test_codes_of_tumors_lead_to_protocols(setup, tmp_path, column, code, protocol):
    rows = [f"P{number},72156,03/25/2026,Completed,{code}" for number in range(4)]
    write_lines(tmp_path / "e.csv", f"MRN,CPT,Exam Dt,Exam Status,{column}", *rows)
    setup("e.csv", "-o", "site.toml")
    text = (tmp_path / "site.toml").read_text(encoding="utf-8")
    assert f'"{column}" = "diagnosis"' in text
    assert protocol in next(line for line in text.splitlines() if f'"{code}"' in line)
