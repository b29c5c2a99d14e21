"""Indications, contraindications and combinations against a transcription of their criteria."""

from collections import Counter

import pytest
from support.tables import read_table

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.vocabulary import MRI, PET_MRI, Indication, UnderProtocol
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
from spine_vigil.scheduler.rules.studies import REGIONS

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
    return written_leaf(criterion)


def written_leaf(criterion):
    match criterion:
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
        case UnderProtocol():
            return "a course under any protocol"
    raise AssertionError(criterion)


def transcribed():
    """Return the rules, and the other readings of each behind it, in the notation of the table."""
    for rule in RULES:
        raised = rule.raised_by() if isinstance(rule, Indication) else ()
        hinted = rule.hinted_by() if isinstance(rule, Indication) else ()
        yield {
            "rule": rule.name,
            "section": rule.cite.section,
            "reading": "",
            "leads": "; ".join(map(written, raised)) or getattr(rule, "lead", None) or "",
            "hints": "; ".join(map(written, hinted)),
            "criterion": written(rule.criterion),
            "asks_with": getattr(rule, "asks_with", None) or "",
        }
        for other in getattr(rule, "others", ()):
            yield dict.fromkeys(("leads", "hints", "asks_with"), "") | {
                "rule": rule.name,
                "section": rule.cite.section,
                "reading": other.name,
                "criterion": written(other.criterion),
            }


@pytest.mark.parametrize(
    ("found", "row"),
    list(zip(transcribed(), TABLE, strict=True)),
    ids=[f"{row['rule']} {row['reading']}".strip() for row in TABLE],
)
def test_a_criterion_says_what_the_guideline_says(found, row):
    assert found == row


def test_an_indication_with_other_readings_says_which_one_is_taken():
    assert {i.name: i.reading for i in CURRENT.indications if i.reading} == {
        "tumor_imaging_inconclusive": "Imaging of any region counts",
        "rheumatoid_arthritis": "The X-ray comes before symptoms of instability count",
        "spondyloarthropathy": "A clearly abnormal X-ray needs no MRI",
        "multiple_sclerosis": "A brain MRI that is suspicious counts whenever it was done",
        "trauma_rule": (
            "An initial CT is how the evaluation begins, no reason of its own; else the two lines that ask for a"
            " negative CT would be empty"
        ),
    }


def test_a_fact_is_implied_by_those_that_are_kinds_of_it():
    assert {implied.fact: implied.by for implied in CURRENT.implied} == {
        "neck_pain": ("neck_pain_new", "neck_pain_worsening", "neck_pain_isolated"),
        "scoliosis": ("scoliosis_atypical_curve", "scoliosis_neuro_deficit"),
        "brachial_plexopathy": ("plexus_injury_includes_cervical_spine",),
        "spinal_infection_suspected_or_known": ("prior_infection_imaging_abnormal_or_inconclusive",),
        "ms_suspected_or_known": ("brain_mri_suspicious_for_ms", "ms_treatment_response"),
        "myelopathy_suspected": ("myelopathy_progressing",),
        "syrinx_suspected_or_known": ("prior_syrinx_imaging_abnormal",),
    }


def implying(fact, site, *, against=False):
    """Return the protocols whose course implies a fact with this primary site; `against` a documented false."""
    return {
        protocol.id
        for protocol in CURRENT.protocols
        for rule in CURRENT.implied_by_course
        if rule.fact == fact and rule.is_implied(protocol.id, site) and (rule.overrides or not against)
    }


ALL = {protocol.id for protocol in CURRENT.protocols}
HEREDITARY = {id_ for id_ in ALL if id_.startswith("neuroendocrine.hereditary.")}
IN_THE_SPINE = {"cns.primary_spinal_cord_tumor", "cns.vertebral_metastases", "cns.leptomeningeal_metastases"}
NOT_MALIGNANT = {
    "bone.giant_cell_tumor", "bone.chondrosarcoma.atypical_cartilaginous", "cns.meningioma", "neuroendocrine.men1",
    "neuroendocrine.men1.lung_thymus", "neuroendocrine.men1.pancreas", "neuroendocrine.men1.parathyroid",
    "neuroendocrine.men1.pituitary", "neuroendocrine.appendix_small", "neuroendocrine.lung_nodules",
    "neuroendocrine.pheochromocytoma.resected",
}  # fmt: skip


