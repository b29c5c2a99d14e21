"""CSV events files, read block by block without losing a row, and the entry to the compiled loops that read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import polars as pl

from spine_vigil.scheduler.cohort.compiled.numba_cache import can_compile
from spine_vigil.scheduler.cohort.events.csv_header import csv_header, with_names
from spine_vigil.scheduler.cohort.events.events import Block, Events, OpenFile, named
from spine_vigil.scheduler.cohort.events.headers import Layout, read_header
from spine_vigil.scheduler.errors import CHANGED, FileError, cannot_read
from spine_vigil.scheduler.files.csv_quoted import parse_quoted
from spine_vigil.scheduler.files.csv_text import (
    LONGEST_LINE,
    UTF8_MARK,
    count_lines,
    cut_line,
    first_long_line,
    line_end,
    parse_plain,
    plain_lines,
    unix,
    whole_rows,
    with_line_feeds,
    with_lines,
)
from spine_vigil.scheduler.intake.profile import FileProfile

if TYPE_CHECKING:
    from spine_vigil.scheduler.cohort.compiled.csv_cells import PlainReader

BLOCK_BYTES = 3 << 23
"""The bytes of a CSV that are read at a time; their columns and results take many times that in memory."""

COMPILED_BYTES = 1 << 27
"""The size from which compiled loops read a CSV: they then save more time than loading the compiler takes."""

_TAIL = 1 << 16
"""The bytes at the end of a block in which its last line end is searched first."""

_OTHER_FORMATS = {
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save it as .xlsx, or the sheet as CSV UTF-8",
    b"%PDF": "a PDF",
}


class CsvFile(OpenFile):
    """A CSV with a header line."""

    def __init__(self, file: IO[bytes], name: str, profile: FileProfile | None, layout: Layout) -> None:
        """Read the header. Raises FileError."""
        super().__init__(file, name)
        data = self._read(0, BLOCK_BYTES)
        for magic, what in _OTHER_FORMATS.items():
            if data.startswith(magic):
                raise FileError(f"{name} is no CSV: it is {what}")
        mark = 0
        while data.startswith(UTF8_MARK, mark):
            mark += len(UTF8_MARK)
        data = data[mark:]
        if not data[:100_000].strip():
            raise FileError(f"{name} is empty; {layout.kind} starts with a header line")
        self.header, start = csv_header(data, name, profile.form.header_line if profile else None)
        if profile is not None and profile.is_profiled:
            self.header = with_names(self.header)
        self.fields, self.forms = read_header(self.header, name, profile, layout)
        self.schema: dict[str, pl.DataType] = dict.fromkeys(self.header, pl.String())
        self._start = mark + start
        self._first_line = unix(data[:start]).count(b"\n") + 1
        self._reader = self._compiled_reader()

    def _compiled_reader(self) -> PlainReader | None:
        """Return the reader by compiled loops, where Numba is installed and the file is large enough."""
        as_written = not self.forms.ids.clean and self.forms.ids.leading_zeros and not self.forms.footer
        if self.size < COMPILED_BYTES or not as_written or not can_compile():
            return None
        from spine_vigil.scheduler.cohort.compiled.csv_cells import PlainReader

        return PlainReader(self.header, self.fields)

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the file, at least one; a line that is too long is a block of its own."""
        start, line, wanted = self._start, self._first_line, BLOCK_BYTES
        while start < self.size:
            is_last = start + wanted >= self.size
            text = self._read(start, wanted if is_last else self._whole_lines(start, wanted))
            size = len(text) if is_last else whole_rows(text, len(self.header))
            too_long = first_long_line(text, size or len(text))
            size = size if too_long is None else too_long
            if size:
                yield Block(start, size, line, text=text if size == len(text) else text[:size])
                line += count_lines(text, size)
            elif too_long is None and wanted < LONGEST_LINE + BLOCK_BYTES:
                wanted += BLOCK_BYTES
                continue
            else:
                size = self._line_length(start)
                yield Block(start, size, line, is_cut=True)
                line += 1
            start, wanted = start + size, BLOCK_BYTES
        if start == self._start:
            yield Block(start, 0, line)

    def _read(self, start: int, size: int) -> bytes:
        """Return `size` bytes, or fewer at the end of the file, which is where it was when the file was opened."""
        available = max(0, min(size, self.size - start))
        try:
            with self._turn:
                self._file.seek(start)
                text = self._file.read(available)
        except OSError as problem:
            raise FileError(cannot_read(self.name, problem)) from None
        if len(text) < available:
            raise FileError(CHANGED)
        return text

    def _whole_lines(self, start: int, wanted: int) -> int:
        """Return how many of the `wanted` bytes from `start` on are whole lines; all if no line ends near their end."""
        text = self._read(start + wanted - _TAIL, _TAIL)
        return wanted - _TAIL + (text.rfind(b"\n") + 1 or _TAIL)

    def read(self, block: Block) -> Events:
        """Return the rows of a block."""
        if block.is_cut:
            cells = cut_line(self._read(block.start, min(block.size, BLOCK_BYTES)), self.header, block.first_line)
            return Events.of(self._named(cells), cells.select(self.header))
        body = self._body(block)
        text = self._reader.read(body, block.first_line) if self._reader else None
        if text is not None:
            return Events(text, text.original, body, text.formulas)
        plain = parse_plain(body, self.header)
        if plain is None:
            quoted = parse_quoted(body, self.header, block.first_line)
            original = quoted.cells.select(self.header)
            return Events.of(self._named(quoted.cells), original, body if quoted.is_as_written else None)
        return Events.of(self._named(with_lines(plain, block.first_line)), plain, body or None)

    def original(self, block: Block) -> pl.DataFrame:
        """Return the cells of a block under the column names of the file."""
        plain = parse_plain(self._body(block), self.header)
        return self.read(block).original if plain is None else plain

    def lines(self, block: Block) -> pl.Series | bytes:
        """Return the lines of a block that `is_plain`; see EventsFile."""
        body = self._body(block)
        return with_line_feeds(body) if self._reader else plain_lines(body)

    def _body(self, block: Block) -> bytes:
        """Return the text of a block without blank lines at its end."""
        text = self._read(block.start, block.size) if block.text is None else block.text
        return text.rstrip(b"\r\n") if unix(text[-4:]).endswith(b"\n\n") or len(text) < _TAIL else text

    def _named(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Return cells, LINE and DAMAGE under the names of their fields."""
        return named(cells, self.fields, self.forms)

    def _line_length(self, start: int) -> int:
        length = 0
        while piece := self._read(start + length, BLOCK_BYTES):
            end = line_end(piece, 0, len(piece))
            if end >= 0:
                is_windows = self._read(start + length + end, 2) == b"\r\n"
                return length + end + (2 if is_windows else 1)
            length += len(piece)
        return length
