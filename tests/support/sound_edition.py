"""A small edition without problems, and copies of it with one change each."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from msgspec.structs import force_setattr

from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    DATE,
    EVENT,
    MRI,
    NUMBER,
    PATIENT,
    SURGERY,
    Above,
    Advice,
    Cite,
    Combination,
    Contraindication,
    CptCode,
    Documented,
    Edition,
    Fact,
    Indication,
    IndicationReading,
    Plan,
    Reading,
    Schedule,
    Since,
    Source,
    Study,
    all_of,
    every,
    months,
    not_,
    not_covered,
    protocol,
    study,
    weeks,
    years,
)
from spine_vigil.scheduler.rules.schedules import Phase
from spine_vigil.scheduler.rules.studies import BITS

TAKEN = Plan(phases=(every(months(3), until=years(2)), every(months(6))), or_if="pain")
OTHER = Reading("monthly", Plan(phases=(every(months(1)),)), "Every month")


def altered(thing: Any, **changes: Any) -> Any:
    """Return a copy with other values, past the constructor that would refuse them."""
    made = copy.copy(thing)
    for name, value in changes.items():
        force_setattr(made, name, value)
    return made


CHEST = Schedule(
    "chest", Cite("Bone 1.a"), study(CT, at="chest"), (SURGERY,), TAKEN, reading="Quarterly", others=(OTHER,)
)
FIRST = protocol("bone.first", "first tumor", CHEST, cite=Cite("Bone 1"))
SECOND = protocol("bone.second", "second tumor", altered(CHEST, cite=Cite("Bone 2")), cite=Cite("Bone 2"))
UNNAMED = not_covered("cns.unnamed", "unnamed tumor", cite=Cite("CNS"), note="Not named")
PAIN = Fact("pain", PATIENT, "there is pain", ("Bone 1",))
CODE = CptCode("71250", CT, ("chest",), "without")
WEAKNESS = Fact("weakness", EVENT, "there is weakness", ("MRI 1", "Combination"), denial="there is no weakness")
ANGLE = Fact("angle", EVENT, "angle of the curve", ("MRI 2",), kind=NUMBER, unit="degrees")
ONSET = Fact("onset", PATIENT, "when it began", ("MRI 2", "MRI General"), kind=DATE)
WEAK = Indication(
    "weak",
    "weakness",
    Cite("MRI 1"),
    Documented("weakness"),
    leads=("weakness",),
    advice=(Advice("No X-ray is needed."),),
)
CURVED = Indication(
    "curved",
    "curvature",
    Cite("MRI 2.a"),
    all_of(Since("onset", months(3)), Above("angle", 30)),
    leads=(Since("onset", months(3)),),
    hints=(Above("angle", 30),),
)
STRICT = IndicationReading("strict", all_of("weakness", "pain"), "Weakness with pain alone")
IMPLANT = Contraindication(
    "implant",
    Cite("MRI General"),
    frozenset({MRI}),
    not_(Since("onset", weeks(6))),
    "an implant is new",
    lead="onset",
    to_clear="Ask.",
)
TWICE = Combination(
    name="twice",
    title="CT and MRI",
    cite=Cite("Combination"),
    modalities=frozenset({CT, MRI}),
    of_each=True,
    most=3,
    criterion=Documented("weakness"),
)

SOUND = Edition(
    id="made-up",
    title="Made up",
    publisher="Nobody",
    reviewed=date(2025, 1, 1),
    covers=Study(MRI, BITS["cervical_spine"]),
    sources=(Source("A book", "1", None),),
    facts=(PAIN, WEAKNESS, ANGLE, ONSET),
    cpt_codes=(CODE,),
    protocols=(FIRST, SECOND, UNNAMED),
    indications=(WEAK, CURVED),
    contraindications=(IMPLANT,),
    combinations=(TWICE,),
)


def with_protocol(**changes: Any) -> Edition:
    """Return the edition with its first protocol altered."""
    made: Edition = altered(SOUND, protocols=(altered(FIRST, **changes), SECOND, UNNAMED))
    return made


def with_schedule(**changes: Any) -> Edition:
    """Return the edition with its first schedule altered."""
    return with_protocol(schedules=(altered(CHEST, **changes),))


def with_phases(*phases: Phase) -> Edition:
    """Return the edition with other phases in its first schedule."""
    return with_schedule(plan=altered(TAKEN, phases=phases))


def with_indication(**changes: Any) -> Edition:
    """Return the edition with its first indication altered."""
    made: Edition = altered(SOUND, indications=(altered(WEAK, **changes), CURVED))
    return made


def with_contraindication(**changes: Any) -> Edition:
    """Return the edition with its contraindication altered."""
    made: Edition = altered(SOUND, contraindications=(altered(IMPLANT, **changes),))
    return made


def with_combination(**changes: Any) -> Edition:
    """Return the edition with its combination altered."""
    made: Edition = altered(SOUND, combinations=(altered(TWICE, **changes),))
    return made


def with_facts(*facts: Fact) -> Edition:
    """Return the edition with other facts in the place of those of the same name."""
    names = {fact.name for fact in facts}
    made: Edition = altered(SOUND, facts=(*facts, *(fact for fact in SOUND.facts if fact.name not in names)))
    return made


def with_order(*protocols: Any) -> Edition:
    """Return the edition with its protocols in another order."""
    made: Edition = altered(SOUND, protocols=protocols)
    return made
