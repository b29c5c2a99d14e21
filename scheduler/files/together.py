"""Files that belong together replaced together, by one run at a time: each is the old or the new one, never half.

No file system renames several files at once. So all of them are first written beside their places and brought to the
disk; then come only renames, in the order given, and taken back where one fails. A run that is killed among them
leaves the first files new and the others old: the state comes first, and the next run writes the others from it.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from spine_vigil.scheduler.errors import FileError

MODE = 0o600
_PASSING = ".part"


@contextlib.contextmanager
def locked(state: Path) -> Iterator[None]:
    """Keep the state to this run alone. Raises FileError where another one has it, or there is no place for a lock.

    The lock is that of the operating system on a file beside the state: it ends with the run, however that ends.
    """
    try:
        lock = FileLock(state.with_name(f".{state.name}.lock"), timeout=0, mode=MODE)
        lock.acquire()
    except Timeout:
        raise FileError(f"another run uses {state} now; wait for it to end, then try again") from None
    except OSError as problem:
        raise FileError(f"cannot lock {state}: {problem.strerror}; check the folder and its permissions") from None
    try:
        yield
    finally:
        lock.release()


def replace_all(files: Mapping[Path, bytes], gone: Iterable[Path] = ()) -> None:
    """Give each file its content, in this order, for its owner alone; then remove those that are gone.

    A file that has its content already is not touched, so that whoever watches it sees no change. Raises
    FileError where that fails, and then every file is as it was.
    """
    changed = {path: content for path, content in files.items() if not _has(path, content)}
    staged: dict[Path, Path] = {}
    undo: list[tuple[Path, bytes | None]] = []
    path = Path()
    try:
        for path, content in changed.items():
            staged[path] = _stage(path, content)
        for path in changed:
            undo.append((path, path.read_bytes() if path.exists() else None))
            staged[path].replace(path)
            del staged[path]
        for path in gone:
            undo.append((path, path.read_bytes()))
            path.unlink()
        for folder in {path.parent for path, _ in undo}:
            _sync_folder(folder)
    except BaseException as problem:
        for passing in staged.values():
            passing.unlink(missing_ok=True)
        for done, before in reversed(undo):
            _restore(done, before)
        if isinstance(problem, OSError):
            said = problem.strerror or str(problem)
            raise FileError(f"cannot write {path}: {said}; check the free space and the permissions") from None
        raise


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, whole or not at all, for its owner alone. Raises OSError."""
    passing = _stage(path, content)
    try:
        path.hardlink_to(passing)  # unlike a rename, a link never replaces what is there
    finally:
        passing.unlink()
    _sync_folder(path.parent)


def sweep(folder: Path, is_ours: Callable[[str], bool]) -> None:
    """Remove what killed runs left beside files whose name is ours. Only under a lock."""
    for passing in folder.glob(f".*{_PASSING}"):
        if is_ours(passing.name[1:].rsplit(".", 2)[0]):
            passing.unlink(missing_ok=True)


def _has(path: Path, content: bytes) -> bool:
    try:
        is_mine_alone = os.name != "posix" or path.stat().st_mode & 0o777 == MODE
        return is_mine_alone and not path.is_symlink() and path.read_bytes() == content
    except OSError:
        return False


def _stage(path: Path, content: bytes) -> Path:
    """Write content beside its place, on the disk before it gets its name. mkstemp makes it its owner's alone."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_PASSING, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink()
        raise
    return Path(name)


def _restore(path: Path, content: bytes | None) -> None:
    """Put back what was there; where even that fails, the error that is told already says that files are not well."""
    with contextlib.suppress(OSError):
        if content is None:
            path.unlink(missing_ok=True)
        elif not path.exists() or path.read_bytes() != content:
            _stage(path, content).replace(path)


def _sync_folder(folder: Path) -> None:
    """Bring renames to the disk, where the system can do that for a folder."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
