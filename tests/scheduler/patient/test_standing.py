from __future__ import annotations

from datetime import date

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.patient.standing import DueStatus, standing
from spine_vigil.scheduler.patient.windows import Reference
from spine_vigil.scheduler.records.follow_up import FollowUp
from spine_vigil.scheduler.records.patients import Course, Event, Status
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.studies import REGIONS, Modality, Study, parse_regions

SCHEDULES = dict(CURRENT.schedules())


def day(text: str) -> date:
    return date.fromisoformat(text)


def study_on(schedule, site, text):
    """Return a performed study of all that a schedule asks for."""
    modality = min(schedule.study.modalities, key=lambda modality: modality.value)
    return Event(Study(modality, schedule.study.regions_for(site)), day(text), Status.PERFORMED)


def followed(route, *studies, site="cervical_spine", facts=None, end=None, death=None, **index):
    """Return a patient; a study is its date alone (of all that the schedule asks for), or an event."""
    course = Course(
        CURRENT.protocol(route.partition("/")[0]),
        {IndexKind(kind): day(text) for kind, text in index.items()},
        site and REGIONS[site],
    )
    events = [s if isinstance(s, Event) else study_on(SCHEDULES[route], course.primary_site, s) for s in studies]
    return FollowUp(course, "P1", facts or {}, tuple(events), end and day(end), death and day(death))


def stands(route, as_of, *studies, grace=None, **patient):
    return standing(CURRENT, SCHEDULES[route], followed(route, *studies, **patient), day(as_of), GracePolicy(grace))


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
cns.glioblastoma/preradiation | 2022-04-25 | surgery=2022-01-31 | | overdue | 7 weeks after 7 March
cns.glioblastoma/preradiation | 2022-04-26 | surgery=2022-01-31 | | ended | and a day
neuroendocrine.rectal_small/rectum | 2024-01-31 | surgery=2022-01-31 | 2022-07-31 | overdue | 12 months after the last one-time window
neuroendocrine.rectal_small/rectum | 2024-02-01 | surgery=2022-01-31 | 2022-07-31 | ended | and a day
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
    found = stands("bone.osteosarcoma/chest", as_of, treatment_end="2022-01-31", end="2022-04-30")
    assert found.status is DueStatus(status)


def test_the_end_of_follow_up_counts_before_what_is_missing():
    found = stands("bone.osteosarcoma/chest", "2022-05-01", end="2022-04-30")
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
    assert found.missing == (
        "primary_site",
        "treatment_end_date",
        "radiation_end_date",
        "surgery_date",
        "diagnosis_date",
    )
    assert found.because == (
        "the primary site is not documented; the schedule counts from the end of treatment, else the end of radiation"
        " or surgery, else the diagnosis, and no such date is documented"
    )


def test_an_unknown_primary_site_matters_only_to_a_schedule_of_the_primary_site():
    found = [
        stands(route, "2022-06-01", site=None, treatment_end="2022-01-31").status.value
        for route in ("bone.osteosarcoma/primary_site", "bone.osteosarcoma/chest", "cns.primary_cns_lymphoma/cns")
    ]
    assert found == ["needs_info", "overdue", "overdue"]


@pytest.mark.parametrize(
    ("study", "imaging", "why"),
    [
        ("2022-01-30", None, "before the start"),
        ("2022-01-31", date(2022, 1, 31), "on the day"),
        ("2022-02-01", date(2022, 2, 1), "after it"),
    ],
)
def test_a_study_before_the_schedule_starts_is_no_reference(study, imaging, why):
    found = stands("bone.osteosarcoma/chest", "2022-04-30", study, treatment_end="2022-01-31")
    assert found.imaging == (imaging and Reference(imaging, imaging)), why


def test_grace_is_taken_from_the_policy():
    found = stands("bone.osteosarcoma/chest", "2022-05-01", treatment_end="2022-01-31", grace=0)
    assert found.status is DueStatus.OVERDUE


def _event(text, on, status=Status.PERFORMED, **more):
    modality, region = text.split()
    return Event(Study(Modality(modality), parse_regions(region)), day(on), status, **more)


SPINE = [
    # studies of a schedule of the total spine, when it counts as imaged last, how often, why
    (["MRI cervical_spine 2022-05-01"], None, 0, "a part of it is not the whole"),
    (["MRI total_spine 2022-05-01"], "2022-05-01", 1, "all of it"),
    (["MRI total_spine 2022-05-01", "MRI cervical_spine 2022-06-01"], "2022-05-01", 1, "a part again: the rest waits"),
    (
        ["MRI cervical_spine 2022-05-01", "MRI thoracic_spine|lumbar_spine 2022-05-09"],
        "2022-05-01",
        1,
        "in two parts: the one that has waited longer",
    ),
    (
        ["MRI total_spine 2022-05-01", "MRI cervical_spine 2022-06-01", "MRI thoracic_spine|lumbar_spine 2022-06-09"],
        "2022-06-01",
        2,
        "and again",
    ),
    (["MRI whole_body 2022-05-01", "MRI brain 2022-06-01"], "2022-05-01", 1, "a whole body shows it, a brain does not"),
]


