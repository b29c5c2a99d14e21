"""Which windows go into a calendar, and what their events say. Names nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.state import Horizon
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.patient.projection import Projection
from spine_vigil.scheduler.patient.standing import DueStatus, Standing, performed_studies, standing
from spine_vigil.scheduler.records.courses import Course
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Schedule
from spine_vigil.scheduler.rules.words import days_text, rule_text

NAME = "Imaging window"
"""What every event is called, behind which the pseudonym of its patient stands."""

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
    on any day. `code` is the pseudonym of the patient; `shown` is what was asked to stand behind it.
    """

    uid: str
    opens: date
    closes: date
    is_firm: bool
    revised: date
    code: str
    description: str
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """The events of a cohort, by UID, and how many patient x schedule pairs stand how.

    `lacking` counts those that need information by what is lacking, in words. `codes` are the pairs of
    pseudonym and patient id behind the events, each once and in order, `idle` those of patients who have no
    event now (but may have a cancelled one). `given` are the UIDs of the windows
    that the same cohort would give on the day, and up to the day, of an earlier run.
    """

    events: tuple[Entry, ...]
    statuses: Mapping[DueStatus, int]
    lacking: Mapping[str, int]
    codes: tuple[tuple[str, str], ...]
    horizon: Horizon
    given: Mapping[Horizon, frozenset[str]] = field(default_factory=dict)
    idle: tuple[tuple[str, str], ...] = ()


class Show(Enum):
    """What an event can say besides the pseudonym, in a calendar that is protected."""

    MODALITY = "modality"
    PROTOCOL = "protocol"
    PATIENT_ID = "patient-id"


@dataclass(frozen=True, slots=True)
class Asker:
    """By what all windows of a cohort are found and told: edition, grace, site secret, and what may be shown."""

    edition: Edition
    grace: GracePolicy
    secret: SiteSecret
    show: frozenset[Show] = frozenset()


def calendar_entries(
    asker: Asker, cohort: Iterable[Course], horizon: Horizon, earlier: Iterable[Horizon] = ()
) -> Entries:
    """Return one event for each window that is due or projected from `horizon.as_of` to `horizon.until`.

    The firm window is there as long as it waits for its study, whenever it opened or opens; a projection
    where it opens by `until`, closes on or after `as_of`, and asks for no fact that is not documented true.
    `earlier` are the horizons of runs before this one: the windows that would be there under them too are `given`.
    Raises FileError where two patients have one pseudonym, as two of a million million may.
    """
    events: list[Entry] = []
    statuses: Counter[DueStatus] = Counter()
    lacking: Counter[str] = Counter()
    codes: dict[str, str] = {}
    with_event: set[str] = set()
    given: dict[Horizon, set[str]] = {before: set() for before in earlier}
    for course in cohort:
        code = asker.secret.patient_code(course.patient_id)
        if codes.setdefault(code, course.patient_id) != course.patient_id:
            raise FileError(
                f"two patients have the pseudonym {code}, and their events could not be told apart; give one of them in"
                " a file of its own, with another --secret-file, --state and output"
            )
        for schedule in course.protocol.schedules:
            studies = performed_studies(schedule, course.patient, course.events, horizon.as_of)
            stands = _standing(asker, course, schedule, studies, horizon.as_of)
            if stands is None:
                continue
            statuses[stands.status] += 1
            if stands.status is DueStatus.NEEDS_INFO:
                lacking[stands.because] += 1
            found = list(_entries_of(asker, course, stands, horizon))
            events += found
            if found:
                with_event.add(code)
            for before, uids in given.items():
                uids.update(_uids_before(asker, course, stands, horizon, before))
    return Entries(
        tuple(sorted(events, key=lambda event: event.uid)),
        statuses,
        lacking,
        tuple(pair for pair in sorted(codes.items()) if pair[0] in with_event),
        horizon,
        {before: frozenset(uids) for before, uids in given.items()},
        tuple(pair for pair in sorted(codes.items()) if pair[0] not in with_event),
    )


def _standing(
    asker: Asker, course: Course, schedule: Schedule, studies: tuple[date, ...], as_of: date
) -> Standing | None:
    return standing(asker.edition, schedule, course.patient, studies, as_of, asker.grace, course.follow_up_end)


def _uids_before(asker: Asker, course: Course, stands: Standing, horizon: Horizon, before: Horizon) -> Iterator[str]:
    """Yield the UIDs of the windows that would be there under an earlier horizon, all of today's input known.

    Studies count up to today, and so does what ends the surveillance: what they do to a window is no work of time.
    """
    if stands.nothing_from is None or stands.nothing_from > horizon.as_of:
        then = _standing(asker, course, stands.schedule, stands.studies, before.as_of)
        if then is not None:
            for found in _windows(then, asker.grace, course, before):
                yield _uid(asker, course, then, found)


def _windows(stands: Standing, grace: GracePolicy, course: Course, horizon: Horizon) -> Iterator[Projection]:
    if stands.status.is_due:
        for found in stands.windows(grace, horizon.until):
            window = found.window
            is_asked_for = (
                found.fact is None or found.fact_from != window.opens or bool(course.patient.facts.get(found.fact))
            )
            if found.is_firm or (window.closes >= horizon.as_of and is_asked_for):
                yield found


def _uid(asker: Asker, course: Course, stands: Standing, found: Projection) -> str:
    """Return the UID of a window.

    Counting the studies done keeps the number of a window when it moves, and of a projection when it becomes firm.
    """
    number = len(stands.studies) + found.number
    return asker.secret.window_uid(course.patient_id, course.protocol.id, stands.schedule.name, number)


def _entries_of(asker: Asker, course: Course, stands: Standing, horizon: Horizon) -> Iterator[Entry]:
    shown = {
        Show.MODALITY: _modality(stands.schedule),
        Show.PROTOCOL: course.protocol.id,
        Show.PATIENT_ID: course.patient_id,
    }
    for found in _windows(stands, asker.grace, course, horizon):
        yield Entry(
            _uid(asker, course, stands, found),
            found.window.opens,
            found.window.closes,
            found.is_firm,
            course.newest_date(horizon.as_of) or found.window.reference,
            asker.secret.patient_code(course.patient_id),
            _description(asker.edition, stands.schedule, found),
            tuple(shown[what] for what in Show if what in asker.show),
        )


def _modality(schedule: Schedule) -> str:
    found = schedule.study.modalities
    return "any modality" if found is None else " or ".join(sorted(modality.value for modality in found))


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
