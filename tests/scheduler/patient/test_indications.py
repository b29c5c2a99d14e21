"""Which indications are raised, and what they do beside surveillance, through both evaluators."""

import pytest
from support.evaluators import decide_as_columns, decide_one_by_one

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.vocabulary import (
    MRI,
    Cite,
    Contraindication,
    Documented,
    Indication,
    UpTo,
    any_of,
    days,
)
from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Stance

BOTH = pytest.mark.parametrize("decide", [decide_one_by_one, decide_as_columns], ids=["scalar", "columnar"])
ROW = {"patient_id": "P1", "modality": "MRI", "region": "cervical_spine", "date": "2022-04-01"}
OSTEOSARCOMA = {
    "protocol": "bone.osteosarcoma",
    "treatment_end_date": "2022-01-15",
    "primary_site": "cervical_spine",
    "symptoms_new_or_progressing": "false",
}
CASES = [
    # cells, reason, route, why
    ({}, "no_route", None, "nothing is documented"),
    ({"ct_negative": "true", "fever": "true"}, "no_route", None, "facts that lead nowhere"),
    ({"trauma": "false", "spinal_abnormality_known": "true"}, "no_route", None, "a lead that is documented false"),
    (
        {"trauma": "true", "spinal_abnormality_known": "true"},
        "criteria_met",
        "indication.trauma_known_abnormality",
        "a lead",
    ),
    ({"cervical_spine_surgery_date": "2022-03-01"}, "missing_fact", "indication.post_surgical", "a date hints"),
    ({"cervical_spine_surgery_date": "2001-03-01"}, "no_route", None, "a date that is too old hints at nothing"),
    (
        {"pediatric_demyelinating_disease": "true", "birth_date": "2015-01-01"},
        "criteria_met",
        "indication.multiple_sclerosis",
        "the second of two leads",
    ),
    (
        {"pediatric_demyelinating_disease": "false", "ms_suspected_or_known": "false"},
        "no_route",
        None,
        "both of two leads false",
    ),
    ({"chiari_on_imaging": "true", "region": "total_spine"}, "criteria_met", "indication.chiari", "it shows the neck"),
    ({"chiari_on_imaging": "true", "region": "whole_body"}, "criteria_met", "indication.chiari", "it shows everything"),
    (
        {"chiari_on_imaging": "true", "region": "brain|cervical_spine"},
        "criteria_met",
        "indication.chiari",
        "it shows the neck and more",
    ),
    (
        {"chiari_on_imaging": "true", "modality": "", "region": "", "cpt": "72141"},
        "criteria_met",
        "indication.chiari",
        "the code of an MRI of the cervical spine",
    ),
    (
        {"chiari_on_imaging": "true", "modality": "", "cpt": "0649T"},
        "criteria_met",
        "indication.chiari",
        "an add-on is judged as the MRI that it goes with",
    ),
    ({"chiari_on_imaging": "true", "region": "thoracic_spine"}, "other_guideline", None, "a study of another region"),
    ({"chiari_on_imaging": "true", "modality": "CT"}, "other_guideline", None, "a study by another modality"),
    ({"chiari_on_imaging": "true", "modality": "PET/MRI"}, "other_guideline", None, "PET/MRI is no MRI here"),
    (
        {"chiari_on_imaging": "true", "csf_leak_suspected": "true"},
        "criteria_met",
        "indication.chiari",
        "of two that hold the first in the edition",
    ),
    (
        {"syrinx_suspected_or_known": "true", "neck_pain": "true"},
        "missing_fact",
        "indication.syrinx",
        "of two that are unknown the one that asks for fewer facts",
    ),
    (
        {"compression_fracture_treated": "true", "brachial_plexopathy": "true"},
        "missing_fact",
        "indication.brachial_plexopathy",
        "of two that ask for as many the first in the edition",
    ),
    (
        {"neck_pain": "true", "tethered_cord_suspected_or_known": "true"},
        "criteria_met",
        "indication.tethered_cord",
        "one that holds before one that is unknown",
    ),
    (
        {"compression_fracture_treated": "true", "neck_pain_new": "false", "syrinx_suspected_or_known": "true"},
        "missing_fact",
        "indication.syrinx",
        "one that is unknown before one that does not hold",
    ),
    (
        {"protocol": "neuroendocrine.hereditary.men2"},
        "other_guideline",
        "neuroendocrine.hereditary.men2",
        "a referral alone",
    ),
    (
        {"protocol": "neuroendocrine.hereditary.men2", "chiari_on_imaging": "true"},
        "criteria_met",
        "indication.chiari",
        "a referral is no answer to an indication that holds",
    ),
    (
        {"protocol": "neuroendocrine.hereditary.men2", "neck_pain": "true"},
        "missing_fact",
        "indication.neck_pain",
        "needs_info before refer",
    ),
    (
        {
            "protocol": "neuroendocrine.hereditary.men2",
            "compression_fracture_treated": "true",
            "neck_pain_new": "false",
        },
        "other_guideline",
        "neuroendocrine.hereditary.men2",
        "refer before outside",
    ),
    ({"protocol": "bone.other", "chiari_on_imaging": "true"}, "criteria_met", "indication.chiari", "not covered"),
    (
        {"protocol": "bone.other", "compression_fracture_treated": "true", "neck_pain_new": "false"},
        "not_covered",
        "bone.other",
        "refer before outside",
    ),
    (
        {"protocol": "NO_SURVEILLANCE", "chiari_on_imaging": "true"},
        "criteria_met",
        "indication.chiari",
        "no surveillance is asked for",
    ),
    (
        {"protocol": "NO_SURVEILLANCE", "compression_fracture_treated": "true", "neck_pain_new": "false"},
        "criteria_not_met",
        "indication.compression_fracture_treated",
        "criteria_not_met before no_surveillance",
    ),
    (OSTEOSARCOMA | {"primary_site": "pelvis"}, "not_in_protocol", "bone.osteosarcoma", "no schedule for the study"),
    (
        OSTEOSARCOMA | {"primary_site": "pelvis", "chiari_on_imaging": "true"},
        "criteria_met",
        "indication.chiari",
        "no schedule for the study, but an indication",
    ),
    (
        OSTEOSARCOMA | {"primary_site": "pelvis", "compression_fracture_treated": "true", "neck_pain_new": "false"},
        "criteria_not_met",
        "indication.compression_fracture_treated",
        "criteria_not_met before not_in_protocol",
    ),
    (OSTEOSARCOMA, "early", "bone.osteosarcoma/primary_site", "two weeks before the window"),
    (
        OSTEOSARCOMA | {"chiari_on_imaging": "true"},
        "criteria_met",
        "indication.chiari",
        "early for surveillance, but an indication",
    ),
    (
        OSTEOSARCOMA | {"compression_fracture_treated": "true", "neck_pain_new": "false"},
        "early",
        "bone.osteosarcoma/primary_site",
        "early before criteria_not_met",
    ),
    (OSTEOSARCOMA | {"neck_pain": "true"}, "missing_fact", "indication.neck_pain", "needs_info before outside"),
    (
        OSTEOSARCOMA | {"date": "2022-04-15", "chiari_on_imaging": "true"},
        "on_schedule",
        "bone.osteosarcoma/primary_site",
        "on_schedule before criteria_met",
    ),
    (
        OSTEOSARCOMA | {"date": "2023-01-15", "chiari_on_imaging": "true"},
        "overdue",
        "bone.osteosarcoma/primary_site",
        "overdue before criteria_met",
    ),
    (
        OSTEOSARCOMA | {"treatment_end_date": "", "neck_pain": "true"},
        "missing_fact",
        "indication.neck_pain",
        "missing_fact before no_index_date",
    ),
    (
        OSTEOSARCOMA | {"treatment_end_date": "", "chiari_on_imaging": "true"},
        "criteria_met",
        "indication.chiari",
        "no index date, but an indication",
    ),
    (
        OSTEOSARCOMA | {"primary_site": "", "neck_pain": "true"},
        "missing_fact",
        "bone.osteosarcoma",
        "of two that wait for a fact the protocol before the indication",
    ),
    (
        OSTEOSARCOMA | {"modality": "CT", "region": "chest", "date": "2022-07-15", "chiari_on_imaging": "true"},
        "overdue",
        "bone.osteosarcoma/chest",
        "a study that the edition does not cover is judged by its schedule alone",
    ),
]
QUIET = next(p.id for p in CURRENT.protocols if p.stance is Stance.NO_SURVEILLANCE)


