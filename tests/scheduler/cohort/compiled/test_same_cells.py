"""Compiled loops and polars read the same cells and write the same bytes, whatever the kind of row or file."""

import csv
import gzip
from functools import partial
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.block_sizes import LONGEST, WHOLE, Sizes, audited, opened
from support.compiled_loops import HEAD, both, event, text_of
from support.events_files import parse_events

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit
from spine_vigil.scheduler.cohort.events.opening import open_stream
from spine_vigil.scheduler.cohort.pieces import Piece
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import MOST_LINES_OF_A_ROW
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.rules.grace import GracePolicy

pytest.importorskip("numba")

ENDS = {"line feeds": "\n", "Windows line ends": "\r\n", "line ends of old Macs": "\r"}


def read(data, sizes=WHOLE):
    """Return everything that is read of a file, block by block, or the message that refuses it."""
    try:
        with opened(data, sizes) as file:
            blocks = list(file.blocks())
            events = [file.read(block) for block in blocks]
            cells = [part.cells.rows() for part in events]
            own = [part.original.rows() for part in events]
            lines = [lines_of(file, block) for block, part in zip(blocks, events, strict=True) if part.is_plain]
            plain = [part.is_plain for part in events]
    except FileError as refused:
        return str(refused)
    return file.header, file.fields, cells, own, plain, lines


def lines_of(file, block):
    """Return the lines of a plain block, each without its line end."""
    lines = file.lines(block)
    return lines.decode().split("\n")[:-1] if isinstance(lines, bytes) else lines.to_list()


TWO = [event("P1", "a"), event("P2")]
ROWS = [
    # the lines, why
    (TWO, "plain"),
    ([event(" P1 ", " spaced "), event("P1", status=" Requested")], "spaces"),
    ([event("\u00a0P1\u2003"), event("P1")], "blanks beyond ASCII around an id"),
    ([event("P1", "caf\u00e9"), event("M\u00fcller", "\ufffd")], "letters beyond ASCII"),
    ([event("P1", "a\u2028b\x0bc\x85d\x1f"), event("P2")], "marks that other programs take for line ends"),
    ([event("P1", '5" wide'), event("P2")], "a quote inside a cell"),
    ([event('"P1"', '"a"'), event("P2", '""')], "quotes that nothing needs"),
    ([event("P1", '"Doe, Jane"'), event("P2")], "a quoted comma"),
    ([event("P1", '"said ""no"""'), event("P2")], "doubled quotes"),
    ([event("P1", '"two\nlines, and a comma"'), event("P2")], "a row of two lines"),
    ([event("P1", '"a\nb\n\nc"'), event('"P\n2"', '"a ""\n"" b"'), event("P3")], "rows of several lines"),
    ([event("P1", "=1+1"), event("=P2", "-1"), event("P3", "\tx"), event("P4", "@a")], "formulas"),
    ([event("P1", "a") + ",b", event("P2")], "too many cells"),
    (["P1,2026-04-15", event("P2")], "too few cells"),
    ([event("P1") + ",", "P2,2026-04-15,72141,,,", event("P3")], "one cell too many, then one too few"),
    ([event("P1", '"a stray quote'), event("P2"), event("P3", '"b'), event("P4")], "stray quotes"),
    ([event("P1", '"a" x'), event("P2")], "text behind a closed quote"),
    ([event("P1", "a\0b"), event("P2")], "a NUL"),
    ([event("\ufeffP1"), event("P2")], "a byte-order mark within"),
    (["", event("P1"), "", "  ", event("P2"), "", ""], "blank lines"),
    ([event("P1", status="postponed"), event("", "x"), "P3,2026-02-30,72141,bone.osteosarkoma,x,,"], "bad rows"),
    ([event("P1", status="cancelled"), "P2,,,bone.osteosarcoma,,,", event("P3", status="performed")], "statuses"),
    (
        [event("P", '"a'), *[event(f"P{n}") for n in range(MOST_LINES_OF_A_ROW)], event("Q", 'b"')],
        "a stray quote far above a quoted cell",
    ),
    ([event("P1", '"{}"'.format("\n".join("x" * MOST_LINES_OF_A_ROW))), event("P2")], "a row of most lines"),
    (
        [event("P1", '"\n') + "x,,\n" * (MOST_LINES_OF_A_ROW - 1) + 'y"', event("P2")],
        "a quote that is closed a line too late",
    ),
    ([], "no rows"),
]


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("lines", [lines for lines, _ in ROWS], ids=[why for _, why in ROWS])
def test_every_kind_of_row(lines, end):
    lines = [line.replace("\n", ENDS[end]) for line in lines]
    data = text_of(*lines, end=ENDS[end])
    sizes = (1, 7, 64, 150, WHOLE.block_bytes) if len(data) < 1000 else (30, 1000, WHOLE.block_bytes)
    for size in sizes:
        both(partial(read, data, Sizes(block_bytes=size)))
        both(partial(read, data.removesuffix(ENDS[end].encode()), Sizes(block_bytes=size)))
    both(partial(audited, data, Sizes(block_bytes=100, rows_at_once=2, workers=2)))
    both(partial(audited, data, suffix=".parquet"))


