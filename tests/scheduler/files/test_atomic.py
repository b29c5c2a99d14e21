"""A file or a folder written whole or not at all, on the disk before it has its name, with the right permissions."""

from __future__ import annotations

import errno
import os
import re
import stat
import subprocess
import sys

import polars as pl
import pytest
from support.folders import contents, mode_of
from support.paths import ROOT

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.atomic import ANYONE, sweep_beside, write_file, write_folder

# One file


def test_a_file_appears_whole_under_its_name(tmp_path):
    path = tmp_path / "out.csv"
    write_file(path, lambda file: file.write(b"whole"))
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]
    assert path.read_bytes() == b"whole"


FULL = [OSError(28, "No space left on device"), pl.exceptions.ComputeError("No space left on device (os error 28)")]


@pytest.mark.parametrize("problem", FULL, ids=["of Python", "of polars"])
def test_a_failure_in_the_middle_leaves_the_old_file_and_nothing_else(tmp_path, problem):
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")

    def half(file):
        file.write(b"half")
        file.flush()
        raise problem

    with pytest.raises(FileError, match=r"cannot write .*out\.csv: No space left on device.*; check the free space"):
        write_file(path, half)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("out.csv", b"old")]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ZeroDivisionError])
def test_a_stop_in_the_middle_leaves_nothing_behind_and_goes_on_as_itself(tmp_path, stop):
    def half(file):
        file.write(b"half")
        raise stop

    with pytest.raises(stop):
        write_file(tmp_path / "out.csv", half)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_too_long_is_one_message(tmp_path):
    with pytest.raises(FileError, match="File name too long"):
        write_file(tmp_path / ("x" * 250), lambda file: file.write(b""))


@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_a_new_file_is_its_owners_alone_from_the_start(tmp_path, mask):
    modes = []

    def write(file):
        modes.append(os.fstat(file.fileno()).st_mode & 0o777)
        file.write(b"P1")

    before = os.umask(mask)
    try:
        write_file(tmp_path / "out.csv", write)
    finally:
        os.umask(before)
    assert [*modes, mode_of(tmp_path / "out.csv")] == [0o600, 0o600]


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_a_new_file_that_names_nobody_has_the_permissions_of_any_new_file(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write_file(tmp_path / "edition.json", lambda file: file.write(b""), ANYONE)
    finally:
        assert os.umask(before) == mask
    assert mode_of(tmp_path / "edition.json") == mode


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o777])
@pytest.mark.parametrize("new_mode", [0o600, ANYONE], ids=["of patients", "of none"])
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path, mode, new_mode):
    path = tmp_path / "feed.ics"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_file(path, lambda file: file.write(b"new"), new_mode)
    assert (path.read_bytes(), mode_of(path)) == (b"new", mode)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_that_is_replaced_keeps_its_owner(tmp_path):
    path = tmp_path / "feed.ics"
    path.write_bytes(b"old")
    os.chown(path, 1234, 5678)
    path.chmod(0o640)
    write_file(path, lambda file: file.write(b"new"))
    after = path.stat()
    assert (after.st_uid, after.st_gid, mode_of(path)) == (1234, 5678, 0o640)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a file of another group")
def test_where_the_group_cannot_be_kept_another_one_may_not_read(tmp_path, monkeypatch):
    def refused(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    path = tmp_path / "feed.ics"
    path.write_bytes(b"old")
    os.chown(path, 1234, 5678)
    path.chmod(0o664)
    monkeypatch.setattr(os, "chown", refused)
    write_file(path, lambda file: file.write(b"new"))
    assert (path.read_bytes(), mode_of(path), path.stat().st_gid) == (b"new", 0o604, os.getegid())


@pytest.mark.parametrize("mode", [0o400, 0o444])
def test_a_read_only_file_is_not_replaced(tmp_path, mode):
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    path.chmod(mode)
    with pytest.raises(FileError, match=r"out\.csv is read-only; make it writable, or give the output another name"):
        write_file(path, lambda file: file.write(b"new"))
    assert contents(tmp_path) == {"out.csv": "old"}


def test_a_file_is_on_the_disk_before_it_gets_its_name_and_its_name_after(tmp_path, monkeypatch):
    calls = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *args, name=name, real=real: (calls.append(name), real(*args))[1])
    write_file(tmp_path / "out.csv", lambda file: file.write(b"new"))
    assert calls == ["fsync", "replace", "fsync"]


@pytest.mark.parametrize(("number", "fails"), [(errno.EINVAL, False), (errno.EIO, True)])
def test_a_folder_that_cannot_be_synced_is_no_error_and_a_bad_disk_is_one(tmp_path, monkeypatch, number, fails):
    real = os.fsync

    def of_files(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))
        real(handle)

    monkeypatch.setattr(os, "fsync", of_files)
    if fails:
        with pytest.raises(FileError, match="Input/output error"):
            write_file(tmp_path / "out.csv", lambda file: file.write(b"new"))
    else:
        write_file(tmp_path / "out.csv", lambda file: file.write(b"new"))
    assert contents(tmp_path) == {"out.csv": "new"}


KILLED = """
import os, signal, sys
from pathlib import Path
from spine_vigil.scheduler.files.atomic import write_file
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
write_file(Path(sys.argv[1]), lambda file: file.write(b"new"))
"""


def test_a_run_that_is_killed_before_the_rename_leaves_the_old_file_and_a_hidden_part(tmp_path):
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=ROOT, check=False)
    (part,) = (p for p in tmp_path.iterdir() if p != path)
    assert (path.read_bytes(), part.read_bytes()) == (b"old", b"new")
    assert re.fullmatch(r"\.out\.csv\.[0-9a-f]{8}\.part", part.name)
    sweep_beside(path)
    assert contents(tmp_path) == {"out.csv": "old"}


# Folders


def test_a_folder_appears_whole_under_its_name_for_its_owner_alone(tmp_path):
    def fill(folder):
        assert (mode_of(folder), (tmp_path / "out.csv").exists()) == (0o700, False)
        (folder / "sub").mkdir()
        (folder / "sub" / "part-0").write_bytes(b"P1")

    write_folder(tmp_path / "out.csv", fill)
    assert (tmp_path / "out.csv" / "sub" / "part-0").read_bytes() == b"P1"
    assert [(p.name, mode_of(p)) for p in tmp_path.iterdir()] == [("out.csv", 0o700)]


@pytest.mark.parametrize("stop", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_in_the_middle_of_a_folder_leaves_nothing(tmp_path, stop):
    def half(folder):
        (folder / "part-0").write_bytes(b"P1")
        raise stop

    with pytest.raises(FileError if isinstance(stop, OSError) else KeyboardInterrupt):
        write_folder(tmp_path / "out.csv", half)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_never_takes_the_place_of_a_file_or_a_pipe(tmp_path):
    (tmp_path / "out.csv").write_bytes(b"old")
    os.mkfifo(tmp_path / "fifo.csv")
    for path in (tmp_path / "out.csv", tmp_path / "fifo.csv"):
        with pytest.raises(FileError, match="cannot write"):
            write_folder(path, lambda folder: (folder / "part-0").touch())
    assert (tmp_path / "out.csv").read_bytes() == b"old"
    assert (tmp_path / "fifo.csv").is_fifo()
    assert len(list(tmp_path.iterdir())) == 2
