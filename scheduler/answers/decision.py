"""The decision of one request, with its route and reason."""

from __future__ import annotations

from datetime import date

from spine_vigil.scheduler.answers.reasons import Reason, Support, Timeliness, Verdict
from spine_vigil.scheduler.values import Frozen


class Decision(Frozen):
    """The decision of one request by the best of its routes.

    `days_from_window` is negative before the window opens and positive after it closes; `next_allowed` is the earliest
    date, from the requested one on, that needs no grace; `missing` the facts or columns that, once documented, could
    make it `within`; `undecided_regions` are the regions of the study of which the route does not speak; `unread_rows`
    counts the rows of the patient that cannot be read; `combination` concerns other studies on the same date and does
    not change the decision; `grace_days` is the grace of the window.
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
    undecided_regions: tuple[str, ...] = ()
    unread_rows: int | None = None
    combination: Support | None = None
    explanation: str = ""
    grace_days: int | None = None
    routes: tuple[Decision, ...] = ()

    @property
    def decision(self) -> Verdict | None:
        """The verdict: `within`, `outside` and so on; None for a cancelled event."""
        return self.reason.verdict
