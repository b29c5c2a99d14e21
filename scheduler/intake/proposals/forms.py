"""The form that a text file seems to have: its encoding, its separator, and where its rows start and end."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence

from spine_vigil.scheduler.files.transcribing import UTF_8, marked_encoding, said_separator
from spine_vigil.scheduler.intake.proposals.proposal import Proposal
from spine_vigil.scheduler.intake.vocabulary.fields import fields_of
from spine_vigil.scheduler.values import Frozen

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}

_TOP = 40
"""The lines at the start of a file among which the column names are looked for."""

_END = 8
"""The lines at the end of a file among which a footer is looked for."""

_FOOTER = re.compile(
    r"(?:totals?(?: (?:rows?|records?|exams?|studies|patients?))?|records?|rows?|row ?counts?|counts?"
    r"|end of(?: (?:report|file))?|generated|printed|report(?:ed|ing)?|pages?)(?!\w)|\*\*\*|---",
    re.IGNORECASE,
)
"""How the last lines of reports start; what follows may be a name, or another number in the next export."""

_CELLS_OF_A_FOOTER = 2
"""The most filled cells of a footer, such as `Total rows` and their number."""

_FEW = 0.05
"""The part of the bytes up to which those beyond ASCII are too few for a detector, which would guess."""

_WIDE, _STRAY = 0.3, 0.01
"""The part of the high bytes that are 0 in UTF-16, from which a text is, and up to which low bytes are."""

_OF_OTHER_MACHINES = re.compile(r"(?:mac|hp)-.*|cp(?!874|9)\d{3}|cp1[01]\d\d")
"""Code pages of the Mac, of DOS and of mainframes, which a detector names for a few letters of Windows."""

_SUPERSETS = {"latin-1": "windows-1252", "iso8859-1": "windows-1252", "ascii": "windows-1252"}
"""Encodings with another one that reads the same letters, and more."""


class TextForm(Frozen):
    """The form of a text file. `header_line` counts from 1; `is_usual` says that it needs no profile."""

    encoding: str
    separator: str
    header_line: int
    footer: tuple[str, ...]
    trailing_separator: bool = False

    @property
    def is_usual(self) -> bool:
        """Whether the file is UTF-8 with commas, and starts with its column names."""
        is_plain = self.encoding == UTF_8 and self.separator == "," and not self.trailing_separator
        return is_plain and self.header_line == 1 and not self.footer


def text_form(start: bytes, end: bytes, odd: bytes | None = None) -> TextForm:
    """Return the form of a file, given its first and last bytes, and some that are not UTF-8 (None: all are)."""
    encoding = marked_encoding(start) or _wide_encoding(start) or (UTF_8 if odd is None else _detected(odd))
    lines = _lines(start, encoding)
    said = said_separator(lines[0]) if lines else None
    separator = said or _separator(lines)
    header_line = _header_line(lines, separator)
    names, size = _row(lines, header_line - 1, separator)
    below = header_line - 1 + size
    # The end of a file may be cut within a line; a short file has its header there too.
    tail = lines[below:] if start.endswith(end) else _lines(end, encoding)[1:]
    rows = lines[below : below + _TOP]
    cells = [next(csv.reader([line], delimiter=separator), []) for line in (*rows, *tail)]
    footer = footer_of(cells[len(rows) :], cells, len(names))
    return TextForm(encoding, separator, header_line, footer, _has_trailing(names, rows, separator))


def _lines(data: bytes, encoding: str) -> list[str]:
    """Return the lines of a text, without blank ones at its end."""
    text = data.decode(encoding, "replace").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text.rstrip("\n").split("\n")


def _row(lines: Sequence[str], at: int, separator: str) -> tuple[list[str], int]:
    """Return the cells of the row on a line, which counts from 0, and the lines that its quoted cells span.

    A line end in a cell becomes a blank. A quote that stays open is a stray one, whose row is its line.
    """
    quotes = 0
    for end in range(at, min(at + _TOP, len(lines))):
        quotes += lines[end].count('"')
        if quotes % 2 == 0:
            cells = next(csv.reader([" ".join(lines[at : end + 1])], delimiter=separator), [])
            return [" ".join(cell.split()) for cell in cells], end + 1 - at
    return next(csv.reader(lines[at : at + 1], delimiter=separator), []), 1


def _has_trailing(names: Sequence[str], rows: Sequence[str], separator: str) -> bool:
    """Return whether most rows have an empty cell more than the header."""
    if not names or not names[-1].strip():
        return False
    cells = [row for row in csv.reader(rows, delimiter=separator) if row]
    longer = sum(len(row) == len(names) + 1 and not row[-1].strip() for row in cells)
    return longer * 2 > len(cells)


def separator_name(separator: str) -> str:
    """Return what a separator is called; one without a name is called by itself."""
    return _SEPARATORS.get(separator, f"'{separator}'")


def form_proposals(form: TextForm, part: str) -> list[Proposal]:
    """Return the lines of a profile that say the form of a file, none where it is as usual."""
    lines = []
    if form.encoding != UTF_8:
        lines.append(Proposal(part, "encoding", form.encoding, "the bytes of the file are not UTF-8", is_word=False))
    if form.separator != ",":
        value = "tab" if form.separator == "\t" else form.separator
        lines.append(Proposal(part, "separator", value, _SEPARATORS.get(form.separator, ""), is_word=False))
    if form.header_line != 1:
        lines.append(Proposal(part, "header_line", form.header_line, "the column names stand there", is_word=False))
    if form.trailing_separator:
        note = "rows end with a separator too many"
        lines.append(Proposal(part, "trailing_separator", True, note, is_word=False))
    return [*lines, *footer_proposals(form.footer, part)]


def footer_proposals(footer: tuple[str, ...], part: str) -> list[Proposal]:
    """Return the line of a profile that says how a footer starts, none where there is none."""
    return [Proposal(part, "footer", footer, "lines that start so are no rows", is_word=False)] if footer else []


def _detected(odd: bytes) -> str:
    """Return the encoding that a detector proposes for bytes that are not UTF-8; a few umlauts are of Windows."""
    if sum(byte > 127 for byte in odd) < _FEW * len(odd):  # noqa: PLR2004 - the last byte of ASCII
        return "windows-1252"
    from charset_normalizer import from_bytes

    best = from_bytes(odd).best()
    name = "windows-1252" if best is None else best.encoding.replace("_", "-")
    # Control characters that Latin-1 has in place of quotes and dashes stand in no export.
    is_western = name.replace("-", "") in ("cp1252", "latin1", "iso88591", "cp1250", "maclatin2", "cp1254", "iso885915")
    if is_western or (_OF_OTHER_MACHINES.fullmatch(name) and _is_windows(odd)):
        return "windows-1252"
    return _SUPERSETS.get(name, name)


def _is_windows(data: bytes) -> bool:
    """Return whether each byte stands for something in Windows-1252, which leaves five out."""
    try:
        data.decode("windows-1252")
    except UnicodeDecodeError:
        return False
    return True


def _wide_encoding(start: bytes) -> str | None:
    """Return the UTF-16 of a text without a byte order mark, in which every second byte is mostly 0."""
    half = len(start) // 2
    first, second = start[::2].count(0), start[1::2].count(0)
    if half and second > _WIDE * half and first <= _STRAY * half:
        return "utf-16-le"
    return "utf-16-be" if half and first > _WIDE * half and second <= _STRAY * half else None


def _separator(lines: Sequence[str]) -> str:
    """Return the separator that divides most lines into the same number of cells, more than one."""
    best, most = ",", 0.0
    for separator in _SEPARATORS:
        widths = Counter(len(row) for row in csv.reader(lines[:_TOP], delimiter=separator) if row)
        width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
        if width > 1 and count * (1 + width / 100) > most:
            best, most = separator, count * (1 + width / 100)
    return best


def _header_line(lines: Sequence[str], separator: str) -> int:
    """Return the line of the column names: the first that names two known fields, else the first with text."""
    first = 1
    for number, line in enumerate(lines[:_TOP], start=1):
        if not line.strip() or said_separator(line) is not None:
            first = number + 1 if first == number else first
            continue
        cells, _ = _row(lines, number - 1, separator)
        if sum(bool(fields_of(cell.strip())) for cell in cells if cell.strip()) > 1:
            return number
    return min(first, max(len(lines), 1))


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def footer_of(last: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
    """Return how those of the last rows of a file start that are none, given the cells of some of its rows.

    Such a row has one cell filled besides its first at most. Nothing is returned with which a full row starts too.
    """
    found = []
    full = [row[0].strip() for row in rows if _filled(row) > _CELLS_OF_A_FOOTER]
    for row in [row for row in last if _filled(row)][-_END:] if width > _CELLS_OF_A_FOOTER else []:
        first = row[0].strip()
        start = _FOOTER.match(first)
        if start is None or _filled(row) > _CELLS_OF_A_FOOTER:
            continue
        texts = [start[0], f"{start[0]}:"] if first.startswith(":", start.end()) else [start[0]]
        found += [text for text in texts if not any(each.startswith(text) for each in full)][:1]
    return tuple(dict.fromkeys(found))
