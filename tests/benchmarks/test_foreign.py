"""The foreign copy of a cohort is the same cohort: by its profile every row is decided as in vigil's own columns."""

import csv
import sys

import pytest
from cohort import write_cohort
from figures import DAY_OF_AUDIT
from foreign import NAMES, write_foreign

from spine_vigil.cli.main import main

ANSWER = ("decision", "reason", "route", "opens", "closes", "next_allowed")


def audited(folder, events, *options):
    out = folder / f"{events.stem}_out.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["vigil", "audit", str(events), "-o", str(out), "--as-of", DAY_OF_AUDIT, *options])
        with pytest.raises(SystemExit) as done:
            main()
    assert not done.value.code
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_foreign_copy_is_decided_alike(tmp_path):
    events, foreign = tmp_path / "events.csv", tmp_path / "foreign.csv"
    write_cohort(events, 4_000, seed=11)
    write_foreign(events, foreign)
    own, theirs = audited(tmp_path, events), audited(tmp_path, foreign, "--profile", str(foreign.with_suffix(".toml")))
    assert set(NAMES.values()) <= set(theirs[0])
    assert abs(foreign.stat().st_size / events.stat().st_size - 1) < 0.15
    # 03/04/2021, one of the cohort's slips, is a date to the foreign file; so its patient has a row more that is read.
    slipped = {row["patient_id"] for row in own if row["date"] == "03/04/2021"}
    pairs = zip(own, theirs, strict=True)
    alike = [(ours, other) for ours, other in pairs if ours["patient_id"] not in slipped]
    assert len(alike) > 3_900
    assert [pair for pair in alike if any(pair[0][name] != pair[1][name] for name in ANSWER)] == []
    assert {row["decision"] for row in theirs} == {"", "within", "outside", "needs_info", "refer", "invalid"}
