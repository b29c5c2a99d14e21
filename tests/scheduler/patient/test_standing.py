from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.patient.standing import DueStatus, performed_studies, standing
from spine_vigil.scheduler.records.courses import courses
from spine_vigil.scheduler.records.fields import event_columns
from spine_vigil.scheduler.records.patients import Event, Patient, Status
from spine_vigil.scheduler.records.rows import read_row
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.studies import REGIONS, Modality, Study

COLUMNS = event_columns(CURRENT)
SCHEDULES = dict(CURRENT.schedules())


def day(text: str) -> date:
    return date.fromisoformat(text)


def stands(route, as_of, *studies, follow_up_end=None, site="cervical_spine", facts=None, grace=None, **index):
    patient = Patient(
        index_dates={IndexKind(kind): day(text) for kind, text in index.items()},
        primary_site=site and REGIONS[site],
        facts=facts or {},
    )
    return standing(
        CURRENT,
        SCHEDULES[route],
        patient,
        [day(text) for text in studies],
        day(as_of),
        GracePolicy(grace),
        follow_up_end and day(follow_up_end),
    )


STATUSES = """
route | as_of | index dates | studies | status | why
bone.osteosarcoma/chest | 2022-04-29 | treatment_end=2022-01-31 | | upcoming | a day before it opens
bone.osteosarcoma/chest | 2022-04-30 | treatment_end=2022-01-31 | | open | the day it opens
bone.osteosarcoma/chest | 2022-05-01 | treatment_end=2022-01-31 | | open | the day after it closes is grace
bone.osteosarcoma/chest | 2022-05-09 | treatment_end=2022-01-31 | | open | the ninth day of grace
bone.osteosarcoma/chest | 2022-05-10 | treatment_end=2022-01-31 | | overdue | the tenth day
bone.osteosarcoma/chest | 2052-05-10 | treatment_end=2022-01-31 | | overdue | no end: overdue for ever
bone.osteosarcoma/chest | 2022-01-01 | treatment_end=2022-01-31 | | upcoming | before the index date
bone.osteosarcoma/chest | 2022-09-29 | treatment_end=2022-01-31 | 2022-06-30 2022-04-30 | upcoming | the latest study is the reference: 30 June + 3 months
cns.glioblastoma/preoperative | 2022-01-31 | surgery=2022-01-31 | | open | two days around surgery: the last
cns.glioblastoma/preoperative | 2022-02-01 | surgery=2022-01-31 | | ended | and the day after, without grace
cns.glioblastoma/preradiation | 2022-03-14 | surgery=2022-01-31 | | open | a one-time window and its 7 days
cns.glioblastoma/preradiation | 2022-03-15 | surgery=2022-01-31 | | overdue | the eighth day
cns.glioblastoma/preradiation | 2023-03-07 | surgery=2022-01-31 | | overdue | 12 months after 7 March
cns.glioblastoma/preradiation | 2023-03-08 | surgery=2022-01-31 | | ended | and a day
cns.glioblastoma/preradiation | 2022-03-01 | surgery=2022-01-31 | 2022-02-25 | ended | done in the window
cns.glioblastoma/preradiation | 2022-03-01 | surgery=2022-01-31 radiation_start=2022-03-01 | | ended | radiation has begun: the planning study is over, as planned
cns.glioblastoma/preradiation | 2022-03-01 | surgery=2022-01-31 radiation_start=2022-03-02 | | open | radiation begins tomorrow
cns.medulloblastoma/brain | 2024-03-01 | treatment_end=2022-01-31 | 2024-01-15 | needs_info | an interval that the text does not give
cns.medulloblastoma/brain | 2024-01-31 | treatment_end=2022-01-31 | | overdue | a gap at the timed end: as long as the window speaks
cns.medulloblastoma/brain | 2024-02-01 | treatment_end=2022-01-31 | | needs_info | the day after the timed end the last phase speaks
bone.chordoma/primary_site | 2032-01-31 | surgery=2022-01-31 | | conditional | symptoms alone
bone.chordoma/primary_site | 2032-02-01 | surgery=2022-01-31 | | ended | for 10 years
bone.osteosarcoma/chest | 2022-04-30 | treatment_end=2022-01-31 progression=2022-05-01 | | open | the disease has not progressed yet
bone.osteosarcoma/chest | 2022-05-01 | treatment_end=2022-01-31 progression=2022-05-01 | | stopped | progression on the day
bone.osteosarcoma/chest | 2022-05-02 | treatment_end=2022-01-31 progression=2022-05-01 | | stopped | progression before
bone.osteosarcoma/chest | 2022-04-30 | treatment_end=2022-01-31 progression=2022-01-31 | | open | progression on the index date is what was treated
cns.astrocytoma.recurrent/brain | 2022-03-31 | progression=2022-01-31 | | open | a protocol that counts from progression
cns.glioblastoma/postradiation | 2022-04-30 | surgery=2022-01-31 | | needs_info | no date to count from
"""  # noqa: E501 - a case is one line


