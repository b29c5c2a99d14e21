"""The proof that a patient who keeps every window is never called early or overdue."""

from datetime import date, timedelta

import pytest
from support.sound_edition import CHEST, SOUND

from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.editions.vocabulary import Plan, at_least_every, every, months, once, weeks, years
from spine_vigil.scheduler.patient import judging
from spine_vigil.scheduler.patient.windows import next_window
from spine_vigil.scheduler.proofs import keeping
from spine_vigil.scheduler.proofs.keeping import refute_keeping
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import replace


def with_phases(*phases):
    return replace(CHEST, plan=Plan(phases=phases), others=())


def refuted(*phases):
    return refute_keeping(SOUND, with_phases(*phases), GracePolicy())


@pytest.mark.parametrize(
    ("phases", "why"),
    [
        ((every(months(3), until=years(1)), every(months(6))), "two intervals"),
        ((every(months(6), until=years(1)), every(weeks(4))), "an interval that gets shorter"),
        ((once(months(3), months(12)), every(months(12), months(24), until=years(3))), "a window, then an interval"),
        ((at_least_every(months(6), until=years(1)), every(months(12))), "no study is too early at first"),
        ((every(weeks(1)),), "an interval as long as its grace"),
    ],
)
def test_who_keeps_a_sound_schedule_is_always_on_time(phases, why):
    assert refuted(*phases) is None, why


def test_a_window_that_closes_before_it_opens_leaves_no_day_to_keep_it():
    """From 29 March on three months are 92 days, and 13 weeks are 91."""
    found = refuted(every(months(1), until=months(1)), every(months(3), weeks(13)))
    assert str(found) == (
        "counted from 2024-02-29, with studies on 2024-03-29: the window from 2024-06-29 to 2024-06-28 has no day left"
    )


def test_an_engine_that_calls_a_keeper_early_is_refuted_by_the_shortest_history(monkeypatch):
    """It judges by a window that opens a month later, from the second interval on."""

    def late(schedule, index, reference, grace):
        window = next_window(schedule, index, reference, grace)
        if window is None or reference is None:
            return window
        return replace(window, opens=window.opens + timedelta(days=31), closes=window.closes + timedelta(days=31))

    monkeypatch.setattr(judging, "next_window", late)
    found = refuted(every(months(3)))
    assert found.studies == (date(2023, 11, 30),)
    assert found.says == "a study on 2024-02-29, in the window from 2024-02-29 to 2024-02-29, is called early"


@pytest.mark.parametrize(
    ("edge", "day", "called"), [("first", "2023-11-21", "early"), ("last", "2023-12-09", "overdue")]
)
def test_an_engine_that_forgets_the_grace_is_refuted_at_both_edges(monkeypatch, edge, day, called):
    opened, edges = keeping.open_case, keeping._edges
    monkeypatch.setattr(keeping, "open_case", lambda *case: opened(*case[:-1], GracePolicy(0)))
    if edge == "last":
        monkeypatch.setattr(keeping, "_edges", lambda *window: edges(*window)[-1:])
    found = refuted(every(months(3)))
    assert found.studies == ()
    assert found.says == f"a study on {day}, in the window from 2023-11-30 to 2023-11-30, is called {called}"


def test_a_due_list_that_calls_a_keeper_overdue_is_refuted(monkeypatch):
    stands = keeping.standing
    monkeypatch.setattr(keeping, "standing", lambda *case: replace(stands(*case), status=DueStatus.OVERDUE))
    assert refuted(every(months(3))).says == (
        "on 2023-11-30, the last day of the window from 2023-11-30 to 2023-11-30, the next study is already overdue"
    )
