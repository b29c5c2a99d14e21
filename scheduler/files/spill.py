"""Frames that wait for their turn: some in memory, the others on disk, in a passing file without a name."""

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

IN_MEMORY = 1 << 26
"""How many bytes of frames wait in memory, roughly; small cohorts need no disk."""


@dataclass(frozen=True, slots=True)
class Held:
    """Where frames wait: in memory, or in the file from `start` on, each of one of the sizes."""

    frames: Sequence[pl.DataFrame] = ()
    start: int = 0
    sizes: tuple[int, ...] = ()


class Spill:
    """A file in `folder` that holds frames and is gone when it is closed, or when the process ends; for any thread."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed by __exit__
        self._turn = Lock()
        self._in_memory = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def put(self, frames: Sequence[pl.DataFrame]) -> Held:
        """Keep frames and return where they stand. Raises OSError."""
        size = sum(frame.estimated_size() for frame in frames)
        with self._turn:
            if self._in_memory + size <= IN_MEMORY:
                self._in_memory += int(size)
                return Held(tuple(frames))
            ends = [self._file.seek(0, 2)]
            for frame in frames:
                frame.write_ipc_stream(self._file)
                ends.append(self._file.seek(0, 2))
        return Held((), ends[0], tuple(end - start for start, end in pairwise(ends)))

    def get(self, place: Held) -> Sequence[pl.DataFrame]:
        """Return the frames that stand at a place."""
        if place.frames:
            return place.frames
        with self._turn:
            self._file.seek(place.start)
            texts = [self._file.read(size) for size in place.sizes]
        return [pl.read_ipc_stream(BytesIO(text)) for text in texts]
