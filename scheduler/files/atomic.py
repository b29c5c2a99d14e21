"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import polars as pl

from spine_vigil.scheduler.errors import FileError


def check_output(path: Path, *inputs: Path) -> None:
    """Raise FileError where an output cannot go to `path`: an input stands there, or its folder does not."""
    for source in inputs:
        if path.exists() and source.exists() and path.samefile(source):
            raise FileError(f"{path} is the input; give the output another name")
    if not path.parent.is_dir():
        raise FileError(f"there is no folder {path.parent}; make it first")
    if path.is_dir():
        raise FileError(f"{path} is a folder; give a file name")


def write_beside(path: Path, write: Callable[[IO[bytes]], None], mode: int | None = None) -> None:
    """Write a file under a passing name in the same folder and rename it; nothing is left where that fails.

    `mode` are the permissions of the file (default: those of any new file). Raises FileError.
    """
    with telling_what_is_written(str(path)):
        handle, passing = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
            Path(passing).chmod(_usual_mode() if mode is None else mode)
            Path(passing).replace(path)
        except BaseException:
            Path(passing).unlink(missing_ok=True)
            raise


@contextmanager
def telling_what_is_written(name: str) -> Iterator[None]:
    """Raise what the operating system refuses while `name` is made as FileError, which names it."""
    try:
        with as_os_error():
            yield
    except OSError as problem:
        said = problem.strerror or str(problem)
        raise FileError(f"cannot write {name}: {said}; check the free space and the permissions") from None


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def write_whole(text: bytes, stream: IO[bytes]) -> None:
    """Write text to a stream that may be unbuffered, which takes as much at a time as it likes."""
    left = memoryview(text)
    while left:
        left = left[stream.write(left) :]


@contextmanager
def as_os_error() -> Iterator[None]:
    """Raise what polars says of the operating system as that."""
    try:
        yield
    except pl.exceptions.ComputeError as problem:
        if "os error" in str(problem):
            raise OSError(str(problem)) from None
        raise
