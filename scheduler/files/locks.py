"""A lock that lets one run at a time use a state file."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from spine_vigil.scheduler.errors import FileError


@contextlib.contextmanager
def locked(state: Path) -> Iterator[None]:
    """Lock a state file for this run. Raises FileError where another run holds the lock or no lock can be made.

    The operating system locks a file beside the state, and releases it however the run ends.
    """
    try:
        lock = FileLock(state.with_name(f".{state.name}.lock"), timeout=0, mode=0o600)
        lock.acquire()
    except Timeout:
        raise FileError(f"another run uses {state} now; wait for it to end, then try again") from None
    except OSError as problem:
        raise FileError(f"cannot lock {state}: {problem.strerror}; check the folder and its permissions") from None
    try:
        yield
    finally:
        lock.release()
