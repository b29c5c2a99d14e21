"""Cells of plain lines read where they stand: the same as cells that were taken out as text."""

from threading import Barrier

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal, assert_series_equal

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.compiled import csv_cells as plaintext
from spine_vigil.scheduler.cohort.compiled.csv_cells import PlainReader
from spine_vigil.scheduler.cohort.decoding.cells import FrameCells
from spine_vigil.scheduler.cohort.decoding.decoding import Decoder
from spine_vigil.scheduler.cohort.threads import in_order
from spine_vigil.scheduler.files.csv_text import parse_plain, with_lines

HEADER = ["who", "date", "protocol", "modality", "region", "cpt", "high_grade", "kyphosis_degrees", "note"]
FIELDS = ["patient_id", *HEADER[1:]]
TEXTS = [
    *["", " ", "P1", " P1 ", "\u00a0P1", "2024-02-29", " 2024-02-29", "1899-12-31", "2023-02-29", "bone.chordoma"],
    *["BONE.chordoma ", "MRI", "mri", "cervical_spine", "cervical_spine|brain", "72141", "yes", "NO", "maybe", "12.5"],
    *["-3", "=1+1", "\tx", "caf\u00e9", "\u2003", "\u0661\u0662", "1e400", "\x1f"],
]
LINES = st.lists(st.tuples(*[st.sampled_from(TEXTS)] * len(HEADER)), min_size=1, max_size=12)


def as_frame(body, first_line=2):
    return FrameCells(with_lines(parse_plain(body, HEADER).rename(dict(zip(HEADER, FIELDS, strict=True))), first_line))


@pytest.mark.slow
@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_cells_mean_the_same_whether_they_were_taken_out_as_text_or_not(rows, end, is_ended):
    body = (end.join(",".join(row) for row in rows) + end * is_ended).encode()
    frame = as_frame(body)
    text = PlainReader(HEADER, FIELDS).read(body, 2)
    assert_frame_equal(text.frame(), frame.frame())
    assert (len(text), list(text.names), text.damage) == (len(frame), list(frame.names), None)
    own, other = Decoder(CURRENT).decode(text), Decoder(CURRENT).decode(frame)
    assert_frame_equal(own.rows, other.rows)
    assert_frame_equal(own.problems, other.problems)
    assert_series_equal(own.protocols, other.protocols)


@given(LINES)
def test_some_rows_are_given_as_they_stand_in_the_file(rows):
    body = "\n".join(",".join(row) for row in rows).encode()
    text = PlainReader(HEADER, FIELDS).read(body, 2)
    chosen = pl.Series(range(0, len(rows), 2), dtype=pl.UInt32)
    assert_frame_equal(text.original(chosen.to_numpy()), parse_plain(body, HEADER)[chosen])
    assert text.text("note", chosen).to_list() == [row[-1] or None for row in rows[::2]]
    starts = [any(cell[:1] in set("=+-@\t\r") for cell in row) for row in rows]
    assert text.formulas.tolist() == [place for place, is_one in enumerate(starts) if is_one]


def test_a_mark_at_the_start_of_a_chosen_row_is_kept():
    text = PlainReader(["a", "b"], ["a", "b"]).read("a,b\n\ufeffc,=1\n".encode(), 2)
    assert text.original(text.formulas).rows() == [("\ufeffc", "=1")]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no line"),
        (b"a,b\n\nc,d\n", "a blank line"),
        (b"a,b\nc\n", "a short line"),
        (b"a,b\nc,d,e\n", "a long line"),
        (b"a,b,c\nd\n", "a long and a short line, with as many commas as there should be"),
        (b'a,"b"\n', "a quote"),
        (b"a,\0\n", "a NUL"),
        (b"a,b\rc,d\n", "a line end of old Macs"),
        (b"a,caf\xe9\n", "bytes that are no text"),
        (b"a,b\nc,caf\xc3", "a letter that is cut off at the end"),
        (b"\xef\xbb\xbfa,b\n", "a mark that polars would drop"),
    ],
    ids=str,
)
def test_what_is_not_plain_is_read_in_another_way(body, why):
    assert PlainReader(["a", "b"], ["a", "b"]).read(body, 2) is None, why


def test_a_letter_may_stand_where_the_text_is_looked_at_in_parts(monkeypatch):
    monkeypatch.setattr(plaintext, "_STRETCH", 3)
    assert len(PlainReader(["a", "b"], ["a", "b"]).read("caf\u00e9,\u2003x\n".encode(), 2)) == 1


def test_a_column_of_many_texts_is_learnt_part_by_part_and_known_of_the_next_block(monkeypatch):
    monkeypatch.setattr(plaintext, "_FIRST_LEARNT", 2)
    monkeypatch.setattr(plaintext, "_MORE_LEARNT", 2)
    meanings = Decoder(CURRENT).meanings["kyphosis_degrees"]
    reader = PlainReader(["a", "kyphosis_degrees"], ["a", "kyphosis_degrees"])
    degrees = [*range(40), *range(20), 77]
    body = "".join(f"x,{degree}\n" for degree in degrees).encode()
    for _ in range(2):
        assert reader.read(body, 2).numbers("kyphosis_degrees", meanings).to_list() == degrees
    assert len(reader.words(meanings)) == 1 + len(set(degrees))


def test_texts_are_forgotten_where_they_are_too_many(monkeypatch):
    monkeypatch.setattr(plaintext, "MOST_KEPT", 3)
    meanings = Decoder(CURRENT).meanings["kyphosis_degrees"]
    reader = PlainReader(["a", "kyphosis_degrees"], ["a", "kyphosis_degrees"])
    for first in (0, 10, 20):
        degrees = list(range(first, first + 5))
        assert (
            reader.read("".join(f"x,{degree}\n" for degree in degrees).encode(), 2)
            .numbers("kyphosis_degrees", meanings)
            .to_list()
            == degrees
        )
    assert len(reader.words(meanings)) == 1


def test_threads_share_what_they_learn():
    meanings = Decoder(CURRENT).meanings["kyphosis_degrees"]
    reader = PlainReader(["a", "kyphosis_degrees"], ["a", "kyphosis_degrees"])
    start = Barrier(4)

    def read(first):
        text = reader.read("".join(f"x,{degree % 90}\n" for degree in range(first, first + 500)).encode(), 2)
        start.wait()
        return text.numbers("kyphosis_degrees", meanings).to_list() == [
            degree % 90 for degree in range(first, first + 500)
        ]

    assert list(in_order(read, [0, 7, 31, 60], 4)) == [True] * 4
    assert len(reader.words(meanings)) == 91
