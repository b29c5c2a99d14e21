"""The header line of a CSV: where it stands, and what stands in its place."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import line_end
from spine_vigil.scheduler.files.transcribing import said_separator
from spine_vigil.scheduler.intake.vocabulary.fields import fields_of

_LINE_END = re.compile(r"[ \t]*[\r\n]\s*")

_MOST_LINES = 20
"""The lines at the start of a file among which the column names are looked for."""

_LONGEST_HEADER = 1 << 16
"""The bytes that a header whose names span lines may take."""

_FEWEST_KNOWN = 2
"""The known names from which a line may be the header."""


def csv_header(data: bytes, name: str, line: int | None = None) -> tuple[list[str], int]:
    """Return the column names and the offset behind the header of a file that starts with `data`.

    The header is on the given line (from 1), else on the first one that is neither empty nor `sep=`; a quoted name may
    span lines. Raises FileError.
    """
    start, end, text = _header_line(data, name, line)
    header = _names(text)
    for _, _, next_end in _lines(data) if header is None and text.count('"') % 2 else ():
        if end < next_end:
            end = next_end
            header = _names(data[start:end].decode("utf-8", "replace"))
            if header is not None or end - start > _LONGEST_HEADER:
                break
    if header is None:
        raise FileError(
            f"{name} is no CSV: its {_ordinal(line)} line cannot be read as a header of column names"
            f"{_hint_of_later(data, line)}"
        )
    if any(c < " " for c in text if c not in "\t\r\n"):
        raise FileError(f"{name} is no CSV: its {_ordinal(line)} line holds bytes that are no text")
    if all(len(column) > 1 and column[0] == column[-1] == "'" for column in header):
        raise FileError(f"{name} has its cells in single quotes; save it with double quotes, or with none")
    if line is None and _is_title(header):
        later = _hint_of_later(data, line)
        if later:
            raise FileError(f"{name} does not start with its column names{later}")
    return header, _behind_line_ends(data, end)


def _names(text: str) -> list[str] | None:
    """Return the column names of a header, or None where it is none; a line end inside a name counts as a space."""
    try:
        (header,) = csv.reader(text.splitlines(keepends=True), strict=True)
    except (csv.Error, ValueError):
        return None
    return [_LINE_END.sub(" ", column).strip() for column in header]


def with_names(header: Sequence[str]) -> list[str]:
    """Return column names, with a name by their place for those that have none."""
    return [name or f"(column {number})" for number, name in enumerate(header, start=1)]


def _header_line(data: bytes, name: str, line: int | None) -> tuple[int, int, str]:
    """Return where the header line starts and ends, and its text."""
    for number, start, end in _lines(data):
        if line is not None and number < line:
            continue
        text = data[start:end]
        try:
            decoded = text.decode("utf-8")
        except UnicodeDecodeError:
            raise FileError(
                f"{name} is no CSV: its {_ordinal(line)} line cannot be read as a header of column names; 'vigil setup'"
                " finds the encoding of a file and makes a profile"
            ) from None
        if decoded.strip() and (line is not None or said_separator(decoded) is None):
            return start, end, decoded
    where = "no line with text" if line is None else f"no line {line}, which the profile names as its header"
    raise FileError(f"{name} has {where}; check the file, or make a new profile with 'vigil setup'")


def _lines(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the number (from 1), the start and the end of each line."""
    start, number = 0, 1
    while start < len(data):
        end = line_end(data, start, len(data))
        end = len(data) if end < 0 else end
        yield number, start, end
        start = end + (2 if data[end : end + 2] == b"\r\n" else 1)
        number += 1


def _is_title(header: Sequence[str]) -> bool:
    """Return whether a first line names none of the columns that vigil knows, as the title of a report."""
    return _known(header) < _FEWEST_KNOWN


def _known(header: Iterable[str]) -> int:
    """Return how many column names say which field the column may hold."""
    return sum(bool(fields_of(name)) for name in header if name)


def _hint_of_later(data: bytes, line: int | None) -> str:
    """Return a hint at the line that seems to hold the column names, if any."""
    if line is not None:
        return ""
    for number, start, end in _lines(data):
        if number > _MOST_LINES:
            break
        text = data[start:end].decode("utf-8", "replace")
        cells = next(csv.reader([text]), [])
        if number > 1 and _known(cell.strip() for cell in cells) >= _FEWEST_KNOWN:
            return (
                f": the names seem to be on line {number}; remove the lines before it, or make a profile with"
                " 'vigil setup'"
            )
    return ""


def _ordinal(line: int | None) -> str:
    return "first" if line is None else f"{line}th"


def _behind_line_ends(data: bytes, at: int) -> int:
    while data[at : at + 1] in (b"\r", b"\n"):
        at += 1
    return at
