"""Codes of diseases: where they lead, and where they must not."""

import pytest

from spine_vigil.scheduler.intake.vocabulary.candidates import Candidate, CandidateGrade
from spine_vigil.scheduler.intake.vocabulary.disease_codes import (
    CodeSystem,
    candidates_of_code,
    candidates_of_tumor,
    code_system,
    region_of_topography,
)

ICD, SNOMED, MARKERS = CodeSystem.ICD_10_CM, CodeSystem.SNOMED_CT, CodeSystem.BRAIN_MARKERS
GLIOBLASTOMA = ("cns.glioblastoma", "cns.astrocytoma.grade4")


def only(candidates):
    """Return the only candidate."""
    (candidate,) = candidates
    return candidate


@pytest.mark.parametrize(
    ("system", "code", "protocol"),
    [
        (ICD, "C79.31", "cns.brain_metastases"),
        (ICD, "c7931", "cns.brain_metastases"),
        (ICD, "C80.1", "occult_primary"),
        (ICD, "C80.0", "occult_primary"),
        (ICD, "C83.390", "cns.primary_cns_lymphoma"),
        (ICD, "E34.01", "neuroendocrine.carcinoid_syndrome"),
        (ICD, "E31.21", "neuroendocrine.men1"),
        (ICD, "E31.22", "neuroendocrine.hereditary.men2"),
        (ICD, "Q85.01", "neuroendocrine.hereditary.neurofibromatosis_1"),
        (ICD, "Q85.1", "neuroendocrine.hereditary.tuberous_sclerosis"),
        (SNOMED, "94225005", "cns.brain_metastases"),
        (SNOMED, "94225005.0", "cns.brain_metastases"),
        (SNOMED, "443333004", "cns.medulloblastoma"),
        (SNOMED, "35868009", "neuroendocrine.carcinoid_syndrome"),
        (MARKERS, "05", "cns.glioblastoma"),
        (MARKERS, "5", "cns.glioblastoma"),
        (MARKERS, "02", "cns.glioma.idh_wildtype_lower_grade"),
    ],
)
def test_a_code_that_is_one_disease_situation_is_certain(system, code, protocol):
    candidate = only(candidates_of_code(system, code))
    assert (candidate.grade, candidate.protocols) == (CandidateGrade.CERTAIN, (protocol,))


@pytest.mark.parametrize(
    ("code", "family", "site"),
    [
        ("C40.21", "bone", "lower_extremity"),
        ("C40.02", "bone", "upper_extremity"),
        ("C40.9", "bone", None),
        ("C41", "bone", None),
        ("C41.0", "bone", "skull"),
        ("C41.2", "bone", None),
        ("C41.4", "bone", None),
        ("C71.1", "cns", "brain"),
        ("C71.6", "cns", "brain"),
    ],
)
def test_a_code_of_a_place_is_never_a_protocol(code, family, site):
    candidate = only(candidates_of_code(ICD, code))
    assert (candidate.grade, candidate.protocols) == (CandidateGrade.SITE_ONLY, ())
    assert (candidate.family, candidate.site) == (family, site)


@pytest.mark.parametrize(
    ("code", "protocols", "settles"),
    [
        ("C79.51", ("cns.vertebral_metastases",), ("whether a vertebra is involved",)),
        ("C79.32", ("cns.leptomeningeal_metastases",), ("leptomeningeal or dural",)),
        ("C83.39", ("cns.primary_cns_lymphoma",), ("whether the lymphoma began in the central nervous system",)),
        ("C72.0", ("cns.primary_spinal_cord_tumor", "cns.ependymoma"), ("histology",)),
        ("D48.0", ("bone.chondrosarcoma.atypical_cartilaginous", "bone.giant_cell_tumor"), ("histology",)),
        (
            "C74.10",
            ("neuroendocrine.pheochromocytoma.resected", "neuroendocrine.pheochromocytoma.unresectable"),
            ("pheochromocytoma or neuroblastoma", "resected or not"),
        ),
    ],
)
def test_a_branch_says_what_settles_it(code, protocols, settles):
    candidate = only(candidates_of_code(ICD, code))
    assert (candidate.grade, candidate.protocols, candidate.settles) == (CandidateGrade.BRANCH, protocols, settles)


