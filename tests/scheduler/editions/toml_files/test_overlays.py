"""Overlays: what a file changes of its base, what it leaves alone, and what is wrong with it."""

from datetime import date

import pytest

from spine_vigil.protocols import CURRENT, EDITIONS
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_of, edition_text
from spine_vigil.scheduler.editions.vocabulary import Cite, every, months, years
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.rules.citations import AnswersFor, Authority
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.indications import IndicationReading
from spine_vigil.scheduler.values import replace

HEAD = f"""[edition]
id = "st-elsewhere-2026"
base = "{CURRENT.id}"
publisher = "St. Elsewhere Cancer Center"
reviewed = 2026-03-01
"""
OURS = Authority("St. Elsewhere Cancer Center", f"changes to {CURRENT.title}", date(2026, 3, 1))
ROUTE = "bone.osteosarcoma/primary_site"
ROUTE_OF_CHEST = "bone.chordoma/chest"
SCHEDULE = '[protocol."bone.osteosarcoma".schedule.primary_site]'


def overlay(text, head=HEAD):
    return edition_of(f"{head}\n{text}", "local.toml", EDITIONS)


def problems_of(text, head=HEAD):
    with pytest.raises(FileError) as caught:
        overlay(text, head)
    return str(caught.value)


def test_an_overlay_without_changes_has_the_rules_of_its_base():
    assert overlay("") == replace(CURRENT, id="st-elsewhere-2026", overlays=(OURS,))


def test_an_overlay_answers_for_the_edition_as_a_whole_and_its_base_for_the_sections_that_are_left():
    found = overlay("")
    assert found.issued_by == "St. Elsewhere Cancer Center"
    assert found.source_of("") == f"{OURS.in_full}; otherwise {CURRENT.source_of('')}"
    assert found.title_in_full == f"{OURS.in_full}; otherwise {CURRENT.title}"
    assert found.source_of("Bone 5") == CURRENT.source_of("Bone 5")


def test_an_edition_is_in_force_from_its_effective_date_or_from_its_last_review():
    assert CURRENT.in_force_from == CURRENT.reviewed
    assert overlay("").in_force_from == date(2026, 3, 1)
    with_date = overlay("", f"{HEAD}effective = 2026-04-01\n")
    assert with_date.in_force_from == date(2026, 4, 1)
    on_top = edition_of(HEAD.replace(CURRENT.id, with_date.id), "ward.toml", [with_date])
    assert (on_top.effective, on_top.overlays) == (None, (OURS, OURS))


def test_the_grace_of_the_house_holds_where_none_is_asked_for():
    found = overlay("[grace]\ndays = 7")
    assert found.grace_of(None) == GracePolicy(7)
    assert found.grace_of(0) == GracePolicy(0)
    assert overlay("").grace_of(None) == GracePolicy()
    assert edition_of(HEAD.replace(CURRENT.id, found.id), "ward.toml", [found]).grace == GracePolicy(7)


def test_a_schedule_is_changed_alone_and_cites_its_own_section():
    found = overlay(f"""{SCHEDULE}
section = "Local policy 4.2"
phases = ["every 6 months until 2 years", "every 12 months"]""")
    before, after = CURRENT.schedule(ROUTE), found.schedule(ROUTE)
    plan = replace(before.plan, phases=(every(months(6), until=years(2)), every(months(12))))
    assert before.reading
    assert after == replace(before, plan=plan, cite=Cite("Local policy 4.2", OURS), reading="", others=())
    others = [{route: rule for route, rule in edition.schedules() if route != ROUTE} for edition in (CURRENT, found)]
    assert others[0] == others[1]
    assert found.protocol("bone.osteosarcoma").cite == CURRENT.protocol("bone.osteosarcoma").cite
    assert replace(found, id=CURRENT.id, protocols=CURRENT.protocols, overlays=()) == CURRENT


def test_what_an_overlay_makes_reads_back_from_a_file_of_its_own():
    found = overlay(f"""{SCHEDULE}
section = "Local policy 4.2"
or_if = "clinically_indicated"

[take."indication.trauma_rule"]
reading = "initial_ct_suffices"

[protocol."bone.chordoma"]
remove = true""")
    assert edition_of(edition_text(found), "whole.toml") == found


def test_rules_are_added_with_facts_of_their_own():
    found = overlay("""
[fact.local_protocol]
meaning = "the patient is on the local protocol"
sections = ["Local policy 9"]

[protocol."local.lymphoma"]
title = "lymphoma of the spine"
section = "Local policy 9"

[protocol."local.lymphoma".schedule.spine]
section = "Local policy 9.1"
study = "MRI of total_spine"
counted_from = ["treatment_end"]
phases = ["every 6 months until 2 years if local_protocol"]""")
    assert found.protocols[:-1] == CURRENT.protocols
    schedule = found.schedule("local.lymphoma/spine")
    assert schedule.cite == Cite("Local policy 9.1", OURS)
    assert schedule.facts() == ("local_protocol",)


