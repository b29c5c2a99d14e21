"""The memory of a process and all that it starts, looked at while they run (on Linux; elsewhere nothing is seen)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

PAUSE = 0.02
"""Seconds between two looks: short against the time in which a cohort's blocks come and go."""

LOOKS_BEFORE_CHILDREN = 10
"""Looks between two searches for processes that have been started since."""


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

    def __enter__(self) -> MemoryWatch:
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
            own, mapped = sum(own for own, _ in parts), max((mapped for _, mapped in parts), default=0)
            self.peak = max(self.peak, own + mapped)


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


def _memory(process: int) -> tuple[int, int]:
    """Return the bytes that a process holds for itself, and those that it maps of files; none once it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0, 0
    held = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.startswith("Rss")}
    return held.get("RssAnon", 0) + held.get("RssShmem", 0), held.get("RssFile", 0)
