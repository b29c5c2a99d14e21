"""Diagnoses in words: where they lead, and where they must not."""

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.intake.vocabulary.candidates import CandidateGrade
from spine_vigil.scheduler.intake.vocabulary.disease_words import candidates_of_words

CERTAIN = [
    ("Osteosarcoma of tibia", "bone.osteosarcoma", "lower_extremity"),
    ("Osteosarcoma, NED", "bone.osteosarcoma", None),
    ("Ewing sarcoma, pelvis", "bone.ewing_sarcoma", "pelvis"),
    ("Ewing's sarcoma of left femur", "bone.ewing_sarcoma", "lower_extremity"),
    ("Chordoma, clivus/cervical", "bone.chordoma", None),
    ("Chondrosarcoma grade 2, femur", "bone.chondrosarcoma.other", "lower_extremity"),
    ("dedifferentiated chondrosarcoma of femur", "bone.chondrosarcoma.dedifferentiated", "lower_extremity"),
    ("atypical cartilaginous tumour", "bone.chondrosarcoma.atypical_cartilaginous", None),
    ("Giant cell tumor of bone", "bone.giant_cell_tumor", None),
    ("Giant cell tumor distal radius", "bone.giant_cell_tumor", "upper_extremity"),
    ("glioblastoma IDH wt", "cns.glioblastoma", None),
    ("GBM, IDH-wildtype", "cns.glioblastoma", None),
    ("Glioblastoma, no IDH mutation", "cns.glioblastoma", None),
    ("GBM, IDH1 mutated", "cns.astrocytoma.grade4", None),
    ("astrocytoma grade 4 IDH mutant", "cns.astrocytoma.grade4", None),
    ("Astrocytoma, IDH-mutant, WHO grade II, radiation and chemotherapy", "cns.astrocytoma.grade2.rt_and_chemo", None),
    ("Anaplastic astrocytoma IDH mut RT alone", "cns.astrocytoma.grade3.rt_or_chemo", None),
    ("Astrocytoma gr 2 IDH mut s/p RT + TMZ, recurrent", "cns.astrocytoma.recurrent", None),
    ("oligo gr 2 1p19q codel s/p RT+chemo", "cns.oligodendroglioma.grade2.rt_and_chemo", None),
    ("Oligodendroglioma grade II, GTR only", "cns.oligodendroglioma.grade2.gross_total_resection", None),
    ("recurrent oligodendroglioma", "cns.oligodendroglioma.recurrent", None),
    ("brain mets", "cns.brain_metastases", None),
    ("Brain metastases (lung primary)", "cns.brain_metastases", None),
    ("Metastatic lung cancer to the brain", "cns.brain_metastases", None),
    ("LMD", "cns.leptomeningeal_metastases", None),
    ("Medulloblastoma", "cns.medulloblastoma", None),
    ("PCNSL", "cns.primary_cns_lymphoma", None),
    ("Ependymoma spinal", "cns.ependymoma", None),
    ("Pancreatic NET G1 resected", "neuroendocrine.pancreas_resected", "abdomen"),
    ("Ileal NET grade 2, s/p resection", "neuroendocrine.gi_thymus_resected", "abdomen"),
    ("Ileal NET grade 2, unresectable", "neuroendocrine.grade1_2_unresected", "abdomen"),
    ("Carcinoid syndrome", "neuroendocrine.carcinoid_syndrome", None),
    ("DIPNECH", "neuroendocrine.lung_nodules", None),
    ("Pheochromocytoma resected", "neuroendocrine.pheochromocytoma.resected", None),
    ("Metastatic pheochromocytoma", "neuroendocrine.pheochromocytoma.unresectable", None),
    ("MEN 1", "neuroendocrine.men1", None),
    ("MEN2A", "neuroendocrine.hereditary.men2", None),
    ("CUP", "occult_primary", None),
    ("Cancer of unknown primary", "occult_primary", None),
]
BRANCHES = [
    ("GBM", ("cns.glioblastoma", "cns.astrocytoma.grade4"), ("IDH status",)),
    ("Giant cell tumor", ("bone.giant_cell_tumor",), ("of bone or of a tendon sheath",)),
    (
        "chondrosarcoma",
        ("bone.chondrosarcoma.other", "bone.chondrosarcoma.atypical_cartilaginous"),
        ("grade",),
    ),
    (
        "Malignant giant cell tumor of bone",
        ("bone.giant_cell_tumor", "bone.other"),
        ("malignant from the start or later",),
    ),
    ("extraskeletal osteosarcoma", ("bone.osteosarcoma", "bone.other"), ("of bone or extraskeletal",)),
    ("CNS lymphoma", ("cns.primary_cns_lymphoma",), ("whether the lymphoma began in the central nervous system",)),
    (
        "Oligodendroglioma gr 3",
        (
            "cns.oligodendroglioma.grade3.rt_and_chemo",
            "cns.oligodendroglioma.grade3.rt_or_chemo",
            "cns.oligodendroglioma.recurrent",
        ),
        ("therapy", "recurrent or not"),
    ),
    (
        "Oligodendroglioma gr 3 after radiation",
        ("cns.oligodendroglioma.grade3.rt_or_chemo", "cns.oligodendroglioma.grade3.rt_and_chemo"),
        ("radiation, chemotherapy or both",),
    ),
    (
        "Pheochromocytoma",
        ("neuroendocrine.pheochromocytoma.resected", "neuroendocrine.pheochromocytoma.unresectable"),
        ("resected or not", "metastatic or not"),
    ),
    (
        "Adrenocortical carcinoma, no metastases",
        ("neuroendocrine.adrenal.localized", "neuroendocrine.adrenal.advanced"),
        ("stage", "resectable or not"),
    ),
    ("rule out osteosarcoma", ("bone.osteosarcoma",), ("whether the diagnosis is confirmed",)),
    ("?chordoma", ("bone.chordoma",), ("whether the diagnosis is confirmed",)),
    ("Brain metastases?", ("cns.brain_metastases",), ("whether the diagnosis is confirmed",)),
    ("suspected brain metastases", ("cns.brain_metastases",), ("whether the diagnosis is confirmed",)),
    ("Osteosarcoma, no recurrence", ("bone.osteosarcoma",), ("whether the diagnosis is confirmed",)),
    ("Osteosarcoma frobnicated", ("bone.osteosarcoma",), ("what the other words mean",)),
    (
        "Pheochromocytoma, unresectable, later resected",
        ("neuroendocrine.pheochromocytoma.resected",),
        ("what the other words mean", "which of several situations it is"),
    ),
]


