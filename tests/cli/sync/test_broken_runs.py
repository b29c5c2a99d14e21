"""`vigil sync`: two runs at once, runs that are killed, and what the library may not write down."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys

import pytest
from support.paths import ROOT
from support.sync import MARKERS, refused

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.locks import locked


@pytest.mark.usefixtures("login")
def test_a_state_is_used_by_one_run_at_a_time_whichever_command_it_is(sync, vigil, events, line, tmp_path):
    state, others = tmp_path / "state.json", []
    in_use = f"another run uses {state} now; wait for it to end, then try again"
    with locked(state):
        assert in_use in refused(sync, tmp_path, line.url, "--apply")
        assert in_use in vigil("calendar", events, "-o", tmp_path / "windows.ics", "--state", state)[2]
    assert line.asked == []

    def calendar_meanwhile():
        with pytest.raises(FileError) as error, locked(state):
            pass
        others.append(str(error.value))

    line.on_write = calendar_meanwhile
    assert sync(line.url, "--apply")[0] == 0
    assert others == [in_use] * 6


def process(events, url, **environment):
    """Start `vigil sync --apply` in a process of its own."""
    state = events.parent / "state.json"
    command = [sys.executable, "-c", "from spine_vigil.cli.main import main; main()", "sync", str(events), "--url", url]
    command += ["--calendar", "Imaging", "--state", str(state), "--months", "6", "--as-of", "2022-05-10", "--apply"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


@pytest.mark.slow
@pytest.mark.usefixtures("login")
@pytest.mark.parametrize("at", [1, 3, 6])
def test_a_run_that_is_killed_is_completed_by_the_next_one(sync, events, line, radicale, at):
    running = process(events, line.url)
    line.on_write = lambda: len(line.writes) == at and running.send_signal(signal.SIGKILL)
    running.communicate()
    assert running.returncode == -signal.SIGKILL
    assert len(radicale.paths()) == at
    line.forget()
    line.on_write = lambda: None
    assert sync(line.url, "--apply")[1] == (
        f"calendar 'Imaging': {6 - at} new, 0 changed, 0 cancelled, 0 removed, {at} unchanged\n"
    )
    assert line.writes == ["PUT"] * (6 - at)
    assert len(radicale.paths()) == 6


@pytest.mark.usefixtures("login")
def test_the_library_is_kept_from_writing_down_what_is_sent(events, line, tmp_path):
    """It would, with these variables: requests to its log, and each exchange with the password into a file."""
    dumps = tmp_path / "dumps"
    dumps.mkdir()
    wishes = {"PYTHON_CALDAV_DEBUGMODE": "DEBUG", "PYTHON_CALDAV_COMMDUMP": "1", "TMPDIR": str(dumps)}
    running = process(events, line.url, **wishes)
    out, err = running.communicate()
    assert running.returncode == 0
    assert b"6 new" in out
    assert list(dumps.iterdir()) == []
    assert [marker for marker in (*MARKERS, "VEVENT", "Authorization") if marker.encode() in out + err] == []


@pytest.mark.usefixtures("login")
def test_what_is_sent_is_in_no_log(sync, line, caplog):
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="caldav"):
        assert sync(line.url, "--apply")[0] == 0
    assert [marker for marker in (*MARKERS, "VEVENT", "Authorization", "Imaging window") if marker in caplog.text] == []


@pytest.mark.usefixtures("login")
def test_what_a_killed_run_left_beside_the_state_is_removed(sync, line, tmp_path):
    (tmp_path / ".state.json.abc123.part").write_text("half a state")
    (tmp_path / ".other.json.abc123.part").write_text("of another program")
    sync(line.url, "--apply")
    assert sorted(path.name for path in tmp_path.glob(".*.part")) == [".other.json.abc123.part"]
