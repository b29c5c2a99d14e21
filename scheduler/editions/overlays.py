"""Overlays: files that name a base edition and say only what differs, each change under a section of its own.

The tables of an overlay are laid over those of its base, and the whole is read like any other edition. What an overlay
changes cites the overlay's publisher; what it leaves alone goes on citing the base.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.edition_tables import edition_tables, read_edition_tables
from spine_vigil.scheduler.editions.forms import BROKEN, Form, Key, Place, Problems, of_kind, one_of, plain
from spine_vigil.scheduler.editions.toml_text import Path
from spine_vigil.scheduler.errors import ValueProblem

_CITING = ("protocol", "schedule", "indication", "contraindication", "combination")
"""The kinds of rule that cite a section."""

_NAMED = ("fact", "code", *_CITING)
_LISTED = ("source", "implied", "implied_by_course", "caution", "other_names")

_SENTENCES = frozenset(("phases", "or_if", "more_often_if", "criterion"))
_READINGS = ("taken", "reading")
"""The keys that say what a sentence asks for, and those of its readings."""

_REMOVE = "remove"


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
    if head is BROKEN:
        return None, problems.found
    base: Edition = head["base"]
    authority = {
        "publisher": head["publisher"],
        "title": head["title"] or f"changes to {base.title}",
        "reviewed": head["reviewed"],
    }
    merged = edition_tables(base)
    merged["edition"] |= {"id": head["id"]}
    for kind, table in tables.items():
        if kind in _NAMED:
            merged[kind] = _laid_over(kind, merged.get(kind, {}), table, place.at(kind), authority)
        elif kind in _LISTED and of_kind(table, list, place.at(kind)):
            merged[kind] = [*merged.get(kind, []), *table]
        elif kind not in ("edition", "take", *_LISTED):
            merged[kind] = table  # which is then said to be unknown
    edition, found = read_edition_tables(merged)
    problems.found += found
    if edition is not None:
        edition = _taken(edition, tables.get("take", {}), place.at("take"))
    return (None if problems.found else edition), problems.found


def _head(bases: Mapping[str, Edition]) -> Form:
    return Form(
        "an overlay",
        {
            "id": Key("id", plain(str)),
            "base": Key("base", one_of("edition", bases)),
            "publisher": Key("publisher", plain(str)),
            "title": Key("title", plain(str), default=""),
            "reviewed": Key("reviewed", plain(date)),
        },
        dict,
    )


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
        merged[name] = _rule(kind, base.get(name, {}), table, at, authority)
    return merged


def _may_go(name: str, table: Mapping[str, Any], base: Mapping[str, Any], place: Place) -> bool:
    """Return whether an overlay may take a rule away, and say why if not."""
    problems = {
        "has to be true, or left out": table[_REMOVE] is not True,
        "takes the whole away; leave the other keys out": len(table) > 1,
        f"there is no '{name}' in the base that could be taken away": name not in base,
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
    return merged


def _taken(edition: Edition, taken: Any, place: Place) -> Edition:
    """Return an edition with the readings that an overlay takes."""
    if not of_kind(taken, dict, place):
        return edition
    form = Form("a reading to take", {"reading": Key("reading", plain(str))}, lambda reading: reading)
    for route, table in taken.items():
        name = form.read(table, place.at(route))
        if name is BROKEN:
            continue
        try:
            edition = edition.read_as({route: name})
        except ValueProblem as problem:
            place.at(route).say(str(problem))
    return edition
