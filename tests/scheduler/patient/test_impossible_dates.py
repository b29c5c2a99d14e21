"""Dates of a patient that cannot be right, or may be wrong: what does not count, and what is said of it."""

import pytest
from support.evaluators import EVALUATORS

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.grace import GracePolicy

BOTH = pytest.mark.parametrize("decide", EVALUATORS.values(), ids=EVALUATORS)

REQUEST = {
    "patient_id": "P1",
    "protocol": "bone.osteosarcoma",
    "modality": "CT",
    "region": "chest",
    "date": "2022-04-15",
    "status": "requested",
    "treatment_end_date": "2022-01-15",
}
ENROLMENT = {"patient_id": "P1"}
EARLY = " The date of {}, {}, lies before the birth and does not count: correct one of them."
OF_TREATMENT = EARLY.format("the end of treatment", "2022-01-15")
OF_SURGERY = EARLY.format("surgery", "2022-01-10")
AFTER_END = " The study was performed all the same: check the end of follow-up."


def first(decide, *rows):
    """Return the reason and the explanation of the first row, and the date from which it counts."""
    result = decide(rows, CURRENT, GracePolicy())[0]
    return result["reason"], result["reference_date"], result["explanation"]


def notes(explanation):
    """Return the notes of an explanation, in order."""
    found = [note for note in (OF_TREATMENT, OF_SURGERY, AFTER_END) if note in explanation]
    return sorted(found, key=explanation.index)


BIRTHS = [
    ("2022-01-14", "on_schedule", [], "born the day before the end of treatment"),
    ("2022-01-15", "on_schedule", [], "born on its day"),
    ("2022-01-16", "no_index_date", [OF_TREATMENT], "born the day after"),
]


@BOTH
@pytest.mark.parametrize(("birth", "reason", "said", "why"), BIRTHS, ids=[case[-1] for case in BIRTHS])
@pytest.mark.parametrize("where", ["its own", "of an enrolment row", "of an enrolment row under the protocol"])
def test_an_index_date_before_the_birth_does_not_count_and_is_said(decide, birth, reason, said, why, where):
    course = {"protocol": REQUEST["protocol"]} if where.endswith("protocol") else {}
    rows = [REQUEST | {"birth_date": birth}]
    if where != "its own":
        rows = [REQUEST, ENROLMENT | course | {"birth_date": birth}]
    found, _, explanation = first(decide, *rows)
    assert (found, notes(explanation)) == (reason, said), why


@BOTH
def test_the_next_index_date_counts_in_its_place(decide):
    row = REQUEST | {"surgery_date": "2022-01-20", "birth_date": "2022-01-16"}
    reason, reference, explanation = first(decide, row)
    assert (reason, reference, notes(explanation)) == ("within_grace", "2022-01-20", [OF_TREATMENT])
    assert explanation == (
        "Bone 5: every 3 months. Counted from surgery on 2022-01-20, the study is due on 2022-04-20 (grace 9 days)."
        " 2022-04-15 is 5 days before that, within the grace." + OF_TREATMENT
    )


@BOTH
def test_each_date_before_the_birth_is_said_once_in_the_order_of_the_kinds(decide):
    row = REQUEST | {"surgery_date": "2022-01-10", "birth_date": "2022-01-16"}
    both = row | {"protocol": "bone.osteosarcoma|bone.ewing_sarcoma"}
    for rows in (row, both):
        assert notes(first(decide, rows)[2]) == [OF_TREATMENT, OF_SURGERY]
        assert first(decide, rows)[2].count("lies before the birth") == 2


