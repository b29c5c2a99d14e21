"""Text files in other encodings or with other separators, rewritten as the CSV that vigil reads, line by line."""

from __future__ import annotations

import codecs
import csv
import io
import re
import tempfile
from collections.abc import Iterator
from typing import IO

from spine_vigil.scheduler.errors import FileError

_PIECE = 1 << 22

UTF_8 = "utf-8"

_MARKS = {codecs.BOM_UTF8: UTF_8, codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""The byte order marks, which say how a text is encoded."""

_SEPARATOR_LINE = "sep="

_ONLY_MARK = "\ufeff"

_MOST_LINES_OF_A_ROW = 200
"""The most lines that a row may span, as for the reader of the CSV; beyond that its open quote is a stray one."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def marked_encoding(start: bytes) -> str | None:
    """Return the encoding that the byte order mark at the start of a file says."""
    return next((encoding for mark, encoding in _MARKS.items() if start.startswith(mark)), None)


def is_utf8(encoding: str) -> bool:
    """Return whether an encoding is UTF-8 or a part of it, by any of its names."""
    try:
        return codecs.lookup(encoding).name in (UTF_8, "utf-8-sig", "ascii")
    except LookupError:
        return False


def said_separator(line: str) -> str | None:
    """Return the separator that a first line of the form `sep=;` says, as spreadsheets write it."""
    line = line.strip("\r\n\ufeff\"' ")
    is_one = line.lower().startswith(_SEPARATOR_LINE) and len(line) == len(_SEPARATOR_LINE) + 1
    return line[-1] if is_one else ("\t" if line.lower() in ("sep=", "sep=\\t") else None)


def transcribed(file: IO[bytes], name: str, encoding: str, separator: str) -> IO[bytes]:
    """Return a file as UTF-8 with commas, in a temporary file; its lines keep their numbers.

    A byte that does not fit the encoding becomes U+FFFD. Raises FileError for an encoding that does not exist.
    """
    try:
        decoder = codecs.getincrementaldecoder(encoding)("replace")
    except LookupError:
        raise FileError(f"{name}: there is no encoding '{encoding}'; write e.g. windows-1252 or utf-8") from None
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - it is handed on, and closed with the events file
    try:
        for piece in _with_commas(_whole_lines(file, decoder), separator):
            copy.write(piece.encode(UTF_8))
    except BaseException:
        copy.close()
        raise
    return copy


def _whole_lines(file: IO[bytes], decoder: codecs.IncrementalDecoder) -> Iterator[str]:
    """Yield the text of a file in pieces of whole lines that end in line feeds."""
    file.seek(0)
    rest, is_first = "", True
    while data := file.read(_PIECE):
        text = rest + decoder.decode(data)
        if is_first:
            text, is_first = text.lstrip(_ONLY_MARK), False
        text = text.replace("\r\n", "\n") if text.endswith("\r") else _unix(text)
        end = text.rfind("\n") + 1
        rest = text[end:]
        if end:
            yield text[:end]
    rest = _unix(rest + decoder.decode(b"", final=True))
    if rest:
        yield rest.lstrip(_ONLY_MARK) if is_first else rest


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _with_commas(pieces: Iterator[str], separator: str) -> Iterator[str]:
    """Yield text whose cells are separated by commas instead."""
    if separator == ",":
        yield from pieces
        return
    waiting = ""
    for piece in pieces:
        text = waiting + piece
        if '"' not in text and "," not in text:
            waiting = ""
            yield text.replace(separator, ",")
        else:
            end = _end_of_rows(text)
            waiting = text[end:]
            yield "".join(_row_with_commas(row, separator) for row in _rows(text[:end]))
    if waiting:
        yield "".join(_row_with_commas(row, separator) for row in _rows(waiting))


def _end_of_rows(text: str) -> int:
    """Return the end of the last row of a text of whole lines that no quote leaves open."""
    return len(text) if text.count('"') % 2 == 0 else text.rfind("\n", 0, text.rfind('"')) + 1


def _rows(text: str) -> Iterator[str]:
    """Yield the rows of a text with their line ends; a row whose quote is open spans lines."""
    row, lines = "", 0
    for line in _LINE.findall(text):
        row, lines = row + line, lines + 1
        if row.count('"') % 2 == 0 or lines > _MOST_LINES_OF_A_ROW:
            yield row
            row, lines = "", 0
    if row:
        yield row


def _row_with_commas(row: str, separator: str) -> str:
    """Return a row with commas; of one that is no row, its lines one by one, so that each shows its own damage."""
    if '"' not in row and "," not in row:
        return row.replace(separator, ",")
    text = row.removesuffix("\n")
    try:
        (cells,) = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    except (csv.Error, ValueError):
        lines = _LINE.findall(row)
        if len(lines) > 1:
            return "".join(_row_with_commas(line, separator) for line in lines)
        return row.replace(separator, ",")
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue() + row[len(text) :]
