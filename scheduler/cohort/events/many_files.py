"""Several files read as one: their rows one file after another, under the columns of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from spine_vigil.scheduler.cohort.events.events import Block, Events, EventsFile
from spine_vigil.scheduler.cohort.events.headers import Layout, read_header
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE
from spine_vigil.scheduler.files.typed_columns import text_columns
from spine_vigil.scheduler.intake.profile import FileProfile


class ManyFiles:
    """Files as one EventsFile. A column that a file lacks is empty in its rows; messages name the file of a row."""

    def __init__(self, files: Sequence[EventsFile], name: str, profile: FileProfile | None, layout: Layout) -> None:
        """Take open files."""
        self.name = name
        self._files = files
        self.schema = _common_schema(files)
        self.header = list(self.schema)
        self.fields, self.forms = read_header(self.header, name, profile, layout)
        self.size = sum(file.size for file in files)

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of all files, their starts counted through."""
        for number, (file, start) in enumerate(zip(self._files, self._starts(), strict=True)):
            for block in file.blocks():
                yield replace(block, start=block.start + start, file=number)

    def read(self, block: Block) -> Events:
        """Return the rows of a block."""
        file, own = self._of(block)
        events = file.read(own)
        name = Path(file.name).name
        if file.header == self.header and file.schema == self.schema:
            return replace(events, file=name)
        text = dict.fromkeys(self.fields, pl.String()) | {LINE: pl.UInt32(), DAMAGE: pl.String()}
        cells, original = _conformed(events.cells, text), _conformed(events.original, self.schema)
        return replace(Events.of(cells, original, is_typed=events.is_typed), file=name)

    def original(self, block: Block) -> pl.DataFrame:
        """Return the columns of all files of a block."""
        file, own = self._of(block)
        return _conformed(file.original(own), self.schema)

    def lines(self, block: Block) -> pl.Series | bytes:
        """Return the lines of a block that `is_plain`."""
        file, own = self._of(block)
        return file.lines(own)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the files."""
        for file in self._files:
            file.__exit__(kind, error, at)

    def _of(self, block: Block) -> tuple[EventsFile, Block]:
        """Return the file of a block, and the block as the file has it."""
        starts = self._starts()
        return self._files[block.file], replace(block, start=block.start - starts[block.file], file=0)

    def _starts(self) -> list[int]:
        starts = [0]
        for file in self._files[:-1]:
            starts.append(starts[-1] + file.size)
        return starts


def _common_schema(files: Sequence[EventsFile]) -> dict[str, pl.DataType]:
    """Return the columns of all files in the order of their first appearance; one of several types is text."""
    schema: dict[str, pl.DataType] = {}
    for file in files:
        for name, dtype in file.schema.items():
            schema[name] = dtype if schema.get(name, dtype) == dtype else pl.String()
    return schema


def _conformed(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return a frame with the columns of a schema; those that it lacks are empty."""
    texts = dict(zip(frame.columns, text_columns(frame.schema), strict=True))
    return frame.select(
        pl.lit(None, dtype=dtype).alias(name)
        if name not in frame.columns
        else pl.col(name)
        if frame.schema[name] == dtype
        else texts[name]
        for name, dtype in schema.items()
    )
