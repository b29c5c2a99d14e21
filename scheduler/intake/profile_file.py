"""Reading intake profiles from TOML: every problem of a file is said at once, with its place and the way out."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError, UnknownName, ValueProblem
from spine_vigil.scheduler.intake.code_file import read_codes_file
from spine_vigil.scheduler.intake.column_map import ColumnMap
from spine_vigil.scheduler.intake.columns import DIAGNOSIS, PROFILE_FIELDS, check_value
from spine_vigil.scheduler.intake.dates import check_date_format, other_order
from spine_vigil.scheduler.intake.forms import CodeForms, DateForms, IdForms, plain
from spine_vigil.scheduler.intake.profile import FileForm, FileProfile, Profile
from spine_vigil.scheduler.records.fields import PATIENT_ID, STUDY_TEXT, event_columns
from spine_vigil.scheduler.rules.dates import EARLIEST, LATEST
from spine_vigil.scheduler.values import replace

_PARTS = {
    "file": ("encoding", "separator", "header_line", "footer", "sheet", "trailing_separator"),
    "columns": None,
    "dates": ("formats", "columns", "two_digit_years_until", "births_until", "timezone", "none"),
    "values": None,
    "constants": None,
    "null": ("words", "columns"),
    "ids": ("clean", "leading_zeros"),
    "codes": ("modifiers", "procedures", "diagnoses", "leave_out_reduced", "leave_out_stopped"),
    "rows": ("leave_out",),
}
"""The parts of a profile and their keys; None: any."""

_CENTURY = 100

_PATIENTS = "patients"

_SHARED = ("dates", "values", "null", "ids", "codes")
"""The parts that hold for the patients file too, unless [patients] says otherwise."""


def read_profile(path: Path, edition: Edition) -> Profile:
    """Read a profile. Raises FileError that says everything that is wrong with it."""
    try:
        document = tomllib.loads(path.read_bytes().removeprefix(codecs.BOM_UTF8).decode("utf-8"))
    except OSError as problem:
        raise FileError(f"cannot read {path}: {problem.strerror}; check the name and the permissions") from None
    except ValueError as problem:  # neither UTF-8 nor TOML
        raise FileError(f"{path} is no TOML: {problem}; 'vigil setup' makes a profile") from None
    reader = _Reader(edition, path.parent)
    profile = reader.profile(document)
    if reader.problems:
        problems = "".join(f"\n- {problem}" for problem in reader.problems)
        raise FileError(f"{path} cannot be used as a profile:{problems}")
    return profile


class _Reader:
    """Reads the parts of a profile, and gathers what is wrong with them."""

    def __init__(self, edition: Edition, folder: Path) -> None:
        self.problems: list[str] = []
        self._edition = edition
        self._folder = folder
        self._fields = (PATIENT_ID, *event_columns(edition), *PROFILE_FIELDS)
        self._worded = (*event_columns(edition), STUDY_TEXT, DIAGNOSIS)

    def profile(self, document: Mapping[str, Any]) -> Profile:
        """Return the profile of a whole document."""
        own = {key: value for key, value in document.items() if key != _PATIENTS}
        of_patients = document.get(_PATIENTS)
        events = self._file_profile(own, "")
        if of_patients is None:
            return Profile(events, replace(events, form=FileForm(), constants={}, leave_out={}))
        if not isinstance(of_patients, dict):
            self._say(f"[{_PATIENTS}]", f"has to be a table, such as [{_PATIENTS}.columns]")
            return Profile(events)
        shared = {key: _general(own[key], of_patients.get(key)) for key in _SHARED if isinstance(own.get(key), dict)}
        count = len(self.problems)
        patients = self._file_profile(_merged(shared, of_patients), f"{_PATIENTS}.")
        # What is wrong with a shared part has been said of the events.
        del self.problems[count:]
        self._file_profile(of_patients, f"{_PATIENTS}.")
        return Profile(events, patients)

    def _file_profile(self, document: Mapping[str, Any], prefix: str) -> FileProfile:
        parts = {}
        for key, value in document.items():
            if key not in _PARTS:
                self._say(f"[{prefix}{key}]", str(UnknownName("part", key, [*_PARTS, _PATIENTS])))
            elif not isinstance(value, dict):
                self._say(f"[{prefix}{key}]", f"has to be a table: write [{prefix}{key}] on a line of its own")
            else:
                parts[key] = value
                for name in value:
                    known = _PARTS[key]
                    if known is not None and name not in known:
                        self._say(f"[{prefix}{key}]", str(UnknownName("key", name, known)))
        dates, null, codes = (parts.get(key, {}) for key in ("dates", "null", "codes"))
        values = {**self._own_codes(codes, prefix)}
        for name, words in self._values(parts.get("values", {}), prefix).items():
            values[name] = {**values.get(name, {}), **words}
        where = f"[{prefix}dates]"
        return FileProfile(
            form=self._form(parts.get("file", {}), f"[{prefix}file]"),
            columns=ColumnMap(self._columns(parts.get("columns", {}), f"[{prefix}columns]"), f"[{prefix}columns]"),
            dates=DateForms(
                self._formats(dates.get("formats", []), where),
                self._short_years(dates, where),
                self._timezone(dates, where),
                frozenset(self._texts(dates.get("none", []), where, "none")),
            ),
            date_columns={
                column: self._formats(formats, f'{where} columns."{column}"')
                for column, formats in self._table(dates, "columns", where).items()
            },
            births_until=self._births_until(dates, where),
            values=values,
            constants=self._constants(parts.get("constants", {}), f"[{prefix}constants]"),
            null=frozenset(map(plain, self._texts(null.get("words", []), f"[{prefix}null]", "words"))),
            null_columns={
                column: frozenset(map(plain, self._texts(texts, f"[{prefix}null]", column)))
                for column, texts in self._table(null, "columns", f"[{prefix}null]").items()
            },
            ids=self._ids(parts.get("ids", {}), f"[{prefix}ids]"),
            codes=self._codes(codes, f"[{prefix}codes]"),
            leave_out={
                column: frozenset(map(plain, self._texts(texts, f"[{prefix}rows]", column)))
                for column, texts in self._table(parts.get("rows", {}), "leave_out", f"[{prefix}rows]").items()
            },
            is_profiled=True,
        )

    def _say(self, where: str, problem: str) -> None:
        self.problems.append(f"{where}: {problem}")

    def _typed(self, table: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
        """Return a value of a type, or None where it is missing or of another type."""
        value = table.get(key)
        if value is None or (isinstance(value, kind) and (kind is bool) == isinstance(value, bool)):
            return value
        names = {bool: "true or false", int: "a whole number", str: "a text in quotes"}
        self._say(where, f"{key} has to be {names[kind]}")
        return None

    def _table(self, table: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self._say(where, f'{key} has to be a table with lines like "Their Column" = ["…"]')
        return {}

    def _texts(self, value: Any, where: str, key: str) -> tuple[str, ...]:
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(text, str) for text in value):
            return tuple(value)
        self._say(where, f'{key} has to be a list of texts, such as ["N/A", "unknown"]')
        return ()

    def _form(self, table: Mapping[str, Any], where: str) -> FileForm:
        encoding, separator = (self._typed(table, key, str, where) for key in ("encoding", "separator"))
        if encoding is not None and not _is_encoding(encoding):
            self._say(where, f"there is no encoding '{encoding}'; write e.g. utf-8 or windows-1252")
        separator = "\t" if separator in ("tab", "\\t") else separator
        if separator is not None and (len(separator) != 1 or separator in '"\r\n'):
            self._say(where, 'separator has to be one character, or "tab"')
        line = self._typed(table, "header_line", int, where)
        if line is not None and line < 1:
            self._say(where, "header_line counts lines from 1")
        footer = self._texts(table.get("footer", []), where, "footer")
        trailing = bool(self._typed(table, "trailing_separator", bool, where))
        return FileForm(encoding, separator, line, footer, self._typed(table, "sheet", str, where), trailing)

    def _columns(self, table: Mapping[str, Any], where: str) -> dict[str, str]:
        columns = {}
        for column, name in table.items():
            if not isinstance(name, str):
                self._say(where, f'what "{column}" is read as has to be one field in quotes')
            elif name and name not in self._fields:
                self._say(where, f'"{column}": {UnknownName("field", name, self._fields)}')
            else:
                columns[column.strip()] = name
        return columns

    def _formats(self, value: Any, where: str) -> tuple[str, ...]:
        formats = self._texts(value, where, "formats")
        for each in formats:
            try:
                check_date_format(each, "the format")
            except ValueProblem as problem:
                self._say(where, str(problem))
            other = other_order(each)
            if other in formats[: formats.index(each)] and other != each:
                self._say(where, f"'{other}' and '{each}' read one date as two days; keep the one that the file has")
        return formats

    def _timezone(self, table: Mapping[str, Any], where: str) -> str | None:
        name: str | None = self._typed(table, "timezone", str, where)
        try:
            if name is not None:
                ZoneInfo(name)
        except (KeyError, OSError, ValueError):
            self._say(where, f"there is no time zone '{name}'; write e.g. America/New_York or Europe/Berlin")
            return None
        return name

    def _short_years(self, table: Mapping[str, Any], where: str) -> int | None:
        key = "two_digit_years_until"
        year: int | None = self._typed(table, key, int, where)
        first = EARLIEST.year + _CENTURY - 1
        if year is not None and not first <= year <= LATEST.year:
            self._say(where, f"{key} has to be a year from {first} to {LATEST.year}, such as 2036")
        return year

    def _births_until(self, table: Mapping[str, Any], where: str) -> date | None:
        value = table.get("births_until")
        if value is None or type(value) is date:  # a time is a date to isinstance
            return value
        if type(value) is int and EARLIEST.year <= value <= LATEST.year:
            return date(value, 12, 31)
        self._say(where, "births_until has to be a year or a date, such as 2026")
        return None

    def _values(self, table: Mapping[str, Any], prefix: str) -> dict[str, dict[str, str]]:
        values: dict[str, dict[str, str]] = {}
        for name, words in table.items():
            where = f"[{prefix}values.{name}]"
            if name not in self._worded:
                self._say(where, str(UnknownName("field with words", name, self._worded)))
            elif not isinstance(words, dict):
                self._say(where, 'has to be a table with lines like "Their Word" = "performed"')
            else:
                values[name] = dict(self._words(name, words, where))
        return values

    def _words(self, name: str, words: Mapping[str, Any], where: str) -> Iterator[tuple[str, str]]:
        seen: dict[str, str] = {}
        for word, ours in words.items():
            if not isinstance(ours, str):
                self._say(where, f'"{word}" has to be one word in quotes; "" where it means that nothing is known')
                continue
            key = plain(word)
            if seen.setdefault(key, ours) != ours:
                self._say(where, f'"{word}" stands twice, but for case and blanks, with different meanings; keep one')
            try:
                check_value(self._edition, name, ours)
            except ValueProblem as problem:
                self._say(where, f'"{word}": {problem}')
            yield key, ours

    def _constants(self, table: Mapping[str, Any], where: str) -> dict[str, str]:
        constants = {}
        for name, text in table.items():
            try:
                constants[name] = constant(self._edition, name, text)
            except ValueProblem as problem:
                self._say(where, str(problem))
        return constants

    def _ids(self, table: Mapping[str, Any], where: str) -> IdForms:
        clean, zeros = (self._typed(table, key, bool, where) for key in ("clean", "leading_zeros"))
        return IdForms(bool(clean), zeros is not False)

    def _codes(self, table: Mapping[str, Any], where: str) -> CodeForms:
        keys = ("modifiers", "leave_out_reduced", "leave_out_stopped")
        modifiers, reduced, stopped = (self._typed(table, key, bool, where) for key in keys)
        return CodeForms(modifiers is not False, bool(reduced), bool(stopped))

    def _own_codes(self, table: Mapping[str, Any], prefix: str) -> dict[str, dict[str, str]]:
        """Return the site's own codes from the files that the profile names."""
        values = {}
        for key, name in (("procedures", "cpt"), ("diagnoses", DIAGNOSIS)):
            file = self._typed(table, key, str, f"[{prefix}codes]")
            if file is None:
                continue
            try:
                words = read_codes_file(self._folder / file)
            except FileError as problem:
                self._say(f"[{prefix}codes]", str(problem))
            else:
                values[name] = dict(self._words(name, words, f'[{prefix}codes] {key} = "{file}"'))
        return values


