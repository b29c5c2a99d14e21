"""TOML as people write it: tables and values as text, and the line on which each value of a text stands."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

_WIDTH = 110
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(document: Mapping[str, Any], inline: Collection[str] = ()) -> str:
    """Return a document of texts, numbers, booleans, dates, lists and tables as TOML.

    Tables and lists of tables have headers of their own, except under the keys `inline`, whose values stand on the line
    of the key, or below it with an indent. Raises TypeError for another value.
    """
    return "\n".join(_tables(document, "", frozenset(inline))).strip() + "\n"


def _tables(table: Mapping[str, Any], name: str, inline: frozenset[str]) -> Iterator[str]:
    later: list[tuple[str, Any]] = []
    for key, value in table.items():
        is_list = isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
        if key not in inline and (isinstance(value, dict) or is_list):
            later.append((key, value))
        else:
            yield f"{_key(key)} = {_value(value, 0, len(_key(key)) + 3)}"
    for key, value in later:
        whole = f"{name}.{_key(key)}" if name else _key(key)
        for part in value if isinstance(value, list) else [value]:
            has_values = not part or any(key in inline or not isinstance(below, dict) for key, below in part.items())
            if isinstance(value, list) or has_values:
                yield f"\n[[{whole}]]" if isinstance(value, list) else f"\n[{whole}]"
            yield from _tables(part, whole, inline)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any, indent: int, used: int) -> str:
    """Return a value whose first line begins after `used` characters; its other lines are indented."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float | date):
        return value.isoformat() if isinstance(value, date) else repr(value)
    if isinstance(value, dict):
        return _inline_table(value, indent, used)
    if isinstance(value, list):
        flat = f"[{', '.join(_value(item, 0, 0) for item in value)}]"
        if used + len(flat) <= _WIDTH and "\n" not in flat:
            return flat
        more = indent + 4
        items = "".join(f"{' ' * more}{_value(item, more, more)},\n" for item in value)
        return f"[\n{items}{' ' * indent}]"
    raise TypeError(value)


def _inline_table(table: Mapping[str, Any], indent: int, used: int) -> str:
    parts: list[str] = []
    for key, value in table.items():
        before = used + len("{ ") + sum(len(part) + 2 for part in parts) + len(_key(key)) + 3
        parts.append(f"{_key(key)} = {_value(value, indent, before + 2)}")
    return f"{{ {', '.join(parts)} }}" if parts else "{}"


Path = tuple[str | int, ...]
"""Keys, and numbers in lists from 0, from the top of a document to a value."""


def path_text(path: Path) -> str:
    """Return a path as people write it: `protocol."bone.chordoma".phases[2]`, with numbers from 1."""
    return "".join(
        f"[{part + 1}]" if isinstance(part, int) else f"{'.' if number else ''}{_key(part)}"
        for number, part in enumerate(path)
    )


def lines_of(text: str) -> dict[Path, int]:
    """Return the line of every table and value of a TOML text that a parser has accepted, from 1, by its path."""
    return _Lines(text).lines


class _Lines:
    """Walks through a TOML text and notes where each key stands."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {(): 1}
        self._text, self._at, self._line = text, 0, 1
        self._counts: dict[Path, int] = {}
        table: Path = ()
        while self._skip():
            if self._next("["):
                is_list = self._next("[")
                table = self._table(self._keys(), is_list=is_list)
                self._at += 2 if is_list else 1
            else:
                self._pair(table)

    def _table(self, keys: list[str], *, is_list: bool) -> Path:
        """Return the path of a header; a list of tables on the way stands for its last one."""
        path: Path = ()
        for number, key in enumerate(keys):
            path = (*path, key)
            if is_list and number == len(keys) - 1:
                self.lines.setdefault(path, self._line)
                self._counts[path] = self._counts.get(path, -1) + 1
            if path in self._counts:
                path = (*path, self._counts[path])
            self.lines.setdefault(path, self._line)
        return path

    def _pair(self, table: Path) -> None:
        line, path = self._line, table
        for key in self._keys():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self._next("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip()
        if self._next("["):
            number = 0
            while self._skip() and not self._next("]"):
                self.lines[*path, number] = self._line
                self._value((*path, number))
                number += 1
                self._skip()
                self._next(",")
        elif self._next("{"):
            while self._skip() and not self._next("}"):
                self._pair(path)
                self._skip()
                self._next(",")
        elif self._peek() in ('"', "'"):
            self._string()
        else:
            while self._at < len(self._text) and self._peek() not in ",]}\n#":
                self._at += 1

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._blanks()
            if self._peek() in ('"', "'"):
                start = self._at
                self._string()
                keys.append(tomllib.loads(f"key = {self._text[start : self._at]}")["key"])
            else:
                found = _BARE.match(self._text, self._at)
                if found is None:  # pragma: no cover - a parser has accepted the text
                    raise AssertionError(self._text[self._at :])
                keys.append(found[0])
                self._at = found.end()
            self._blanks()
            if not self._next("."):
                return keys

    def _string(self) -> None:
        quote = self._peek()
        end = quote * 3 if self._text.startswith(quote * 3, self._at) else quote
        self._at += len(end)
        while not self._text.startswith(end, self._at):
            self._at += 2 if self._peek() == "\\" and quote == '"' else 1
        self._at += len(end)
        while len(end) > 1 and self._peek() == quote:  # quotes at the end of a text of several lines
            self._at += 1
        self._line = self._text.count("\n", 0, self._at) + 1

    def _skip(self) -> bool:
        """Pass over blanks, line ends and comments; return whether anything follows."""
        while self._at < len(self._text):
            mark = self._peek()
            if mark == "#":
                self._at = self._text.find("\n", self._at) if "\n" in self._text[self._at :] else len(self._text)
            elif mark in " \t\r\n":
                self._line += mark == "\n"
                self._at += 1
            else:
                return True
        return False

    def _blanks(self) -> None:
        while self._peek() in (" ", "\t"):
            self._at += 1

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _next(self, mark: str) -> bool:
        self._blanks()
        if self._peek() != mark:
            return False
        self._at += 1
        return True
