"""What is wrong with a text that is no TOML, in the words of those who write editions: where, and the way out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable

from spine_vigil.scheduler.editions.toml_files.toml_text import Path, lines_of, path_text
from spine_vigil.scheduler.values import Frozen

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_TYPOGRAPHIC = re.compile("[\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb]")
_DATE = re.compile(r"\b\d{1,4}([-./])\d{1,2}\1\d{1,4}\b")
_STATEMENT = re.compile(r"\[.*\]\s*(#.*)?|[\w.\"-]+\s*=[^=].*")
_WORDS = {"yes": "true", "no": "false", "on": "true", "off": "false", "true": "true", "false": "false"}
_NOTHING = frozenset(("null", "none", "nil", "na", "nan"))
_QUOTES = 2
"""The quotes around one text."""


class _Stop(Frozen):
    """Where a parser stops: its message, the lines up to there, and the column from 0.

    `begin` is the line, from 1, on which what it could not read begins: a key with its value, or a table.
    """

    message: str
    lines: list[str]
    column: int
    begin: int

    @property
    def line(self) -> str:
        """The line on which the parser stops."""
        return self.lines[-1]

    @property
    def rest(self) -> str:
        """What stands behind the place, without a comment."""
        return self.line[self.column :].partition("#")[0].strip()

    @property
    def bare(self) -> str:
        """The line without its texts in quotes and without a comment."""
        return _QUOTED.sub("", self.line).partition("#")[0]


def toml_problem(text: str, problem: tomllib.TOMLDecodeError) -> str:
    """Return where and why a parser refuses a text, and the way out as far as it is known."""
    stop = _stop(text, str(problem))
    for rule in _RULES:
        told = rule(stop)
        if told:
            return f"line {len(stop.lines)}: {told}"
    return f"line {len(stop.lines)}: {stop.message}; texts stand in quotes, and so do names with a point or a blank"


def _stop(text: str, said: str) -> _Stop:
    found = _PLACE.fullmatch(said)
    lines = text.replace("\r\n", "\n").split("\n")
    message = found[1] if found else said
    if found is None or found[2] is None:
        while len(lines) > 1 and not lines[-1].strip():
            lines.pop()
        number, column = len(lines), len(lines[-1])
    else:
        number, column = int(found[2]), int(found[3]) - 1
    lines = lines[:number]
    begin = number
    while begin > 1 and not _is_toml("\n".join(lines[: begin - 1])):
        begin -= 1
    return _Stop(message, lines, column, begin)


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _twice(stop: _Stop) -> str | None:
    if stop.message.startswith("Duplicate inline"):
        return "a key stands twice in the table in braces; keep one of the two"
    if not stop.message.startswith(("Cannot declare", "Cannot overwrite")):
        return None
    tables = [line for line in stop.lines[: stop.begin - 1] if line.startswith("[") and _is_toml(line)]
    statement = stop.lines[stop.begin - 1].strip()
    is_table = statement.startswith("[")
    path = _keys(statement) if is_table else (*_keys(*tables[-1:]), *_keys(f"{statement.partition('=')[0]}= 1"))
    first = lines_of("\n".join(stop.lines[: stop.begin - 1])).get(path)
    where = "" if first is None else f", and first in line {first}"
    if is_table:
        return f"[{path_text(path)}] stands here for the second time{where}; write all of its keys into one table"
    return f"{path_text(path)} stands here for the second time{where}; keep one of the two"


def _keys(statement: str = "") -> Path:
    """Return the keys of a header, or of a key with its value."""
    path: list[str | int] = []
    table = tomllib.loads(statement) if _is_toml(statement) else {}
    while isinstance(table, dict) and table:
        key, table = next(iter(table.items()))
        path.append(key)
    return tuple(path)


def _typographic(stop: _Stop) -> str | None:
    found = _TYPOGRAPHIC.search(stop.bare)
    return f'{found[0]} is a typographic quote; write straight ones: "text"' if found else None


def _open(stop: _Stop) -> str | None:
    """Return what is wrong where a new table or key begins inside of a value."""
    if stop.begin < len(stop.lines) and _STATEMENT.fullmatch(stop.line.strip()) and "string" not in stop.message:
        return (
            f"the list or table that begins in line {stop.begin} does not end; a ] or a }} is missing before this line"
        )
    if stop.message == "Unclosed array" and not stop.rest:
        return f"the list that begins in line {stop.begin} does not end; a ] is missing"
    return None


def _no_closing_quote(stop: _Stop) -> str | None:
    if stop.message.startswith("Illegal character") and "\\n" in stop.message:
        return "a text has no quote at its end; it ends on the line on which it begins"
    return f"the text that begins in line {stop.begin} has no quotes at its end" if "Unterm" in stop.message else None


def _no_date(stop: _Stop) -> str | None:
    found = _DATE.search(stop.bare)
    if found is None:
        return None
    if stop.message.startswith("Invalid date"):
        return f"there is no day {found[0]}; a date is year, month and day, such as 2026-03-01"
    return f"'{found[0]}' is no date; write year, month and day in this order, with two digits each: 2026-03-01"


def _no_comma(stop: _Stop) -> str | None:
    if stop.message == "Unclosed array" and stop.rest.startswith("}"):
        return "a ] is missing before this }"
    if stop.message == "Unclosed array":
        return f"a comma is missing in the list, before {stop.rest}"
    if stop.message == "Unclosed inline table":
        return (
            f"a comma is missing before {stop.rest}"
            if stop.rest
            else "a table in braces ends on its line; a } is missing"
        )
    if stop.message.startswith("Invalid initial character") and "{" in stop.bare:
        return "a table in braces stands on one line, and has no comma before its }"
    return None


def _no_value(stop: _Stop) -> str | None:
    if stop.message != "Invalid value":
        return None
    word = re.split(r"[\s,\]}]", stop.rest, maxsplit=1)[0]
    if not word:
        return "a value is missing behind the ="
    if word.lower() in _WORDS:
        return f"'{word}' is no value; write {_WORDS[word.lower()]}, in small letters and without quotes"
    if word.lower() in _NOTHING:
        return f"'{word}' is no value; leave the key out where there is nothing to say"
    if word.startswith("("):
        return "a list stands in brackets: [ and ]"
    shown = stop.rest.rstrip(" ,]}\"'")
    return f'{shown} is no value; text stands in quotes: "{shown}"' if shown[:1].isalpha() else None


def _no_key(stop: _Stop) -> str | None:
    if not stop.message.startswith("Expected '='"):
        return None
    if stop.rest.startswith(":"):
        return "write = in place of :"
    if "=" not in stop.bare:
        return "this is neither a table in brackets nor a key with its value: KEY = VALUE; a comment begins with #"
    key = stop.line.partition("=")[0].strip()
    return f"'{key}' is no key; a key is written in letters from a to z, digits and underscores"


def _no_header(stop: _Stop) -> str | None:
    if not stop.message.startswith("Expected ']'"):
        return None
    if "]" not in stop.bare:
        return "the name of a table ends with ]"
    return 'a name with a blank or a point stands in quotes, such as [protocol."bone.tumor"]'


def _too_much(stop: _Stop) -> str | None:
    if stop.message.startswith("Unescaped"):
        return r"a \ in a text is written \\"
    if not stop.message.startswith("Expected newline"):
        return None
    if re.match(r",\d", stop.rest):
        return "a number is written with a point, such as 7.5"
    if stop.line.count('"') > _QUOTES:
        return 'a quote inside of a text is written \\"'
    if re.match(r"[\w.\"-]+\s*=", stop.rest):
        return "each key stands on a line of its own"
    value = stop.line.partition("=")[2].partition("#")[0].strip()
    if re.fullmatch(r"-?\d+ [a-z ]+", value):
        return f'text stands in quotes: "{value}"'
    return f"behind a value only a comment may stand, which begins with #, and not {stop.rest}"


_RULES: tuple[Callable[[_Stop], str | None], ...] = (
    _twice,
    _typographic,
    _open,
    _no_closing_quote,
    _no_date,
    _no_comma,
    _no_value,
    _no_key,
    _no_header,
    _too_much,
)
"""What people do, in the order in which it is looked for."""
