"""One patient and one imaging event, as documented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum

from spine_vigil.scheduler.rules.facts import Facts, IndexKind
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.rules.studies import Study
from spine_vigil.scheduler.values import Frozen, field


class Patient(Frozen):
    """A patient as a row documents them; a missing entry is unknown.

    `primary_site` is a bit set of regions (None: unknown), `facts` the documented values by name.
    """

    protocol: Protocol | None = None
    index_dates: Mapping[IndexKind, date] = field(default_factory=dict)
    primary_site: int | None = None
    facts: Facts = field(default_factory=dict)

    @property
    def has_facts(self) -> bool:
        """Whether any fact is documented; without one every criterion is unknown."""
        return any(value is not None for value in self.facts.values())


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
