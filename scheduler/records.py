"""One patient, one event, one request: what the scalar evaluator works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from scheduler.facts import IndexKind
from scheduler.reasons import Status
from scheduler.rules import Protocol
from scheduler.studies import Study


@dataclass(frozen=True, slots=True)
class Patient:
    """What a row documents of the patient; a missing entry is unknown.

    `primary_site` is a bit set of regions (None: unknown), `facts` maps names to true or false.
    """

    protocol: Protocol | None = None
    index_dates: Mapping[IndexKind, date] = field(default_factory=dict)
    primary_site: int | None = None
    facts: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """One imaging study on one date; an add-on never counts as an earlier study."""

    study: Study
    date: date
    status: Status = Status.REQUESTED
    is_add_on: bool = False

    @property
    def is_reference(self) -> bool:
        """Whether intervals can be counted from this event."""
        return self.status.is_history and not self.is_add_on
