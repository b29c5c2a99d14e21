"""Which windows go into a calendar, and what their events say. Names nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from scheduler.calendars.identity import SiteSecret
from scheduler.courses import Course
from scheduler.edition import Edition
from scheduler.grace import GracePolicy
from scheduler.projection import Projection
from scheduler.rules import Schedule
from scheduler.standing import DueStatus, Standing, performed_studies, standing
from scheduler.wording import days_text, rule_text

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One window as an event: `opens` to `closes`, both included, and what may be said of it.

    `revised` is the newest date on which the window rests, so that the same cohort gives the same bytes
    on any day.
    """

    uid: str
    opens: date
    closes: date
    is_firm: bool
    revised: date
    summary: str
    description: str


@dataclass(frozen=True, slots=True)
class Entries:
    """The events of a cohort, by UID, and how many patient x schedule pairs stand how.

    `lacking` counts those that need information by what is lacking, in words. `codes` are the pairs of
    pseudonym and patient id behind the events, each once and in order.
    """

    events: tuple[Entry, ...]
    statuses: Mapping[DueStatus, int]
    lacking: Mapping[str, int]
    codes: tuple[tuple[str, str], ...]


def calendar_entries(
    edition: Edition,
    cohort: Iterable[Course],
    as_of: date,
    until: date,
    grace: GracePolicy,
    secret: SiteSecret,
) -> Entries:
    """Return one event for each window that is due or projected from `as_of` to `until`.

    The firm window is there as long as it waits for its study, whenever it opened or opens; a projection
    where it opens by `until`, closes on or after `as_of`, and asks for no fact that is not documented true.
    """
    events: list[Entry] = []
    statuses: Counter[DueStatus] = Counter()
    lacking: Counter[str] = Counter()
    codes: set[tuple[str, str]] = set()
    for course in cohort:
        for schedule in course.protocol.schedules:
            studies = performed_studies(schedule, course.patient, course.events, as_of)
            stands = standing(edition, schedule, course.patient, studies, as_of, grace, course.follow_up_end)
            if stands is not None:
                statuses[stands.status] += 1
                if stands.status is DueStatus.NEEDS_INFO:
                    lacking[stands.because] += 1
                if stands.status.is_due:
                    found = list(_of_schedule(edition, course, stands, as_of, until, grace, secret))
                    events += found
                    if found:
                        codes.add((secret.patient_code(course.patient_id), course.patient_id))
    return Entries(tuple(sorted(events, key=lambda event: event.uid)), statuses, lacking, tuple(sorted(codes)))


def _of_schedule(
    edition: Edition,
    course: Course,
    stands: Standing,
    as_of: date,
    until: date,
    grace: GracePolicy,
    secret: SiteSecret,
) -> Iterator[Entry]:
    for found in stands.windows(grace, until):
        window = found.window
        is_asked_for = (
            found.fact is None or found.fact_from != window.opens or bool(course.patient.facts.get(found.fact))
        )
        if found.is_firm or (window.closes >= as_of and is_asked_for):
            # Counting the studies done keeps the number of a window when it moves, and of a projection
            # when it becomes firm.
            number = len(stands.studies) + found.number
            schedule = stands.schedule
            yield Entry(
                secret.window_uid(course.patient_id, course.protocol.id, schedule.name, number),
                window.opens,
                window.closes,
                found.is_firm,
                course.newest_date(as_of) or window.reference,
                f"Imaging window {secret.patient_code(course.patient_id)}",
                _description(edition, schedule, found),
            )


def _description(edition: Edition, schedule: Schedule, found: Projection) -> str:
    window = found.window
    rule = rule_text(schedule, window.phase, blended=window.is_blended)
    lines = [
        f"First day: {day_words(window.opens)}. Last day: {day_words(window.closes)}.",
        f"Target date: {day_words(window.opens)}, the day on which the window opens.",
        f"To order: {schedule.study}.",
        f"Rule: {rule}; grace {days_text(window.grace)} on either side.",
        f"Source: {schedule.cite.section} of {edition.publisher}, {edition.title}, reviewed {edition.reviewed}.",
    ]
    if found.fact is not None and found.fact_from is not None:
        lines.append(f"From {day_words(found.fact_from)} on only where {edition.fact(found.fact).meaning}.")
    if not found.is_firm:
        lines.append(
            "This is a projection: it assumes that each study before it is done on the last day of its window."
        )
    lines.append("A reminder, not an order. A study outside the window is not thereby denied.")
    return "\n".join(lines)


def day_words(day: date) -> str:
    """Return a date in words, whatever the language of the machine: `31 January 2022`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