@BOTH
def test_a_date_that_is_filled_is_held_against_a_birth_that_is_filled(decide):
    request = {name: text for name, text in REQUEST.items() if name != "treatment_end_date"}
    course = ENROLMENT | {"protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-15"}
    other = ENROLMENT | {"protocol": "bone.ewing_sarcoma", "treatment_end_date": "2022-01-17"}
    birth = ENROLMENT | {"birth_date": "2022-01-16"}
    for protocol in ("bone.osteosarcoma", ""):
        reason, _, explanation = first(decide, request | {"protocol": protocol}, course, birth)
        assert (reason, notes(explanation)) == ("no_index_date", [OF_TREATMENT])
    reason, reference, explanation = first(decide, request | {"protocol": ""}, course, other, birth)
    assert (reason, reference, notes(explanation)) == ("within_grace", "2022-01-17", [OF_TREATMENT])


@BOTH
def test_of_a_course_that_is_not_judged_nothing_is_said(decide):
    course = ENROLMENT | {"protocol": "bone.ewing_sarcoma", "surgery_date": "2022-01-10", "birth_date": "2022-01-12"}
    reason, _, explanation = first(decide, REQUEST, course)
    assert (reason, notes(explanation)) == ("on_schedule", [])


@BOTH
def test_two_birth_dates_are_none_so_that_every_index_date_counts(decide):
    births = [ENROLMENT | {"birth_date": day} for day in ("2022-01-16", "2022-01-17")]
    assert first(decide, REQUEST, *births)[0] == "on_schedule"
    assert first(decide, REQUEST, births[0], births[0])[0] == "no_index_date"


@BOTH
def test_a_patient_without_a_protocol_is_decided_without_a_note(decide):
    row = REQUEST | {"protocol": "", "modality": "MRI", "region": "cervical_spine", "birth_date": "2022-01-16"}
    reason, _, explanation = first(decide, row)
    assert (reason, notes(explanation)) == ("no_route", [])


@BOTH
def test_a_cancelled_study_says_nothing_of_dates(decide):
    assert first(decide, REQUEST | {"status": "cancelled", "birth_date": "2022-01-16"})[2] == (
        "The study was cancelled; it is not judged."
    )


ENDS = [
    # end of follow-up, status, reason, notes, why
    ("2022-04-14", "performed", "follow_up_ended", [AFTER_END], "performed the day after the end"),
    ("2022-04-15", "performed", "on_schedule", [], "performed on the day of the end"),
    ("2022-04-16", "performed", "on_schedule", [], "performed the day before it"),
    ("2022-04-14", "requested", "follow_up_ended", [], "a request behind the end is no contradiction"),
    ("2022-04-14", "scheduled", "follow_up_ended", [], "nor is a booking"),
]


@BOTH
@pytest.mark.parametrize(("end", "status", "reason", "said", "why"), ENDS, ids=[case[-1] for case in ENDS])
@pytest.mark.parametrize("is_own", [True, False], ids=["own", "filled"])
def test_a_study_performed_after_the_end_of_follow_up_asks_to_check_the_end(
    decide, end, status, reason, said, why, is_own
):
    row = REQUEST | {"status": status}
    ends = {"follow_up_end_date": end}
    found, _, explanation = first(decide, *([row | ends] if is_own else [row, ENROLMENT | ends]))
    assert (found, notes(explanation)) == (reason, said), why


@BOTH
def test_both_notes_stand_one_behind_the_other(decide):
    row = REQUEST | {"status": "performed", "follow_up_end_date": "2022-04-14", "birth_date": "2022-01-16"}
    reason, _, explanation = first(decide, row)
    assert (reason, notes(explanation)) == ("follow_up_ended", [OF_TREATMENT, AFTER_END])


@BOTH
def test_notes_stand_behind_what_is_said_of_a_device(decide):
    row = REQUEST | {"modality": "MRI", "region": "cervical_spine", "primary_site": "cervical_spine"}
    device = {"implanted_device": "true", "surgery_date": "2022-01-20", "birth_date": "2022-01-16"}
    reason, _, explanation = first(decide, row | device)
    assert reason == "device_not_cleared"
    assert explanation.endswith(OF_TREATMENT)
    assert "cleared" in explanation.removesuffix(OF_TREATMENT)
