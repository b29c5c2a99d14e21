"""The edition of 2024: what differs from that of 2025, and what does not."""

import csv

import pytest
from support.evaluators import EVALUATORS
from support.paths import SAMPLES

from spine_vigil.editions import edition
from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.checking.checks import edition_issues
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.values import replace

OF_2024 = edition("healthhelp-mri-cspine-2024")
BEFORE = {indication.name: indication for indication in OF_2024.indications}
AFTER = {indication.name: indication for indication in CURRENT.indications}

REMOVED_SINCE = {"limp_or_refusal_to_walk", "prior_mri_inconclusive", "trauma_nerve_root", "trauma_unexaminable"}
NOTED_SINCE = {"tumor_imaging_inconclusive", "spinal_tumor_symptomatic"}
CHANGED = {f"indication.{name}" for name in (*REMOVED_SINCE, *NOTED_SINCE, "scoliosis")}


def test_exactly_these_indications_differ():
    assert set(BEFORE) - set(AFTER) == REMOVED_SINCE
    assert set(AFTER) - set(BEFORE) == {"scoliosis"}
    assert {name for name in set(BEFORE) & set(AFTER) if BEFORE[name] != AFTER[name]} == NOTED_SINCE


@pytest.mark.parametrize("name", sorted(NOTED_SINCE))
def test_the_note_on_x_rays_is_all_that_differs_in_the_two_on_tumors(name):
    before, after = BEFORE[name], AFTER[name]
    assert [advice.text for advice in after.advice] == ["X-rays are needed at the initial diagnosis of cancer only."]
    assert before == replace(after, advice=(), cite=before.cite)
    assert str(before.cite) == f"{after.cite} of HealthHelp, reviewed 2024-11-18"


def test_nothing_but_indications_and_their_facts_differs():
    rest = {"id": CURRENT.id, "indications": CURRENT.indications, "facts": CURRENT.facts, "overlays": ()}
    assert replace(OF_2024, **rest) == CURRENT
    before, after = OF_2024.facts_by_name, CURRENT.facts_by_name
    assert set(after) <= set(before)
    assert set(before) - set(after) == {
        *("limp_or_refusal_to_walk", "prior_cervical_mri_inconclusive", "nerve_root_injury_suspected", "unexaminable"),
    }
    assert {name for name in after if before[name] != after[name]} == {"birth_date", "trauma"}  # their sections


def test_what_is_reconstructed_says_so():
    said = {name: indication.reading for name, indication in BEFORE.items() if name in REMOVED_SINCE}
    assert all(reading.startswith("The wording of 2024 is not known") for reading in said.values())
    assert {BEFORE[name].cite.of.title for name in REMOVED_SINCE} == {
        "2024 MRI Cervical Spine, reconstructed in part from the changes of 2025"
    }


def test_the_checks_find_nothing():
    assert edition_issues(OF_2024) == []


