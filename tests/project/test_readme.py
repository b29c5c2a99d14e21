"""What the README says is what happens: its commands run, its output is the program's."""

import doctest
import re
import shlex

import pytest
from support.documents import blocks, folder_with_samples
from support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [(block.kind, block.text) for block in blocks(README)]
COMMANDS = [
    line.removeprefix("$ ")
    for _, block in BLOCKS
    for line in block.splitlines()
    if line.removeprefix("$ ").startswith("vigil ")
]
EXIT_CODES = {"check": 1, "--fail-on": 5, "-o site.toml": 3}
"""The exit codes of the sample commands that are not 0: a date that is outside, bad rows, a profile with open lines."""


@pytest.fixture
def vigil(vigil, monkeypatch, tmp_path):
    """Run a command line of `vigil` in a folder with the sample cohorts; return exit code and all that it prints."""
    monkeypatch.chdir(folder_with_samples(tmp_path))

    def run(command):
        code, out, err = vigil(*shlex.split(command)[1:])
        return code, out + err

    return run


def test_the_commands_of_every_user_are_shown():
    shown = {command.split()[1] for command in COMMANDS}
    assert shown >= {"check", "audit", "report", "windows", "calendar", "protocols"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_runs(vigil, command, tmp_path):
    code, _ = vigil(command)
    assert code == next((expected for word, expected in EXIT_CODES.items() if word in command), 0)
    words = shlex.split(command)
    for option in ("-o", "--summary"):
        if option in words:
            assert (tmp_path / words[words.index(option) + 1]).stat().st_size > 0


SAMPLES = [block.removeprefix("$ ").partition("\n")[::2] for kind, block in BLOCKS if kind == "console"]


@pytest.mark.parametrize(("command", "output"), SAMPLES)
def test_a_sample_of_output_is_what_the_program_prints(vigil, command, output):
    assert vigil(command)[1] == output


def test_the_python_examples_are_true(monkeypatch, tmp_path):
    monkeypatch.chdir(folder_with_samples(tmp_path))
    results = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert (results.failed, results.attempted) == (0, 9)


def test_there_is_a_sample_of_output():
    assert [command.split()[:2] for command, _ in SAMPLES] == [["vigil", "check"], ["vigil", "report"]]


def command_after(marker):
    """Return the command two lines below a marker, as .ci/run takes it."""
    lines = README.splitlines()
    at = lines.index(f"<!-- {marker} -->")
    assert (lines[at + 1], lines[at + 3]) == ("```sh", "```")
    return lines[at + 2]


def test_the_two_setup_commands_stand_where_the_checks_take_them_from(vigil):
    markers = re.findall(r'command_after "(.+?)"', (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert markers == ["set up and audit a sample cohort", "set up and run the tests"]
    audit, tests = (command_after(marker).split(" && ") for marker in markers)
    assert audit[0] == tests[0] == "python3 -m venv .venv"
    assert audit[1].startswith(".venv/bin/pip install ")
    assert tests[1].startswith(".venv/bin/pip install ")
    assert tests[2].startswith(".venv/bin/pytest")
    assert vigil(audit[2].removeprefix(".venv/bin/"))[0] == 0


def test_every_file_that_the_readme_links_to_is_there():
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []
