"""`vigil calendar --state`: what the second run says, when it refuses, and what a crash leaves behind."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path

import icalendar
import pytest
from freezegun import freeze_time
from support.events_files import write_lines
from support.paths import ROOT

from spine_vigil.cli.main import main
from spine_vigil.scheduler.files.locks import locked

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site,follow_up_end_date"
OSTEOSARCOMA = "{},bone.osteosarcoma,,,,,2022-01-31,sacrum,"
STUDY = "{},bone.osteosarcoma,CT,chest,2022-05-03,performed,2022-01-31,sacrum,"
"""Osteosarcoma has two schedules, each 3-monthly: 4 windows within a year, of the chest and of the primary site."""

NAMES = ["P1", "P2", "P3", "P4", "P5"]
COHORT = [OSTEOSARCOMA.format(name) for name in NAMES]


@pytest.fixture
def events(tmp_path):
    """Return a function that writes the events file."""
    return partial(write_lines, tmp_path / "events.csv", HEADER)


@pytest.fixture
def calendar(monkeypatch, capsys, tmp_path):
    """Run `vigil calendar` at noon of a day on the files of this test; return exit code and standard error."""
    monkeypatch.chdir(tmp_path)

    def run(day, *args):
        arguments = ["vigil", "calendar", "events.csv", "-o", "w.ics", "--state", "state.json", *map(str, args)]
        monkeypatch.setattr(sys, "argv", arguments)
        code = 0
        with freeze_time(f"{day} 12:00:00"):
            try:
                main()
            except SystemExit as done:
                code = done.code or 0
        return code, capsys.readouterr().err

    return run


def versions(path):
    """Return how many events have each STATUS and SEQUENCE."""
    found: dict[tuple[str, int], int] = {}
    for event in icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
        key = (str(event["STATUS"]), int(event["SEQUENCE"]))
        found[key] = found.get(key, 0) + 1
    return found


def test_a_first_run_with_a_state_writes_what_one_without_writes(calendar, events, tmp_path):
    events(*COHORT)
    assert calendar("2022-02-01")[0] == 0
    before = (tmp_path / "w.ics").read_bytes()
    (tmp_path / "state.json").unlink()
    assert calendar("2022-02-01")[0] == 0
    assert (tmp_path / "w.ics").read_bytes() == before
    assert versions(tmp_path / "w.ics") == {("CONFIRMED", 0): 10, ("TENTATIVE", 0): 30}


def test_the_state_and_the_secret_beside_it_are_their_owners_alone(calendar, events, tmp_path):
    events(*COHORT)
    (tmp_path / "kept").mkdir()
    assert calendar("2022-02-01", "--state", "kept/state.json")[0] == 0
    names = ["kept/state.json", "kept/vigil-calendar.secret", "kept/.state.json.lock", "w.ics"]
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in names] == [0o600] * 4
    assert not (tmp_path / "vigil-calendar.secret").exists()


@pytest.mark.parametrize("name", ["state.json", "codes.csv"])
@pytest.mark.parametrize(("mode", "is_told"), [(0o600, False), (0o640, True), (0o604, True)])
def test_a_private_file_that_stays_readable_by_others_is_warned_of(calendar, events, tmp_path, name, mode, is_told):
    events(*COHORT)
    assert "others can read" not in calendar("2022-02-01", "--codes", "codes.csv")[1]
    (tmp_path / name).chmod(mode)
    code, err = calendar("2022-02-02", "--codes", "codes.csv")
    assert (code, stat.S_IMODE((tmp_path / name).stat().st_mode)) == (0, mode)
    assert (f"vigil: others can read {name}; make it yours alone (chmod 600)\n" in err) == is_told
    assert err.count("others can read") == is_told


def test_a_run_on_unchanged_rows_writes_the_same_bytes_on_any_day(calendar, events, tmp_path):
    """Until the first window closes, on 30 April, and with the horizon where it was."""
    events(*COHORT)
    calendar("2022-02-01", "--months", 3)
    before = (tmp_path / "w.ics").read_bytes()
    for day, months in (("2022-02-28", 3), ("2022-03-30", 2), ("2022-04-30", 1)):
        assert calendar(day, "--months", months)[0] == 0
        assert (tmp_path / "w.ics").read_bytes() == before
    assert calendar("2022-04-30", "--months", 1)[1].splitlines()[1] == (
        "against the last run: 0 new, 0 revised, 0 cancelled; kept in state.json"
    )


def test_a_study_cancels_its_window_and_revises_those_behind_it(calendar, events, tmp_path):
    """One of 40 is done, so the 3 behind it move; the 27 behind missed windows count from 4 May; 10 are new."""
    events(*COHORT)
    calendar("2022-02-01")
    events(*COHORT, STUDY.format("P1"))
    code, err = calendar("2022-05-04")
    assert code == 0
    assert err.splitlines()[1] == "against the last run: 10 new, 30 revised, 1 cancelled; kept in state.json"
    assert versions(tmp_path / "w.ics") == {
        ("CANCELLED", 1): 1,
        ("CONFIRMED", 0): 9,
        ("CONFIRMED", 1): 1,
        ("TENTATIVE", 0): 10,
        ("TENTATIVE", 1): 29,
    }
    assert b"LAST-MODIFIED:20220504T120000Z" in (tmp_path / "w.ics").read_bytes()


def refused(calendar, tmp_path, *args):
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    code, err = calendar(*args)
    assert code == 2
    assert "Traceback" not in err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before
    return err


@pytest.mark.parametrize(
    ("left", "is_refused", "why"),
    [
        (NAMES[:4], False, "8 of 40 would be cancelled: a fifth"),
        (NAMES[:3], True, "16 of 40: more than a fifth"),
        (NAMES[:1], True, "32 of 40"),
    ],
)
def test_an_input_that_would_cancel_more_than_a_fifth_stops_the_run(calendar, events, tmp_path, left, is_refused, why):
    events(*COHORT)
    calendar("2022-02-01")
    events(*map(OSTEOSARCOMA.format, left))
    if is_refused:
        err = refused(calendar, tmp_path, "2022-02-02")
        assert "of 40 live events would be cancelled, more than one in 5; check that the input is whole" in err, why
        assert calendar("2022-02-02", "--force")[0] == 0
    else:
        assert calendar("2022-02-02")[0] == 0, why
    gone = 8 * (5 - len(left))
    assert versions(tmp_path / "w.ics")["CANCELLED", 1] == gone


def test_an_empty_input_stops_the_run_and_cancels_all_where_it_is_forced(calendar, events, tmp_path):
    events(*COHORT)
    calendar("2022-02-01")
    events()
    assert "gives no window, so w.ics is not written" in refused(calendar, tmp_path, "2022-02-02")
    code, err = calendar("2022-02-02", "--force")
    assert code == 0
    assert "0 new, 0 revised, 40 cancelled" in err
    assert versions(tmp_path / "w.ics") == {("CANCELLED", 1): 40}
    assert calendar("2023-03-02", "--force")[0] == 0
    assert versions(tmp_path / "w.ics") == {("CANCELLED", 1): 10}  # of 31 January 2023: shown until 2 March
    assert calendar("2023-03-03", "--force")[0] == 0
    assert versions(tmp_path / "w.ics") == {}
    events(*COHORT)
    assert calendar("2023-03-04")[0] == 0
    assert versions(tmp_path / "w.ics") == {
        ("CONFIRMED", 2): 10,
        ("TENTATIVE", 2): 30,
        ("TENTATIVE", 0): 10,  # the fourth behind a missed window is new
    }


def test_another_secret_is_no_reason_to_cancel_everything(calendar, events, tmp_path):
    events(*COHORT)
    calendar("2022-02-01")
    (tmp_path / "other.secret").write_text("11" * 32)
    (tmp_path / "other.secret").chmod(0o600)
    err = refused(calendar, tmp_path, "2022-02-02", "--secret-file", "other.secret", "--force")
    assert "state.json was made under another site secret" in err
    (tmp_path / "vigil-calendar.secret").unlink()
    assert "made under a site secret that is not there" in refused(calendar, tmp_path, "2022-02-02")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("events.csv", "is the input"),
        ("w.ics", "is the state; give the calendar another name"),
        ("vigil-calendar.secret", "is the secret file; give the state another name"),
        ("none/state.json", "there is no folder none; make it first"),
        ("linked.json", "is a link; give the file that it leads to"),
        ("damaged.json", "the state damaged.json is damaged: Input data was truncated; restore it from a backup"),
    ],
)
def test_a_state_is_a_file_of_its_own(calendar, events, tmp_path, name, message):
    events(*COHORT)
    (tmp_path / "linked.json").symlink_to(tmp_path / "elsewhere.json")
    (tmp_path / "damaged.json").write_text("{")
    (tmp_path / ".damaged.json.lock").touch()
    assert message in refused(calendar, tmp_path, "2022-02-01", "--state", name)


def test_a_state_that_another_run_uses_is_left_alone(calendar, events, tmp_path):
    events(*COHORT)
    calendar("2022-02-01")
    with locked(tmp_path / "state.json"):
        assert "another run uses state.json now" in refused(calendar, tmp_path, "2022-02-01")


def test_a_run_that_fails_leaves_calendar_and_state_as_they_were(calendar, events, tmp_path, monkeypatch):
    """The state is the first to get its name, and gets its old content back when the calendar cannot get its."""
    events(*COHORT)
    calendar("2022-02-01")
    events(*COHORT, STUDY.format("P1"))
    real = os.replace

    def fails(source, target):
        if str(target).endswith(".ics"):
            assert "2022-05-04" in (tmp_path / "state.json").read_text()
            raise OSError(5, "Input/output error")
        real(source, target)

    monkeypatch.setattr(os, "replace", fails)
    assert "cannot write w.ics: Input/output error" in refused(calendar, tmp_path, "2022-05-04")


# Killed at any moment

KILLED = """
import os, signal, sys
step = [int(sys.argv.pop(1))]

