"""Patients whose ids have one key: every answer is the same as with a key each."""

from datetime import date
from io import BytesIO

import numpy as np
import polars as pl
import pytest
from support.awkward_cohorts import COHORTS, awkward_cohort
from support.block_sizes import WHOLE, Sizes, as_csv, as_parquet, as_rows, audited, blocks_of
from support.due import due_of_file

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit
from spine_vigil.scheduler.cohort.decoding import patient_keys
from spine_vigil.scheduler.cohort.due.rules import DueRules
from spine_vigil.scheduler.cohort.events import csv_file
from spine_vigil.scheduler.cohort.events.opening import open_stream
from spine_vigil.scheduler.cohort.events.patients_file import read_patients
from spine_vigil.scheduler.cohort.pieces import Piece
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.rules.grace import GracePolicy

SMALL = Sizes(block_bytes=700, block_rows=9, rows_at_once=5, workers=2)
SIZES = [pytest.param(WHOLE, id="one block"), pytest.param(SMALL, id="small blocks", marks=pytest.mark.slow)]


@pytest.fixture(params=[0, 3], ids=["one key for all", "eight keys"])
def collide(request):
    """Run an action as usual and with keys of few bits; return both results."""

    def few_bits(hashes):
        return hashes & np.uint64((1 << request.param) - 1)

    def run(action):
        usual = action()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(patient_keys, "spread", few_bits)
            keys = patient_keys.patient_keys(pl.Series([f"P{n}" for n in range(100)])).key
            assert len(set(keys.tolist())) == 1 << request.param
            return usual, action()

    return run


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("write", [as_csv, as_parquet], ids=["CSV", "Parquet"])
@pytest.mark.parametrize("kind", COHORTS)
def test_an_audit_tells_patients_of_one_key_apart(collide, kind, write, sizes):
    rows = awkward_cohort(kind, 2, patients=20)
    assert len({row["patient_id"] for row in rows}) > 5
    usual, colliding = collide(lambda: audited(write(rows), sizes))
    assert colliding == usual


def test_an_audit_by_compiled_loops_tells_patients_of_one_key_apart(collide, monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setattr(csv_file, "COMPILED_BYTES", 0)
    data = as_csv(awkward_cohort("of the edition", 2, patients=20))
    usual, colliding = collide(lambda: audited(data, SMALL))
    assert colliding == usual


def test_a_study_of_another_patient_with_the_same_key_is_no_history(collide):
    request = {"protocol": "bone.osteosarcoma", "modality": "MRI", "region": "cervical_spine", "date": "2026-07-10"}
    request |= {"patient_id": "P1", "treatment_end_date": "2026-01-15", "primary_site": "cervical_spine"}
    done = {"date": "2026-04-20", "status": "performed"}
    rows = [request | done | {"patient_id": "P2"}, request, request | done | {"patient_id": "P3"}]
    for result in collide(lambda: audited(as_csv(rows))[0]):
        assert as_rows(result)[1]["reason"] == "overdue"


@pytest.mark.parametrize("sizes", SIZES)
def test_the_list_of_what_is_due_tells_patients_of_one_key_apart(collide, sizes):
    rows = awkward_cohort("of the edition", 12, patients=30)
    for row in rows[::4]:
        row["status"] = "scheduled"
    rules = DueRules(CURRENT, GracePolicy(), date(2022, 6, 1))

    def due():
        out, run = due_of_file(as_csv(rows), rules, sizes)
        return out, run.patients, run.without_protocol

    usual, colliding = collide(due)
    assert colliding == usual
    assert usual[1] > 5


def test_a_patients_file_tells_patients_of_one_key_apart(collide, tmp_path):
    rows = awkward_cohort("of the edition", 2, patients=20)
    for row in rows:
        row["primary_site"] = ""
    patients = tmp_path / "patients.csv"
    sites = ("pelvis", "brain", "chest")
    lines = [f"P{n},{sites[n % 3]}" for n in range(0, 20, 2)]
    patients.write_text("\n".join(["patient_id,primary_site", *lines]) + "\n")

    def filled():
        known = read_patients(patients, CURRENT)
        with open_stream(BytesIO(as_csv(rows)), "events") as file, blocks_of(SMALL), Spill() as waiting:
            run = FiledAudit(Audit(CURRENT, GracePolicy()), file, waiting, patients=known)
            run.read()
            return b"".join(run.csv(Piece.text)), run.met

    usual, colliding = collide(filled)
    assert colliding == usual
