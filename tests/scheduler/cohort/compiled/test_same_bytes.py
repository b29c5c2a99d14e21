"""Compiled loops and polars read the same cells and write the same bytes, from every kind of events file."""

import csv
import gzip
from datetime import date
from functools import partial
from io import BytesIO, StringIO
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.awkward_cohorts import COHORTS, awkward_cohort
from support.block_sizes import WHOLE, Sizes, as_csv, as_rows, audited, blocks_of, opened
from support.due import due_of_file

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit
from spine_vigil.scheduler.cohort.due.standing import DueRules
from spine_vigil.scheduler.cohort.events import csv_file
from spine_vigil.scheduler.cohort.events.opening import open_stream, parse_events
from spine_vigil.scheduler.cohort.events.patients_file import Filling, read_patients
from spine_vigil.scheduler.cohort.events.shards import Shard
from spine_vigil.scheduler.cohort.pieces import Piece
from spine_vigil.scheduler.cohort.wording import sentences
from spine_vigil.scheduler.editions.vocabulary import (
    TREATMENT_END,
    Cite,
    Plan,
    Schedule,
    every,
    months,
    protocol,
    referral,
    study,
)
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import MOST_LINES_OF_A_ROW
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.values import replace

pytest.importorskip("numba")

LONGEST = 100
"""The longest line that is read, in the tests of lines that are too long."""


def both(action, by_loops=None):
    """Run an action with compiled loops and without; return its result, which must be the same.

    `by_loops` says whether the loops have to read some block of what the action reads; None leaves that open.
    """
    compiled, blocks = _run(action, compiled_from=0)
    without, none = _run(action, compiled_from=1 << 40)
    assert compiled == without
    assert not none
    assert by_loops is None or any(blocks) == by_loops
    return without


def _run(action, compiled_from):
    """Run an action; return its result, and which of the blocks that the loops were given they read."""
    from spine_vigil.scheduler.cohort.compiled.csv_cells import PlainReader

    read, blocks = PlainReader.read, []

    def counted(self, body, first_line):
        text = read(self, body, first_line)
        blocks.append(text is not None)
        return text

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "COMPILED_BYTES", compiled_from)
        patch.setattr(PlainReader, "read", counted)
        return action(), blocks


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


def audit_of(data, sizes=WHOLE, columns=RESULT_COLUMNS, shard=None, date_format=None, fill=None, *, readings=False):
    """Return the output of an audit as CSV, and its counts."""
    with open_stream(BytesIO(data), "events", date_format) as file, blocks_of(sizes), Spill() as waiting:
        rules = Audit(CURRENT, GracePolicy(), date_format)
        run = FiledAudit(
            rules, file, waiting, fill=fill, readings=readings, columns=columns, shard=shard, workers=sizes.workers
        )
        run.read()
        return b"".join(run.csv(Piece.text)), run.counts.summary(CURRENT, GracePolicy())


HEAD = "patient_id,date,cpt,protocol,treatment_end_date,status,note"
LINE = "{},2026-04-15,72141,bone.osteosarcoma,2026-01-15,{},{}"


def event(patient, note="", status="requested"):
    return LINE.format(patient, status, note)


def text_of(*lines, end="\n", is_ended=True):
    return end.join([HEAD, *lines]).encode() + end.encode() * is_ended


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
ENDS = {"line feeds": "\n", "Windows line ends": "\r\n", "line ends of old Macs": "\r"}


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


@pytest.fixture
def short_lines(monkeypatch):
    """Let a line be short, and say so."""
    monkeypatch.setattr(csv_file, "LONGEST_LINE", LONGEST)
    monkeypatch.setattr("spine_vigil.scheduler.files.csv_text.LONGEST_LINE", LONGEST)


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


