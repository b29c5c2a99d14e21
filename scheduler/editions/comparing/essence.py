"""Values of rules without what means nothing: equal where two rules say the same in another order or unit."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from spine_vigil.scheduler.rules.criteria import Compound
from spine_vigil.scheduler.rules.dates import Duration
from spine_vigil.scheduler.rules.schedules import Phase
from spine_vigil.scheduler.values import Frozen


def essence(value: Any) -> Hashable:
    """Return a form of a rule, or of a part of one, that is equal for another exactly where both mean the same.

    The parts of an ALL or ANY have no order, and 12 months are a year. A one-time window in days has no grace, so 7
    days are no week there. Index dates and phases keep their order.
    """
    match value:
        case Duration():
            return value.months, value.days
        case Compound(parts):
            return type(value), frozenset(map(essence, parts))
        case Phase():
            return (*_fields(value), value.in_days)
        case Frozen():
            return _fields(value)
        case tuple():
            return tuple(map(essence, value))
        case Hashable():
            return value
        case _:  # pragma: no cover - rules hold the values above
            raise AssertionError(value)


def _fields(value: Frozen) -> tuple[Hashable, ...]:
    return type(value), *(essence(getattr(value, name)) for name in value.__struct_fields__)
