"""The program as a shell meets it: help, exit codes, messages instead of tracebacks, pipes that close."""

import errno
import gzip
import os
import subprocess
import sys
from io import TextIOWrapper
from pathlib import Path

import pytest
from freezegun import freeze_time
from support.paths import ROOT
from support.requests import as_rows, as_text

from spine_vigil.cli.main import main
from spine_vigil.cli.options.common import today
from spine_vigil.cli.output.progress import Progress

AUDITOR = str(ROOT / "sample_cohorts" / "auditor.csv")
CLINIC = str(ROOT / "sample_cohorts" / "clinic.csv")
DIRTY = str(ROOT / "sample_cohorts" / "dirty.csv")
PROGRAM = [sys.executable, "-W", "error", "-c", "from spine_vigil.cli.main import main; main()"]
OSTEOSARCOMA = ["--protocol", "bone.osteosarcoma", "--index", "treatment_end=2026-01-15"]
CHECK = ["check", "--study", "MRI cervical_spine", *OSTEOSARCOMA, "--primary-site", "cervical_spine", "--date"]


def start(*args, **streams):
    return subprocess.Popen([*PROGRAM, *args], cwd=ROOT, stderr=subprocess.PIPE, **streams)


def test_help_lists_every_command_with_what_it_does(vigil):
    code, out, err = vigil("--help")
    assert (code, err) == (0, "")
    commands = dict(line.split(maxsplit=1) for line in out.partition("Commands:\n")[2].splitlines())
    assert {name: commands[name] for name in ("check", "windows", "audit", "calendar", "protocols")} == {
        "check": "Decide one requested date.",
        "windows": "List the coming imaging windows of a patient.",
        "audit": "Decide every row of an events file.",
        "calendar": "Write imaging windows as an iCalendar file.",
        "protocols": "List, show, search or validate the encoded protocols.",
    }
    assert vigil("-h")[1] == out


@pytest.mark.parametrize("command", ["check", "windows", "audit", "due", "calendar", "timeline", "protocols list"])
def test_the_help_of_a_command_has_an_example(vigil, command):
    code, out, _ = vigil(*command.split(), "--help")
    assert code == 0
    assert f"Usage: vigil {command} " in out
    assert f"  vigil {command}" in out.partition("Usage:")[2]


def test_the_version_is_that_of_the_distribution(vigil, monkeypatch):
    monkeypatch.setattr("importlib.metadata.version", {"spine-vigil": "0.1.0"}.__getitem__)
    assert vigil("--version")[:2] == (0, "vigil, version 0.1.0\n")


WRONG = [
    # arguments, what is said, why
    (["adit"], "No such command 'adit'", "an unknown command"),
    (["audit", AUDITOR], "Missing option '-o'", "a missing option"),
    (["audit", "-o", "-"], "Missing argument 'EVENTS'", "a missing argument"),
    (["audit", AUDITOR, "-o", "-", "--gracedays", "3"], "No such option", "an unknown option"),
    ([], "Commands:", "no command"),
    (["audit", "nowhere.csv", "-o", "-"], "cannot read nowhere.csv", "a file that is not there"),
    ([*CHECK, "2026-02-30"], "'2026-02-30' is not a date", "a day that does not exist"),
    (["protocols", "show", "bone.osteosarkoma"], "did you mean 'bone.osteosarcoma'?", "a misspelt name"),
    (["windows", *OSTEOSARCOMA, "--until", "soon"], "soon", "no date"),
]


@pytest.mark.parametrize(("args", "said", "why"), WRONG, ids=[why for *_, why in WRONG])
def test_a_wrong_call_is_a_message_on_standard_error_and_exit_2(vigil, args, said, why):
    code, out, err = vigil(*args)
    assert (code, out) == (2, ""), why
    assert said in err
    assert "Traceback" not in err


