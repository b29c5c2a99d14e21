"""Commands in this process, and the events file of a module."""

from functools import partial

import pytest
from support.events_files import write_lines


@pytest.fixture
def events(request, tmp_path):
    """Return an events file of the HEADER and the ROWS of the module."""
    return write_lines(tmp_path / "events.csv", request.module.HEADER, *request.module.ROWS)


@pytest.fixture
def audit(vigil):
    """Run `vigil audit` in this process."""
    return partial(vigil, "audit", stdin=b"")


@pytest.fixture
def due(vigil):
    """Run `vigil due` in this process; return exit code, standard output and standard error."""
    return partial(vigil, "due")
