"""Searching for protocols and indications: by which words each is found, in which order, and by what."""

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.values import replace
from spine_vigil.searching import search

MEN1 = [f"neuroendocrine.men1{part}" for part in (".lung_thymus", ".pancreas", ".parathyroid", ".pituitary", "")]
HEREDITARY = "neuroendocrine.hereditary"
FOUND = [
    # words, what is found, why
    ("GBM", ["cns.glioblastoma"], "an abbreviation"),
    ("gbm", ["cns.glioblastoma"], "in any case"),
    ("PCNSL", ["cns.primary_cns_lymphoma"], "an abbreviation"),
    ("CUP", ["occult_primary"], "an abbreviation of nothing in the name"),
    ("DIPNECH", ["neuroendocrine.lung_nodules"], "an abbreviation"),
    ("NF1", [f"{HEREDITARY}.neurofibromatosis_1"], "an abbreviation with a digit"),
    ("NF 1", [f"{HEREDITARY}.neurofibromatosis_1"], "and with a space"),
    ("VHL", [f"{HEREDITARY}.von_hippel_lindau"], "an abbreviation"),
    ("MEN 1", MEN1, "every part of a syndrome"),
    ("MEN-2", [f"{HEREDITARY}.men2"], "another syndrome"),
    ("men1 pancreas", ["neuroendocrine.men1.pancreas"], "two words that one has"),
    ("insulinoma", ["neuroendocrine.pancreas_resected"], "a kind of it"),
    ("osteosarcoma", ["bone.osteosarcoma"], "a word of the name"),
    ("osteosarkoma", ["bone.osteosarcoma"], "misspelt"),
    ("Bone 5", ["bone.osteosarcoma"], "a section"),
    ("MRI 9.c", ["indication.rheumatoid_arthritis"], "a section of an indication"),
    ("grade 3 surgery", ["cns.astrocytoma.grade3.surgery"], "a grade, and no section 3"),
    ("astrocytoma grade 4", ["cns.astrocytoma.grade4"], "a grade that has no other"),
    ("recurrent grade 3", ["cns.astrocytoma.recurrent", "cns.oligodendroglioma.recurrent"], "grade 2 or 3"),
    ("not resected", ["neuroendocrine.grade1_2_unresected"], "what is not is not what is"),
    ("whiplash", ["indication.trauma_rule"], "what else a complaint is called"),
    ("nexus_or_ccr_met", ["indication.trauma_rule"], "a fact by its name"),
    ("toes", ["indication.toe_walking"], "a word of a fact's meaning"),
]


@pytest.mark.parametrize(("words", "found", "why"), FOUND, ids=[words for words, *_ in FOUND])
def test_what_is_found(words, found, why):
    assert [match.route for match in search(words.split())] == found, why


def test_words_may_come_as_one_text():
    assert search(["men1 pancreas"]) == search(["men1", "pancreas"])


ORDER = [
    # words, the first of those found, one that is found behind, why
    ("carcinoid", "neuroendocrine.carcinoid_syndrome", "neuroendocrine.gastric", "the name before other names"),
    ("myelopathy", "indication.myelopathy", None, "the whole name"),
    ("neck pain", "indication.neck_pain", "indication.compression_fracture_new", "the name before a fact"),
    ("72156", "cns.leptomeningeal_metastases", "bone.osteosarcoma", "the region itself before a site that may be it"),
    ("72156", "cns.leptomeningeal_metastases", "indication.neck_pain", "and the indications"),
]


@pytest.mark.parametrize(("words", "first", "behind", "why"), ORDER)
def test_the_best_match_comes_first(words, first, behind, why):
    routes = [match.route for match in search(words.split())]
    assert routes[0] == first, why
    assert behind is None or routes.index(behind) > 0, why


