"""The rules that differ between two editions, by which the rows and windows of a cohort change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

OTHER_RULES = "(other rules)"
"""Stands for the rules by which something changes that rests on none that differs, as through a fact implied."""

GRACE = "grace"
"""Stands for them where the two editions are compared with another grace."""


@dataclass(frozen=True, slots=True)
class DifferingRules:
    """The rules that differ between two editions.

    `routes` are those of schedules, protocols, indications and contraindications; `otherwise` is by what changes that
    rests on none of them. `in_force_from` is the day number from which the later edition is in force.
    """

    routes: Sequence[str]
    otherwise: str
    in_force_from: int

    @property
    def hazards(self) -> list[str]:
        """The contraindications that differ: they stand in the way of what a route supports."""
        return [route for route in self.routes if route.startswith("contraindication.")]

    def of(self, protocols: Collection[str]) -> list[str]:
        """Return the rules of some protocols, given their ids."""
        return [route for route in self.routes if route.partition("/")[0] in protocols]
