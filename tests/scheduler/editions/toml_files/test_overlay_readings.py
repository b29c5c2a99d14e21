"""Readings that an overlay takes, and those that stay known beside them."""

import pytest
from support.overlays import overlay, problems_of

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_of, edition_text

CHEST = '[take."bone.chordoma/chest"]\nreading = "annual_ct"\n'
TRAUMA = '[take."indication.trauma_rule"]\nreading = "initial_ct_suffices"\n'
ROUTES = ("bone.chordoma/chest", "indication.trauma_rule")


def names(rule):
    return [other.name for other in rule.others]


@pytest.mark.parametrize("route", ROUTES)
def test_the_reading_of_the_base_is_then_one_of_the_others_in_its_own_words(route):
    found, before = overlay(CHEST + TRAUMA).readable[route], CURRENT.readable[route]
    (taken,) = {other.says for other in before.others} - {other.says for other in found.others}
    assert found.reading == taken
    assert found.others[0].says == before.reading
    assert names(found) == [
        "base",
        *(name for name in names(before) if name not in ("annual_ct", "initial_ct_suffices")),
    ]


@pytest.mark.parametrize("route", ROUTES)
def test_the_reading_of_the_base_can_be_taken_again(route):
    found = overlay(CHEST + TRAUMA)
    again, before = found.with_readings({route: "base"}).readable[route], CURRENT.readable[route]
    assert again.reading == before.reading
    part = "plan" if "/" in route else "criterion"
    assert getattr(again, part) == getattr(before, part)


def test_an_overlay_of_an_overlay_keeps_both_readings_and_can_go_back():
    first = overlay(CHEST)
    head = f'[edition]\nid = "ward"\nbase = "{first.id}"\npublisher = "A ward"\nreviewed = 2026-04-01\n'
    route = ROUTES[0]
    other = edition_of(head + CHEST.replace("annual_ct", "six_monthly"), "ward.toml", [first]).schedule(route)
    assert [(each.name, each.plan) for each in other.others] == [
        ("base_2", first.schedule(route).plan),
        ("base", CURRENT.schedule(route).plan),
    ]
    back = edition_of(head + CHEST.replace("annual_ct", "base"), "ward.toml", [first]).schedule(route)
    assert (back.plan, names(back)) == (CURRENT.schedule(route).plan, ["base", "six_monthly"])


def test_the_readings_stand_in_the_file_that_it_is_written_to():
    found = overlay(CHEST + TRAUMA)
    assert edition_of(edition_text(found), "whole.toml") == found


def test_a_reading_of_a_sentence_that_the_file_replaces_says_so():
    changed = '[protocol."bone.chordoma".schedule.chest]\nsection = "L 1"\nphases = ["every 6 months"]\n'
    assert problems_of(changed + CHEST).splitlines()[1:] == [
        (
            "- line 9, take.\"bone.chordoma/chest\": bone.chordoma/chest has no reading 'annual_ct'; other readings of"
            " it: none; the file replaces its sentence, and with it the readings of the base: leave one of the two out"
        )
    ]


def test_what_is_wrong_with_a_reading_is_said_beside_what_is_wrong_with_a_rule():
    wrong = '[indication.scoliosis]\nsection = "L 1"\ncriterion = "skoliosis"\n'
    said = problems_of(wrong + TRAUMA.replace("initial_ct_suffices", "another") + CHEST).splitlines()[1:]
    assert [line.partition(":")[0] for line in said] == [
        "- line 8, indication.scoliosis.criterion",
        '- line 9, take."indication.trauma_rule"',
    ]
