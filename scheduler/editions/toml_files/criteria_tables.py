"""Criteria as values of an edition file: the name of a fact, or a table with the keys of one kind of node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from spine_vigil.scheduler.editions.toml_files.forms import (
    BROKEN,
    Form,
    Key,
    Place,
    Reader,
    Schema,
    list_of,
    of_kind,
    parsed,
    plain,
    with_fact,
)
from spine_vigil.scheduler.editions.toml_files.grammar import DURATION_PATTERN, FACT_PATTERN, read_duration, read_fact
from spine_vigil.scheduler.errors import UnknownName
from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    All,
    Below,
    Criterion,
    Documented,
    Not,
    Ongoing,
    Since,
    Tried,
    UnderProtocol,
    UpTo,
)
from spine_vigil.scheduler.rules.criteria import Any as AnyOf
from spine_vigil.scheduler.rules.words import listed
from spine_vigil.scheduler.values import Frozen


def criterion_value(criterion: Criterion) -> Any:
    """Return a criterion as a text or a table."""
    if isinstance(criterion, Documented):
        return criterion.fact
    for node in _NODES.values():
        if node.is_of(criterion):
            return node.write(criterion)
    raise AssertionError(criterion)  # pragma: no cover - the nodes are those below


def lead_value(lead: str | Criterion) -> Any:
    """Return a lead or a hint: the name of a fact, or a criterion as a table."""
    if isinstance(lead, str):
        return lead
    return {"fact": lead.fact} if isinstance(lead, Documented) else criterion_value(lead)


def _read_criterion(value: Any, place: Place) -> Any:
    if isinstance(value, str) and " " in value:
        place.say(f'\'{value}\' is no name of a fact; a criterion of several is a table: {{ all = ["FACT", "FACT"] }}')
        return BROKEN
    if isinstance(value, str):
        fact = read_known_fact(value, place)
        return BROKEN if fact is BROKEN else Documented(fact)
    if not isinstance(value, dict):
        place.say("has to be the name of a fact, or a table such as { any = [...] }")
        return BROKEN
    named = [name for name in _NODES if name in value]
    if not named and set(value) == {"fact"}:
        return _read_criterion(value["fact"], place.at("fact"))
    if len(named) > 1:
        place.say(f"has {listed(named)} side by side; write them into an 'all' or an 'any', each in a table of its own")
        return BROKEN
    if not named:
        for key in value.keys() - {"fact"}:
            place.at(key).say(str(UnknownName("key of a criterion", key, _NODES)))
        if not value.keys() - {"fact"}:
            place.say(f"has to have exactly one of {', '.join(_NODES)}")
        return BROKEN
    return _NODES[named[0]].read(value, place)


read_criterion = Reader(_read_criterion, {"$ref": "#/definitions/criterion"})
"""Reads a criterion."""


def _read_lead(value: Any, place: Place) -> Any:
    return read_known_fact(value, place) if isinstance(value, str) else _read_criterion(value, place)


read_lead = Reader(_read_lead, read_criterion.schema)
"""Reads a lead or a hint: the name of a fact, as text, or a criterion."""


def fact_reader(kind: str = "boolean") -> Reader:
    """Return a reader of the names of the edition's facts of a kind."""
    return with_fact(parsed(read_fact, pattern=FACT_PATTERN), lambda name: name, kind)


read_known_fact = fact_reader()
"""Reads the name of a boolean fact of the edition."""


def _read_float(value: Any, place: Place) -> Any:
    return float(value) if of_kind(value, float, place) else BROKEN


_float = Reader(_read_float, plain(float).schema)


def _number(bound: float) -> float:
    """Return a number as a person writes it: whole ones without a point."""
    return int(bound) if float(bound).is_integer() else bound


class _Node(Frozen):
    """A kind of node: how its table is read and written, and which criteria are of it."""

    form: Form
    is_of: Callable[[Criterion], bool]

    def read(self, value: Any, place: Place) -> Any:
        return self.form.read(value, place)

    def write(self, criterion: Criterion) -> Any:
        return self.form.write(criterion)

    def schema(self) -> Schema:
        return self.form.schema()


class _Wrapped(_Node):
    """A kind of node whose members stand in a table under its name."""

    name: str

    def read(self, value: Any, place: Place) -> Any:
        for other in value:
            if other != self.name:
                place.at(other).say(f"cannot stand beside '{self.name}'")
        read = self.form.read(value[self.name], place.at(self.name))
        return read if set(value) == {self.name} else BROKEN

    def write(self, criterion: Criterion) -> Any:
        return {self.name: self.form.write(criterion)}

    def schema(self) -> Schema:
        return _table({self.name: self.form.schema()}, self.form.says)


