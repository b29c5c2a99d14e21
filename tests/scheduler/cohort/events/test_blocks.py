"""An events file gone through block by block: where a block ends changes nothing that is read."""

import errno
import gzip
from io import BytesIO

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.block_sizes import LONGEST, WHOLE, Sizes, as_parquet, opened

from spine_vigil.scheduler.cohort.events.opening import open_stream
from spine_vigil.scheduler.cohort.threads import in_order
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import (
    DAMAGE,
    LINE,
    MOST_LINES_OF_A_ROW,
    parse_line_by_line,
    parse_plain,
    whole_rows,
)

HEADER = ["patient_id", "date", "cpt"]
HEAD = b"patient_id,date,cpt"
ENDS = [b"\n", b"\r\n", b"\r"]
NAMES = ["line feeds", "Windows line ends", "line ends of old Macs"]


def read_in_blocks(data, size):
    """Return id, cpt, line and damage of every row, and how many blocks they came in."""
    with opened(data, Sizes(block_bytes=size, block_rows=size)) as file:
        parts = [file.read(block).cells for block in file.blocks()]
    return pl.concat(parts).select("patient_id", "cpt", LINE, DAMAGE).rows(), len(parts)


LINES_BEHIND = b"1,2,3\n" * MOST_LINES_OF_A_ROW
"""As many lines as a row may have, each of 6 bytes."""

STRETCHES = [
    # text that goes on behind its end, how many bytes of it are rows that are complete, why
    (b"a,b,c\nd,e", 6, "up to the last line end"),
    (b"a,b,c\n", 6, "all of it"),
    (b"a,b,c", 0, "no line ends here"),
    (b"", 0, "nothing"),
    (b"a,b,c\r\nd", 7, "a Windows line end"),
    (b"a,b,c\r", 0, "a line feed may follow, which belongs to this line end"),
    (b"a,b,c\rd,e,f\r", 6, "an old Mac's line end, and one that may be of Windows"),
    (b'a,b,c\n"d\ne', 6, "the second row goes on"),
    (b'"d\ne",b,c\nx', 10, "a row of two lines"),
    (b'"d\r\ne",b,c\r\nx', 12, "a row of two Windows lines"),
    (b'"d\ne\nf', 0, "the first row goes on"),
    (b'"d\ne\nf",b,c\n"g\n', 12, "a row of three lines, and one that goes on"),
    (b'a,"b"\n"c,d,e\nf",g,h\n', 20, "quotes that are closed in their line, then a row of two lines"),
    (b'"a\n1,2,3\n4",5\n', 9, "three lines that are no row together, but the quote of the last may open one"),
    (b'"a\n' + LINES_BEHIND[: -2 * 6], 0, "198 lines behind a quote: the next may close it"),
    (b'"a\n' + LINES_BEHIND[:-6], 1197, "199 lines behind a quote that none closes: a stray one"),
    (b'"a\n' + LINES_BEHIND, 1203, "200 lines behind a quote that none closes: a stray one"),
    (b'"a\n' + LINES_BEHIND[: -3 * 6] + b'b",c,d\n', 1192, "closed in its 199th line"),
    (b'"a\n' + LINES_BEHIND[: -2 * 6] + b'b",c,d\n', 1198, "closed in its 200th line"),
    (b'"a\n' + LINES_BEHIND[:-6] + b'b",c,d\n', 1197, "a line too late, and that may open another"),
]


@pytest.mark.parametrize(("text", "size", "why"), STRETCHES, ids=[why for *_, why in STRETCHES])
def test_a_block_ends_where_a_row_does(text, size, why):
    assert whole_rows(text, 3) == size, why


