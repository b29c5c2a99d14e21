"""Writing files and folders whole or not at all.

A file is first written beside its target under a hidden name (`.NAME.XXXX.part`), readable by its owner alone, and
synced to the disk; then it is renamed. A link is followed to its target. A pipe or a device receives the output once it
is complete.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from spine_vigil.scheduler.files.destinations import Stream, check_replaceable, destination
from spine_vigil.scheduler.files.os_errors import TEMPORARY_FILE, output_errors

OWNER_ALONE = 0o600
"""The permissions of a new file that may hold patients' rows."""

ANYONE = 0o666
"""The permissions of a new file without patients' data, less those that the umask takes away."""

_PART = ".part"


def write_file(path: Path, write: Callable[[IO[bytes]], object], mode: int = OWNER_ALONE) -> None:
    """Replace the file `path` by the output of `write`, or send the output into the pipe or device of that name.

    A new file gets the permissions `mode`; a replaced one keeps its permissions, and its owner where permitted. Raises
    FileError, and BrokenPipeError where the reader of a pipe has gone.
    """
    with output_errors(str(path)):
        target = destination(path)
        if isinstance(target, Stream):
            with output_errors(TEMPORARY_FILE):
                content = _temporary(write)
            with content:
                target.write(content)
            return
        with _beside(target) as part:
            _write_part(part, target, write, mode)
            part.replace(target)
        _sync_folder(target.parent)


def _temporary(write: Callable[[IO[bytes]], object]) -> IO[bytes]:
    """Return an anonymous temporary file filled by `write`, positioned at its start."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the caller
    try:
        write(file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def write_whole(content: bytes, stream: IO[bytes]) -> None:
    """Write all bytes to a stream, which may be unbuffered and accept only some at a time. Raises OSError."""
    rest = memoryview(content)
    while rest:
        rest = rest[stream.write(rest) :]


def replace_all(files: Mapping[Path, bytes], gone: Iterable[Path] = ()) -> None:
    """Write the contents of files that belong together, in this order; then remove the files `gone`.

    No file system renames several files at once. So all are first written beside their targets; then they are only
    renamed, and all renames are undone where one fails. A run that is killed during the renames leaves the first files
    new and the others old. A file that already has its content is not touched, so that programs which watch it see no
    change. Pipes and devices come last. Raises FileError and BrokenPipeError, after restoring every file.
    """
    streams: list[tuple[Path, Stream, bytes]] = []
    parts: list[tuple[Path, Path, Path]] = []
    before: list[_Before] = []
    with ExitStack() as stack:
        for path, content in files.items():
            with output_errors(str(path)):
                target = destination(path)
                if isinstance(target, Stream):
                    streams.append((path, target, content))
                elif not _holds(target, content):
                    part = stack.enter_context(_beside(target))
                    _write_bytes(part, target, content)
                    parts.append((path, part, target))
        try:
            for path, part, target in parts:
                with output_errors(str(path)):
                    before.append(_Before.of(target))
                    part.replace(target)
            for path in gone:
                with output_errors(str(path)):
                    before.append(_Before.of(path))
                    path.unlink()
            for folder in {old.path.parent for old in before}:
                with output_errors(str(folder)):
                    _sync_folder(folder)
            for path, stream, content in streams:
                with output_errors(str(path)):
                    stream.write(BytesIO(content))
        except BaseException:
            for old in reversed(before):
                old.restore()
            raise


def write_new(path: Path, content: bytes) -> None:
    """Write a new file, whole or not at all, for its owner alone. Raises FileExistsError, OSError and FileError."""
    target = destination(path)
    if isinstance(target, Stream):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    with _beside(target) as part:
        _write_bytes(part, target, content)
        target.hardlink_to(part)  # unlike a rename, a hard link never replaces what is there
    _sync_folder(target.parent)


def write_folder(path: Path, write: Callable[[Path], object]) -> None:
    """Make a folder that `write` fills, for its owner alone; it gets its name once complete. Raises FileError."""
    with output_errors(str(path)):
        target = destination(path)
        if isinstance(target, Stream):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        with _beside(target) as part:
            part.mkdir(mode=0o700)
            write(part)
            for written in (*part.rglob("*"), part):
                _sync(written)
            part.rename(target)
        _sync_folder(target.parent)


def sweep(folder: Path, is_ours: Callable[[str], bool]) -> None:
    """Remove the parts that killed runs left in a folder, of files whose name `is_ours`. Call only under a lock."""
    for part in folder.glob(f".*{_PART}"):
        if is_ours(part.name[1:].rsplit(".", 2)[0]):
            part.unlink(missing_ok=True)


def sweep_beside(path: Path) -> None:
    """Remove the parts that killed runs left of an output. Call only under a lock. Raises FileError."""
    target = destination(path)
    if isinstance(target, Path):
        sweep(target.parent, target.name.__eq__)


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Yield a hidden path beside the target, for a file or folder to be renamed; remove what is left there."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}{_PART}")
    try:
        yield part
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        elif part.exists():
            part.unlink()


def _write_part(part: Path, target: Path, write: Callable[[IO[bytes]], object], mode: int = OWNER_ALONE) -> None:
    """Write a file beside its target and sync it. Raises FileError where the target is read-only."""
    check_replaceable(target)
    before = target.stat() if target.exists() else None
    with open(
        part, "xb", opener=lambda name, flags: os.open(name, flags, mode if before is None else OWNER_ALONE)
    ) as file:
        write(file)
        file.flush()
        if before is not None:
            _keep_owner(part, before)
        os.fsync(file.fileno())


def _write_bytes(part: Path, target: Path, content: bytes) -> None:
    _write_part(part, target, lambda file: file.write(content))


def _keep_owner(part: Path, before: os.stat_result) -> None:
    """Give a file the owner and the permissions of the file that it replaces, as far as permitted."""
    made, mode = part.stat(), before.st_mode & 0o777
    if made.st_uid != before.st_uid:
        with contextlib.suppress(OSError):
            os.chown(part, before.st_uid, -1)
    if made.st_gid != before.st_gid:
        try:
            os.chown(part, -1, before.st_gid)
        except OSError:
            mode &= ~0o070  # another group must not get the rights of the old group
    if made.st_mode & 0o777 != mode:
        part.chmod(mode)


def _holds(target: Path, content: bytes) -> bool:
    try:
        return target.read_bytes() == content
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class _Before:
    """The earlier state of a file; no content where there was no file."""

    path: Path
    content: bytes | None
    mode: int = OWNER_ALONE

    @classmethod
    def of(cls, path: Path) -> _Before:
        """Return the present state of a file. Raises OSError."""
        if not path.exists():
            return cls(path, None)
        return cls(path, path.read_bytes(), path.stat().st_mode & 0o777)

    def restore(self) -> None:
        """Restore the file; a failure is ignored, since an error is already being raised."""
        with contextlib.suppress(OSError):
            if self.content is None:
                self.path.unlink(missing_ok=True)
            elif not _holds(self.path, self.content):
                with _beside(self.path) as part:
                    _write_bytes(part, self.path, self.content)
                    part.chmod(self.mode)
                    part.replace(self.path)


def _sync_folder(folder: Path) -> None:
    """Sync the names in a folder to the disk, where the system can."""
    if os.name == "posix":
        with contextlib.suppress(PermissionError):  # a folder that can be written to but not read
            _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as problem:
        if problem.errno != errno.EINVAL:  # a file system that cannot sync a folder
            raise
    finally:
        os.close(handle)
