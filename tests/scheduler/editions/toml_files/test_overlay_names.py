"""Names in an overlay that its base does not have: new rules, and misspelt ones; and what is left of a base."""

import pytest
from support.overlays import overlay, problems_of

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.checking.edition_warnings import overlay_warnings

PHASES = 'section = "L 1"\nphases = ["every 6 months"]\n'
NEW = 'study = "MRI of primary_site"\ncounted_from = ["surgery"]\n'

MISSPELT = [
    # what the overlay says, the place of the problem, the problem
    (
        f'[protocol."bone.osteosarkoma".schedule.primary_site]\n{PHASES}',
        'line 6, protocol."bone.osteosarkoma"',
        (
            "there is no 'bone.osteosarkoma' in the base; did you mean 'bone.osteosarcoma'? A new rule needs 'title'"
            " and 'section'"
        ),
    ),
    (
        f'[protocol."bone.osteosarcoma".schedule.primarysite]\n{PHASES}',
        'line 6, protocol."bone.osteosarcoma".schedule.primarysite',
        (
            "there is no 'primarysite' in the base; did you mean 'primary_site'? A new rule needs 'study' and"
            " 'counted_from'"
        ),
    ),
    (
        '[indication.skoliosis]\nsection = "L 1"\nhints = ["scoliosis"]\n',
        "line 6, indication.skoliosis",
        "there is no 'skoliosis' in the base; did you mean 'scoliosis'? A new rule needs 'title' and 'criterion'",
    ),
    (
        '[fact.skoliosis]\nlevel = "event"\n',
        "line 6, fact.skoliosis",
        "there is no 'skoliosis' in the base; did you mean 'scoliosis'? A new rule needs 'meaning' and 'sections'",
    ),
    (
        "[indication.skoliosis]\nremove = true\n",
        "line 7, indication.skoliosis.remove",
        "there is no 'skoliosis' in the base; did you mean 'scoliosis'?",
    ),
    (
        '[protocol."bone.osteosarcoma".schedule.abdomen]\nremove = true\n',
        'line 7, protocol."bone.osteosarcoma".schedule.abdomen.remove',
        "there is no 'abdomen' in the base; known are primary_site, chest",
    ),
]


@pytest.mark.parametrize(("text", "place", "problem"), MISSPELT, ids=[row[1] for row in MISSPELT])
def test_a_name_that_the_base_does_not_have_is_taken_for_misspelt_where_a_rule_lacks_keys(text, place, problem):
    assert problems_of(text).splitlines()[1:] == [f"- {place}: {problem}"]


def test_what_else_is_wrong_with_a_misspelt_rule_is_said_beside_it():
    wrong = PHASES.replace("months", "mnths")
    first, second = problems_of(f'[protocol."bone.osteosarkoma".schedule.primary_site]\n{wrong}').splitlines()[1:]
    assert "did you mean 'bone.osteosarcoma'?" in first
    assert second.endswith("phases[1]: unknown unit 'mnths'; did you mean 'months'?")


def test_a_rule_that_lacks_keys_and_is_like_none_of_the_base_is_a_new_one():
    assert problems_of('[indication.zebra]\nsection = "L 1"\ntitle = "z"\n').splitlines()[1:] == [
        "- line 6, indication.zebra: an indication needs 'criterion'"
    ]


ALIKE = [
    # what the overlay says, the place, the name of the base
    (
        f'[protocol."bone.osteosarcoma".schedule.primarysite]\n{PHASES}{NEW}',
        "bone.osteosarcoma/primarysite",
        "primary_site",
    ),
    (
        '[protocol."bone.osteosarkoma"]\ntitle = "t"\nsection = "L 1"\nstance = "not covered"\nnote = "n"\n',
        "bone.osteosarkoma",
        "bone.osteosarcoma",
    ),
    (
        (
            '[indication.skoliosis]\ntitle = "s"\nsection = "L 1"\nleads = ["scoliosis"]\n'
            'criterion = { all = ["scoliosis", "trauma"] }\n'
        ),
        "indication.skoliosis",
        "scoliosis",
    ),
    (
        (
            '[fact.skoliosis]\nmeaning = "s"\nsections = ["MRI 14"]\n[indication.strange]\ntitle = "s"\n'
            'section = "L 1"\nleads = ["skoliosis"]\ncriterion = "skoliosis"\n'
        ),
        "fact.skoliosis",
        "scoliosis",
    ),
]


