"""Tables of an edition file and the values that they stand for: read with every problem and its place, and written.

A form says under which keys the fields of a class stand. Reading a table gathers all problems; a value is built where
there is none, by the same constructor that a shipped edition uses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

from spine_vigil.scheduler.editions.toml_files.toml_text import Path, path_text
from spine_vigil.scheduler.errors import RuleError, UnknownName, ValueProblem
from spine_vigil.scheduler.values import Frozen


class Problems:
    """What is wrong with a file: each problem with the path of its place.

    `facts` are the facts that a rule may ask for, with their kinds (`boolean`, `number`, `date`), and `indications` the
    names of the indications.
    """

    def __init__(self, facts: Mapping[str, str] | None = None, indications: Collection[str] = ()) -> None:
        self.facts = facts or {}
        self.indications = indications
        self.found: list[tuple[Path, str]] = []


class Place(Frozen):
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

Schema = Mapping[str, Any]
"""A description of values as JSON Schema, draft 7; a date is the text that an editor makes of it."""


class Reader(Frozen):
    """Reads a value at a place; says what is wrong and returns BROKEN where it cannot.

    `schema` describes the values that it reads; `form` is the form of the tables that they are or hold, if any.
    """

    read: Callable[[Any, Place], Any]
    schema: Schema
    form: Form | None = None

    def __call__(self, value: Any, place: Place) -> Any:
        """Return what a value stands for, or BROKEN."""
        return self.read(value, place)


Writer = Callable[[Any], Any]

_KINDS = {str: "text in quotes", bool: "true or false", int: "a whole number", list: "a list in brackets"}
_KINDS |= {dict: "a table", float: "a number", date: "a date, such as 2026-03-01, without quotes"}

_SCHEMAS: Mapping[type, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date"},
}


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
    return Reader(lambda value, place: value if of_kind(value, kind, place) else BROKEN, _SCHEMAS[kind])


def parsed(read: Callable[[str], Any], **schema: Any) -> Reader:
    """Return a reader of texts, given what turns one into a value, or raises RuleError or ValueProblem.

    `schema` says more of the texts: their `pattern`, `examples`, or all of them (`enum`).
    """

    def reader(value: Any, place: Place) -> Any:
        if not of_kind(value, str, place):
            return BROKEN
        try:
            return read(value)
        except (RuleError, ValueProblem) as problem:
            place.say(str(problem))
            return BROKEN

    return Reader(reader, {**_SCHEMAS[str], **schema})


def one_of(kind: str, values: Mapping[str, Any]) -> Reader:
    """Return a reader of the names of some values; `kind` is what they are."""

    def read(name: str) -> Any:
        if name not in values:
            raise UnknownName(kind, name, values)
        return values[name]

    return parsed(read, enum=[*values]) if values else parsed(read)


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

    return Reader(reader, read.schema)


def list_of(each: Reader, made: Callable[[Sequence[Any]], Any] = tuple) -> Reader:
    """Return a reader of lists."""

    def reader(value: Any, place: Place) -> Any:
        if not of_kind(value, list, place):
            return BROKEN
        items = [each(item, place.at(number)) for number, item in enumerate(value)]
        return BROKEN if BROKEN in items else made(items)

    return Reader(reader, {"type": "array", "items": each.schema}, each.form)


def by_name(form: Form, argument: str) -> Reader:
    """Return a reader of a table of tables by name, in their order; `argument` is what the name is to `build`."""

    def reader(value: Any, place: Place) -> Any:
        if not of_kind(value, dict, place):
            return BROKEN
        items = [form.read(table, place.at(name), **{argument: name}) for name, table in value.items()]
        return BROKEN if BROKEN in items else tuple(items)

    return Reader(reader, tables_by_name(form.schema()), form)


def tables_by_name(schema: Schema) -> Schema:
    """Return the schema of a table of tables by name, given that of each."""
    return {"type": "object", "additionalProperties": schema}


_A_NAME = 2
"""The parts of a path to a table with a name, and of a name that was taken for two tables."""

REQUIRED: Final = object()
"""The default of a key that has to be there."""


class Key(Frozen):
    """A key of a table: the attribute that it is, how it is read and written, and what it is where it is not there.

    The attribute may be one of a part (`plan.phases`); `argument` is its name for what builds the value. `says` is what
    the key means, in a sentence for those who write files.
    """

    attribute: str
    read: Reader
    write: Writer = lambda value: value
    default: Any = REQUIRED
    says: str = ""

    @property
    def argument(self) -> str:
        """The name of the attribute alone."""
        return self.attribute.rpartition(".")[2]

    @property
    def schema(self) -> Schema:
        """The schema of the values, with what they mean and, where it is not there, are."""
        # Draft 7 reads nothing that stands beside a reference.
        values = {"allOf": [self.read.schema]} if "$ref" in self.read.schema else dict(self.read.schema)
        values |= {"description": self.says} if self.says else {}
        is_said = self.default not in (REQUIRED, None) and self.read.form is None
        return {**values, "default": self.write(self.default)} if is_said else values


class Form(Frozen):
    """The keys of a table, and what builds a value from them.

    `what` names the table in messages; `says` is what the table means, in a sentence for those who write files.
    """

    what: str
    keys: Mapping[str, Key]
    build: Callable[..., Any]
    says: str = ""

    @property
    def reader(self) -> Reader:
        """The reader of one such table."""
        return Reader(self.read, self.schema(), self)

    def schema(self, *, whole: bool = True) -> Schema:
        """Return the schema of such a table; where it is not `whole`, any key may be missing."""
        required = [name for name, key in self.keys.items() if key.default is REQUIRED and whole]
        return {
            "type": "object",
            **({"description": self.says} if self.says else {}),
            "properties": {name: key.schema for name, key in self.keys.items()},
            **({"required": required} if required else {}),
            "additionalProperties": False,
        }

    def read(self, table: Any, place: Place, **more: Any) -> Any:
        """Return the value of a table; `more` are further arguments of `build`. BROKEN where there are problems."""
        if not of_kind(table, dict, place):
            return BROKEN
        values: dict[str, Any] = {}
        for name in table:
            if name not in self.keys:
                place.at(name).say(
                    f"{UnknownName(f'key of {self.what}', name, self.keys)}{self._hint(table, name, place)}"
                )
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

    def _hint(self, table: Mapping[str, Any], name: str, place: Place) -> str:
        """Return the name in quotes that an unknown table may be a part of: `protocol.bone.tumor` has three parts."""
        words, inner = [str(place.path[-1])] if place.path else [], table[name]
        while isinstance(inner, dict) and name not in self.keys:
            words.append(name)
            name, inner = next(iter(inner.items()), ("", None))
        if len(words) < _A_NAME or len(place.path) < _A_NAME:
            return ""
        return f"; a name with a point stands in quotes: [{path_text((*place.path[:-1], '.'.join(words)))}]"

    def write(self, value: Any) -> dict[str, Any]:
        """Return the table of a value, without the keys that have their defaults."""
        parts = {name: (key, attrgetter(key.attribute)(value)) for name, key in self.keys.items()}
        return {name: key.write(part) for name, (key, part) in parts.items() if part != key.default}
