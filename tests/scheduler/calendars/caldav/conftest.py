"""Calendars on a server, and a navigator's machine that syncs to them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.calendar_server import PASSWORD, USER
from support.calendar_site import Site

from spine_vigil.scheduler.calendars.caldav.access import Credentials
from spine_vigil.scheduler.calendars.caldav.store import open_calendar

NAVIGATOR = Credentials(USER, PASSWORD)


@pytest.fixture
def opened():
    """Open calendars, and close them in the end."""
    found = []

    def run(url, name="Imaging", credentials=NAVIGATOR, ca_file=None):
        calendar = open_calendar(url, name, credentials, ca_file)
        found.append(calendar)
        return replace(calendar.make(), is_new=True) if calendar.is_new else calendar

    yield run
    for calendar in found:
        calendar.close()


@pytest.fixture
def site():
    """Return a machine that has not synced yet."""
    return Site()