EXIT_CODES = [
    # arguments, exit code, why
    ([*CHECK, "2026-04-15"], 0, "within: 3 months after the end of treatment"),
    ([*CHECK, "2026-04-05"], 1, "outside: a day before the grace of 9 days"),
    ([*CHECK, "2026-02-30"], 2, "no date"),
    (["check", "--study", "72141", "--date", "2026-04-15"], 3, "needs_info: nothing to decide by"),
    ([*CHECK, "2026-01-14"], 4, "refer: before the end of treatment"),
    (["audit", DIRTY, "-o", "-", "--fail-on", "invalid"], 5, "a bad row"),
]


@pytest.mark.parametrize(("args", "code", "why"), EXIT_CODES, ids=[why for *_, why in EXIT_CODES])
def test_exit_codes_reach_the_shell_and_no_traceback_does(args, code, why):
    done = subprocess.run([*PROGRAM, *args], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code, why
    assert "Traceback" not in done.stderr


def test_a_reader_who_is_gone_from_the_start_is_no_error():
    left, kept = os.pipe()
    os.close(left)
    with os.fdopen(kept, "wb") as pipe, start("audit", CLINIC, "-o", "-", stdout=pipe) as process:
        _, err = process.communicate()
    assert (process.returncode, err) == (141, b"")


@pytest.mark.parametrize("args", [["protocols", "list"], [*CHECK, "2026-04-15"]], ids=["protocols", "check"])
def test_no_command_takes_a_closed_pipe_for_a_decision(monkeypatch, args):
    left, kept = os.pipe()
    os.close(left)
    with os.fdopen(kept, "w") as pipe:
        monkeypatch.setattr(sys, "argv", ["vigil", *args])
        monkeypatch.setattr(sys, "stdout", pipe)
        with pytest.raises(SystemExit) as done:
            main()
    assert done.value.code == 141


def test_a_reader_of_the_first_line_gets_it():
    with start("audit", CLINIC, "-o", "-", stdout=subprocess.PIPE) as process:
        first = process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
    assert first.startswith(b"patient_id,")
    assert first.endswith(b",explanation\n")
    assert (process.returncode, err) == (141, b"")


LIMITED = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); "
"""Lets no file of the program grow beyond a page, as a full disk would."""

LIMITED_LATER = (
    "import resource; from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit; read = FiledAudit.read; "
    "FiledAudit.read = lambda *given: (read(*given), resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))); "
)
"""The same once the events are read, so that it is the results that there is no room for."""


