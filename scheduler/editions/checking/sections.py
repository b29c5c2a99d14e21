"""Sections of a guideline as its citations name them: which lies in which, and their order."""

from __future__ import annotations

import re

from spine_vigil.scheduler.rules.citations import Cite


def section_key(section: str) -> list[tuple[bool, int, str]]:
    """Return a sort key that puts sections in the guideline's order: numbers by value, and before letters."""
    parts = re.split(r"[ .]", section)
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]


def sections_of(cite: Cite) -> tuple[str, ...]:
    """Return the sections of a citation: `NET 5 and 5.a.i` cites NET 5, and NET 5.a.i in it."""
    chapter, _, places = cite.section.partition(" ")
    parts = places.split(" and ")
    return tuple(f"{chapter} {part}" for part in parts) if all(p[:1].isdigit() for p in parts) else (cite.section,)


def is_within(section: str, whole: str) -> bool:
    """Return whether a section is another one, or lies in it."""
    return section == whole or section.startswith((f"{whole}.", f"{whole} "))


def is_near(section: str, other: str) -> bool:
    """Return whether one section is the other, or lies in it."""
    return is_within(section, other) or is_within(other, section)
