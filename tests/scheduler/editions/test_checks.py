"""Each check of an edition finds what it is there for, on a small edition that is sound to begin with."""

from __future__ import annotations

import pytest
from support.sound_edition import (
    ANGLE,
    CHEST,
    CODE,
    CURVED,
    FIRST,
    IMPLANT,
    OTHER,
    PAIN,
    SECOND,
    SOUND,
    TAKEN,
    TWICE,
    UNNAMED,
    WEAK,
    altered,
    with_combination,
    with_contraindication,
    with_facts,
    with_indication,
    with_order,
    with_phases,
    with_protocol,
    with_schedule,
)

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.checks import CHECKS, edition_issues
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    PATIENT,
    SURGERY,
    Above,
    AgeAtMost,
    Cite,
    Documented,
    Edition,
    Fact,
    Ongoing,
    Plan,
    Since,
    Source,
    all_of,
    any_of,
    as_,
    days,
    every,
    months,
    not_,
    once,
    unspecified,
    weeks,
    years,
)
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind

ROUTE = "bone.first/chest"
Found = tuple[str, str]

BROKEN: list[tuple[str, Edition, Found, str]] = [
    # check, edition, (place, part of the message), why
    ("names and ids", altered(SOUND, title=""), ("made-up", "a title"), "an edition without a title"),
    ("names and ids", with_protocol(id="Bone First"), ("Bone First", "an id is"), "capitals and a space in an id"),
    ("names and ids", with_protocol(title=" "), ("bone.first", "needs a title"), "a blank title"),
    ("names and ids", with_order(FIRST, FIRST), ("bone.first", "protocol stands 2 times"), "an id twice"),
    ("names and ids", altered(SOUND, facts=(*SOUND.facts, PAIN)), ("pain", "fact stands 2 times"), "a fact twice"),
    ("names and ids", altered(SOUND, cpt_codes=(CODE, CODE)), ("71250", "CPT code stands 2 times"), "a code twice"),
    ("names and ids", with_protocol(schedules=(CHEST, CHEST)), ("bone.first", "'chest' stands 2"), "a name twice"),
    ("names and ids", with_schedule(name="the chest"), ("bone.first/the chest", "lower_case"), "a space in a name"),
    (
        "citations and sources",
        with_protocol(cite=altered(Cite("Bone 1"), section="")),
        ("bone.first", "is not a chapter"),
        "an empty citation",
    ),
    (
        "citations and sources",
        with_schedule(cite=Cite("CNS 1.a")),
        (ROUTE, "cites CNS 1.a, outside Bone 1"),
        "a citation of another chapter",
    ),
    (
        "citations and sources",
        with_schedule(cite=Cite("Bone 2.a")),
        (ROUTE, "cites Bone 2.a, outside Bone 1"),
        "a citation of a neighbour's section",
    ),
    (
        "citations and sources",
        altered(SOUND, sources=(Source("A book", None, None),)),
        ("A book", "a name and a version"),
        "a source without a version",
    ),
    (
        "order of chapters and sections",
        with_order(FIRST, UNNAMED, SECOND),
        ("Bone", "stand in 2 places"),
        "a chapter torn apart",
    ),
    (
        "order of chapters and sections",
        with_order(SECOND, FIRST, UNNAMED),
        ("bone.first", "Bone 1 stands after Bone 2"),
        "a section before the one that it follows",
    ),
    (
        "order of chapters and sections",
        with_protocol(id="cns.first"),
        ("Bone", "begin differently: bone, cns"),
        "an id that belongs to another chapter",
    ),
    ("stances", with_protocol(schedules=()), ("bone.first", "has schedules if"), "surveillance of nothing"),
    ("stances", with_protocol(refers_to=("A book",)), ("bone.first", "names other guidelines"), "refers, but is none"),
    (
        "stances",
        with_order(FIRST, SECOND, altered(UNNAMED, note="")),
        ("cns.unnamed", "must say why"),
        "not covered, and silent about it",
    ),
    ("index dates and studies", with_schedule(index=()), (ROUTE, "needs an index date"), "nothing to count from"),
    (
        "index dates and studies",
        with_schedule(index=(SURGERY, SURGERY)),
        (ROUTE, "surgery stands 2 times"),
        "an index date twice",
    ),
    (
        "index dates and studies",
        with_schedule(study=altered(CHEST.study, places=())),
        (ROUTE, "a modality and a region"),
        "a study of nothing",
    ),
    (
        "index dates and studies",
        with_schedule(study=altered(CHEST.study, modalities=frozenset())),
        (ROUTE, "a modality and a region"),
        "a study by nothing",
    ),
    (
        "index dates and studies",
        with_schedule(study=altered(CHEST.study, places=("torso",))),
        (ROUTE, "unknown region 'torso'"),
        "a region that there is not",
    ),
    ("facts", with_schedule(plan=altered(TAKEN, or_if="ache")), (ROUTE, "unknown fact 'ache'"), "a misspelt fact"),
    (
        "facts",
        with_facts(Fact("fever", PATIENT, "there is fever", ("Bone",))),
        ("fever", "no rule asks"),
        "a fact that nothing asks for",
    ),
    ("facts", with_facts(altered(PAIN, meaning="")), ("pain", "a meaning"), "a fact without meaning"),
    ("phases on the calendar", with_phases(), (ROUTE, "at least one phase"), "a schedule without phases"),
    (
        "phases on the calendar",
        with_phases(unspecified(until=years(1)), every(months(3))),
        (ROUTE, "can only be the last"),
        "nothing timed follows an unspecified phase",
    ),
    (
        "phases on the calendar",
        with_phases(every(months(3)), every(months(6))),
        (ROUTE, "never ends, but another"),
        "the second phase never comes",
    ),
    (
        "phases on the calendar",
        with_phases(every(months(3), until=years(2)), every(months(6), until=years(1))),
        (ROUTE, "ends before it begins"),
        "the second phase ends a year before it begins",
    ),
    (
        "phases on the calendar",
        with_phases(every(months(3), until=years(2)), every(months(6), until=months(24))),
        (ROUTE, "ends before it begins"),
        "the second phase lasts no day: two years are 24 months",
    ),
    (
        "phases on the calendar",
        with_phases(every(months(3), until=months(3)), once(weeks(12), months(6))),
        (ROUTE, "overlaps the phase before it"),
        "12 weeks are over before 3 months are",
    ),
    (
        "phases on the calendar",
        with_phases(every(weeks(4), until=weeks(9)), every(weeks(6), until=months(2)), every(months(6))),
        (ROUTE, "ends before it begins"),
        "2 months are 59 to 62 days, 9 weeks are 63",
    ),
    (
        "phases on the calendar",
        with_phases(every(months(6), months(3))),
        (ROUTE, "begins its interval or window after it ends"),
        "MIN above MAX",
    ),
    (
        "phases on the calendar",
        with_phases(every(months(2), days(60))),
        (ROUTE, "begins its interval or window after it ends"),
        "2 months are more than 60 days, but for those that hold February",
    ),
    (
        "phases on the calendar",
        with_phases(every(months(0))),
        (ROUTE, "longer than nothing"),
        "an interval of nothing",
    ),
    (
        "phases on the calendar",
        with_phases(altered(every(months(3)), low=None)),
        (ROUTE, "needs both bounds"),
        "an interval without MIN",
    ),
    (
        "phases on the calendar",
        with_phases(Phase(PhaseKind.AS)),
        (ROUTE, "needs a fact"),
        "waits for nothing",
    ),
    (
        "phases on the calendar",
        with_phases(altered(once(months(3), months(6)), end=months(9))),
        (ROUTE, "leaves a gap"),
        "three months after the window in which no rule holds",
    ),
    (
        "phases on the calendar",
        with_schedule(others=(altered(OTHER, plan=Plan(phases=())),)),
        (f"{ROUTE} read as monthly", "at least one phase"),
        "the phases of other readings are looked at too",
    ),
    ("readings", with_schedule(reading=""), (ROUTE, "which one is taken"), "silent about the reading taken"),
    (
        "readings",
        with_schedule(others=(OTHER, altered(OTHER, says="x"))),
        (ROUTE, "'monthly' stands 2"),
        "a name twice",
    ),
    ("readings", with_schedule(others=(altered(OTHER, says=" "),)), (ROUTE, "'monthly' needs"), "says nothing"),
    ("readings", with_schedule(others=(altered(OTHER, name="Each month"),)), (ROUTE, "'Each month' needs"), "no name"),
    (
        "readings",
        with_schedule(others=(altered(OTHER, plan=TAKEN),)),
        (ROUTE, "'monthly' is the same as the one taken"),
        "a reading that changes nothing",
    ),
    (
        "readings",
        with_schedule(others=(OTHER, altered(OTHER, name="each_month"))),
        (ROUTE, "'each_month' is the same as 'monthly'"),
        "two names for one reading",
    ),
    ("CPT codes", altered(SOUND, cpt_codes=(altered(CODE, code="7125"),)), ("7125", "four digits"), "too short"),
    ("CPT codes", altered(SOUND, cpt_codes=(altered(CODE, code="0649t"),)), ("0649t", "capital"), "a small letter"),
    ("CPT codes", altered(SOUND, cpt_codes=(altered(CODE, contrast="some"),)), ("71250", "'some'"), "contrast"),
    ("CPT codes", altered(SOUND, cpt_codes=(altered(CODE, regions=("torso",)),)), ("71250", "'torso'"), "a region"),
    (
        "facts",
        with_facts(altered(ANGLE, sections=("MRI 3",))),
        ("angle", "does not name MRI 2.a, where curved asks"),
        "a fact that does not say where it is asked for",
    ),
    (
        "names and ids",
        altered(SOUND, indications=(WEAK, WEAK, CURVED)),
        ("weak", "indication stands 2 times"),
        "an indication twice",
    ),
    (
        "names and ids",
        altered(SOUND, contraindications=(IMPLANT, IMPLANT)),
        ("implant", "contraindication stands 2 times"),
        "a contraindication twice",
    ),
    (
        "names and ids",
        altered(SOUND, combinations=(TWICE, TWICE)),
        ("twice", "combination stands 2 times"),
        "a combination twice",
    ),
    ("indications", with_indication(name="Weak"), ("Weak", "lower_case"), "a capital in a name"),
    ("indications", with_indication(title=" "), ("weak", "words that say"), "a blank title"),
    (
        "indications",
        with_indication(cite=altered(Cite("MRI 1"), section="")),
        ("weak", "is not a chapter"),
        "an empty citation",
    ),
    ("indications", with_indication(leads=()), ("weak", "needs a lead fact"), "nothing raises it"),
    ("indications", with_indication(leads=("pain",)), ("weak", "'pain', which its"), "raised by what it does not ask"),
    (
        "indications",
        altered(SOUND, indications=(WEAK, altered(CURVED, leads=("angle",)))),
        ("curved", "'angle', a number"),
        "raised by a number",
    ),
    ("indications", with_indication(advice="No X-ray"), ("weak", "not a sentence"), "advice without a full stop"),
    (
        "indications",
        altered(SOUND, indications=(CURVED, WEAK)),
        ("weak", "MRI 1 stands after MRI 2.a"),
        "a section before the one that it follows",
    ),
    ("contraindications", with_contraindication(name="an implant"), ("an implant", "lower_case"), "a space in a name"),
    ("contraindications", with_contraindication(hazard=""), ("implant", "words that say"), "silent about the hazard"),
    ("contraindications", with_contraindication(modalities=frozenset()), ("implant", "no modality"), "of no study"),
    ("contraindications", with_contraindication(to_clear=""), ("implant", "or neither"), "a lead, and nothing to do"),
    ("contraindications", with_contraindication(lead="pain"), ("implant", "led by 'pain'"), "led by another fact"),
    ("combinations", with_combination(title=""), ("twice", "words that say"), "without a title"),
    ("combinations", with_combination(modalities=frozenset()), ("twice", "nothing to combine"), "of no study"),
    (
        "combinations",
        with_combination(modalities=frozenset({CT})),
        ("twice", "nothing to combine"),
        "of each of one modality",
    ),
    ("combinations", with_combination(region="torso"), ("twice", "unknown region 'torso'"), "of no region"),
    ("combinations", with_combination(most=1), ("twice", "at most 1 studies"), "a combination of one study"),
    ("combinations", with_combination(or_protocol=True), ("twice", "adds nobody"), "narrowed to everyone"),
    ("criteria", with_indication(criterion=Documented("ache")), ("weak", "fact 'ache'"), "a misspelt fact"),
    (
        "criteria",
        with_combination(only_if=not_("ache")),
        ("twice", "unknown fact 'ache'"),
        "a misspelt fact in what narrows a combination",
    ),
    (
        "criteria",
        with_indication(criterion=any_of("weakness", "angle")),
        ("weak", "reads 'angle' as a boolean, but it is a number"),
        "a number that must be true",
    ),
    (
        "criteria",
        with_indication(criterion=any_of("weakness", Above("onset", 3))),
        ("weak", "reads 'onset' as a number, but it is a date"),
        "a date as a number",
    ),
    (
        "criteria",
        with_contraindication(criterion=AgeAtMost(5, "weakness")),
        ("implant", "reads 'weakness' as a date, but it is a boolean"),
        "an age since a symptom",
    ),
    (
        "criteria",
        with_indication(criterion=all_of("weakness", not_("pain"), "weakness")),
        ("weak", "the same part twice"),
        "a part that adds nothing",
    ),
    (
        "criteria",
        with_indication(criterion=Ongoing("onset", "onset")),
        ("weak", "from 'onset' to itself"),
        "a course of no length",
    ),
    (
        "criteria",
        with_indication(criterion=Since("onset", days(-1))),
        ("weak", "negative duration"),
        "a time before the date",
    ),
]


@pytest.mark.parametrize(("check", "edition", "expected", "why"), BROKEN, ids=[f"{b[0]}: {b[3]}" for b in BROKEN])
def test_each_check_finds_what_it_is_there_for(check: str, edition: Edition, expected: Found, why: str) -> None:
    place, part = expected
    found = list(CHECKS[check](edition))
    assert [(p, m) for p, m in found if p == place and part in m], (why, found)
    assert (place, part) in [(f.place, part) for f in edition_issues(edition) if part in f.message]


def test_a_sound_edition_has_no_issues() -> None:
    assert edition_issues(SOUND) == []


@pytest.mark.parametrize("check", CHECKS)
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


def test_an_issue_reads_as_its_place_and_what_is_wrong() -> None:
    assert [str(f) for f in edition_issues(with_schedule(index=()))] == ["bone.first/chest: needs an index date"]


def test_the_edition_has_no_issues() -> None:
    assert [str(f) for f in edition_issues(CURRENT)] == []