WHY = [
    # words, what is found, by what
    ("GBM", "cns.glioblastoma", ["other name: GBM"]),
    ("Bone 5 osteosarcoma", "bone.osteosarcoma", ["section: Bone 5", "id"]),
    ("atypical cartilaginous", "bone.chondrosarcoma.atypical_cartilaginous", ["id"]),
    ("toes", "indication.toe_walking", ["fact: toe_walking"]),
    ("72156", "cns.leptomeningeal_metastases", ["code: 72156 (MRI cervical_spine), for spine"]),
    (
        "72156",
        "bone.osteosarcoma",
        ["code: 72156 (MRI cervical_spine), for primary_site, where it shows the primary site"],
    ),
    ("72156", "indication.myelopathy", ["code: 72156 (MRI cervical_spine), which MRI 11 is about"]),
    (
        "71260",
        "bone.osteosarcoma",
        ["code: 71260 (CT chest), for chest; primary_site, where it shows the primary site"],
    ),
    (
        "78814 osteosarcoma",
        "bone.osteosarcoma",
        ["id", "code: 78814 (PET/CT), for primary_site and chest, by the region that its row names"],
    ),
]


@pytest.mark.parametrize(("words", "route", "why"), WHY)
def test_a_match_says_by_what_it_was_found(words, route, why):
    by_route = {match.route: match for match in search(words.split())}
    assert sorted(by_route[route].why) == sorted(why)


CODES = [
    # code, protocols and indications for which it may be, why
    ("93306", ["neuroendocrine.carcinoid_syndrome", "occult_primary"], "an echocardiogram"),
    ("93306 carcinoid", ["neuroendocrine.carcinoid_syndrome"], "a code with a word"),
]


@pytest.mark.parametrize(("words", "found", "why"), CODES)
def test_what_a_code_may_be_for(words, found, why):
    assert [match.route for match in search(words.split())] == found, why


def test_a_code_of_the_cervical_spine_may_be_for_every_indication_and_one_of_the_chest_for_none():
    assert sum(match.kind == "indication" for match in search(["72156"])) == 24
    assert sum(match.kind == "indication" for match in search(["71260"])) == 0


NONE = [
    # words, what is said, why
    ("zebra", "no protocol and no indication has 'zebra'; give fewer or other words", "no such word"),
    ("osteosarcoma zebra", "has 'osteosarcoma zebra'", "one of two words"),
    ("NF2", "has 'NF2'", "another syndrome"),
    ("chordoma 5", "has 'chordoma 5'", "a number belongs to its word"),
    ("72191", "'72191' is no billing code that the edition knows; search by words", "a code of another study"),
    ("...", "has '...'", "no word"),
    ("", "has ''", "nothing"),
]


@pytest.mark.parametrize(("words", "said", "why"), NONE)
def test_where_nothing_is_found_that_is_said(words, said, why):
    with pytest.raises(ValueProblem) as told:
        search([words])
    assert said in str(told.value), why


def test_an_edition_without_indications_and_other_names_is_searched_too():
    edition = replace(CURRENT, indications=(), other_names=())
    assert [match.route for match in search(["osteosarcoma"], edition)] == ["bone.osteosarcoma"]
    with pytest.raises(ValueProblem):
        search(["GBM"], edition)


DISEASES = [
    # code, protocol, what it is found by
    ("C79.31", "cns.brain_metastases", "code: C79.31 (ICD-10-CM FY2026)"),
    ("c7931", "cns.brain_metastases", "code: C7931 (ICD-10-CM FY2026)"),
    (
        "C79.51",
        "cns.vertebral_metastases",
        "code: C79.51 (ICD-10-CM FY2026), a candidate, settled by whether a vertebra is involved",
    ),
]


@pytest.mark.parametrize(("code", "protocol", "why"), DISEASES)
def test_a_code_of_a_disease_finds_what_it_may_be(code, protocol, why):
    (match,) = search([code])
    assert (match.route, match.why) == (protocol, (why,))


def test_a_code_of_a_place_says_what_is_needed_besides():
    with pytest.raises(ValueProblem, match=r"'C41\.2' leads to no protocol by itself, but with histology"):
        search(["C41.2"])
