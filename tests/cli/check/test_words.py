"""`vigil check`: studies, primary sites and diseases in words and codes, read where certain and else refused."""

from __future__ import annotations

import pytest
from support.checks import CERVICAL, OSTEOSARCOMA, Run

STUDIES = [
    ("MR cervical spine w/wo contrast", "MRI cervical_spine"),
    ("c-spine MRI", "MRI cervical_spine"),
    ("MRI head", "MRI brain"),
    ("CT chest abdomen pelvis", "CT chest|abdomen|pelvis"),
    ("PET/CT whole body", "PET/CT whole_body"),
    ("MRI left leg", "MRI lower_extremity"),
    ("72156-26", "72156"),
    ("72156 TC", "72156"),
    ("0649T-26 cervical_spine", "0649T cervical_spine"),
    ("CPT 72156", "72156"),
    ("72156 MRI c-spine w/wo contrast", "72156"),
    ("0649T c spine", "0649T cervical_spine"),
]


@pytest.mark.parametrize(("words", "read"), STUDIES)
def test_a_study_in_words_is_decided_as_its_name_is_and_said(check: Run, words: str, read: str) -> None:
    day = ("--date", "2026-04-15", *OSTEOSARCOMA)
    by_name, by_words = check("--study", read, *day), check("--study", words, *day)
    assert by_name.err == ""
    assert by_words == by_name._replace(err=f"vigil: '{words}' is read as {read}\n")


@pytest.mark.parametrize("study", ["MRI cervical_spine", "mri CERVICAL_SPINE | brain", "72141", "72141 cervical_spine"])
def test_names_and_codes_are_read_without_a_word(check: Run, study: str) -> None:
    assert check("--study", study, "--date", "2026-04-15", *OSTEOSARCOMA).err == ""


DOUBTFUL_STUDIES = [
    ("MRI spine", "unknown region 'spine'"),
    ("limited MRI cervical spine", "unknown modality 'limited'"),
    ("no MRI cervical spine", "unknown modality 'no'"),
    ("MRI-guided biopsy cervical spine", "unknown modality 'MRI-guided'"),
    ("CTA neck", "unknown modality 'CTA'"),
    ("PET chest", "unknown modality 'PET'"),
    ("MRI brain and orbits", "'MRI brain and orbits' names orbits, of which the guideline has no region; leave it out"),
    ("72156, 72157", "'72156, 72157' holds several codes; give each study by itself"),
    ("72156-52", "has the modifier 52 (a reduced service); give the code alone if the study is whole"),
    ("72156 MRI brain", "'72156 MRI brain' names another study in words than by the code 72156; give one of them"),
    ("72156 CT cervical spine", "names another study in words than by the code 72156"),
    ("72156 lower limit", "unknown region 'lower limit'"),
    ("72156-99X", "unknown CPT code '72156-99X'"),
]


@pytest.mark.parametrize(("words", "said"), DOUBTFUL_STUDIES)
def test_a_study_that_is_not_certain_is_never_guessed(check: Run, words: str, said: str) -> None:
    outcome = check("--study", words, "--date", "2026-04-15")
    assert (outcome.exit_code, outcome.out) == (2, "")
    assert f"vigil: --study: {said}" in outcome.err or said in outcome.err
    assert outcome.err.count("\n") == 1


def test_an_earlier_study_and_one_beside_are_read_from_words_too(check: Run) -> None:
    request = (*CERVICAL, "--date", "2022-07-15", *OSTEOSARCOMA, "--format", "json")
    named = check(*request, "--prior", "2022-04-15 MRI cervical_spine scheduled", "--also", "CT cervical_spine")
    told = check(*request, "--prior", "2022-04-15 c-spine MRI scheduled", "--also", "CT cervical spine w/o contrast")
    assert told.object == named.object
    assert told.err.splitlines() == [
        "vigil: 'c-spine MRI' is read as MRI cervical_spine",
        "vigil: 'CT cervical spine w/o contrast' is read as CT cervical_spine",
    ]


@pytest.mark.parametrize(
    ("words", "region"),
    [("right lower leg", "lower_extremity"), ("C5", "cervical_spine"), ("brain stem", "brain"), ("lung", "chest")],
)
def test_a_primary_site_in_words_is_read_and_said(check: Run, words: str, region: str) -> None:
    request = (*CERVICAL, "--date", "2026-04-15", "--protocol", "bone.osteosarcoma", "--primary-site")
    assert check(*request, words) == check(*request, region)._replace(err=f"vigil: '{words}' is read as {region}\n")


