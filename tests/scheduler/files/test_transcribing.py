"""Files with other separators and in other encodings, rewritten as the CSV that vigil reads, with the same cells."""

import csv
from io import BytesIO, StringIO

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.events_files import parse_events

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files import transcribing
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE, MOST_LINES_OF_A_ROW
from spine_vigil.scheduler.files.transcribing import is_utf8, marked_encoding, said_separator, transcribed

SEPARATORS = (",", ";", "\t", "|", "^")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252", "latin-1")
CELLS = st.text(st.sampled_from(' aÜé,;\t|^"\n'), max_size=6)


def written(rows, separator, encoding="utf-8", quoting=csv.QUOTE_MINIMAL, end="\n"):
    file = StringIO()
    csv.writer(file, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)
    return file.getvalue().encode(encoding)


def read(data, separator, encoding="utf-8"):
    """Return a file as it is rewritten."""
    with transcribed(BytesIO(data), "events.csv", encoding, separator) as copy:
        copy.seek(0)
        return copy.read().decode("utf-8")


def cells_of(text):
    return list(csv.reader(StringIO(text, newline=""), strict=True))


@given(
    st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1)),
    st.sampled_from(SEPARATORS),
    st.sampled_from(ENCODINGS),
    st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    st.sampled_from((3, 16, 1 << 22)),
)
def test_a_file_holds_the_same_cells_whatever_its_separator_and_encoding(rows, separator, encoding, quoting, piece):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transcribing, "_PIECE", piece)
        assert cells_of(read(written(rows, separator, encoding, quoting), separator, encoding)) == rows


@given(st.lists(st.text(st.sampled_from('ab,;"\n'), max_size=8), min_size=1, max_size=6), st.sampled_from((3, 1 << 22)))
def test_every_line_keeps_its_number_and_a_stray_quote_costs_no_other_line(notes, piece):
    """A file is read as the same lines with commas are; only a separator within a note becomes a comma there."""
    lines = [
        "patient_id;date;cpt;note",
        *(f"P1;2026-04-15;72156;{note.replace(',', '').replace(';', '')}" for note in notes),
    ]
    text = "\n".join([*lines, ""])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transcribing, "_PIECE", piece)
        copy = read(text.encode(), ";")
    assert copy.count("\n") == text.count("\n")
    columns = ["patient_id", pl.col("note").str.replace_all(";", ","), LINE, DAMAGE]
    ours, plain = (
        parse_events(each.encode(), "e.csv").cells.select(columns).rows() for each in (copy, text.replace(";", ","))
    )
    assert ours == plain


def test_a_quote_that_stays_open_does_not_hold_up_the_rest_of_the_file(monkeypatch):
    monkeypatch.setattr(transcribing, "_PIECE", 1 << 10)
    lines = [f'P{number};"open' if number == 3 else f"P{number};a,b" for number in range(20 * MOST_LINES_OF_A_ROW)]
    copied = read("\n".join([*lines, ""]).encode(), ";").splitlines()
    assert len(copied) == len(lines)
    assert (copied[2], copied[3], copied[4], copied[-1]) == ('P2,"a,b"', 'P3,"open', 'P4,"a,b"', 'P3999,"a,b"')


READ = [
    # data, separator, encoding, text, why
    (b"a;b\r\n1;2\r\n", ";", "utf-8", "a,b\n1,2\n", "line ends of Windows"),
    (b"a;b\r1;2\r", ";", "utf-8", "a,b\n1,2\n", "of old Macs"),
    (b"a;b\n1;2", ";", "utf-8", "a,b\n1,2", "no line end at the end"),
    (b'a;b\n1,5;"x;y"\n', ";", "utf-8", 'a,b\n"1,5",x;y\n', "a decimal comma, and a quoted separator"),
    (b'a;b\n"1\n2";3\n', ";", "utf-8", 'a,b\n"1\n2",3\n', "a cell of two lines"),
    (b'a;b\n1;"x\n', ";", "utf-8", 'a,b\n1,"x\n', "a stray quote stays for the reader to see"),
    (b"\xef\xbb\xbfa;b\n", ";", "utf-8", "a,b\n", "a byte order mark"),
    (b"\xfc;\x80\n", ";", "windows-1252", "\u00fc,\u20ac\n", "an umlaut and a euro sign of Windows"),
    (b"\xfc;\x80\n", ";", "latin-1", "\u00fc,\x80\n", "the same bytes in Latin-1"),
    (b"\x81;a\n", ";", "windows-1252", "\ufffd,a\n", "a byte that Windows-1252 lacks"),
    ("a\tb\n".encode("utf-16"), "\t", "utf-16", "a,b\n", "UTF-16 with its mark"),
    (b"", ";", "utf-8", "", "an empty file"),
    (b"a,b\n", ",", "windows-1252", "a,b\n", "commas stay"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "separator", "encoding", "text", "why"), READ, ids=[why for *_, why in READ])
def test_a_file_is_rewritten_as_utf_8_with_commas(data, separator, encoding, text, why):
    assert read(data, separator, encoding) == text, why


def test_an_encoding_that_does_not_exist_is_refused():
    with pytest.raises(
        FileError, match=r"events\.csv: there is no encoding 'utf-9'; write e\.g\. windows-1252 or utf-8"
    ):
        read(b"a", ";", "utf-9")


def test_rows_span_as_many_lines_as_for_the_reader_of_the_csv():
    assert transcribing.MOST_LINES_OF_A_ROW == MOST_LINES_OF_A_ROW == 200


@pytest.mark.parametrize(
    ("line", "separator"),
    [
        ("sep=;", ";"), ("sep=,\r\n", ","), ("SEP=|\n", "|"), ('"sep=;"', ";"), ("\ufeffsep=;", ";"), ("sep=\t", "\t"),
        ("sep=", "\t"), ("sep=\\t", "\t"), ("sep=;;", None), ("separator=;", None), ("patient_id;date", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_first_line_may_say_the_separator(line, separator):
    assert said_separator(line) == separator


@pytest.mark.parametrize(
    ("start", "encoding"),
    [
        (b"\xef\xbb\xbfa", "utf-8"), (b"\xff\xfea\0", "utf-16-le"), (b"\xfe\xff\0a", "utf-16-be"), (b"a", None),
        (b"", None), (b"\xff", None),
    ],
)  # fmt: skip
def test_a_byte_order_mark_says_the_encoding(start, encoding):
    assert marked_encoding(start) == encoding


@pytest.mark.parametrize(
    ("name", "expected"),
    [("utf-8", True), ("UTF8", True), ("utf_8_sig", True), ("ascii", True), ("latin-1", False), ("utf-9", False)],
)
def test_utf_8_is_known_by_any_of_its_names(name, expected):
    assert is_utf8(name) is expected
