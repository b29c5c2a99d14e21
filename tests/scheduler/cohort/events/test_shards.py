"""Shards: which part of a cohort a patient is in, and that the parts hold every row once, decided as in the whole."""

from random import Random

import polars as pl
import pytest
from support.block_sizes import Sizes, as_csv, as_parquet, audited, blocks_of, opened
from support.random_cohorts import random_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit
from spine_vigil.scheduler.cohort.events.shards import Shard, parse_shard
from spine_vigil.scheduler.cohort.pieces import Piece
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.rules.grace import GracePolicy

PLACES = [
    # id, shards, number, why
    ("123456789", 4, 3, "the published check value of CRC-32 is 0xCBF43926: 2 modulo 4"),
    ("123456789", 1, 1, "one shard holds everybody"),
    ("a", 4, 4, "0xE8B7BE43: 3 modulo 4"),
    ("  a\t", 4, 4, "ids are trimmed"),
    ("", 4, 1, "0"),
    (None, 4, 1, "no id is the empty one"),
    ("\u00a0", 4, 1, "nor is a blank one"),
]


@pytest.mark.parametrize(("patient", "count", "number", "why"), PLACES)
def test_a_patient_is_in_the_part_that_the_checksum_of_the_id_says(patient, count, number, why):
    ids = pl.Series([patient], dtype=pl.String)
    found = [part for part in range(1, count + 1) if Shard(part, count).holds(ids).item()]
    assert found == [number], why


WRONG = [
    ("0/4", "counted from 1, so give 1/4 to 4/4"),
    ("5/4", "there is no shard 5 of 4"),
    ("1/0", "at least one shard"),
    ("x", "write I/N, e.g. 2/8"),
    ("1", "write I/N, e.g. 2/8"),
    ("1/2/3", "write I/N, e.g. 2/8"),
    ("-1/4", "write I/N, e.g. 2/8"),
    ("", "write I/N, e.g. 2/8"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_is_no_shard_says_what_to_give(text, said):
    with pytest.raises(ValueProblem, match=said):
        parse_shard(text)


@pytest.mark.parametrize(("text", "number", "count"), [("1/4", 1, 4), (" 4/4 ", 4, 4), ("1/1", 1, 1)])
def test_the_first_and_the_last_shard_are_there(text, number, count):
    assert parse_shard(text) == Shard(number, count)


def shards_of(data, count, sizes=Sizes()):  # noqa: B008 - frozen
    """Return the lines of each shard's output, without the header, and the rows that its summary counts."""
    found = []
    for number in range(1, count + 1):
        with opened(data, sizes) as file, Spill() as waiting:
            run = FiledAudit(Audit(CURRENT, GracePolicy()), file, waiting, shard=Shard(number, count))
            run.read()
            text = b"".join(run.csv(Piece.text))
            found.append((text.decode().split("\n")[1:-1], run.counts.summary(CURRENT, GracePolicy())["rows"]))
    return found


def cohort(note=""):
    rows = random_cohort(Random(11), CURRENT, patients=30, rows=5)  # noqa: S311 - not for secrets
    for number, row in enumerate(rows):
        row["number"], row["note"] = str(number), note
    rows[5]["patient_id"] = ""
    rows[6]["date"] = "x"
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [Sizes(), Sizes(block_bytes=900, block_rows=7, rows_at_once=5)], ids=["one", "many"])
@pytest.mark.parametrize(
    "data", [as_csv(cohort()), as_csv(cohort("a, b")), as_parquet(cohort())], ids=["plain", "quoted", "typed"]
)
def test_the_shards_together_are_the_whole_each_in_the_order_of_the_file(data, sizes):
    whole = audited(data)[0].decode().split("\n")[1:-1]
    parts = shards_of(data, 3, sizes)
    assert sorted(line for lines, _ in parts for line in lines) == sorted(whole)
    for lines, rows in parts:
        assert lines == [line for line in whole if line in set(lines)]
        assert 0 < len(lines) == rows < len(whole)


def test_a_shard_without_a_row_is_a_header():
    request = {"patient_id": "a", "cpt": "72141", "date": "2026-04-15"}
    assert [len(lines) for lines, _ in shards_of(as_csv([request]), 4)] == [0, 0, 0, 1]


def test_a_parquet_output_holds_the_shard_alone():
    rows = [{"patient_id": name, "cpt": "72141", "date": "2026-04-15"} for name in ("a", "", "123456789", "a")]
    with blocks_of(Sizes(block_rows=3)), opened(as_parquet(rows)) as file, Spill() as waiting:
        run = FiledAudit(Audit(CURRENT, GracePolicy()), file, waiting, shard=Shard(4, 4))
        run.read()
        assert pl.concat(run.frames())["patient_id"].to_list() == ["a", "a"]


def test_a_bad_row_says_its_line_in_the_whole_file(vigil, tmp_path):
    request = {"patient_id": "a", "cpt": "72141", "date": "2026-04-15", "status": "performed"}
    rows = [request | {"patient_id": "123456789"}, request, request | {"date": "x"}]
    (tmp_path / "events.csv").write_bytes(as_csv(rows))
    code, out, err = vigil("audit", tmp_path / "events.csv", "-o", "-", "--shard", "4/4")
    assert (code, len(out.splitlines()), err.splitlines()[0].partition(" by ")[0]) == (0, 3, "2 rows")
    assert "Line 4: column date: 'x'" in out


def test_a_wrong_shard_is_one_message_and_no_output(vigil, tmp_path):
    code, out, err = vigil("audit", tmp_path / "events.csv", "-o", tmp_path / "out.csv", "--shard", "0/4")
    assert (code, out, list(tmp_path.iterdir())) == (2, "", [])
    assert err == "vigil: there is no shard 0 of 4; shards are counted from 1, so give 1/4 to 4/4\n"
