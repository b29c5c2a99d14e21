"""The calendar of each Monday of a clinic's year, and the windows that it should hold."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from support.due import Line, due_as_columns
from support.reminders import SECRET, followed

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.calendars.entries import Asker, calendar_entries
from spine_vigil.scheduler.calendars.items import Look
from spine_vigil.scheduler.calendars.revising import revise
from spine_vigil.scheduler.calendars.state import Horizon
from spine_vigil.scheduler.patient.standing import standings
from spine_vigil.scheduler.rules.grace import GracePolicy

DEFAULT, MONTHS = GracePolicy(), 9
DUE = ("upcoming", "open", "overdue")
CODES = {f"MRN-{4700 + number}": SECRET.patient_code(f"MRN-{4700 + number}") for number in range(40)}
TIME_ENDS_IT = ("cns.glioblastoma", "bone.chondrosarcoma.atypical_cartilaginous")
"""Protocols whose firm windows can end by a date: those in days, and those that come to ask for an indication."""


@dataclass(frozen=True)
class Event:
    """One event as a calendar holds it: its bytes, and what they say.

    `first` and `last` are the days of its window, which for an overdue one stand in its description; `stands_on` is the
    first day of the event itself.
    """

    text: str
    status: str
    sequence: int
    revised: str
    code: str
    first: date
    last: date
    stands_on: date
    is_overdue: bool

    @property
    def says(self):
        """The lines of the event without those that tell versions apart."""
        return [
            line for line in self.text.split("\r\n") if not line.startswith(("SEQUENCE:", "DTSTAMP:", "LAST-MODIFIED:"))
        ]


@dataclass(frozen=True)
class Week:
    """One Monday: the rows of that day, what was remembered before, the calendar, and what it should hold."""

    day: date
    until: date
    rows: list[dict[str, str]]
    due: list[Line]
    before: bytes = b""
    data: bytes = b""
    cancelled: int = 0
    were_live: int = 0

    def rows_of(self, code):
        """Return the rows of the patient with a pseudonym."""
        return [row for row in self.rows if CODES[row["patient_id"]] == code]


def listed(rows, day):
    """Return the list of what is due by the evaluator of cohorts."""
    return due_as_columns(rows, CURRENT, DEFAULT, day)


def expected_windows(week, day, due):
    """Return how often the calendar of a day should hold each (pseudonym, first day, last day, STATUS).

    The firm windows are those of the list of what is due, their STATUS OVERDUE where it says so; the projections those
    behind them that open by `until` and ask for no fact on their first day that is not documented true.
    """
    firm, projected = Counter(), Counter()
    for line in due:
        # A note on a window that waits says that nothing is due any more by the time it opens.
        if line["status"] in DUE and line["note"] is None:
            status = "OVERDUE" if line["status"] == "overdue" else "CONFIRMED"
            firm[CODES[line["patient_id"]], line["opens"], line["closes"], status] += 1
    for patient in followed(week.rows, day):
        code = CODES[patient.patient_id]
        for stands in standings(CURRENT, patient, day, DEFAULT):
            if stands.status.value in DUE:
                for found in stands.windows(DEFAULT, week.until):
                    opens, closes = found.window.opens, found.window.closes
                    is_asked = found.fact_from != opens or patient.facts.get(found.fact) is True
                    if not found.is_firm and is_asked:
                        projected[code, opens, closes, "TENTATIVE"] += 1
    return firm + projected


def run(state, week, day=None, look=None, now=None):
    """Return the export of a week at noon of its Monday, or of another day or time."""
    day = day or week.day
    found = calendar_entries(
        Asker(CURRENT, DEFAULT, SECRET), followed(week.rows, day), Horizon(day, week.until), state.horizons.values()
    )
    return revise(state, found, day, datetime.combine(now or day, time(12), UTC), look or Look(), SECRET)


def uids_of(data):
    """Return the UID of each event, as often as it stands there."""
    return [line[4:] for line in data.decode().split("\r\n") if line.startswith("UID:")]


def events_of(data):
    """Return the events of a calendar by UID."""
    found = {}
    for block in data.decode().split("BEGIN:VEVENT\r\n")[1:]:
        text = block.partition("END:VEVENT")[0]
        # What stands in an alarm is not the event's own.
        own = text.partition("BEGIN:VALARM")[0].replace("\r\n ", "").split("\r\n")
        values = dict(line.split(":", 1) for line in own if ":" in line)
        name = values["SUMMARY"].removeprefix("Imaging window ")
        first = date.fromisoformat(values["DTSTART;VALUE=DATE"])
        last = date.fromisoformat(values["DTEND;VALUE=DATE"]) - timedelta(days=1)
        days = _days_in(values["DESCRIPTION"]) if name.startswith("overdue ") else (first, last)
        found[values["UID"]] = Event(
            text,
            values["STATUS"],
            int(values["SEQUENCE"]),
            values["LAST-MODIFIED"],
            name.removeprefix("overdue ").split()[0],
            days[0],
            days[-1],
            first,
            name.startswith("overdue "),
        )
    return found


def _days_in(description):
    """Return the days of a window that a description says in words."""
    said = re.findall(r"(?:Only|First|Last) day: (\d+ \w+ \d{4})\.", description)
    return [datetime.strptime(day, "%d %B %Y").date() for day in said]


def pairs(calendars):
    """Return each week with the one before it."""
    return list(pairwise(calendars))


def windows_of(events):
    """Return how often a calendar holds each live (pseudonym, first day, last day, STATUS or OVERDUE)."""
    return Counter(
        (e.code, e.first, e.last, "OVERDUE" if e.is_overdue else e.status)
        for e in events.values()
        if e.status != "CANCELLED"
    )
