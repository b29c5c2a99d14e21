"""The tables of an edition file that hold criteria: indications, contraindications and combinations of studies."""

from __future__ import annotations

from typing import Any

from spine_vigil.scheduler.editions.toml_files.citation_tables import section_key
from spine_vigil.scheduler.editions.toml_files.criteria_tables import read_known_fact
from spine_vigil.scheduler.editions.toml_files.forms import BROKEN, Form, Place, Reader, one_of, plain
from spine_vigil.scheduler.editions.toml_files.keys import (
    TEXT,
    criterion,
    each,
    flag,
    leads,
    modalities,
    named,
    optional,
    text,
)
from spine_vigil.scheduler.editions.toml_files.schedule_forms import TAKEN
from spine_vigil.scheduler.errors import UnknownName
from spine_vigil.scheduler.rules.indications import Advice, Combination, Contraindication, Indication, IndicationReading
from spine_vigil.scheduler.rules.studies import REGIONS


def _read_indication(value: Any, place: Place) -> Any:
    name = TEXT(value, place)
    if name is not BROKEN and name not in place.problems.indications:
        place.say(str(UnknownName("indication", name, place.problems.indications)))
        return BROKEN
    return name


_ADVICE = Form(
    "advice",
    {
        "text": text("text", "A sentence, with its full stop."),
        "fits": criterion("Whom it fits; everyone, if the key is left out.", "fits", default=None),
        "unless": optional(read_known_fact, "unless", "It is not given where this fact is documented."),
    },
    Advice,
    "Advice that stands with the decision and does not change it.",
)

_READING = Form(
    "a reading",
    {"says": text("says", "The reading, in a sentence."), "criterion": criterion("What it asks for.")},
    IndicationReading,
    "Another reading of the same sentence, which `--reading indication.NAME=READING` takes.",
)

INDICATION = Form(
    "an indication",
    {
        "title": text("title", "The reason, as a sentence names it."),
        "section": section_key(),
        "leads": leads(
            "leads",
            "Where one of these is true, the reason is given: a study is not supported if the criterion is false.",
        ),
        "hints": leads(
            "hints", "Where one of these is true, the reason is asked about: a criterion that is false says nothing."
        ),
        "criterion": criterion("What has to be documented for the study to be supported."),
        "asks_with": optional(
            Reader(_read_indication, TEXT.schema),
            "asks_with",
            "Another indication of the same item, which asks for its facts together with this one.",
        ),
        "advice": each(_ADVICE, "advice"),
        "taken": text("reading", TAKEN, default=""),
        "reading": named(_READING, "others"),
    },
    Indication,
    "A reason for the study that the edition covers, other than surveillance.",
)

CONTRAINDICATION = Form(
    "a contraindication",
    {
        "section": section_key(),
        "modalities": modalities("The studies that it is about."),
        "hazard": text("hazard", "The hazard, as a clause."),
        "criterion": criterion("When it holds."),
        "lead": optional(
            read_known_fact,
            "lead",
            "For a device that has to be cleared: where this fact is true and the criterion is unknown, a study that"
            " would be supported waits for that (`device_not_cleared`). The criterion has to ask for the fact.",
        ),
        "to_clear": text(
            "to_clear",
            "What has to be cleared then, as a sentence. It stands with `lead`, or neither does.",
            default="",
        ),
        "advice": text("advice", "What to do about it, as a sentence.", default=""),
    },
    Contraindication,
    "A reason against a study that has not been performed.",
)

COMBINATION = Form(
    "a combination",
    {
        "title": text("title", "What is combined, as a sentence names it."),
        "section": section_key(),
        "modalities": modalities("The modalities that it is about."),
        "region": optional(
            one_of("region", {name: name for name in REGIONS}), "region", "The region that its studies show, if one."
        ),
        "of_each": flag("of_each", "It takes one study of each modality. Otherwise two of any suffice."),
        "most": optional(plain(int), "most", "The most studies on one date that are supported."),
        "only_if": criterion("It concerns only patients for whom this holds.", "only_if", default=None),
        "or_protocol": flag("or_protocol", "It also concerns patients under a protocol for whom `only_if` fails."),
        "by_surveillance": flag("by_surveillance", "A study that its protocol supports supports the combination too."),
        "criterion": criterion("When several studies on one date are supported."),
    },
    Combination,
    "Several studies of one patient on one date, with a criterion of their own.",
)
