"""The memory of a process and all that it starts, looked at while they run (on Linux; elsewhere nothing is seen)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

PAUSE = 0.02
"""Seconds between two looks: short against the time in which a cohort's blocks come and go."""

LOOKS_BEFORE_CHILDREN = 10
"""Looks between two searches for processes that have been started since."""


@dataclass(frozen=True, slots=True)
class _Memory:
    """Bytes that a process holds for itself, that it maps of files, and the highest sum of both so far."""

    own: int
    mapped: int
    highest: int


class MemoryWatch:
    """Watches a process in a thread of its own while the `with` block runs; `peak` is in bytes.

    The memory of several processes is what each has for itself, added up, and what they map of files, which they
    share, of the one that maps most.
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
            together = sum(part.own for part in parts) + max(part.mapped for part in parts)
            self.peak = max(self.peak, together, *(part.highest for part in parts))


def _family(process: int) -> Iterator[int]:
    """Yield a process and all that descend from it."""
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found = children.read_text(encoding="ascii").split()
        except OSError:  # it has ended since
            continue
        for child in found:
            yield from _family(int(child))


def _memory(process: int) -> _Memory:
    """Return what the system says of a process; nothing once it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return _Memory(0, 0, 0)
    held = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.startswith(("Rss", "VmHWM"))}
    own = held.get("RssAnon", 0) + held.get("RssShmem", 0)
    return _Memory(own, held.get("RssFile", 0), held.get("VmHWM", 0))