LINES = [
    b"P1,2026-04-15,72141",
    b'P2,2026-04-15,"two\nlines, and a comma"',
    b"",
    b'P3,"2026-04-15,72141',
    b"P4,2026-04-15",
    b"P5,2026-04-15,72141,more",
    b"P6,2026-04-15,caf\xe9",
    b"P7,2026-04-15,a\0b",
    b"=P8,2026-04-15,72141",
    b'"P9",2026-04-15,72141',
    "\ufeffP10,2026-04-15,72141".encode(),
    b"P11,2026-04-15,\x1f",
    b'"P\n12","2026-04-15","7""2141"',
]
TOO_FEW, TOO_MANY = "the line has 2 cells and the header 3", "the line has 4 cells and the header 3"
STRAY, NO_TEXT = "the line cannot be read as CSV", "the line holds bytes that are not UTF-8 text"
ROWS = [
    # id, cpt, line, damage (up to the way out)
    ("P1", "72141", 2, None),
    ("P2", "two\nlines, and a comma", 3, None),
    ('P3,"2026-04-15,72141', None, 6, STRAY),
    ("P4", None, 7, TOO_FEW),
    ("P5", "72141,more", 8, TOO_MANY),
    ("P6", "caf\ufffd", 9, NO_TEXT),
    ("P7", "a\0b", 10, NO_TEXT),
    ("=P8", "72141", 11, None),
    ("P9", "72141", 12, None),
    ("\ufeffP10", "72141", 13, None),
    ("P11", "\x1f", 14, None),
    ("P\n12", '7"2141', 15, None),
]


@pytest.mark.slow
@pytest.mark.parametrize("is_ended", [True, False], ids=["ended", "not ended"])
@pytest.mark.parametrize("end", ENDS, ids=NAMES)
def test_rows_good_and_bad_are_the_same_wherever_blocks_end(end, is_ended):
    data = end.join([HEAD, *(line.replace(b"\n", end) for line in LINES)]) + end * is_ended
    for size in (1, 2, 3, 7, 20, 21, 22, 64, 150, 10_000):
        rows, blocks = read_in_blocks(data, size)
        assert [(*row, damage and damage.partition(";")[0]) for *row, damage in rows] == ROWS, size
        assert (blocks > 1) == (size < len(data)), size


PIECES = st.sampled_from(
    [
        "a",
        ",",
        '"',
        "\n",
        "\r\n",
        "\r",
        "a,b,c\n",
        '"x\ny",b,c\n',
        "1,2,3\r\n",
        "\ufeff",
        "\x1f",
        "\0",
        " ",
        "\n\n",
        '""',
    ]
)


@pytest.mark.slow
@settings(max_examples=200)
@given(st.lists(PIECES, max_size=40).map("".join), st.integers(1, 60), st.sampled_from(["h\u00e9", "h\xe9"]))
def test_blocks_of_any_size_hold_what_the_whole_does(body, size, note):
    data = HEAD + b"\n" + body.encode() + note.encode("latin-1" if note == "h\xe9" else "utf-8")
    rows, _ = read_in_blocks(data, size)
    assert rows == read_in_blocks(data, WHOLE.block_bytes)[0]
    by_line = parse_line_by_line(data.removeprefix(HEAD + b"\n"), HEADER, 2)
    assert rows == by_line.select("patient_id", "cpt", LINE, DAMAGE).rows()


@pytest.mark.parametrize("size", [1, 30, 1000])
def test_a_row_may_span_as_many_lines_as_any(size):
    cell = "\n".join("x" * MOST_LINES_OF_A_ROW)
    data = HEAD + f'\nP1,,"{cell}"\nP2,,\n'.encode()
    assert read_in_blocks(data, size)[0] == [("P1", cell, 2, None), ("P2", None, MOST_LINES_OF_A_ROW + 2, None)]


@pytest.mark.parametrize("size", [1, 30, 1000])
def test_a_quote_that_is_closed_a_line_too_late_is_a_stray_one(size):
    lines = "x,,\n" * (MOST_LINES_OF_A_ROW - 1)
    data = HEAD + f'\nP1,,"\n{lines}y"\nP2,,\n'.encode()
    rows = read_in_blocks(data, size)[0]
    assert len(rows) == MOST_LINES_OF_A_ROW + 2
    assert [line for _, _, line, damage in rows if damage] == [2, MOST_LINES_OF_A_ROW + 2]


