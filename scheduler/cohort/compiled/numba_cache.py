"""Compilation of loops by Numba, where it is installed, with a cache on disk where one can be written."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TypeVar, cast

_Function = TypeVar("_Function", bound=Callable[..., object])


def can_compile() -> bool:
    """Return whether Numba can be used. If it is installed, it is imported, which takes a third of a second."""
    return find_spec("numba") is not None and can_import()


@cache
def can_import() -> bool:
    """Return whether Numba can be imported: damaged, or with a NumPy that is too new for it, it cannot."""
    try:
        import_module("numba")
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the answers are the same without it
        return False
    return True


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
