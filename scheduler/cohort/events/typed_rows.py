"""Rows of typed columns (Parquet files and data frames), read block by block as the text that a CSV would hold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

import polars as pl

from spine_vigil.scheduler.cohort.events.column_map import ColumnMap
from spine_vigil.scheduler.cohort.events.events import Block, Events
from spine_vigil.scheduler.cohort.events.headers import Layout, check_header
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE, with_lines
from spine_vigil.scheduler.files.typed_columns import check_patient_id, text_columns
from spine_vigil.scheduler.records.fields import PATIENT_ID
from spine_vigil.scheduler.rules.dates import EARLIEST, EXPANDED, LATEST, parse_date

BLOCK_ROWS = 1 << 17
"""The number of rows that are read at a time."""


@lru_cache(maxsize=16)
def form_of_typed_dates(date_format: str | None) -> str:
    """Return the form in which polars writes typed dates so that `parse_date` reads each back as itself.

    That is `date_format` (strptime; None is YYYY-MM-DD) unless it loses something, such as the century of a birth date.
    """
    if date_format is None:
        return "%Y-%m-%d"
    days = [date(year, 1 + year % 12, 1 + year % 28) for year in range(EARLIEST.year, LATEST.year + 1)]
    try:
        texts = pl.Series(days).dt.to_string(date_format)
        is_exact = all(parse_date(text, date_format) == day for text, day in zip(texts, days, strict=True))
    except (pl.exceptions.PolarsError, ValueProblem):
        return EXPANDED
    return date_format if is_exact else EXPANDED


class TypedRows(ABC):
    """An EventsFile whose columns have any type; messages count its rows from 1, as lines."""

    def __init__(
        self,
        schema: Mapping[str, pl.DataType],
        name: str,
        date_format: str | None,
        columns: ColumnMap | None,
        layout: Layout,
    ) -> None:
        """Check the columns; `name` is what messages call the file. Raises FileError."""
        self.name = name
        self.size = 0
        self.header = list(schema)
        self.fields = check_header(self.header, name, columns, layout)
        check_patient_id(schema, self.header[self.fields.index(PATIENT_ID)], name)
        self.schema = dict(schema)
        self._texts = text_columns(schema, form_of_typed_dates(date_format))

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the rows, at least one."""
        for start in range(0, max(self.size, 1), BLOCK_ROWS):
            yield Block(start, min(BLOCK_ROWS, self.size - start), start + 1)

    def read(self, block: Block) -> Events:
        """Return the rows of a block."""
        original = self.original(block)
        cells = with_lines(original.select(self._texts), block.first_line)
        cells = cells.rename(dict(zip(cells.columns, [*self.fields, LINE, DAMAGE], strict=True)))
        return Events.of(cells, original, is_typed=True)

    @abstractmethod
    def original(self, block: Block) -> pl.DataFrame:
        """Return the columns of a block with their types."""

    def lines(self, block: Block) -> pl.Series:
        """Raise NotImplementedError: typed rows are no lines of text."""
        raise NotImplementedError