def deadly(name):
    real = getattr(os, name)

    def call(*args, **kwargs):
        step[0] -= 1
        if step[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    setattr(os, name, call)

for name in ("fsync", "replace", "unlink", "link", "mkdir", "chmod"):
    deadly(name)
from freezegun import freeze_time
with freeze_time("2022-05-04 12:00:00"):
    from spine_vigil.cli.main import main
    try:
        main()
    except SystemExit as done:
        os._exit(done.code or 0)  # what libraries do at the end is not the run's
"""
"""Kills its own run at the so-and-so-manieth call that changes the disk."""

STEPS = 24
"""State, calendar, to-dos and six patients are brought to the disk and renamed, the calendar of another one is
removed, and two folders are brought to the disk: 21 steps, and one of the lock. Behind them the run ends."""


def parts(path):
    """Return the components of a calendar by UID: SEQUENCE and bytes."""
    found = {}
    for block in path.read_bytes().split(b"BEGIN:VEVENT")[1:]:
        lines = block.decode().replace("\r\n ", "").split("\r\n")
        values = dict(line.split(":", 1) for line in lines if ":" in line)
        found[values["UID"]] = (int(values["SEQUENCE"]), block)
    return found


@pytest.mark.slow
def test_a_run_that_is_killed_at_any_moment_is_mended_by_the_next(calendar, events, tmp_path):
    """Whichever bytes a subscriber has seen, what differs from them after the next run is of a higher version."""
    options = ("--per-patient", "feeds", "--todos", "t.ics", "--codes", "codes.csv")
    gone = "P6,bone.osteosarcoma,,,,,2022-01-31,sacrum,2022-05-01"
    options = (*options, "--months", "9")  # no window comes into sight by time
    events(*COHORT, gone)
    calendar("2022-02-01", *options, "--months", "12")
    (tmp_path / "feeds" / "ABCDEFGH.ics").write_bytes(next((tmp_path / "feeds").iterdir()).read_bytes())
    names = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"]
    before = {name: (tmp_path / name).read_bytes() for name in names}
    events(*COHORT, gone, STUDY.format("P1"))
    assert calendar("2022-05-04", *options)[0] == 0
    after = {name: (tmp_path / name).read_bytes() if (tmp_path / name).exists() else None for name in names}
    assert [name.name for name in names if after[name] is None] == ["ABCDEFGH.ics"]
    killed = []
    for step in range(1, STEPS + 1):
        for name, content in before.items():
            (tmp_path / name).write_bytes(content)
        events(*COHORT, gone, STUDY.format("P1"))
        arguments = [str(step), "calendar", "events.csv", "-o", "w.ics", "--state", "state.json", *options]
        done = subprocess.run(
            [sys.executable, "-c", KILLED, *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=False,
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        killed.append(done.returncode != 0)
        for name in set(names) - {Path("events.csv")}:
            content = (tmp_path / name).read_bytes() if (tmp_path / name).exists() else None
            assert content in (before[name], after[name])
        json.loads((tmp_path / "state.json").read_text())
        seen = parts(tmp_path / "w.ics")
        assert calendar("2022-05-05", *options)[0] == 0
        mended = parts(tmp_path / "w.ics")
        assert set(mended) == set(parts_of(after[Path("w.ics")], tmp_path))
        raised = [mended[uid][0] > sequence for uid, (sequence, block) in seen.items() if mended[uid][1] != block]
        assert raised == [True] * len(raised)
        assert [path.name for path in tmp_path.rglob("*.part")] == []
    assert killed == sorted(killed, reverse=True)
    assert 22 <= sum(killed) < STEPS


def parts_of(content, tmp_path):
    path = tmp_path / "copy.txt"
    path.write_bytes(content)
    return parts(path)
