"""Each warning finds what it is there for, and nothing in what is meant as a rule."""

import pytest
from support.sound_edition import (
    CHEST,
    CURVED,
    OTHER,
    PAIN,
    SOUND,
    TAKEN,
    WEAK,
    altered,
    with_facts,
    with_indication,
    with_phases,
    with_schedule,
)

from spine_vigil.scheduler.editions.checking.edition_warnings import WARNINGS, edition_warnings
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    DATE,
    DIAGNOSIS,
    MRI,
    PATIENT,
    Above,
    Caution,
    Cite,
    Fact,
    ImpliedByCourse,
    OtherNames,
    Since,
    UpTo,
    all_of,
    any_of,
    every,
    months,
    not_,
    once,
    study,
    weeks,
    years,
)
from spine_vigil.scheduler.rules.citations import Authority

ROUTE = "bone.first/chest"


def found_by(subject, edition):
    return [(issue.place, issue.message) for issue in edition_warnings(edition) if issue.subject == subject]


def with_plans(*plans):
    """Return the edition with one protocol of schedules with these phases, for the same study from the same date."""
    schedules = tuple(
        altered(CHEST, name=f"chest_{number}", plan=altered(TAKEN, phases=phases), others=())
        for number, phases in enumerate(plans)
    )
    protocols = (altered(SOUND.protocols[0], schedules=schedules), *SOUND.protocols[1:])
    return altered(SOUND, protocols=protocols)


def with_pair(one, other, **facts):
    """Return the edition with two indications of these criteria."""
    return altered(
        SOUND, indications=(altered(WEAK, criterion=one), altered(CURVED, criterion=other, leads=())), **facts
    )


HALF_YEAR, YEAR = once(months(6), months(6)), once(months(12), months(12))
OURS = Authority("A hospital", "Local rules", SOUND.reviewed)

FOUND = [
    # subject, edition, place, message, why
    (
        "intervals that get shorter",
        with_phases(every(months(6), until=years(2)), every(months(3))),
        ROUTE,
        "the interval gets shorter with time: 'every 6 months until 2 years', then 'every 3 months'",
        "half a year, then three months",
    ),
    (
        "intervals that get shorter",
        with_phases(every(months(3), months(6), until=years(2)), every(months(3), months(5))),
        ROUTE,
        "the interval gets shorter with time: 'every 3 to 6 months until 2 years', then 'every 3 to 5 months'",
        "the longest time between two studies gets shorter",
    ),
    (
        "ends",
        with_schedule(plan=altered(TAKEN, phases=(every(months(3), until=years(2)),), or_if=None)),
        ROUTE,
        "it ends with 'every 3 months until 2 years', and nothing says what comes then",
        "an interval that ends",
    ),
    (
        "ends",
        with_schedule(
            others=(altered(OTHER, plan=altered(TAKEN, phases=(every(months(3), until=years(2)),), or_if=None)),)
        ),
        f"{ROUTE} read as monthly",
        "it ends with 'every 3 months until 2 years', and nothing says what comes then",
        "an end under another reading",
    ),
    (
        "schedules outside their protocols",
        with_schedule(cite=Cite("Bone 2.a")),
        ROUTE,
        "cites Bone 2.a, outside Bone 1 of its protocol",
        "a section of a neighbour",
    ),
    (
        "sections of facts",
        with_facts(altered(PAIN, sections=("Bone 1", "Bone 7"))),
        "fact.pain",
        "names the section Bone 7, which no rule cites",
        "a section of nothing",
    ),
    (
        "unused facts",
        with_facts(Fact("fever", PATIENT, "there is fever", ("Bone 1",))),
        "fact.fever",
        "no rule asks for this fact",
        "a fact that nothing asks for",
    ),
    (
        "rules that are named",
        altered(SOUND, cautions=(Caution("bone.third", "Others do more", "a book"),)),
        "bone.third",
        "a caution about no rule of the edition",
        "a caution about a rule that was taken away",
    ),
    (
        "rules that are named",
        altered(SOUND, other_names=(OtherNames("bone.third", ("tumor",), "a book"),)),
        "bone.third",
        "other names of no protocol and no indication",
        "names of a rule that was taken away",
    ),
    (
        "rules that are named",
        altered(SOUND, implied_by_course=(ImpliedByCourse(fact="weakness", under=("bone.third",)),)),
        "fact.weakness",
        "names the protocol 'bone.third', which there is not",
        "a course under a protocol that was taken away",
    ),
    (
        "indications",
        with_pair(all_of("weakness", Above("angle", 40)), Above("angle", 30)),
        "indication.weak",
        "wherever it is met, indication.curved is met too",
        "more than 40 is more than 30",
    ),
    (
        "indications",
        with_pair(Since("onset", months(3)), any_of("weakness", Since("onset", weeks(6)))),
        "indication.weak",
        "wherever it is met, indication.curved is met too",
        "three months ago is six weeks ago",
    ),
    (
        "indications",
        with_pair(all_of("weakness", not_("weakness")), Above("angle", 30)),
        "indication.weak",
        "its criterion can never be met",
        "weakness and no weakness; nothing is said of what it would imply",
    ),
    (
        "one-time windows",
        with_plans((HALF_YEAR, HALF_YEAR)),
        "bone.first/chest_0",
        "the window 'once 6 months after the index date' stands twice",
        "twice in one schedule",
    ),
    (
        "one-time windows",
        with_plans((HALF_YEAR,), (once(months(3), months(3)), HALF_YEAR)),
        "bone.first/chest_1",
        "the window 'once 6 months after the index date' also stands in bone.first/chest_0",
        "in two schedules of one protocol",
    ),
    (
        "one-time windows",
        with_plans((once(years(1), years(1)),), (YEAR,)),
        "bone.first/chest_1",
        "the window 'once 12 months after the index date' also stands in bone.first/chest_0",
        "a year is 12 months",
    ),
]


