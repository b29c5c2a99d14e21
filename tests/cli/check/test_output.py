"""`vigil check`: what is printed of an answer, as text and as JSON."""

from __future__ import annotations

import json

import pytest
from support.checks import CERVICAL, OSTEOSARCOMA, Run


def test_json_holds_the_result_columns_in_order_and_every_route(check: Run) -> None:
    args = "--date 2022-03-22 --protocol cns.glioblastoma --index surgery=2022-01-05 --index radiation_end=2022-03-01"
    found = check("--study", "MRI brain", *args.split(), "--format", "json").object
    names = [
        "decision",
        "reason",
        "timing",
        "route",
        "section",
        "reference_date",
        "opens",
        "closes",
        "days_from_window",
        "next_allowed",
        "missing",
        "undecided_regions",
        "unread_rows",
        "combination",
        "explanation",
    ]
    assert list(found) == [*names, "edition", "grace_days", "routes", "contested", "cautions", "before_review"]
    assert found["edition"] == "healthhelp-mri-cspine-2025"
    assert (found["route"], found["section"], found["grace_days"]) == ("cns.glioblastoma/postradiation", "CNS 2.c", 7)
    assert (found["opens"], found["closes"], found["next_allowed"]) == ("2022-03-22", "2022-04-12", "2022-03-22")
    assert [(r["route"].rpartition("/")[2], r["reason"]) for r in found["routes"]] == [
        ("preoperative", "ended"),
        ("postoperative", "ended"),
        ("preradiation", "ended"),
        ("postradiation", "on_schedule"),
    ]
    assert all(list(r)[: len(names)] == names for r in found["routes"])


def test_json_writes_what_is_empty_as_null_and_missing_as_a_list(check: Run) -> None:
    found = check(*CERVICAL, "--date", "2022-04-15", "--status", "cancelled", "--format", "json").object
    empty = {name for name, value in found.items() if value is None}
    assert empty == {
        *("decision", "timing", "route", "section", "reference_date", "opens", "closes", "days_from_window"),
        *("next_allowed", "unread_rows", "combination", "grace_days"),
    }
    assert (found["missing"], found["routes"]) == ([], [])


def test_an_invalid_request_is_an_object_too(check: Run) -> None:
    outcome = check("--study", "72141 brain", "--date", "2022-04-15", "--format", "json")
    found = outcome.object
    assert (outcome.exit_code, found["decision"], found["reason"], found["routes"]) == (2, "invalid", "bad_row", [])
    assert found["explanation"].startswith("--study: 'brain' ")


def test_as_json_a_value_that_cannot_be_read_is_an_invalid_decision(check: Run) -> None:
    outcome = check(*CERVICAL, "--date", "2022-02-30", *OSTEOSARCOMA, "--format", "json")
    found = json.loads(outcome.out)
    assert (outcome.exit_code, found["decision"], found["reason"]) == (2, "invalid", "bad_row")
    assert "'2022-02-30' is not a date" in found["explanation"]


def test_text_says_all_that_a_navigator_reads_aloud(check: Run) -> None:
    outcome = check(*CERVICAL, "--date", "2022-04-05", *OSTEOSARCOMA)
    assert outcome.exit_code == 1
    for said in (
        "MRI of the cervical spine on 2022-04-05 - outside the guideline as encoded: too early.",
        "Why: Bone 5: every 3 months. Counted from the end of treatment on 2022-01-15, the study is due on 2022-04-15",
        "Window: 2022-04-15, counted from 2022-01-15",
        "Next allowed date: 2022-04-15",
        "Grace: 9 days, not used for this date",
        (
            "Nearest way to qualify: from 2022-04-15 on, or once it is documented that symptoms are new or progressing"
            " (symptoms_new_or_progressing), or with another of the guideline's reasons documented, such as cervical"
            " radiculopathy, neck pain, Chiari malformation or brachial plexopathy ('vigil facts' lists all)"
        ),
        "Read as: Same imaging as at the initial work-up",
        "The date lies before the edition's review date, 2025-05-16: its rules were not yet in force.",
        "Source: Bone 5 of HealthHelp, 2025 MRI Cervical Spine, reviewed 2025-05-16",
    ):
        assert said in outcome.words
    assert "Routes considered" not in outcome.out  # there is one, and it has been told
    assert max(len(line) for line in outcome.out.splitlines()) <= 100


