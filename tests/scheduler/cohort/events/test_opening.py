"""Reading events files as they come: every spelling of a CSV, Parquet, and files that are neither."""

import csv
import gzip
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from support.events_files import parse_events, read_events

from spine_vigil.scheduler.cohort.events.headers import misspelt_columns
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import (
    DAMAGE,
    LINE,
    MOST_LINES_OF_A_ROW,
    parse_line_by_line,
    parse_plain,
    with_lines,
)

HEADER = ["patient_id", "modality", "region", "date", "note"]
HEAD = ",".join(HEADER)


def event(patient_id, note=""):
    """Return a row of text; the note is written as it stands."""
    return f"{patient_id},MRI,brain,2026-04-15,{note}"


def text_of(*lines, end="\n"):
    return (end.join([HEAD, *lines]) + end).encode()


def found(data):
    """Return patient id, note, line and damage of every row."""
    return parse_events(data, "events.csv").cells.select("patient_id", "note", LINE, DAMAGE).rows()


SPELLINGS = [
    # the file, why
    (text_of(event("P1", "a"), event("P2")), "line feeds"),
    (text_of(event("P1", "a"), event("P2")).rstrip(), "no line end after the last row"),
    (text_of(event("P1", "a"), event("P2")) + b"\n\n\n", "blank lines at the end"),
    (b"\xef\xbb\xbf" + text_of(event("P1", "a"), event("P2")), "a byte-order mark"),
    (text_of(event("P1", "a"), event("P2"), end="\r\n"), "Windows line ends"),
    (text_of(event("P1", "a"), event("P2"), end="\r\n") + b"\r\n", "Windows line ends and a blank line"),
    (text_of(event("P1", "a"), event("P2"), end="\r"), "line ends of old Macs"),
    (text_of(event("P1", '"a"'), event("P2"), end="\r"), "line ends of old Macs and a quoted cell"),
    (text_of(event("P1", '"a"'), event("P2"), end="\r\n"), "Windows line ends and a quoted cell"),
    (text_of(event('"P1"', '"a"'), event("P2", '""')), "quotes that nothing needs"),
    (gzip.compress(text_of(event("P1", "a"), event("P2"))), "gzip, told by its content"),
    (gzip.compress(b"\xef\xbb\xbf" + text_of(event("P1", "a"), event("P2"))), "gzip of a file with a byte-order mark"),
    (text_of(event("P1", "a"), event("P2")).replace(b"region,date", b" region , date "), "spaces around column names"),
    (text_of(event("P1", "a"), event("P2")).replace(b"patient_id", b'"patient_id"'), "a quoted column name"),
]


@pytest.mark.parametrize(("data", "why"), SPELLINGS, ids=[why for _, why in SPELLINGS])
def test_every_usual_spelling_of_a_csv_gives_the_same_rows(data, why):
    assert found(data) == [("P1", "a", 2, None), ("P2", None, 3, None)], why
    assert parse_events(data, "events.csv").original.columns == HEADER


LINES = [
    # rows of text, the lines on which rows start, why
    ([event("P1"), event("P2")], [2, 3], "the header is line 1"),
    (["", event("P1"), "", "  ", event("P2")], [3, 6], "blank lines are no rows and count as lines"),
    ([event("P1", '"a\nb\n\nc"'), event("P2")], [2, 6], "a cell of four lines"),
    ([event('"P\n1"', '"a\nb"'), "", event("P2")], [2, 6], "two cells of two lines, then a blank line"),
    ([event("P1", '"a stray quote'), event("P2")], [2, 3], "a damaged line is one line"),
]


@pytest.mark.parametrize(("rows", "lines", "why"), LINES)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_has_the_line_number_that_an_editor_shows(rows, lines, why, end):
    data = text_of(*(row.replace("\n", end) for row in rows), end=end)
    assert [line for _, _, line, _ in found(data)] == lines, why


def test_blank_lines_around_the_header_count_as_lines():
    assert found(b"\n\r\n" + HEAD.encode() + b"\n\n" + event("P1").encode()) == [("P1", None, 5, None)]


CELLS = [
    ('"Doe, Jane"', "Doe, Jane", "a comma"),
    ('"said ""no"""', 'said "no"', "doubled quotes"),
    ('"two\nlines"', "two\nlines", "a line break"),
    ('"a ""\n"" b"', 'a "\n" b', "quotes on both sides of a line break"),
    ('5" wide', '5" wide', "a quote inside a cell that is not quoted"),
    ("a\u2028b\x0bc\x85d", "a\u2028b\x0bc\x85d", "marks that other programs take for line ends"),
    ("M\u00fcller \ufffd", "M\u00fcller \ufffd", "letters beyond ASCII, and a replacement mark that stood in the file"),
    (" spaced ", " spaced ", "spaces are carried through"),
]