BLANK = [b"\n\n\n", b"\r\n\r\n", b"\r\r\r\r", b"\n \n\t\n"]


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize("size", [1, 2, 5, 9, 100])
def test_blank_lines_at_the_start_of_a_block_are_no_rows_and_count(blank, size):
    lines = blank.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
    rows, _ = read_in_blocks(HEAD + b"\nP1,,\n" + blank + b"P2,,\n" + blank, size)
    assert rows == [("P1", None, 2, None), ("P2", None, 3 + lines, None)]


def test_blank_lines_do_not_make_up_for_a_byte_order_mark():
    """Its three bytes are as many as the cells that a blank line lacks of four."""
    body = b"\xef\xbb\xbfa,b,c,d\n\n1,2,3,4\n"
    assert parse_plain(body, ["a", "b", "c", "d"]) is None


def test_a_line_is_given_back_as_it_stands():
    lines = [" P1 ,2026-04-15,", ",,", "P2,caf\u00e9,=1", "\tP3,,"]
    with opened(HEAD + b"\r\n" + "\r\n".join(lines).encode(), Sizes(block_bytes=20)) as file:
        blocks = list(file.blocks())
        assert [file.read(block).is_plain for block in blocks] == [True] * len(blocks)
        found = [file.lines(block) for block in blocks]
    texts = [text.decode().split("\n")[:-1] if isinstance(text, bytes) else text.to_list() for text in found]
    assert [line for text in texts for line in text] == lines
    assert len(blocks) > 1


PLAIN = [
    (b"P1,,\nP2,,\n", True, "lines and cells alone"),
    (b'P1,,""\n', False, "a quote"),
    (b"P1,,\x1f\n", False, "a byte that tells lines apart when they are read as such"),
    (b"P1,,\n\nP2,,\n", False, "a blank line"),
    (b"P1,\n", False, "a cell too few"),
    (b"P1,,,\n", False, "a cell too many"),
    (b"P1,\nP2,,,\n", False, "a cell too few, and one too many"),
    (b"P1,\xe9,\n", False, "bytes that are no text"),
    (b"P1,\0,\n", False, "a NUL"),
    (b"\xef\xbb\xbfP1,,\n", False, "a byte-order mark"),
    (b"P1,,\rP2,,\n", True, "an old Mac's line end, which is a line end as any"),
    (b'P1,,"a,b"\nP2,,\n', True, "a quoted cell that has to be quoted, as a writer would"),
    (b'P1,,"a"\n', False, "a quoted cell that need not be quoted"),
    (b'P1,,"a,""b"\n', False, "doubled quotes, which are looked at one by one"),
    (b'P1,,"a,\nb"\n', False, "a row of two lines"),
]


@pytest.mark.parametrize(("body", "is_plain", "why"), PLAIN, ids=[why for *_, why in PLAIN])
def test_a_block_is_plain_where_its_lines_are_its_rows(body, is_plain, why):
    with opened(HEAD + b"\n" + body) as file:
        (block,) = file.blocks()
        assert file.read(block).is_plain is is_plain, why


def row_of(length):
    """Return a line of so many bytes."""
    return b"P2,," + b"x" * (length - 4)


@pytest.mark.parametrize("end", ENDS, ids=NAMES)
@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "in the middle", "last"])
@pytest.mark.usefixtures("short_lines")
def test_a_line_that_is_too_long_is_one_bad_row_and_costs_nothing_else(end, place):
    lines = [b"P1,,a", b'P3,,"b\nc"'.replace(b"\n", end)]
    lines.insert(place, row_of(LONGEST * 9))
    for size in (10, 50, 99, 100, 250, 800):
        rows, _ = read_in_blocks(end.join([HEAD, *lines]), size)
        others = [row for row in rows if row[3] is None]
        assert others == [("P1", "a", 3 if place == 0 else 2, None), ("P3", "b\nc", 4 if place < 2 else 3, None)], size
        ((start, cpt, line, damage),) = [row for row in rows if row[3]]
        assert (start, cpt, line) == (row_of(size).decode(), None, place + 2 + (place == 2)), size
        assert damage == "the line is longer than 100 bytes and was cut; look for a missing line end", size