def test_text_says_that_the_grace_was_used(check: Run) -> None:
    assert "Grace: 9 days, used for this date" in check(*CERVICAL, "--date", "2022-04-06", *OSTEOSARCOMA).words


def test_text_names_each_date_that_would_do(check: Run) -> None:
    args = ["--date", "2022-04-15", "--protocol", "bone.osteosarcoma", "--primary-site", "cervical_spine"]
    assert (
        "It could be within if one of the following were documented: the date of the end of treatment"
        " (treatment_end_date); the date of the end of radiation (radiation_end_date); the date of surgery"
        " (surgery_date); the date of the diagnosis (diagnosis_date)"
    ) in check(*CERVICAL, *args).words


def test_text_names_an_unknown_primary_site(check: Run) -> None:
    args = ["--date", "2022-04-15", "--protocol", "bone.osteosarcoma", "--index", "treatment_end=2022-01-15"]
    assert (
        "It could be within if the following were documented: the primary site (primary_site)"
        in check(*CERVICAL, *args).words
    )


def test_text_names_what_an_indication_waits_for(check: Run) -> None:
    outcome = check(*CERVICAL, "--date", "2024-06-01", "--fact", "myelopathy_suspected=true")
    assert outcome.exit_code == 3
    assert (
        "It would be within if enough of the following were documented: the neurological examination is abnormal"
        " (neuro_exam_abnormal); symptoms or findings of myelopathy are progressing (myelopathy_progressing)"
    ) in outcome.words


def test_text_lists_every_route_where_there_are_several(check: Run) -> None:
    args = "--date 2022-03-22 --protocol cns.glioblastoma --index surgery=2022-01-05 --index radiation_end=2022-03-01"
    words = check("--study", "MRI brain", *args.split()).words
    assert "Routes considered: cns.glioblastoma/preoperative (CNS 2.a) - outside" in words
    assert "cns.glioblastoma/postradiation (CNS 2.c) - within the guideline: on schedule; window 2022-03-22 to" in words


@pytest.mark.parametrize(("day", "times"), [("2022-04-15", 0), ("2022-04-05", 1), ("2022-01-14", 1)])
def test_text_says_once_that_outside_is_no_denial_unless_it_is_within(check: Run, day: str, times: int) -> None:
    assert check(*CERVICAL, "--date", day, *OSTEOSARCOMA).words.count("It is not a denial") == times


def test_text_says_which_reading_would_decide_otherwise(check: Run) -> None:
    args = ["--date", "2026-07-20", "--protocol", "bone.chordoma", "--index", "treatment_end=2026-01-15", "--study"]
    words = check(*args, "CT chest").words
    assert "Read otherwise (bone.chordoma/chest=annual_ct:" in words
    assert "the study would be outside the guideline as encoded." in words
    assert "annual_ct" not in check(*args, "CT chest", "--date", "2027-01-15").words


def test_text_says_where_specialists_differ_from_the_text(check: Run) -> None:
    args = [
        "--date",
        "2026-07-20",
        "--protocol",
        "bone.chordoma",
        "--index",
        "treatment_end=2026-01-15",
        "--primary-site",
        "sacrum",
    ]
    assert "Caution about bone.chordoma/primary_site: The payer's text images the primary site for symptoms alone" in (
        check(*args, "--study", "MRI sacrum", "--fact", "symptoms_new_or_progressing=true").words
    )
    assert "Caution" not in check(*args, "--study", "CT chest").words


def test_text_names_the_regions_that_are_not_decided(check: Run) -> None:
    words = check("--study", "MRI total_spine", "--date", "2026-07-20", "--fact", "chiari_on_imaging=true").words
    assert "Not decided: the thoracic spine and lumbar spine, of which the rule that decides says nothing" in words


def test_text_says_how_to_give_a_reason_where_none_is_given(check: Run) -> None:
    words = check(*CERVICAL, "--date", "2026-07-20").words
    assert "Name the protocol, or document a fact that is a reason for the study: 'vigil facts' lists them." in words
    assert (
        "What could apply, each with what to document: cervical radiculopathy (radiculopathy_on_emg_or_ncs); neck pain"
        " (neck_pain);"
    ) in words
    assert "known spinal tumor with new or progressing symptoms (spinal_tumor_known and symptoms_new" in words
