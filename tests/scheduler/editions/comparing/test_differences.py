"""What differs between two editions: whole rules, what goes with them, sections, and the order of what is told."""

import pytest
from support.changed_editions import changed, changed_phases
from support.overlays import OURS, OVERLAY
from support.sound_edition import SOUND

from spine_vigil.protocols import CURRENT, EDITIONS
from spine_vigil.scheduler.editions.comparing.differences import Difference, Kind, Said, differences
from spine_vigil.scheduler.editions.edition import Caution, OtherNames
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_of
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    MRI,
    Documented,
    IndicationReading,
    months,
    once,
    study,
)
from spine_vigil.scheduler.rules.studies import Study
from spine_vigil.scheduler.values import replace

FIRST, SECOND, UNNAMED = SOUND.protocols
CHEST = FIRST.schedules[0]
WEAK, _ = SOUND.indications
EARLY, LATER = CHEST.phases


ADDED = {
    "a protocol": (
        replace(SOUND, protocols=(FIRST, UNNAMED)),
        "bone.second",
        (
            "Second tumor. chest: CT of the chest, counted from surgery: every 3 months up to 2 years, then every"
            " 6 months without end. An extra study is supported at any time if there is pain."
        ),
        "Bone 2",
    ),
    "a protocol without schedules": (
        replace(SOUND, protocols=(FIRST, SECOND)),
        "cns.unnamed",
        "Unnamed tumor. Not named by the guideline. Not named.",
        "CNS",
    ),
    "an indication": (
        replace(SOUND, indications=(WEAK,)),
        "indication.curved",
        (
            "Curvature. Raised by at least 3 months since onset. Hinted at by angle above 30."
            " It holds where at least 3 months since onset and angle above 30."
        ),
        "MRI 2.a",
    ),
    "a fact": (
        replace(SOUND, facts=SOUND.facts[1:], protocols=(UNNAMED,)),
        "fact.pain",
        "There is pain. A boolean of the patient.",
        "Bone 1",
    ),
    "a code": (replace(SOUND, cpt_codes=()), "code.71250", "CT of the chest, without contrast.", ""),
    "a source": (replace(SOUND, sources=()), "source.A book", "A book, cited in the text in version 1.", ""),
}


@pytest.mark.parametrize(("without", "route", "sentence", "section"), ADDED.values(), ids=ADDED)
def test_a_rule_that_one_edition_lacks_is_added_or_removed_as_a_whole(without, route, sentence, section):
    edition = replace(SOUND, protocols=without.protocols) if route.startswith("fact.") else SOUND
    said = Said(sentence, section)
    assert differences(without, edition) == (Difference(Kind.ADDED, route, (), None, said),)
    assert differences(edition, without) == (Difference(Kind.REMOVED, route, (), said, None),)


def test_a_schedule_is_removed_under_its_route():
    brain = replace(CHEST, name="brain", study=study(MRI, at="brain"))
    both = changed("protocols", schedules=(CHEST, brain))
    (found,) = differences(both, SOUND)
    assert (found.kind, found.route, found.after) == (Kind.REMOVED, "bone.first/brain", None)
    assert found.before.sentence.startswith("MRI of the brain, counted from surgery: every 3 months")


def test_what_is_said_beside_a_rule_goes_with_it():
    with_remarks = replace(
        SOUND,
        cautions=(Caution("bone.second", "Others differ", "A book"), Caution("bone.second/chest", "Too", "A book")),
        other_names=(OtherNames("bone.second", ("secundus",), "A list"),),
    )
    found = differences(with_remarks, replace(SOUND, protocols=(FIRST, UNNAMED)))
    assert [(each.kind, each.route) for each in found] == [(Kind.REMOVED, "bone.second")]


def test_a_renamed_rule_is_removed_and_added():
    found = differences(SOUND, replace(SOUND, protocols=(replace(FIRST, id="bone.one"), SECOND, UNNAMED)))
    assert [(each.kind.value, each.route) for each in found] == [("removed", "bone.first"), ("added", "bone.one")]


def test_differences_stand_in_the_order_of_the_later_edition_and_removed_rules_where_they_stood():
    new = replace(UNNAMED, id="cns.new")
    after = replace(
        changed("indications", hints=("pain",)),
        protocols=(UNNAMED, new, replace(FIRST, title="one")),
        covers=Study(CT, SOUND.covers.regions),
        cautions=(Caution("bone", "Others differ", "A book"),),
    )
    assert [(each.kind.value, each.route) for each in differences(SOUND, after)] == [
        ("changed", "edition"),
        ("added", "cns.new"),
        ("changed", "bone.first"),
        ("removed", "bone.second"),
        ("changed", "indication.weak"),
        ("changed", "bone"),
    ]


def test_an_overlay_is_told_with_its_own_sections():
    found = differences(CURRENT, edition_of(OVERLAY, "local.toml", EDITIONS))
    assert {each.route for each in found} == {"bone.osteosarcoma/primary_site"}
    assert [[what.value for what in each.what] for each in found] == [["interval"], ["phases"], ["reading"]]
    assert {(each.before.section, each.after.section) for each in found} == {("Bone 5", OURS)}


def test_a_changed_reading_keeps_its_name():
    strict, lax = (IndicationReading("strict", Documented(fact), "With pain") for fact in ("pain", "weakness"))
    editions = [changed("indications", reading="Weakness", others=(each,)) for each in (strict, lax)]
    (found,) = differences(*editions)
    assert (found.part, found.after.sentence) == ("strict", "With pain. It holds where weakness.")


def test_a_window_that_moves_is_an_interval_and_its_lateness_another_thing():
    window = once(months(3), months(6))
    (moved,) = differences(changed_phases(window, LATER), changed_phases(once(months(3), months(7)), LATER))
    assert [what.value for what in moved.what] == ["interval"]
    (later,) = differences(changed_phases(window, LATER), changed_phases(replace(window, late=months(2)), LATER))
    assert [what.value for what in later.what] == ["late"]
    assert later.after.sentence == "Phase 1: once after 3 to 6 months, if missed due for 2 months more."