@pytest.mark.parametrize("site", ["cervical_spine", "thoracic_spine", "lumbar_spine", "total_spine"])
def test_a_course_with_its_primary_site_in_the_spine_implies_a_spinal_tumor(site):
    assert implying("spinal_tumor_known", REGIONS[site]) == ALL - HEREDITARY - {"occult_primary"}
    assert implying("spinal_tumor_known", REGIONS[site], against=True) == IN_THE_SPINE


@pytest.mark.parametrize("site", [None, REGIONS["sacrum"], REGIONS["pelvis"], REGIONS["whole_body"]])
def test_a_course_elsewhere_implies_a_spinal_tumor_where_the_disease_is_in_the_spine(site):
    assert implying("spinal_tumor_known", site) == IN_THE_SPINE


def test_a_course_of_a_cancer_implies_a_malignancy_even_against_a_documented_false():
    assert len(HEREDITARY) == 8
    malignant = ALL - HEREDITARY - NOT_MALIGNANT
    assert implying("known_malignancy", None) == implying("known_malignancy", None, against=True) == malignant


def test_the_edition_holds_24_indications_3_contraindications_and_2_combinations():
    assert [len(CURRENT.indications), len(CURRENT.contraindications), len(CURRENT.combinations)] == [24, 3, 2]


def test_contraindications_concern_mri_and_pet_mri():
    assert {c.modalities for c in CURRENT.contraindications} == {frozenset({MRI, PET_MRI})}


def test_the_dictionary_holds_98_facts_of_three_kinds():
    assert Counter(fact.kind for fact in CURRENT.facts) == {FactKind.BOOLEAN: 88, FactKind.DATE: 6, FactKind.NUMBER: 4}


def test_the_standing_diagnoses_and_the_dates_of_what_was_done_belong_to_the_patient():
    """Symptoms, their dates, examinations, tests, the course of care, judgments and plans belong to one event."""
    assert {fact.name for fact in CURRENT.facts if fact.level is Level.PATIENT} == {
        "birth_date", "cervical_spine_surgery_date", "intravascular_stent_date", "scoliosis_onset_age", "high_grade",
        "carcinoid_heart_disease", "chiari_on_imaging", "spinal_tumor_known", "known_malignancy",
        "atlantoaxial_disorder_known", "neuroinflammatory_condition_suspected_or_known", "rheumatoid_arthritis",
        "spondyloarthropathy_suspected_or_known", "ms_suspected_or_known", "pediatric_demyelinating_disease",
        "scoliosis", "scoliosis_atypical_curve", "syrinx_suspected_or_known", "syrinx_predisposing_condition",
        "tethered_cord_suspected_or_known", "spinal_abnormality_known", "implanted_device", "device_mri_conditional",
    }  # fmt: skip


def test_every_fact_is_asked_for_by_some_rule():
    asked = {name for _, schedule in CURRENT.schedules() for name in schedule.facts()}
    asked |= {name for rule in RULES for name in rule.criterion.facts()}
    asked |= {name for indication in CURRENT.indications for name in indication.facts()}
    asked |= {name for c in CURRENT.combinations if c.only_if for name in c.only_if.facts()}
    assert {fact.name for fact in CURRENT.facts} == asked


ADVICE = [
    # indication, advice, whom it fits, the fact that must not be documented
    ("neck_pain", "Conservative care is not needed before imaging where a child has a red flag.", "age <= 21", None),
    (
        "neck_pain",
        "An EMG is not recommended to find the cause of axial pain (MRI 1).",
        "",
        "radiculopathy_on_emg_or_ncs",
    ),
    ("tumor_imaging_inconclusive", "X-rays are needed at the initial diagnosis of cancer only.", "", None),
    ("spinal_tumor_symptomatic", "X-rays are needed at the initial diagnosis of cancer only.", "", None),
    ("myelopathy", "Conservative care is not needed before imaging.", "", None),
]


