"""A rule that makes no sense cannot be built, and says where."""

import re
from datetime import date

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.edition import CptCode, Edition
from spine_vigil.scheduler.errors import RuleError, UnknownName, ValueProblem, VigilError
from spine_vigil.scheduler.rules.citations import Cite
from spine_vigil.scheduler.rules.dates import days, months, weeks, years
from spine_vigil.scheduler.rules.facts import SYMPTOMS, Condition, Fact, IndexKind, Level
from spine_vigil.scheduler.rules.schedules import (
    Plan,
    Protocol,
    Reading,
    Schedule,
    Stance,
    as_,
    at_least_every,
    every,
    once,
    protocol,
    referral,
    unspecified,
)
from spine_vigil.scheduler.rules.studies import BITS, REGIONS, Modality, Study, study
from spine_vigil.scheduler.values import replace

BRAIN = study(Modality.MRI, at="brain")


def schedule(*phases, name="brain", **changes):
    plan = Plan(phases=phases or (every(months(3)),))
    known = {"cite": Cite("M 1"), "study": BRAIN, "index": (IndexKind.SURGERY,), "plan": plan}
    return Schedule(name, **(known | changes))


def edition(*protocols, facts=(), codes=()):
    return Edition(
        "made-up", "t", "p", date(2025, 1, 1), Study(Modality.MRI, BITS["brain"]), (), facts, codes, protocols
    )


def disease(*schedules, id_="made_up.a"):
    return protocol(id_, "a disease", *(schedules or (schedule(),)), cite=Cite("M 1"))


IMPOSSIBLE_PHASES = [
    ((), "schedule 'brain': needs at least one phase"),
    ((every(months(4), months(3)),), "schedule 'brain': 'every 4 to 3 months': 4 months is longer than 3 months"),
    (
        (every(months(3), weeks(12)),),
        "schedule 'brain': 'every 3 months to 12 weeks': 3 months is longer than 12 weeks",
    ),
    ((once(weeks(5), weeks(3)),), "'once 5 to 3 weeks after the index date': 5 weeks is longer than 3 weeks"),
    ((every(months(0)),), "needs an interval that is longer than nothing"),
    ((every(months(-1), months(1)),), "needs an interval that is longer than nothing"),
    ((every(months(3)), every(months(6))), "'every 3 months' never ends, but another phase follows it"),
    ((at_least_every(months(3)), once(years(1), years(2))), "never ends, but another phase follows it"),
    ((as_(SYMPTOMS, until=years(1)), every(months(6))), f"'as {SYMPTOMS} until 1 year' can only be the last phase"),
    ((unspecified(until=years(1)), every(months(6))), "'unspecified until 1 year' can only be the last phase"),
    ((unspecified(), as_(SYMPTOMS)), "'unspecified' can only be the last phase"),
    (
        (every(months(3), until=years(2)), every(months(6), until=years(1))),
        "'every 6 months until 1 year' ends before it begins: 2 years is longer than 1 year",
    ),
    (
        (every(months(3), until=years(2)), every(months(6), until=months(24))),
        "'every 6 months until 24 months' ends where it begins",
    ),
    (
        (every(months(3), until=years(2)), once(months(18), months(30))),
        "begins before its phase does: 2 years is longer than 18 months",
    ),
    ((once(months(6), months(12)), once(months(9), months(18))), "begins before its phase does"),
    ((every(months(3), until=years(1)), once(days(-2), days(0))), "begins before its phase does"),
    ((every(months(3), until=years(2)), as_(SYMPTOMS, until=years(1))), "ends before it begins"),
    ((every(months(3), until=days(0)),), "ends where it begins"),
]


@pytest.mark.parametrize(("phases", "message"), IMPOSSIBLE_PHASES, ids=lambda value: str(value)[:60])
def test_phases_that_make_no_sense_are_refused(phases, message):
    with pytest.raises(RuleError) as told:
        schedule(plan=Plan(phases=phases))
    assert str(told.value).startswith("schedule 'brain': ")
    assert message in str(told.value)


@pytest.mark.parametrize(
    "phases",
    [
        (every(months(3)),),
        (every(months(3), until=years(2)), every(months(12))),
        (once(days(-2), days(0)),),
        (once(days(0), days(2)),),
        (once(months(6), months(6)), once(months(12), months(12))),
        (once(weeks(3), weeks(6)), every(months(2), months(3), until=years(3)), unspecified()),
        (at_least_every(months(6), until=years(5)), as_(SYMPTOMS, until=years(10))),
        (unspecified(),),
    ],
    ids=lambda phases: "; ".join(str(p) for p in phases),
)
def test_phases_that_follow_each_other_are_accepted(phases):
    assert schedule(*phases).phases == phases


