"""The columns of one file with the parsers that its profile asks for: foreign words, dates and codes become ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from spine_vigil.scheduler.editions.edition import CptCode, Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.intake.codes import parse_coded_study, parse_left_out_modifier
from spine_vigil.scheduler.intake.dates import date_parser
from spine_vigil.scheduler.intake.forms import CellForms, plain
from spine_vigil.scheduler.records.fields import (
    EVENT_DATE,
    LEFT_OUT,
    STUDY_TEXT,
    WITHOUT,
    Column,
    Kind,
    ProtocolSets,
    Studies,
    event_columns,
    parse_protocols,
)
from spine_vigil.scheduler.rules.dates import no_date
from spine_vigil.scheduler.values import replace

BIRTH_DATE = "birth_date"

DIAGNOSIS = "diagnosis"
"""The field of a diagnosis, as a code or in words, of which a profile says the protocol."""

PROFILE_FIELDS = (STUDY_TEXT, DIAGNOSIS, "modifier")
"""The fields that only a profile reads, beside those of an events file."""

_NO_PROFILE = "; 'vigil setup' makes a profile that says how a file writes it"

_NOT_LISTED = "; add it under [values.{}] of the profile ('vigil setup --profile' lists what is new)"


def read_columns(
    edition: Edition,
    forms: CellForms,
    sets: ProtocolSets | None = None,
    studies: Studies | None = None,
    as_of: date | None = None,
) -> dict[str, Column]:
    """Return every column of `event_columns`, and those that `forms` adds, with the parsers that `forms` asks for.

    `as_of` is the latest possible birth where `forms` names none. A parser returns None for an empty cell after all.
    """
    sets = ProtocolSets(edition) if sets is None else sets
    studies = Studies(edition) if studies is None else studies
    columns = event_columns(edition, sets, studies)
    births = forms.births_until or as_of
    date_readers: dict[object, Callable[[str], date | None]] = {}
    read = {name: _read_as(column, edition, forms, births, date_readers) for name, column in columns.items()}
    if STUDY_TEXT in forms.values:
        parse = partial(parse_coded_study, edition, forms, STUDY_TEXT)
        read[STUDY_TEXT] = Column(STUDY_TEXT, Kind.NAME, parse, studies.number, "the study in words")
    for name in forms.copies:
        read[name] = _copy(name, columns, forms)
    return read


def _read_as(
    column: Column,
    edition: Edition,
    forms: CellForms,
    births: date | None,
    date_readers: dict[object, Callable[[str], date | None]],
) -> Column:
    """Return a column with the parser that the forms ask for."""
    name = column.name
    if name == "cpt":
        return replace(column, parse=partial(parse_coded_study, edition, forms, name))
    if column.kind is Kind.DATE:
        # Columns with one parser share what is known of their texts.
        is_birth, is_event = name == BIRTH_DATE, name == EVENT_DATE
        key = forms.dates.get(name), forms.null.get(name), is_birth, is_event
        if key not in date_readers:
            date_readers[key] = _date_reader(name, forms, births if is_birth else None)
        return replace(column, parse=date_readers[key])
    values, null = forms.values.get(name, {}), forms.null.get(name, frozenset())
    hint = "" if column.kind is not Kind.NAME else _NOT_LISTED.format(name) if forms.is_profiled else _NO_PROFILE
    if not values and not null and not hint:
        return column

    def parse(text: str) -> Any:
        key = plain(text)
        if key in null:
            return None
        ours = values.get(key)
        if ours is not None:
            return column.parse(ours) if ours else None
        try:
            return column.parse(text)
        except ValueProblem as problem:
            raise ValueProblem(f"{problem}{hint}") from None

    return replace(column, parse=parse)


def _date_reader(name: str, forms: CellForms, births: date | None) -> Callable[[str], date | None]:
    hint = "" if forms.is_profiled or name in forms.dates else ", or say with --date-format how the file writes dates"
    read, null = date_parser(forms.dates.get(name), births_until=births, hint=hint), forms.null.get(name, frozenset())

    def parse(text: str) -> date | None:
        if null and plain(text) in null:
            return None
        day = read(text)
        if day is None and name == EVENT_DATE:
            raise ValueProblem(no_date(text))
        return day

    return parse


def _copy(name: str, columns: Mapping[str, Column], forms: CellForms) -> Column:
    """Return the column of a field that is read from the column of another one."""
    if name.startswith(LEFT_OUT):
        texts = forms.left_out.get(name)
        own = forms.values.get("cpt", {})
        parse = partial(parse_left_out_modifier, forms.codes, own=own) if texts is None else partial(_left_out, texts)
        return Column(name, Kind.BOOLEAN, parse, int, "whether the row is left out")
    base, values = columns[name.partition(WITHOUT)[0]], forms.values[name]

    def parse_listed(text: str) -> Any:
        ours = values.get(plain(text))
        return base.parse(ours) if ours else None

    return replace(base, name=name, parse=parse_listed)


def _left_out(texts: frozenset[str], text: str) -> bool | None:
    return True if plain(text) in texts else None


def check_value(edition: Edition, field: str, ours: str) -> None:
    """Raise ValueProblem where a field cannot hold the word that a profile gives for one of the file's."""
    if not ours:
        return
    if field in ("cpt", STUDY_TEXT):
        parse_coded_study(edition, CellForms(values={field: {"": ours}}), field, "")
    elif field == DIAGNOSIS:
        parse_protocols(edition, ours)
    else:
        event_columns(edition)[field].parse(ours)


__all__ = ["DIAGNOSIS", "PROFILE_FIELDS", "CptCode", "check_value", "read_columns"]