PLAIN = text_of(*TWO)
SPELLINGS = [
    # the file, whether the loops read it, why
    (PLAIN, True, "plain"),
    (b"\xef\xbb\xbf" + PLAIN, True, "a byte-order mark"),
    (gzip.compress(PLAIN), True, "gzip"),
    (gzip.compress(b"\xef\xbb\xbf" + PLAIN), True, "gzip of a file with a byte-order mark"),
    (gzip.compress(text_of(event("P1", '"a, b"'))), False, "gzip of a quoted file"),
    (PLAIN + b"\n\n\n", True, "blank lines at the end"),
    (text_of(*TWO, end="\r\n") + b"\r\n", True, "Windows line ends and a blank line"),
    (b"\n\r\n" + PLAIN.replace(b"\n", b"\n\n", 1), True, "blank lines around the header"),
    (PLAIN.replace(b"cpt,protocol", b" cpt , protocol "), True, "spaces around column names"),
    (PLAIN.replace(b"patient_id", b'"patient_id"'), True, "a quoted column name"),
    (PLAIN.replace(b"status,note", b"status,=note"), True, "a column name that is a formula"),
    (b"mine,date,cpt,patient_id\nx,2026-04-15,72141,P1\n", True, "columns in another order"),
    (PLAIN.replace(b",a\n", b",caf\xe9\n"), False, "another encoding"),
    (PLAIN + b"\xef\xbb\xbf" + event("P3").encode(), True, "a byte-order mark before the last row"),
    (PLAIN + b"P3,,,,,,caf\xc3", False, "a letter that is cut off at the end"),
    (HEAD.encode(), False, "a header alone"),
    (HEAD.encode() + b"\r\n\r\n", False, "a header and a blank line"),
    (b"", False, "nothing"),
    (b"who,date,cpt\nP1,2026-04-15,72141\n", False, "no patient id"),
    (gzip.compress(PLAIN)[:-9], False, "a gzip file cut short"),
    (b"PK\x03\x04rest", False, "an Excel workbook"),
    (PLAIN.replace(b",", b";"), False, "semicolons"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("data", "by_loops"), [row[:2] for row in SPELLINGS], ids=[row[2] for row in SPELLINGS])
def test_every_spelling_of_a_file(data, by_loops):
    is_refused = isinstance(both(partial(read, data), by_loops), str)
    for size in (1, 20):
        both(partial(read, data, Sizes(block_bytes=size)))
    if not is_refused:
        for suffix in (".csv", ".csv.gz", ".parquet"):
            both(partial(audited, data, suffix=suffix), by_loops)


def whole(data):
    events = parse_events(data, "events.csv")
    return events.cells.rows(), events.cells.columns, events.original.rows(), events.original.columns


PIECES = ["a", ",", '"', "\n", "\r\n", "\r", "a,b,c\n", '"x\ny",b,c\n', "1,2,3\r\n", "\ufeff", "\x1f", "\0", " ", '""']


@pytest.mark.slow
@settings(max_examples=200)
@given(
    st.lists(st.sampled_from([*PIECES, "\n\n"]), max_size=40),
    st.integers(1, 60),
    st.sampled_from([b"\xc3\xa9", b"\xe9"]),
)
def test_any_bytes_in_blocks_of_any_size(pieces, size, letter):
    data = b"patient_id,date,cpt\n" + "".join(pieces).encode() + letter
    for sizes in (Sizes(block_bytes=size), WHOLE):
        both(partial(read, data, sizes))


CELLS = st.text(st.sampled_from('a1 ,"\n\u00e9=') | st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]))


@given(st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_wrote(rows, end):
    file = StringIO()
    csv.writer(file, lineterminator=end).writerows([["patient_id", "modality", "region", "date", "note"], *rows])
    both(partial(whole, file.getvalue().encode()))


@pytest.mark.slow
@pytest.mark.usefixtures("short_lines")
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST, LONGEST + 1, LONGEST * 9])
@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "in the middle", "last"])
def test_lines_about_as_long_as_any_may_be(end, length, place):
    lines = ["P1,2026-04-15,72141", '"P3","2026-04-15",72141']
    lines.insert(place, "P2,," + "x" * (length - 4))
    for size in (10, 50, 99, LONGEST, LONGEST + 1, 250, 1000):
        data = ENDS[end].join(["patient_id,date,cpt", *lines]).encode()
        both(partial(read, data, Sizes(block_bytes=size)))
    both(partial(audited, data, Sizes(block_bytes=50)))


BODY = 3 * b"P1,2026-04-15,72141\n"
CHANGES = [
    # what the file holds on the second way through, what is said, why
    (BODY[:40] + b"P,,\n" * 5, "changed while it was read", "more rows"),
    (BODY[:40] + b"\n" * 20, "changed while it was read", "less rows"),
    *((BODY[:left], "changed while it was read", f"{left} bytes left") for left in (0, 5, 39, 40, 59)),
    (BODY + b"P2,2026-04-15,72141\n", None, "a row that was added"),
]


@pytest.mark.parametrize(("later", "said"), [row[:2] for row in CHANGES], ids=[row[2] for row in CHANGES])
def test_a_file_that_changes_while_it_is_read(tmp_path, later, said):
    path, head = tmp_path / "events.csv", b"patient_id,date,cpt\n"

    def changed():
        path.write_bytes(head + BODY)
        with path.open("rb") as stream, open_stream(stream, "events") as file, Spill() as waiting:
            run = FiledAudit(Audit(CURRENT, GracePolicy()), file, waiting)
            run.read()
            path.write_bytes(head + later)
            try:
                return b"".join(run.csv(Piece.text))
            except FileError as refused:
                return str(refused)

    result = both(changed, by_loops=True)
    assert said in result if said else result.count(b"\n") == 4
