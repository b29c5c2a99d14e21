"""The audit of a CSV whose lines come in any order: the rows that the audit of the file gives."""

import csv
from io import StringIO
from random import Random

import polars as pl
import pyarrow as pa
import pytest
from support.block_sizes import as_csv, audited, opened
from support.indicated_cohorts import indicated_cohort
from support.random_cohorts import random_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.cluster import arrow as record_batches
from spine_vigil.scheduler.cohort.cluster import lines as numbered_lines
from spine_vigil.scheduler.cohort.cluster.arrow import TaskReport, Wanted
from spine_vigil.scheduler.cohort.cluster.lines import Table, audit_lines
from spine_vigil.scheduler.rules.grace import GracePolicy

HEADER = "patient_id,protocol,cpt,date,treatment_end_date,primary_site,note"
REQUEST = "P1,bone.osteosarcoma,72141,2026-07-10,2026-01-15,cervical_spine,"
"""Due every 3 months after 2026-01-15, so overdue on 2026-07-10."""
AUDIT = Audit(CURRENT, GracePolicy())


def in_any_order(data, rows=None, *, as_lines=True):
    """Return the results of lines that come shuffled, in small batches; `rows` are the numbered texts of the file."""
    if rows is None:
        rows = list(enumerate(data.replace(b"\r\n", b"\n").split(b"\n")[1:], start=2))
    shuffled = Random(1).sample(rows, len(rows))  # noqa: S311 - not for secrets
    table = pa.table({"number": [n for n, _ in shuffled], "text": pa.array([t for _, t in shuffled], pa.binary())})
    with opened(data) as file:
        known = Table(file.name, file.header, file.fields)
    report = TaskReport()
    found = list(audit_lines(table.to_batches(max_chunksize=4), known, AUDIT, Wanted(as_lines=as_lines), report))
    if not as_lines:
        return pl.from_arrow(pa.Table.from_batches(found)), report.counts
    return b"\n".join(text.encode() for batch in found for text in batch["value"].to_pylist()) + b"\n", report.counts


def same_rows(one, other):
    """Tell whether two CSVs have one header and the same rows, whatever the order."""
    (head, *rows), (other_head, *others) = (
        list(csv.reader(StringIO(text.decode(), newline=""))) for text in (one, other)
    )
    return head == other_head and sorted(rows) == sorted(others)


@pytest.mark.slow
@pytest.mark.parametrize("block", [3, 1 << 17], ids=["a few rows a block", "one block"])
@pytest.mark.parametrize("make", [random_cohort, indicated_cohort])
@pytest.mark.parametrize("note", ["", "a, b", "=1+1", "\x1f"], ids=["plain", "quoted", "formula", "separator"])
def test_lines_in_any_order_are_decided_as_in_their_file(monkeypatch, make, note, block):
    rows = make(Random(5), CURRENT, patients=8, rows=5)  # noqa: S311 - not for secrets
    for place, row in enumerate(rows):
        row["note"] = note if place % 3 else ""
    data = as_csv(rows, end="\r\n").removesuffix(b"\r\n")
    monkeypatch.setattr(record_batches, "BLOCK_ROWS", block)
    found, counts = in_any_order(data)
    whole, summary = audited(data)
    assert same_rows(found, whole)
    assert counts.summary(CURRENT, GracePolicy()) == summary


DAMAGED = [
    # lines, decisions by line, why
    ([REQUEST, ""], {2: "within"}, "a blank line is no row"),
    ([REQUEST, "   "], {2: "within"}, "nor is one of blanks"),
    ([REQUEST, "P2,x"], {2: "within", 3: "invalid"}, "too few cells"),
    ([REQUEST, REQUEST + ",x"], {2: "within", 3: "invalid"}, "too many cells"),
    ([REQUEST + '"a", b', REQUEST], {2: "invalid", 3: "within"}, "a stray quote"),
    ([REQUEST + '"a', REQUEST, 'b",x'], {2: "invalid", 3: "within", 4: "invalid"}, "quotes that make no row"),
    ([REQUEST + '"a, b"', REQUEST], {2: "within", 3: "within"}, "a quoted cell"),
    ([REQUEST.replace("cervical_spine", "cervical_spine\0"), REQUEST], {2: "invalid", 3: "within"}, "a NUL"),
    ([REQUEST + "\0", REQUEST], {2: "within", 3: "within"}, "a NUL in a column that is not read"),
    (["\ufeff" + REQUEST, REQUEST], {2: "within", 3: "within"}, "a mark that is part of an id"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("lines", "decisions", "why"), DAMAGED, ids=[why for *_, why in DAMAGED])
def test_a_damaged_line_costs_itself_alone(lines, decisions, why):
    data = "\n".join([HEADER, *lines]).encode()
    found, _ = in_any_order(data, as_lines=False)
    assert sorted(found["decision"].to_list()) == sorted(decisions.values()), why
    bad = found.filter(pl.col("decision") == "invalid")["explanation"].to_list()
    assert sorted(text.partition(":")[0] for text in bad) == [
        f"Line {line}" for line, decision in decisions.items() if decision == "invalid"
    ]
    whole, _ = audited(data)
    assert same_rows(in_any_order(data)[0], whole)


def test_bytes_that_are_no_text_cost_their_line_alone():
    rows = [(2, REQUEST.encode().replace(b"osteosarcoma", b"osteo\xff")), (3, REQUEST.encode() + b"\xff")]
    found, _ = in_any_order(HEADER.encode(), rows, as_lines=False)
    # In a column that is carried through they harm nothing.
    assert sorted(found["decision"].to_list()) == ["invalid", "within"]
    assert "Line 2: the line holds bytes that are not UTF-8 text" in str(found["explanation"].to_list())


def test_a_row_that_spans_lines_is_one_and_has_the_number_of_its_first():
    rows = [(2, f'{REQUEST}"two\nlines"'.encode()), (4, f'{REQUEST}"x\n"'.replace("2026-07-10", "x").encode())]
    found, _ = in_any_order(HEADER.encode(), rows, as_lines=False)
    assert dict(zip(found["note"].to_list(), found["decision"].to_list(), strict=True)) == {
        "two\nlines": "within",
        "x\n": "invalid",
    }
    assert any((text or "").startswith("Line 4: column date") for text in found["explanation"].to_list())


def test_a_line_that_is_absurdly_long_is_cut(monkeypatch):
    monkeypatch.setattr(numbered_lines, "LONGEST_LINE", 100)
    found, _ = in_any_order(
        HEADER.encode(), [(2, REQUEST.encode() + b"," * 100), (3, REQUEST.encode())], as_lines=False
    )
    assert sorted(found["decision"].to_list()) == ["invalid", "within"]
    assert "was cut" in str(found["explanation"].to_list())


def test_a_file_without_a_row_is_a_header():
    found, counts = in_any_order(HEADER.encode(), [])
    assert (found.decode().split(",")[:2], found.count(b"\n"), counts.rows) == (["patient_id", "protocol"], 1, 0)
