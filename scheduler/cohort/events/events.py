"""The interface of open events files (their blocks and rows), and the base class of CSV and Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from threading import Lock
from types import TracebackType
from typing import IO, Protocol, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.decoding.cells import Cells, FrameCells
from spine_vigil.scheduler.files.csv_text import DAMAGE, FOOTER, LINE, can_be_lines
from spine_vigil.scheduler.intake.forms import CellForms
from spine_vigil.scheduler.records.fields import PATIENT_ID


@dataclass(frozen=True)
class Events:
    """Rows of an events file, before decoding.

    `text` holds their cells; `own_columns` returns the file's own columns for some rows (None: all), as an output
    carries them over. `body` is the text of plain lines, one for each row; `formulas` (where known) includes every row
    with a cell that starts like a formula. `is_typed` says that the file holds typed columns, not text; `file`
    names the file where there are several.
    """

    text: Cells
    own_columns: Callable[[NDArray[np.uint32] | None], pl.DataFrame]
    body: bytes | None = None
    formulas: NDArray[np.uint32] | None = None
    is_typed: bool = False
    file: str | None = None

    @classmethod
    def of(
        cls, cells: pl.DataFrame, original: pl.DataFrame, body: bytes | None = None, *, is_typed: bool = False
    ) -> Self:
        """Return rows whose cells are a frame."""
        own_columns = partial(_some_rows, original)
        return cls(FrameCells(cells), own_columns, body, is_typed=is_typed)

    @cached_property
    def cells(self) -> pl.DataFrame:
        """Every column as text (null where empty) under the names of the fields, in order, then LINE and DAMAGE."""
        return self.text.frame()

    @cached_property
    def original(self) -> pl.DataFrame:
        """The file's own columns for every row, as an output carries them over."""
        return self.own_columns(None)

    @property
    def is_plain(self) -> bool:
        """Whether every row is a single plain line of the file."""
        return self.body is not None and can_be_lines(self.body)

    @property
    def is_quick_to_read(self) -> bool:
        """Whether reading the rows again takes less time than storing them until they are written."""
        return self.body is not None or self.is_typed


def _some_rows(frame: pl.DataFrame, rows: NDArray[np.uint32] | None) -> pl.DataFrame:
    return frame if rows is None else frame[rows]


@dataclass(frozen=True, slots=True)
class Block:
    """A range of whole rows in a file: bytes of a CSV, rows of a Parquet file.

    `text` is its text where that has just been read; `file` is the number of the file where there are several.
    """

    start: int
    size: int
    first_line: int
    is_cut: bool = False
    text: bytes | None = field(default=None, repr=False)
    file: int = 0


_INVISIBLE = "[\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff\u0000-\u001f]"


def named(cells: pl.DataFrame, fields: Sequence[str], forms: CellForms) -> pl.DataFrame:
    """Return the cells of a file under the names of their fields, then LINE and DAMAGE, with clean ids.

    The damage of a footer is FOOTER: its first cell starts like one, and one other cell is filled at most.
    """
    ids = forms.ids
    cells = cells.rename(dict(zip(cells.columns, [*fields, LINE, DAMAGE], strict=True)))
    if forms.footer:
        first = pl.col(fields[0]).str.strip_chars()
        starts_so = pl.any_horizontal(first.str.starts_with(text) for text in forms.footer).fill_null(value=False)
        if cells.select(starts_so.any()).item():
            others = pl.sum_horizontal(pl.col(fields[1:]).str.strip_chars().fill_null("") != "") if fields[1:] else 0
            is_footer = starts_so & (others <= min(1, max(len(fields) - 2, 0)))
            cells = cells.with_columns(pl.when(is_footer).then(pl.lit(FOOTER)).otherwise(DAMAGE).alias(DAMAGE))
    if not ids.clean and ids.leading_zeros:
        return cells
    text = pl.col(PATIENT_ID)
    if ids.clean:
        # Plain steps are several times as fast as one pattern with a group.
        text = text.str.replace_all(_INVISIBLE, "").str.strip_chars().str.strip_prefix("=")
        text = text.str.replace(r"^[\"']", "").str.replace(r"[\"']$", "").str.replace(r"^(\d+)\.0+$", "${1}")
    if not ids.leading_zeros:
        text = text.str.replace(r"^\s*0+([0-9A-Za-z])", "${1}")
    return cells.with_columns(text)


class EventsFile(Protocol):
    """An open events file: its columns, and its rows block by block, any number of times, from any thread.

    `forms` say how its cells are written; `size` is in the units of its blocks.
    """

    name: str
    header: list[str]
    fields: list[str]
    forms: CellForms
    schema: dict[str, pl.DataType]
    size: int

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the file in their order."""

    def read(self, block: Block) -> Events:
        """Return the rows of a block."""

    def original(self, block: Block) -> pl.DataFrame:
        """Return the file's own columns of a block that `is_quick_to_read`, as an output carries them over."""

    def lines(self, block: Block) -> pl.Series | bytes:
        """Return the lines of a block that `is_plain`.

        They are one text per row or, where that is faster, one text for all lines, each with its line feed.
        """

    def __enter__(self) -> Self:
        """Return the file itself."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the file."""


class OpenFile:
    """The base of both kinds of events file: a file handle that any thread may read from, closed at the end."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.name = name
        self._file = file
        self._turn = Lock()
        self.size = file.seek(0, 2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
