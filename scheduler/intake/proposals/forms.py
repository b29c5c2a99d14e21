"""The form that a text file seems to have: its encoding, its separator, and where its rows start and end."""

from __future__ import annotations

import csv
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

_FOOTER_STARTS = ("total", "record", "row", "end of", "count", "generated", "printed", "report", "page", "***", "---")
"""How the last lines of reports start, in lower case."""

_FEW = 0.05
"""The part of the bytes up to which those beyond ASCII are too few for a detector, which would guess."""

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
    encoding = marked_encoding(start) or (UTF_8 if odd is None else _detected(odd))
    lines = start.decode(encoding, "replace").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    said = said_separator(lines[0]) if lines else None
    separator = said or _separator(lines)
    header_line = _header_line(lines, separator)
    tail = end.decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    header, rows = lines[header_line - 1], lines[header_line : header_line + _TOP]
    return TextForm(
        encoding, separator, header_line, _footer(tail, header, separator), _has_trailing(header, rows, separator)
    )


def _has_trailing(header: str, rows: Sequence[str], separator: str) -> bool:
    """Return whether most rows have an empty cell more than the header."""
    names = next(csv.reader([header], delimiter=separator), [])
    if not names or not names[-1].strip():
        return False
    cells = [row for row in csv.reader(rows, delimiter=separator) if row]
    longer = sum(len(row) == len(names) + 1 and not row[-1].strip() for row in cells)
    return longer * 2 > len(cells)


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
    if form.footer:
        note = "lines that start so are no rows"
        lines.append(Proposal(part, "footer", form.footer, note, is_word=False))
    return lines


def _detected(odd: bytes) -> str:
    """Return the encoding that a detector proposes for bytes that are not UTF-8; a few umlauts are of Windows."""
    if sum(byte > 127 for byte in odd) < _FEW * len(odd):  # noqa: PLR2004 - the last byte of ASCII
        return "windows-1252"
    from charset_normalizer import from_bytes

    best = from_bytes(odd).best()
    name = "windows-1252" if best is None else best.encoding.replace("_", "-")
    # Control characters that Latin-1 has in place of quotes and dashes stand in no export.
    is_western = name.replace("-", "") in ("cp1252", "latin1", "iso88591", "cp1250", "maclatin2", "cp1254", "iso885915")
    return "windows-1252" if is_western else _SUPERSETS.get(name, name)


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
        cells = next(csv.reader([line], delimiter=separator), [])
        if sum(bool(fields_of(cell.strip())) for cell in cells if cell.strip()) > 1:
            return number
    return min(first, max(len(lines), 1))


def _footer(tail: Sequence[str], header: str, separator: str) -> tuple[str, ...]:
    """Return how the lines at the end of a file start that are no rows."""
    width = len(next(csv.reader([header], delimiter=separator), []))
    found = []
    for line in tail[-_END:]:
        cells = next(csv.reader([line], delimiter=separator), [])
        filled = [cell.strip() for cell in cells if cell.strip()]
        if width > 2 and len(filled) in (1, 2) and filled[0].lower().startswith(_FOOTER_STARTS):  # noqa: PLR2004
            # What follows two words may be another day or another number in the next export.
            letters = " ".join(filled[0].split(":")[0].rstrip("0123456789 ").split(" ")[:2])
            found.append(letters or filled[0][:3])
    return tuple(dict.fromkeys(found))