@pytest.mark.parametrize(("written", "cell", "why"), CELLS)
@pytest.mark.parametrize("other", ["plain", '"quoted"'])
def test_a_cell_holds_what_was_written(written, cell, why, other):
    rows = found(text_of(event("P1", written), event("P2", other)))
    assert [note for _, note, _, _ in rows] == [cell, other.strip('"')], why


DAMAGED = [
    # the line, what is said, why
    (b"P2,MRI,brain", "3 cells and the header 5", "too short"),
    (b"P2,MRI,brain,2026-04-15,a,b", "6 cells and the header 5", "too long"),
    (b'P2,"MRI,brain,2026-04-15,a', "stray quote", "a quote that is never closed"),
    (b'P2,"MRI" x,brain,2026-04-15,a', "stray quote", "text behind a closed quote"),
    (b"P2,MRI,brain,2026-04-15,caf\xe9", "not UTF-8", "another encoding"),
    (b"P2,MRI,brain,2026-04-15,a\0b", "not UTF-8", "a NUL byte"),
]


@pytest.mark.parametrize(("line", "said", "why"), DAMAGED)
def test_a_damaged_line_costs_itself_alone(line, said, why):
    rows = found(HEAD.encode() + b"\n" + event("P1", "a").encode() + b"\n" + line + b"\n" + event("P3").encode())
    assert [rows[0], rows[2]] == [("P1", "a", 2, None), ("P3", None, 4, None)], why
    assert rows[1][2] == 3
    assert said in rows[1][3]


def test_two_lines_with_a_stray_quote_each_do_not_swallow_what_stands_between_them():
    rows = found(text_of(event("P1", '"a'), event("P2"), event("P3", '"b'), event("P4")))
    assert [(line, damage is None) for _, _, line, damage in rows] == [(2, False), (3, True), (4, False), (5, True)]


def test_a_stray_quote_far_above_a_quoted_cell_swallows_nothing():
    many = [event(f"P{n}") for n in range(MOST_LINES_OF_A_ROW)]
    rows = found(text_of(event("P", '"a'), *many, event("Q", 'b"')))
    assert len(rows) == MOST_LINES_OF_A_ROW + 2
    assert [line for _, _, line, damage in rows if damage] == [2]


def test_what_a_long_row_has_too_much_is_kept_in_its_last_cell():
    cells = parse_events(text_of(event("P1", "a,b,c")), "events.csv").cells
    assert cells.row(0)[:5] == ("P1", "MRI", "brain", "2026-04-15", "a,b,c")


@pytest.mark.parametrize("data", [HEAD.encode(), HEAD.encode() + b"\n", HEAD.encode() + b"\r\n\r\n"])
def test_a_file_of_a_header_alone_has_no_rows_and_all_columns(data):
    events = parse_events(data, "events.csv")
    assert (events.cells.shape, events.original.shape) == ((0, 7), (0, 5))


def test_columns_come_in_any_order_and_unknown_ones_are_carried_through():
    data = b"date,mine,region,patient_id,modality\n2026-04-15,x,brain,P1,MRI\n"
    events = parse_events(data, "events.csv")
    assert events.original.rows(named=True) == [
        {"date": "2026-04-15", "mine": "x", "region": "brain", "patient_id": "P1", "modality": "MRI"}
    ]


NO_EVENTS_FILES = [
    # the file, what is said, why
    (b"", ["is empty"], "no byte"),
    (b"\xef\xbb\xbf\r\n \n", ["is empty"], "nothing but white space"),
    (b"PK\x03\x04rest", ["damaged Excel workbook"], "what is left of an Excel workbook"),
    (b"\xd0\xcf\x11\xe0rest", ["no CSV", "old Excel"], "an Excel workbook of old"),
    (b"%PDF-1.7\n", ["no CSV", "a PDF"], "a PDF"),
    (b"\x89PNG\r\n\x1a\n\0\0", ["no CSV"], "a picture"),
    (HEAD.encode("utf-16-le"), ["no CSV", "no text"], "UTF-16 without a mark"),
    (b'"patient_id\n', ["no CSV", "header"], "a header whose quote is never closed"),
    (text_of(event("P1")).replace(b",", b";"), ["no column 'patient_id'", "'vigil setup'"], "semicolons"),
    (text_of(event("P1")).replace(b",", b"\t"), ["no column 'patient_id'", "'vigil setup'"], "tabs"),
    (b"Patient_ID,date,cpt\n", ["no column 'patient_id'", "'Patient_ID'", "rename"], "a column nearly named so"),
    (b"who,date,cpt\n", ["no column 'patient_id'"], "a column that is missing"),
    (b"patient_id,cpt,dates\n", ["no column 'date'", "'dates'"], "no date"),
    (b"patient_id,date,region\n", ["no column 'modality or cpt'"], "half a study"),
    (b"patient_id,date,modality\n", ["no column 'region or cpt'"], "the other half"),
    (b"patient_id,date,cpt,date\n", ["two columns named 'date'"], "one name twice"),
    (b"patient_id,date,cpt, date \n", ["two columns named 'date'"], "one name twice, but for spaces"),
    (b"patient_id,date,cpt,,\n", ["several columns without a name"], "empty cells behind the header"),
    (b"patient_id,date,cpt,decision\n", ["column 'decision'", "rename or remove"], "an audit that is audited again"),
    (b"patient_id,date,cpt,vigil.line\n", ["column 'vigil.line'", "rename or remove"], "a name that vigil uses inside"),
    (gzip.compress(text_of(event("P1")))[:-9], ["damaged gzip"], "a gzip file cut short"),
    (gzip.compress(text_of(event("P1")))[:12] + b"x" * 30, ["damaged gzip"], "a gzip file overwritten"),
    (b"\x1f\x8b", ["damaged gzip"], "the first bytes of a gzip file"),
    (b"PAR1" + b"x" * 40 + b"PAR1", ["damaged Parquet"], "no Parquet behind its first bytes"),
    (b"PAR1", ["damaged Parquet"], "the first bytes of a Parquet file"),
]


