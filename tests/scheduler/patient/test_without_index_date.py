"""Schedules without an index date: the due list asks for one where, and only where, a request would be asked."""

from __future__ import annotations

from datetime import date

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.patient.decisions import decide
from spine_vigil.scheduler.patient.standing import standings
from spine_vigil.scheduler.records.follow_up import FollowUp
from spine_vigil.scheduler.records.patients import Course, Event, Patient, Status
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.studies import REGIONS, Modality, Study

BRAIN_MRI = Study(Modality.MRI, REGIONS["brain"])


def day(text):
    return date.fromisoformat(text)


def glioblastoma(index, *events):
    index_dates = {IndexKind(kind): day(text) for kind, text in index.items()}
    return FollowUp(Course(CURRENT.protocol("cns.glioblastoma"), index_dates), events=events)


WITHOUT_INDEX = [
    # index dates of a glioblastoma, as_of, the schedules listed with their status, why
    (
        {"surgery": "2022-01-31"},
        "2022-02-20",
        {"preoperative": "ended", "postoperative": "ended", "preradiation": "upcoming"},
        "the planning study waits: nobody asks for the end of radiation",
    ),
    (
        {"surgery": "2022-01-31"},
        "2022-04-25",
        {"preoperative": "ended", "postoperative": "ended", "preradiation": "overdue"},
        "it closed on 7 March and stays due for 7 weeks: the last day",
    ),
    (
        {"surgery": "2022-01-31"},
        "2022-04-26",
        {"preoperative": "ended", "postoperative": "ended", "preradiation": "ended", "postradiation": "needs_info"},
        "all have ended: the surveillance whose date is not known is not hidden",
    ),
    (
        {"surgery": "2022-01-31", "radiation_start": "2022-03-01"},
        "2022-03-02",
        {"preoperative": "ended", "postoperative": "ended", "preradiation": "ended", "postradiation": "needs_info"},
        "radiation has begun",
    ),
    ({"radiation_end": "2022-01-31"}, "2022-02-20", {"postradiation": "upcoming"}, "nobody asks for the surgery"),
    (
        {},
        "2022-02-20",
        dict.fromkeys(("preoperative", "postoperative", "preradiation", "postradiation"), "needs_info"),
        "no date at all",
    ),
]


@pytest.mark.parametrize(("index", "as_of", "listed", "why"), WITHOUT_INDEX, ids=[case[-1] for case in WITHOUT_INDEX])
def test_a_schedule_without_index_date_is_left_out_where_another_one_speaks(index, as_of, listed, why):
    patient = glioblastoma(index)
    found = {s.schedule.name: s.status.value for s in standings(CURRENT, patient, day(as_of), GracePolicy())}
    assert found == listed, why


@pytest.mark.parametrize("status", [Status.PERFORMED, Status.SCHEDULED])
@pytest.mark.parametrize("count", range(0, 120, 3))
@pytest.mark.parametrize(
    "index", [{"surgery": "2022-01-31"}, {"radiation_end": "2022-01-31"}], ids=["operated", "irradiated"]
)
def test_what_is_listed_without_index_date_is_what_a_request_is_asked_for(index, count, status):
    """Of a schedule without index date the list and a request on the same day never disagree (rules 9)."""
    as_of = date.fromordinal(day("2022-01-25").toordinal() + count)
    for gap in (1, 8, 15, 30):
        event = Event(BRAIN_MRI, date.fromordinal(as_of.toordinal() - gap), status)
        patient = glioblastoma(index, event)
        lacking = [s.lacks_index for s in standings(CURRENT, patient, as_of, GracePolicy())]
        request = Event(BRAIN_MRI, as_of)
        decision = decide(CURRENT, Patient((patient.course,)), request, [event], GracePolicy())
        asked = {route.reason.value for route in (decision, *decision.routes)}
        assert any(lacking) == ("no_index_date" in asked)
