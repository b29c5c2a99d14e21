"""Parsing of request arguments from text (index dates, facts, earlier studies), with errors that name the argument."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, TypeVar

from spine_vigil.problems import Problems
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.records.fields import Column
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.dates import parse_date
from spine_vigil.scheduler.rules.facts import IndexKind, parse_index_kind

_T = TypeVar("_T")

Labels = Mapping[str, str]
"""Names of arguments in messages: those of command line options, or of parameters."""

PARAMETERS: Labels = {
    "study": "study",
    "date": "date",
    "protocol": "protocol",
    "index": "index",
    "primary_site": "primary_site",
    "prior": "prior",
    "also": "also",
    "fact": "facts",
    "birth_date": "birth_date",
    "follow_up_end": "follow_up_end",
    "death": "death",
}
"""Names of arguments of the Python functions."""

WHERE_TO_LOOK = {
    "protocol": "'vigil protocols list' names them all, 'vigil protocols search' finds them by other words",
    "fact": "'vigil facts' names them all",
}


def split_pair(text: str, form: str, where: str = "") -> tuple[str, str]:
    """Return the two sides of `NAME=VALUE`. Raises ValueProblem that states the `form`, and `where` it is asked for."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise ValueProblem(f"{where}{': ' if where else ''}'{text}' is not of the form {form}")
    return name.strip(), value.strip()


def pairs(values: Mapping[str, object], argument: str) -> tuple[str, ...]:
    """Return a mapping as `NAME=VALUE` texts, without values that are None; for their form see `value_text`."""
    given = {name: value for name, value in values.items() if value is not None}
    return tuple(f"{name}={value_text(value, f'{argument} {name}')}" for name, value in given.items())


def value_texts(values: Iterable[object] | date | None, argument: str) -> tuple[str, ...]:
    """Return a list of values as texts (see `value_text`); a single text or date is a list of one, None is empty."""
    if values is None:
        return ()
    listed = [values] if isinstance(values, str | date) else values
    return tuple(value_text(value, argument) for value in listed)


def value_text(value: object, argument: str) -> str:
    """Return a value as a cell of an events file: booleans as `true` or `false`, dates in ISO format, None empty.

    A date with the time 00:00 is that date. Raises ValueProblem that names the `argument` for any other time.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        if value.time() != time():
            raise ValueProblem(f"{argument}: {value} has a time of day; give the date alone: '{value.date()}'")
        return value.date().isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def parse_day(value: date | str, argument: str) -> date:
    """Return a date argument as a date. Raises ValueProblem that names the `argument`."""
    return labelled(argument, "date", parse_date, value_text(value, argument))


def parse_index_dates(values: Iterable[str], labels: Labels, problems: Problems) -> dict[IndexKind, date]:
    """Parse `KIND=DATE` texts as index dates; a kind that is given twice is a problem too."""
    dates: dict[IndexKind, date] = {}
    for number, value in enumerate(values):
        with problems.of("index", number):
            name, text = split_pair(value, "KIND=DATE, e.g. treatment_end=2026-01-15", labels["index"])
            kind = labelled(labels["index"], "index", parse_index_kind, name)
            where = f"{labels['index']} {kind.value}"
            if kind in dates:
                raise ValueProblem(f"{where} is given twice; give each index date once")
            dates[kind] = date.max  # given, even where it cannot be read
            dates[kind] = labelled(where, "date", parse_date, text)
    return dates


def parse_facts(
    values: Iterable[str], edition: Edition, columns: Mapping[str, Column], labels: Labels, problems: Problems
) -> dict[str, tuple[str, Any]]:
    """Return text and value of `NAME=VALUE` facts by name; a fact that is given twice is a problem too."""
    facts: dict[str, tuple[str, Any]] = {}
    for number, value in enumerate(values):
        with problems.of("fact", number):
            name, text = split_pair(value, "NAME=VALUE, e.g. high_grade=true", labels["fact"])
            fact = labelled(labels["fact"], "fact", edition.fact, name).name
            where = f"{labels['fact']} {fact}"
            if fact in facts:
                raise ValueProblem(f"{where} is given twice; give each fact once")
            facts[fact] = (text, None)  # given, even where it cannot be read
            facts[fact] = (text, labelled(where, fact, columns[fact].parse, text))
    return facts


def split_prior(text: str) -> tuple[str, str, Status]:
    """Return the date, study (empty if none is given) and status (default: performed) of `DATE [STUDY] [STATUS]`."""
    day, *words = text.split() or [""]
    status = Status.PERFORMED
    if words and words[-1].lower() in {s.value for s in Status}:
        status = Status(words.pop().lower())
    return day, " ".join(words), status


def labelled(where: str, kind: str, read: Callable[[str], _T], text: str) -> _T:
    """Return `read(text)`; a ValueProblem gets the argument `where` as prefix, and the command that lists all names."""
    try:
        return read(text)
    except ValueProblem as problem:
        hint = f" ({WHERE_TO_LOOK[kind]})" if kind in WHERE_TO_LOOK else ""
        raise ValueProblem(f"{where}: {problem}{hint}") from None
