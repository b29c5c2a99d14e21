"""Courses: one patient under one protocol, assembled from the rows of an events file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from spine_vigil.scheduler.records.patients import Event, Patient, Status
from spine_vigil.scheduler.records.rows import Row
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.values import Frozen


class Course(Frozen):
    """A patient under one protocol, with all events of the patient whatever protocol they carry."""

    patient_id: str
    protocol: Protocol
    patient: Patient
    events: tuple[Event, ...]
    follow_up_end: date | None

    def newest_date(self, as_of: date) -> date | None:
        """Return the newest date that can move a window: an index date, or a study performed up to `as_of`.

        Bookings and requests move no window, so they do not count.
        """
        done = [e.date for e in self.events if e.status is Status.PERFORMED and e.date <= as_of]
        return max([*self.patient.index_dates.values(), *done], default=None)


def courses(rows: Iterable[Row]) -> Iterator[Course]:
    """Yield each patient under each protocol with schedules, ordered by patient and protocol, whatever the rows' order.

    For each index date, the primary site and each fact, the row with the latest event date counts among the rows of the
    protocol that give a value; a row without an event is older than any dated one, and of equally old rows the greatest
    value counts. The end of follow-up belongs to the patient, so it may come from a row of any protocol. Rows with
    problems are left out.
    """
    by_patient: dict[str, list[Row]] = {}
    for row in rows:
        if not row.problems:
            by_patient.setdefault(row.patient_id, []).append(row)
    for patient_id in sorted(by_patient):
        rows_of_patient = by_patient[patient_id]
        protocols = {
            row.patient.protocol.id: row.patient.protocol for row in rows_of_patient if row.patient.protocol is not None
        }
        events = tuple(row.event for row in rows_of_patient if row.event is not None)
        follow_up_end = _latest((row, row.follow_up_end) for row in rows_of_patient)
        for id_ in sorted(protocols):
            of_protocol = [
                r for r in rows_of_patient if r.patient.protocol is not None and r.patient.protocol.id == id_
            ]
            if protocols[id_].schedules:
                patient = _combined(protocols[id_], of_protocol)
                yield Course(patient_id, protocols[id_], patient, events, follow_up_end)


def _combined(protocol: Protocol, rows: Sequence[Row]) -> Patient:
    index_dates = {kind: _latest((row, row.patient.index_dates.get(kind)) for row in rows) for kind in IndexKind}
    names = sorted({name for row in rows for name in row.patient.facts})
    return Patient(
        protocol=protocol,
        index_dates={kind: day for kind, day in index_dates.items() if day is not None},
        primary_site=_latest((row, row.patient.primary_site) for row in rows),
        facts={name: _latest((row, row.patient.facts.get(name)) for row in rows) for name in names},
    )


def _latest(values: Iterable[tuple[Row, Any]]) -> Any:
    """Return the value of the newest row that has one; of equally new rows, the greatest value."""
    dated = [(date.min if row.event is None else row.event.date, value) for row, value in values if value is not None]
    return max(dated)[1] if dated else None
