"""Column maps: which field a column of another name holds, from `--map` and `--map-file`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from spine_vigil.scheduler.errors import FileError, UnknownName, ValueProblem, nearest
from spine_vigil.scheduler.values import Frozen, field

NOT_READ = "not read: "
"""How the field starts of a column that a profile leaves unread, whatever its name."""

_TABLE = "columns"

_FORM = f'write a table [{_TABLE}] with lines like "Their Column" = "patient_id"'


class ColumnMap(Frozen):
    """The fields that columns of the user's files hold, by the name of the column; "" is a column that is not read.

    `part` is the part of a profile that names them, None where none does; `options` are those that options name.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    part: str | None = None
    options: frozenset[str] = frozenset()

    def missing(self, column: str, file: str, header: Sequence[str]) -> str:
        """Return the message for a mapped column that a file lacks."""
        part = None if column in self.options else self.part
        return no_column(column, self.fields[column], file, header, part)

    def fields_of(self, header: Sequence[str], file: str, several: Collection[str] = ()) -> list[str]:
        """Return the field that each column of a file holds. Raises FileError where a field has two columns.

        Fields of `several` may have more: the second column holds `diagnosis.2`, and so on.
        """
        fields = [self.fields.get(column, column) or f"{NOT_READ}{column}" for column in header]
        for name in [name for name in dict.fromkeys(fields) if name not in several]:
            columns = [c for c, read_as in zip(header, fields, strict=True) if read_as == name]
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
        numbers = [fields[: at + 1].count(name) for at, name in enumerate(fields)]
        return [name if number == 1 else f"{name}.{number}" for name, number in zip(fields, numbers, strict=True)]

    def check_used(self, headers: Mapping[str, Sequence[str]]) -> None:
        """Raise FileError where a mapped column is in none of the files (`headers`: file name -> columns)."""
        known = [column for header in headers.values() for column in header]
        for column, name in self.fields.items():
            if name and column not in known:
                raise FileError(self.missing(column, " or ".join(headers), known))


def parse_mappings(pairs: Iterable[str], where: str, known: Collection[str]) -> dict[str, str]:
    """Read `COLUMN=FIELD` pairs; `known` are the fields. Raises ValueProblem."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        column, equals, name = (part.strip() for part in pair.rpartition("="))
        if not equals or not column or not name:
            raise ValueProblem(f"{where} '{pair}' is not of the form COLUMN=FIELD, e.g. MRN=patient_id")
        if column in mapping:
            raise ValueProblem(f"{where} names the column '{column}' twice; give it once")
        mapping[column] = _known_field(name, f'{where} "{column}={name}"', known)
    return mapping


def read_map_file(path: Path, known: Collection[str]) -> dict[str, str]:
    """Read a TOML file whose table [columns] gives each column its field; `known` are the fields. Raises FileError."""
    try:
        document = tomllib.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except OSError as problem:
        raise FileError(f"cannot read {path}: {problem.strerror}; check the name and the permissions") from None
    except ValueError as problem:  # neither UTF-8 nor TOML
        raise FileError(f"{path} is no TOML: {problem}; {_FORM}") from None
    for key in document:
        if key != _TABLE:
            raise FileError(f"{path}: {UnknownName('key', key, [_TABLE])}; {_FORM}")
    table = document.get(_TABLE)
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


def known_fields(columns: Mapping[str, str], where: str, known: Collection[str]) -> dict[str, str]:
    """Return which field each column is read as; `known` are the fields. Raises ValueProblem."""
    return {column: _known_field(name, f'{where} "{column}"', known) for column, name in columns.items()}


def _known_field(name: str, where: str, known: Collection[str]) -> str:
    if name not in known:
        raise ValueProblem(f"{where}: {UnknownName('field', name, known)} (see 'vigil template' for all of them)")
    return name


def map_option(column: str, name: str) -> str:
    """Return the option that maps a column to a field, as typed in a shell."""
    return f'--map "{column}={name}"'


def no_column(column: str, name: str, file: str, header: Sequence[str], part: str | None = None) -> str:
    """Return the message for a mapped column that a file lacks; `part` is the part of the profile that names it."""
    close = nearest(column, header)
    named = "" if part is None else f", which the profile names under {part}"
    correct = "correct --map or the map file" if part is None else "correct the name, or remove it"
    hint = f"did you mean '{close}'?" if close else correct
    return f"{file} has no column '{column}' to be read as '{name}'{named}; {hint}"


def _quoted(names: Iterable[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)
