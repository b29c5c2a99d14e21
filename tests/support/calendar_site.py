"""A navigator's machine that syncs windows into a calendar on a server."""

from __future__ import annotations

from datetime import UTC, date, datetime

from support.calendar_server import PASSWORD, USER

from spine_vigil.scheduler.calendars.caldav.access import Credentials
from spine_vigil.scheduler.calendars.caldav.store import open_calendar
from spine_vigil.scheduler.calendars.caldav.syncing import Sync
from spine_vigil.scheduler.calendars.entries import Entries, Entry
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.items import Look
from spine_vigil.scheduler.calendars.revising import revise
from spine_vigil.scheduler.calendars.state import Horizon, State

SECRET = SiteSecret(bytes(32))
CHEST, SITE, LATER = (SECRET.window_uid("P1", "bone.osteosarcoma", name, 1) for name in ("chest", "site", "later"))
JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 5) for month in (1, 2, 3, 4))

WINDOWS = Look()


def window(uid, opens, closes=None, *, is_firm=True):
    """Return a window of a patient's calendar, of one day unless `closes` says otherwise."""
    return Entry(uid, opens, closes or opens, is_firm, date(2025, 12, 31), "ABCD2345", "What to order.")


class Site:
    """The state file as it is after each run, and the runs."""

    def __init__(self):
        self.saved, self.saves = State(), 0

    def save(self, state):
        """Keep the state as the file would."""
        self.saved, self.saves = state, self.saves + 1

    def revision(self, windows, as_of=JANUARY, look=WINDOWS):
        """Return what the calendar should now hold, given the saved state."""
        found = Entries(
            tuple(windows),
            {},
            {},
            (),
            Horizon(as_of, date(2027, 1, 5)),
            dict.fromkeys(self.saved.horizons.values(), frozenset()),
        )
        return revise(self.saved, found, as_of, datetime(2026, 1, as_of.month, tzinfo=UTC), look, SECRET)

    def sync(self, url, *windows, name="Imaging", restores=False, **revision):
        """Bring the calendar of that name up to date; return what happened to each event."""
        calendar = open_calendar(url, name, Credentials(USER, PASSWORD))
        try:
            return Sync(self.revision(windows, **revision), SECRET, calendar, restores=restores).run(self.save)
        finally:
            calendar.close()


def said(event):
    """Return first day, version and status of an event."""
    return event.decoded("DTSTART"), int(event["SEQUENCE"]), str(event["STATUS"])
