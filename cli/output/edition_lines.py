"""The lines that `vigil editions show` prints of an edition."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.rendering.review import STANCE_WORDS
from spine_vigil.scheduler.rules.schedules import Stance

_WIDTH = 100
"""Characters per line."""

_KINDS = ("protocols", "indications", "contraindications", "combinations")
_LISTS = ("codes", "facts")
_SAID_APART = ("id", "title", "publisher", "reviewed", "effective", "changed_by", "taken_away", *_KINDS, *_LISTS)


def edition_lines(edition: Edition, held: dict[str, Any]) -> Iterator[str]:
    """Yield the lines that show an edition; `held` is what it holds, as `contents` returns it."""
    yield edition.id
    yield from _wrapped(edition.source_of(""), "")
    if edition.overlays:
        yield "A * marks what an overlay changed or added."
    for key, value in held.items():
        if key not in _SAID_APART and value is not None:
            yield f"{key.capitalize().replace('_', ' ')}: {value}"
    if held["taken_away"]:
        yield from _wrapped(f"Taken away: {', '.join(held['taken_away'])}", "")
    for kind in _KINDS:
        if held[kind]:
            yield from ("", f"{kind.capitalize()} ({len(held[kind])})")
        for rule in held[kind]:
            yield from _rule_lines(rule)
    for kind in _LISTS:
        if held[kind]:
            yield from ("", f"{kind.capitalize()} ({len(held[kind])})")
            yield from _wrapped("; ".join(held[kind]), "  ")


def _rule_lines(rule: dict[str, Any]) -> Iterator[str]:
    why = "" if rule.get("schedules", True) else f" ({STANCE_WORDS[Stance(rule['stance'])]})"
    yield from _wrapped(f"{_mark(rule)}{rule['section']}: {rule['name']}, {rule['title']}{why}", "  ")
    for schedule in rule.get("schedules", ()):
        section = "" if schedule["section"] == rule["section"] else f" ({schedule['section']})"
        text = f"{_mark(schedule)}{schedule['study']}: {', '.join(schedule['phases'])}{section}"
        yield from _wrapped(text, "      ")
        if schedule["clauses"]:
            yield from _wrapped(" ".join(schedule["clauses"]), "          ")
    if "criterion" in rule:
        yield from _wrapped(rule["criterion"], "      ")


def _mark(rule: dict[str, Any]) -> str:
    return "* " if rule["own"] else ""


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "    ")
