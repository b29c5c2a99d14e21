"""Frames that wait on disk for their turn, in a passing file without a name."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

import polars as pl


@dataclass(frozen=True, slots=True)
class Place:
    """Where frames stand in a Spill: the start, and the size of each of them."""

    start: int
    sizes: tuple[int, ...]


class Spill:
    """A file in `folder` that holds frames and is gone when it is closed, or when the process ends; for any thread."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed by __exit__
        self._turn = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def put(self, frames: Sequence[pl.DataFrame]) -> Place:
        """Write frames and return where they stand. Raises OSError."""
        with self._turn:
            ends = [self._file.seek(0, 2)]
            for frame in frames:
                frame.write_ipc_stream(self._file)
                ends.append(self._file.seek(0, 2))
        return Place(ends[0], tuple(end - start for start, end in pairwise(ends)))

    def get(self, place: Place) -> list[pl.DataFrame]:
        """Return the frames that stand at a place."""
        with self._turn:
            self._file.seek(place.start)
            texts = [self._file.read(size) for size in place.sizes]
        return [pl.read_ipc_stream(BytesIO(text)) for text in texts]
