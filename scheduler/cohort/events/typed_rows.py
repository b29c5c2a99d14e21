"""Rows of typed columns (Parquet files and data frames), read block by block as the text that a CSV would hold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

import polars as pl

from spine_vigil.scheduler.cohort.events.events import Block, Events, named
from spine_vigil.scheduler.cohort.events.headers import Layout, read_header
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.files.csv_text import with_lines
from spine_vigil.scheduler.files.typed_columns import ISO_DAY, check_patient_id, text_columns
from spine_vigil.scheduler.intake.dates import EXPANDED, date_parser
from spine_vigil.scheduler.intake.forms import CellForms, DateForms
from spine_vigil.scheduler.intake.profile import FileProfile
from spine_vigil.scheduler.records.fields import PATIENT_ID
from spine_vigil.scheduler.rules.dates import EARLIEST, LATEST, NO_DATES

BLOCK_ROWS = 1 << 17
"""The number of rows that are read at a time."""


def forms_of_typed_dates(forms: CellForms, fields: Sequence[str]) -> list[str]:
    """Return, by column, the form in which polars writes typed dates so that their parser reads each back as itself.

    That is the only format of the column's dates (none is YYYY-MM-DD) unless it loses something, such as the century of
    a birth date; else EXPANDED.
    """
    formats = [forms.dates[field].formats if field in forms.dates else () for field in fields]
    return [(_exact(each[0]) if len(each) == 1 else EXPANDED) if each else ISO_DAY for each in formats]


@lru_cache(maxsize=16)
def _exact(date_format: str) -> str:
    days = [date(year, 1 + year % 12, 1 + year % 28) for year in range(EARLIEST.year + 1, LATEST.year + 1)]
    parse = date_parser(DateForms((date_format,)))
    try:
        texts = pl.Series(days).dt.to_string(date_format)
        is_exact = all(parse(text) == day for text, day in zip(texts, days, strict=True) if day not in NO_DATES)
    except (pl.exceptions.PolarsError, ValueProblem):
        return EXPANDED
    return date_format if is_exact else EXPANDED


class TypedRows(ABC):
    """An EventsFile whose columns have any type; messages count its rows from 1, as lines."""

    is_named_by_line = False
    """Whether the first row of what is read is taken for the names of the columns."""

    def __init__(
        self,
        schema: Mapping[str, pl.DataType],
        name: str,
        profile: FileProfile | None,
        layout: Layout,
    ) -> None:
        """Check the columns; `name` is what messages call the file. Raises FileError."""
        self.name = name
        self.size = 0
        self.first_line = 1
        self.header = list(schema)
        self.fields, self.forms = read_header(self.header, name, profile, layout, is_line=self.is_named_by_line)
        if PATIENT_ID in self.fields:
            check_patient_id(schema, self.header[self.fields.index(PATIENT_ID)], name)
        self.schema = dict(schema)
        self._texts = text_columns(schema, forms_of_typed_dates(self.forms, self.fields))

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the rows, at least one."""
        for start in range(0, max(self.size, 1), BLOCK_ROWS):
            yield Block(start, min(BLOCK_ROWS, self.size - start), start + self.first_line)

    def read(self, block: Block) -> Events:
        """Return the rows of a block."""
        original = self.original(block)
        return Events.of(named(self._cells(block, original), self.fields, self.forms), original, is_typed=True)

    def _cells(self, block: Block, original: pl.DataFrame) -> pl.DataFrame:
        """Return the columns of a block as text, then LINE and DAMAGE."""
        return with_lines(original.select(self._texts), block.first_line)

    @abstractmethod
    def original(self, block: Block) -> pl.DataFrame:
        """Return the columns of a block with their types."""

    def lines(self, block: Block) -> pl.Series:
        """Raise NotImplementedError: typed rows are no lines of text."""
        raise NotImplementedError