@pytest.mark.parametrize(("studies", "last", "done", "why"), SPINE, ids=[case[-1] for case in SPINE])
def test_a_schedule_counts_from_imaging_of_all_its_regions(studies, last, done, why):
    events = [_event(text.rpartition(" ")[0], text.rpartition(" ")[2]) for text in studies]
    found = stands("cns.leptomeningeal_metastases/spine", "2022-07-01", *events, treatment_end="2022-01-31")
    assert (found.imaging and found.imaging.day, found.done) == (last and day(last), done), why


NO_IMAGING = [
    (_event("MRI total_spine", "2022-07-02"), "the day after"),
    (_event("MRI total_spine", "2022-06-30", Status.SCHEDULED), "a booking"),
    (_event("MRI total_spine", "2022-06-30", Status.REQUESTED), "a request"),
    (_event("MRI total_spine", "2022-06-30", Status.CANCELLED), "a cancelled study"),
    (_event("MRI total_spine", "2022-06-30", is_add_on=True), "an add-on"),
    (_event("CT total_spine", "2022-06-30"), "another modality"),
]


@pytest.mark.parametrize(("event", "why"), NO_IMAGING, ids=[why for _, why in NO_IMAGING])
def test_what_is_not_performed_imaging_of_the_schedule_is_no_reference(event, why):
    found = stands("cns.leptomeningeal_metastases/spine", "2022-07-01", event, treatment_end="2022-01-31")
    assert found.imaging is None, why


@pytest.mark.parametrize(
    ("ct", "opens", "closes", "done", "why"),
    [
        ("2022-05-20", "2022-08-01", "2022-08-20", 1, "19 days after the MRI: one round"),
        ("2022-05-21", "2022-08-01", "2022-08-21", 1, "20 days"),
        ("2022-05-22", "2022-08-22", "2022-08-22", 2, "21 days: two rounds"),
    ],
)
def test_a_round_opens_the_next_window_from_its_first_study_and_closes_it_from_its_last(ct, opens, closes, done, why):
    found = stands(
        "bone.osteosarcoma/primary_site",
        "2022-06-01",
        _event("MRI cervical_spine", "2022-05-01"),
        _event("CT cervical_spine", ct),
        treatment_end="2022-01-31",
    )
    assert (found.window.opens, found.window.closes, found.done) == (day(opens), day(closes), done), why


@pytest.mark.parametrize(
    ("as_of", "status"), [("2022-04-29", "upcoming"), ("2022-04-30", "stopped"), ("2022-05-01", "stopped")]
)
def test_from_death_on_nothing_is_due(as_of, status):
    found = stands("bone.osteosarcoma/chest", as_of, treatment_end="2022-01-31", death="2022-04-30")
    assert found.status is DueStatus(status)


def test_death_is_said_before_the_end_of_follow_up():
    found = stands(
        "bone.osteosarcoma/chest", "2022-05-01", treatment_end="2022-01-31", end="2022-03-01", death="2022-04-30"
    )
    assert found.because == "the patient died on 2022-04-30"


def test_a_treatment_after_the_progression_starts_the_schedule_again():
    """Treated to 31 January, progressed on 1 May, operated on 15 May: due 3 months after the operation."""
    index = {"treatment_end": "2022-01-31", "progression": "2022-05-01"}
    assert stands("bone.osteosarcoma/chest", "2022-06-01", **index).status is DueStatus.STOPPED
    again = stands("bone.osteosarcoma/chest", "2022-06-01", **index, surgery="2022-05-15")
    assert (again.status, again.window.opens) == (DueStatus.UPCOMING, date(2022, 8, 15))


def test_a_schedule_that_counts_nothing_needs_no_index_date():
    found = stands("bone.giant_cell_tumor/primary_site", "2022-06-01")
    assert (found.status, found.missing) == (DueStatus.CONDITIONAL, ())


def test_a_window_that_opens_when_nothing_is_due_any_more_says_so():
    """Radiation starts before the planning study would be due, 3 weeks after surgery."""
    found = stands("cns.glioblastoma/preradiation", "2026-03-01", surgery="2026-02-25", radiation_start="2026-03-10")
    assert found.status is DueStatus.UPCOMING
    assert found.because == "the next window would open on 2026-03-18, but nothing is due from 2026-03-10 on"
