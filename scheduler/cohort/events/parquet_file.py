"""Parquet events files, read block by block, their columns as the text that a CSV would hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import polars as pl

from spine_vigil.scheduler.cohort.events.column_map import ColumnMap
from spine_vigil.scheduler.cohort.events.events import Block, Events, OpenFile
from spine_vigil.scheduler.cohort.events.headers import Layout, check_header
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE, with_lines
from spine_vigil.scheduler.files.typed_columns import check_patient_id, text_columns
from spine_vigil.scheduler.records.fields import PATIENT_ID

BLOCK_ROWS = 1 << 17
"""How many rows of a Parquet file are read at a time."""


class ParquetFile(OpenFile):
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
        check_patient_id(schema, self.header[self.fields.index(PATIENT_ID)], name)
        self.schema = dict(schema)
        self.size = self._query().select(pl.len()).collect().item()
        self._texts = text_columns(schema, date_format or "%Y-%m-%d")

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the file. There is always one."""
        for start in range(0, max(self.size, 1), BLOCK_ROWS):
            yield Block(start, min(BLOCK_ROWS, self.size - start), start + 1)

    def read(self, block: Block) -> Events:
        """Return the rows of a block."""
        original = self.original(block)
        cells = with_lines(original.select(self._texts), block.first_line)
        cells = cells.rename(dict(zip(cells.columns, [*self.fields, LINE, DAMAGE], strict=True)))
        return Events.of(cells, original, is_typed=True)

    def original(self, block: Block) -> pl.DataFrame:
        """Return the columns of a block as the file holds them."""
        try:
            with self._turn:
                # In one chunk: each chunk would become a row group of a Parquet output.
                return self._query().slice(block.start, block.size).collect().rechunk()
        except pl.exceptions.PolarsError:
            raise FileError(f"{self.name} is a damaged Parquet file; write or copy it again") from None

    def lines(self, block: Block) -> pl.Series:
        """Raise NotImplementedError: the rows of a Parquet file are no lines."""
        raise NotImplementedError

    def _query(self) -> pl.LazyFrame:
        return pl.scan_parquet(self._from_start())

    def _from_start(self) -> IO[bytes]:
        self._file.seek(0)
        return self._file
