"""What `vigil check --ask` asks next: what leaves the fewest questions, and nothing that cannot count any more."""

from __future__ import annotations

import pytest

from spine_vigil.asking import Interview
from spine_vigil.protocols import CURRENT
from spine_vigil.request_reading import Request
from spine_vigil.scheduler.rules.grace import GracePolicy

ADULT = "1980-02-03"
FIRST = [
    # facts, birth date, what is asked first, why
    (("neck_pain=true",), "", "birth_date", "an adult is not asked about what concerns children"),
    (("neck_pain=true",), ADULT, "conservative_care_start", "the date settles two ways"),
    (("rheumatoid_arthritis=true",), ADULT, "neuro_exam_abnormal", "one of three ways that decide alone, the first"),
    (("compression_fracture_on_xray=true",), ADULT, "compression_fracture_new", "each of three has to be so"),
    (("scoliosis=true",), ADULT, "scoliosis_onset_age", "each of seven decides alone, so the first"),
]


def interview(facts=(), **more):
    request = Request(study="MRI cervical_spine", date="2026-04-15", facts=tuple(facts), **more)
    return Interview(request, CURRENT, GracePolicy())


@pytest.mark.parametrize(("facts", "birth_date", "item", "why"), FIRST)
def test_what_decides_most_is_asked_first(facts, birth_date, item, why):
    assert interview(facts, birth_date=birth_date).question().item == item, why


def test_what_could_count_only_with_a_fact_that_stays_unknown_is_not_asked():
    asking = interview(["ms_suspected_or_known=false", "pediatric_demyelinating_disease=true"])
    assert asking.question().item == "birth_date"
    assert asking.answer(asking.question(), "?").question().item == "reason"


RAISED = [indication.leads[0] for indication in CURRENT.indications if indication.leads]


@pytest.mark.parametrize("lead", RAISED)
def test_a_reason_about_which_nothing_more_is_known_ends_and_nothing_is_asked_twice(lead):
    asking, items = interview([f"{lead}=true"], birth_date=ADULT), []
    while (question := asking.question()) is not None:
        items.append(question.item)
        asking = asking.answer(question, "")
    assert len(items) == len(set(items))
    assert asking.request.facts == (f"{lead}=true",)


@pytest.mark.parametrize("protocol", [protocol.id for protocol in CURRENT.protocols])
def test_a_protocol_about_which_nothing_more_is_known_ends(protocol):
    asking, count = interview(protocol=protocol), 0
    while (question := asking.question()) is not None:
        asking, count = asking.answer(question, "?"), count + 1
    assert count <= 12
    assert asking.request.protocol == protocol


def test_an_indication_with_several_leads_asks_for_each():
    asking = interview()
    asking = asking.answer(asking.question(), "")
    question = asking.question()
    number = [name for name, _ in question.choices].index("multiple_sclerosis") + 1
    asking = asking.answer(question, str(number))
    assert asking.question().item == "ms_suspected_or_known"
    asking = asking.answer(asking.question(), "no")
    assert asking.question().item == "pediatric_demyelinating_disease"


def test_an_indication_that_nothing_raises_asks_for_what_hints_at_it():
    asking = interview()
    asking = asking.answer(asking.question(), "")
    number = [name for name, _ in asking.question().choices].index("spinal_tumor_symptomatic") + 1
    asking = asking.answer(asking.question(), str(number))
    items = []
    while (question := asking.question()) is not None:
        items.append(question.item)
        asking = asking.answer(question, "yes")
    assert items == ["symptoms_new_or_progressing", "known_malignancy", "spinal_tumor_known"]


def test_the_last_study_is_asked_for_where_a_window_depends_on_it_even_within():
    known = {"protocol": "bone.osteosarcoma", "index": ("treatment_end=2026-01-15",), "primary_site": "cervical_spine"}
    asking = interview(**known)
    assert asking.question().item == "prior"
    assert asking.answer(asking.question(), "none").question() is None
    assert asking.answer(asking.question(), "2026-04-01").question().item == "symptoms_new_or_progressing"


def test_a_contraindicated_study_asks_nothing():
    assert interview(["neck_pain=true", "bmi_exceeds_mri_capability=true"]).question() is None