@pytest.mark.parametrize(("text", "protocol", "site"), CERTAIN)
def test_words_of_one_disease_situation_are_certain(text, protocol, site):
    (candidate,) = candidates_of_words(text)
    assert (candidate.grade, candidate.protocols) == (CandidateGrade.CERTAIN, (protocol,))
    assert (candidate.settles, candidate.site) == ((), site)


@pytest.mark.parametrize("protocol", CURRENT.protocols, ids=lambda protocol: protocol.id)
def test_the_title_of_a_protocol_is_certain(protocol):
    (candidate,) = candidates_of_words(protocol.title.upper())
    assert (candidate.grade, candidate.protocols) == (CandidateGrade.CERTAIN, (protocol.id,))


@pytest.mark.parametrize(("text", "protocols", "settles"), BRANCHES)
def test_what_is_open_or_doubtful_is_a_branch(text, protocols, settles):
    candidate = candidates_of_words(text)[0]
    assert (candidate.grade, candidate.protocols) == (CandidateGrade.BRANCH, protocols)
    assert candidate.settles == settles


@pytest.mark.parametrize("text", ["history of osteosarcoma", "Hx of osteosarcoma", "Z.n. Osteosarkom"])
def test_a_disease_of_the_past_is_history(text):
    (candidate,) = candidates_of_words(text)
    assert (candidate.grade, candidate.protocols) == (CandidateGrade.HISTORY, ("bone.osteosarcoma",))
    assert candidate.settles == ("whether the disease is still under surveillance",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hypertension",
        "Breast cancer",
        "Neck pain",
        "no evidence of glioblastoma",
        "No brain mets",
        "C40.21",
        "tumor",
        "family history of Lynch syndrome",
        "Mother with osteosarcoma",
        "malignant neoplasm NEC",
        "denies history of GBM",
        "Tenosynovial giant cell tumor",
    ],
)
def test_other_diseases_denied_ones_and_those_of_relatives_lead_nowhere(text):
    assert candidates_of_words(text) == ()


def test_two_diseases_are_two_candidates():
    candidates = candidates_of_words("Carcinoid syndrome, small bowel NET")
    assert [candidate.grade for candidate in candidates] == [CandidateGrade.CERTAIN, CandidateGrade.BRANCH]
    assert candidates[0].protocols == ("neuroendocrine.carcinoid_syndrome",)
    assert candidates[1].protocols[0] == "neuroendocrine.gi_thymus_resected"


def test_either_of_two_diseases_is_certain_in_neither():
    candidates = candidates_of_words("osteosarcoma vs Ewing")
    assert [candidate.protocols for candidate in candidates] == [("bone.ewing_sarcoma",), ("bone.osteosarcoma",)]
    assert {candidate.grade for candidate in candidates} == {CandidateGrade.BRANCH}


@pytest.mark.parametrize("text", ["DIPG", "Pilocytic astrocytoma", "Astrocytoma grade I"])
def test_a_glioma_that_the_edition_does_not_name_leads_to_no_protocol(text):
    (candidate,) = candidates_of_words(text)
    assert (candidate.grade, candidate.family, candidate.protocols) == (CandidateGrade.SITE_ONLY, "cns", ())
