from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.vocabulary import (
    MRI,
    TREATMENT_END,
    Cite,
    Plan,
    Schedule,
    every,
    months,
    study,
    years,
)
from spine_vigil.scheduler.patient.projection import project
from spine_vigil.scheduler.patient.windows import Reference, next_window
from spine_vigil.scheduler.rules.grace import GracePolicy

GRACE = GracePolicy()
FAR = date(2060, 1, 1)


def schedule_of(route: str, reading: str | None = None):
    edition = CURRENT if reading is None else CURRENT.with_readings({route: reading})
    return dict(edition.schedules())[route]


def day(text: str) -> date:
    return date.fromisoformat(text)


def windows(route, index, last_study=None, *, until=FAR, count=None, earliest=False, reading=None):
    """Return the windows as seen on the index date: nothing is missed."""
    schedule, imaging = schedule_of(route, reading), None
    if last_study is not None:
        imaging = Reference(day(last_study), day(last_study))
    found = project(schedule, day(index), imaging, GRACE, as_of=day(index), until=until, earliest=earliest)
    return [f"{p.window.opens}..{p.window.closes} from {p.window.reference}" for p in islice(found, count)]


CHAINS = [
    # (why, route, index, last study, first or last day, how many or all, windows)
    (
        "month ends: each window is one addition from 31 January, never 30 July",
        ("bone.osteosarcoma/chest", "2022-01-31", None, False, 4),
        [
            "2022-04-30..2022-04-30 from 2022-01-31",
            "2022-07-31..2022-07-31 from 2022-01-31",
            "2022-10-31..2022-10-31 from 2022-01-31",
            "2023-01-31..2023-01-31 from 2022-01-31",
        ],
    ),
    (
        "after a study the multiples count from it: 30 November + 3 months is 28 February, + 6 is 30 May",
        ("bone.osteosarcoma/chest", "2022-01-31", "2022-11-30", False, 3),
        [
            "2023-02-28..2023-02-28 from 2022-11-30",
            "2023-05-30..2023-05-30 from 2022-11-30",
            "2023-08-30..2023-08-30 from 2022-11-30",
        ],
    ),
    (
        "a range: the k-th window opens k MAX + MIN and closes (k+1) MAX after the reference; none after 2 years",
        ("cns.medulloblastoma/brain", "2022-01-31", None, False, None),
        [
            "2022-03-31..2022-04-30 from 2022-01-31",
            "2022-06-30..2022-07-31 from 2022-01-31",
            "2022-09-30..2022-10-31 from 2022-01-31",
            "2022-12-31..2023-01-31 from 2022-01-31",
            "2023-03-31..2023-04-30 from 2022-01-31",
            "2023-06-30..2023-07-31 from 2022-01-31",
            "2023-09-30..2023-10-31 from 2022-01-31",
            "2023-12-31..2024-01-31 from 2022-01-31",
        ],
    ),
    (
        "the same range, each study on the first day: opens (k+1) MIN, closes k MIN + MAX; the last at 24 months",
        ("cns.medulloblastoma/brain", "2023-06-15", "2025-02-28", True, None),
        ["2025-04-28..2025-05-28 from 2025-02-28"],
    ),
    (
        "in weeks: 6 to 16 weeks are 42 to 112 days, then 22 to 32 weeks",
        ("neuroendocrine.poorly_differentiated.unresectable/chest", "2022-01-31", None, False, 2),
        ["2022-03-14..2022-05-23 from 2022-01-31", "2022-07-04..2022-09-12 from 2022-01-31"],
    ),
    (
        "a one-time window, then the range from the study on its last day (14 March), which is in the next phase",
        ("cns.glioblastoma/postradiation", "2022-01-31", None, False, 3),
        [
            "2022-02-21..2022-03-14 from 2022-01-31",
            "2022-05-14..2022-06-14 from 2022-03-14",
            "2022-08-14..2022-09-14 from 2022-03-14",
        ],
    ),
    (
        "a one-time window on its first day: the range counts from 21 February, and not before its phase",
        ("cns.glioblastoma/postradiation", "2022-01-31", None, True, 3),
        [
            "2022-02-21..2022-03-14 from 2022-01-31",
            "2022-04-21..2022-05-21 from 2022-02-21",
            "2022-06-21..2022-07-21 from 2022-04-21",
        ],
    ),
    (
        "a study inside the one-time window (31 March): the next one lies in a later phase and is the new reference",
        ("cns.glioblastoma/postradiation", "2022-03-05", "2022-03-31", False, 2),
        ["2022-05-31..2022-06-30 from 2022-03-31", "2022-08-30..2022-09-30 from 2022-06-30"],
    ),
    (
        "one-time windows count from the index date and end with the last",
        ("neuroendocrine.rectal_small/rectum", "2022-08-31", None, False, None),
        ["2023-02-28..2023-02-28 from 2022-08-31", "2023-08-31..2023-08-31 from 2022-08-31"],
    ),
    (
        "a one-time window in days, before surgery, and nothing after it",
        ("cns.glioblastoma/preoperative", "2022-01-31", None, False, None),
        ["2022-01-29..2022-01-31 from 2022-01-31"],
    ),
    (
        "a missed one-time window stays the firm one",
        ("cns.glioblastoma/preradiation", "2022-01-31", "2022-02-01", False, None),
        ["2022-02-21..2022-03-07 from 2022-01-31"],
    ),
    ("whenever a fact is documented: no window", ("occult_primary/symptomatic", "2022-01-31", None, False, None), []),
]