@pytest.mark.parametrize(("data", "said", "why"), NO_EVENTS_FILES, ids=[why for *_, why in NO_EVENTS_FILES])
def test_a_file_that_is_no_events_file_is_refused_in_one_message(data, said, why):
    with pytest.raises(FileError) as refused:
        parse_events(data, "my.csv")
    assert [part for part in ["my.csv", *said] if part not in str(refused.value)] == [], why


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(FileError, match=r"cannot read .*none\.csv: No such file"):
        read_events(tmp_path / "none.csv")
    with pytest.raises(FileError, match=r"is a folder without a file that ends in \.csv"):
        read_events(tmp_path)


def test_a_file_is_read_by_its_name(tmp_path):
    path = tmp_path / "events"
    path.write_bytes(gzip.compress(text_of(event("P1"))))
    assert read_events(path).cells["patient_id"].to_list() == ["P1"]


PLAIN_CELLS = st.text(st.characters(exclude_characters='",\n\r\0', exclude_categories=["Cs"]), max_size=4)
ANY_CELLS = st.text(
    st.sampled_from('a1 ,"\n\u00e9=') | st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=6
)


def rows_of(cells):
    return st.lists(st.lists(cells, min_size=5, max_size=5), max_size=6)


@given(rows_of(PLAIN_CELLS))
def test_both_ways_of_reading_agree_on_a_plain_file(rows):
    body = "\n".join(",".join(row) for row in rows).encode()
    plain = parse_plain(body, HEADER)
    assert_frame_equal(with_lines(plain, 2), parse_line_by_line(body, HEADER, 2))
    assert plain.rows() == [tuple(cell or None for cell in row) for row in rows]


@given(rows_of(ANY_CELLS), st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_wrote_is_read_as_it_was(rows, end):
    file = StringIO()
    csv.writer(file, lineterminator=end).writerows([HEADER, *rows])
    cells = parse_events(file.getvalue().encode(), "events.csv").cells
    assert cells[DAMAGE].null_count() == len(rows)
    assert cells.select(HEADER).rows() == [tuple(cell or None for cell in row) for row in rows]


@given(st.lists(st.sampled_from([event("P1"), event("P2", '"a'), event("P3", '"b\nc"'), "x", "", "\ufffd,,,,,,"])))
def test_no_line_that_is_not_blank_is_lost(lines):
    data = text_of(*lines)
    starts = [line for _, _, line, _ in found(data)]
    assert starts == sorted(set(starts))
    after_header = data.decode().split("\n")[1:]
    spanned = {n + 1 for n in starts if after_header[n - 2].endswith('"b')}
    filled = {n for n, text in enumerate(after_header, start=2) if text}
    assert filled <= set(starts) | spanned


NAMES = [
    # column, meant, why
    ("Protocol", "protocol", "another case"),
    ("birthdate", "birth_date", "a mark left out"),
    ("treatment_end_dates", "treatment_end_date", "a letter too many"),
    ("birth_date", None, "known"),
    ("site", None, "a name of its own, though a known one ends in it"),
    ("mrn", None, "a name of its own"),
]


@pytest.mark.parametrize(("column", "meant", "why"), NAMES)
def test_a_column_that_is_nearly_known_is_asked_about(column, meant, why):
    known = ["protocol", "birth_date", "treatment_end_date", "primary_site"]
    assert misspelt_columns(["patient_id", column], known).get(column) == meant, why