def test_a_protocol_and_a_schedule_are_taken_away():
    found = overlay("""[protocol."bone.chordoma"]
remove = true

[protocol."bone.osteosarcoma".schedule.chest]
remove = true""")
    assert len(found.protocols) == len(CURRENT.protocols) - 1
    assert [s.name for s in found.protocol("bone.osteosarcoma").schedules] == ["primary_site"]


def test_what_is_about_a_rule_that_is_taken_away_goes_with_it():
    gone = """[protocol."bone.chordoma"]
remove = true

[indication.trauma_rule]
remove = true
"""
    found = overlay(gone)
    about = [caution.rule for caution in CURRENT.cautions if caution.rule.startswith("bone.chordoma")]
    assert about
    assert not set(about) & {caution.rule for caution in found.cautions}
    assert [c for c in CURRENT.cautions if c.rule not in about] == list(found.cautions)
    assert CURRENT.indication("trauma_known_abnormality").asks_with == "trauma_rule"
    assert found.indication("trauma_known_abnormality").asks_with is None
    own = '[[caution]]\nrule = "bone.chordoma"\nsays = "Words."\nsource = "A book"'
    assert overlay(f"{gone}\n{own}").cautions[-1].rule == "bone.chordoma"  # what the file says itself is checked later


def test_a_caution_about_a_sentence_goes_with_the_sentence():
    route = "bone.chordoma/primary_site"
    changed = '[protocol."bone.chordoma".schedule.primary_site]\nsection = "L 1"\n'
    assert route in [caution.rule for caution in CURRENT.cautions]
    assert route in [caution.rule for caution in overlay(f"{changed}complements = true").cautions]
    assert route not in [caution.rule for caution in overlay(f'{changed}phases = ["every 6 months"]').cautions]


def test_the_problems_of_the_head_and_of_the_rules_are_said_together():
    said = problems_of(f'{SCHEDULE}\nsection = "L 1"\nphases = ["evry 6 months"]', HEAD.replace("id = ", "idd = "))
    assert [line.split(":")[0] for line in said.splitlines()[1:]] == [
        "- line 1, edition",
        "- line 2, edition.idd",
        '- line 9, protocol."bone.osteosarcoma".schedule.primary_site.phases[1]',
    ]


def test_a_reading_is_taken():
    found = overlay('[take."indication.trauma_rule"]\nreading = "initial_ct_suffices"')
    read = CURRENT.with_readings({"indication.trauma_rule": "initial_ct_suffices"})
    cite = Cite("MRI 18.a", OURS, AnswersFor.READ)
    before = CURRENT.indication("trauma_rule")
    of_base = IndicationReading("base", before.criterion, before.reading)
    assert found.indication("trauma_rule") == replace(read.indication("trauma_rule"), cite=cite, others=(of_base,))
    others = [[each for each in edition.indications if each.name != "trauma_rule"] for edition in (found, CURRENT)]
    assert others[0] == others[1]


def test_a_reading_that_is_taken_names_who_takes_it_and_under_which_section_if_it_says_so():
    taken = f'[take."{ROUTE_OF_CHEST}"]\nreading = "annual_ct"\n'
    cites = [overlay(taken + own).schedule(ROUTE_OF_CHEST).cite for own in ("", 'section = "Local policy 7"')]
    assert [*map(str, cites)] == [
        "Bone 2.a as read by St. Elsewhere Cancer Center, reviewed 2026-03-01",
        "Local policy 7 of St. Elsewhere Cancer Center, reviewed 2026-03-01",
    ]
    assert overlay(taken).source_of(str(cites[0])) == str(cites[0])


