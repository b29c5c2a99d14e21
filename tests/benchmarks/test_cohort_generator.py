"""The cohorts of the benchmarks: the same bytes for a seed, of any length, with the slips that they promise."""

from collections import Counter
from hashlib import sha256
from zlib import crc32

import polars as pl
import pytest
from cohort import drawn, write_cohort
from practice import EVENTS, SIDES, weighted

from spine_vigil.protocols import CURRENT

GOLDEN = 0x9E3779B97F4A7C15
SLIPS = {"2022-02-30", "03/04/2021", "n/a", "bone.osteosarkoma", "c-spine", "done", "maybe", "2021-13-01", "0204-01-01"}


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    path = tmp_path_factory.mktemp("cohort") / "events.csv"
    write_cohort(path, 20_000)
    return path


def test_a_seed_gives_the_same_bytes_on_any_machine(tmp_path):
    """The digest changes with the edition and with practice.py, and with nothing else."""
    write_cohort(tmp_path / "events.csv", 1_000, seed=1)
    digest = sha256((tmp_path / "events.csv").read_bytes()).hexdigest()
    assert digest == "34ea08e4688e8f47cb1d8c80b59733cf1d3ba269b7344cc6c5792ce38170264d"


def test_bits_are_those_of_splitmix64():
    """The first numbers that its reference implementation gives for the state 1234567, at which the stream is set."""
    first = 6457827717110365317
    state = (crc32(b"") * GOLDEN + 0) % 2**64  # no name and no seed: the state is the number times the golden ratio
    assert state == 0
    step = 1234567 * pow(GOLDEN, -1, 2**64) + 1  # how often that state lies behind 0, and the step before drawing
    bits = pl.select(drawn("", 0, pl.lit(step % 2**64, dtype=pl.UInt64))).item()
    assert bits == first


def test_another_seed_gives_another_cohort(cohort, tmp_path):
    write_cohort(tmp_path / "events.csv", 20_000, seed=2)
    assert (tmp_path / "events.csv").read_bytes() != cohort.read_bytes()


def test_a_smaller_cohort_is_the_beginning_of_a_larger_one(cohort, tmp_path):
    write_cohort(tmp_path / "events.csv", 700)
    lines = cohort.read_bytes().splitlines(keepends=True)
    assert (tmp_path / "events.csv").read_bytes() == b"".join(lines[:701])


def test_a_shuffled_cohort_holds_the_same_lines_in_another_order(cohort, tmp_path):
    write_cohort(tmp_path / "events.csv", 20_000, shuffled=True)
    ordered, shuffled = (path.read_text("utf-8").splitlines() for path in (cohort, tmp_path / "events.csv"))
    assert shuffled[0] == ordered[0]
    assert Counter(shuffled) == Counter(ordered)
    assert shuffled[1:100] != ordered[1:100]
    assert [path.name for path in tmp_path.iterdir()] == ["events.csv"]


def test_a_patient_has_eight_events_in_the_mean(cohort):
    events = pl.read_csv(cohort, infer_schema=False).drop_nulls("patient_id").group_by("patient_id").len()["len"]
    assert 7.5 < events.mean() < 8.5
    assert events.n_unique() > 10
    assert 7.9 < EVENTS.mean() < 8.1


def test_a_row_has_some_156_bytes(cohort):
    assert 150 < cohort.stat().st_size / 20_000 < 160


def test_half_a_percent_of_the_rows_have_a_slip_of_one_of_many_kinds(cohort):
    rows = pl.read_csv(cohort, infer_schema=False)
    cells = [{cell for cell in row if cell in SLIPS} for row in rows.iter_rows()]
    slipped = sum(map(bool, cells)) + rows["patient_id"].null_count() + rows["date"].null_count()
    assert 60 < slipped < 140
    assert set().union(*cells) == SLIPS


def test_every_fact_asked_for_is_filled_in_every_row(tmp_path):
    write_cohort(tmp_path / "events.csv", 500, CURRENT.facts)
    rows = pl.read_csv(tmp_path / "events.csv", infer_schema=False)
    names = [fact.name for fact in CURRENT.facts if fact.name not in rows.columns[:23]]
    assert len(names) == len(CURRENT.facts) - 5  # five stand in every cohort, filled now and then
    assert sum(rows.select(names).null_count().row(0)) == 0


def test_choices_come_up_as_often_as_their_weights_say():
    assert weighted({"rare": 1, "common": 3}, pl.String()).value_counts().sort("count").rows() == [
        ("rare", SIDES // 4),
        ("common", 3 * SIDES // 4),
    ]
