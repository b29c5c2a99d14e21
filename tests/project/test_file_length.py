"""No Python file has more lines than the limit: a longer one is split by subject."""

import shutil

from support.paths import ROOT
from support.wheels import run

LIMIT = 350
"""The most lines of a Python file. None is generated; a generated one would be left out here, by its path."""


def python_files():
    """Return the Python files of the repository that git tracks or would, by their paths."""
    listed = run(shutil.which("git"), "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.py", cwd=ROOT)
    return {name for name in listed.split("\0") if name and (ROOT / name).is_file()}


def test_no_python_file_is_longer_than_the_limit():
    lines = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in python_files()}
    assert {"scheduler/__init__.py", "tests/project/test_file_length.py"} <= lines.keys()
    assert {name: count for name, count in lines.items() if count > LIMIT} == {}