@pytest.mark.slow
@pytest.mark.parametrize("limited", [LIMITED, LIMITED_LATER], ids=["from the start", "behind the events"])
@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz", "out.parquet"])
def test_a_full_disk_behind_a_file_is_one_message_and_leaves_no_file(tmp_path, name, limited):
    command = [sys.executable, "-c", limited + PROGRAM[-1], "audit", CLINIC, "-o", str(tmp_path / name)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert done.stderr.startswith(f"vigil: cannot write {tmp_path / name}: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_full_disk_behind_standard_output_is_one_message(tmp_path, unbuffered):
    command = [sys.executable, "-c", LIMITED_LATER + PROGRAM[-1], "audit", CLINIC, "-o", "-"]
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with (tmp_path / "out.csv").open("wb") as file:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (2, "vigil: cannot write the output: File too large\n")


def test_a_full_disk_behind_what_waits_for_standard_output_is_one_message():
    nothing_in_memory = "import spine_vigil.scheduler.files.spill as spill; spill.IN_MEMORY = 0; "
    command = [sys.executable, "-c", LIMITED + nothing_in_memory + PROGRAM[-1], "audit", CLINIC, "-o", "-"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("vigil: cannot write a temporary file (TMPDIR says where): ")
    assert done.stderr.count("\n") == 1


PIPED = [
    # standard input, why
    (Path(CLINIC).read_bytes(), "a pipe cannot be read twice, so what it holds is kept"),
    (gzip.compress(Path(CLINIC).read_bytes() * 9), "a compressed file is unpacked, and is not damaged"),
]


@pytest.mark.parametrize(("events", "why"), PIPED, ids=["plain", "compressed"])
def test_a_full_disk_behind_what_is_kept_of_standard_input_is_one_message(events, why):
    command = [sys.executable, "-c", LIMITED + PROGRAM[-1], "audit", "-", "-o", "-"]
    done = subprocess.run(command, cwd=ROOT, input=events, capture_output=True, check=False)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout, said.count("\n")) == (2, b"", 1), why
    assert said.startswith("vigil: cannot read standard input: File too large; check it, and the free space"), why


class FullDisk(TextIOWrapper):
    """A stream on which nothing can be written out."""

    def flush(self):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_output_that_is_lost_at_the_very_end_is_one_message(monkeypatch, capsys, tmp_path):
    with (tmp_path / "out").open("wb") as file:
        monkeypatch.setattr(sys, "argv", ["vigil", "protocols", "list"])
        monkeypatch.setattr(sys, "stdout", FullDisk(file))
        with pytest.raises(SystemExit) as done:
            main()
    assert done.value.code == 2
    assert capsys.readouterr().err == "vigil: cannot write the output: No space left on device\n"


def test_being_stopped_by_hand_is_one_word(vigil, monkeypatch):
    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("spine_vigil.sources.open_events", stop)
    code, _, err = vigil("audit", CLINIC, "-o", "-")
    assert (code, err.strip()) == (130, "vigil: stopped")


def test_the_clock_is_read_where_no_date_is_given(vigil):
    with freeze_time("2026-03-01"):
        assert str(today()) == "2026-03-01"
        asked = vigil("windows", *OSTEOSARCOMA)
    assert asked == vigil("windows", *OSTEOSARCOMA, "--as-of", "2026-03-01")
    with freeze_time("2026-09-01"):
        assert vigil("windows", *OSTEOSARCOMA) != asked


def test_a_calendar_of_today_is_that_of_the_date_given(vigil, tmp_path):
    secret = ["--secret-file", tmp_path / "secret"]
    with freeze_time("2026-03-01"):
        assert vigil("calendar", CLINIC, "-o", tmp_path / "now.ics", *secret)[0] == 0
    assert vigil("calendar", CLINIC, "-o", tmp_path / "then.ics", *secret, "--as-of", "2026-03-01")[0] == 0
    assert (tmp_path / "now.ics").read_bytes() == (tmp_path / "then.ics").read_bytes()


def test_an_audit_of_one_day_is_the_same_on_any_day(vigil):
    found = []
    for day in ("2020-01-01", "2030-01-01"):
        with freeze_time(day):
            found.append(vigil("audit", DIRTY, "-o", "-", "--as-of", "2026-11-02"))
    assert found[0] == found[1]
    assert found[0][0] == 0


@pytest.mark.parametrize(("today", "decision"), [("2026-04-14", "invalid"), ("2026-04-15", "within")])
def test_the_day_of_an_audit_is_today_by_default(vigil, tmp_path, today, decision):
    """A study that was performed on 2026-04-15 cannot be known the day before."""
    performed = as_text([{"status": "performed"}])
    (tmp_path / "events.csv").write_text(performed, encoding="utf-8")
    with freeze_time(today):
        outcome = vigil("audit", tmp_path / "events.csv", "-o", "-", "--columns", "decision")
    assert [row["decision"] for row in as_rows(outcome.out)] == [decision]


STEPS = [
    # is a terminal, seconds gone, whether the step is named, why
    (True, 1.9, False, "most work is done at once"),
    (True, 2.0, False, "just two seconds"),
    (True, 2.1, True, "after two seconds somebody wonders"),
    (False, 60.0, False, "a log wants no progress"),
]


@pytest.mark.parametrize(("is_terminal", "seconds", "named", "why"), STEPS)
def test_progress_is_named_on_a_terminal_once_it_takes_long(monkeypatch, capsys, is_terminal, seconds, named, why):
    times = iter([100.0, 100.0 + seconds])
    monkeypatch.setattr("spine_vigil.cli.output.progress.time.monotonic", lambda: next(times))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    Progress().step("counting")
    assert capsys.readouterr().err == (f"[{seconds:6.1f} s] counting\n" if named else ""), why
