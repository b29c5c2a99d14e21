"""The destination of an output (the file that its links lead to, a pipe or a device), and early checks of it."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.os_errors import output_errors

_MOST_LINKS = 40
"""How many links Linux follows before it takes them for a loop."""

_NO_TERMINAL = getattr(os, "O_NOCTTY", 0)
"""The flag that keeps a terminal from becoming the controlling terminal of this process when it is opened."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A pipe, a device or an open descriptor: written to, never replaced."""

    path: Path
    descriptor: int | None = None

    def write(self, content: IO[bytes]) -> None:
        """Write a whole file, after the text that this program has printed. Raises OSError."""
        for printed in (sys.stdout, sys.stderr):
            if printed and not printed.closed:
                printed.flush()
        # Opening a descriptor by its name would empty a file that the shell appends to.
        known = self.descriptor
        handle = os.open(self.path, os.O_WRONLY | _NO_TERMINAL) if known is None else os.dup(known)
        with os.fdopen(handle, "wb") as stream:
            shutil.copyfileobj(content, stream)


def destination(path: Path) -> Path | Stream:
    """Return the file, existing or not, to which `path` leads through all links, or the stream. Raises FileError."""
    current = path.absolute()
    for _ in range(_MOST_LINKS):
        current = Path(os.path.realpath(current.parent), current.name)
        descriptor = _descriptor(current)
        if descriptor is not None:
            return Stream(path, descriptor)
        if not current.is_symlink():
            return Stream(path) if _is_stream(path) else current
        current = current.parent / current.readlink()
    raise FileError(f"{path} is a link that leads back to itself; remove it, or give the output another name")


def _descriptor(path: Path) -> int | None:
    """Return the descriptor of this process that a path names, or None."""
    match = re.fullmatch(rf"/(?:dev|proc/{os.getpid()}(?:/task/[0-9]+)?)/fd/([0-9]+)", str(path))
    return int(match[1]) if match else None


def _is_stream(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def is_stream(path: Path) -> bool:
    """Return whether an output goes into a pipe, a device or an open descriptor, whose name needs no suffix."""
    return isinstance(destination(path), Stream)


def spill_folder(path: Path) -> Path | None:
    """Return the folder for rows of an output that wait on disk: that of its file.

    None for a pipe or a device stands for the system's folder for temporary files.
    """
    target = destination(path)
    return None if isinstance(target, Stream) else target.parent


def check_output(path: Path, *inputs: Path) -> None:
    """Raise FileError where no output can go to `path`: an input, a folder, a read-only file, or no writable folder."""
    if str(path) == "-":
        raise FileError("- is no file name here; give a file name, or /dev/stdout for standard output")
    with output_errors(str(path)):
        check_not_input(path, *inputs)
        target = destination(path)
        if isinstance(target, Stream):
            _check_stream(target)
            return
        file = target if path.is_symlink() else path  # messages name it as given
        if not file.parent.is_dir():
            raise FileError(f"there is no folder {file.parent}; make it first")
        if file.is_dir():
            raise FileError(f"{path} is a folder; give a file name")
        check_replaceable(file)
        if not _is_permitted(file.parent, os.W_OK | os.X_OK):
            raise FileError(f"no file can be made in the folder {file.parent}; check its permissions")


def check_not_input(path: Path, *inputs: Path) -> None:
    """Raise FileError where an output is also an input, under any name; a terminal may be both."""
    for source in inputs:
        if path.exists() and source.exists() and path.samefile(source) and not path.is_char_device():
            raise FileError(f"{path} is the input; give the output another name")


def check_replaceable(path: Path) -> None:
    """Raise FileError where a file exists and is read-only.

    Renaming would replace it all the same, and root may write to it; but somebody has protected it on purpose.
    """
    if path.exists() and not (path.stat().st_mode & 0o222 and _is_permitted(path, os.W_OK)):
        raise FileError(f"{path} is read-only; make it writable, or give the output another name")


def check_folder(path: Path) -> None:
    """Raise FileError where no new folder can be made at `path`."""
    if path.exists():
        raise FileError(f"{path} is there already; remove it, or give the folder of the results another name")
    target = destination(path)
    folder = target if isinstance(target, Path) and path.is_symlink() else path
    if not folder.parent.is_dir():
        raise FileError(f"there is no folder {folder.parent}; make it first")


def _check_stream(stream: Stream) -> None:
    """Raise FileError or OSError where a pipe or a device cannot be written to."""
    if stream.descriptor is not None:
        os.fstat(stream.descriptor)
    elif not _is_permitted(stream.path, os.W_OK):
        raise FileError(f"{stream.path} cannot be written to; check its permissions")


def _is_permitted(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)
