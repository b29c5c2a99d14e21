"""Overlays: files that name a base edition and say only what differs, each change under a section of its own.

The tables of an overlay are laid over those of its base, and the whole is read like any other edition. What an overlay
changes cites the overlay's publisher; what it leaves alone goes on citing the base.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.toml_files.edition_tables import FILE, edition_tables, read_edition_tables
from spine_vigil.scheduler.editions.toml_files.forms import (
    BROKEN,
    REQUIRED,
    Form,
    Key,
    Place,
    Problems,
    Schema,
    of_kind,
    one_of,
    plain,
    tables_by_name,
)
from spine_vigil.scheduler.editions.toml_files.keys import optional
from spine_vigil.scheduler.editions.toml_files.leftovers import drop_leftovers
from spine_vigil.scheduler.editions.toml_files.schedule_forms import PROTOCOL
from spine_vigil.scheduler.editions.toml_files.taken_readings import TAKE, take_readings
from spine_vigil.scheduler.editions.toml_files.toml_text import Path
from spine_vigil.scheduler.errors import did_you_mean
from spine_vigil.scheduler.rules.citations import AnswersFor, Authority
from spine_vigil.scheduler.rules.words import listed

_CITING = ("protocol", "schedule", "indication", "contraindication", "combination")
"""The kinds of rule that cite a section."""

_NAMED = ("fact", "code", *_CITING)
_LISTED = ("source", "implied", "implied_by_course", "caution", "other_names")

_SENTENCES = frozenset(("phases", "or_if", "more_often_if", "criterion"))
_READINGS = ("taken", "reading")
"""The keys that say what a sentence asks for, and those of its readings."""

_REMOVE = "remove"
_REMOVE_SAYS = "Takes the rule of the base away."


def is_overlay(tables: Mapping[str, Any]) -> bool:
    """Return whether the tables of a file name a base edition."""
    edition = tables.get("edition")
    return isinstance(edition, dict) and "base" in edition


def read_overlay_tables(
    tables: Mapping[str, Any], bases: Mapping[str, Edition]
) -> tuple[Edition | None, list[tuple[Path, str]]]:
    """Return the edition that an overlay makes of its base, or None and every problem with the path of its place.

    `bases` are the editions that it may name, by id.
    """
    problems = Problems()
    place = Place((), problems)
    head = _head(bases).read(tables["edition"], place.at("edition"))
    base = bases.get(str(tables["edition"]["base"])) if head is BROKEN else head["base"]
    if base is None:
        return None, problems.found
    # With a head that cannot be used, the rules are read all the same, to say what is wrong with them.
    head = _NO_HEAD if head is BROKEN else head
    authority: dict[str, Any] = {
        "publisher": head["publisher"],
        "title": head["title"] or f"changes to {base.title}",
        "reviewed": head["reviewed"],
    }
    merged = edition_tables(base)
    effective = {} if head["effective"] is None else {"effective": head["effective"]}
    overlays = [*merged["edition"].pop("overlays", []), authority]
    merged["edition"].pop("effective", None)
    merged["edition"] |= {"id": head["id"], **effective, "overlays": overlays}
    for kind, table in tables.items():
        if kind in _NAMED:
            merged[kind] = _laid_over(kind, merged.get(kind, {}), table, place.at(kind), authority)
        elif kind not in ("edition", "take", *_LISTED):
            merged[kind] = table  # which is then said to be unknown, but for the grace
    gone = {indication.name for indication in base.indications}.difference(merged.get("indication", {}))
    replaced = [*_routes_of_new_sentences(tables)]
    drop_leftovers(merged, gone, replaced)
    for kind in _LISTED:
        if kind in tables and of_kind(tables[kind], list, place.at(kind)):
            merged[kind] = [*merged.get(kind, []), *tables[kind]]
    edition, found = read_edition_tables(merged)
    problems.found += found
    taken = tables.get("take", {})
    if edition is None and isinstance(taken, dict):  # what is wrong with the others is said beside it
        taken = {route: table for route, table in taken.items() if route not in replaced}
    edition = take_readings(edition or base, taken, place.at("take"), Authority(**authority), replaced)
    return (None if problems.found else edition), problems.found


def _head(bases: Mapping[str, Edition]) -> Form:
    return Form(
        "an overlay",
        {
            "id": Key("id", plain(str), says="The name by which commands and outputs call what the overlay makes."),
            "base": Key("base", one_of("edition", bases), says="The id of the edition that it stands on."),
            "publisher": Key("publisher", plain(str), says="Who answers for what it changes and adds."),
            "title": Key(
                "title", plain(str), default="", says="Its title; otherwise `changes to` and that of the base."
            ),
            "reviewed": Key("reviewed", plain(date), says="The day on which its publisher last reviewed it."),
            "effective": optional(
                plain(date), "effective", "The day from which it is in force; else that of its review."
            ),
        },
        dict,
        "What the overlay is, and on which edition it stands.",
    )


_NO_HEAD = {"id": "-", "publisher": "-", "title": "-", "reviewed": date.min, "effective": None}
"""What stands for a head with problems while the rules are read."""


def _routes_of_new_sentences(tables: Mapping[str, Any]) -> Iterator[str]:
    """Yield the schedules and indications whose sentence an overlay replaces."""
    for kind, route in (("protocol", "{}/{}"), ("indication", "indication.{}")):
        for name, table in _tables_in(tables.get(kind)):
            parts = _tables_in(table.get("schedule")) if kind == "protocol" else [("", table)]
            yield from (route.format(name, part) for part, keys in parts if _SENTENCES.intersection(keys))


def _tables_in(table: Any) -> list[tuple[str, Mapping[str, Any]]]:
    values = table.items() if isinstance(table, dict) else ()
    return [(name, value) for name, value in values if isinstance(value, dict)]


def _laid_over(
    kind: str, base: Mapping[str, Any], own: Any, place: Place, authority: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return tables by name, those of an overlay laid over those of its base."""
    if not of_kind(own, dict, place):
        return base
    merged = dict(base)
    for name, table in own.items():
        at = place.at(name)
        if not of_kind(table, dict, at):
            continue
        if _REMOVE in table:
            if _may_go(name, table, base, at):
                del merged[name]
            continue
        merged[name] = _rule(kind, base.get(name) or _meant(kind, name, table, base, at), table, at, authority)
    return merged


