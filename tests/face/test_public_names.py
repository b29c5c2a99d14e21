"""The public face: its names, what loading them loads, and that its examples are true."""

import doctest
import subprocess
import sys

import pytest

import spine_vigil as vigil
from spine_vigil.protocols import CURRENT

NAMES = ["VigilError", "VigilWarning", "__version__", "audit", "check", "diff", "due", "edition", "report", "windows"]
FUNCTIONS = NAMES[3:]


def loaded(program):
    """Return which heavy modules a program loads."""
    ask = (
        "import sys\n" + program + "\nprint(sorted({'polars', 'icalendar', 'click', 'matplotlib'} & set(sys.modules)))"
    )
    return subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout


def test_the_names_are_few_and_all_there():
    assert vigil.__all__ == NAMES
    assert set(NAMES) <= set(dir(vigil))
    assert all(callable(getattr(vigil, name)) for name in FUNCTIONS)
    assert issubclass(vigil.VigilError, Exception)


def test_a_name_that_there_is_not_is_said_as_python_says_it():
    with pytest.raises(AttributeError, match="module 'spine_vigil' has no attribute 'audits'"):
        _ = vigil.audits


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_the_function_whatever_was_loaded_before(name):
    before = getattr(vigil, name)
    import spine_vigil.cli.main  # noqa: F401

    assert getattr(vigil, name) is before


@pytest.mark.parametrize(
    ("program", "heavy"),
    [
        ("import spine_vigil", "[]\n"),
        ("import spine_vigil as vigil; vigil.check", "[]\n"),
        ("import spine_vigil as vigil; vigil.windows", "[]\n"),
        (f"import spine_vigil as vigil; vigil.diff(vigil.edition('{CURRENT.id}'), '{CURRENT.id}')", "[]\n"),
        ("import spine_vigil as vigil; vigil.audit", "['polars']\n"),
        ("import spine_vigil as vigil; vigil.due", "['polars']\n"),
        ("import spine_vigil as vigil; vigil.report", "['polars']\n"),
    ],
)
def test_a_name_loads_what_it_needs_alone(program, heavy):
    assert loaded(program) == heavy


def test_the_examples_of_the_documentation_are_true():
    assert doctest.testmod(vigil).failed == 0
    assert doctest.testmod(vigil).attempted == 3
