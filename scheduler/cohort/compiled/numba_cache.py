"""Compilation of loops by Numba, where it is installed, with a cache on disk where one can be written."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TypeVar, cast

_Function = TypeVar("_Function", bound=Callable[..., object])


def can_compile() -> bool:
    """Return whether Numba is installed, without importing it (an import takes a third of a second)."""
    return find_spec("numba") is not None


def compiled(function: _Function) -> _Function:
    """Return the function compiled; it releases the GIL, and its `py_func` is the Python function.

    The first call compiles, which takes about a second. The result is cached beside the module or in the
    user's cache folder (NUMBA_CACHE_DIR names another).
    """
    from numba import njit

    try:
        return cast("_Function", njit(nogil=True, cache=True)(function))
    except RuntimeError:  # no cache folder is writable
        return cast("_Function", njit(nogil=True)(function))
