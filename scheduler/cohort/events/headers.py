"""Checking the header of a file: needed and reserved columns, mapped and misspelt names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from spine_vigil.scheduler.errors import FileError, nearest
from spine_vigil.scheduler.intake.column_map import ColumnMap, map_option
from spine_vigil.scheduler.intake.forms import CellForms
from spine_vigil.scheduler.intake.profile import FileProfile
from spine_vigil.scheduler.intake.vocabulary.fields import fields_of
from spine_vigil.scheduler.intake.vocabulary.status_words import status_of
from spine_vigil.scheduler.records.fields import PATIENT_ID, STUDY_COLUMNS, STUDY_TEXT


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that a kind of file needs (one of each group of `wanted`), and the names that it must not use."""

    kind: str
    wanted: tuple[tuple[str, ...], ...]
    added: tuple[str, ...]


def read_header(
    header: Sequence[str], name: str, profile: FileProfile | None, layout: Layout, *, is_line: bool = True
) -> tuple[list[str], CellForms]:
    """Return the fields that the columns hold, and how their cells are written.

    `profile` is None where the caller offers no way to name columns. `is_line` says that the names are the first line
    of a text or a sheet, which may hold data. Raises FileError where a column is missing, reserved or ambiguous.
    """
    check_no_name_twice(header, name, profile, is_line=is_line)
    may_be_data = is_line and not _names_columns(header, profile)
    if may_be_data and not layout.wanted and any(map(_holds_number, header)):
        raise FileError(_no_header(name, header))
    fields = _fields(header, name, profile, layout, may_be_data=may_be_data)
    return fields, (profile or FileProfile()).cell_forms(header, fields, name)


def _fields(
    header: Sequence[str], name: str, profile: FileProfile | None, layout: Layout, *, may_be_data: bool
) -> list[str]:
    added = [c for c in layout.added if c in header]
    if added:
        raise FileError(f"{name} has a column '{added[0]}', which an audit adds itself; rename or remove it")
    fields = (profile or FileProfile()).fields_of(header, name)
    given = {*fields, *(profile.constants if profile else ())}
    if profile and profile.is_profiled and STUDY_TEXT in given:
        given.add("cpt")  # words for a study stand in its place
    for names in layout.wanted:
        if not any(n in given for n in names):
            _check_names(header, name)
            is_split = len(header) > 1 or not any(mark in header[0] for mark in _OTHER_SEPARATORS)
            if may_be_data and is_split:
                lacks = f"has no column '{' or '.join(names)}', and "
                raise FileError(_no_header(name, header, lacks, can_map=profile is not None))
            mapped = profile.columns if profile else ColumnMap()
            for column, meant in mapped.fields.items():
                may_be_words = meant == STUDY_TEXT and "cpt" in names
                if (meant in names or may_be_words) and column not in header:
                    raise FileError(mapped.missing(column, name, header))
            # A column that already holds another field is no candidate.
            free = [c for c, field in zip(header, fields, strict=True) if c == field]
            hint = missing_hint(free, names, can_map=profile is not None)
            raise FileError(f"{name} has no column '{' or '.join(names)}'; {hint}")
    return fields


def _names_columns(header: Sequence[str], profile: FileProfile | None) -> bool:
    """Return whether any name of a header is known, to vigil or to the profile; a status is one that data may hold."""
    mapped = profile.columns.fields if profile else {}
    return any(column in mapped or (fields_of(column) and status_of(column) is None) for column in header)


def _no_header(file: str, header: Sequence[str], lacks: str = "", *, can_map: bool = False) -> str:
    """Return the message for a first line that seems to be no header; it says nothing of what stands there."""
    columns = (
        "its only column has no known name" if len(header) == 1 else f"none of columns 1 to {len(header)} is known"
    )
    advice = ", or say with --map what they hold" if can_map else ""
    return f"{file} {lacks}{columns}: its first line seems to be no header; add one that names the columns{advice}"


def check_no_name_twice(
    header: Sequence[str], name: str, profile: FileProfile | None = None, *, is_line: bool = True
) -> None:
    """Raise FileError where two columns have one name, or none; `is_line`: the first line, which may be no header."""
    twice = sorted({c for c in header if header.count(c) > 1})
    if "" in twice:
        raise FileError(f"{name} has several columns without a name; name or remove them")
    if twice:
        _check_names(header, name)
        if is_line and not _names_columns(header, profile):
            first, second = [number for number, c in enumerate(header, start=1) if c == twice[0]][:2]
            raise FileError(
                f"{name} has the same text in columns {first} and {second} of its first line, which seems to be no"
                " header; add one that names the columns"
            )
        raise FileError(f"{name} has two columns named '{twice[0]}'; rename or remove one")


def unread_columns(header: Sequence[str], known: Collection[str]) -> dict[str, str]:
    """Return unread columns whose names suggest a field that the file lacks: column -> field."""
    unknown = [column for column in header if column not in known]
    absent = [name for name in known if name not in header]
    return {column: name for name in absent for column in columns_for(unknown, name)[:1]}


def columns_for(header: Iterable[str], name: str) -> list[str]:
    """Return the columns that may hold a field under another name, likeliest first."""
    ranks = {column: fields_of(column).index(name) for column in header if column != name and name in fields_of(column)}
    return sorted(ranks, key=lambda column: ranks[column])


def missing_hint(header: Sequence[str], names: Sequence[str], *, can_map: bool) -> str:
    """Return advice for a file that lacks a column (any of `names` would do); `can_map`: there is a `--map`."""
    if len(header) == 1 and any(mark in header[0] for mark in _OTHER_SEPARATORS):
        return (
            "the columns seem to be separated by something else than commas; save the file with commas, or make a"
            " profile with 'vigil setup'"
        )
    likely = [(column, name) for name in names for column in columns_for(header, name)]
    close = nearest(names[0], header)
    if not likely and close is not None:
        likely = [(close, names[0])]
    if not likely:
        return "see sample_cohorts for the columns" + (", and --map for columns of other names" if can_map else "")
    columns = " or ".join(f"'{column}'" for column, _ in likely)
    ways = " or ".join(map_option(column, name) if can_map else f"'{name}'" for column, name in likely)
    return f"is {columns} meant? {'add' if can_map else 'rename it to'} {ways}"


_FEWEST_DIGITS = 4
"""The digits that a date and most record numbers have at least; few column names do, and none without a letter."""


def _check_names(header: Sequence[str], file: str) -> None:
    """Raise FileError where the header line is missing; the message omits the patient's data in its place."""
    for column in header:
        if _holds_number(column) and not any(c.isalpha() for c in column):
            raise FileError(
                f"{file} seems to have no header line, since its first line holds dates or numbers; add one that names"
                " the columns"
            )


def _holds_number(text: str) -> bool:
    return sum(c.isdigit() for c in text) >= _FEWEST_DIGITS


_OTHER_SEPARATORS = ";\t|"

_ALIKE = 0.8
"""The similarity from which an unknown column is taken for a misspelt known one (1: equal)."""


def misspelt_columns(header: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """Return the columns whose names nearly match a known one, with the name that may be meant."""
    names = [PATIENT_ID, *STUDY_COLUMNS, *known]
    unknown = [c for c in header if c not in names]
    missing = [n for n in dict.fromkeys(names) if n not in header]
    close = {c: nearest(c, missing) for c in unknown}
    return {c: n for c, n in close.items() if n is not None and _looks_like(c, n)}


def _looks_like(column: str, known: str) -> bool:
    return SequenceMatcher(None, column.lower(), known).ratio() > _ALIKE