class _Said(_Node):
    """A kind of node without members, which is said to be true under its name."""

    name: str

    def read(self, value: Any, place: Place) -> Any:
        if value[self.name] is not True:
            place.at(self.name).say("has to be true; put the criterion under 'not' for the contrary")
            return BROKEN
        return self.form.read({name: of for name, of in value.items() if name != self.name}, place)

    def write(self, criterion: Criterion) -> Any:
        return {self.name: True, **self.form.write(criterion)}

    def schema(self) -> Schema:
        return _table({self.name: {"const": True}}, self.form.says)


def _table(properties: Schema, says: str) -> Schema:
    return {
        "type": "object",
        "description": says,
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


_NUMBER_KEY, _DATE_KEY = Key("fact", fact_reader("number")), Key("fact", fact_reader("date"))
_COURSE = {"start": Key("start", fact_reader("date")), "end": Key("end", fact_reader("date"))}


def _span(attribute: str = "span") -> Key:
    return Key(attribute, parsed(read_duration, pattern=DURATION_PATTERN, examples=["3 months"]), str)


def _form(name: str, keys: Mapping[str, Key], build: Callable[..., Any], says: str) -> Form:
    return Form(f"a criterion '{name}'", keys, build, says)


def _node(name: str, kind: type[Criterion], keys: Mapping[str, Key], says: str) -> _Node:
    return _Node(_form(name, keys, kind, says), lambda criterion: type(criterion) is kind)


def _since(name: str, says: str, *, longer: bool) -> _Node:
    form = _form(name, {"fact": _DATE_KEY, name: _span()}, partial(Since, longer=longer), says)
    return _Node(form, lambda criterion: isinstance(criterion, Since) and criterion.longer is longer)


def _course(name: str, kind: type[Criterion], says: str, **more: Key) -> _Node:
    return _Wrapped(_form(name, {**_COURSE, **more}, kind, says), lambda criterion: type(criterion) is kind, name)


_PARTS = Key("parts", list_of(read_criterion), lambda parts: [*map(criterion_value, parts)])
_YEARS = {"fact": Key("birth", fact_reader("date")), "age_at_most": Key("years", plain(int))}

_NODES: Mapping[str, _Node] = {
    "all": _node("all", All, {"all": _PARTS}, "Every criterion of the list holds."),
    "any": _node("any", AnyOf, {"any": _PARTS}, "At least one criterion of the list holds."),
    "not": _node("not", Not, {"not": Key("part", read_criterion, criterion_value)}, "The criterion is known to fail."),
    "below": _node(
        "below", Below, {"fact": _NUMBER_KEY, "below": Key("bound", _float, _number)}, "A number is below a bound."
    ),
    "above": _node(
        "above", Above, {"fact": _NUMBER_KEY, "above": Key("bound", _float, _number)}, "A number is above a bound."
    ),
    "age_at_most": _node(
        "age_at_most", AgeAtMost, _YEARS, "The patient, born on the date, is at most so many years old."
    ),
    "at_least_since": _since("at_least_since", "At least this long has passed since the date.", longer=False),
    "more_than_since": _since("more_than_since", "More than this has passed since the date.", longer=True),
    "up_to": _node(
        "up_to", UpTo, {"fact": _DATE_KEY, "up_to": _span()}, "At most this long has passed since the date."
    ),
    "tried": _course(
        "tried",
        Tried,
        "A course lasted at least so long, and goes on or ended within so long.",
        at_least=_span("least"),
        ended_within=_span("recent"),
    ),
    "ongoing": _course("ongoing", Ongoing, "A course has begun and has not ended."),
    "under_a_protocol": _Said(
        _form("under_a_protocol", {}, UnderProtocol, "The patient has a course under any protocol, begun or not."),
        lambda criterion: isinstance(criterion, UnderProtocol),
        "under_a_protocol",
    ),
}
"""The kinds of node by the key that tells them apart."""


def criterion_schema() -> Schema:
    """Return the schema of a criterion, to which that of `read_criterion` refers."""
    named = {"fact": read_known_fact.schema}
    return {
        "description": "The name of a boolean fact, which has to be true, or a table with the keys of one kind.",
        "anyOf": [
            read_known_fact.schema,
            _table(named, "A fact as a criterion, where a list may also hold names of facts."),
            *(node.schema() for node in _NODES.values()),
        ],
    }


def criterion_kinds() -> Mapping[str, str]:
    """Return what each kind of criterion says, by the key that tells it apart."""
    return {name: node.form.says for name, node in _NODES.items()}


def kind_of(criterion: Criterion) -> str | None:
    """Return the key that tells the kind of a criterion; None for a documented fact."""
    return next((name for name, node in _NODES.items() if node.is_of(criterion)), None)
