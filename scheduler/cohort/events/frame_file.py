"""Events in a data frame in memory, read like a Parquet file with the same columns."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import polars as pl

from spine_vigil.scheduler.cohort.events.events import Block
from spine_vigil.scheduler.cohort.events.headers import Layout
from spine_vigil.scheduler.cohort.events.typed_rows import TypedRows
from spine_vigil.scheduler.intake.profile import FileProfile


class FrameFile(TypedRows):
    """A frame as an EventsFile."""

    def __init__(self, frame: pl.DataFrame, name: str, profile: FileProfile | None, layout: Layout) -> None:
        """Check the columns; `name` is what messages call the frame. Raises FileError."""
        super().__init__(frame.schema, name, profile, layout)
        self.size = len(frame)
        self._frame = frame

    def original(self, block: Block) -> pl.DataFrame:
        """Return the columns of a block as the frame holds them."""
        return self._frame.slice(block.start, block.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Do nothing: a frame needs no closing."""
