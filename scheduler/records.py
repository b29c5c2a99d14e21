"""One patient, one event, one decision: what the scalar evaluator takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from spine_vigil.scheduler.reasons import Reason, Status, Support, Timeliness, Verdict
from spine_vigil.scheduler.rules.facts import Facts, IndexKind
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.rules.studies import Study
from spine_vigil.scheduler.values import Frozen

NOTHING: Mapping[Any, Any] = MappingProxyType({})
"""What is documented of a patient of whom nothing is."""


class Patient(Frozen):
    """What a row documents of the patient; a missing entry is unknown.

    `primary_site` is a bit set of regions (None: unknown), `facts` what is documented.
    """

    protocol: Protocol | None = None
    index_dates: Mapping[IndexKind, date] = NOTHING
    primary_site: int | None = None
    facts: Facts = NOTHING

    @property
    def has_facts(self) -> bool:
        """Whether anything is documented; without it no criterion is known to hold, or not to."""
        return any(value is not None for value in self.facts.values())


class Event(Frozen):
    """One imaging study on one date; an add-on never counts as an earlier study."""

    study: Study
    date: date
    status: Status = Status.REQUESTED
    is_add_on: bool = False

    @property
    def is_reference(self) -> bool:
        """Whether intervals can be counted from this event."""
        return self.status.is_history and not self.is_add_on


class Decision(Frozen):
    """What is decided of one request, by the best of its routes, and why.

    `days_from_window` is negative before the window opens and positive after it closes;
    `next_allowed` the earliest date from the requested one on that needs no grace; `missing` the facts
    or columns whose documentation could make it `within`; `combination` is about other studies on the same
    date and changes nothing; `grace_days` is the grace of the window.
    """

    reason: Reason
    route: str = ""
    section: str = ""
    timing: Timeliness | None = None
    reference_date: date | None = None
    opens: date | None = None
    closes: date | None = None
    days_from_window: int | None = None
    next_allowed: date | None = None
    missing: tuple[str, ...] = ()
    combination: Support | None = None
    explanation: str = ""
    grace_days: int | None = None
    routes: tuple[Decision, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The decision itself; None for a cancelled event."""
        return self.reason.verdict

    @property
    def preference(self) -> tuple[int, float]:
        """The order between routes: smaller is better."""
        return self.reason.rank, float("inf") if self.days_from_window is None else abs(self.days_from_window)
