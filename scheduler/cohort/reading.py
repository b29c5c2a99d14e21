"""Events files: CSV (plain or gzip) and Parquet, gone through block by block, every cell as text, every row kept."""

from __future__ import annotations

import csv
import gzip
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import IO, Protocol, Self

import polars as pl

from scheduler.cohort.mapping import ColumnMap, Layout, check_header
from scheduler.cohort.parquet import has_no_text, text_columns
from scheduler.cohort.tabletext import (
    DAMAGE,
    LINE,
    LONGEST_LINE,
    can_be_lines,
    count_lines,
    cut_line,
    parse_line_by_line,
    parse_plain,
    plain_lines,
    unix,
    whole_rows,
    with_lines,
)
from scheduler.columns import PATIENT_ID, RESULT_COLUMNS, STUDY_COLUMNS
from scheduler.errors import FileError, nearest

BLOCK_BYTES = 1 << 25
"""How much of a CSV is read at a time; its columns as text and its results take some twenty times that."""

BLOCK_ROWS = 1 << 17
"""How many rows of a Parquet file are read at a time."""

_TAIL = 1 << 16
"""How far before the end of a block its last line end is looked for first."""

_ALIKE = 0.85
"""How much alike an unknown column and a known one are before a slip is suspected (1: the same)."""

_UTF8_MARK = b"\xef\xbb\xbf"
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel workbook or other archive; save the sheet as CSV UTF-8",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV UTF-8",
    b"%PDF": "a PDF",
    b"\xff\xfe": "UTF-16 text; save it as CSV UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as CSV UTF-8",
}


EVENTS = Layout(
    "an events file",
    wanted=((PATIENT_ID,), ("date",), ("modality", "cpt"), ("region", "cpt")),
    added=(*RESULT_COLUMNS, LINE, DAMAGE),
)


@dataclass(frozen=True, slots=True)
class Events:
    """Rows of an events file as read.

    `cells` holds every column as text (null where empty) in the order of the file, under the name of the
    field that it is read as, with LINE and DAMAGE behind them; `original` the columns as they are carried
    through to an output, under their own names; `body` is the text of plain lines, one for each row.
    """

    cells: pl.DataFrame
    original: pl.DataFrame
    body: bytes | None = None

    @property
    def is_plain(self) -> bool:
        """Whether every row is just a line of the file."""
        return self.body is not None and can_be_lines(self.body)


@dataclass(frozen=True, slots=True)
class Block:
    """Where a stretch of whole rows stands in its file: in bytes of a CSV, in rows of a Parquet file.

    `text` is the stretch itself where it was just read.
    """

    start: int
    size: int
    first_line: int
    is_cut: bool = False
    text: bytes | None = field(default=None, repr=False)


class EventsFile(Protocol):
    """An events file that is open: its columns, and its rows block by block, any number of times, from any thread.

    `size` is in the units of its blocks.
    """

    name: str
    header: list[str]
    fields: list[str]
    schema: dict[str, pl.DataType]
    size: int

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the file in their order."""

    def read(self, block: Block) -> Events:
        """Return the rows of a block."""

    def lines(self, block: Block) -> pl.Series:
        """Return every row of a block that `is_plain` as the line that it is in the file."""

    def __enter__(self) -> Self:
        """Return the file itself."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the file."""


def open_events(
    path: Path, date_format: str | None = None, columns: ColumnMap | None = None, layout: Layout = EVENTS
) -> EventsFile:
    """Open an events file. Raises FileError where it cannot be read as one at all.

    `date_format` (strptime) is how its text writes dates: the typed dates of a Parquet file are given that form too.
    `columns` says which field a column of another name holds; None where the user has no way to say it.
    """
    try:
        file = path.open("rb")
    except OSError as problem:
        raise FileError(f"cannot read {path}: {problem.strerror}; check the name and the permissions") from None
    return open_stream(file, str(path), date_format, columns, layout)


def open_stream(
    stream: IO[bytes],
    name: str,
    date_format: str | None = None,
    columns: ColumnMap | None = None,
    layout: Layout = EVENTS,
) -> EventsFile:
    """Open an events file that is a stream; `name` is what messages call it. Raises FileError.

    What cannot be read twice (a pipe) or is compressed is written to a passing file first.
    """
    file = stream
    try:
        if not stream.seekable():
            file = _copied(stream)
        if _starts_with(file, _GZIP):
            file = _unpacked(file, name)
        if _starts_with(file, _PARQUET):
            return ParquetFile(file, name, date_format, columns, layout)
        return CsvFile(file, name, columns, layout)
    except OSError as problem:  # also where there is no space for the passing file
        with suppress(OSError):
            file.close()
        raise FileError(_cannot_read(name, problem)) from None
    except BaseException:
        file.close()
        raise


