"""Each check of an edition finds what it is there for, on a small edition that is sound to begin with."""

from __future__ import annotations

import pytest
from support.broken_indications import BROKEN_INDICATIONS
from support.broken_protocols import BROKEN_PROTOCOLS, ROUTE, Found
from support.sound_edition import (
    CHEST,
    FIRST,
    SOUND,
    altered,
    with_order,
    with_phases,
    with_protocol,
    with_schedule,
)

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.checking.checks import CHECKS, SAMPLE_INDEX_DATES, _comes_later, edition_issues
from spine_vigil.scheduler.editions.checking.guideline_checks import GUIDELINE_CHECKS, guideline_issues
from spine_vigil.scheduler.editions.vocabulary import Cite, Edition, as_, days, every, months, once, weeks, years
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.schedules import Phase

EVERY = {**CHECKS, **GUIDELINE_CHECKS}
BROKEN: list[tuple[str, Edition, Found, str]] = [*BROKEN_PROTOCOLS, *BROKEN_INDICATIONS]


@pytest.mark.parametrize(("check", "edition", "expected", "why"), BROKEN, ids=[f"{b[0]}: {b[3]}" for b in BROKEN])
def test_each_check_finds_what_it_is_there_for(check: str, edition: Edition, expected: Found, why: str) -> None:
    place, part = expected
    found = list(EVERY[check](edition))
    assert [(p, m) for p, m in found if p == place and part in m], (why, found)
    assert (place, part) in [(f.place, part) for f in guideline_issues(edition) if part in f.message]


def test_a_sound_edition_has_no_issues() -> None:
    assert guideline_issues(SOUND) == []


@pytest.mark.parametrize("check", EVERY)
def test_every_check_is_shown_to_fail(check: str) -> None:
    assert check in {broken[0] for broken in BROKEN}


SOUND_PHASES: list[tuple[tuple[Phase, ...], str]] = [
    ((every(months(3), until=years(2)), as_("pain")), "an `as` phase at the end"),
    ((once(days(-2), days(0)),), "before the index date and on it"),
    ((once(months(6), months(6)), once(months(12), months(12))), "one day each, with time between them"),
    (
        (every(months(1), until=weeks(8)), every(weeks(6), until=months(2)), every(months(6))),
        "8 weeks, then 2 months",
    ),
    ((every(weeks(8), months(2)),), "56 days are never more than 2 months"),
    ((every(days(0), months(6)),), "at least every 6 months"),
]


@pytest.mark.parametrize(("phases", "why"), SOUND_PHASES)
def test_phases_that_follow_each_other_are_not_found(phases: tuple[Phase, ...], why: str) -> None:
    assert [f for f in edition_issues(with_phases(*phases)) if f.place == ROUTE] == [], why


SOUND_ORDERS = [
    (("Bone 1", "Bone 1.a", "Bone 1.b"), "a whole before its parts"),
    (("Bone 1.a", "Bone 1.b", "Bone 1"), "a whole after its parts"),
]


@pytest.mark.parametrize(("sections", "why"), SOUND_ORDERS)
def test_a_protocol_of_a_whole_item_can_stand_on_either_side_of_its_parts(sections: tuple[str, ...], why: str) -> None:
    protocols = [altered(FIRST, id=f"bone.of_{n}", cite=Cite(section)) for n, section in enumerate(sections)]
    assert [*EVERY["order of chapters and sections"](with_order(*protocols))] == [], why


@pytest.mark.parametrize(
    ("cited", "of_protocol", "issues"),
    [
        ("NET 5 and 5.a.i", "NET 5.a.i", 0),
        ("NET 5 and 5.a.i", "NET 5", 0),
        ("NET 5 and 5.a.i", "NET 5.b", 1),
        ("Bone 10", "Bone 1", 1),
        ("Bone 1.a note", "Bone 1.a", 0),
    ],
)
def test_a_schedule_cites_a_section_inside_that_of_its_protocol(cited: str, of_protocol: str, issues: int) -> None:
    edition = with_protocol(cite=Cite(of_protocol), schedules=(altered(CHEST, cite=Cite(cited)),))
    assert len([*EVERY["citations"](edition)]) == issues


def test_an_issue_reads_as_its_place_and_what_is_wrong() -> None:
    assert [str(f) for f in edition_issues(with_schedule(index=()))] == ["bone.first/chest: needs an index date"]


def test_the_edition_has_no_issues() -> None:
    assert [str(f) for f in guideline_issues(CURRENT)] == []


def test_a_reading_that_is_taken_is_not_the_same_as_another() -> None:
    taken = {"bone.chordoma/chest": "annual_ct", "indication.trauma_rule": "initial_ct_suffices"}
    assert edition_issues(CURRENT.with_readings(taken)) == []


@pytest.mark.parametrize("count", [-12, -2, -1, 1, 2, 3, 6, 11, 12, 13, 24, 60])
def test_days_and_months_are_compared_as_on_the_calendar(count: int) -> None:
    lengths = [(add(index, months(count)) - index).days for index in SAMPLE_INDEX_DATES]
    for number in range(min(lengths) - 1, max(lengths) + 2):
        assert _comes_later(months(count), days(number)) is (max(lengths) > number)
        assert _comes_later(days(number), months(count)) is (number > min(lengths))


def test_schedules_can_ask_for_31_facts_with_symptoms_among_them() -> None:
    waiting = [every(months(n), until=months(n), if_=f"fact_{n}") for n in range(1, 31)]
    found = [[f.message for f in edition_issues(with_phases(*waiting[:n])) if "at most" in f.message] for n in (29, 30)]
    assert found == [[], ["its schedules ask for 32 facts, and can ask for 31 at most"]]
