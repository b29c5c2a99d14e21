"""The types that users of the package see, checked against the installed wheel, away from this checkout."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from support.wheels import build_checkout, install, run

HERE = Path(__file__).parent
EXPECTED = re.compile(r"# rejected: ([\w-]+)$")
REPORTED = re.compile(r"^[\w.]+:(\d+): error: .*\[([\w-]+)\]$", re.MULTILINE)


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Yield the interpreter of an environment with the wheel of this checkout, and all that is installed here."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", "venv", cwd=folder)
    packages = next((folder / "venv").glob("lib/python*/site-packages"))
    install(build_checkout(folder), packages)
    # A folder that a .pth file adds runs no .pth file of its own, so the checkout itself is not in this environment.
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return folder / "venv" / "bin" / "python"


@pytest.fixture
def check(python, tmp_path):
    """Run mypy in strict mode on a file, as a user of the installed package would; return exit code and report."""

    def run_mypy(name):
        shutil.copy(HERE / name, tmp_path)
        options = ("--strict", "--config-file=", "--python-executable", python, "--cache-dir", tmp_path / "cache")
        environment = {key: value for key, value in os.environ.items() if key != "MYPYPATH"}
        done = subprocess.run(
            [sys.executable, "-m", "mypy", *options, name],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run_mypy


def test_the_wheel_and_not_the_checkout_is_looked_at(python, tmp_path):
    place = run(python, "-c", "import spine_vigil; print(spine_vigil.__file__)", cwd=tmp_path)
    assert Path(place.strip()).is_relative_to(python.parents[1])


def test_right_uses_are_accepted(check):
    assert check("accepted.py") == (0, "Success: no issues found in 1 source file\n")


def test_right_uses_run(python, tmp_path):
    assert run(python, HERE / "accepted.py", cwd=tmp_path) == ""


@pytest.mark.slow
def test_every_wrong_use_is_rejected_and_nothing_else(check):
    lines = (HERE / "rejected.py").read_text(encoding="utf-8").splitlines()
    marked = [(at, EXPECTED.search(line)) for at, line in enumerate(lines, start=1)]
    expected = {(at, mark[1]) for at, mark in marked if mark}
    assert len(expected) > 3
    code, report = check("rejected.py")
    assert code == 1
    assert {(int(at), kind) for at, kind in REPORTED.findall(report)} == expected, report