@pytest.mark.parametrize(("why", "asked", "expected"), CHAINS, ids=[c[0] for c in CHAINS])
def test_windows_follow_each_other(why, asked, expected):
    route, index, last_study, earliest, count = asked
    assert windows(route, index, last_study, earliest=earliest, count=count) == expected, why


def test_latest_crosses_the_phases_of_osteosarcoma_with_the_benefit_of_the_doubt():
    """3-monthly for 24 months (31 January 2024), 4-monthly to 36, 6-monthly to 60, then yearly."""
    found = windows("bone.osteosarcoma/chest", "2022-01-31", count=17)
    assert found[6:] == [
        "2023-10-31..2023-10-31 from 2022-01-31",
        "2024-01-31..2024-02-29 from 2022-01-31",  # 3 months falls on the boundary: up to 4 (31 October + 4) will do
        "2024-06-29..2024-06-29 from 2024-02-29",  # 29 February is past the boundary: a new reference
        "2024-10-29..2024-10-29 from 2024-02-29",
        "2025-02-28..2025-04-29 from 2024-02-29",  # 12 months in one addition; or 8 + 6 months
        "2025-10-29..2025-10-29 from 2025-04-29",
        "2026-04-29..2026-04-29 from 2025-04-29",
        "2026-10-29..2026-10-29 from 2025-04-29",
        "2027-04-29..2027-10-29 from 2025-04-29",  # 24 months, or 18 + 12: past 31 January 2027
        "2028-10-29..2028-10-29 from 2027-10-29",
        "2029-10-29..2029-10-29 from 2027-10-29",
    ]


def test_earliest_crosses_the_phases_of_osteosarcoma_on_the_boundary_itself():
    found = windows("bone.osteosarcoma/chest", "2022-01-31", count=12, earliest=True)
    assert found[7:] == [
        "2024-01-31..2024-02-29 from 2022-01-31",
        "2024-05-31..2024-05-31 from 2024-01-31",  # the boundary belongs to the next phase
        "2024-09-30..2024-09-30 from 2024-01-31",
        "2025-01-31..2025-03-31 from 2024-01-31",  # 12 months, or 8 + 6
        "2025-07-31..2025-07-31 from 2025-01-31",
    ]


def test_a_shorter_interval_begins_with_its_phase_in_projections_too():
    """5-monthly for a year, then monthly: after 10 months the next opens with the year, not at 11 months."""
    schedule = Schedule(
        "brain",
        Cite("CNS 0"),
        study(MRI, at="brain"),
        (TREATMENT_END,),
        Plan(phases=(every(months(5), until=years(1)), every(months(1)))),
    )
    index = day("2022-01-31")
    found = islice(project(schedule, index, None, GRACE, as_of=index, until=FAR), 3)
    assert [(str(p.window.opens), str(p.window.closes)) for p in found] == [
        ("2022-06-30", "2022-06-30"),
        ("2022-11-30", "2022-11-30"),
        ("2023-01-31", "2023-04-30"),
    ]


@pytest.mark.parametrize("earliest", [False, True])
def test_an_interval_without_minimum_moves_on_by_its_last_day(earliest):
    """'At least every 6 months' for 5 years: the first day is that of the study before, so it cannot be assumed."""
    found = windows("bone.chondrosarcoma.other/chest", "2022-01-31", earliest=earliest)
    assert found == [
        "2022-01-31..2022-07-31 from 2022-01-31",
        "2022-07-31..2023-01-31 from 2022-01-31",
        "2023-01-31..2023-07-31 from 2022-01-31",
        "2023-07-31..2024-01-31 from 2022-01-31",
        "2024-01-31..2024-07-31 from 2022-01-31",
        "2024-07-31..2025-01-31 from 2022-01-31",
        "2025-01-31..2025-07-31 from 2022-01-31",
        "2025-07-31..2026-01-31 from 2022-01-31",
        "2026-01-31..2026-07-31 from 2022-01-31",
        "2026-07-31..2027-07-31 from 2022-01-31",  # reaches year 5: a year will do
        "2028-07-31..2028-07-31 from 2027-07-31",
        "2029-07-31..2029-07-31 from 2027-07-31",
        "2030-07-31..2030-07-31 from 2027-07-31",
        "2031-07-31..2031-07-31 from 2027-07-31",  # year 10 ends on 31 January 2032
    ]


