"""The audit of a file does not depend on how it is gone through: blocks, shares of patients, workers, order of rows."""

import gzip
import os
import re
from io import BytesIO
from random import Random

import polars as pl
import pytest
from support.awkward_cohorts import COHORTS, awkward_cohort
from support.block_sizes import Sizes, as_csv, as_parquet, as_rows, audited, parts_of
from support.evaluators import decide_one_by_one
from support.random_cohorts import random_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit
from spine_vigil.scheduler.cohort.events.opening import open_events, open_stream
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
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.values import replace


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", COHORTS)
def test_blocks_and_shares_of_any_size_decide_as_row_by_row(kind, seed):
    rows = awkward_cohort(kind, seed, patients=20)
    sizes = Sizes(block_rows=(7, 11, 23)[seed], rows_at_once=(1, 10, 1 << 20)[seed], workers=(1, 2, 3)[seed])
    table, _ = audited(as_parquet(rows), sizes, suffix=".parquet")
    found = pl.read_parquet(BytesIO(table)).select(RESULT_COLUMNS)
    dates = [name for name, dtype in found.schema.items() if dtype == pl.Date]
    texts = found.with_columns(pl.col(dates).dt.to_string("%Y-%m-%d")).to_dicts()
    assert texts == decide_one_by_one(rows, CURRENT, GracePolicy())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", COHORTS)
