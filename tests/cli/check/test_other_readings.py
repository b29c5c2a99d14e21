"""Other readings in a check: the same ones as in an audit of the same row."""

import csv
from io import StringIO

import pytest

from spine_vigil.protocols import CURRENT

CASES = [
    # protocol, index, study, date, facts, contested, why
    ("bone.chordoma", "treatment_end=2026-01-15", "CT chest", "2026-08-01", [], {"annual_ct": "outside"}, "a schedule"),
    ("bone.chordoma", "treatment_end=2026-01-15", "CT chest", "2027-01-15", [], {}, "right by every reading"),
    (
        "",
        "",
        "MRI cervical_spine",
        "2026-08-01",
        ["obtunded=true", "ct_negative=false", "spine_unstable=false", "cord_or_root_injury_suspected=false",
         "ct_initial_done=true", "nexus_or_ccr_met=false"],
        {"initial_ct_suffices": "within"},
        "an indication that says nothing as it is read",
    ),
    ("", "", "MRI cervical_spine", "2026-08-01", ["neck_pain=true"], {}, "an indication without another reading"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("protocol", "index", "study", "day", "facts", "contested", "why"), CASES, ids=[case[-1] for case in CASES]
)
def test_a_check_finds_the_readings_that_an_audit_finds(
    vigil, tmp_path, protocol, index, study, day, facts, contested, why
):
    options = [option for fact in facts for option in ("--fact", fact)]
    options += ["--protocol", protocol, "--index", index] if protocol else []
    found = vigil("check", "--study", study, "--date", day, *options, "--format", "json").object["contested"]
    assert {other["reading"]: other["decision"] for other in found} == contested, why

    modality, region = study.split()
    cells = {"patient_id": "P1", "protocol": protocol, "modality": modality, "region": region, "date": day}
    cells |= dict(fact.split("=") for fact in facts)
    if index:
        kind, of_index = index.split("=")
        cells[f"{kind}_date"] = of_index
    text = StringIO()
    csv.writer(text).writerows([cells, cells.values()])
    (tmp_path / "events.csv").write_text(text.getvalue(), encoding="utf-8")
    audited = vigil("audit", tmp_path / "events.csv", "-o", "-", "--readings", "all", "--columns", "decision")
    (row,) = csv.DictReader(StringIO(audited.out))
    assert row["contested"] == ";".join(f"{name}: {decision}" for name, decision in contested.items()), why


def test_the_cases_name_readings_that_there_are():
    names = {name for _, name, _ in CURRENT.readings()}
    assert {name for case in CASES for name in case[5]} <= names


@pytest.mark.parametrize(("prior", "is_said"), [("2026-06-01", False), ("2199-01-01", True)])
def test_a_study_that_is_said_to_be_performed_in_the_future_counts_and_is_said(vigil, prior, is_said):
    options = ["--protocol", "bone.osteosarcoma", "--index", "treatment_end=2026-01-15", "--date", "2199-06-01"]
    outcome = vigil("check", "--study", "CT chest", *options, "--prior", prior)
    assert ("is said to be performed and lies in the future" in outcome.err) is is_said
