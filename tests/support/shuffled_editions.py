"""Editions that say the same in another order: the tables of a file shuffled wherever order means nothing."""

from random import Random
from typing import Any

from support.edition_files import read_back

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.toml_files.edition_tables import INLINE, edition_tables
from spine_vigil.scheduler.editions.toml_files.toml_text import toml_text

ORDERED = ("phases", "counted_from")
"""The keys of lists whose order is a rule."""


def shuffled(random: Random, edition: Edition) -> Edition:
    """Return an edition written as a file, with its tables, keys and lists in a random order, and read again."""
    return read_back(toml_text(_in_another_order(random, edition_tables(edition)), INLINE))


def _in_another_order(random: Random, value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        names = random.sample(list(value), k=len(value))
        return {name: _in_another_order(random, value[name], name) for name in names}
    if isinstance(value, list):
        each = [_in_another_order(random, part) for part in value]
        return each if key in ORDERED else random.sample(each, k=len(each))
    return value
