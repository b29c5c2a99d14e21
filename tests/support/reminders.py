"""Cohorts, entries and revisions for the tests of calendars, with texts planted that no calendar may repeat."""

from datetime import UTC, date, datetime

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.calendars.entries import Asker, calendar_entries
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.items import Look
from spine_vigil.scheduler.calendars.revising import revise
from spine_vigil.scheduler.calendars.state import Horizon, State
from spine_vigil.scheduler.records.fields import event_columns
from spine_vigil.scheduler.records.follow_up import checked_rows, follow_ups
from spine_vigil.scheduler.records.rows import read_row
from spine_vigil.scheduler.rules.grace import GracePolicy

SECRET = SiteSecret(bytes(range(32)))
COLUMNS = event_columns(CURRENT)
PLANTED = {
    "patient_id": "MRN-4711-Zoë",
    "birth_date": "1961-07-23",
    "primary_site": "sacrum",
    "name": "Jane Plantedmarker",
}
MARKERS = ["4711", "Zo", "1961", "07-23", "19610723", "23 July", "sacrum", "Jane", "Plantedmarker", "osteosarcoma"]
UNTIL = date(2023, 1, 31)


def row(**cells):
    """Return a row that enrols a patient with osteosarcoma, the planted texts in it."""
    return PLANTED | {"protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-31"} | cells


def ct(on, status="performed", **cells):
    """Return the row of a CT of the chest."""
    return row(modality="CT", region="chest", date=on, status=status, **cells)


def entries(rows, as_of="2022-02-01", until=UNTIL, grace=None, secret=SECRET, show=(), earlier=()):
    """Return the calendar entries of the rows on a date."""
    day = date.fromisoformat(as_of)
    asker = Asker(CURRENT, GracePolicy(grace), secret, frozenset(show))
    return calendar_entries(asker, followed(rows, day), Horizon(day, until), earlier)


def followed(rows, day):
    """Return the patients of rows of text, each under each protocol, as they are known on a day."""
    read = [read_row(cells, CURRENT, COLUMNS) for cells in rows]
    return list(follow_ups(CURRENT, checked_rows(CURRENT, read), day))


def revision(state, rows, as_of, until=UNTIL, now=None, look=None):
    """Return the next run over these rows, at noon of the day asked about unless another time is given."""
    day = date.fromisoformat(as_of)
    found = entries(rows, as_of, until, earlier=state.horizons.values())
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return revise(state, found, day, now or noon, look or Look(), SECRET)


def first_run(rows, as_of="2022-02-01", **options):
    """Return the first run over these rows."""
    return revision(State(), rows, as_of, **options)


def unfolded(data):
    """Return the content lines of a calendar, unfolded."""
    return data.decode("utf-8").replace("\r\n ", "").split("\r\n")
