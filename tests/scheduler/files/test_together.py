"""Files replaced together: all or none, each old or new, by one run at a time."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest
from support.paths import ROOT

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.together import locked, replace_all, sweep, write_new


@pytest.fixture
def old(tmp_path):
    """Two files that are there, one that is not, and one that is to go."""
    for name in ("a", "b", "gone"):
        (tmp_path / name).write_text(f"old {name}")
    return tmp_path


def contents(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


OLD = {"a": "old a", "b": "old b", "gone": "old gone"}
NEW = {"a": "new a", "b": "new b", "c": "new c"}


def replace(folder):
    replace_all({folder / name: text.encode() for name, text in NEW.items()}, [folder / "gone"])


def test_every_file_is_replaced_and_its_owners_alone(old):
    replace(old)
    assert contents(old) == NEW
    assert {stat.S_IMODE(path.stat().st_mode) for path in old.iterdir()} == {0o600}


def test_a_file_that_has_its_content_is_not_touched(old):
    """A server of feeds tells by inode and time whether a file is new."""
    (old / "a").write_text("new a")
    (old / "a").chmod(0o600)
    before = (old / "a").stat()
    replace(old)
    after = (old / "a").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_file_that_others_can_read_is_written_anew(old):
    (old / "a").write_text("new a")
    (old / "a").chmod(0o644)
    replace(old)
    assert stat.S_IMODE((old / "a").stat().st_mode) == 0o600


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


HOLD = """
import sys
from pathlib import Path
from spine_vigil.scheduler.files.together import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_two_runs_do_not_use_one_state_and_a_killed_one_holds_none(tmp_path):
    state = tmp_path / "state.json"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(state)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(FileError, match=r"another run uses .*state\.json now; wait for it to end"), locked(state):
            raise AssertionError
        other.kill()
        other.wait()
    with locked(state):
        assert stat.S_IMODE((tmp_path / ".state.json.lock").stat().st_mode) == 0o600


def test_a_lock_is_given_back(tmp_path):
    for _ in range(2):
        with locked(tmp_path / "state.json"):
            pass


def test_where_there_is_no_place_for_a_lock_that_is_said(tmp_path):
    (tmp_path / "file").touch()
    state = tmp_path / "file" / "state.json"
    with pytest.raises(FileError, match=r"cannot lock .*state\.json: .*; check the folder"), locked(state):
        raise AssertionError