@pytest.mark.parametrize("words", ["cervical", "spinal cord", "left"])
def test_a_primary_site_that_may_lie_in_several_regions_is_refused(check: Run, words: str) -> None:
    outcome = check(*CERVICAL, "--date", "2026-04-15", "--primary-site", words)
    assert (outcome.exit_code, outcome.out) == (2, "")
    assert f"vigil: --primary-site: unknown primary site '{words}'" in outcome.err


DISEASES = [
    ("osteosarcoma", "bone.osteosarcoma"),
    ("Ewing sarcoma", "bone.ewing_sarcoma"),
    ("glioblastoma, IDH-wildtype", "cns.glioblastoma"),
    ("brain mets", "cns.brain_metastases"),
    ("C79.31", "cns.brain_metastases"),
    ("c7931", "cns.brain_metastases"),
    ("94225005", "cns.brain_metastases"),
    ("MEN1", "neuroendocrine.men1"),
]


@pytest.mark.parametrize(("words", "protocol"), DISEASES)
def test_a_disease_in_words_or_by_its_code_is_read_where_it_has_one_certain_protocol(
    check: Run, words: str, protocol: str
) -> None:
    request = (*CERVICAL, "--date", "2026-04-15", "--protocol")
    assert check(*request, words) == check(*request, protocol)._replace(err=f"vigil: '{words}' is read as {protocol}\n")


SEARCH = "'vigil protocols search' finds it"
DOUBTFUL_DISEASES = [
    # words, what they are said to be, what settles it
    ("GBM", "could be cns.glioblastoma or cns.astrocytoma.grade4", "what settles it: IDH status; give the id"),
    (
        "chondrosarcoma",
        "could be bone.chondrosarcoma.other or bone.chondrosarcoma.atypical_cartilaginous",
        "what settles it: grade; give the id",
    ),
    (
        "carcinoid",
        "could be one of 12 protocols",
        f"what settles it: primary site, grade and Ki-67, resected or not; give the id; {SEARCH}",
    ),
    (
        "history of chordoma",
        "is not certain to be bone.chordoma",
        "what settles it: whether the disease is still under surveillance; give the id",
    ),
    (
        "chordoma and osteosarcoma",
        "could be bone.chordoma or bone.osteosarcoma",
        "join several protocols by |; give the id",
    ),
    ("C40.2", "says where the disease is or was, not which it is", "what settles it: histology; give the protocol"),
]


@pytest.mark.parametrize(("words", "says", "settles"), DOUBTFUL_DISEASES)
def test_a_disease_that_is_not_certain_is_refused_with_what_settles_it(
    check: Run, words: str, says: str, settles: str
) -> None:
    outcome = check(*CERVICAL, "--date", "2026-04-15", "--protocol", words)
    said = f"vigil: --protocol: '{words}' {says}; {settles}\n"
    assert (outcome.exit_code, outcome.out, outcome.err) == (2, "", said)


@pytest.mark.parametrize("typed", ["bone.osteosarkoma", "cns.glioblastoma.grade4", "neuroendocrine.men1.brain"])
def test_a_misspelt_id_is_never_read_as_words(check: Run, typed: str) -> None:
    outcome = check(*CERVICAL, "--date", "2026-04-15", "--protocol", typed)
    assert (outcome.exit_code, outcome.out) == (2, "")
    assert f"vigil: --protocol: unknown protocol '{typed}'" in outcome.err


def test_several_diseases_may_be_joined_and_each_is_said(check: Run) -> None:
    request = ("--study", "CT chest", "--date", "2022-04-15", "--index", "treatment_end=2022-01-15", "--protocol")
    named = check(*request, "cns.ependymoma|bone.osteosarcoma")
    told = check(*request, "cns.ependymoma|osteosarcoma of the left femur")
    assert told.out == named.out
    assert told.err == (
        "vigil: 'osteosarcoma of the left femur' is read as bone.osteosarcoma"
        " (the site is not taken from it; give it too: lower_extremity)\n"
    )


def test_coming_windows_take_words_too(vigil: Run) -> None:
    named = vigil(
        "windows", "--protocol", "bone.osteosarcoma", "--index", "treatment_end=2026-01-15", "--as-of", "2026-05-01",
        "--primary-site", "cervical_spine", "--prior", "2026-04-20 MRI cervical_spine",
    )  # fmt: skip
    told = vigil(
        "windows", "--protocol", "osteosarcoma", "--index", "treatment_end=2026-01-15", "--as-of", "2026-05-01",
        "--primary-site", "C4", "--prior", "2026-04-20 c-spine MRI",
    )  # fmt: skip
    assert (told.exit_code, told.out) == (0, named.out)
    assert told.err.splitlines() == [
        "vigil: 'osteosarcoma' is read as bone.osteosarcoma",
        "vigil: 'C4' is read as cervical_spine",
        "vigil: 'c-spine MRI' is read as MRI cervical_spine",
    ]
