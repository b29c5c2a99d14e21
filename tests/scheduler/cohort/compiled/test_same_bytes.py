"""Compiled loops and polars give the same bytes of audits and due lists, in all their options."""

from datetime import date
from functools import partial
from io import BytesIO
from random import Random

import pytest
from support.awkward_cohorts import COHORTS, awkward_cohort
from support.block_sizes import WHOLE, Sizes, as_csv, as_rows, audited, blocks_of, parts_of
from support.compiled_loops import both, event, text_of
from support.due import due_of_file

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit
from spine_vigil.scheduler.cohort.due.rules import DueRules
from spine_vigil.scheduler.cohort.events.opening import open_stream
from spine_vigil.scheduler.cohort.events.patients_file import read_patients
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
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.intake.column_map import ColumnMap
from spine_vigil.scheduler.intake.profile import FileProfile, with_options
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.values import replace

pytest.importorskip("numba")


def audit_of(data, sizes=WHOLE, columns=RESULT_COLUMNS, shard=None, date_format=None, patients=None, *, readings=False):
    """Return the output of an audit as CSV, its counts, and how many of the patients have a row."""
    profile = with_options(FileProfile(), ColumnMap(), date_format)
    with open_stream(BytesIO(data), "events", profile) as file, blocks_of(sizes), Spill() as waiting:
        rules = Audit(CURRENT, GracePolicy())
        options = {"readings": readings, "columns": columns, "shard": shard, "workers": sizes.workers}
        run = FiledAudit(rules, file, waiting, patients=patients, **options)
        run.read()
        return b"".join(run.csv(Piece.text)), run.counts.summary(CURRENT, GracePolicy()), run.met


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize("kind", COHORTS)
def test_shuffled_rows(kind, seed):
    rows = awkward_cohort(kind, seed)
    data = as_csv(Random(seed).sample(rows, len(rows)))  # noqa: S311 - not for secrets
    both(partial(audited, data, Sizes(parts_of(data, 4), workers=2)), by_loops=None if seed % 2 else True)


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("columns", COLUMNS)
def test_every_choice_of_result_columns(columns):
    for seed in (0, 1):
        data = as_csv(awkward_cohort("of indications", seed))
        both(partial(audit_of, data, Sizes(parts_of(data, 12)), columns=COLUMNS[columns]), by_loops=True)


@pytest.mark.slow
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
    assert [row["contested"] for row in as_rows(audited(data, readings=True)[0])] == ["annual_ct: outside", ""]


@pytest.mark.slow
@pytest.mark.parametrize("date_format", ["%d.%m.%Y", "%m/%d/%Y"])
def test_dates_in_another_form(date_format):
    names = ("date", "treatment_end_date", "surgery_date", "diagnosis_date")
    rows = awkward_cohort("of the edition", 2)
    for row in rows:
        for name in names:
            if row.get(name, "").startswith("20") and "02-30" not in row[name]:
                row[name] = date.fromisoformat(row[name]).strftime(date_format)
    both(partial(audit_of, as_csv(rows), Sizes(500), date_format=date_format), by_loops=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1], ids=["plain", "some awkward"])
def test_a_patients_file(tmp_path, seed):
    rows = awkward_cohort("of the edition", seed, patients=20)
    for row in rows[::2]:
        row.pop("primary_site", None)
        row["high_grade"] = ""
    patients = tmp_path / "patients.csv"
    lines = ["patient_id,primary_site,high_grade,birth_date"]
    lines += [f"P{n},{'pelvis' if n % 3 else 'knee'},{('true', 'no', 'perhaps')[n % 3]},1980-02-28" for n in range(9)]
    lines += ["P2,pelvis,true,1981-02-28", "P4,brain,,"]
    patients.write_text("\n".join(lines) + "\n")

    def filled(sizes):
        return audit_of(as_csv(rows), sizes, patients=read_patients(patients, CURRENT))

    for sizes in (WHOLE, Sizes(block_bytes=700, rows_at_once=5, workers=2)):
        both(partial(filled, sizes), by_loops=True)
        both(lambda: read_patients(patients, CURRENT).problems, by_loops=True)


@pytest.mark.slow
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
