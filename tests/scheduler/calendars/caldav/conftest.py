"""A navigator's machine for the tests of calendars on a server."""

import pytest
from support.calendar_site import Site


@pytest.fixture
def site():
    """Return a machine that has not synced yet."""
    return Site()
