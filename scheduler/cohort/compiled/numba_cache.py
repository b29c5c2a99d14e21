"""Loops over bytes, compiled where Numba is installed; what they do stands in plain Python."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TypeVar, cast

_Function = TypeVar("_Function", bound=Callable[..., object])


def can_compile() -> bool:
    """Tell whether the compiler is installed; importing it takes a third of a second."""
    return find_spec("numba") is not None


def compiled(function: _Function) -> _Function:
    """Return a function compiled, which other threads can run beside; as Python it is its `py_func`.

    It is compiled at its first call, which takes a second or so, and kept for later runs where there is a folder for
    that: beside the module, or in the user's cache (NUMBA_CACHE_DIR names another).
    """
    from numba import njit

    try:
        return cast("_Function", njit(nogil=True, cache=True)(function))
    except RuntimeError:  # neither folder can be written to
        return cast("_Function", njit(nogil=True)(function))
