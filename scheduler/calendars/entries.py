"""Calendar entries: the windows that a calendar shows, with the text of each. No entry names a patient."""

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
from spine_vigil.scheduler.patient.bookings import booked_days, is_inside, is_whole
from spine_vigil.scheduler.patient.projection import Projection
from spine_vigil.scheduler.patient.standing import DueStatus, Standing, standing, standings
from spine_vigil.scheduler.patient.windows import Window
from spine_vigil.scheduler.records.follow_up import FollowUp
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Schedule
from spine_vigil.scheduler.rules.studies import modality_names
from spine_vigil.scheduler.rules.words import counted, grace_text, listed, pattern_words, rule_text

NAME = "Imaging window"
"""The name of every event; the pseudonym of the patient follows it."""

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
    """One window as a calendar entry, from `opens` to `closes`, both included.

    `revised` is the newest date that the window depends on, so that the same cohort gives the same bytes on any day.
    `pseudonym` stands for the patient; `shown` are the details that follow it in the name of the event, if any.
    `overdue` says since when the study is overdue (empty where it is not). A window that `is_booked` needs no alarm:
    its whole study is booked in it, grace included.
    """

    uid: str
    opens: date
    closes: date
    is_firm: bool
    revised: date
    pseudonym: str
    description: str
    shown: tuple[str, ...] = ()
    overdue: str = ""
    is_booked: bool = False


@dataclass(frozen=True, slots=True)
class Entries:
    """The events of a cohort, ordered by UID, and the number of patient x schedule pairs by due status.

    A patient under a protocol without schedules is a pair of its own.

    `lacking` counts the pairs that need information, by a sentence that says which. `pseudonyms` are pairs of pseudonym
    and patient id for the patients with an event, each once and in order; `idle` are those of patients without one (who
    may have a cancelled one). `given` are, for each horizon of an earlier run, the UIDs of the windows that the same
    cohort yields under it.
    """

    events: tuple[Entry, ...]
    statuses: Mapping[DueStatus, int]
    lacking: Mapping[str, int]
    pseudonyms: tuple[tuple[str, str], ...]
    horizon: Horizon
    given: Mapping[Horizon, frozenset[str]] = field(default_factory=dict)
    idle: tuple[tuple[str, str], ...] = ()


class Show(Enum):
    """Details that an event can show besides the pseudonym, in a protected calendar."""

    MODALITY = "modality"
    PROTOCOL = "protocol"
    PATIENT_ID = "patient-id"


@dataclass(frozen=True, slots=True)
class Asker:
    """Settings for the entries of a cohort: edition, grace policy, site secret, and the details to show."""

    edition: Edition
    grace: GracePolicy
    secret: SiteSecret
    show: frozenset[Show] = frozenset()


def calendar_entries(
    asker: Asker, cohort: Iterable[FollowUp], horizon: Horizon, earlier: Iterable[Horizon] = ()
) -> Entries:
    """Return one entry for each window that is due or projected from `horizon.as_of` to `horizon.until`.

    A firm window has an entry until its study is done, whenever it opens. A projected window has one if it opens by
    `until` and requires no fact that is not documented as true. `cohort` is followed up to `horizon.as_of`. `earlier`
    are the horizons of earlier runs, for which the result holds the UIDs as `given`. Raises FileError if two patients
    have the same pseudonym (a pair of patients does with a probability of one in 10^12).
    """
    events: list[Entry] = []
    statuses: Counter[DueStatus] = Counter()
    lacking: Counter[str] = Counter()
    patients: dict[str, str] = {}
    with_event: set[str] = set()
    given: dict[Horizon, set[str]] = {before: set() for before in earlier}
    for patient in cohort:
        pseudonym = asker.secret.patient_code(patient.patient_id)
        if patients.setdefault(pseudonym, patient.patient_id) != patient.patient_id:
            raise FileError(
                f"two patients have the pseudonym {pseudonym}, and their events could not be told apart; give one of"
                " them in a file of its own, with another --secret-file, --state and output"
            )
        statuses[DueStatus.NO_SCHEDULE] += not patient.protocol.schedules
        for stands in standings(asker.edition, patient, horizon.as_of, asker.grace):
            statuses[stands.status] += 1
            if stands.status is DueStatus.NEEDS_INFO:
                lacking[stands.because] += 1
            entries = list(_entries_of(asker, patient, stands, horizon))
            events += entries
            if entries:
                with_event.add(pseudonym)
            for before, uids in given.items():
                uids.update(_uids_before(asker, patient, stands, before))
    return Entries(
        tuple(sorted(events, key=lambda event: event.uid)),
        +statuses,
        lacking,
        tuple(pair for pair in sorted(patients.items()) if pair[0] in with_event),
        horizon,
        {before: frozenset(uids) for before, uids in given.items()},
        tuple(pair for pair in sorted(patients.items()) if pair[0] not in with_event),
    )


