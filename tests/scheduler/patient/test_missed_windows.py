"""Coming windows behind a missed study, and behind a round of imaging."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.patient.projection import project
from spine_vigil.scheduler.patient.windows import Reference
from spine_vigil.scheduler.rules.grace import GracePolicy

SCHEDULES = dict(CURRENT.schedules())


def windows(route, index, last_study=None, *, own=None, as_of=None, count=None, earliest=False):
    """Return the windows as seen on `as_of`, by default the index date."""
    imaging = last_study and Reference(date.fromisoformat(last_study), date.fromisoformat(own or last_study))
    found = project(
        SCHEDULES[route],
        date.fromisoformat(index),
        imaging,
        GracePolicy(),
        as_of=date.fromisoformat(as_of or index),
        until=date(2060, 1, 1),
        earliest=earliest,
    )
    return [f"{p.window.opens}..{p.window.closes} from {p.window.reference}" for p in islice(found, count)]


MISSED = [
    # why, as_of, first day assumed, the first three windows
    (
        "the day on which the first closes: it is assumed done on that day",
        "2022-04-30",
        False,
        ["2022-03-31..2022-04-30 from 2022-01-31", "2022-06-30..2022-07-31 from 2022-01-31"],
    ),
    (
        "the day after, in the grace: it is assumed done today, and the next counts from today",
        "2022-05-01",
        False,
        ["2022-03-31..2022-04-30 from 2022-01-31", "2022-07-01..2022-08-01 from 2022-05-01"],
    ),
    (
        "long overdue: not one study of the past is assumed",
        "2023-01-15",
        False,
        ["2022-03-31..2022-04-30 from 2022-01-31", "2023-03-15..2023-04-15 from 2023-01-15"],
    ),
    (
        "open since yesterday, and the first day assumed: today",
        "2022-04-01",
        True,
        ["2022-03-31..2022-04-30 from 2022-01-31", "2022-06-01..2022-07-01 from 2022-04-01"],
    ),
    (
        "opens today, and the first day assumed",
        "2022-03-31",
        True,
        ["2022-03-31..2022-04-30 from 2022-01-31", "2022-05-31..2022-06-30 from 2022-01-31"],
    ),
]


@pytest.mark.parametrize(("why", "as_of", "earliest", "expected"), MISSED, ids=[case[0] for case in MISSED])
def test_no_study_is_assumed_in_the_past(why, as_of, earliest, expected):
    found = windows("cns.medulloblastoma/brain", "2022-01-31", as_of=as_of, count=2, earliest=earliest)
    assert found == expected, why


@pytest.mark.parametrize(
    ("as_of", "count", "why"),
    [("2022-04-25", 1, "it stays due for 7 weeks after 7 March"), ("2022-04-26", 0, "and not a day longer")],
)
def test_a_window_that_no_longer_decides_is_none(as_of, count, why):
    assert len(windows("cns.glioblastoma/preradiation", "2022-01-31", as_of=as_of)) == count, why


@pytest.mark.parametrize(
    ("earliest", "expected"),
    [
        (False, ["2022-04-10..2022-04-29 from 2022-01-10", "2022-07-29..2022-07-29 from 2022-01-29"]),
        (True, ["2022-04-10..2022-04-29 from 2022-01-10", "2022-07-10..2022-07-10 from 2022-01-10"]),
    ],
    ids=["latest", "earliest"],
)
def test_after_a_round_the_last_days_count_from_its_last_study_and_the_first_days_from_its_first(earliest, expected):
    found = windows(
        "bone.osteosarcoma/primary_site", "2022-01-01", "2022-01-10", own="2022-01-29", count=2, earliest=earliest
    )
    assert found == expected
