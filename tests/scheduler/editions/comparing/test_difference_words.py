"""Each change of an edition alone: what of which rule it is, and its sentences before and after."""

from datetime import date

import pytest
from support.changed_editions import changed, changed_phases, changed_schedule
from support.sound_edition import SOUND

from spine_vigil.scheduler.editions.comparing.differences import Kind, differences
from spine_vigil.scheduler.editions.edition import Caution, OtherNames, Source
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    DIAGNOSIS,
    EVENT,
    MRI,
    PROGRESSION,
    SURGERY,
    Advice,
    Cite,
    Condition,
    Documented,
    Implied,
    Reading,
    all_of,
    every,
    months,
    no_surveillance,
    not_,
    study,
    weeks,
    years,
)
from spine_vigil.scheduler.rules.citations import Authority
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Plan
from spine_vigil.scheduler.rules.studies import Study
from spine_vigil.scheduler.values import replace

FIRST, SECOND, UNNAMED = SOUND.protocols
CHEST = FIRST.schedules[0]
EARLY, LATER = CHEST.phases


CHANGES = {
    "a shorter interval": (
        changed_phases(replace(EARLY, low=months(2), high=months(2)), LATER),
        ("bone.first/chest", "interval", ""),
        "Phase 1: every 3 months up to 2 years.",
        "Phase 1: every 2 months up to 2 years.",
    ),
    "a later bound": (
        changed_phases(replace(EARLY, end=years(3)), LATER),
        ("bone.first/chest", "bound", ""),
        "Phase 1: every 3 months up to 2 years.",
        "Phase 1: every 3 months up to 3 years.",
    ),
    "an interval and a bound of one phase": (
        changed_phases(every(months(2), until=years(3)), LATER),
        ("bone.first/chest", "interval, bound", ""),
        "Phase 1: every 3 months up to 2 years.",
        "Phase 1: every 2 months up to 3 years.",
    ),
    "a condition of a phase": (
        changed_phases(EARLY, replace(LATER, fact="weakness")),
        ("bone.first/chest", "condition", ""),
        "Phase 2: every 6 months without end.",
        "Phase 2: every 6 months without end, if there is weakness.",
    ),
    "a phase more": (
        changed_phases(EARLY, every(months(4), until=years(3)), LATER),
        ("bone.first/chest", "phases", ""),
        "Every 3 months up to 2 years, then every 6 months without end.",
        "Every 3 months up to 2 years, then every 4 months up to 3 years, then every 6 months without end.",
    ),
    "the order of phases": (
        changed_phases(every(months(6), until=years(2)), every(months(3))),
        ("bone.first/chest", "interval", ""),
        "Phase 1: every 3 months up to 2 years. / Phase 2: every 6 months without end.",
        "Phase 1: every 6 months up to 2 years. / Phase 2: every 3 months without end.",
    ),
    "another study": (
        changed_schedule(study=study(MRI, at="chest")),
        ("bone.first/chest", "study", ""),
        "CT of the chest.",
        "MRI of the chest.",
    ),
    "another index date": (
        changed_schedule(index=(SURGERY, DIAGNOSIS)),
        ("bone.first/chest", "index dates", ""),
        "Counted from surgery.",
        "Counted from surgery, else the diagnosis.",
    ),
    "a condition of a schedule": (
        changed_schedule(when=Condition("weakness", negated=True)),
        ("bone.first/chest", "condition", "when"),
        "",
        "It applies only where it is documented that there is no weakness.",
    ),
    "no extra study": (
        changed_schedule(plan=replace(CHEST.plan, or_if=None)),
        ("bone.first/chest", "clause", "or_if"),
        "An extra study is supported at any time if there is pain.",
        "",
    ),
    "shorter intervals": (
        changed_schedule(plan=replace(CHEST.plan, more_often_if="weakness")),
        ("bone.first/chest", "clause", "more_often_if"),
        "",
        "If there is weakness, a shorter interval is admitted that the guideline does not give.",
    ),
    "an event that ends it": (
        changed_schedule(stops_at=(PROGRESSION,)),
        ("bone.first/chest", "clause", "stops_at"),
        "",
        "It ends with progression.",
    ),
    "starting again": (
        changed_schedule(restarts=True),
        ("bone.first/chest", "clause", "restarts"),
        "",
        "It starts again with a treatment that follows a progression.",
    ),
    "rounds": (
        changed_schedule(complements=True),
        ("bone.first/chest", "clause", "complements"),
        "",
        "Studies of different modalities less than 21 days apart are one round.",
    ),
    "the reading taken": (
        changed_schedule(reading="By quarter"),
        ("bone.first/chest", "reading", ""),
        "Read as: Quarterly.",
        "Read as: By quarter.",
    ),
    "another reading": (
        changed_schedule(
            others=(*CHEST.others, Reading("weekly", Plan(phases=(every(weeks(1)),), or_if="pain"), "Every week"))
        ),
        ("bone.first/chest", "other reading", "weekly"),
        "",
        "Every week. Every 1 week without end. An extra study is supported at any time if there is pain.",
    ),
    "a section alone": (
        changed_schedule(cite=Cite("Local 4", Authority("Elsewhere", "Rules", date(2026, 3, 1)))),
        ("bone.first/chest", "section", ""),
        "It cites Bone 1.a.",
        "It cites Local 4 of Elsewhere, reviewed 2026-03-01.",
    ),
    "a title": (changed("protocols", title="tumor one"), ("bone.first", "title", ""), "First tumor.", "Tumor one."),
    "a note": (
        replace(SOUND, protocols=(FIRST, SECOND, replace(UNNAMED, note="Unheard of"))),
        ("cns.unnamed", "note", ""),
        "Not named.",
        "Unheard of.",
    ),
    "a stance": (
        replace(
            SOUND,
            protocols=(
                FIRST,
                SECOND,
                no_surveillance("cns.unnamed", "unnamed tumor", cite=Cite("CNS"), note="Not named"),
            ),
        ),
        ("cns.unnamed", "stance", ""),
        "Not named by the guideline.",
        "No surveillance asked for.",
    ),
    "a criterion": (
        changed("indications", criterion=all_of("weakness", not_("pain"))),
        ("indication.weak", "criterion", ""),
        "It holds where weakness.",
        "It holds where weakness and not pain.",
    ),
    "a hint": (changed("indications", hints=("pain",)), ("indication.weak", "hints", ""), "", "Hinted at by pain."),
    "a lead": (
        changed("indications", leads=(Documented("pain"), "weakness")),
        ("indication.weak", "leads", ""),
        "Raised by weakness.",
        "Raised by pain; weakness.",
    ),
    "advice": (
        changed("indications", advice=(Advice("Rest.", Documented("pain")),)),
        ("indication.weak", "advice", ""),
        "Advice: No X-ray is needed.",
        "Advice (pain): Rest.",
    ),
    "an item that asks with it": (
        changed("indications", asks_with="curved"),
        ("indication.weak", "clause", "asks_with"),
        "",
        "Where it decides by what is not documented, curved asks with it.",
    ),
    "what is to clear": (
        changed("contraindications", to_clear="Look it up."),
        ("contraindication.implant", "clearing", ""),
        "Where onset is true and the rest unknown: Ask.",
        "Where onset is true and the rest unknown: Look it up.",
    ),
    "a limit": (
        changed("combinations", most=None),
        ("combination.twice", "limit", ""),
        "At most 3 such studies are supported on one date.",
        "",
    ),
    "what is combined": (
        changed("combinations", region="chest"),
        ("combination.twice", "study", ""),
        "A study by each of CT and MRI.",
        "A study by each of CT and MRI of the chest.",
    ),
    "whom a combination concerns": (
        changed("combinations", only_if=Documented("pain"), or_protocol=True),
        ("combination.twice", "condition", ""),
        "",
        "It concerns patients of whom this holds: pain, and wherever a surveillance protocol is given.",
    ),
    "what supports a combination": (
        changed("combinations", by_surveillance=True),
        ("combination.twice", "criterion", ""),
        "Supported where weakness.",
        "Supported where weakness, or where the surveillance of the row supports the study.",
    ),
    "a meaning": (
        changed("facts", meaning="it aches", denial="it does not ache"),
        ("fact.pain", "meaning", ""),
        "There is pain.",
        "It aches. Where false: it does not ache.",
    ),
    "a level": (
        changed("facts", level=EVENT),
        ("fact.pain", "kind", ""),
        "A boolean of the patient.",
        "A boolean of the event.",
    ),
    "what implies a fact": (
        replace(SOUND, implied=(Implied("pain", ("weakness",)),)),
        ("fact.pain", "implied by", ""),
        "",
        "Implied by weakness.",
    ),
    "a code": (
        changed("cpt_codes", regions=(), contrast="both"),
        ("code.71250", "study", ""),
        "CT of the chest, without contrast.",
        "A study by CT of any region, without and with contrast.",
    ),
    "a source": (
        replace(SOUND, sources=(Source("A book", "1", "2"),)),
        ("source.A book", "version", ""),
        "A book, cited in the text in version 1.",
        "A book, cited in the text in version 1 and in the references in version 2.",
    ),
    "a caution": (
        replace(SOUND, cautions=(Caution("bone.first", "Others differ", "A book"),)),
        ("bone.first", "caution", ""),
        "",
        "Caution: Others differ (A book).",
    ),
    "another name": (
        replace(SOUND, other_names=(OtherNames("bone.first", ("primus",), "A list"),)),
        ("bone.first", "other names", ""),
        "",
        "Also called primus (A list).",
    ),
    "the grace": (
        replace(SOUND, grace=GracePolicy(5)),
        ("edition", "grace", ""),
        "The grace is a tenth of the interval, 7 to 30 days.",
        "The grace is 5 days.",
    ),
    "the covered study": (
        replace(SOUND, covers=Study(CT, SOUND.covers.regions)),
        ("edition", "study", ""),
        "MRI of the cervical spine.",
        "CT of the cervical spine.",
    ),
}


@pytest.mark.parametrize(("after", "place", "old", "new"), CHANGES.values(), ids=CHANGES)
def test_a_change_alone_is_told_in_one_way(after, place, old, new):
    found = differences(SOUND, after)
    assert {each.kind for each in found} == {Kind.CHANGED}
    assert {(d.route, ", ".join(what.words for what in d.what), d.part) for d in found} == {place}
    assert " / ".join(each.before.sentence for each in found) == old
    assert " / ".join(each.after.sentence for each in found) == new
    assert len(found) == old.count(" / ") + 1
