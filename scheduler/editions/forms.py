"""Tables of an edition file and the values that they stand for: read with every problem and its place, and written.

A form says under which keys the fields of a class stand. Reading a table gathers all problems; a value is built where
there is none, by the same constructor that a shipped edition uses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

from spine_vigil.scheduler.editions.toml_text import Path
from spine_vigil.scheduler.errors import RuleError, UnknownName, ValueProblem


@dataclass(slots=True)
class Problems:
    """What is wrong with a file: each problem with the path of its place.

    `facts` are the facts that a rule may ask for, with their kinds (`boolean`, `number`, `date`), and `indications` the
    names of the indications.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    indications: Collection[str] = ()
    found: list[tuple[Path, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, where problems can be said."""

    path: Path
    problems: Problems

    def at(self, key: str | int) -> Place:
        """Return a place further down."""
        return Place((*self.path, key), self.problems)

    def say(self, problem: str) -> None:
        """Add a problem at this place."""
        self.problems.found.append((self.path, problem))


class _Broken:
    """What stands for a value that could not be read."""


BROKEN: Final = _Broken()

Reader = Callable[[Any, Place], Any]
"""Reads a value at a place; says what is wrong and returns BROKEN where it cannot."""

Writer = Callable[[Any], Any]

_KINDS = {str: "text in quotes", bool: "true or false", int: "a whole number", list: "a list in brackets"}
_KINDS |= {dict: "a table", float: "a number", date: "a date, such as 2026-03-01, without quotes"}


def of_kind(value: Any, kind: type, place: Place) -> bool:
    """Return whether a value is of a kind, and say what it has to be if not."""
    fits = isinstance(value, int | float) if kind is float else isinstance(value, kind)
    is_other = (isinstance(value, bool) and kind is not bool) or isinstance(value, datetime)
    if fits and not is_other:
        return True
    place.say(f"has to be {_KINDS[kind]}, and is {_shown(value)}")
    return False


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return f"'{value}'" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def plain(kind: type) -> Reader:
    """Return a reader of values of a kind, as they are."""
    return lambda value, place: value if of_kind(value, kind, place) else BROKEN


def parsed(read: Callable[[str], Any]) -> Reader:
    """Return a reader of texts, given what turns one into a value, or raises RuleError or ValueProblem."""

    def reader(value: Any, place: Place) -> Any:
        if not of_kind(value, str, place):
            return BROKEN
        try:
            return read(value)
        except (RuleError, ValueProblem) as problem:
            place.say(str(problem))
            return BROKEN

    return reader


def one_of(kind: str, values: Mapping[str, Any]) -> Reader:
    """Return a reader of the names of some values; `kind` is what they are."""

    def read(name: str) -> Any:
        if name not in values:
            raise UnknownName(kind, name, values)
        return values[name]

    return parsed(read)


def with_fact(read: Reader, fact_of: Callable[[Any], str | None], kind: str = "boolean") -> Reader:
    """Return a reader that refuses a value whose fact (None: it has none) is unknown or of another kind."""

    def reader(value: Any, place: Place) -> Any:
        whole = read(value, place)
        name = None if whole is BROKEN else fact_of(whole)
        facts = place.problems.facts
        if name is None or facts.get(name) == kind:
            return whole
        unknown = str(UnknownName("fact", name, facts))
        place.say(f"'{name}' is a {facts[name]}, and a {kind} is asked for" if name in facts else unknown)
        return BROKEN

    return reader


def list_of(each: Reader, made: Callable[[Sequence[Any]], Any] = tuple) -> Reader:
    """Return a reader of lists."""

    def reader(value: Any, place: Place) -> Any:
        if not of_kind(value, list, place):
            return BROKEN
        items = [each(item, place.at(number)) for number, item in enumerate(value)]
        return BROKEN if BROKEN in items else made(items)

    return reader


def by_name(each: Callable[[str, Any, Place], Any]) -> Reader:
    """Return a reader of a table of tables by name, in their order."""

    def reader(value: Any, place: Place) -> Any:
        if not of_kind(value, dict, place):
            return BROKEN
        items = [each(name, table, place.at(name)) for name, table in value.items()]
        return BROKEN if BROKEN in items else tuple(items)

    return reader


REQUIRED: Final = object()
"""The default of a key that has to be there."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table: the attribute that it is, how it is read and written, and what it is where it is not there.

    The attribute may be one of a part (`plan.phases`); `argument` is its name for what builds the value.
    """

    attribute: str
    read: Reader
    write: Writer = lambda value: value
    default: Any = REQUIRED

    @property
    def argument(self) -> str:
        """The name of the attribute alone."""
        return self.attribute.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Form:
    """The keys of a table, and what builds a value from them; `what` names the table in messages."""

    what: str
    keys: Mapping[str, Key]
    build: Callable[..., Any]

    def read(self, table: Any, place: Place, **more: Any) -> Any:
        """Return the value of a table; `more` are further arguments of `build`. BROKEN where there are problems."""
        if not of_kind(table, dict, place):
            return BROKEN
        values: dict[str, Any] = {}
        for name in table:
            if name not in self.keys:
                place.at(name).say(str(UnknownName(f"key of {self.what}", name, self.keys)))
        for name, key in self.keys.items():
            if name in table:
                values[key.argument] = key.read(table[name], place.at(name))
            elif key.default is REQUIRED:
                place.say(f"{self.what} needs '{name}'")
                values[key.argument] = BROKEN
            else:
                values[key.argument] = key.default
        if BROKEN in values.values() or any(name not in self.keys for name in table):
            return BROKEN
        try:
            return self.build(**values, **more)
        except (RuleError, ValueProblem) as problem:
            place.say(str(problem))
            return BROKEN

    def write(self, value: Any) -> dict[str, Any]:
        """Return the table of a value, without the keys that have their defaults."""
        parts = {name: (key, attrgetter(key.attribute)(value)) for name, key in self.keys.items()}
        return {name: key.write(part) for name, (key, part) in parts.items() if part != key.default}
