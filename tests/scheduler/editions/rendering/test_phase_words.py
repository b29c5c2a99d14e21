"""Phases of schedules are told in words, with their end and their condition."""

from __future__ import annotations

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.rendering.phase_words import phase_words


@pytest.mark.parametrize(
    ("route", "number", "words"),
    [
        ("bone.osteosarcoma/chest", 0, "every 3 months up to 2 years"),
        ("bone.osteosarcoma/chest", 3, "every 12 months without end"),
        ("bone.chordoma/primary_site", 0, "whenever symptoms are new or progressing, up to 10 years"),
        ("cns.glioblastoma/postoperative", 0, "once, from the day itself to 2 days after"),
    ],
)
def test_a_phase_is_told_with_its_end(route: str, number: int, words: str) -> None:
    schedule = CURRENT.schedule(route)
    assert schedule is not None
    assert phase_words(CURRENT, schedule, number) == words


@pytest.mark.parametrize("route", [route for route, _ in CURRENT.schedules()])
def test_no_phase_is_told_with_the_name_of_a_column(route: str) -> None:
    schedule = CURRENT.schedule(route)
    assert schedule is not None
    for number in range(len(schedule.phases)):
        assert "_" not in phase_words(CURRENT, schedule, number)
