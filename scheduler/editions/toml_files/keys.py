"""Keys that several tables of an edition file have: texts, criteria, and tables inside tables."""

from __future__ import annotations

from typing import Any

from spine_vigil.scheduler.editions.toml_files.criteria_tables import (
    criterion_value,
    lead_value,
    read_criterion,
    read_lead,
)
from spine_vigil.scheduler.editions.toml_files.forms import Form, Key, Reader, by_name, list_of, one_of, plain
from spine_vigil.scheduler.rules.studies import NAMED_MODALITIES, modality_names

TEXT, FLAG = plain(str), plain(bool)
TEXTS = list_of(TEXT)
MODALITY = one_of("modality", {modality.value: modality for modality in NAMED_MODALITIES})
_MODALITIES = list_of(MODALITY, frozenset)


def optional(read: Reader, attribute: str, says: str = "") -> Key:
    """Return a key whose value is None where it is not there."""
    return Key(attribute, read, default=None, says=says)


def text(attribute: str, says: str, **more: Any) -> Key:
    """Return the key of a text."""
    return Key(attribute, TEXT, says=says, **more)


def texts(attribute: str, says: str, **more: Any) -> Key:
    """Return the key of a list of texts."""
    return Key(attribute, TEXTS, list, says=says, **more)


def flag(attribute: str, says: str) -> Key:
    """Return a key that is false where it is not there."""
    return Key(attribute, FLAG, default=False, says=says)


def of_values(kind: str, values: Any, attribute: str, default: Any, says: str) -> Key:
    """Return the key of one value of an enumeration."""
    reader = one_of(kind, {each.value: each for each in values})
    return Key(attribute, reader, lambda each: each.value, default, says)


def modalities(says: str) -> Key:
    """Return the key of a set of modalities."""
    return Key("modalities", _MODALITIES, modality_names, says=says)


def criterion(says: str, attribute: str = "criterion", **more: Any) -> Key:
    """Return the key of a criterion."""
    return Key(attribute, read_criterion, criterion_value, says=says, **more)


def leads(attribute: str, says: str) -> Key:
    """Return the key of a list of facts by name and of criteria."""
    return Key(attribute, list_of(read_lead), lambda values: [*map(lead_value, values)], (), says)


def named(form: Form, attribute: str, name: str = "name") -> Key:
    """Return a key whose value is a table of tables by name."""

    def write(values: Any) -> dict[str, Any]:
        return {getattr(value, name): form.write(value) for value in values}

    return Key(attribute, by_name(form, name), write, (), form.says)


def each(form: Form, attribute: str) -> Key:
    """Return a key whose value is a list of tables."""
    return Key(attribute, list_of(form.reader), lambda values: [*map(form.write, values)], (), form.says)
