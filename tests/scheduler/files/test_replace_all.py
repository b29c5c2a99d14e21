"""Files replaced together: all or none, each old or new; new files that replace none; what killed runs leave."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.folders import contents, mode_of

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.atomic import replace_all, sweep, write_new


@pytest.fixture
def old(tmp_path):
    """Two files that are there, one that is not, and one that is to go."""
    for name in ("a", "b", "gone"):
        (tmp_path / name).write_text(f"old {name}")
    return tmp_path


OLD = {"a": "old a", "b": "old b", "gone": "old gone"}
NEW = {"a": "new a", "b": "new b", "c": "new c"}


def replace(folder):
    replace_all({folder / name: text.encode() for name, text in NEW.items()}, [folder / "gone"])


def test_every_file_is_replaced_and_a_new_one_is_its_owners_alone(old):
    (old / "a").chmod(0o644)
    (old / "b").chmod(0o600)
    replace(old)
    assert contents(old) == NEW
    assert {path.name: mode_of(path) for path in old.iterdir()} == {"a": 0o644, "b": 0o600, "c": 0o600}


def test_a_file_that_has_its_content_is_not_touched(old):
    """A server of feeds tells by inode and time whether a file is new."""
    (old / "a").write_text("new a")
    (old / "a").chmod(0o600)
    before = (old / "a").stat()
    replace(old)
    after = (old / "a").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("step", [1, 2, 3, 4])
@pytest.mark.parametrize("call", ["fsync", "replace", "unlink"])
def test_whatever_fails_every_file_is_as_it_was(old, monkeypatch, call, step):
    """3 files are brought to the disk, then their folder; 3 are renamed; one is removed. A 4th of these never comes."""
    real, calls = getattr(os, call), []

    def fails_once(*args, **kwargs):
        calls.append(args)
        if len(calls) == step:
            raise OSError(28, "No space left on device")
        return real(*args, **kwargs)

    monkeypatch.setattr(os, call, fails_once)
    happens = step <= {"fsync": 4, "replace": 3, "unlink": 1}[call]
    if happens:
        with pytest.raises(FileError, match=r"cannot write .*: No space left on device; check the free space"):
            replace(old)
    else:
        replace(old)
    assert contents(old) == (OLD if happens else NEW)


def test_a_user_who_stops_the_run_finds_every_file_as_it_was(old, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        replace(old)
    assert contents(old) == OLD


def test_a_new_file_is_never_written_over_another(tmp_path):
    write_new(tmp_path / "key", b"mine")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "key", b"yours")
    assert contents(tmp_path) == {"key": "mine"}


def test_what_a_killed_run_left_is_swept_and_nothing_else(tmp_path):
    for name in (".w.ics.ab12.part", ".w.ics", ".other.ics.ab12.part", "w.ics.part", "w.ics"):
        (tmp_path / name).touch()
    sweep(tmp_path, "w.ics".__eq__)
    assert set(contents(tmp_path)) == {".w.ics", ".other.ics.ab12.part", "w.ics.part", "w.ics"}


def test_where_a_pipe_among_several_outputs_fails_every_file_is_as_it_was(old):
    with pytest.raises(FileError, match="cannot write /dev/full"):
        replace_all({Path("/dev/full"): b"x", old / "a": b"new a", old / "c": b"new c"}, [old / "gone"])
    assert contents(old) == OLD