def test_every_byte_is_the_same_in_blocks_of_any_size(kind, seed):
    data = as_csv(awkward_cohort(kind, seed), end=("\n", "\r\n")[seed // 2])
    whole = audited(data)
    for parts, at_once, workers in ((3, 1 << 20, 1), (8, 5, 2)):
        assert audited(data, Sizes(parts_of(data, parts), rows_at_once=at_once, workers=workers)) == whole


@pytest.mark.slow
@pytest.mark.parametrize("kind", COHORTS)
def test_rows_that_are_a_block_each_come_out_the_same(kind):
    data = as_csv(awkward_cohort(kind, 1, patients=3))
    assert audited(data, Sizes(block_bytes=1, rows_at_once=1)) == audited(data)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet"])
@pytest.mark.parametrize("write", [as_csv, as_parquet], ids=["CSV", "Parquet"])
def test_every_byte_is_the_same_by_any_number_of_workers(write, suffix):
    data = write(awkward_cohort("of the edition", 5))
    alone, *others = (audited(data, Sizes(parts_of(data, 5), 9, 7, workers), suffix=suffix) for workers in (1, 2, 5))
    assert others == [alone, alone]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_a_parquet_output_holds_the_same_rows_in_blocks_of_any_size(seed):
    data = as_parquet(awkward_cohort("of the edition", seed))
    whole, few = (audited(data, Sizes(block_rows=rows), suffix=".parquet") for rows in (1 << 17, 5))
    assert pl.read_parquet(BytesIO(few[0])).equals(pl.read_parquet(BytesIO(whole[0])))
    assert few[1] == whole[1]


def test_a_compressed_output_holds_the_same_text_in_blocks_of_any_size():
    data = as_csv(awkward_cohort("of the edition", 1))
    packed, _ = audited(data, Sizes(parts_of(data, 5)), suffix=".csv.gz")
    assert gzip.decompress(packed) == audited(data)[0]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize("kind", COHORTS)
def test_a_row_is_decided_the_same_wherever_it_stands(kind, seed):
    """All but the line that a bad row says, and the quotes that a damaged neighbour does not need."""
    rows = awkward_cohort(kind, seed)
    shuffled = Random(seed).sample(rows, len(rows))  # noqa: S311 - not for secrets
    data = as_csv(shuffled)
    found = [by_number(audited(as_csv(rows))[0]), by_number(audited(data, Sizes(parts_of(data, 4), workers=2))[0])]
    assert found[0] == found[1]
    assert sorted(found[0], key=int) == [row["number"] for row in rows]


def by_number(text):
    rows = {row["number"]: row for row in as_rows(text)}
    return {number: row | {"explanation": re.sub(r"^Line \d+", "", row["explanation"])} for number, row in rows.items()}


@pytest.mark.slow
def test_other_readings_are_the_same_in_blocks_of_any_size():
    rows = random_cohort(Random(25), CURRENT, patients=40, rows=3)  # noqa: S311 - not for secrets
    data = as_csv(rows)
    whole = audited(data, readings=True)
    assert audited(data, Sizes(parts_of(data, 3), rows_at_once=20, workers=2), readings=True) == whole
    assert len({row["contested"] for row in as_rows(whole[0])}) > 2  # the cohort is no trivial one


REQUEST = {
    "patient_id": "P1",
    "protocol": "bone.osteosarcoma",
    "modality": "MRI",
    "region": "cervical_spine",
    "date": "2026-07-10",
    "status": "requested",
    "treatment_end_date": "2026-01-15",
    "primary_site": "cervical_spine",
    "intravascular_stent_date": "",
    "note": "",
}
"""Due every 3 months: on 2026-04-15, and after a study of 2026-04-20 on 2026-07-20, with a grace of 9 days."""
DONE = {"date": "2026-04-20", "status": "performed"}
OTHERS = [{"patient_id": f"Q{n}", "date": "2026-04-15"} for n in range(3)]


@pytest.fixture(params=[1, 400, 1 << 24], ids=["a row a block", "a few rows a block", "one block"])
def decide(request):
    """Audit rows (what each changes of REQUEST) through a CSV; return the rows of the output."""

    def run(*rows):
        data = as_csv([REQUEST | row for row in rows])
        return as_rows(audited(data, Sizes(request.param, rows_at_once=2, workers=2))[0])

    return run


EARLIER = [
    # the other rows, whether they stand behind the request, reason, why
    ([DONE], False, "early", "done 81 days before, and due after 3 months: the day before the grace"),
    ([DONE], True, "early", "the same, further down in the file"),
    ([DONE | {"date": "2026-04-19"}], True, "within_grace", "done a day sooner: the first day of the grace"),
    ([DONE | {"patient_id": " P1 "}], True, "early", "the same patient, written with spaces"),
    ([DONE | {"patient_id": "p1"}], True, "overdue", "another patient: 2026-04-15 is long gone"),
    ([DONE | {"status": "cancelled"}], True, "overdue", "a cancelled study is no history"),
    ([DONE | {"primary_site": "knee"}], True, "overdue", "a bad row is no history"),
    ([DONE | {"date": "2026-07-10"}], True, "overdue", "a study of the same day is no history"),
    ([DONE, DONE | {"date": "2026-02-01"}], True, "early", "the latest counts"),
    ([DONE | {"status": "scheduled"}], True, "unconfirmed_prior", "a booking is no proof"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "is_behind", "reason", "why"), EARLIER, ids=[why for *_, why in EARLIER])
def test_an_earlier_study_counts_from_any_block(decide, rows, is_behind, reason, why):
    asked = {"note": "asked"}
    order = [asked, *OTHERS, *rows] if is_behind else [*rows, *OTHERS, asked]
    found = decide(*order)
    assert [row["reason"] for row in found if row["note"] == "asked"] == [reason], why
    assert [row["reason"] for row in found if row["patient_id"][0] == "Q"] == ["on_schedule"] * 3, why


METASTASES = {
    "protocol": "cns.brain_metastases",
    "region": "brain",
    "date": "2022-03-31",
    "diagnosis_date": "2022-01-31",
    "treatment_end_date": "",
}
CHEST = {"modality": "CT", "region": "chest"}
SAME_DAY = [
    # what the patient's other row changes, the combination of both rows, why
    (
        CHEST,
        ("supported", "needs_info"),
        "the protocol supports the one; the other is for staging, or is not supported",
    ),
    (CHEST | {"date": "2022-04-01"}, ("", ""), "a study of the next day"),
    (CHEST | {"date": "2022-03-30"}, ("", ""), "a study of the day before"),
    ({"status": "scheduled"}, ("", ""), "the same study twice"),
    (CHEST | {"patient_id": "P2"}, ("", ""), "another patient's study"),
    (CHEST | {"status": "cancelled"}, ("", ""), "a cancelled study"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("change", "both", "why"), SAME_DAY, ids=[why for *_, why in SAME_DAY])
def test_studies_of_a_day_are_seen_together_from_any_block(decide, change, both, why):
    found = decide(METASTASES, *OTHERS, METASTASES | change)
    assert [row["combination"] for row in found] == [both[0], "", "", "", both[1]], why


def test_a_contraindication_stays_with_its_row(decide):
    """42 days after a stent of 2026-04-01 end on 2026-05-13."""
    at_risk = {"date": "2026-04-15", "intravascular_stent_date": "2026-04-01"}
    found = decide({"date": "2026-04-15", "patient_id": "P2"}, at_risk, *OTHERS)
    assert [row["reason"] for row in found] == ["on_schedule", "contraindicated", *["on_schedule"] * 3]
    assert found[1]["next_allowed"] == "2026-05-14"


def test_a_formula_is_quoted_in_its_cell_alone(decide):
    rows = [{"note": note} for note in ("x", "=1+1", "-1", "", "@a", "'=1", "a=1")]
    assert [row["note"] for row in decide(*rows)] == ["x", "'=1+1", "-1", "", "'@a", "'=1", "a=1"]


@pytest.mark.parametrize("said", ["Off.", "Off, it is.", 'It is "off".', '"Off", it is.'])
def test_a_sentence_is_quoted_by_what_it_holds_itself(monkeypatch, said):
    monkeypatch.setattr(sentences, "SENTENCES", {**sentences.SENTENCES, "cancelled": said})
    (row,) = as_rows(audited(as_csv([REQUEST | {"status": "cancelled"}]))[0])
    assert row["explanation"] == said


def test_a_bad_row_says_the_line_that_an_editor_shows(decide):
    found = decide({"note": "two\nlines"}, {"date": "x"}, {"note": '"'}, {"date": "y"}, *OTHERS, {"date": "z"})
    assert [row["explanation"].partition(":")[0] for row in found if row["decision"] == "invalid"] == [
        "Line 4",
        "Line 6",
        "Line 10",
    ]


def test_lines_without_quotes_come_out_as_they_stand():
    data = as_csv([REQUEST | {"note": " spaced ", "patient_id": " P1"}, REQUEST | {"status": " Requested"}])
    text, _ = audited(data)
    lines = data.splitlines()
    assert [line[: len(own) + 1] for line, own in zip(text.splitlines(), lines, strict=True)] == [
        own + b"," for own in lines
    ]


def test_what_must_be_quoted_in_a_csv_is_wherever_an_edition_writes_it():
    """Commas and quotes in an edition's words: in a section, in a sentence that is quoted anyway and in one not."""
    schedule = Schedule(
        "brain", Cite('M 1, "a"'), study(at="brain"), (TREATMENT_END,), Plan(phases=(every(months(3)),))
    )
    protocols = (
        protocol("made_up", 'made, "up"', schedule, cite=Cite("M 2")),
        referral("plain", "plain", 'the "other" one', cite=Cite("M 3")),
    )
    edition = replace(CURRENT, protocols=protocols)
    row = {"patient_id": "P1", "modality": "MRI", "region": "brain", "treatment_end_date": "2025-01-01"}
    rows = [
        {**row, "protocol": "made_up", "date": "2025-04-01"},
        {**row, "protocol": "made_up", "date": "2025-04-01", "region": "chest"},
        {**row, "protocol": "plain", "date": "2025-04-01"},
    ]
    out, _ = audited(as_csv(rows), edition=edition)
    found = as_rows(out)
    assert [each["section"] for each in found] == ['M 1, "a"', "M 2", "M 3"]
    assert found[0]["explanation"].startswith('M 1, "a": every 3 months. Counted from ')
    assert 'made, "up"' in found[1]["explanation"]
    assert 'the "other" one' in found[2]["explanation"]
    one_by_one = decide_one_by_one(rows, edition, GracePolicy())
    assert [each["explanation"] for each in found] == [each["explanation"] for each in one_by_one]


@pytest.mark.parametrize("instead", [b"P,,\n" * 5, b"\n" * 20], ids=["more rows", "less rows"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, instead):
    path = tmp_path / "events.csv"
    header, row = b"patient_id,date,cpt\n", b"P1,2026-04-15,72141\n"
    path.write_bytes(header + 3 * row)
    with open_events(path) as file, Spill() as waiting:
        run = FiledAudit(Audit(CURRENT, GracePolicy()), file, waiting)
        run.read()
        path.write_bytes(header + 2 * row + instead)
        with pytest.raises(FileError, match="changed while it was read; run the command again"):
            list(run.csv(Piece.text))


THREE = [{"patient_id": "P1", "date": "2026-04-15", "cpt": "72141"}] * 3
CHANGED = [
    (as_csv(THREE), as_csv(THREE).replace(b"P1,2026-04-15", b"P1,\n,,2026-04", 1)),  # a row more in as many bytes
    (as_parquet(THREE), as_parquet(THREE[:2])),
]


@pytest.mark.parametrize("shard", [None, Shard(1, 1)], ids=["whole", "shard"])
@pytest.mark.parametrize(("data", "changed"), CHANGED, ids=["CSV", "Parquet"])
def test_a_file_that_changes_before_its_columns_are_written_as_parquet_is_refused(tmp_path, data, changed, shard):
    path = tmp_path / "events"
    path.write_bytes(data)
    with path.open("rb") as stream, open_stream(stream, "events") as file, Spill() as waiting:
        run = FiledAudit(Audit(CURRENT, GracePolicy()), file, waiting, shard=shard)
        run.read()
        path.write_bytes(changed)
        with pytest.raises(FileError, match="changed while it was read; run the command again"):
            list(run.frames())


@pytest.mark.parametrize("left", [0, 5, 25, 59, 60, 79], ids=lambda left: f"{left} bytes left")
def test_a_file_that_is_cut_short_while_it_is_read_is_refused(tmp_path, left):
    path = tmp_path / "events.csv"
    path.write_bytes(b"patient_id,date,cpt\n" + 3 * b"P1,2026-04-15,72141\n")
    with open_events(path) as file, Spill() as waiting:
        run = FiledAudit(Audit(CURRENT, GracePolicy()), file, waiting)
        os.truncate(path, left)
        with pytest.raises(FileError, match="changed while it was read; run the command again"):
            run.read()


def test_what_is_added_to_a_file_while_it_is_read_is_left_alone(tmp_path):
    path = tmp_path / "events.csv"
    path.write_bytes(b"patient_id,date,cpt\n" + 3 * b"P1,2026-04-15,72141\n")
    with open_events(path) as file, Spill() as waiting:
        run = FiledAudit(Audit(CURRENT, GracePolicy()), file, waiting)
        with path.open("ab") as more:
            more.write(b"P2,2026-04-15,72141\n")
        run.read()
        found = as_rows(b"".join(run.csv(Piece.text)))
    assert [row["patient_id"] for row in found] == ["P1"] * 3
