"""The standard streams: those that are closed, and characters that an encoding lacks."""

from __future__ import annotations

import contextlib
import os
import sys
from io import BufferedWriter, BytesIO, RawIOBase, TextIOWrapper
from typing import IO

from spine_vigil.scheduler.errors import FileError

_STANDARD = (0, 1, 2)
"""The descriptors of standard input, standard output and standard error."""


class _Nowhere(RawIOBase):
    """A file that takes everything and keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        return memoryview(data).nbytes  # type: ignore[arg-type] # RawIOBase leaves the type of a buffer open


class ClosedStream(TextIOWrapper):
    """What stands for a standard stream that was closed when the program started: empty, or nobody reads it."""


def prepare_streams() -> None:
    """Make the standard streams safe to use, however the program was started.

    A stream that is closed is one that holds nothing, so that a decision keeps its exit code. A character that the
    encoding of standard output lacks is written as an escape (`\\u2603`), as standard error does.
    """
    _keep_descriptors()
    if sys.stdin is None or sys.stdin.closed:
        sys.stdin = ClosedStream(BytesIO())
    if sys.stdout is None or sys.stdout.closed:
        sys.stdout = ClosedStream(BufferedWriter(_Nowhere()), encoding="utf-8")
    if sys.stderr is None or sys.stderr.closed:
        sys.stderr = ClosedStream(BufferedWriter(_Nowhere()), encoding="utf-8")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _keep_descriptors() -> None:
    """Keep the descriptors of closed standard streams from being given to files, into which messages would go.

    They are opened the wrong way round, standard input for writing, so that using them fails as if they were closed.
    """
    for descriptor in _STANDARD:
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_WRONLY if descriptor == 0 else os.O_RDONLY)  # gets the lowest free descriptor


def standard_input() -> IO[bytes]:
    """Return standard input as a binary file. Raises FileError where it is closed."""
    if isinstance(sys.stdin, ClosedStream):
        raise FileError("standard input is closed; give the name of a file instead of -")
    return sys.stdin.buffer


def standard_output() -> IO[bytes]:
    """Return standard output as a binary file. Raises FileError where it is closed."""
    if isinstance(sys.stdout, ClosedStream):
        raise FileError("standard output is closed; give -o the name of a file instead of -")
    return sys.stdout.buffer


def discard_output() -> None:
    """Discard what cannot be written, or the interpreter would fail again when it flushes it at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            with contextlib.suppress(OSError, ValueError):  # a stream without a descriptor
                os.dup2(null, stream.fileno())
            os.close(null)
