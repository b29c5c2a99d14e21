"""Exit codes: one list for all commands, in which no failure means a decision."""

import re
import signal
import subprocess
import sys

import click
import pytest
from support.paths import ROOT

from spine_vigil.cli import main as program
from spine_vigil.scheduler.errors import VigilError
from spine_vigil.scheduler.exit_codes import ExitCode

CLINIC = str(ROOT / "sample_cohorts" / "clinic.csv")
PATIENT = "MRN-4711"


def test_every_code_is_documented_once_in_its_order():
    page = (ROOT / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)] == [code.value for code in ExitCode]


def test_the_codes_stay_as_they_are_since_scripts_use_them():
    assert [code.value for code in ExitCode] == [0, 1, 2, 3, 4, 5, 6, 70, 130, 141]
    assert VigilError.exit_code == 2


@pytest.fixture
def broken(monkeypatch):
    """Return how to let the list of facts fail with an error."""

    def breaking(problem):
        def fail(*_args):
            raise problem

        monkeypatch.setattr("spine_vigil.cli.facts.facts_for", fail)

    return breaking


class Panic(BaseException):
    """What a library written in Rust raises where it panics: no Exception."""


UNFORESEEN = [
    # what is raised, how the message names it, why
    (KeyError(PATIENT), "KeyError", "an error of Python"),
    (UnicodeEncodeError("ascii", PATIENT, 0, 1, "no"), "UnicodeEncodeError", "an encoding"),
    (Panic(PATIENT), "Panic", "a panic"),
    (PermissionError(13, "Permission denied", PATIENT), "PermissionError: Permission denied", "a file that is closed"),
]


@pytest.mark.parametrize(("problem", "named", "why"), UNFORESEEN, ids=[why for *_, why in UNFORESEEN])
def test_an_unforeseen_error_is_one_line_that_names_no_patient_and_exit_70(vigil, broken, problem, named, why):
    broken(problem)
    code, out, err = vigil("facts")
    assert (code, out) == (70, ""), why
    assert err == (
        f"vigil: unexpected error ({named}); this is a defect of vigil; run 'vigil --debug ...' to see where, and"
        " report it\n"
    )


@pytest.mark.parametrize("args", [["--debug", "facts"], ["facts", "--debug"]])
def test_where_an_unforeseen_error_arose_is_shown_on_request(vigil, broken, args):
    broken(KeyError("where"))
    code, _, err = vigil(*args)
    assert code == 70
    assert err.startswith("Traceback (most recent call last):\n")
    assert "KeyError: 'where'\nvigil: unexpected error (KeyError); this is" in err


def command_names():
    context = click.Context(program.vigil)
    for name in program.vigil.list_commands(context):
        command = program.vigil.get_command(context, name)
        yield from (f"{name} {sub}" for sub in command.commands) if isinstance(command, click.Group) else [name]


@pytest.mark.parametrize("name", list(command_names()))
def test_every_command_takes_the_option_for_it(monkeypatch, capsys, name):
    monkeypatch.setattr(sys, "argv", ["vigil", *name.split(), "--debug", "--help"])
    with pytest.raises(SystemExit) as done:
        program.main()
    assert (done.value.code, "--debug" in capsys.readouterr().out) == (0, False)


@pytest.mark.parametrize("code", ["words", 1.5])
def test_an_exit_that_is_no_code_is_no_decision(monkeypatch, broken, code):
    broken(SystemExit(code))
    monkeypatch.setattr(sys, "argv", ["vigil", "facts"])
    with pytest.raises(SystemExit) as done:
        program.main()
    assert done.value.code == 70


@pytest.mark.parametrize("problem", [click.ClickException("no"), click.FileError("f")])
def test_an_error_of_click_that_would_exit_with_1_exits_with_2(vigil, broken, problem):
    broken(problem)
    assert problem.exit_code == 1
    assert vigil("facts")[0] == 2


def test_a_stop_outside_of_a_command_is_a_stop(monkeypatch, capsys):
    def stop():
        raise KeyboardInterrupt

    monkeypatch.setattr("spine_vigil.cli.main.prepare_streams", stop)
    with pytest.raises(SystemExit) as done:
        program.main()
    assert (done.value.code, capsys.readouterr().err) == (130, "vigil: stopped\n")


def test_the_installed_program_exits_with_the_same_code():
    broken = (
        "import spine_vigil.cli.facts as facts; facts.facts_for = lambda *given: {}[given]; "
        "from spine_vigil.cli.main import run; run()"
    )
    done = subprocess.run([sys.executable, "-c", broken, "facts"], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (70, b"", 1)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_installed_program_with_a_word(sent):
    """It waits for its input, so that it is stopped in the middle of its work."""
    waiting = (
        "import spine_vigil.sources as sources; opened = sources.open_stream; "
        "sources.open_stream = lambda *given: (print('reading', flush=True), opened(*given))[1]; "
        "from spine_vigil.cli.main import run; run()"
    )
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command = [sys.executable, "-c", waiting, "audit", "-", "-o", "-"]
    with subprocess.Popen(command, cwd=ROOT, **streams) as process:
        assert process.stdout.readline() == b"reading\n"
        process.send_signal(sent)
        _, err = process.communicate()
    assert (process.returncode, err.strip()) == (130, b"vigil: stopped")
