"""Returning freed memory to the operating system."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Make glibc release freed memory, which it otherwise keeps; polars has its own allocator."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl has not
        if trim is not None:
            trim(0)
