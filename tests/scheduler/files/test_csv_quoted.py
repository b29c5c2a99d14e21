"""A CSV with quotes or damaged lines is read as line by line, however its lines are put together."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from spine_vigil.scheduler.files import csv_quoted as quotedtext
from spine_vigil.scheduler.files.csv_quoted import parse_quoted
from spine_vigil.scheduler.files.csv_text import (
    DAMAGE,
    LINE,
    parse_line_by_line,
    plain_lines,
    read_record,
    unix,
    whole_rows,
)

CELLS = st.sampled_from(
    [b"", b"a", b'""', b'"a"', b'" a "', b'"a,b"', b'","', b'"a""b"', b'""""', b'a"b', b'"a"b', b'a""', b' "a"', b'"',
     b'"a\nb"', b'"a\r\nb"', b"caf\xc3\xa9", b'"caf\xc3\xa9"', b"\xe9", b'"\xe9"', b"\xe9\n", b"\0", b'"\0"', b"\x1f",
     b'"\x1f"', b"\xef\xbb\xbf", b'\xef\xbb\xbf"a"', b'"\xef\xbb\xbfa"', b"\xef\xbf\xbd", b"\xe2\x80\xa8", b"\x0b",
     b" ", b"\t", b"'", b"#", b"a\\", b'"a\\"', b"=1"]
)  # fmt: skip
ROWS = st.lists(CELLS, min_size=1, max_size=4).map(b",".join)
USUAL = st.lists(st.sampled_from([b"a", b'"a"', b'""', b"", b'"a,b"', b'"\xc3\xa9"']), min_size=3, max_size=3).map(
    b",".join
)
ENDS = st.sampled_from([b"\n", b"\n", b"\r\n", b"\r", b"\n\n", b"\r\n\r\n", b" \n"])
TEXTS = st.lists(st.tuples(USUAL | USUAL | ROWS, ENDS).map(b"".join), max_size=12).map(b"".join)
BYTES = st.lists(st.sampled_from(list(b'aa,,""\n\r \0\x1f\xe9\xef\xbb\xbf')), max_size=60).map(bytes)
HEADERS = st.sampled_from([["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]])


@pytest.mark.slow
@settings(max_examples=600)
@given(TEXTS | BYTES, HEADERS, st.booleans())
def test_any_text_is_read_as_line_by_line(text, header, is_ended):
    body = text if is_ended else text.rstrip(b"\r\n")
    assert_frame_equal(parse_quoted(body, header, 5).cells, parse_line_by_line(body, header, 5))


@pytest.mark.slow
@settings(max_examples=300)
@given(st.lists(USUAL | st.just(b"a,b,c"), min_size=1, max_size=8), ENDS)
def test_where_rows_stand_as_a_writer_would_write_them_their_lines_are_what_it_writes(lines, end):
    body = end.join(lines)
    found = parse_quoted(body, ["a", "b", "c"], 2)
    written = found.cells.drop(LINE, DAMAGE).write_csv(include_header=False)
    if found.is_as_written:
        assert "".join(f"{text}\n" for text in plain_lines(body)) == written
    else:
        assert unix(body).decode() + "\n" != written


@settings(max_examples=300)
@given(TEXTS | BYTES)
def test_a_text_of_whole_rows_ends_where_line_by_line_reading_may_stop(text):
    """What stands before the end is read the same whatever follows."""
    size = whole_rows(text + b"\n", 3)
    head = parse_line_by_line(text[:size], ["a", "b", "c"], 1)
    for more in (b"", b'x"', b'",,\n', b"a,b,c"):
        whole = parse_line_by_line(text + b"\n" + more, ["a", "b", "c"], 1)
        assert_frame_equal(whole.head(len(head)), head)


USUAL_TEXTS = [
    # the text, what its rows are, why
    (b'"a","b"\n"c","d"\n', [("a", "b"), ("c", "d")], "every cell is quoted"),
    (b'"a",b\nc,"d"', [("a", "b"), ("c", "d")], "some cells are quoted, and the last line has no end"),
    (b'"a","b"\r\n"c","d"\r\n', [("a", "b"), ("c", "d")], "Windows line ends"),
    (b'"a","b"\r"c","d"\r', [("a", "b"), ("c", "d")], "line ends of old Macs"),
    (b'"",""\n,\n', [(None, None), (None, None)], "cells that hold nothing, quoted and not"),
    (b'"a,b",","\n', [("a,b", ",")], "commas in quotes"),
    (b'" a ","b\xc3\xa9"\n', [(" a ", "b\u00e9")], "spaces and letters beyond ASCII"),
]


@pytest.fixture
def no_line_alone(monkeypatch):
    """Let no line be read by itself."""

    def refuse(*_):
        raise AssertionError("a line is read by itself")

    monkeypatch.setattr(quotedtext, "read_record", refuse)
    monkeypatch.setattr(quotedtext, "parse_line_by_line", refuse)


@pytest.mark.usefixtures("no_line_alone")
@pytest.mark.parametrize(("text", "rows", "why"), USUAL_TEXTS, ids=[why for *_, why in USUAL_TEXTS])
def test_usual_lines_are_read_together(text, rows, why):
    found = parse_quoted(text, ["a", "b"], 2).cells
    assert found.rows() == [(*row, line, None) for line, row in enumerate(rows, start=2)], why


ALONE = [
    # the lines, which of them are looked at by themselves (from 0), why
    ([b"a,b", b'"a"x,b', b'"a","b"'], [1], "text behind a closed quote"),
    ([b"a,b", b'a"x,b', b'"a","b"'], [1], "a quote inside a cell"),
    ([b"a,b", b'"a""x",b', b'"a","b"'], [1], "doubled quotes"),
    ([b"a,b", b'"a', b'x",b', b'"a","b"'], [1], "a row of two lines, of which the second is part of the first"),
    ([b"a,b", b'"a', b"a,b", b'x",b', b'"a","b"'], [1], "a row of three lines, one of which could be a row"),
    ([b"a,b", b'"a,b', b'"a","b"'], [1], "a quote that is never closed"),
    ([b'"a","b"', b"a,\xe9", b"\xef\xbf\xbd,b"], [1, 2], "bytes that are no text, and a line that looks like it"),
    ([b'"a","b"', b"\xef\xbf\xbd,b"], [], "a replacement mark that stood in the file"),
    ([b'"a","b"', b"a,\0"], [1], "a NUL"),
    ([b'"a","b"', b"a", b"a,b,c", b"a,b"], [1, 2], "a cell too few, and one too many"),
    ([b'"a","b"', b"", b" ", b"a,b"], [1, 2], "blank lines"),
    ([b"\xef\xbb\xbfa,b", b'"a","b"'], [0], "a byte-order mark at the start"),
    ([b"a,\x1f", b'"a","b"'], [], "a byte that tells lines apart when they are read as such"),
]


@pytest.mark.parametrize(("lines", "alone", "why"), ALONE, ids=[why for *_, why in ALONE])
def test_an_unusual_line_costs_its_own_reading_alone(monkeypatch, lines, alone, why):
    looked_at = []

    def read(every, at, *more):
        looked_at.append(at)
        return read_record(every, at, *more)

    monkeypatch.setattr(quotedtext, "read_record", read)
    body = b"\n".join(lines)
    assert_frame_equal(parse_quoted(body, ["a", "b"], 2).cells, parse_line_by_line(body, ["a", "b"], 2))
    assert looked_at == alone, why


@pytest.mark.parametrize("length", [9, 10, 11])
def test_a_line_that_is_too_long_is_read_by_itself(monkeypatch, length):
    """The reader of one line takes no cell that is longer than a line may be."""
    monkeypatch.setattr(quotedtext, "LONGEST_LINE", 10)
    looked_at = []
    monkeypatch.setattr(quotedtext, "read_record", lambda *of: looked_at.append(of[1]) or read_record(*of))
    found = parse_quoted(b'"a",b\n' + b"a," + b"x" * (length - 2), ["a", "b"], 2).cells
    assert found.rows() == [("a", "b", 2, None), ("a", "x" * (length - 2), 3, None)]
    assert looked_at == ([1] if length >= 10 else [])


NOT_FOUND = [
    # what polars gives for b'"a",b\nc,d', why
    ({"a": ["a"], "b": ["b"]}, "a row is lost"),
    ({"a": ["a", "c", None], "b": ["b", "d", None]}, "a row too many"),
    ({"a": ["a", "c"], "b": ["b", None]}, "a cell is lost"),
    ({"a": ['"a"', "c"], "b": ["b", "d"]}, "quotes are left in a cell"),
]


@pytest.mark.parametrize(("given", "why"), NOT_FOUND, ids=[why for _, why in NOT_FOUND])
def test_what_does_not_add_up_to_the_text_is_read_line_by_line(monkeypatch, given, why):
    scan = pl.scan_csv

    def wrong(*of, schema, **options):
        return pl.LazyFrame(given) if list(schema) == ["a", "b"] else scan(*of, schema=schema, **options)

    monkeypatch.setattr(pl, "scan_csv", wrong)
    rows = parse_quoted(b'"a",b\nc,d', ["a", "b"], 2).cells.rows()
    assert rows == [("a", "b", 2, None), ("c", "d", 3, None)], why


@pytest.mark.parametrize("width", [1, 2, 999, 1000, 1001])
def test_a_table_may_have_any_number_of_columns(width):
    header = [f"c{n}" for n in range(width)]
    body = b",".join([b'"a"', *[b"b"] * (width - 1)]) + b"\n\n" + b",".join([b"c"] * width)
    found = parse_quoted(body, header, 2).cells
    assert found.rows() == [("a", *["b"] * (width - 1), 2, None), (*["c"] * width, 4, None)]