@pytest.mark.parametrize("section", ["", "   "])
def test_an_empty_citation_is_refused(section):
    with pytest.raises(RuleError, match="a citation cannot be empty"):
        Cite(section)


def test_a_citation_is_a_required_argument():
    with pytest.raises(TypeError, match="cite"):
        protocol("made_up.a", "a disease", schedule())  # type: ignore[call-arg]


OTHER = Reading("longer", Plan(phases=(every(months(6)),)), "Every six months")


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: schedule(index=()), "schedule 'brain' needs an index date"),
        (
            lambda: schedule(index=(IndexKind.SURGERY, IndexKind.SURGERY)),
            "schedule 'brain' names an index date twice",
        ),
        (lambda: schedule(reading="so", others=(OTHER, OTHER)), "schedule 'brain' has two readings of one name"),
        (lambda: schedule(others=(OTHER,)), "schedule 'brain' has other readings and must say which one is taken"),
        (lambda: Reading("two words", OTHER.plan, "says"), "reading 'two words' needs a name like a variable's"),
        (lambda: Reading("silent", OTHER.plan, ""), "reading 'silent' needs a name like a variable's and a sentence"),
        (
            lambda: Reading("wrong", Plan(phases=(unspecified(), unspecified())), "says"),
            "reading 'wrong': 'unspecified' can only be the last phase",
        ),
        (lambda: disease(schedule(), schedule()), "protocol 'made_up.a' has two schedules of one name"),
        (lambda: protocol("made_up.a", "", schedule(), cite=Cite("M")), "protocol 'made_up.a' needs a title"),
        (
            lambda: protocol("made_up.a", "t", cite=Cite("M")),
            "protocol 'made_up.a' has no schedule: give it one, or a stance that has none: 'referral', 'not covered',",
        ),
        (
            lambda: Protocol("made_up.a", "t", Cite("M"), (schedule(),), stance=Stance.NOT_COVERED),
            "protocol 'made_up.a' has schedules, which the stance 'not covered' has not",
        ),
        (
            lambda: referral("made_up.a", "t", cite=Cite("M")),
            "protocol 'made_up.a' is a referral, and 'refers_to' must name",
        ),
        (
            lambda: Protocol("made_up.a", "t", Cite("M"), stance=Stance.NO_SURVEILLANCE, refers_to=("Kidney",)),
            "protocol 'made_up.a' names guidelines in 'refers_to', which only a referral does",
        ),
        (lambda: CptCode("1", Modality.CT, contrast="maybe"), "CPT 1: contrast is 'without', 'with', 'both'"),
        (lambda: CptCode("1", Modality.CT, ("cheast",)), "unknown region 'cheast'; did you mean 'chest'?"),
        (lambda: Fact("Two Words", Level.EVENT, "m", ("M",)), "fact name 'Two Words' must be lower_case"),
        (lambda: Fact("pain", Level.EVENT, "", ("M",)), "fact 'pain' needs a meaning and a section"),
        (lambda: Fact("pain", Level.EVENT, "m", ()), "fact 'pain' needs a meaning and a section"),
        (lambda: edition(disease(), disease()), "edition 'made-up': protocol made_up.a stands twice"),
        (
            lambda: edition(facts=(Fact("pain", Level.EVENT, "m", ("M",)),) * 2),
            "edition 'made-up': fact pain stands twice",
        ),
        (lambda: edition(codes=(CptCode("1", Modality.CT),) * 2), "edition 'made-up': CPT code 1 stands twice"),
    ],
)
def test_what_makes_no_sense_cannot_be_built(build, message):
    with pytest.raises(VigilError, match=re.escape(message)) as told:
        build()
    assert told.value.exit_code == 2


@pytest.mark.parametrize(
    "asking",
    [
        schedule(as_("symptom")),
        schedule(every(months(3), if_="symptom")),
        schedule(when=Condition("symptom")),
        schedule(plan=Plan(phases=(every(months(3)),), or_if="symptom")),
        schedule(plan=Plan(phases=(every(months(3)),), more_often_if="symptom")),
        schedule(reading="so", others=(Reading("gated", Plan(phases=(as_("symptom"),)), "says"),)),
    ],
    ids=["as", "if", "when", "or_if", "more_often_if", "another reading"],
)
def test_a_rule_that_asks_for_an_unknown_fact_is_refused_with_its_place(asking):
    known = (Fact("symptoms", Level.EVENT, "m", ("M",)),)
    with pytest.raises(RuleError) as told:
        edition(disease(asking), facts=known)
    assert str(told.value) == "made_up.a/brain: unknown fact 'symptom'; did you mean 'symptoms'?"


