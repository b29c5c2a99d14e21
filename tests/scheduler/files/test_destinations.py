"""Where an output goes, and what is refused before any work is done."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.destinations import (
    Stream,
    check_folder,
    check_output,
    destination,
    is_stream,
    spill_folder,
)


def test_a_path_leads_to_its_file_over_all_links_there_or_not(tmp_path):
    (tmp_path / "www").mkdir()
    (tmp_path / "served").symlink_to("www")
    (tmp_path / "a").symlink_to(tmp_path / "served" / "b")
    (tmp_path / "www" / "b").symlink_to("../c.csv")
    for name in ("c.csv", "a", "www/b", "served/b"):
        assert destination(tmp_path / name) == tmp_path.resolve() / "c.csv"
    assert spill_folder(tmp_path / "served" / "b") == tmp_path.resolve()


def test_a_pipe_a_device_and_a_descriptor_are_streams(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("fifo")
    (tmp_path / "file").touch()
    assert [is_stream(tmp_path / name) for name in ("fifo", "link", "file", "none", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert (is_stream(Path(os.devnull)), spill_folder(Path(os.devnull))) == (True, None)
    assert destination(Path("/dev/stdout")) == Stream(Path("/dev/stdout"), 1)
    with (tmp_path / "file").open("rb") as file:
        assert destination(Path(f"/dev/fd/{file.fileno()}")) == Stream(Path(f"/dev/fd/{file.fileno()}"), file.fileno())
    assert spill_folder(tmp_path / "link") is None


def test_an_output_on_its_own_input_is_refused(tmp_path, monkeypatch):
    source = tmp_path / "in.csv"
    source.write_bytes(b"")
    link, hard = tmp_path / "link.csv", tmp_path / "hard.csv"
    link.symlink_to(source)
    hard.hardlink_to(source)
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)
    for path in (source, link, hard, tmp_path / "sub" / ".." / "in.csv", source.relative_to(tmp_path)):
        with pytest.raises(FileError, match="is the input; give the output another name"):
            check_output(path, source)
    check_output(tmp_path / "out.csv", source)


def test_an_output_without_a_folder_or_on_one_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"there is no folder .*none; make it first"):
        check_output(tmp_path / "none" / "out.csv")
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(FileError, match=r"out\.csv is a folder"):
        check_output(tmp_path / "out.csv")


def test_a_dash_is_no_file_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        FileError, match=r"^- is no file name here; give a file name, or /dev/stdout for standard output$"
    ):
        check_output(Path("-"))
    check_output(tmp_path / "-")


def test_an_output_that_appends_to_its_own_input_is_refused(tmp_path):
    source = tmp_path / "in.csv"
    source.touch()
    with source.open("ab") as file, pytest.raises(FileError, match="is the input"):
        check_output(Path(f"/dev/fd/{file.fileno()}"), source)


def test_a_device_may_be_both_input_and_output_as_a_terminal_is():
    check_output(Path(os.devnull), Path(os.devnull))


def test_an_output_behind_a_link_is_checked_where_the_link_leads(tmp_path):
    (tmp_path / "to_none.csv").symlink_to("none/out.csv")
    with pytest.raises(FileError, match=r"there is no folder .*none; make it first"):
        check_output(tmp_path / "to_none.csv")
    (tmp_path / "to_folder.csv").symlink_to(".")
    with pytest.raises(FileError, match=r"to_folder\.csv is a folder"):
        check_output(tmp_path / "to_folder.csv")
    (tmp_path / "old.csv").touch(mode=0o444)
    (tmp_path / "to_old.csv").symlink_to("old.csv")
    with pytest.raises(FileError, match=r"old\.csv is read-only; make it writable"):
        check_output(tmp_path / "to_old.csv")
    (tmp_path / "a").symlink_to("a")
    with pytest.raises(FileError, match="a is a link that leads back to itself"):
        check_output(tmp_path / "a")
    (tmp_path / "to_new.csv").symlink_to("new.csv")
    check_output(tmp_path / "to_new.csv")


@pytest.fixture
def as_nobody():
    """Run as a user who may not write everywhere; yield a folder of hers."""
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, 65534, 65534)
        os.setegid(65534)
        os.seteuid(65534)
    yield folder
    if is_root:
        os.seteuid(0)
        os.setegid(0)
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_a_folder_a_file_and_a_pipe_that_are_not_to_be_written_to_are_refused(as_nobody):
    for name in ("old.csv", "fifo.csv"):
        (os.mkfifo if name == "fifo.csv" else Path.touch)(as_nobody / name)
    check_output(as_nobody / "fifo.csv")
    (as_nobody / "fifo.csv").chmod(0o400)
    with pytest.raises(FileError, match=r"fifo\.csv cannot be written to; check its permissions"):
        check_output(as_nobody / "fifo.csv")
    as_nobody.chmod(0o500)
    for name in ("old.csv", "new.csv"):
        with pytest.raises(FileError, match=rf"no file can be made in the folder {as_nobody}; check its permissions"):
            check_output(as_nobody / name)


def test_a_folder_that_may_not_be_searched_is_one_message(as_nobody):
    (as_nobody / "sub").mkdir(mode=0o000)
    with pytest.raises(FileError, match=r"Permission denied|no file can be made in the folder"):
        check_output(as_nobody / "sub" / "out.csv")
    (as_nobody / "sub").chmod(0o700)


def test_a_descriptor_that_is_not_open_is_refused():
    with pytest.raises(FileError, match="cannot write /dev/fd/999: Bad file descriptor"):
        check_output(Path("/dev/fd/999"))


def test_a_new_folder_is_refused_where_something_is_or_no_folder(tmp_path):
    (tmp_path / "to_new").symlink_to("new")
    (tmp_path / "to_none").symlink_to("none/new")
    check_folder(tmp_path / "new")
    check_folder(tmp_path / "to_new")
    with pytest.raises(FileError, match=r"there is no folder .*none; make it first"):
        check_folder(tmp_path / "to_none")
    os.mkfifo(tmp_path / "new")
    for name in ("new", "to_new"):
        with pytest.raises(FileError, match=r"is there already; remove it, or give the folder of the results another"):
            check_folder(tmp_path / name)
