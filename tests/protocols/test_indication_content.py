"""Indications, contraindications and combinations against a transcription of their criteria, typed by hand."""

from collections import Counter

import pytest
from support.tables import read_table

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.vocabulary import MRI, PET_MRI
from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    All,
    Any,
    Below,
    Documented,
    Not,
    Ongoing,
    Since,
    Tried,
    UpTo,
)
from spine_vigil.scheduler.rules.facts import FactKind, Level

TABLE = read_table("indication_content")
RULES = [*CURRENT.indications, *CURRENT.contraindications, *CURRENT.combinations]
CARE = ("conservative_care_start", "conservative_care_end")


def span(length):
    return f"{length.months}mo" if length.months else f"{length.days}d"


def written(criterion):
    """Write a criterion in the notation of tests/cases/indication_content.csv."""
    match criterion:
        case All(parts):
            return f"ALL({', '.join(written(part) for part in parts)})"
        case Any(parts):
            return f"ANY({', '.join(written(part) for part in parts)})"
        case Not(part):
            return f"NOT {written(part)}"
        case Documented(fact):
            return fact
        case Below(fact, bound):
            return f"{fact} < {bound}"
        case Above(fact, bound):
            return f"{fact} > {bound}"
        case AgeAtMost(age, "birth_date"):
            return f"age <= {age}"
        case Since(fact, length, longer):
            return f"{'longer than' if longer else 'since'} {span(length)} {fact}"
        case UpTo(fact, length):
            return f"up to {span(length)} {fact}"
        case Tried(start, end, least, recent) if (start, end) == CARE:
            return f"tried {least.days // 7}wk ended {span(recent)}"
        case Ongoing(start, end) if (start, end) == CARE:
            return "ongoing"
    raise AssertionError(criterion)


def leads(rule):
    found = getattr(rule, "leads", None) or [getattr(rule, "lead", None)]
    return ", ".join(lead for lead in found if lead)


@pytest.mark.parametrize(("rule", "row"), list(zip(RULES, TABLE, strict=True)), ids=[row["rule"] for row in TABLE])
def test_a_criterion_says_what_the_guideline_says(rule, row):
    found = {
        "rule": rule.name,
        "section": rule.cite.section,
        "leads": leads(rule),
        "criterion": written(rule.criterion),
    }
    assert found == row


def test_the_edition_holds_24_indications_3_contraindications_and_2_combinations():
    assert [len(CURRENT.indications), len(CURRENT.contraindications), len(CURRENT.combinations)] == [24, 3, 2]


def test_contraindications_concern_mri_and_pet_mri():
    assert {c.modalities for c in CURRENT.contraindications} == {frozenset({MRI, PET_MRI})}


def test_the_dictionary_holds_96_facts_of_three_kinds():
    assert Counter(fact.kind for fact in CURRENT.facts) == {FactKind.BOOLEAN: 86, FactKind.DATE: 6, FactKind.NUMBER: 4}


def test_the_dates_and_the_standing_diagnoses_belong_to_the_patient():
    """Symptoms, examinations, tests, judgments and plans belong to one event."""
    assert {fact.name for fact in CURRENT.facts if fact.level is Level.PATIENT} == {
        "birth_date", "symptom_onset_date", "conservative_care_start", "conservative_care_end",
        "cervical_spine_surgery_date", "intravascular_stent_date", "scoliosis_onset_age", "high_grade",
        "carcinoid_heart_disease", "chiari_on_imaging", "spinal_tumor_known", "known_malignancy",
        "atlantoaxial_disorder_known", "neuroinflammatory_condition_suspected_or_known", "rheumatoid_arthritis",
        "spondyloarthropathy_suspected_or_known", "ms_suspected_or_known", "pediatric_demyelinating_disease",
        "scoliosis", "scoliosis_atypical_curve", "syrinx_suspected_or_known", "syrinx_predisposing_condition",
        "tethered_cord_suspected_or_known", "spinal_abnormality_known", "implanted_device", "device_mri_conditional",
    }  # fmt: skip


def test_every_fact_is_asked_for_by_some_rule():
    asked = {name for _, schedule in CURRENT.schedules() for name in schedule.facts()}
    asked |= {name for rule in RULES for name in rule.criterion.facts()}
    asked |= {name for c in CURRENT.combinations if c.only_if for name in c.only_if.facts()}
    assert {fact.name for fact in CURRENT.facts} == asked


ADVICE = {
    "radiculopathy": "An EMG is not recommended to find the cause of axial pain.",
    "neck_pain": "Conservative care is not needed before imaging where a child has a red flag.",
    "tumor_imaging_inconclusive": "X-rays are needed at the initial diagnosis of cancer only.",
    "spinal_tumor_symptomatic": "X-rays are needed at the initial diagnosis of cancer only.",
    "myelopathy": "Conservative care is not needed before imaging.",
}


def test_advice_stands_where_the_guideline_gives_it():
    assert {i.name: i.advice for i in CURRENT.indications if i.advice} == ADVICE