@pytest.mark.parametrize(("code", "first"), [("C7A.8", "pancreas_resected"), ("C7A.090", "lung_thymus_resected")])
def test_a_neuroendocrine_code_is_a_branch(code, first):
    candidate = only(candidates_of_code(ICD, code))
    assert (candidate.grade, candidate.protocols[0]) == (CandidateGrade.BRANCH, f"neuroendocrine.{first}")


@pytest.mark.parametrize(
    ("code", "family"), [("Z08", ""), ("Z85.830", "bone"), ("Z85.841", "cns"), ("Z85.060", "neuroendocrine")]
)
def test_follow_up_codes_are_history_of_a_family(code, family):
    candidate = only(candidates_of_code(ICD, code))
    assert (candidate.grade, candidate.family, candidate.protocols) == (CandidateGrade.HISTORY, family, ())


@pytest.mark.parametrize(
    ("system", "code"),
    [
        (ICD, ""),
        (ICD, "C4"),
        (ICD, "C50.911"),
        (ICD, "C34.11"),
        (ICD, "M54.2"),
        (ICD, "C80.2"),
        (ICD, "C7B.1"),
        (ICD, "94225005"),
        (ICD, "glioma"),
        (SNOMED, ""),
        (SNOMED, "C79.31"),
        (MARKERS, ""),
        (MARKERS, "88"),
    ],
)
def test_a_code_of_another_disease_leads_nowhere(system, code):
    assert candidates_of_code(system, code) == ()


@pytest.mark.parametrize(
    ("morphology", "behavior", "topography", "year", "protocol"),
    [
        ("9222", "1", "C40.2", 2022, "bone.chondrosarcoma.atypical_cartilaginous"),
        ("9222", "3", "C40.2", 2022, "bone.chondrosarcoma.other"),
        ("9220/3", "", "C414", 2022, "bone.chondrosarcoma.other"),
        ("9243", "3", "C402", None, "bone.chondrosarcoma.dedifferentiated"),
        ("9240", "3", "C402", None, "bone.chondrosarcoma.mesenchymal"),
        ("9370", "3", "C41.2", None, "bone.chordoma"),
        ("9260", "3", "C40.2", 2020, "bone.ewing_sarcoma"),
        ("9364", "3", "C40.2", 2021, "bone.ewing_sarcoma"),
        ("9250", "1", "C40.0", None, "bone.giant_cell_tumor"),
        ("91803", "", "C40.2", None, "bone.osteosarcoma"),
        ("9195", "3", "C40.2", None, "bone.osteosarcoma"),
        ("9445/3", "", "C71.1", 2024, "cns.astrocytoma.grade4"),
        ("9477", "3", "C716", None, "cns.medulloblastoma"),
        ("9680", "3", "C71.9", None, "cns.primary_cns_lymphoma"),
        ("9530", "0", "C70.0", None, "cns.meningioma"),
        ("8140", "3", "C80.9", None, "occult_primary"),
    ],
)
def test_a_tumor_that_is_one_disease_situation_is_certain(morphology, behavior, topography, year, protocol):
    candidate = only(candidates_of_tumor(morphology, behavior, topography, year))
    assert (candidate.grade, candidate.protocols) == (CandidateGrade.CERTAIN, (protocol,))


