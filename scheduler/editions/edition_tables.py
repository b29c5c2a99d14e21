"""An edition as the tables of a file: every value of its rules under a key, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from spine_vigil.scheduler.editions.citation_tables import AUTHORITY, section_key
from spine_vigil.scheduler.editions.criteria_tables import (
    criterion_value,
    lead_value,
    read_criterion,
    read_known_fact,
    read_lead,
)
from spine_vigil.scheduler.editions.edition import Caution, CptCode, Edition, OtherNames, Source
from spine_vigil.scheduler.editions.forms import (
    BROKEN,
    Form,
    Key,
    Place,
    Problems,
    by_name,
    list_of,
    one_of,
    parsed,
    plain,
    with_fact,
)
from spine_vigil.scheduler.editions.grammar import (
    index_text,
    pattern_text,
    phase_text,
    read_condition,
    read_index,
    read_index_kind,
    read_pattern,
    read_phase,
    read_study,
)
from spine_vigil.scheduler.editions.toml_text import Path
from spine_vigil.scheduler.errors import UnknownName
from spine_vigil.scheduler.rules.facts import Fact, FactKind, Level
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.implied import Implied, ImpliedByCourse
from spine_vigil.scheduler.rules.indications import Advice, Combination, Contraindication, Indication, IndicationReading
from spine_vigil.scheduler.rules.schedules import Plan, Protocol, Reading, Schedule, Stance
from spine_vigil.scheduler.rules.studies import NAMED_MODALITIES, REGIONS, modality_names

INLINE = ("criterion", "fits", "only_if", "leads", "hints", "section", "overlays")
"""The keys whose values are written as inline tables: criteria and citations."""

_TEXT, _FLAG = plain(str), plain(bool)
_TEXTS = list_of(_TEXT)
_MODALITY = one_of("modality", {modality.value: modality for modality in NAMED_MODALITIES})
_MODALITIES = list_of(_MODALITY, frozenset)


def _optional(read: Any, attribute: str) -> Key:
    return Key(attribute, read, default=None)


def _texts(attribute: str, **more: Any) -> Key:
    return Key(attribute, _TEXTS, list, **more)


def _of_values(kind: str, values: Any, attribute: str, default: Any) -> Key:
    return Key(attribute, one_of(kind, {each.value: each for each in values}), lambda each: each.value, default)


def _criterion(attribute: str = "criterion", **more: Any) -> Key:
    return Key(attribute, read_criterion, criterion_value, **more)


def _leads(attribute: str) -> Key:
    return Key(attribute, list_of(read_lead), lambda leads: [*map(lead_value, leads)], default=())


def _named(form: Form, attribute: str, name: str = "name") -> Key:
    """Return a key whose value is a table of tables by name."""

    def write(values: Any) -> dict[str, Any]:
        return {getattr(value, name): form.write(value) for value in values}

    return Key(attribute, by_name(lambda own, table, place: form.read(table, place, **{name: own})), write, ())


def _each(form: Form, attribute: str) -> Key:
    """Return a key whose value is a list of tables."""
    return Key(attribute, list_of(form.read), lambda values: [*map(form.write, values)], ())


def _indication(value: Any, place: Place) -> Any:
    name = _TEXT(value, place)
    if name is not BROKEN and name not in place.problems.indications:
        place.say(str(UnknownName("indication", name, place.problems.indications)))
        return BROKEN
    return name


_PHASE = with_fact(parsed(read_phase), lambda phase: phase.fact)
_CONDITION = with_fact(parsed(read_condition), lambda condition: condition.fact)

_PLAN = {
    "phases": Key("plan.phases", list_of(_PHASE), lambda phases: [*map(phase_text, phases)]),
    "or_if": _optional(read_known_fact, "plan.or_if"),
    "more_often_if": _optional(read_known_fact, "plan.more_often_if"),
}


def _reading(name: str, says: str, **plan: Any) -> Reading:
    return Reading(name, Plan(**plan), says)


def _schedule(phases: Any, or_if: str | None, more_often_if: str | None, **values: Any) -> Schedule:
    return Schedule(plan=Plan(phases=phases, or_if=or_if, more_often_if=more_often_if), **values)


_READING = Form("a reading", {"says": Key("says", _TEXT), **_PLAN}, _reading)

_SCHEDULE = Form(
    "a schedule",
    {
        "section": section_key(),
        "study": Key("study", parsed(read_pattern), pattern_text),
        "complements": Key("complements", _FLAG, default=False),
        "counted_from": Key("index", list_of(parsed(read_index)), lambda choices: [*map(index_text, choices)]),
        **_PLAN,
        "when": Key("when", _CONDITION, str, None),
        "stops_at": Key("stops_at", list_of(parsed(read_index_kind)), lambda kinds: [kind.value for kind in kinds], ()),
        "restarts": Key("restarts", _FLAG, default=False),
        "taken": Key("reading", _TEXT, default=""),
        "reading": _named(_READING, "others"),
    },
    _schedule,
)

_PROTOCOL = Form(
    "a protocol",
    {
        "title": Key("title", _TEXT),
        "section": section_key(),
        "stance": _of_values("stance", Stance, "stance", Stance.SURVEILLANCE),
        "refers_to": _texts("refers_to", default=()),
        "note": Key("note", _TEXT, default=""),
        "schedule": _named(_SCHEDULE, "schedules"),
    },
    Protocol,
)

_FACT_FORM = Form(
    "a fact",
    {
        "level": _of_values("level", Level, "level", Level.PATIENT),
        "kind": _of_values("kind", FactKind, "kind", FactKind.BOOLEAN),
        "unit": Key("unit", _TEXT, default=""),
        "meaning": Key("meaning", _TEXT),
        "denial": Key("denial", _TEXT, default=""),
        "happened": Key("happened", _TEXT, default=""),
        "sections": _texts("sections"),
    },
    Fact,
)

_CODE = Form(
    "a billing code",
    {
        "modality": Key("modality", _MODALITY, lambda modality: modality.value),
        "regions": _texts("regions", default=()),
        "contrast": _optional(_TEXT, "contrast"),
        "is_add_on": Key("is_add_on", _FLAG, default=False),
    },
    CptCode,
)

_ADVICE = Form(
    "advice",
    {
        "text": Key("text", _TEXT),
        "fits": _criterion("fits", default=None),
        "unless": _optional(read_known_fact, "unless"),
    },
    Advice,
)

_INDICATION = Form(
    "an indication",
    {
        "title": Key("title", _TEXT),
        "section": section_key(),
        "leads": _leads("leads"),
        "hints": _leads("hints"),
        "criterion": _criterion(),
        "asks_with": _optional(_indication, "asks_with"),
        "advice": _each(_ADVICE, "advice"),
        "taken": Key("reading", _TEXT, default=""),
        "reading": _named(
            Form("a reading", {"says": Key("says", _TEXT), "criterion": _criterion()}, IndicationReading), "others"
        ),
    },
    Indication,
)

_CONTRAINDICATION = Form(
    "a contraindication",
    {
        "section": section_key(),
        "modalities": Key("modalities", _MODALITIES, modality_names),
        "hazard": Key("hazard", _TEXT),
        "criterion": _criterion(),
        "lead": _optional(read_known_fact, "lead"),
        "to_clear": Key("to_clear", _TEXT, default=""),
        "advice": Key("advice", _TEXT, default=""),
    },
    Contraindication,
)

_COMBINATION = Form(
    "a combination",
    {
        "title": Key("title", _TEXT),
        "section": section_key(),
        "modalities": Key("modalities", _MODALITIES, modality_names),
        "region": _optional(one_of("region", {name: name for name in REGIONS}), "region"),
        "of_each": Key("of_each", _FLAG, default=False),
        "most": _optional(plain(int), "most"),
        "only_if": _criterion("only_if", default=None),
        "or_protocol": Key("or_protocol", _FLAG, default=False),
        "by_surveillance": Key("by_surveillance", _FLAG, default=False),
        "criterion": _criterion(),
    },
    Combination,
)

_IMPLIED = Form(
    "an implied fact", {"fact": Key("fact", read_known_fact), "by": Key("by", list_of(read_known_fact), list)}, Implied
)

_IMPLIED_BY_COURSE = Form(
    "a fact implied by a course",
    {
        "fact": Key("fact", read_known_fact),
        "under": _texts("under", default=()),
        "except_under": _texts("except_under", default=()),
        "in_spine": Key("in_spine", _FLAG, default=False),
        "overrides": Key("overrides", _FLAG, default=False),
    },
    ImpliedByCourse,
)

_SOURCE = Form(
    "a source",
    {
        "name": Key("name", _TEXT),
        "body_version": _optional(_TEXT, "body_version"),
        "reference_version": _optional(_TEXT, "reference_version"),
    },
    Source,
)

_CAUTION = Form(
    "a caution", {"rule": Key("rule", _TEXT), "says": Key("says", _TEXT), "source": Key("source", _TEXT)}, Caution
)

_OTHER_NAMES = Form(
    "other names", {"rule": Key("rule", _TEXT), "names": _texts("names"), "source": Key("source", _TEXT)}, OtherNames
)

_EDITION = Form(
    "an edition",
    {
        "id": Key("id", _TEXT),
        "title": Key("title", _TEXT),
        "publisher": Key("publisher", _TEXT),
        "reviewed": Key("reviewed", plain(date)),
        "covers": Key("covers", parsed(read_study), str),
        "effective": _optional(plain(date), "effective"),
        "overlays": _each(AUTHORITY, "overlays"),
    },
    dict,
)

_GRACE = Form("the grace", {"days": Key("days", plain(int))}, GracePolicy)

_PARTS = {
    "grace": Key("grace", _GRACE.read, _GRACE.write, GracePolicy()),
    "source": _each(_SOURCE, "sources"),
    "fact": _named(_FACT_FORM, "facts"),
    "code": _named(_CODE, "cpt_codes", "code"),
    "protocol": _named(_PROTOCOL, "protocols", "id"),
    "indication": _named(_INDICATION, "indications"),
    "contraindication": _named(_CONTRAINDICATION, "contraindications"),
    "combination": _named(_COMBINATION, "combinations"),
    "implied": _each(_IMPLIED, "implied"),
    "implied_by_course": _each(_IMPLIED_BY_COURSE, "implied_by_course"),
    "caution": _each(_CAUTION, "cautions"),
    "other_names": _each(_OTHER_NAMES, "other_names"),
}


def _built(edition: Mapping[str, Any], **parts: Any) -> Edition:
    return Edition(**edition, **parts)


_FILE = Form("an edition file", {"edition": Key("edition", _EDITION.read), **_PARTS}, _built)


def _of(tables: Any) -> Mapping[str, Any]:
    return tables if isinstance(tables, dict) else {}


def head_table(edition: Edition) -> dict[str, Any]:
    """Return the table `[edition]` of an edition."""
    return _EDITION.write(edition)


def edition_tables(edition: Edition) -> dict[str, Any]:
    """Return an edition as the tables of a file, without what has its default; dates stay dates."""
    return {"edition": head_table(edition), **Form("an edition", _PARTS, Edition).write(edition)}


def read_edition_tables(tables: Mapping[str, Any]) -> tuple[Edition | None, list[tuple[Path, str]]]:
    """Return the edition of the tables of a file, or None and every problem with the path of its place."""
    facts, indications = (tables.get(kind) for kind in ("fact", "indication"))
    kinds = {name: fact.get("kind", "boolean") for name, fact in _of(facts).items() if isinstance(fact, dict)}
    problems = Problems(kinds, tuple(_of(indications)))
    edition = _FILE.read(tables, Place((), problems))
    return (None if edition is BROKEN else edition), problems.found