@pytest.mark.parametrize(
    ("last_study", "opens", "why"),
    [
        ("2023-11-14", ["2024-01-14"], "opens the day before the 2 years run out on 15 January"),
        ("2023-11-15", ["2024-01-15"], "opens on the day itself, which is included"),
        ("2023-11-16", [], "would open the day after: there is no such window"),
    ],
)
def test_no_window_opens_after_the_timed_end(last_study, opens, why):
    found = windows("cns.medulloblastoma/brain", "2022-01-15", last_study)
    assert [w[:10] for w in found] == opens, why


def test_the_timed_end_holds_for_projections_too():
    """As written, medulloblastoma is over at 2 years; from 15 November the next study opens on the last day."""
    found = windows("cns.medulloblastoma/brain", "2022-01-15", "2023-09-15", earliest=True, reading="as_written")
    assert found == ["2023-11-15..2023-12-15 from 2023-09-15", "2024-01-15..2024-02-15 from 2023-09-15"]


@pytest.mark.parametrize(
    ("until", "count", "why"),
    [
        ("2022-01-31", 1, "the firm window is there whenever it opens"),
        ("2022-07-30", 1, "the first projection opens the day after the horizon"),
        ("2022-07-31", 2, "it opens on the horizon"),
        ("2022-08-01", 2, "it opened the day before"),
    ],
)
def test_the_horizon_bounds_projections_by_the_day_on_which_they_open(until, count, why):
    assert len(windows("bone.osteosarcoma/chest", "2022-01-31", until=day(until))) == count, why


def test_the_first_window_is_firm_and_the_others_are_not():
    index = day("2022-01-31")
    found = list(
        project(schedule_of("bone.osteosarcoma/chest"), index, None, GRACE, as_of=index, until=day("2022-10-31"))
    )
    assert [(p.number, p.is_firm) for p in found] == [(0, True), (1, False), (2, False)]


def test_a_projection_names_the_fact_of_a_conditional_phase_and_the_day_from_which_it_is_asked_for():
    """Atypical cartilaginous tumor: after 24 months (31 January 2024) yearly, only if clinically indicated."""
    route = "bone.chondrosarcoma.atypical_cartilaginous/primary_site"
    index = day("2022-01-31")
    found = project(schedule_of(route), index, None, GRACE, as_of=index, until=FAR)
    told = [(str(p.window.opens), str(p.window.closes), p.fact, p.fact_from) for p in islice(found, 4)]
    assert told == [
        ("2022-07-31", "2023-01-31", None, None),
        ("2023-07-31", "2024-01-31", "clinically_indicated", date(2024, 1, 31)),
        ("2025-01-31", "2025-01-31", "clinically_indicated", date(2025, 1, 31)),
        ("2026-01-31", "2026-01-31", "clinically_indicated", date(2026, 1, 31)),
    ]


def test_each_window_has_the_grace_of_its_phase():
    """A tenth of 3, 4 and 6 months of 30 days: 9, 12 and 18."""
    index = day("2022-01-15")
    found = project(schedule_of("bone.osteosarcoma/chest"), index, None, GRACE, as_of=index, until=day("2025-10-15"))
    assert [p.window.grace for p in found] == [9] * 8 + [12] * 3 + [18]


def _is_in_months(schedule):
    return all(b is None or b.days == 0 for p in schedule.phases for b in (p.low, p.high, p.end))


@pytest.mark.parametrize("earliest", [False, True], ids=["latest", "earliest"])
@pytest.mark.parametrize("route", [route for route, schedule in CURRENT.schedules() if _is_in_months(schedule)])
def test_away_from_month_ends_the_projections_are_what_the_assumed_studies_would_give(route, earliest):
    """From the 10th of a month, multiples and repeated additions agree: the rule is that of the next window."""
    schedule = schedule_of(route)
    index = day("2022-01-10")
    expected = []
    window, before = next_window(schedule, index, None, GRACE), index
    while window is not None and len(expected) < 30:
        expected.append((window.opens, window.closes, window.grace, window.phase))
        before = window.opens if earliest and window.opens > before else window.closes
        window = next_window(schedule, index, Reference(before, before), GRACE)
    found = islice(project(schedule, index, None, GRACE, as_of=index, until=date(2190, 1, 1), earliest=earliest), 30)
    assert [(p.window.opens, p.window.closes, p.window.grace, p.window.phase) for p in found] == expected


def test_weeks_after_months_are_one_addition_too():
    """12 weeks for a year, then 6 months. The fourth study is assumed 48 weeks (336 days) after 10 January 2022.

    The fifth window then opens 60 weeks (420 days) on, which is past the year, and may wait for 6 months
    from there: 10 July 2022 and 336 days, in one addition.
    """
    found = windows("neuroendocrine.poorly_differentiated.resectable/chest", "2022-01-10", count=6)
    assert found == [
        "2022-04-04..2022-04-04 from 2022-01-10",
        "2022-06-27..2022-06-27 from 2022-01-10",
        "2022-09-19..2022-09-19 from 2022-01-10",
        "2022-12-12..2022-12-12 from 2022-01-10",
        "2023-03-06..2023-06-11 from 2022-01-10",
        "2023-12-11..2023-12-11 from 2023-06-11",
    ]
