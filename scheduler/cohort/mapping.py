"""The headers of files: what must be there, and which field a column of another name holds, as the user says it."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spine_vigil.scheduler.errors import FileError, UnknownName, ValueProblem, nearest
from spine_vigil.scheduler.records.synonyms import synonyms

_TABLE = "columns"
_FORM = f'write a table [{_TABLE}] with lines like "Their Column" = "patient_id"'


@dataclass(frozen=True, slots=True)
class Layout:
    """What a kind of file must hold (of each group of `wanted` one column), and the names that it must not use."""

    kind: str
    wanted: tuple[tuple[str, ...], ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which field a column of the user's files holds, by the name of the column."""

    fields: Mapping[str, str] = field(default_factory=dict)

    def fields_of(self, header: Sequence[str], file: str) -> list[str]:
        """Return what each column of a file is read as. Raises FileError where one field has two columns."""
        found = [self.fields.get(column, column) for column in header]
        for name in found:
            columns = [c for c, read_as in zip(header, found, strict=True) if read_as == name]
            mapped = [c for c in columns if c in self.fields]
            if len(columns) > 1 and name in columns and mapped:
                raise FileError(
                    f"{file} has a column '{name}' of its own, and its column '{mapped[0]}' is to be read as that"
                    f" too; leave out --map \"{mapped[0]}={name}\", or rename or remove '{name}'"
                )
            if len(mapped) > 1:
                raise FileError(
                    f"{file}: the columns {_quoted(mapped)} are both to be read as '{name}'; map one of them"
                )
        return found

    def check_used(self, headers: Mapping[str, Sequence[str]]) -> None:
        """Raise FileError where a column stands in none of the files (name of the file -> its columns)."""
        known = [column for header in headers.values() for column in header]
        for column, name in self.fields.items():
            if column not in known:
                raise FileError(_no_column(column, name, " or ".join(headers), known))


def check_header(header: Sequence[str], name: str, columns: ColumnMap | None, layout: Layout) -> list[str]:
    """Return the fields that the columns are read as. Raises FileError where the file cannot be read with these."""
    twice = sorted({c for c in header if header.count(c) > 1})
    if "" in twice:
        raise FileError(f"{name} has several columns without a name; name or remove them")
    if twice:
        _check_names(header, name)
        raise FileError(f"{name} has two columns named '{twice[0]}'; rename or remove one")
    added = [c for c in layout.added if c in header]
    if added:
        raise FileError(f"{name} has a column '{added[0]}', which an audit adds itself; rename or remove it")
    fields = (columns or ColumnMap()).fields_of(header, name)
    for names in layout.wanted:
        if not any(n in fields for n in names):
            _check_names(header, name)
            for column, meant in columns.fields.items() if columns else ():
                if meant in names and column not in header:
                    raise FileError(_no_column(column, meant, name, header))
            # A column that is read as something else is no candidate.
            free = [c for c, field in zip(header, fields, strict=True) if c == field]
            hint = missing_hint(free, names, can_map=columns is not None)
            raise FileError(f"{name} has no column '{' or '.join(names)}'; {hint}")
    return fields


def parse_mappings(pairs: Iterable[str], where: str, known: Collection[str]) -> dict[str, str]:
    """Read `COLUMN=FIELD` pairs; `known` are the fields. Raises ValueProblem."""
    found: dict[str, str] = {}
    for pair in pairs:
        column, equals, name = (part.strip() for part in pair.rpartition("="))
        if not equals or not column or not name:
            raise ValueProblem(f"{where} '{pair}' is not of the form COLUMN=FIELD, e.g. MRN=patient_id")
        if column in found:
            raise ValueProblem(f"{where} names the column '{column}' twice; give it once")
        found[column] = _known_field(name, f'{where} "{column}={name}"', known)
    return found


def read_map_file(path: Path, known: Collection[str]) -> dict[str, str]:
    """Read a TOML file whose table [columns] gives each column its field; `known` are the fields. Raises FileError."""
    try:
        found = tomllib.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except OSError as problem:
        raise FileError(f"cannot read {path}: {problem.strerror}; check the name and the permissions") from None
    except ValueError as problem:  # neither UTF-8 nor TOML
        raise FileError(f"{path} is no TOML: {problem}; {_FORM}") from None
    for key in found:
        if key != _TABLE:
            raise FileError(f"{path}: {UnknownName('key', key, [_TABLE])}; {_FORM}")
    table = found.get(_TABLE)
    if not isinstance(table, dict) or not table:
        raise FileError(f"{path} maps no column; {_FORM}")
    fields: dict[str, str] = {}
    for column, name in table.items():
        if not isinstance(name, str):
            raise FileError(f"{path}: what '{column}' is read as must be one name in quotes; {_FORM}")
        if not column.strip() or column.strip() in fields:
            raise FileError(f"{path} names the column '{column.strip()}' twice or not at all; {_FORM}")
        fields[column.strip()] = _known_field(name.strip(), f"{path}: '{column}'", known)
    return fields


def _known_field(name: str, where: str, known: Collection[str]) -> str:
    if name not in known:
        raise ValueProblem(f"{where}: {UnknownName('field', name, known)} (see 'vigil template' for all of them)")
    return name


def map_option(column: str, name: str) -> str:
    """Return the option that has a column read as a field, as a shell takes it."""
    return f'--map "{column}={name}"'


def unread_columns(header: Sequence[str], known: Collection[str]) -> dict[str, str]:
    """Return the columns that are not read but, by their name, hold a field that the file lacks: column -> field."""
    unknown = [column for column in header if column not in known]
    absent = [name for name in known if name not in header]
    return {column: name for name in absent for column in synonyms(unknown, name)[:1]}


def missing_hint(header: Sequence[str], names: Sequence[str], *, can_map: bool) -> str:
    """Return what to do where a file lacks a column (any of `names` would do); `can_map`: there is a `--map`."""
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        return "the columns seem to be separated by something else than commas; save the file with commas"
    likely = [(column, name) for name in names for column in synonyms(header, name)]
    close = nearest(names[0], header)
    if not likely and close is not None:
        likely = [(close, names[0])]
    if not likely:
        return "see sample_cohorts for the columns" + (", and --map for columns of other names" if can_map else "")
    columns = " or ".join(f"'{column}'" for column, _ in likely)
    ways = " or ".join(map_option(column, name) if can_map else f"'{name}'" for column, name in likely)
    return f"is {columns} meant? {'add' if can_map else 'rename it to'} {ways}"


_FEWEST_DIGITS = 4
"""A date and most record numbers have at least so many; few names of columns do, and none without a letter."""


def _check_names(header: Sequence[str], file: str) -> None:
    """Raise FileError where the line of names is missing: what stands in its place is a patient's, and not repeated."""
    for column in header:
        if sum(c.isdigit() for c in column) >= _FEWEST_DIGITS and not any(c.isalpha() for c in column):
            raise FileError(
                f"{file} seems to have no header line, since its first line holds dates or numbers; add one that names"
                " the columns"
            )


def _no_column(column: str, name: str, file: str, header: Sequence[str]) -> str:
    close = nearest(column, header)
    hint = f"did you mean '{close}'?" if close else "correct --map, or the map file"
    return f"{file} has no column '{column}' to be read as '{name}'; {hint}"


def _quoted(names: Iterable[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)
