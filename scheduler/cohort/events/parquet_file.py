"""Parquet events files, read block by block, their columns as the text that a CSV would hold."""

from __future__ import annotations

import re
from typing import IO

import polars as pl

from spine_vigil.scheduler.cohort.events.events import Block, OpenFile
from spine_vigil.scheduler.cohort.events.headers import Layout, check_no_name_twice
from spine_vigil.scheduler.cohort.events.typed_rows import TypedRows
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.intake.profile import FileProfile

_TWICE = re.compile(r"name '(.*)' has more than one occurrence", re.DOTALL)
"""How polars names a column that a schema holds twice."""


class ParquetFile(TypedRows, OpenFile):
    """A Parquet file, its columns of any type."""

    def __init__(self, file: IO[bytes], name: str, profile: FileProfile | None, layout: Layout) -> None:
        """Read the header. Raises FileError."""
        OpenFile.__init__(self, file, name)
        try:
            schema = pl.read_parquet_schema(self._from_start())
        except pl.exceptions.DuplicateError as problem:
            twice = _TWICE.search(str(problem))
            check_no_name_twice(2 * [twice[1] if twice else ""], name, is_line=False)
            raise  # pragma: no cover - the check above has raised
        except pl.exceptions.PolarsError:
            raise FileError(f"{name} is a damaged Parquet file; write or copy it again") from None
        if not schema:
            raise FileError(f"{name} is a Parquet file without columns; write it again")
        TypedRows.__init__(self, schema, name, profile, layout)
        self.size = self._query().select(pl.len()).collect().item()

    def original(self, block: Block) -> pl.DataFrame:
        """Return the columns of a block as the file holds them."""
        try:
            with self._turn:
                # In one chunk: each chunk would become a row group of a Parquet output.
                return self._query().slice(block.start, block.size).collect().rechunk()
        except pl.exceptions.PolarsError:
            raise FileError(f"{self.name} is a damaged Parquet file; write or copy it again") from None

    def _query(self) -> pl.LazyFrame:
        return pl.scan_parquet(self._from_start())

    def _from_start(self) -> IO[bytes]:
        self._file.seek(0)
        return self._file