def constant(edition: Edition, name: str, text: Any) -> str:
    """Return the text of a constant for a field. Raises ValueProblem where no field has this name or can hold it."""
    known = event_columns(edition)
    if name not in known:
        raise ValueProblem(f"{UnknownName('field', name, known)} (see 'vigil template' for all of them)")
    if isinstance(text, bool):
        text = str(text).lower()
    if isinstance(text, date | int | float):
        text = str(text)
    if not isinstance(text, str) or not text.strip():
        raise ValueProblem(f'{name}: a constant has to be one text, such as status = "performed"')
    try:
        check_value(edition, name, text.strip())
    except ValueProblem as problem:
        raise ValueProblem(f"{name}: {problem}") from None
    return text.strip()


def _general(part: Mapping[str, Any], own: Any) -> Mapping[str, Any]:
    """Return a part that holds for both files; what a patients file says of all its columns goes before columns."""
    is_said = isinstance(own, dict) and ("formats" in own or "words" in own)
    return {key: value for key, value in part.items() if key != "columns"} if is_said else part


def _merged(general: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the own part of a profile over the general one, table by table."""
    merged = dict(general)
    for key, value in own.items():
        before = merged.get(key)
        merged[key] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return merged


def _is_encoding(name: str) -> bool:
    try:
        "".encode(name)  # the codecs that are none of text refuse this
    except (LookupError, ValueError):
        return False
    return True