WRONG = {
    "an unknown base": ("", HEAD.replace(CURRENT.id, "healthhelp-2024"), "line 3, edition.base: unknown edition"),
    "no publisher": ("", HEAD.replace('publisher = "St. Elsewhere Cancer Center"\n', ""), "needs 'publisher'"),
    "an unknown key of the head": ("", f"{HEAD}effectiv = 2026-04-01\n", "unknown key of an overlay 'effectiv'"),
    "no section": (
        f'{SCHEDULE}\nphases = ["every 6 months"]',
        HEAD,
        'line 7, protocol."bone.osteosarcoma".schedule.primary_site: a rule that an overlay changes or adds needs',
    ),
    "an unknown phase": (
        f'{SCHEDULE}\nsection = "L 1"\nphases = ["evry 6 months"]',
        HEAD,
        "line 9, protocol.\"bone.osteosarcoma\".schedule.primary_site.phases[1]: 'evry 6 months' is no phase",
    ),
    "phases that overlap": (
        f'{SCHEDULE}\nsection = "L 1"\nphases = ["every 6 months until 5 years", "every 9 months until 2 years"]',
        HEAD,
        "line 9, protocol.\"bone.osteosarcoma\".schedule.primary_site.phases: 'every 9 months until 2 years' ends",
    ),
    "a new schedule without a study": (
        '[protocol."bone.osteosarcoma".schedule.brain]\nsection = "L 1"\nphases = ["every 6 months"]',
        HEAD,
        "a schedule needs 'study'",
    ),
    "a sentence for a criterion": (
        '[indication.scoliosis]\nsection = "L 1"\ncriterion = "scoliosis and obtunded"',
        HEAD,
        "'scoliosis and obtunded' is no name of a fact; a criterion of several is a table: { all = ",
    ),
    "nothing to remove": ('[protocol."bone.osteosarcomaa"]\nremove = true', HEAD, "there is no 'bone.osteosarcomaa'"),
    "remove and change": (f'{SCHEDULE}\nremove = true\nsection = "L 1"', HEAD, "leave the other keys out"),
    "remove = false": (f"{SCHEDULE}\nremove = false", HEAD, "has to be true, or left out"),
    "all schedules gone": (
        f'{SCHEDULE}\nremove = true\n[protocol."bone.osteosarcoma".schedule.chest]\nremove = true',
        HEAD,
        "has no schedule: give it one, or a stance that has none: 'referral', 'not covered', 'no surveillance'",
    ),
    "an unknown reading": ('[take."indication.trauma_rule"]\nreading = "x"', HEAD, 'line 7, take."indication'),
    "an unknown rule to read": ('[take."indication.trauma"]\nreading = "x"', HEAD, "unknown schedule or indication"),
    "an unknown fact": (f'{SCHEDULE}\nsection = "L 1"\nor_if = "symptms"', HEAD, "unknown fact 'symptms'"),
    "a fact of another kind": (
        f'{SCHEDULE}\nsection = "L 1"\nor_if = "birth_date"',
        HEAD,
        "or_if: 'birth_date' is a date, and a boolean is asked for",
    ),
    "a number in a phase": (
        f'{SCHEDULE}\nsection = "L 1"\nphases = ["every 6 months if kyphosis_degrees"]',
        HEAD,
        "phases[1]: 'kyphosis_degrees' is a number, and a boolean is asked for",
    ),
    "a boolean above a bound": (
        '[indication.neck_pain]\nsection = "L 1"\ncriterion = { fact = "neck_pain", above = 3 }',
        HEAD,
        "criterion.fact: 'neck_pain' is a boolean, and a number is asked for",
    ),
    "an unknown indication": (
        '[indication.trauma_rule]\nsection = "L 1"\nasks_with = "traumaa"',
        HEAD,
        "asks_with: unknown indication 'traumaa'",
    ),
    "a key that is no criterion": (
        '[indication.scoliosis]\nsection = "L 1"\ncriterion = { anny = ["scoliosis"] }',
        HEAD,
        "line 9, indication.scoliosis.criterion.anny: unknown key of a criterion 'anny'; did you mean 'any'?",
    ),
    "two criteria in one": (
        '[indication.scoliosis]\nsection = "L 1"\ncriterion = { all = ["scoliosis"], any = ["trauma"] }',
        HEAD,
        "line 9, indication.scoliosis.criterion: has all and any side by side; write them into an 'all' or an 'any'",
    ),
    "a contrast in other words": (
        '[code.99999]\nmodality = "MRI"\ncontrast = "without and with"',
        HEAD,
        "line 9, code.99999.contrast: 'without and with' is no contrast; write 'without' (all images are made",
    ),
    "a code of three digits": (
        '[code.999]\nmodality = "MRI"',
        HEAD,
        "line 7, code.999: a CPT code is four digits and a digit or capital letter",
    ),
    "a rule that is well-formed and wrong": (
        '[contraindication.device]\nsection = "L 1"\nlead = "fever"',
        HEAD,
        "line 7, contraindication.device: is led by 'fever', which its criterion does not ask for",
    ),
    "schedules under another stance": (
        '[protocol."bone.osteosarcoma"]\nsection = "L 1"\nstance = "not covered"\nnote = "n"',
        HEAD,
        "has schedules, which the stance 'not covered' has not",
    ),
    "a code of an unknown region": (
        '[code.99999]\nmodality = "MRI"\nregions = ["chst"]',
        HEAD,
        "line 7, code.99999: unknown region 'chst'; did you mean 'chest'?",
    ),
    "a combination of an unknown region": (
        f'[combination.{CURRENT.combinations[0].name}]\nsection = "L 1"\nregion = "chst"',
        HEAD,
        "region: unknown region 'chst'; did you mean 'chest'?",
    ),
    "a grace of another unit": ("[grace]\nweeks = 1", HEAD, "line 8, grace.weeks: unknown key of the grace 'weeks'"),
    "a grace below nothing": ("[grace]\ndays = -1", HEAD, "line 7, grace: grace cannot be negative, got -1 days"),
    "an effective date in quotes": (
        "",
        f'{HEAD}effective = "2026-04-01"\n',
        "line 6, edition.effective: has to be a date, such as 2026-03-01, without quotes, and is '2026-04-01'",
    ),
    "an unknown table": ("[protocols]\nx = 1", HEAD, "unknown key of an edition file 'protocols'"),
    "a list for a table": ("protocol = []", "", "line 1"),
}


@pytest.mark.parametrize(("text", "head", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_an_overlay_is_named_with_its_line(text, head, words):
    said = problems_of(text, head)
    assert words in said
    assert "line " in said