def _meant(kind: str, name: str, table: Mapping[str, Any], base: Mapping[str, Any], place: Place) -> Mapping[str, Any]:
    """Return the table of the base that one of an overlay is meant for, where it is misspelt; else an empty one.

    It is misspelt where it lacks keys that a rule needs, and the base has a name like its own. That is said.
    """
    lacking = [f"'{key}'" for key, read in _form(kind).keys.items() if read.default is REQUIRED and key not in table]
    if not lacking:
        return {}
    from spine_vigil.scheduler.suggestions import suggestions  # imported only when a name may be misspelt

    near = suggestions(name, base)
    if not near:
        return {}
    place.say(f"there is no '{name}' in the base{did_you_mean(name, base)} A new rule needs {listed(lacking)}")
    of_near: Mapping[str, Any] = base[near[0]]
    return of_near


def _form(kind: str) -> Form:
    form = (PROTOCOL if kind == "schedule" else FILE).keys[kind].read.form
    assert form is not None  # noqa: S101 - the kinds are those of tables
    return form


def _may_go(name: str, table: Mapping[str, Any], base: Mapping[str, Any], place: Place) -> bool:
    """Return whether an overlay may take a rule away, and say why if not."""
    problems = {
        "has to be true, or left out": table[_REMOVE] is not True,
        "takes the whole away; leave the other keys out": len(table) > 1,
        f"there is no '{name}' in the base{did_you_mean(name, base)}": name not in base,
    }
    for problem, holds in problems.items():
        if holds:
            place.at(_REMOVE).say(problem)
    return not any(problems.values())


def _rule(
    kind: str, base: Mapping[str, Any], own: Mapping[str, Any], place: Place, authority: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the table of one rule, that of an overlay laid over that of its base."""
    changes = {key: value for key, value in own.items() if (kind, key) != ("protocol", "schedule")}
    merged = {**base, **changes}
    if _SENTENCES.intersection(changes):
        # The base's readings are of a sentence that the overlay replaces.
        merged = {key: value for key, value in merged.items() if key in changes or key not in _READINGS}
    if kind in _CITING and changes:
        if "section" not in changes:
            place.say("a rule that an overlay changes or adds needs a 'section' of the overlay's own")
        elif isinstance(changes["section"], str):
            merged["section"] = {"section": changes["section"], **authority}
    if "schedule" in own and kind == "protocol":
        laid = _laid_over("schedule", base.get("schedule", {}), own["schedule"], place.at("schedule"), authority)
        merged["schedule"] = laid
        if not changes and _asks_for_less(own["schedule"], base.get("schedule", {})):
            # That the protocol asks for no such study is then what the overlay says.
            section = base["section"]["section"] if isinstance(base["section"], dict) else base["section"]
            merged["section"] = {"section": section, **authority, "how": AnswersFor.CHANGED.value}
    return merged


def _asks_for_less(schedules: Any, base: Mapping[str, Any]) -> bool:
    """Return whether an overlay takes schedules of a protocol away, or changes what they image."""
    known = ((table, base[name]["study"]) for name, table in _tables_in(schedules) if name in base)
    return any(_REMOVE in table or table.get("study", study) != study for table, study in known)


def overlay_forms() -> dict[str, Form]:
    """Return the forms of the tables that an overlay has and a whole edition has not."""
    return {"edition": _head({}), "take": TAKE}


def overlay_schema() -> Schema:
    """Return the schema of an overlay, in which a rule needs no key, since its base may have what it leaves out."""
    tables: dict[str, Schema] = {"edition": _head({}).schema()}
    tables |= {kind: tables_by_name(_changed(_form(kind))) for kind in FILE.keys if kind in _NAMED}
    tables |= {kind: key.schema for kind, key in FILE.keys.items() if kind not in tables}
    tables["take"] = tables_by_name(TAKE.schema())
    return {"type": "object", "properties": tables, "required": ["edition"], "additionalProperties": False}


def _changed(form: Form) -> Schema:
    """Return the schema of a table that is laid over that of its base, or takes it away."""
    schema = form.schema(whole=False)
    changed = dict(schema["properties"]) | {_REMOVE: {"const": True, "description": _REMOVE_SAYS}}
    schedules = form.keys.get("schedule")
    if schedules is not None and schedules.read.form is not None:
        changed["schedule"] = tables_by_name(_changed(schedules.read.form))
    return {**schema, "properties": changed, "dependencies": {_REMOVE: {"maxProperties": 1}}}
