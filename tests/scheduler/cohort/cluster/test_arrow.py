"""The audit of Arrow record batches: the rows that the audit of a Parquet file gives, in batches of plain types.

The requests are those of an MRI of the cervical spine in osteosarcoma treated up to 2026-01-15, due every 3 months.
"""

from datetime import date, datetime
from io import BytesIO
from random import Random

import polars as pl
import pyarrow as pa
import pytest
from support.block_sizes import as_parquet, audited
from support.indicated_cohorts import indicated_cohort
from support.random_cohorts import random_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.cluster import arrow as record_batches
from spine_vigil.scheduler.cohort.cluster.arrow import TaskReport, Wanted, audit_batches, result_schema
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.intake.column_map import ColumnMap
from spine_vigil.scheduler.intake.profile import FileProfile
from spine_vigil.scheduler.rules.grace import GracePolicy

AUDIT = Audit(CURRENT, GracePolicy())
ALL = Wanted()
REQUEST = {
    "patient_id": "P1",
    "protocol": "bone.osteosarcoma",
    "cpt": "72141",
    "date": "2026-07-10",
    "status": "requested",
    "treatment_end_date": "2026-01-15",
    "primary_site": "cervical_spine",
}
DONE = REQUEST | {"date": "2026-04-20", "status": "performed"}


def batch(*rows, **columns):
    return pa.RecordBatch.from_pylist([dict(row) for row in rows]) if rows else pa.record_batch(columns)


def decided(batches, wanted=ALL, audit=AUDIT):
    return pa.Table.from_batches(audit_batches(batches, audit, wanted))


def test_a_row_looks_back_at_rows_of_every_batch_and_results_have_plain_types():
    """Done on 2026-04-20, so due on 2026-07-20; 2026-07-10 is ten days before, and a day before the grace."""
    table = decided([batch(REQUEST), batch(DONE)])
    assert [(str(f.type), value) for f, value in zip(table.schema, table.to_pylist()[0].values(), strict=True)][
        7:-1
    ] == [
        ("string", "outside"),
        ("string", "early"),
        ("string", "early"),
        ("string", "bone.osteosarcoma/primary_site"),
        ("string", "Bone 5"),
        ("date32[day]", date(2026, 4, 20)),
        ("date32[day]", date(2026, 7, 20)),
        ("date32[day]", date(2026, 7, 20)),
        ("int32", -10),
        ("date32[day]", date(2026, 7, 20)),
        ("string", "symptoms_new_or_progressing"),
        ("string", None),
        ("int32", None),
        ("string", None),
    ]
    assert table["reason"].to_pylist() == ["early", "within_grace"]
    assert table.schema == result_schema(batch(REQUEST).schema)


@pytest.mark.slow
@pytest.mark.parametrize("block", [1, 7, 1 << 17], ids=["a row a block", "a few rows a block", "one block"])
@pytest.mark.parametrize("make", [random_cohort, indicated_cohort])
def test_batches_of_any_size_give_what_a_parquet_file_gives(monkeypatch, make, block):
    rows = make(Random(3), CURRENT, patients=12, rows=5)  # noqa: S311 - not for secrets
    rows[4]["date"] = "x"
    data = as_parquet(rows)
    monkeypatch.setattr(record_batches, "BLOCK_ROWS", block)
    given = pl.read_parquet(BytesIO(data)).to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches(max_chunksize=5)
    found = pl.from_arrow(decided(given, Wanted(readings=True)))
    assert found.equals(pl.read_parquet(BytesIO(audited(data, suffix=".parquet", readings=True)[0])))


def test_typed_columns_are_read_as_in_a_parquet_file_and_carried_through_untouched():
    typed = batch(
        patient_id=pa.array([7, 7], pa.int32()),
        protocol=pa.array(["bone.osteosarcoma"] * 2).dictionary_encode(),
        cpt=pa.array([72141.0, 72141.0]),
        date=pa.array([date(2026, 7, 10), date(2026, 4, 20)]),
        status=pa.array(["requested", "performed"], pa.large_string()),
        treatment_end_date=pa.array([datetime(2026, 1, 15)] * 2, pa.timestamp("us")),
        primary_site=pa.array(["cervical_spine"] * 2),
        codes=pa.array([[1, 2], None], pa.list_(pa.int8())),
        picture=pa.array([b"\xff\0", None]),
    )
    found = decided([typed])
    assert found["reason"].to_pylist() == ["early", "within_grace"]
    assert found.select(typed.schema.names).equals(pa.Table.from_batches([typed]))


LINES = [
    # wanted, column of lines, what is said, why
    (
        Wanted(line="line"),
        pa.array([5_000_000_000, 12]),
        "Line 5000000000: column date: 'x'",
        "the number that is given",
    ),
    (Wanted(), pa.array([5, 12]), "Line 1: column date: 'x'", "the place among the rows"),
]


@pytest.mark.parametrize(("wanted", "numbers", "said", "why"), LINES, ids=[why for *_, why in LINES])
def test_a_bad_row_says_where_it_stands(wanted, numbers, said, why):
    rows = batch(REQUEST | {"date": "x"}, REQUEST).append_column("line", numbers)
    found = decided([rows], wanted)
    assert found["explanation"].to_pylist()[0].startswith(said), why
    assert ("line" in found.schema.names) == (wanted.line is None)


def test_results_readings_and_names_of_columns_are_as_wanted():
    rows = batch({"MRN": "P1", "cpt": "72141", "date": "x"})
    wanted = Wanted(
        results=["decision", "opens"], readings=True, profile=FileProfile(columns=ColumnMap({"MRN": "patient_id"}))
    )
    assert decided([rows], wanted).to_pylist() == [
        {"MRN": "P1", "cpt": "72141", "date": "x", "decision": "invalid", "opens": None, "contested": None}
    ]


def test_what_was_decided_is_counted():
    report = TaskReport()
    report.counts.rows = 1
    list(audit_batches([batch(REQUEST, DONE)], AUDIT, report=report))
    summary = report.counts.summary(CURRENT, GracePolicy())
    assert (summary["rows"], summary["decisions"]) == (3, {"outside": 1, "within": 1})
    assert summary["protocols"] == {"bone.osteosarcoma": 2}


def test_nothing_gives_nothing():
    assert list(audit_batches([], AUDIT)) == []


def test_batches_without_a_row_give_none():
    assert sum(found.num_rows for found in audit_batches([batch(REQUEST).slice(0, 0)] * 2, AUDIT)) == 0


WRONG = [
    # column that is renamed, its new name, wanted, what is said
    ("patient_id", "MRN", Wanted(), "no column 'patient_id'; is 'MRN' meant?"),
    ("cpt", "decision", Wanted(), "a column 'decision', which an audit adds itself"),
    ("cpt", "cpt", Wanted(line="number"), "no column 'number' with the numbers of lines"),
]


@pytest.mark.parametrize(("old", "new", "wanted", "said"), WRONG)
def test_columns_that_are_none_of_an_events_file_say_what_to_do(old, new, wanted, said):
    rows = batch({new if name == old else name: cell for name, cell in REQUEST.items()})
    with pytest.raises(FileError, match=said):
        decided([rows], wanted)


def test_ids_that_are_no_text_say_what_to_do():
    rows = batch(REQUEST).set_column(0, "patient_id", pa.array([[1]]))
    with pytest.raises(FileError, match="'patient_id' that holds no text or number; write it as text"):
        decided([rows])
