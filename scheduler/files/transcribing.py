"""Text files in other encodings or with other separators, rewritten as the CSV that vigil reads, line by line."""

from __future__ import annotations

import codecs
import csv
import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import IO

from spine_vigil.scheduler.errors import FileError

_PIECE = 1 << 22

UTF_8 = "utf-8"

_MARKS = {codecs.BOM_UTF8: UTF_8, codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""The byte order marks, which say how a text is encoded."""

_SEPARATOR_LINE = "sep="

_ONLY_MARK = "\ufeff"

MOST_LINES_OF_A_ROW = 200
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


def transcribed(file: IO[bytes], name: str, encoding: str, separator: str, width: int | None = None) -> IO[bytes]:
    """Return a file as UTF-8 with commas, in a temporary file; its lines keep their numbers.

    With a `width`, rows of one cell more lose their last cell where it is empty. A byte that does not fit the encoding
    becomes U+FFFD. Raises FileError for an encoding that does not exist.
    """
    try:
        decoder = codecs.getincrementaldecoder(encoding)("replace")
    except LookupError:
        raise FileError(f"{name}: there is no encoding '{encoding}'; write e.g. windows-1252 or utf-8") from None
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - it is handed on, and closed with the events file
    try:
        pieces = _with_commas(_whole_lines(file, decoder), separator)
        for piece in pieces if width is None else _without_trailing(pieces, width):
            copy.write(piece.encode(UTF_8))
    except BaseException:
        copy.close()
        raise
    return copy


def _without_trailing(pieces: Iterator[str], width: int) -> Iterator[str]:
    """Yield text whose rows of one cell more than `width` lose their last cell where it is empty.

    A row may span lines. A quote that stays open costs its line alone.
    """
    waiting = ""
    for piece in chain(pieces, (None,)):
        lines, at, rows = _LINE.findall(waiting + (piece or "")), 0, []
        while at < len(lines):
            size = _lines_of_row(lines, at)
            if at + size > len(lines):
                if piece is not None:
                    break
                size = 1
            if size > 1 and not width <= _commas_of("".join(lines[at : at + size])) + 1 <= width + 1:
                size = 1
            rows.append(_without_last("".join(lines[at : at + size]), width))
            at += size
        waiting = "".join(lines[at:])
        yield "".join(rows)


def _without_last(row: str, width: int) -> str:
    text = row.removesuffix("\n")
    return text[:-1] + row[len(text) :] if text.endswith(",") and _commas_of(text) == width else row


def _commas_of(row: str) -> int:
    """Return how many commas separate the cells of a row."""
    if '"' not in row:
        return row.count(",")
    return len(next(csv.reader(io.StringIO(row, newline="")), [])) - 1


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
    rewriter = _Rewriter(separator)
    for piece in pieces:
        yield rewriter.rewritten(piece)
    yield rewriter.rewritten("", is_last=True)


class _Rewriter:
    """Rewrites rows with commas as far as they are whole; those of an open quote wait for more text.

    Rows begin and end where the reader of the CSV will see them, so that a stray quote costs its line alone.
    """

    def __init__(self, separator: str) -> None:
        self._separator = separator
        self._waiting = ""
        self._width = 0

    def rewritten(self, piece: str, *, is_last: bool = False) -> str:
        """Return the rows up to the end of a piece of whole lines."""
        text = self._waiting + piece
        if '"' not in text and "," not in text:
            self._waiting = ""
            self._see_width(text.partition("\n")[0].count(self._separator) + 1)
            return text.replace(self._separator, ",")
        lines, at, rows = _LINE.findall(text), 0, []
        while at < len(lines):
            size = _lines_of_row(lines, at)
            if at + size > len(lines):
                if not is_last:
                    break
                size = 1
            row, size = self._row(lines, at, size)
            rows.append(row)
            at += size
        self._waiting = "".join(lines[at:])
        return "".join(rows)

    def _row(self, lines: Sequence[str], at: int, size: int) -> tuple[str, int]:
        """Return the row of so many lines with commas, or that of the first of them alone where they are none."""
        text = "".join(lines[at : at + size])
        cells = self._cells(text)
        if size > 1 and (cells is None or self._width not in (0, len(cells))):
            text, size = lines[at], 1
            cells = self._cells(text)
        if size == 1 and cells is not None:
            self._see_width(len(cells))
        if cells is None or not any("," in cell or self._separator in cell for cell in cells):
            return text.replace(self._separator, ","), size
        out = io.StringIO()
        # With another line end the writer would leave a line feed inside a cell unquoted.
        csv.writer(out, lineterminator="\n").writerow(cells)
        return out.getvalue().removesuffix("\n") + "\n" * text.endswith("\n"), size

    def _see_width(self, cells: int) -> None:
        """Take the number of cells of a row, but for a line of a title, which has one."""
        if cells > 1:
            self._width = cells

    def _cells(self, text: str) -> list[str] | None:
        """Return the cells of a row, None where it is none."""
        text = text.removesuffix("\n")
        if '"' not in text:
            return text.split(self._separator)
        try:
            (cells,) = csv.reader(io.StringIO(text, newline=""), delimiter=self._separator, strict=True)
        except (csv.Error, ValueError):
            return None
        return cells


def _lines_of_row(lines: Sequence[str], at: int) -> int:
    """Return how many lines the row on a line spans; more than there are where its quote stays open."""
    if lines[at].count('"') % 2 == 0:
        return 1
    for end in range(at + 1, min(at + MOST_LINES_OF_A_ROW, len(lines))):
        if lines[end].count('"') % 2:
            return end + 1 - at
    return 1 if at + MOST_LINES_OF_A_ROW <= len(lines) else len(lines) - at + 1
