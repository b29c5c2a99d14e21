"""Errors of the operating system: unwrapped from polars errors, and turned into messages about outputs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from spine_vigil.scheduler.errors import FileError

TEMPORARY_FILE = "a temporary file (TMPDIR says where)"
"""The name of an anonymous temporary file in messages."""

_OS_ERROR = re.compile(r"\(os error ([0-9]+)\)")
"""The form in which libraries written in Rust, such as polars, name an error of the operating system."""


@contextmanager
def output_errors(name: str) -> Iterator[None]:
    """Turn an error of the operating system while `name` is written into a FileError that names it.

    A pipe whose reader has gone remains a BrokenPipeError, which ends the program differently.
    """
    try:
        with as_os_error():
            yield
    except BrokenPipeError:
        raise
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise FileError(f"cannot write {name}: {reason}; check the free space and the permissions") from None


@contextmanager
def as_os_error() -> Iterator[None]:
    """Turn an error of the operating system that polars reports as its own into an OSError."""
    try:
        yield
    except Exception as problem:
        code = _OS_ERROR.search(str(problem)) if type(problem).__module__.startswith("polars.") else None
        if code is None:
            raise
        raise OSError(int(code[1]), str(problem)) from None
