"""A lock on a state: one run at a time, and none that a killed run leaves."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest
from support.paths import ROOT

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.locks import locked

HOLD = """
import sys
from pathlib import Path
from spine_vigil.scheduler.files.locks import locked
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
