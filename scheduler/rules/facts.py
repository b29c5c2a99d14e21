"""Facts: documented clinical items with three-valued values, index dates, and the parsing of their cells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from math import isfinite
from typing import TypeAlias

from spine_vigil.scheduler.errors import RuleError, UnknownName, ValueProblem
from spine_vigil.scheduler.rules.column_names import RESERVED, RESERVED_START
from spine_vigil.scheduler.values import Frozen


class TrueFrom(Frozen):
    """A boolean that is true from a day on, as a course of surveillance implies it; `before` that day as documented."""

    day: date
    before: bool | None = None

    def on(self, day: date) -> bool | None:
        """Return the value on a day."""
        return True if day >= self.day else self.before


Value: TypeAlias = bool | float | date | TrueFrom
"""The value of a documented fact."""

Facts: TypeAlias = Mapping[str, Value | None]
"""Documented values by the names of facts; a fact that is missing or None is unknown."""

TRUE_WORDS = frozenset({"true", "yes", "y", "t", "1"})
FALSE_WORDS = frozenset({"false", "no", "n", "f", "0"})


class Level(Enum):
    """The subject of a fact, a patient or an event; a patients file never fills a fact of an event."""

    PATIENT = "patient"
    EVENT = "event"


class FactKind(Enum):
    """The type of a fact's value."""

    BOOLEAN = "boolean"
    NUMBER = "number"
    DATE = "date"


class Fact(Frozen):
    """One item of the edition's dictionary; a fact that is not documented is unknown.

    `meaning`, in the project's own words, completes "It is documented that ..." for a boolean and names what is
    measured for a number (in `unit`) or a date; `denial` is how a boolean reads that is documented false (empty: "it is
    documented not to be so that" and the meaning). `happened` says of a date what happened on it, as a clause that "on
    2026-01-15" completes. `sections` are the sections of the guideline that ask for the fact.
    """

    name: str
    level: Level
    meaning: str
    sections: tuple[str, ...]
    kind: FactKind = FactKind.BOOLEAN
    unit: str = ""
    denial: str = ""
    happened: str = ""

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.name != self.name.lower():
            raise RuleError(f"fact name '{self.name}' must be lower_case_with_underscores")
        is_modifier = self.name.startswith(RESERVED_START)
        if is_modifier or self.name in RESERVED:
            why = f"begins with '{RESERVED_START}', as columns of billing do" if is_modifier else RESERVED[self.name]
            raise RuleError(f"fact name '{self.name}' {why}; give the fact another name")
        wanted = _READ_BY_THE_PROGRAM.get(self.name, self.kind)
        if self.kind is not wanted:
            way = "make it one, or give the fact another name"
            raise RuleError(
                f"fact '{self.name}' is a {self.kind.value}, and the program reads it as a {wanted.value}: {way}"
            )
        if not self.meaning or not self.sections:
            raise RuleError(f"fact '{self.name}' needs a meaning and a section")
        if self.kind is FactKind.NUMBER and not self.unit:
            raise RuleError(f"fact '{self.name}' is a number, and needs a unit")
        if self.kind is not FactKind.NUMBER and self.unit:
            raise RuleError(f"fact '{self.name}' has a unit, and is a {self.kind.value}: only a number has one")


SYMPTOMS = "symptoms_new_or_progressing"
"""The fact that gives a study the reason `symptomatic`."""

BIRTH_DATE = "birth_date"
"""The fact before which no event and no index date can lie."""

MRI_CONDITIONAL = "device_mri_conditional"
"""The fact of which false counts before true: one uncleared device is enough."""

_READ_BY_THE_PROGRAM = {SYMPTOMS: FactKind.BOOLEAN, BIRTH_DATE: FactKind.DATE, MRI_CONDITIONAL: FactKind.BOOLEAN}
"""The facts that mean something in every edition that has them, with their kinds."""


MOST_FACTS = 31
"""The most facts that the schedules of an edition can ask for together: a row of a cohort has them in one number."""


class Condition(Frozen):
    """A fact that must be true for a rule to hold, or false with `negated`."""

    fact: str
    negated: bool = False

    def holds(self, facts: Mapping[str, Value | None]) -> bool | None:
        """Return True, False, or None where the fact is unknown."""
        value = facts.get(self.fact)
        if value is None:
            return None
        return bool(value) is not self.negated

    def __str__(self) -> str:
        return f"not {self.fact}" if self.negated else self.fact


class IndexKind(Enum):
    """The events from which a schedule can count."""

    DIAGNOSIS = "diagnosis"
    TREATMENT_END = "treatment_end"
    SURGERY = "surgery"
    RADIATION_START = "radiation_start"
    RADIATION_END = "radiation_end"
    PROGRESSION = "progression"

    @property
    def column(self) -> str:
        """The column that holds this date in an events file."""
        return f"{self.value}_date"

    @property
    def words(self) -> str:
        """The event as a sentence names it."""
        return _KIND_WORDS[self]


_KIND_WORDS = {
    IndexKind.DIAGNOSIS: "the diagnosis",
    IndexKind.TREATMENT_END: "the end of treatment",
    IndexKind.SURGERY: "surgery",
    IndexKind.RADIATION_START: "the start of radiation",
    IndexKind.RADIATION_END: "the end of radiation",
    IndexKind.PROGRESSION: "progression",
}


def parse_index_kind(text: str) -> IndexKind:
    """Read the name of an index date, with or without its `_date`. Raises UnknownName."""
    name = text.strip().lower().removesuffix("_date")
    try:
        return IndexKind(name)
    except ValueError:
        raise UnknownName("index date", text.strip(), [k.value for k in IndexKind]) from None


def parse_boolean(text: str) -> bool:
    """Read true/false, yes/no, y/n, t/f or 1/0 in any case. Raises ValueProblem."""
    word = text.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueProblem(f"'{text}' is neither true nor false; write true, false, or nothing where it is unknown")


def parse_number(text: str) -> float:
    """Read a finite number. Raises ValueProblem."""
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number) or "_" in text or not text.isascii():
        raise ValueProblem(f"'{text}' is not a number; write digits, with a point for decimals")
    return number
