"""Editions with one thing wrong: in an indication, a contraindication, a combination or a criterion."""

from __future__ import annotations

from support.broken_protocols import Found
from support.sound_edition import (
    ANGLE,
    CURVED,
    IMPLANT,
    SOUND,
    TWICE,
    WEAK,
    altered,
    with_combination,
    with_contraindication,
    with_facts,
    with_indication,
)

from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    Above,
    AgeAtMost,
    Cite,
    Documented,
    Edition,
    Ongoing,
    Since,
    all_of,
    any_of,
    days,
    not_,
)

BROKEN_INDICATIONS: list[tuple[str, Edition, Found, str]] = [
    # check, edition, (place, part of the message), why
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
