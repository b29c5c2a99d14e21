"""`vigil check` in this process."""

from functools import partial

import pytest


@pytest.fixture
def check(vigil):
    """Run `vigil check` with the given arguments."""
    return partial(vigil, "check")