@pytest.mark.parametrize(("text", "place", "near"), ALIKE, ids=[row[1] for row in ALIKE])
def test_a_new_rule_that_is_named_like_one_of_the_base_is_warned_of(text, place, near):
    assert [(issue.place, issue.message) for issue in overlay_warnings(overlay(text), CURRENT)] == [
        (place, f"is new, and '{near}' of the base stays beside it; to change that one, write its name")
    ]


def test_a_code_and_a_schedule_of_another_protocol_are_not_alike():
    code = '[code.72143]\nmodality = "MRI"\nregions = ["brain"]\n'
    schedule = f'[protocol."cns.primary_cns_lymphoma".schedule.chests]\n{PHASES}{NEW}'
    assert "chests" not in {s.name for s in CURRENT.protocol("cns.primary_cns_lymphoma").schedules}
    assert overlay_warnings(overlay(code + schedule), CURRENT) == []


def test_facts_of_the_base_that_no_rule_asks_for_any_more_are_not_warned_of():
    gone = overlay("[indication.scoliosis]\nremove = true\n")
    assert "scoliosis" in gone.facts_by_name
    assert overlay_warnings(gone, CURRENT) == []
    own = '[fact.ours]\nmeaning = "o"\nsections = ["L 1"]\n'
    assert [(w.place, w.message) for w in overlay_warnings(overlay(own), CURRENT)] == [
        ("fact.ours", "no rule asks for this fact")
    ]


def by_course(edition):
    """Return which courses imply that there is a spinal tumor."""
    rules = [each for each in edition.implied_by_course if each.fact == "spinal_tumor_known"]
    return [(each.under, each.except_under) for each in rules]


def test_a_course_that_implies_a_fact_forgets_the_protocols_that_are_taken_away():
    assert by_course(CURRENT) == [
        (
            ("cns.primary_spinal_cord_tumor", "cns.vertebral_metastases", "cns.leptomeningeal_metastases"),
            (),
        ),
        ((), ("occult_primary", "neuroendocrine.hereditary.*")),
    ]
    gone = [f'[protocol."{id_}"]\nremove = true\n' for id_ in (*by_course(CURRENT)[0][0], "occult_primary")]
    assert by_course(overlay("".join(gone[2:]))) == [
        (("cns.primary_spinal_cord_tumor", "cns.vertebral_metastases"), ()),
        ((), ("neuroendocrine.hereditary.*",)),
    ]


def test_a_course_under_no_protocol_that_is_left_implies_nothing_and_not_everything():
    gone = [f'[protocol."{id_}"]\nremove = true\n' for id_ in by_course(CURRENT)[0][0]]
    assert by_course(overlay("".join(gone))) == by_course(CURRENT)[1:]


def test_a_fact_that_is_taken_away_implies_nothing_and_is_not_implied():
    base = overlay(
        '[fact.kind_of_pain]\nmeaning = "k"\nsections = ["L 1"]\n[fact.pain_of_a_kind]\nmeaning = "p"\n'
        'sections = ["L 1"]\n[[implied]]\nfact = "pain_of_a_kind"\nby = ["kind_of_pain"]\n'
        '[[implied_by_course]]\nfact = "kind_of_pain"\n'
    )
    gone = overlay("[fact.kind_of_pain]\nremove = true\n", base)
    assert (gone.implied, gone.implied_by_course) == (CURRENT.implied, CURRENT.implied_by_course)
    assert overlay("[fact.pain_of_a_kind]\nremove = true\n", base).implied == CURRENT.implied