def _cases():
    for line in STATUSES.strip().splitlines()[1:]:
        *cells, why = (cell.strip() for cell in line.split("|"))
        yield pytest.param(*cells, why, id=why)


@pytest.mark.parametrize(("route", "as_of", "index", "studies", "status", "why"), list(_cases()))
def test_status_on_a_date(route, as_of, index, studies, status, why):
    index_dates = dict(pair.split("=") for pair in index.split())
    assert stands(route, as_of, *studies.split(), **index_dates).status is DueStatus(status), why


@pytest.mark.parametrize(
    ("as_of", "status"), [("2022-04-29", "upcoming"), ("2022-04-30", "stopped"), ("2022-05-01", "stopped")]
)
def test_from_the_end_of_follow_up_on_nothing_is_due(as_of, status):
    found = stands("bone.osteosarcoma/chest", as_of, treatment_end="2022-01-31", follow_up_end="2022-04-30")
    assert found.status is DueStatus(status)


def test_the_end_of_follow_up_counts_before_what_is_missing():
    found = stands("bone.osteosarcoma/chest", "2022-05-01", follow_up_end="2022-04-30")
    assert (found.status, found.because) == (DueStatus.STOPPED, "follow-up ended on 2022-04-30")


@pytest.mark.parametrize(
    ("progression", "count", "why"),
    [
        ("2022-07-30", 1, "known to have progressed the day before the second window opens"),
        ("2022-07-31", 1, "on the day it opens"),
        ("2022-08-01", 2, "the day after"),
    ],
)
def test_no_window_opens_once_nothing_is_due(progression, count, why):
    found = stands("bone.osteosarcoma/chest", "2022-02-01", treatment_end="2022-01-31", progression=progression)
    assert len(list(found.windows(GracePolicy(), day("2022-08-31")))) == count, why


@pytest.mark.parametrize(
    ("as_of", "fact", "status", "why"),
    [
        ("2024-01-30", None, "overdue", "the day before the yearly phase begins, no fact is asked for"),
        ("2024-01-31", None, "conditional", "from 24 months on: not documented"),
        ("2024-02-01", False, "conditional", "documented not to be so"),
        ("2024-01-31", True, "overdue", "documented"),
    ],
)
def test_a_conditional_phase_asks_for_its_fact(as_of, fact, status, why):
    """Atypical cartilaginous tumor from 31 January 2022: the window closed on 31 January 2023, the grace is 18 days."""
    route = "bone.chondrosarcoma.atypical_cartilaginous/primary_site"
    found = stands(route, as_of, surgery="2022-01-31", facts={"clinically_indicated": fact})
    assert found.status is DueStatus(status), why


def test_a_window_that_reaches_into_a_conditional_phase_is_open_until_then():
    """Studied on 31 January 2023: due from 31 July to 31 January 2024, on which the yearly phase begins."""
    route = "bone.chondrosarcoma.atypical_cartilaginous/primary_site"
    found = [stands(route, d, "2023-01-31", surgery="2022-01-31").status for d in ("2024-01-30", "2024-01-31")]
    assert found == [DueStatus.OPEN, DueStatus.CONDITIONAL]


