"""Events that are a data frame in memory, read as a Parquet file with the same columns would be."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

import polars as pl

from spine_vigil.scheduler.cohort.events.column_map import ColumnMap
from spine_vigil.scheduler.cohort.events.events import Block, Events
from spine_vigil.scheduler.cohort.events.headers import Layout, check_header
from spine_vigil.scheduler.cohort.events.parquet_file import BLOCK_ROWS
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE, with_lines
from spine_vigil.scheduler.files.typed_columns import check_patient_id, text_columns
from spine_vigil.scheduler.records.fields import PATIENT_ID


class FrameFile:
    """A frame as an EventsFile; messages count its rows from 1, as lines."""

    def __init__(
        self, frame: pl.DataFrame, name: str, date_format: str | None, columns: ColumnMap | None, layout: Layout
    ) -> None:
        """Check the columns; `name` is what messages call the frame. Raises FileError."""
        self.name = name
        self.header = frame.columns
        self.fields = check_header(self.header, name, columns, layout)
        check_patient_id(frame.schema, self.header[self.fields.index(PATIENT_ID)], name)
        self.schema = dict(frame.schema)
        self.size = len(frame)
        self._frame = frame
        self._texts = text_columns(frame.schema, date_format or "%Y-%m-%d")

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the frame. There is always one."""
        for start in range(0, max(self.size, 1), BLOCK_ROWS):
            yield Block(start, min(BLOCK_ROWS, self.size - start), start + 1)

    def read(self, block: Block) -> Events:
        """Return the rows of a block."""
        original = self._frame.slice(block.start, block.size)
        cells = with_lines(original.select(self._texts), block.first_line)
        return Events.of(cells.rename(dict(zip(cells.columns, [*self.fields, LINE, DAMAGE], strict=True))), original)

    def lines(self, block: Block) -> pl.Series:
        """Raise NotImplementedError: the rows of a frame are no lines of text."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Do nothing: a frame needs no closing."""
