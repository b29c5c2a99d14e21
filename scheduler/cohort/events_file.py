"""An events file that is open: its rows, its blocks, and what both kinds of file share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from types import TracebackType
from typing import IO, Protocol, Self

import polars as pl

from scheduler.cohort.tabletext import can_be_lines
from scheduler.errors import FileError


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


def cannot_read(name: str, problem: OSError) -> str:
    """Return what to say where the operating system refuses to read a file."""
    said = problem.strerror or str(problem)
    return f"cannot read {name}: {said}; check it, and the free space for passing files (TMPDIR says where)"


class OpenFile:
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
            raise FileError(cannot_read(self.name, problem)) from None
