"""Follow-up: one patient under one protocol on a date, as all rows of the patient document it (rules 9).

A request has a row of its own, which says what it is judged by. What is due has none: every row of the patient that can
be read fills it, as an enrolment row fills a request (`records/courses.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.courses import patient_of
from spine_vigil.scheduler.records.patients import Course, Event, Statement, Status
from spine_vigil.scheduler.records.rows import Row, impossible_events
from spine_vigil.scheduler.rules.facts import BIRTH_DATE, Facts, Level, Value
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.values import Frozen, field, replace


class FollowUp(Frozen):
    """A patient under one protocol, with all events of the patient, whatever protocol they carry.

    `facts` are those that count for the course; nothing is due from `follow_up_end` or `death` on. `unread_rows` counts
    the rows of the patient that cannot be read.
    """

    course: Course
    patient_id: str = ""
    facts: Facts = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    follow_up_end: date | None = None
    death: date | None = None
    unread_rows: int = 0

    @property
    def protocol(self) -> Protocol:
        """The protocol of the course."""
        return self.course.protocol

    @property
    def newest_date(self) -> date | None:
        """The newest date that can move a window: an index date, or that of a performed study.

        Bookings and requests move no window, so they do not count.
        """
        done = [event.date for event in self.events if event.status is Status.PERFORMED]
        return max([*self.course.index_dates.values(), *done], default=None)


def follow_ups(edition: Edition, rows: Iterable[Row], as_of: date) -> Iterator[FollowUp]:
    """Yield each patient under each protocol, ordered by patient and edition, whatever the order of the rows.

    `rows` are those of an events file and of a patients file, checked by `checked_rows`. All rows of a patient that can
    be read fill the courses by the rules of rules 7, with `as_of` as the date. A fact of an event is that of the newest
    event whose row gives one and names the protocol or none; of equally new ones the greatest value counts. What a row
    without an event says of it does not count.

    A study performed after `as_of` has not been done yet: neither it nor its facts count, but what its row says of the
    patient does. It is not unreadable, since a list can be asked for a day in the past.
    """
    for patient_id, own in sorted(_by_patient(rows).items()):
        yield from _follow_ups(edition, patient_id, own, as_of)


def _follow_ups(edition: Edition, patient_id: str, rows: Sequence[Row], as_of: date) -> Iterator[FollowUp]:
    readable = [row for row in rows if not row.problems]
    known = [row.says for row in readable]
    named = {protocol.id: protocol for says in known for protocol in says.protocols}
    done_or_planned = [row for row in readable if not is_later(row, as_of)]
    events = tuple(row.event for row in done_or_planned if row.event is not None)
    for protocol in sorted(named.values(), key=lambda protocol: edition.protocol_numbers[protocol.id]):
        says = Statement((protocol,), facts=_newest_facts(edition, protocol, done_or_planned))
        patient = patient_of(edition, says, known, as_of)
        yield FollowUp(
            course=patient.courses[0],
            patient_id=patient_id,
            facts=patient.facts,
            events=events,
            follow_up_end=patient.follow_up_end,
            death=patient.death,
            unread_rows=len(rows) - len(readable),
        )


def checked_rows(edition: Edition, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a cohort, in order, with the problems that only other rows of their patients show.

    An event before the birth or a study performed after the death that these document cannot have been; as for a
    request, they are the rows without an event.
    """
    known = {id_: [row.says for row in own if row.event is None] for id_, own in _by_patient(rows, sound=True).items()}
    return [_checked(edition, row, known.get(row.patient_id, ())) for row in rows]


def _checked(edition: Edition, row: Row, known: Sequence[Statement]) -> Row:
    if row.event is None or row.problems or not any(says.death or says.facts.get(BIRTH_DATE) for says in known):
        return row
    problems = impossible_events(row.event, patient_of(edition, row.says, known, row.event.date))
    return replace(row, problems=tuple(problems))


def _by_patient(rows: Iterable[Row], *, sound: bool = False) -> dict[str, list[Row]]:
    """Return the rows of each patient, without those that name nobody; only `sound` ones where asked."""
    of_patient: dict[str, list[Row]] = {}
    for row in rows:
        if row.patient_id and not (sound and row.problems):
            of_patient.setdefault(row.patient_id, []).append(row)
    return of_patient


def is_later(row: Row, as_of: date) -> bool:
    """Return whether a row has a study that was performed after a date."""
    return row.event is not None and row.event.status is Status.PERFORMED and row.event.date > as_of


def _newest_facts(edition: Edition, protocol: Protocol, rows: Sequence[Row]) -> Facts:
    """Return the facts of an event that count for a course."""
    concerned = [row for row in rows if protocol in row.says.protocols or not row.says.protocols]
    dated = [(row.event.date, row.says.facts) for row in concerned if row.event is not None]
    return {fact.name: _newest(fact.name, dated) for fact in edition.facts if fact.level is Level.EVENT}


def _newest(name: str, dated: Sequence[tuple[date, Facts]]) -> Value | None:
    given: list[tuple[date, Any]] = [(day, value) for day, facts in dated if (value := facts.get(name)) is not None]
    newest: Value | None = max(given)[1] if given else None
    return newest
