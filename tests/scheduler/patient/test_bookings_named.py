"""What a sentence calls a booking is one: not the performed study from which a window counts beside it."""

from datetime import date

import pytest
from support.evaluators import EVALUATORS

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.vocabulary import MRI, SURGERY, Cite, Plan, Schedule, every, months, protocol, study
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.values import replace

SCHEDULE = Schedule(
    "spine", Cite("M 1"), study(MRI, at="total_spine"), (SURGERY,), Plan(phases=(every(months(6), until=months(12)),))
)
MADE_UP = replace(CURRENT, protocols=(protocol("made_up", "made up", SCHEDULE, cite=Cite("M 1")),))
PATIENT = {
    "patient_id": "P1",
    "treatment_end_date": "2026-01-15",
    "surgery_date": "2026-01-31",
    "symptoms_new_or_progressing": "false",
}
CASES = [
    # why, course (edition, protocol, primary site), earlier studies, requested, reason, what the explanation says
    (
        "a booking alone",
        (CURRENT, "bone.osteosarcoma", "cervical_spine"),
        ["2026-04-15 scheduled MRI cervical_spine"],
        "2026-05-15 MRI cervical_spine",
        "unconfirmed_prior",
        (
            "Counted from the booking for 2026-04-15, the study is due on 2026-07-15 (grace 9 days). 2026-05-15 is"
            " 61 days before that if the study booked for 2026-04-15 was done: confirm whether it was."
        ),
    ),
    (
        "a round that a performed study began and a booking ends",
        (CURRENT, "bone.osteosarcoma", "cervical_spine"),
        ["2026-04-12 performed MRI cervical_spine", "2026-04-20 scheduled CT cervical_spine"],
        "2026-07-10 MRI cervical_spine",
        "within_grace",
        "Counted from the study on 2026-04-12, the study is due from 2026-07-12 to 2026-07-20 ",
    ),
    (
        "a booking on the day of a study whose round began before",
        (CURRENT, "bone.osteosarcoma", "cervical_spine"),
        [
            "2026-04-05 performed CT cervical_spine",
            "2026-04-20 performed MRI cervical_spine",
            "2026-04-20 scheduled CT cervical_spine",
        ],
        "2026-07-20 MRI cervical_spine",
        "on_schedule",
        "Counted from the booking for 2026-04-20, the study is due on 2026-07-20 ",
    ),
    (
        "regions of which a performed study gives the reference, since the other one is booked",
        (CURRENT, "bone.osteosarcoma", "total_spine"),
        [
            "2026-01-20 performed MRI total_spine",
            "2026-04-12 performed MRI cervical_spine",
            "2026-05-01 scheduled MRI thoracic_spine",
            "2026-05-03 scheduled MRI lumbar_spine",
        ],
        "2026-05-20 MRI total_spine",
        "unconfirmed_prior",
        (
            "Counted from the study on 2026-04-12, the study is due on 2026-07-12 (grace 9 days). 2026-05-20 is 53 days"
            " before that if the study booked for 2026-05-01 was done: confirm whether it was."
        ),
    ),
    (
        "a booking of a region that has not waited longest without it",
        (CURRENT, "bone.osteosarcoma", "total_spine"),
        [
            "2026-01-20 performed MRI thoracic_spine",
            "2026-04-12 performed MRI cervical_spine",
            "2026-04-15 performed MRI lumbar_spine",
            "2026-04-20 scheduled MRI lumbar_spine",
            "2026-05-01 scheduled MRI thoracic_spine",
        ],
        "2026-05-20 MRI total_spine",
        "unconfirmed_prior",
        "is 53 days before that if the study booked for 2026-05-01 was done",
    ),
    (
        "the end of a schedule without rounds",
        (MADE_UP, "made_up", ""),
        [
            "2026-07-01 performed MRI total_spine",
            "2026-12-01 performed MRI cervical_spine",
            "2027-01-15 scheduled MRI thoracic_spine|lumbar_spine",
        ],
        "2027-01-20 MRI total_spine",
        "unconfirmed_prior",
        "M 1: if the study booked for 2027-01-15 was done, ",
    ),
    (
        "a window counted from a performed region of a schedule without rounds",
        (MADE_UP, "made_up", ""),
        [
            "2026-02-10 performed MRI total_spine",
            "2026-06-01 performed MRI cervical_spine",
            "2026-07-01 scheduled MRI thoracic_spine",
            "2026-07-02 scheduled MRI lumbar_spine",
        ],
        "2026-08-15 MRI total_spine",
        "unconfirmed_prior",
        (
            "Counted from the study on 2026-06-01, the study is due on 2026-12-01 (grace 18 days). 2026-08-15 is"
            " 108 days before that if the study booked for 2026-07-01 was done: confirm whether it was."
        ),
    ),
]


def event(text):
    """Return the cells of an event, written as date, status (mostly requested), modality and regions."""
    day, *status, modality, region = text.split()
    return {"date": day, "status": "".join(status) or "requested", "modality": modality, "region": region}


@pytest.mark.parametrize("decide", EVALUATORS.values(), ids=EVALUATORS)
@pytest.mark.parametrize(
    ("course", "earlier", "requested", "reason", "says"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_the_booking_that_is_named_is_one(decide, course, earlier, requested, reason, says):
    edition, name, site = course
    patient = PATIENT | {"protocol": name, "primary_site": site}
    rows = [patient | event(text) for text in (*earlier, requested)]
    result = decide(rows, edition, GracePolicy(), date(2027, 6, 30))[-1]
    assert result["reason"] == reason
    assert says in result["explanation"]