def cells(case):
    protocol = {"protocol": QUIET} if case.get("protocol") == "NO_SURVEILLANCE" else {}
    return ROW | case | protocol


def decided(decide, cases):
    """Return the results of cases, each as a patient of its own."""
    return decide([cells(case) | {"patient_id": f"P{n}"} for n, case in enumerate(cases)], CURRENT, GracePolicy())


@BOTH
def test_the_best_of_schedules_and_raised_indications_decides(decide):
    results = decided(decide, [case for case, _, _, _ in CASES])
    found = [(r["reason"], r["route"], why) for r, (_, _, _, why) in zip(results, CASES, strict=True)]
    assert found == [case[1:] for case in CASES]


@BOTH
def test_an_indication_that_beats_a_schedule_leaves_its_window_aside(decide):
    (result,) = decide([ROW | OSTEOSARCOMA | {"chiari_on_imaging": "true"}], CURRENT, GracePolicy())
    assert [result[n] for n in ("timing", "reference_date", "opens", "closes", "days_from_window")] == [None] * 5
    assert result["section"] == "MRI 3"
    assert result["next_allowed"] == "2022-04-01"


CARE = {"neck_pain": "true", "conservative_care_start": "2022-02-20", "symptoms_persist_or_worsen": "true"}
# 42 days after 20 February are 3 April; the window of osteosarcoma opens on 15 April.
NEXT_DATES = [
    (OSTEOSARCOMA, "2022-04-15", "the window of the schedule"),
    (OSTEOSARCOMA | CARE, "2022-04-03", "the indication comes before the window"),
    (OSTEOSARCOMA | CARE | {"conservative_care_start": "2022-03-10"}, "2022-04-15", "the window comes before it"),
    (
        OSTEOSARCOMA | CARE | {"conservative_care_start": "2022-03-10", "treatment_end_date": ""},
        "2022-04-21",
        "the schedule gives no date",
    ),
    (CARE, "2022-04-03", "the indication alone"),
    (
        CARE | {"cervical_spine_surgery_date": "2022-04-02", "complication_or_recurrence_evaluation": "true"},
        "2022-04-02",
        "the earlier of two indications",
    ),
    (
        {"cervical_spine_surgery_date": "2021-12-01", "complication_or_recurrence_evaluation": "true"},
        None,
        "the 90 days are over",
    ),
    ({"neck_pain": "true", "conservative_care_start": "2022-02-20"}, None, "a date that is only possible"),
]