def _cannot_read(name: str, problem: OSError) -> str:
    said = problem.strerror or str(problem)
    return f"cannot read {name}: {said}; check it, and the free space for passing files (TMPDIR says where)"


def read_events(
    path: Path, date_format: str | None = None, columns: ColumnMap | None = None, layout: Layout = EVENTS
) -> Events:
    """Read an events file as a whole; otherwise as `open_events`."""
    with open_events(path, date_format, columns, layout) as file:
        return _whole(file)


def parse_events(
    data: bytes,
    name: str,
    date_format: str | None = None,
    columns: ColumnMap | None = None,
    layout: Layout = EVENTS,
) -> Events:
    """Read the bytes of an events file as a whole; otherwise as `open_stream`."""
    with open_stream(BytesIO(data), name, date_format, columns, layout) as file:
        return _whole(file)


def _whole(file: EventsFile) -> Events:
    parts = [file.read(block) for block in file.blocks()]
    return Events(pl.concat(part.cells for part in parts), pl.concat(part.original for part in parts))


def _starts_with(file: IO[bytes], magic: bytes) -> bool:
    file.seek(0)
    return file.read(len(magic)) == magic


def _copied(stream: IO[bytes]) -> IO[bytes]:
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - it is handed on, and closed with the events file
    try:
        shutil.copyfileobj(stream, copy)
    except BaseException:
        copy.close()
        raise
    return copy


def _unpacked(file: IO[bytes], name: str) -> IO[bytes]:
    file.seek(0)
    try:
        with gzip.GzipFile(fileobj=file) as packed, file:
            return _copied(packed)  # type: ignore[arg-type] # it reads bytes, whatever its type says
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise FileError(f"{name} is a damaged gzip file; compress or copy it again") from None