ROWS = [
    # indication, documented, in 2024, in 2025, why
    ("scoliosis", {"scoliosis": "true", "preoperative_planning": "true"}, "no_route", "criteria_met", "added in 2025"),
    ("scoliosis", {"scoliosis": "true"}, "no_route", "missing_fact", "added in 2025, and asked about"),
    ("trauma_nerve_root", {"trauma": "true", "nerve_root_injury_suspected": "true"}, "criteria_met", None, "both hold"),
    (
        "trauma_nerve_root",
        {"trauma": "false", "nerve_root_injury_suspected": "true"},
        "criteria_not_met",
        None,
        "a suspicion without trauma",
    ),
    ("trauma_nerve_root", {"nerve_root_injury_suspected": "true"}, "missing_fact", None, "trauma is not documented"),
    ("trauma_unexaminable", {"trauma": "true", "unexaminable": "true"}, "criteria_met", None, "both hold"),
    ("trauma_unexaminable", {"trauma": "false", "unexaminable": "true"}, "criteria_not_met", None, "no trauma"),
    ("trauma_unexaminable", {"unexaminable": "true"}, "missing_fact", None, "trauma is not documented"),
    (
        "limp_or_refusal_to_walk",
        {"limp_or_refusal_to_walk": "true", "birth_date": "2019-01-16"},
        "criteria_met",
        None,
        "the day before the sixth birthday",
    ),
    (
        "limp_or_refusal_to_walk",
        {"limp_or_refusal_to_walk": "true", "birth_date": "2019-01-15"},
        "criteria_not_met",
        None,
        "the sixth birthday",
    ),
    (
        "limp_or_refusal_to_walk",
        {"limp_or_refusal_to_walk": "true", "birth_date": "2019-01-14"},
        "criteria_not_met",
        None,
        "the day after",
    ),
    ("limp_or_refusal_to_walk", {"limp_or_refusal_to_walk": "true"}, "missing_fact", None, "no date of birth"),
    ("limp_or_refusal_to_walk", {"limp_or_refusal_to_walk": "false"}, "no_route", None, "nothing raises it"),
    ("prior_mri_inconclusive", {"prior_cervical_mri_inconclusive": "true"}, "criteria_met", None, "it holds"),
    ("prior_mri_inconclusive", {"prior_cervical_mri_inconclusive": "false"}, "no_route", None, "nothing raises it"),
    (
        "tumor_imaging_inconclusive",
        {"prior_tumor_imaging_abnormal_or_inconclusive": "true"},
        "criteria_met",
        "criteria_met",
        "only the note on X-rays differs",
    ),
]
"""Facts on 2025-01-15; None where the edition of 2025 does not know the fact, so that the row cannot be read."""


@pytest.mark.parametrize("decide", EVALUATORS.values(), ids=EVALUATORS)
@pytest.mark.parametrize(
    ("name", "facts", "before", "after", "why"), ROWS, ids=[f"{row[0]}: {row[-1]}" for row in ROWS]
)
def test_each_changed_rule_decides_on_both_sides(decide, name, facts, before, after, why):
    row = {"patient_id": "P1", "modality": "MRI", "region": "cervical_spine", "date": "2025-01-15", **facts}
    decided = {found.id: decide([row], found, GracePolicy())[0] for found in (OF_2024, CURRENT)}
    assert decided[OF_2024.id]["reason"] == before, why
    assert decided[OF_2024.id]["route"] == (None if before == "no_route" else f"indication.{name}")
    if after is not None:
        assert (decided[CURRENT.id]["reason"], decided[CURRENT.id]["route"]) == (after, f"indication.{name}")


@pytest.mark.parametrize("sample", ["auditor.csv", "clinic.csv"])
def test_a_row_of_a_sample_that_rests_on_no_changed_rule_is_decided_alike(sample):
    with (SAMPLES / sample).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    before, after = (EVALUATORS["columnar"](rows, found, GracePolicy()) for found in (OF_2024, CURRENT))
    others = [pair for pair in zip(before, after, strict=True) if not CHANGED & {found["route"] for found in pair}]
    assert len(others) > len(rows) * 0.9
    assert [pair for pair in others if pair[0] != pair[1]] == []


def test_the_auditors_requests_for_scoliosis_have_a_rule_only_since_2025():
    with (SAMPLES / "auditor.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["scoliosis"]]
    before, after = (EVALUATORS["columnar"](rows, found, GracePolicy()) for found in (OF_2024, CURRENT))
    assert [(found["decision"], found["reason"]) for found in before] == [("needs_info", "no_route")] * 5
    assert [(found["decision"], found["reason"], found["missing"]) for found in after] == [
        ("within", "criteria_met", None),
        ("within", "criteria_met", None),
        ("within", "criteria_met", None),
        ("outside", "criteria_not_met", None),
        ("needs_info", "missing_fact", "kyphosis_degrees"),
    ]
