"""One way for a request to qualify, and the order of preference between several (rules 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.values import Frozen, replace


def _never(_: date) -> date | None:
    return None


class Route(Frozen):
    """One route of a request, with its decision.

    `first_from` returns the first date from a day on that the route allows without grace. `indication` is None for a
    route of a protocol; `is_hint` says that an indication is only hinted at, `is_silent` that it says nothing.
    """

    decision: Decision
    first_from: Callable[[date], date | None] = _never
    indication: Indication | None = None
    is_hint: bool = False
    is_silent: bool = False

    @property
    def preference(self) -> tuple[int, float, bool, int, bool]:
        """The order between routes, smaller is better; of equals the first in the edition decides."""
        of_protocol = self.indication is None
        asks = 0 if of_protocol else len(self.decision.missing)
        days = self.decision.days_from_window
        distance = float("inf") if days is None else abs(days)
        return self.decision.reason.rank, distance, not of_protocol, asks, self.is_hint


def best_of(routes: Sequence[Route]) -> Decision:
    """Return the decision of the best of some routes, none of them silent, in the order of the edition."""
    best = min(routes, key=lambda route: route.preference)
    together = [best, *_asks_with(best, routes)]
    if len(together) == 1:
        return best.decision
    together.sort(key=routes.index)
    missing = dict.fromkeys(name for route in together for name in route.decision.missing)
    return replace(best.decision, missing=tuple(missing))


def _asks_with(best: Route, routes: Iterable[Route]) -> list[Route]:
    """Return the route that asks together with the best one, which decides by a missing fact, if there is one."""
    if best.indication is None or best.decision.reason is not Reason.MISSING_FACT:
        return []
    other = best.indication.asks_with
    return [
        route
        for route in routes
        if route.indication is not None
        and route.indication.name == other
        and route.decision.reason is Reason.MISSING_FACT
    ]


def first_allowed(routes: Iterable[Route], day: date) -> date | None:
    """Return the first date from `day` on that any of the routes allows; None where there is none."""
    return min((d for route in routes if (d := route.first_from(day)) is not None), default=None)
