"""A parallel map that keeps order and runs only a few pieces ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Piece = TypeVar("_Piece")
_Result = TypeVar("_Result")


def in_order(work: Callable[[_Piece], _Result], pieces: Iterable[_Piece], workers: int) -> Iterator[_Result]:
    """Yield `work(piece)` for each piece, in order, on `workers` threads; at most workers + 1 results are pending."""
    if workers == 1:
        yield from map(work, pieces)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[_Result]] = deque()
        try:
            for piece in pieces:
                waiting.append(pool.submit(work, piece))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