def _uids_before(asker: Asker, patient: FollowUp, stands: Standing, before: Horizon) -> Iterator[str]:
    """Yield the UIDs of the windows that today's input yields under an earlier horizon.

    Studies, index dates and the end of surveillance count up to today, since a window that they remove was not removed
    by the passage of time.
    """
    today = stands.as_of
    if stands.nothing_from is None or stands.nothing_from > today:
        then = standing(asker.edition, stands.schedule, patient, before.as_of, asker.grace, known_on=today)
        if then is not None:
            for projection in _windows(then, asker.grace, patient, before):
                yield _uid(asker, patient, then, projection)


def _windows(stands: Standing, grace: GracePolicy, patient: FollowUp, horizon: Horizon) -> Iterator[Projection]:
    if stands.status.is_due:
        for projection in stands.windows(grace, horizon.until):
            fact, is_whole = projection.fact, projection.fact_from == projection.window.opens
            if projection.is_firm or fact is None or not is_whole or patient.facts.get(fact):
                yield projection


def _uid(asker: Asker, patient: FollowUp, stands: Standing, projection: Projection) -> str:
    """Return the UID of a window.

    Its number includes the imaging that was done, so that it stays the same when a window moves or becomes firm.
    """
    number = stands.done + projection.number
    return asker.secret.window_uid(patient.patient_id, patient.protocol.id, stands.schedule.name, number)


def _entries_of(asker: Asker, patient: FollowUp, stands: Standing, horizon: Horizon) -> Iterator[Entry]:
    shown = {
        Show.MODALITY: _modality(stands.schedule),
        Show.PROTOCOL: patient.protocol.title,
        Show.PATIENT_ID: patient.patient_id,
    }
    newest = patient.newest_date or date.min
    is_missed = stands.window is not None and stands.window.closes < stands.as_of
    is_overdue = stands.status is DueStatus.OVERDUE
    for projection in _windows(stands, asker.grace, patient, horizon):
        booking, is_booked = _booking(stands, patient, projection.window) if projection.is_firm else ("", False)
        yield Entry(
            _uid(asker, patient, stands, projection),
            projection.window.opens,
            projection.window.closes,
            projection.is_firm,
            # A projection behind a missed window counts from the as-of date.
            max(newest, stands.as_of) if is_missed and not projection.is_firm else newest,
            asker.secret.patient_code(patient.patient_id),
            _description(asker.edition, patient, stands.schedule, projection, booking),
            tuple(shown[what] for what in Show if what in asker.show),
            overdue=_overdue_words(projection.window) if is_overdue and projection.is_firm else "",
            is_booked=is_booked,
        )


def _modality(schedule: Schedule) -> str:
    modalities = schedule.study.modalities
    return "any modality" if modalities is None else listed(modality_names(modalities), "or")


def _booking(stands: Standing, patient: FollowUp, window: Window) -> tuple[str, bool]:
    """Return the sentence on what is booked, and whether the study is booked in the window, grace included.

    It is of the booking in the window, else of the first one that misses it; empty without a booking. It does not
    depend on the day of the run, so that the passage of time revises no event.
    """
    booked = booked_days(stands, patient)
    inside = [day for day in booked if is_inside(window, day)]
    if inside:
        is_all = is_whole(stands, patient, inside)
        part = "" if is_all else ", but of a part of the study alone"
        return f"Booked: {day_words(inside[0])}, in this window{part}.", is_all
    return (f"Booked: {day_words(booked[0])}, which misses this window." if booked else ""), False


def _overdue_words(window: Window) -> str:
    grace = ", with grace" if window.grace else ""
    return f"Overdue: no study is documented up to {day_words(window.last_day)}, the last day{grace}."


def _description(
    edition: Edition, patient: FollowUp, schedule: Schedule, projection: Projection, booking: str = ""
) -> str:
    window = projection.window
    rule = rule_text(schedule, window.phase, blended=window.is_blended)
    lines = [
        f"{days_words(window.opens, window.closes)}.",
        f"Target date: {day_words(window.opens)}, the day on which the window opens.",
        *([booking] if booking else []),
        f"To order: {pattern_words(schedule.study)}.",  # never the primary site: it tells the disease
        f"Rule: {rule}; {grace_text(window.grace)}{' on either side' if window.grace else ''}.",
        f"Source: {edition.source_of(str(schedule.cite))}.",
    ]
    if projection.fact is not None and projection.fact_from is not None:
        meaning = edition.fact(projection.fact).meaning
        lines.append(f"From {day_words(projection.fact_from)} on only where {meaning}.")
    if not projection.is_firm:
        lines.append(
            "This is a projection: it assumes that each study before it is done on the last day of its window, or,"
            " where that day has passed, on the day on which this calendar was made."
        )
    if patient.unread_rows:
        lines.append(f"{counted(patient.unread_rows, 'row')} of this patient cannot be read and did not count.")
    lines.append("A reminder, not an order. A study outside the window is not thereby denied.")
    return "\n".join(lines)


def days_words(first: date, last: date) -> str:
    """Return the first and the last day of a window in words, or its only day."""
    if first == last:
        return f"Only day: {day_words(first)}"
    return f"First day: {day_words(first)}. Last day: {day_words(last)}"


def day_words(day: date) -> str:
    """Return a date in English words, independent of the locale: `31 January 2022`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