def test_rules_cannot_be_changed_after_they_are_built():
    rule = every(months(3))
    with pytest.raises(AttributeError):
        rule.fact = "x"  # type: ignore[misc]


def test_another_reading_is_taken_by_its_name():
    chordoma = CURRENT.with_readings({"bone.chordoma/chest": "annual_ct"}).protocol("bone.chordoma")
    assert [str(p) for p in chordoma.schedules[0].phases] == ["every 12 months"]
    assert [str(p) for p in CURRENT.protocol("bone.chordoma").schedules[0].phases] == [
        "every 6 to 12 months until 5 years",
        "every 12 months",
    ]


@pytest.mark.parametrize(
    ("taken", "message"),
    [
        (
            {"bone.chordoma/chst": "annual_ct"},
            "unknown schedule or indication 'bone.chordoma/chst'; did you mean 'bone.chordoma/chest'?",
        ),
        (
            {"bone.chordoma/chest": "annually"},
            "bone.chordoma/chest has no reading 'annually'; other readings of it: six_monthly, annual_ct",
        ),
        (
            {"bone.osteosarcoma/chest": "x"},
            "bone.osteosarcoma/chest has no reading 'x'; other readings of it: none",
        ),
        (
            {"indication.trauma_rule": "x"},
            "indication.trauma_rule has no reading 'x'; other readings of it: initial_ct_suffices",
        ),
    ],
)
def test_a_reading_that_there_is_not_is_told_with_those_there_are(taken, message):
    with pytest.raises(ValueProblem) as told:
        CURRENT.with_readings(taken)
    assert str(told.value) == message


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (every(months(3), until=years(2)), "every 3 months until 2 years"),
        (every(weeks(12), months(12), if_="high_grade"), "every 12 weeks to 12 months if high_grade"),
        (at_least_every(months(6)), "at least every 6 months"),
        (once(weeks(3), weeks(6)), "once 3 to 6 weeks after the index date"),
        (as_(SYMPTOMS), "as symptoms_new_or_progressing"),
        (unspecified(until=years(1)), "unspecified until 1 year"),
    ],
)
def test_a_phase_reads_as_words(phase, words):
    assert str(phase) == words


@pytest.mark.parametrize(
    ("look_up", "text", "message"),
    [
        (
            CURRENT.protocol,
            "bone.osteosarkoma",
            "unknown protocol 'bone.osteosarkoma'; did you mean 'bone.osteosarcoma'?",
        ),
        (CURRENT.fact, "high_garde", "unknown fact 'high_garde'; did you mean 'high_grade'?"),
    ],
)
def test_an_unknown_name_of_the_edition_is_told_with_the_nearest(look_up, text, message):
    with pytest.raises(UnknownName) as told:
        look_up(text)
    assert str(told.value) == message


@pytest.mark.parametrize("code", ["72143", "72191", "72198", "70543", "71275", "7214", "721411", "72141-26"])
def test_no_code_is_suggested_for_an_unknown_billing_code(code):
    """One digit apart lies another region or another modality: 72191 is no MRI of the cervical spine (72141)."""
    with pytest.raises(ValueProblem) as told:
        CURRENT.cpt(code)
    assert str(told.value) == f"unknown CPT code '{code}'; give modality and region instead"


def test_names_of_the_edition_are_found_in_any_case():
    assert CURRENT.protocol(" Bone.OSTEOSARCOMA ").id == "bone.osteosarcoma"
    assert CURRENT.cpt("0649t").code == "0649T"


@pytest.mark.parametrize(
    ("region", "modality", "covered"),
    [
        ("cervical_spine", Modality.MRI, True),
        ("total_spine", Modality.MRI, True),
        ("whole_body", Modality.MRI, True),
        ("thoracic_spine", Modality.MRI, False),
        ("cervical_spine", Modality.CT, False),
        ("cervical_spine", Modality.PET_MRI, False),
    ],
)
def test_the_edition_covers_mri_that_shows_the_cervical_spine(region, modality, covered):
    assert CURRENT.covers_study(Study(modality, REGIONS[region])) is covered


def test_an_edition_is_replaced_not_changed():
    assert replace(CURRENT, protocols=CURRENT.protocols[:1]).protocols_by_id.keys() == {CURRENT.protocols[0].id}