def parts_of(data, parts):
    return max(len(data) // parts, 1)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", COHORTS)
def test_cohorts_in_blocks_of_any_size_by_any_number_of_workers(kind, seed):
    end, is_plain = ("\n", "\r\n")[seed // 2], None if seed % 2 else True
    data = as_csv(awkward_cohort(kind, seed), end=end)
    for suffix in (".csv", ".csv.gz", ".parquet"):
        both(partial(audited, data, suffix=suffix), by_loops=is_plain)
    for parts, at_once, workers in ((3, 1 << 20, 1), (8, 5, 2), (5, 9, 5)):
        both(partial(audited, data, Sizes(parts_of(data, parts), rows_at_once=at_once, workers=workers)), is_plain)
    few = as_csv(awkward_cohort(kind, seed, patients=3), end=end)
    both(partial(audited, few, Sizes(block_bytes=1, rows_at_once=1)), by_loops=True)


@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize("kind", COHORTS)
def test_shuffled_rows(kind, seed):
    rows = awkward_cohort(kind, seed)
    data = as_csv(Random(seed).sample(rows, len(rows)))  # noqa: S311 - not for secrets
    both(partial(audited, data, Sizes(parts_of(data, 4), workers=2)), by_loops=None if seed % 2 else True)


@pytest.mark.parametrize("seed", [0, 1], ids=["plain", "some awkward"])
def test_shards(seed):
    rows = awkward_cohort("of the edition", seed, patients=30)
    rows[5]["patient_id"], rows[6]["date"] = "", "x"
    data = as_csv(rows)
    for sizes in (WHOLE, Sizes(block_bytes=900, rows_at_once=5, workers=2)):
        for number in (1, 2, 3):
            both(partial(audit_of, data, sizes, shard=Shard(number, 3)), by_loops=None if seed else True)


COLUMNS = {
    "all": RESULT_COLUMNS,
    "explain none": tuple(name for name in RESULT_COLUMNS if name != "explanation"),
    **{name: (name,) for name in RESULT_COLUMNS},
    "none": (),
}


@pytest.mark.parametrize("columns", COLUMNS)
def test_every_choice_of_result_columns(columns):
    for seed in (0, 1):
        data = as_csv(awkward_cohort("of indications", seed))
        both(partial(audit_of, data, Sizes(parts_of(data, 3)), columns=COLUMNS[columns]), by_loops=True)


@pytest.mark.parametrize("columns", ["all", "none"])
def test_other_readings(columns):
    chordoma = {"protocol": "bone.chordoma", "modality": "CT", "region": "chest", "surgery_date": "2022-01-15"}
    chordoma |= {"patient_id": "P1", "symptoms_new_or_progressing": "false", "status": "requested"}
    data = as_csv([chordoma | {"date": day} for day in ("2022-07-15", "2023-01-15")])
    rows = awkward_cohort("of the edition", 8, patients=40)
    for of_any in (data, as_csv(rows)):
        sizes = Sizes(parts_of(of_any, 3), rows_at_once=20, workers=2)
        for size in (sizes, WHOLE):
            both(partial(audit_of, of_any, size, COLUMNS[columns], readings=True), by_loops=True)
    assert [row["contested"] for row in as_rows(audited(data, readings=True)[0])] == ["annual_ct", ""]


@pytest.mark.parametrize("date_format", ["%d.%m.%Y", "%m/%d/%Y"])
def test_dates_in_another_form(date_format):
    names = ("date", "treatment_end_date", "surgery_date", "diagnosis_date")
    rows = awkward_cohort("of the edition", 2)
    for row in rows:
        for name in names:
            if row.get(name, "").startswith("20") and "02-30" not in row[name]:
                row[name] = date.fromisoformat(row[name]).strftime(date_format)
    both(partial(audit_of, as_csv(rows), Sizes(500), date_format=date_format), by_loops=True)


@pytest.mark.parametrize("seed", [0, 1], ids=["plain", "some awkward"])
def test_a_patients_file(tmp_path, seed):
    rows = awkward_cohort("of the edition", seed, patients=20)
    for row in rows[::2]:
        row.pop("primary_site", None)
        row["high_grade"] = ""
    patients = tmp_path / "patients.csv"
    lines = ["patient_id,primary_site,high_grade,birth_date"]
    lines += [f"P{n},{'pelvis' if n % 3 else 'knee'},{('true', 'no', 'perhaps')[n % 3]},1980-02-28" for n in range(9)]
    patients.write_text("\n".join(lines) + "\n")

    def filled(sizes):
        filling = Filling(read_patients(patients, CURRENT))
        return audit_of(as_csv(rows), sizes, fill=filling.fill), filling.met

    for sizes in (WHOLE, Sizes(block_bytes=700, rows_at_once=5, workers=2)):
        both(partial(filled, sizes), by_loops=True)
        both(lambda: read_patients(patients, CURRENT).problems, by_loops=True)


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet", ".json"])
@pytest.mark.parametrize("seed", range(2))
def test_the_list_of_what_is_due(seed, suffix):
    rows = awkward_cohort("of the edition", seed, patients=20)
    for row in rows:
        row["patient_id"] = f"{row['patient_id']}, the \u00e9 of a long name" if seed else row["patient_id"]
    rules = DueRules(CURRENT, GracePolicy(), date(2022, 6, 1))

    def due(sizes):
        out, run = due_of_file(as_csv(rows), rules, sizes, suffix)
        return out, vars(run.counts), run.patients, run.totals.schedules

    for sizes in (WHOLE, Sizes(block_bytes=700, workers=2), Sizes(block_bytes=150, workers=5)):
        both(partial(due, sizes), by_loops=None if seed else True)


@pytest.mark.parametrize("said", ["Off.", "Off, it is.", 'It is "off".', '"Off", it is.'])
def test_sentences_that_have_to_be_quoted(monkeypatch, said):
    monkeypatch.setattr(sentences, "SENTENCES", {**sentences.SENTENCES, "cancelled": said})
    both(partial(audited, text_of(event("P1", status="cancelled"))), by_loops=True)


def test_an_edition_whose_words_have_to_be_quoted():
    schedule = Schedule(
        "brain", Cite('M 1, "a"'), study(at="brain"), (TREATMENT_END,), Plan(phases=(every(months(3)),))
    )
    protocols = (
        protocol("made_up", 'made, "up"', schedule, cite=Cite("M 2")),
        referral("plain", "plain", 'the "other" one', cite=Cite("M 3")),
    )
    row = {"patient_id": "P1", "modality": "MRI", "region": "brain", "treatment_end_date": "2025-01-01"}
    rows = [row | {"protocol": name, "date": "2025-04-01"} for name in ("made_up", "plain")]
    edition = replace(CURRENT, protocols=protocols)
    data = as_csv([*rows, rows[0] | {"region": "chest"}])
    out, _ = both(partial(audited, data, edition=edition), by_loops=True)
    assert {row["section"] for row in as_rows(out)} == {'M 1, "a"', "M 2", "M 3"}


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