@pytest.mark.parametrize("end", ENDS, ids=NAMES)
@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST])
@pytest.mark.usefixtures("short_lines")
def test_a_line_that_is_just_not_too_long_is_read(length, end):
    data = end.join([HEAD, b"P1,,", row_of(length), b"P3,,"])
    for size in (10, 50, LONGEST, 3 * LONGEST, 1000):
        assert [(row[0], row[2], row[3]) for row in read_in_blocks(data, size)[0]] == [
            ("P1", 2, None),
            ("P2", 3, None),
            ("P3", 4, None),
        ], size


@pytest.mark.parametrize("end", ENDS, ids=NAMES)
@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "in the middle", "last"])
@pytest.mark.usefixtures("short_lines")
def test_a_line_of_one_byte_too_many_is_cut_however_large_a_block_is(end, place):
    lines = [b"P1,,", b"P3,,"]
    lines.insert(place, row_of(LONGEST + 1))
    for size in (10, 50, 99, LONGEST, LONGEST + 1, 3 * LONGEST, 1000):
        rows, _ = read_in_blocks(end.join([HEAD, *lines, b""]), size)
        assert [row[2] for row in rows] == [2, 3, 4], size
        assert [row[2] for row in rows if row[3]] == [place + 2], size


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("size", [1, 2, 4, 5])
def test_a_parquet_file_is_read_in_blocks_of_rows(rows, size):
    data = as_parquet([{"patient_id": f"P{n}"} for n in range(rows)])
    found, blocks = read_in_blocks(data, size)
    assert found == [(f"P{n}", None, n + 1, None) for n in range(rows)]
    assert blocks == {0: 1}.get(rows, -(-rows // size))


@pytest.mark.parametrize("data", [HEAD + b"\n" + b"P1,2026-04-15,\n" * 300, as_parquet([{"patient_id": "P1"}] * 300)])
def test_blocks_can_be_read_by_many_at_once_and_again(data):
    with opened(data, Sizes(block_bytes=100, block_rows=7)) as file:
        blocks = list(file.blocks())
        found = [part.cells[LINE].to_list() for part in in_order(file.read, blocks * 2, 8)]
    assert found[: len(blocks)] == found[len(blocks) :]
    first = found[0][0]
    assert [line for lines in found[: len(blocks)] for line in lines] == list(range(first, first + 300))


class Pipe(BytesIO):
    """A stream that can be read once, from front to back."""

    def seekable(self):
        return False

    def seek(self, *_):
        raise OSError(errno.ESPIPE, "Illegal seek")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["as it is", "compressed"])
@pytest.mark.parametrize("data", [HEAD + b"\nP1,,\n", as_parquet([{"patient_id": "P1"}])], ids=["CSV", "Parquet"])
def test_a_pipe_is_read_as_often_as_a_file(data, pack):
    with open_stream(Pipe(pack(data)), "standard input") as file:
        for _ in range(2):
            assert [file.read(block).cells["patient_id"].to_list() for block in file.blocks()] == [["P1"]]


class Failing(BytesIO):
    """A file whose disk fails once its header is read."""

    is_failing = False

    def read(self, size=-1):
        if self.is_failing:
            raise OSError(errno.EIO, "Input/output error")
        return super().read(size)


def test_a_disk_that_fails_while_events_are_read_is_told_as_that():
    with open_stream(Failing(HEAD + b"\nP1,,\n"), "my.csv") as file:
        file._file.is_failing = True
        with pytest.raises(FileError, match=r"cannot read my\.csv: Input/output error"):
            list(file.blocks())
