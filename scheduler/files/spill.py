"""Frames kept until needed: in memory up to a limit, then in an anonymous temporary file."""

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

from spine_vigil.scheduler.files.os_errors import as_os_error

IN_MEMORY = 1 << 26
"""The limit of frames in memory, in bytes, roughly; a small cohort needs no disk."""


@dataclass(frozen=True, slots=True)
class Held:
    """Stored frames: in memory, or in the file, one behind the other from byte `start` on, of `sizes` bytes."""

    frames: Sequence[pl.DataFrame] = ()
    start: int = 0
    sizes: tuple[int, ...] = ()


class Spill:
    """Stores frames, for any thread. Its file is in `folder`, and is gone once it is closed or the process ends."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed by __exit__
        self._lock = Lock()
        self._in_memory = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def put(self, frames: Sequence[pl.DataFrame]) -> Held:
        """Store frames and return where they are. Raises OSError."""
        size = sum(frame.estimated_size() for frame in frames)
        with self._lock:
            if self._in_memory + size <= IN_MEMORY:
                self._in_memory += int(size)
                return Held(tuple(frames))
            ends = [self._file.seek(0, 2)]
            for frame in frames:
                with as_os_error():
                    frame.write_ipc_stream(self._file)
                ends.append(self._file.seek(0, 2))
        return Held((), ends[0], tuple(end - start for start, end in pairwise(ends)))

    def get(self, held: Held) -> Sequence[pl.DataFrame]:
        """Return stored frames. Raises OSError."""
        if held.frames:
            return held.frames
        with self._lock:
            self._file.seek(held.start)
            streams = [self._file.read(size) for size in held.sizes]
        return [pl.read_ipc_stream(BytesIO(stream)) for stream in streams]
