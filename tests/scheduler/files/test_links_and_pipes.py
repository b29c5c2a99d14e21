"""Links are written through, pipes and devices are written to: none of them is ever replaced."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import polars as pl
import pytest
from support.folders import contents, mode_of
from support.paths import ROOT

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.atomic import replace_all, sweep_beside, write_file, write_new

# Links


@pytest.fixture(params=["write_file", "replace_all"])
def write(request):
    """Write bytes, alone or as one of several."""
    if request.param == "replace_all":
        return lambda path, content: replace_all({path: content})
    return lambda path, content: write_file(path, lambda file: file.write(content))


@pytest.fixture
def www(tmp_path):
    """Make a folder with a file that a link beside the folder leads to."""
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "feed.ics").write_bytes(b"old")
    (folder / "feed.ics").chmod(0o644)
    (tmp_path / "feed.ics").symlink_to("www/feed.ics")
    return folder


def test_a_link_is_written_through(write, www, tmp_path):
    write(tmp_path / "feed.ics", b"new")
    assert (tmp_path / "feed.ics").readlink() == Path("www/feed.ics")
    assert (contents(www), mode_of(www / "feed.ics")) == ({"feed.ics": "new"}, 0o644)
    assert {p.name for p in tmp_path.iterdir()} == {"www", "feed.ics"}


def test_a_link_to_a_link_is_written_through(write, www, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "latest.ics").symlink_to("../feed.ics")
    write(tmp_path / "sub" / "latest.ics", b"new")
    assert contents(www) == {"feed.ics": "new"}
    assert (tmp_path / "feed.ics").is_symlink()
    assert [p.name for p in (tmp_path / "sub").iterdir() if p.is_symlink()] == ["latest.ics"]


def test_a_link_in_a_folder_that_is_a_link_is_written_through(write, www, tmp_path):
    (www / "latest.ics").symlink_to("feed.ics")
    (tmp_path / "served").symlink_to("www")
    write(tmp_path / "served" / "latest.ics", b"new")
    assert contents(www) == {"feed.ics": "new", "latest.ics": "new"}
    assert (www / "latest.ics").is_symlink()


def test_a_link_that_leads_to_no_file_makes_one(write, www, tmp_path):
    (www / "feed.ics").unlink()
    write(tmp_path / "feed.ics", b"new")
    assert (contents(www), mode_of(www / "feed.ics")) == ({"feed.ics": "new"}, 0o600)
    assert (tmp_path / "feed.ics").is_symlink()


def test_links_in_a_loop_are_one_message(write, tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(FileError, match=r"a is a link that leads back to itself; remove it"):
        write(tmp_path / "a", b"new")
    assert {p.name for p in tmp_path.iterdir()} == {"a", "b"}


def test_a_failure_behind_a_link_leaves_the_old_file_and_nothing_else(write, www, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left on device"):
        write(tmp_path / "feed.ics", b"new")
    assert contents(www) == {"feed.ics": "old"}


def test_what_a_killed_run_left_behind_a_link_is_swept(www, tmp_path):
    for name in (".feed.ics.0123abcd.part", ".other.ics.0123abcd.part"):
        (www / name).touch()
    sweep_beside(tmp_path / "feed.ics")
    assert set(contents(www)) == {"feed.ics", ".other.ics.0123abcd.part"}


def test_a_secret_is_written_through_a_link_that_leads_to_no_file_and_over_none(www, tmp_path):
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "feed.ics", b"key")
    (www / "feed.ics").unlink()
    write_new(tmp_path / "feed.ics", b"key")
    assert contents(www) == {"feed.ics": "key"}


# Pipes and devices


@pytest.fixture
def fifo(tmp_path):
    path = tmp_path / "fifo.csv"
    os.mkfifo(path)
    return path


def read_of(fifo, write):
    """Return what a reader of a pipe gets while `write` runs."""
    parts = []
    reader = Thread(target=lambda: parts.append(fifo.read_bytes()))
    reader.start()
    write()
    reader.join(timeout=20)
    return parts[0]


def test_a_pipe_is_written_to_and_stays_one(write, fifo, tmp_path):
    content = b"P1,within\n" * 100_000  # more than a pipe holds
    assert read_of(fifo, lambda: write(fifo, content)) == content
    assert [(p.name, p.is_fifo()) for p in tmp_path.iterdir()] == [("fifo.csv", True)]


def test_a_link_to_a_pipe_is_written_through(write, fifo, tmp_path):
    (tmp_path / "link.csv").symlink_to("fifo.csv")
    assert read_of(fifo, lambda: write(tmp_path / "link.csv", b"new")) == b"new"
    assert (tmp_path / "link.csv").is_symlink()


def test_a_table_of_polars_goes_into_a_pipe_as_into_a_file(fifo, tmp_path):
    frame = pl.DataFrame({"patient_id": ["P1", "P2"] * 50_000, "row": range(100_000)})

    def rows(file):
        file.write(b"by Python\n")
        frame.write_csv(file)
        file.write(b"by Python again\n")

    for fill in (rows, frame.write_parquet, frame.lazy().sink_parquet):
        write_file(tmp_path / "plain", fill)
        assert read_of(fifo, lambda fill=fill: write_file(fifo, fill)) == (tmp_path / "plain").read_bytes()


def test_a_failure_before_the_end_gives_a_pipe_nothing(fifo):
    """Nobody reads the pipe, so opening it would wait for ever."""

    def half(file):
        file.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(FileError, match=r"cannot write a temporary file \(TMPDIR says where\): No space left"):
        write_file(fifo, half)


def test_a_reader_that_has_gone_is_an_error_of_its_own(write):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        with pytest.raises(BrokenPipeError):
            write(Path(f"/dev/fd/{writing}"), b"new")
    finally:
        os.close(writing)


def test_an_open_descriptor_is_written_to_where_it_stands(write, tmp_path):
    """Opened by its name the file would be emptied, and what a shell appends to would be lost."""
    log = tmp_path / "log"
    log.write_bytes(b"before\n")
    with log.open("ab") as file:
        write(Path(f"/dev/fd/{file.fileno()}"), b"new\n")
        file.write(b"after\n")
    assert log.read_bytes() == b"before\nnew\nafter\n"
    assert list(tmp_path.iterdir()) == [log]


def test_a_descriptor_that_only_reads_is_one_message(write, tmp_path):
    (tmp_path / "in.csv").write_bytes(b"old")
    with (tmp_path / "in.csv").open("rb") as file, pytest.raises(FileError, match="Bad file descriptor"):
        write(Path(f"/dev/fd/{file.fileno()}"), b"new")
    assert (tmp_path / "in.csv").read_bytes() == b"old"


def test_the_null_device_takes_everything_and_stays_one(write):
    write(Path(os.devnull), b"new" * 100_000)
    assert Path(os.devnull).is_char_device()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux alone has a device that is full")
@pytest.mark.parametrize("size", [1, 1 << 20])
def test_a_full_device_is_one_message(write, size):
    with pytest.raises(FileError, match="cannot write /dev/full: No space left on device; check the free space"):
        write(Path("/dev/full"), b"x" * size)
    assert Path("/dev/full").is_char_device()


def test_what_was_printed_before_comes_first():
    program = """
from pathlib import Path
from spine_vigil.scheduler.files.atomic import write_file
print("printed")
write_file(Path("/dev/stdout"), lambda file: file.write(b"written\\n"))
print("printed again")
"""
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=buffered, capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"printed\nwritten\nprinted again\n", b"")
