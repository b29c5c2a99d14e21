"""The case tables that a clinician can read, through both evaluators."""

import pytest
from support.evaluators import decide_as_columns, decide_one_by_one
from support.tables import read_table

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.grace import GracePolicy

BOTH = pytest.mark.parametrize("decide", [decide_one_by_one, decide_as_columns], ids=["scalar", "columnar"])
SAID = (
    "decision", "reason", "timing", "route", "section", "reference_date", "opens", "closes", "days_from_window",
    "next_allowed", "missing",
)  # fmt: skip
DECISIONS = read_table("requests")
CELLS = [{name: text for name, text in row.items() if name not in (*SAID, "why")} for row in DECISIONS]
NUMBERED = [(place, row) for place, row in enumerate(DECISIONS) if row["why"]]
GOOD_ROW = {
    "patient_id": "P1",
    "protocol": "bone.osteosarcoma",
    "modality": "MRI",
    "region": "cervical_spine",
    "cpt": "",
    "date": "2022-04-15",
    "status": "requested",
    "treatment_end_date": "2022-01-15",
    "primary_site": "cervical_spine",
    "high_grade": "",
    "birth_date": "2022-01-01",
}


@pytest.fixture(scope="module", params=[decide_one_by_one, decide_as_columns], ids=["scalar", "columnar"])
def results(request):
    return request.param(CELLS, CURRENT, GracePolicy())


@pytest.mark.parametrize(("place", "case"), NUMBERED, ids=[f"{r['patient_id']} {r['why']}" for _, r in NUMBERED])
def test_a_request_is_decided_as_the_table_says(results, place, case):
    told = {name: "" if results[place][name] is None else str(results[place][name]) for name in SAID}
    assert told == {name: case[name] for name in SAID}


def test_both_readings_tell_the_whole_table_alike():
    assert decide_as_columns(CELLS, CURRENT, GracePolicy()) == decide_one_by_one(CELLS, CURRENT, GracePolicy())


def test_every_decision_but_those_of_bad_and_enrolment_rows_is_explained_with_its_section(results):
    for case, result in zip(DECISIONS, results, strict=True):
        explained = result["explanation"] or ""
        assert bool(explained) == bool(result["reason"]), case
        assert explained.startswith(result["section"] or ""), case


def test_a_window_is_explained_with_its_interval_dates_section_and_grace(results):
    place = next(n for n, row in enumerate(DECISIONS) if row["why"].startswith("Nine days before"))
    assert results[place]["explanation"] == (
        "Bone 5: every 3 months. Counted from the end of treatment on 2022-01-15, the study is due on 2022-04-15"
        " (grace 9 days). 2022-04-06 is 9 days before that, within the grace."
    )


def test_both_intervals_are_explained_near_a_boundary(results):
    place = next(n for n, row in enumerate(DECISIONS) if row["why"].startswith("Near the end of year 2"))
    assert "every 3 months, then every 4 months. Counted from the study on 2024-01-10" in results[place]["explanation"]


@pytest.mark.parametrize("case", read_table("bad_rows"), ids=lambda case: case["why"])
@BOTH
def test_a_row_that_cannot_be_read_is_invalid_and_says_what_is_wrong(decide, case):
    row = GOOD_ROW | dict(change.split("=", 1) for change in case["changes"].split(";"))
    good, bad = decide([GOOD_ROW | {"patient_id": "P2"}, row], CURRENT, GracePolicy())
    assert good["decision"] == "within"
    assert (bad["decision"], bad["reason"], bad["route"], bad["opens"]) == ("invalid", "bad_row", None, None)
    assert bad["explanation"].startswith("Line 2: ")
    assert f"column {case['column']}: " in bad["explanation"]
    assert case["message"] in bad["explanation"]


@BOTH
def test_all_that_is_wrong_with_a_row_is_told(decide):
    row = GOOD_ROW | {"date": "2022-02-30", "status": "postponed", "high_grade": "perhaps"}
    (bad,) = decide([row], CURRENT, GracePolicy())
    assert [f"column {name}: " in bad["explanation"] for name in ("date", "status", "high_grade")] == [True] * 3


@BOTH
def test_a_row_that_cannot_be_read_is_no_history(decide):
    prior = GOOD_ROW | {"date": "2022-04-10", "status": "performed", "high_grade": "perhaps"}
    request = GOOD_ROW | {"date": "2022-04-20"}
    assert decide([prior, request], CURRENT, GracePolicy())[1]["reference_date"] == "2022-01-15"


@BOTH
def test_an_event_on_the_birth_date_is_readable(decide):
    (result,) = decide([GOOD_ROW | {"birth_date": "2022-04-15"}], CURRENT, GracePolicy())
    assert result["decision"] == "needs_info"  # and not invalid: the end of treatment lies before the birth
    assert "2022-01-15, lies before the birth and does not count" in result["explanation"]


@BOTH
@pytest.mark.parametrize(
    ("birth", "reason", "why"),
    [
        ("2022-01-14", "on_schedule", "born the day before the end of treatment"),
        ("2022-01-15", "on_schedule", "born on its day"),
        ("2022-01-16", "no_index_date", "born the day after: one of the dates is wrong"),
    ],
)
def test_an_index_date_before_the_birth_does_not_count(decide, birth, reason, why):
    (result,) = decide([GOOD_ROW | {"birth_date": birth}], CURRENT, GracePolicy())
    assert result["reason"] == reason, why


@BOTH
def test_the_order_of_rows_does_not_matter(decide):
    backwards = decide(CELLS[::-1], CURRENT, GracePolicy())[::-1]
    assert backwards == decide(CELLS, CURRENT, GracePolicy())


@BOTH
def test_patients_with_the_same_dates_do_not_share_a_history(decide):
    prior = GOOD_ROW | {"patient_id": "P2", "date": "2022-04-10", "status": "performed"}
    assert decide([prior, GOOD_ROW], CURRENT, GracePolicy())[1]["reference_date"] == "2022-01-15"


@BOTH
def test_the_same_study_twice_on_one_date_is_no_combination_and_another_is(decide):
    row = {
        "patient_id": "P1",
        "protocol": "cns.brain_metastases",
        "modality": "MRI",
        "region": "brain",
        "date": "2022-03-31",
        "diagnosis_date": "2022-01-31",
    }
    twice = decide([row, row | {"status": "scheduled"}], CURRENT, GracePolicy())
    assert [result["combination"] for result in twice] == [None, None]
    beside = decide([row, row | {"modality": "CT", "region": "chest"}], CURRENT, GracePolicy())
    assert beside[0]["combination"] == "supported"
    assert [result["reason"] for result in twice] == ["on_schedule", "on_schedule"]


@BOTH
@pytest.mark.parametrize("beside", ["", "bone.osteosarcoma"])
def test_two_primary_sites_of_a_course_are_said_alone_and_beside_another_course(decide, beside):
    may_fit = "bone.chondrosarcoma.atypical_cartilaginous"
    enrolments = [{"patient_id": "P1", "protocol": may_fit, "primary_site": site} for site in ("pelvis", "chest")]
    other = {"patient_id": "P1", "protocol": beside, "primary_site": "brain", "treatment_end_date": "2022-02-15"}
    request = {"patient_id": "P1", "modality": "MRI", "region": "brain", "date": "2022-03-01"}
    rows = [request, *enrolments, *([other] if beside else [])]
    decided = decide(rows, CURRENT, GracePolicy())[0]
    assert (decided["reason"], decided["route"], decided["missing"]) == ("missing_fact", may_fit, "primary_site")
    assert decided["explanation"].endswith("depends on the primary site, and the patient's rows name two.")