@BOTH
def test_the_next_allowed_date_is_the_earliest_of_every_route(decide):
    results = decided(decide, [case for case, _, _ in NEXT_DATES])
    found = [(r["next_allowed"], why) for r, (_, _, why) in zip(results, NEXT_DATES, strict=True)]
    assert found == [case[1:] for case in NEXT_DATES]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "no name"}, "needs a name like a variable's and a title"),
        ({"title": ""}, "needs a name like a variable's and a title"),
        ({"leads": ()}, "needs a lead or a hint"),
        ({"leads": ("fever",)}, "is raised by 'fever', which its criterion does not ask for"),
    ],
)
def test_an_indication_that_makes_no_sense_cannot_be_built(changes, message):
    sound = {
        "name": "trauma",
        "title": "trauma",
        "cite": Cite("MRI 18"),
        "leads": ("trauma",),
        "criterion": any_of("trauma", UpTo("surgery_date", days(90))),
    }
    Indication(**sound)
    with pytest.raises(RuleError, match=message):
        Indication(**sound | changes)


@pytest.mark.parametrize(("lead", "to_clear"), [("device", ""), (None, "Clear it.")])
def test_a_contraindication_has_a_lead_fact_and_what_to_clear_or_neither(lead, to_clear):
    with pytest.raises(RuleError, match="needs a lead fact and what to clear, or neither"):
        Contraindication("device", Cite("MRI"), frozenset({MRI}), Documented("device"), "it is unsafe", lead, to_clear)