class _OpenFile:
    """What both kinds of events file share: a handle that any thread may read from, and its closing."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.name = name
        self._file = file
        self._turn = Lock()
        self.size = file.seek(0, 2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def _read(self, start: int, size: int) -> bytes:
        try:
            with self._turn:
                self._file.seek(start)
                return self._file.read(size)
        except OSError as problem:
            raise FileError(_cannot_read(self.name, problem)) from None


class CsvFile(_OpenFile):
    """A CSV with a header line."""

    def __init__(self, file: IO[bytes], name: str, columns: ColumnMap | None, layout: Layout) -> None:
        """Read the header. Raises FileError."""
        super().__init__(file, name)
        data = self._read(0, BLOCK_BYTES)
        for magic, what in _OTHER_FORMATS.items():
            if data.startswith(magic):
                raise FileError(f"{name} is no CSV: it is {what}")
        mark = len(_UTF8_MARK) if data.startswith(_UTF8_MARK) else 0
        data = data[mark:]
        if not data[:100_000].strip():
            raise FileError(f"{name} is empty; {layout.kind} starts with a header line")
        self.header, start = _read_header(data, name)
        self.fields = check_header(self.header, name, columns, layout)
        self.schema: dict[str, pl.DataType] = dict.fromkeys(self.header, pl.String())
        self._start = mark + start
        self._first_line = unix(data[:start]).count(b"\n") + 1

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the file; a line that is too long is one of its own. There is always one."""
        start, line, wanted = self._start, self._first_line, BLOCK_BYTES
        while start < self.size:
            is_last = start + wanted >= self.size
            text = self._read(start, wanted if is_last else self._whole_lines(start, wanted))
            size = len(text) if is_last else whole_rows(text, len(self.header))
            if size:
                yield Block(start, size, line, text=text if size == len(text) else text[:size])
                line += count_lines(text, size)
            elif wanted < LONGEST_LINE + BLOCK_BYTES:
                wanted += BLOCK_BYTES
                continue
            else:
                size = self._line_length(start)
                yield Block(start, size, line, is_cut=True)
                line += 1
            start, wanted = start + size, BLOCK_BYTES
        if start == self._start:
            yield Block(start, 0, line)

    def _whole_lines(self, start: int, wanted: int) -> int:
        """Return how many of the bytes from `start` on are whole lines; `wanted` where no line ends near their end."""
        text = self._read(start + wanted - _TAIL, _TAIL)
        return wanted - _TAIL + (text.rfind(b"\n") + 1 or _TAIL)

    def read(self, block: Block) -> Events:
        """Return the rows of a block."""
        if block.is_cut:
            cells = cut_line(self._read(block.start, min(block.size, BLOCK_BYTES)), self.header, block.first_line)
            return Events(self._named(cells), cells.select(self.header))
        body = self._body(block)
        plain = parse_plain(body, self.header)
        if plain is None:
            cells = parse_line_by_line(body, self.header, block.first_line)
            return Events(self._named(cells), cells.select(self.header))
        return Events(self._named(with_lines(plain, block.first_line)), plain, body or None)

    def lines(self, block: Block) -> pl.Series:
        """Return every row of a block that `is_plain` as the line that it is in the file."""
        return plain_lines(self._body(block))

    def _body(self, block: Block) -> bytes:
        """Return the text of a block without blank lines at its end."""
        text = self._read(block.start, block.size) if block.text is None else block.text
        return text.rstrip(b"\r\n") if unix(text[-4:]).endswith(b"\n\n") or len(text) < _TAIL else text

    def _named(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Return cells with LINE and DAMAGE behind them under the names of their fields."""
        return cells.rename(dict(zip(cells.columns, [*self.fields, LINE, DAMAGE], strict=True)))

    def _line_length(self, start: int) -> int:
        length = 0
        while piece := self._read(start + length, BLOCK_BYTES):
            found = min((at for at in (piece.find(b"\n"), piece.find(b"\r")) if at >= 0), default=None)
            if found is not None:
                is_windows = self._read(start + length + found, 2) == b"\r\n"
                return length + found + (2 if is_windows else 1)
            length += len(piece)
        return length


class ParquetFile(_OpenFile):
    """A Parquet file, its columns of any type."""

    def __init__(
        self, file: IO[bytes], name: str, date_format: str | None, columns: ColumnMap | None, layout: Layout
    ) -> None:
        """Read the header. Raises FileError."""
        super().__init__(file, name)
        try:
            schema = pl.read_parquet_schema(self._from_start())
        except pl.exceptions.PolarsError:
            raise FileError(f"{name} is a damaged Parquet file; write or copy it again") from None
        self.header = list(schema)
        self.fields = check_header(self.header, name, columns, layout)
        patient_id = self.header[self.fields.index(PATIENT_ID)]
        if has_no_text(schema[patient_id]):
            raise FileError(f"{name} has a column '{patient_id}' that holds no text or number; write it as text")
        self.schema = dict(schema)
        self.size = self._query().select(pl.len()).collect().item()
        self._texts = text_columns(schema, date_format or "%Y-%m-%d")

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the file. There is always one."""
        for start in range(0, max(self.size, 1), BLOCK_ROWS):
            yield Block(start, min(BLOCK_ROWS, self.size - start), start + 1)

    def read(self, block: Block) -> Events:
        """Return the rows of a block."""
        try:
            with self._turn:
                original = self._query().slice(block.start, block.size).collect()
        except pl.exceptions.PolarsError:
            raise FileError(f"{self.name} is a damaged Parquet file; write or copy it again") from None
        cells = with_lines(original.select(self._texts), block.first_line)
        return Events(cells.rename(dict(zip(cells.columns, [*self.fields, LINE, DAMAGE], strict=True))), original)

    def lines(self, block: Block) -> pl.Series:
        """Return nothing: the rows of a Parquet file are no lines."""
        raise NotImplementedError

    def _query(self) -> pl.LazyFrame:
        return pl.scan_parquet(self._from_start())

    def _from_start(self) -> IO[bytes]:
        self._file.seek(0)
        return self._file


def _read_header(data: bytes, name: str) -> tuple[list[str], int]:
    """Return the column names and the offset behind the header line, the first that is not empty."""
    start = _behind_line_ends(data, 0)
    ends = [e for e in (data.find(b"\n", start), data.find(b"\r", start)) if e >= 0]
    end = min(ends, default=len(data))
    try:
        text = data[start:end].decode("utf-8")
        header = [column.strip() for column in next(csv.reader([text], strict=True))]
    except (UnicodeDecodeError, csv.Error, StopIteration):
        raise FileError(f"{name} is no CSV: its first line cannot be read as a header of column names") from None
    if any(c < " " for c in text if c != "\t"):
        raise FileError(f"{name} is no CSV: its first line holds bytes that are no text")
    return header, _behind_line_ends(data, end)


def _behind_line_ends(data: bytes, at: int) -> int:
    while data[at : at + 1] in (b"\r", b"\n"):
        at += 1
    return at


def misspelt_columns(header: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """Return the columns that are not known but nearly are, with the name that may be meant."""
    names = [PATIENT_ID, *STUDY_COLUMNS, *known]
    unknown = [c for c in header if c not in names]
    missing = [n for n in dict.fromkeys(names) if n not in header]
    close = {c: nearest(c, missing) for c in unknown}
    return {c: n for c, n in close.items() if n is not None and _looks_like(c, n)}


def _looks_like(column: str, known: str) -> bool:
    return SequenceMatcher(None, column.lower(), known).ratio() > _ALIKE
