"""The public face as a typed program uses it: mypy accepts every line, and Python runs it.

A public name is shown here with the type that its users see, and once in `rejected.py` with a wrong one.
"""

from datetime import date
from typing import assert_type

import spine_vigil as vigil
from spine_vigil.scheduler.errors import FileError, VigilError
from spine_vigil.scheduler.rules.dates import parse_date

assert_type(vigil.__version__, str)
assert_type(parse_date("2026-04-15"), date)


def tell(problem: VigilError) -> str:
    """Return a problem as a program of one's own may tell it."""
    assert_type(problem.exit_code, int)
    return str(problem)


assert_type(tell(FileError("no such file")), str)