def test_advice_stands_where_the_guideline_gives_it_and_says_whom_it_fits():
    """The red flags are those of a child; on the EMG there is advice where none is documented."""
    given = [
        (i.name, advice.text, written(advice.fits) if advice.fits else "", advice.unless)
        for i in CURRENT.indications
        for advice in i.advice
    ]
    assert given == ADVICE


def test_a_contraindication_is_to_be_cleared_with_mr_safety():
    assert {c.advice for c in CURRENT.contraindications} == {"Clear it with MR safety before the study takes place."}


PAYER = "The payer's text "
CAUTIONS = [
    # rule, what is said after PAYER, source
    (
        "bone.chordoma/primary_site",
        "images the primary site for symptoms alone; specialist guidance follows the treated site on a schedule",
        "Chordoma Foundation: follow-up after treatment",
    ),
    (
        "bone.chondrosarcoma.other/primary_site",
        "images the primary site for symptoms alone; specialists follow it as clinically indicated",
        "public restatements of NCCN Bone Cancer",
    ),
    (
        "bone.giant_cell_tumor/primary_site",
        "images the surgical site for symptoms alone; specialists follow it as clinically indicated",
        "public restatements of NCCN Bone Cancer",
    ),
    (
        "cns.medulloblastoma/brain",
        "names the brain alone and two years; specialists image the spine too, and the brain longer",
        "BMJ Best Practice: Medulloblastoma",
    ),
    (
        "cns.glioblastoma/postoperative",
        "asks for 48 hours; European guidance allows up to 72 hours in places",
        "EANO and NICE guidance on brain tumours",
    ),
    (
        "cns.astrocytoma",
        "has no clause on symptoms; imaging for new symptoms between the timed studies is usual",
        "Jo et al. 2022, on surveillance of gliomas",
    ),
    (
        "cns.oligodendroglioma",
        "has no clause on symptoms; imaging for new symptoms between the timed studies is usual",
        "Jo et al. 2022, on surveillance of gliomas",
    ),
    (
        "neuroendocrine.rectal_small/rectum",
        "asks for MRI at 6 and 12 months; others ask once at 6 to 12 months, by MRI or endoscopic ultrasound",
        "public restatements of NCCN Neuroendocrine and Adrenal Tumors",
    ),
    (
        "neuroendocrine.thymus_resected/abdomen_pelvis",
        "times abdominal imaging for the thymus; others leave it to clinical indication",
        "public restatements of NCCN Neuroendocrine and Adrenal Tumors",
    ),
    (
        "neuroendocrine.men1",
        (
            "lists MEN1 under Grade 3 tumors and with longer intervals than specialists use (chest every 1 to 2 "
            "years, pancreas yearly, pituitary every 3 years)"
        ),
        "reviews of MEN1 surveillance (PMC6584804)",
    ),
    (
        "neuroendocrine.pheochromocytoma.resected",
        "speaks of imaging alone; specialists time examination and metanephrines, and consider imaging",
        "public restatements of NCCN Neuroendocrine and Adrenal Tumors; BMJ Best Practice",
    ),
    (
        "neuroendocrine.pheochromocytoma.unresectable",
        (
            "prefers MRI without contrast where a hypertensive episode is feared; nonionic CT contrast has not "
            "been seen to cause one"
        ),
        "AJR 2007;188:970",
    ),
    (
        "neuroendocrine.hereditary.paraganglioma_pheochromocytoma",
        "refers to the kidney guideline; specialists use whole-body MRI every 2 to 3 years",
        "hereditary cancer reviews 2024",
    ),
]


def test_the_cautions_say_where_specialists_publish_something_else():
    assert [(c.rule, c.says.removeprefix(PAYER), c.source) for c in CURRENT.cautions] == CAUTIONS
    assert all(c.says.startswith(PAYER) for c in CURRENT.cautions)
