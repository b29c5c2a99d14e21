"""Sampling of the memory of a process and its descendants while they run (on Linux; 0 elsewhere)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

PAUSE = 0.02
"""Seconds between two samples: short compared with the time in which a block of a cohort is processed."""

LOOKS_BEFORE_CHILDREN = 10
"""Samples between two searches for new processes."""


@dataclass(frozen=True, slots=True)
class _Memory:
    """Private and shared memory of a process, mapped files, and the highest sum so far, in bytes."""

    resident: int
    mapped: int
    highest: int


class MemoryWatch:
    """A sampler of a process's memory in a separate thread while the `with` block runs; `peak` is in bytes.

    For several processes, memory is added up, except mapped files, which they have in common: these count as in the
    process that maps most.
    """

    def __init__(self, process: int) -> None:
        self.peak = 0
        self._process = process
        self._is_over = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        looks, processes = 0, [self._process]
        while not self._is_over.wait(PAUSE):
            if looks % LOOKS_BEFORE_CHILDREN == 0:
                processes = list(_family(self._process))
            looks += 1
            parts = [_memory(process) for process in processes]
            together = sum(part.resident for part in parts) + max(part.mapped for part in parts)
            self.peak = max(self.peak, together, *(part.highest for part in parts))


def _family(process: int) -> Iterator[int]:
    """Yield a process and its descendants."""
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            pids = children.read_text(encoding="ascii").split()
        except OSError:  # the process has ended
            continue
        for pid in pids:
            yield from _family(int(pid))


def _memory(process: int) -> _Memory:
    """Return the memory of a process from /proc; zeros if it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return _Memory(0, 0, 0)
    sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.startswith(("Rss", "VmHWM"))}
    resident = sizes.get("RssAnon", 0) + sizes.get("RssShmem", 0)
    return _Memory(resident, sizes.get("RssFile", 0), sizes.get("VmHWM", 0))
