"""What is known of a patient for one request: filled from the patient's other rows, in any order."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.records.courses import patient_of
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS, event_columns
from spine_vigil.scheduler.records.patients import Statement
from spine_vigil.scheduler.records.rows import read_row
from spine_vigil.scheduler.rules.facts import IndexKind, TrueFrom
from spine_vigil.scheduler.rules.studies import REGIONS

COLUMNS = event_columns(CURRENT)
DAY = date(2022, 6, 15)
SARCOMA, METASTASES = "bone.osteosarcoma", "cns.brain_metastases"


def says(**cells):
    """Return what an enrolment row says."""
    row = read_row({"patient_id": "P1", **cells}, CURRENT, COLUMNS)
    assert not row.problems
    return row.says


def patient(row, *known, day=DAY):
    return patient_of(CURRENT, row, known, day)


def courses(found):
    """Return protocol, index dates and site of each course, as text."""
    return [
        (
            course.protocol.id,
            {kind.value: str(day) for kind, day in sorted(course.index_dates.items(), key=lambda item: item[0].value)},
            course.primary_site,
        )
        for course in found.courses
    ]


def test_a_row_that_names_a_protocol_is_judged_under_it_alone():
    found = patient(says(protocol=SARCOMA), says(protocol=METASTASES, surgery_date="2022-01-15"))
    assert courses(found) == [(SARCOMA, {}, None)]
    assert [course.protocol.id for course in found.others] == [METASTASES]


def test_a_row_that_names_several_is_judged_under_each_in_the_order_of_the_edition():
    found = patient(says(protocol=f"{METASTASES}|{SARCOMA}", surgery_date="2022-01-15"))
    assert [course.protocol.id for course in found.courses] == [SARCOMA, METASTASES]
    assert all(course.index_dates == {IndexKind.SURGERY: date(2022, 1, 15)} for course in found.courses)


def test_a_row_that_names_none_is_judged_under_those_that_are_known():
    known = [says(protocol=METASTASES, surgery_date="2022-02-01"), says(protocol=SARCOMA, surgery_date="2022-01-15")]
    assert courses(patient(Statement(), *known)) == [
        (SARCOMA, {"surgery": "2022-01-15"}, None),
        (METASTASES, {"surgery": "2022-02-01"}, None),
    ]


FILLING = [
    # row, known, index dates of the first course, why
    ({"protocol": SARCOMA, "surgery_date": "2022-03-01"}, [{"protocol": SARCOMA, "surgery_date": "2022-01-15"}],
     {"surgery": "2022-03-01"}, "what a row says itself stands"),
    ({"protocol": SARCOMA, "surgery_date": "2022-03-01"}, [{"protocol": SARCOMA, "diagnosis_date": "2022-01-15"}],
     {"surgery": "2022-03-01", "diagnosis": "2022-01-15"}, "and what it leaves empty is filled"),
    ({"protocol": SARCOMA}, [{"surgery_date": "2022-01-15"}], {"surgery": "2022-01-15"}, "from rows of no protocol"),
    ({"protocol": SARCOMA}, [{"surgery_date": "2022-01-15"}, {"protocol": SARCOMA, "diagnosis_date": "2021-12-01"}],
     {"diagnosis": "2021-12-01"}, "but only where those of the protocol give no index date at all"),
    ({"protocol": SARCOMA, "diagnosis_date": "2021-12-01"}, [{"surgery_date": "2022-01-15"}],
     {"diagnosis": "2021-12-01", "surgery": "2022-01-15"}, "whatever the row itself gives"),
    ({"protocol": SARCOMA}, [{"protocol": METASTASES, "surgery_date": "2022-01-15"}], {}, "not from another protocol"),
    ({"surgery_date": "2022-03-01"}, [{"protocol": SARCOMA, "surgery_date": "2022-01-15"}],
     {"surgery": "2022-03-01"}, "of one course the date of a row without protocol comes first"),
    ({"surgery_date": "2022-03-01", "diagnosis_date": "2021-11-01"},
     [{"protocol": SARCOMA, "surgery_date": "2022-01-15"}, {"protocol": METASTASES}],
     {"surgery": "2022-01-15", "diagnosis": "2021-11-01"}, "of several it fills only what they leave empty"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "known", "dates", "why"), FILLING, ids=[case[-1] for case in FILLING])
def test_index_dates_are_filled(row, known, dates, why):
    found = patient(says(**row), *(says(**cells) for cells in known))
    assert courses(found)[0][1] == dict(sorted(dates.items())), why


def test_the_primary_site_of_a_row_comes_first_also_where_several_courses_are_known():
    known = [says(protocol=SARCOMA, primary_site="pelvis"), says(protocol=METASTASES)]
    assert [site for *_, site in courses(patient(says(primary_site="chest"), *known))] == [REGIONS["chest"]] * 2
    assert [site for *_, site in courses(patient(Statement(), *known))] == [REGIONS["pelvis"], None]


def test_two_primary_sites_of_one_course_are_unknown_and_not_filled_from_elsewhere():
    sites = [says(protocol=SARCOMA, primary_site=site) for site in ("pelvis", "chest")]
    (course,) = patient(Statement(), *sites, says(primary_site="brain")).courses
    assert (course.primary_site, course.sites_differ) == (None, True)
    (course,) = patient(says(primary_site="skull"), *sites).courses
    assert (course.primary_site, course.sites_differ) == (REGIONS["skull"], False)
    assert not patient(says(protocol=SARCOMA)).courses[0].sites_differ
    assert courses(patient(says(protocol=SARCOMA), says(primary_site="brain")))[0][2] == REGIONS["brain"]


MERGED = [
    # column, two values, on, value, why
    ("surgery_date", "2022-01-15", "2022-06-15", "2022-06-15", "the latest on the day itself"),
    ("surgery_date", "2022-01-15", "2022-06-16", "2022-01-15", "the latest that has been"),
    ("surgery_date", "2022-06-16", "2022-07-01", "2022-06-16", "none has been: the earliest"),
    ("diagnosis_date", "2022-01-15", "2021-01-15", "2021-01-15", "of the diagnosis the earliest"),
    ("cervical_spine_surgery_date", "2022-01-15", "2022-06-16", "2022-01-15", "an operation that has been"),
    ("intravascular_stent_date", "2022-01-15", "2022-06-15", "2022-06-15", "a stent that has been"),
    ("follow_up_end_date", "2022-01-15", "2022-06-16", "2022-06-16", "of two ends of follow-up the later"),
    ("death_date", "2022-01-15", "2022-06-16", "2022-06-16", "of two deaths the later"),
    ("birth_date", "1970-01-15", "1970-01-16", None, "two births are unknown"),
    ("birth_date", "1970-01-15", "1970-01-15", "1970-01-15", "one birth said twice is known"),
    ("implanted_device", "true", "false", True, "true before false"),
    ("device_mri_conditional", "true", "false", False, "one uncleared device is enough"),
    ("scoliosis_onset_age", "9", "11", 11.0, "the larger number"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "one", "other", "value", "why"), MERGED, ids=[case[-1] for case in MERGED])
def test_where_rows_say_different_things(column, one, other, value, why):
    rows = [says(protocol=SARCOMA, **{column: text}) for text in (one, other)]
    for known in (rows, rows[::-1]):
        found = patient(Statement(), *known)
        if column in INDEX_COLUMNS:
            told = found.courses[0].index_dates[INDEX_COLUMNS[column]]
        else:
            told = {"follow_up_end_date": found.follow_up_end, "death_date": found.death}.get(
                column, found.facts.get(column)
            )
        assert (str(told) if isinstance(told, date) else told) == value, why


def test_facts_of_an_event_are_never_filled():
    found = patient(
        says(protocol=SARCOMA), says(protocol=SARCOMA, symptoms_new_or_progressing="true", high_grade="true")
    )
    assert found.facts["symptoms_new_or_progressing"] is None
    assert found.facts["high_grade"] is True


def test_facts_of_the_patient_are_filled_from_rows_of_any_protocol():
    assert patient(says(protocol=SARCOMA), says(protocol=METASTASES, scoliosis="true")).facts["scoliosis"] is True


IMPLIED = [
    # row, fact, value, why
    ({"neck_pain_worsening": "true"}, "neck_pain", True, "worsening neck pain is neck pain"),
    ({"neck_pain_worsening": "true", "neck_pain": "false"}, "neck_pain", False, "what is documented stands"),
    ({"neck_pain_worsening": "false"}, "neck_pain", None, "one that does not hold implies nothing"),
    ({"protocol": SARCOMA}, "known_malignancy", TrueFrom(date.min), "a course without dates has always been"),
    ({"protocol": SARCOMA, "surgery_date": "2022-05-01", "diagnosis_date": "2022-01-15"}, "known_malignancy",
     TrueFrom(date(2022, 1, 15)), "from the first of its index dates on"),
    ({"protocol": SARCOMA, "known_malignancy": "false", "surgery_date": "2022-05-01"}, "known_malignancy",
     TrueFrom(date(2022, 5, 1), before=False), "a false that a course contradicts counts as true"),
    ({"protocol": "cns.meningioma"}, "known_malignancy", None, "a meningioma is none"),
    ({"protocol": "neuroendocrine.men1.pituitary"}, "known_malignancy", None, "nor is any part of MEN1"),
    ({"protocol": SARCOMA, "primary_site": "lumbar_spine"}, "spinal_tumor_known", TrueFrom(date.min), "in the spine"),
    ({"protocol": SARCOMA, "primary_site": "sacrum"}, "spinal_tumor_known", None, "not in the sacrum"),
    ({"protocol": SARCOMA, "primary_site": "lumbar_spine", "spinal_tumor_known": "false"}, "spinal_tumor_known", False,
     "by its site a course only fills what is unknown"),
    ({"protocol": "cns.vertebral_metastases", "spinal_tumor_known": "false"}, "spinal_tumor_known",
     TrueFrom(date.min, before=False), "a disease of the spine contradicts a false"),
    ({"protocol": "occult_primary", "primary_site": "lumbar_spine"}, "spinal_tumor_known", None, "no occult primary"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "fact", "value", "why"), IMPLIED, ids=[case[-1] for case in IMPLIED])
def test_implied_facts(row, fact, value, why):
    assert patient(says(**row)).facts[fact] == value, why


def test_a_course_that_the_row_does_not_name_implies_too():
    assert patient(says(protocol="cns.meningioma"), says(protocol=SARCOMA)).facts["known_malignancy"] == TrueFrom(
        date.min
    )


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(random):
    rows = []
    for _ in range(random.randint(1, 3)):
        cells = {"protocol": random.choice(("", SARCOMA, METASTASES, f"{SARCOMA}|{METASTASES}"))}
        for name in (*INDEX_COLUMNS, "follow_up_end_date", "death_date", "intravascular_stent_date"):
            cells[name] = random.choice(("", "2022-01-15", "2022-06-15", "2022-06-16"))
        cells["primary_site"] = random.choice(("", "pelvis", "lumbar_spine"))
        cells["birth_date"] = random.choice(("", "1970-01-15", "1971-01-15"))
        cells["device_mri_conditional"] = random.choice(("", "true", "false"))
        rows.append(says(**cells))
    row = says(protocol=random.choice(("", SARCOMA)), surgery_date=random.choice(("", "2022-03-01")))
    assert len({repr(patient(row, *order)) for order in permutations(rows)}) == 1