def test_a_window_to_come_in_a_conditional_phase_is_conditional_already():
    """Studied on 1 December 2023: 6 to 12 months lie past 31 January 2024."""
    route = "bone.chondrosarcoma.atypical_cartilaginous/primary_site"
    found = stands(route, "2024-01-01", "2023-12-01", surgery="2022-01-31")
    assert (found.status, found.fact) == (DueStatus.CONDITIONAL, "clinically_indicated")
    assert (found.window.opens, found.window.closes) == (date(2024, 6, 1), date(2024, 12, 1))


@pytest.mark.parametrize(
    ("heart_disease", "status", "missing"),
    [
        (None, ("needs_info", "needs_info"), ("carcinoid_heart_disease",)),
        (True, (None, "open"), ()),
        (False, ("upcoming", None), ()),
    ],
)
def test_a_schedule_with_a_condition_of_its_own(heart_disease, status, missing):
    facts = {"carcinoid_heart_disease": heart_disease}
    routes = ("neuroendocrine.carcinoid_syndrome/heart", "neuroendocrine.carcinoid_syndrome/heart_disease")
    found = [stands(route, "2022-06-01", diagnosis="2022-01-31", facts=facts) for route in routes]
    assert tuple(f and f.status.value for f in found) == status
    assert all(f.missing == missing for f in found if f)


def test_everything_that_is_missing_is_named():
    found = stands("bone.osteosarcoma/primary_site", "2022-06-01", site=None)
    assert found.status is DueStatus.NEEDS_INFO
    assert found.missing == ("primary_site", "treatment_end_date", "surgery_date", "diagnosis_date")
    assert found.because == (
        "the primary site is not known; the schedule counts from the end of treatment, else surgery, else the"
        " diagnosis, and no such date is known"
    )


def test_an_unknown_primary_site_matters_only_to_a_schedule_of_the_primary_site():
    found = [
        stands(route, "2022-06-01", site=None, treatment_end="2022-01-31").status.value
        for route in ("bone.osteosarcoma/primary_site", "bone.osteosarcoma/chest", "cns.primary_cns_lymphoma/cns")
    ]
    assert found == ["needs_info", "overdue", "overdue"]


@pytest.mark.parametrize(
    ("study", "counted", "why"),
    [("2022-01-30", 0, "before the start"), ("2022-01-31", 1, "on the day"), ("2022-02-01", 1, "after it")],
)
def test_a_study_before_the_schedule_starts_is_no_reference(study, counted, why):
    found = stands("bone.osteosarcoma/chest", "2022-04-30", study, treatment_end="2022-01-31")
    assert len(found.studies) == counted, why


def test_grace_is_taken_from_the_policy():
    found = stands("bone.osteosarcoma/chest", "2022-05-01", treatment_end="2022-01-31", grace=0)
    assert found.status is DueStatus.OVERDUE


def _event(text, on, status=Status.PERFORMED, **more):
    modality, region = text.split()
    return Event(Study(Modality(modality), REGIONS[region]), day(on), status, **more)


def test_performed_studies_match_by_any_shared_region_up_to_the_date_each_day_once():
    patient = Patient(primary_site=REGIONS["total_spine"])
    events = [
        _event("MRI lumbar_spine", "2022-05-02"),
        _event("MRI cervical_spine", "2022-05-01"),
        _event("CT cervical_spine", "2022-05-01"),
        _event("MRI brain", "2022-05-03"),
        _event("MRI cervical_spine", "2022-05-03", Status.SCHEDULED),
        _event("MRI cervical_spine", "2022-05-04", Status.CANCELLED),
        _event("MRI cervical_spine", "2022-05-05", is_add_on=True),
        _event("MRI cervical_spine", "2022-06-01"),
        _event("MRI cervical_spine", "2022-06-02"),
    ]
    found = performed_studies(SCHEDULES["bone.osteosarcoma/primary_site"], patient, events, day("2022-06-01"))
    assert found == (date(2022, 5, 1), date(2022, 5, 2), date(2022, 6, 1))