@pytest.mark.parametrize(("subject", "edition", "place", "message", "why"), FOUND, ids=[row[-1] for row in FOUND])
def test_each_warning_finds_what_it_is_there_for(subject, edition, place, message, why):
    assert found_by(subject, edition) == [(place, message)], why


@pytest.mark.parametrize("subject", WARNINGS)
def test_every_warning_is_shown(subject):
    assert subject in {row[0] for row in FOUND}


def in_two(**changes):
    first, second = with_plans((HALF_YEAR,), (HALF_YEAR,)).protocols[0].schedules
    return altered(SOUND, protocols=(altered(SOUND.protocols[0], schedules=(first, altered(second, **changes))),))


MEANT = [
    # subject, edition, why
    (
        "intervals that get shorter",
        with_phases(every(months(3), until=years(2)), every(months(3), months(12))),
        "longer",
    ),
    ("intervals that get shorter", with_phases(YEAR, every(months(3))), "a window is no interval"),
    ("ends", with_phases(every(months(3), until=years(2))), "symptoms open an extra study after the end"),
    ("ends", with_schedule(plan=altered(TAKEN, phases=(HALF_YEAR, YEAR), or_if=None)), "windows end by what they are"),
    ("schedules outside their protocols", with_schedule(cite=Cite("Local 1", OURS)), "a section of an overlay"),
    (
        "sections of facts",
        with_indication(cite=Cite("Local 1", OURS)),
        "an overlay's section stands in the place of the one that the fact names",
    ),
    (
        "indications",
        with_pair(Above("angle", 30), any_of(Above("angle", 40), "weakness")),
        "31 is not more than 40, and weakness is no angle",
    ),
    (
        "indications",
        with_pair(UpTo("onset", months(3)), Since("onset", weeks(6))),
        "a day ago is no six weeks ago, and four months ago not within three",
    ),
    ("one-time windows", with_plans((HALF_YEAR,), (YEAR,)), "two windows"),
    ("one-time windows", in_two(index=(DIAGNOSIS,)), "from another date"),
    ("one-time windows", in_two(study=study(MRI, at="chest")), "by another modality"),
    ("one-time windows", in_two(study=study(CT, at="abdomen")), "of another region"),
]


@pytest.mark.parametrize(("subject", "edition", "why"), MEANT, ids=[row[-1] for row in MEANT])
def test_what_is_meant_is_not_warned_of(subject, edition, why):
    assert found_by(subject, edition) == [], why


def test_a_sound_edition_has_no_warnings():
    assert edition_warnings(with_facts(Fact("onset", PATIENT, "when it began", ("MRI 2",), kind=DATE))) == []