@pytest.mark.parametrize(
    ("tumor", "protocols", "question"),
    [
        (("9440", "3", "C71.1", 2024), GLIOBLASTOMA, "IDH status"),
        (("9260", "3", "C40.2", 2021), ("bone.ewing_sarcoma",), "Ewing sarcoma or a look-alike"),
        (("9364", "3", "C40.2", 2020), ("bone.ewing_sarcoma",), "Ewing sarcoma or a look-alike"),
        (("9364", "3", "C40.2", None), ("bone.ewing_sarcoma",), "year of diagnosis"),
        (("9180", "3", "C49.2", None), ("bone.osteosarcoma", "bone.other"), "of bone or extraskeletal"),
        (("9180", "3", "", None), ("bone.osteosarcoma", "bone.other"), "primary site"),
        (("9180", "", "C40.2", None), ("bone.osteosarcoma", "bone.other"), "behavior"),
        (
            ("9222", "1", "C40.2", 2021),
            ("bone.chondrosarcoma.atypical_cartilaginous", "bone.chondrosarcoma.other"),
            "grade",
        ),
    ],
)
def test_a_tumor_of_which_something_is_open_is_a_branch(tumor, protocols, question):
    candidate = only(candidates_of_tumor(*tumor))
    assert (candidate.grade, candidate.protocols) == (CandidateGrade.BRANCH, protocols)
    assert question in candidate.settles


@pytest.mark.parametrize(
    ("histology", "topography", "first", "site"),
    [
        ("8240", "C17.2", "gi_thymus_resected", "abdomen"),
        ("8240", "C18.1", "appendix_small", "abdomen"),
        ("8240", "C20.9", "rectal_small", "rectum"),
        ("8240", "C16.9", "gastric", "abdomen"),
        ("8249", "C34.1", "lung_thymus_resected", "chest"),
        ("8240", "C37.9", "thymus_resected", "chest"),
        ("8150", "C25.2", "pancreas_resected", "abdomen"),
        ("8246", "C61.9", "poorly_differentiated.unresectable", "pelvis"),
    ],
)
def test_a_neuroendocrine_tumor_branches_by_its_site(histology, topography, first, site):
    candidate = only(candidates_of_tumor(histology, "3", topography, 2024))
    assert (candidate.grade, candidate.site) == (CandidateGrade.BRANCH, site)
    assert candidate.protocols[0] == f"neuroendocrine.{first}"


@pytest.mark.parametrize(
    "tumor",
    [
        ("", "", ""),
        ("osteosarcoma", "", ""),
        ("9180", "0", "C40.2"),
        ("8041", "3", "C34.1"),
        ("8140", "3", "C34.1"),
        ("9680", "3", "C77.8"),
        ("9445", "3", "C40.2"),
        ("8500", "3", "C50.9"),
    ],
)
def test_a_tumor_of_another_disease_leads_nowhere(tumor):
    assert candidates_of_tumor(*tumor) == ()


@pytest.mark.parametrize(
    ("topography", "region"),
    [
        ("C40.2", "lower_extremity"),
        ("c400", "upper_extremity"),
        ("C71", "brain"),
        ("C20.9", "rectum"),
        ("C751", "pituitary"),
        ("C41.2", None),
        ("C41.4", None),
        ("C72.0", None),
        ("", None),
        ("C4", None),
    ],
)
def test_a_topography_lies_in_a_region(topography, region):
    assert region_of_topography(topography) == region


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("ICD-10-CM", ICD),
        ("icd10", ICD),
        ("http://hl7.org/fhir/sid/icd-10-cm", ICD),
        ("http://snomed.info/sct", SNOMED),
        ("SNOMED", SNOMED),
        ("brainMolecularMarkers", MARKERS),
        ("urn:oid:2.16.840.1.113883.6.90", ICD),
        ("urn:oid:2.16.840.1.113883.6.96", SNOMED),
        ("urn:oid:2.16.840.1.113883.6.1", None),
        ("LOINC", None),
        ("", None),
    ],
)
def test_a_system_is_known_by_its_names(name, system):
    assert code_system(name) is system


def test_a_candidate_says_where_it_comes_from():
    assert candidates_of_code(ICD, "C79.31") == (
        Candidate(("cns.brain_metastases",), CandidateGrade.CERTAIN, (), None, "ICD-10-CM FY2026", "cns"),
    )