def _row(**cells):
    return read_row({"patient_id": "P1", "protocol": "bone.osteosarcoma"} | cells, CURRENT, COLUMNS)


def _study(on, **cells):
    return _row(modality="CT", region="chest", date=on, status="performed", **cells)


def test_the_newest_row_that_gives_a_value_counts_whatever_the_order():
    rows = [
        _row(treatment_end_date="2025-12-31", primary_site="skull"),  # enrols: older than any dated row
        _study("2022-05-01", treatment_end_date="2022-01-31", primary_site="sacrum", high_grade="no"),
        _study("2022-08-01", treatment_end_date="2022-02-28", high_grade="yes"),
        _study("2022-08-01", treatment_end_date="2022-02-27"),  # as new: the later date counts
        _study("2022-11-01", diagnosis_date="2021-09-01"),
    ]
    for order in permutations(rows):
        (found,) = courses(order)
        assert found.patient.index_dates == {
            IndexKind.TREATMENT_END: date(2022, 2, 28),
            IndexKind.DIAGNOSIS: date(2021, 9, 1),
        }
        assert found.patient.primary_site == REGIONS["sacrum"]
        assert (found.patient.facts["high_grade"], found.patient.facts["calcium_rising"]) == (True, None)
        assert sorted(e.date for e in found.events) == [
            date(2022, 5, 1),
            date(2022, 8, 1),
            date(2022, 8, 1),
            date(2022, 11, 1),
        ]


def test_a_patient_under_two_protocols_has_two_courses_with_one_history_and_one_end_of_follow_up():
    rows = [
        _row(patient_id="P2", treatment_end_date="2022-01-31"),
        _study("2022-05-01", treatment_end_date="2022-01-31", follow_up_end_date="2022-06-01"),
        _row(protocol="cns.medulloblastoma", treatment_end_date="2020-02-02"),
        _row(protocol="", diagnosis_date="2019-01-01"),
        _row(protocol="cns.ependymoma", treatment_end_date="2020-02-02"),  # has no schedules
    ]
    found = [
        (c.patient_id, c.protocol.id, c.patient.index_dates, len(c.events), c.follow_up_end) for c in courses(rows)
    ]
    end = IndexKind.TREATMENT_END
    assert found == [
        ("P1", "bone.osteosarcoma", {end: date(2022, 1, 31)}, 1, date(2022, 6, 1)),
        ("P1", "cns.medulloblastoma", {end: date(2020, 2, 2)}, 1, date(2022, 6, 1)),
        ("P2", "bone.osteosarcoma", {end: date(2022, 1, 31)}, 0, None),
    ]


def test_a_row_that_cannot_be_read_gives_nothing():
    assert list(courses([_study("2022-02-30", treatment_end_date="2022-01-31")])) == []


def test_the_newest_date_is_of_an_index_date_or_a_study_done_by_then():
    rows = [
        _row(treatment_end_date="2022-01-31"),
        _study("2022-05-01"),
        _study("2022-05-02"),
        _row(modality="CT", region="chest", date="2022-04-30", status="scheduled"),
    ]
    (found,) = courses(rows)
    assert [found.newest_date(day(d)) for d in ("2022-04-30", "2022-05-01", "2022-06-01")] == [
        date(2022, 1, 31),
        date(2022, 5, 1),
        date(2022, 5, 2),
    ]


def test_a_window_that_opens_when_nothing_is_due_any_more_says_so():
    """Radiation starts before the planning study would be due, 3 weeks after surgery."""
    found = stands("cns.glioblastoma/preradiation", "2026-03-01", surgery="2026-02-25", radiation_start="2026-03-10")
    assert found.status is DueStatus.UPCOMING
    assert found.because == "its window would open on 2026-03-18, but from 2026-03-10 on nothing is due"
