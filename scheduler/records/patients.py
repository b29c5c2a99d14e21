"""One patient and one imaging event, as documented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum

from spine_vigil.scheduler.rules.facts import Facts, IndexKind
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.rules.studies import Study
from spine_vigil.scheduler.values import Frozen, field


class Course(Frozen):
    """A patient under one protocol, with the index dates and the primary site of that disease.

    `primary_site` is a bit set of regions (None: unknown); `sites_differ` says whether it is unknown because the
    patient's rows name several. `before_birth` are index dates that do not count, since they lie before the birth.
    """

    protocol: Protocol
    index_dates: Mapping[IndexKind, date] = field(default_factory=dict)
    primary_site: int | None = None
    sites_differ: bool = False
    before_birth: Mapping[IndexKind, date] = field(default_factory=dict)

    @property
    def begins(self) -> date | None:
        """The first of the index dates; None where none is known."""
        return min(self.index_dates.values(), default=None)


class Patient(Frozen):
    """A patient as documented for one request; a missing entry is unknown.

    `courses` are those under which the request is judged, `others` are further ones of the patient: they imply facts
    and decide nothing. `facts` are the documented values by name; nothing is due after `follow_up_end`, and nothing can
    be done after `death`.
    """

    courses: tuple[Course, ...] = ()
    others: tuple[Course, ...] = ()
    facts: Facts = field(default_factory=dict)
    follow_up_end: date | None = None
    death: date | None = None

    @property
    def has_facts(self) -> bool:
        """Whether any fact is documented; without one every criterion is unknown."""
        return any(value is not None for value in self.facts.values())


class Statement(Frozen):
    """What one row says of its patient: of the `protocols` that it names, and of the patient as a whole."""

    protocols: tuple[Protocol, ...] = ()
    index_dates: Mapping[IndexKind, date] = field(default_factory=dict)
    primary_site: int | None = None
    facts: Facts = field(default_factory=dict)
    follow_up_end: date | None = None
    death: date | None = None


class Status(Enum):
    """The status of an imaging event."""

    PERFORMED = "performed"
    SCHEDULED = "scheduled"
    REQUESTED = "requested"
    CANCELLED = "cancelled"

    @property
    def is_planned_or_done(self) -> bool:
        """Whether the event is planned or done, not cancelled."""
        return self is not Status.CANCELLED

    @property
    def is_history(self) -> bool:
        """Whether intervals of later events can count from an event of this status."""
        return self in (Status.PERFORMED, Status.SCHEDULED)


class Event(Frozen):
    """One imaging study on one date; an add-on never counts as an earlier study."""

    study: Study
    date: date
    status: Status = Status.REQUESTED
    is_add_on: bool = False

    @property
    def is_reference(self) -> bool:
        """Whether intervals can count from this event."""
        return self.status.is_history and not self.is_add_on
