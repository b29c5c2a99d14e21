"""What a criterion can become: values of its facts on every side of its bounds, and a search for those that meet it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product

from spine_vigil.scheduler.rules.criteria import (
    UNDER_PROTOCOL,
    AgeAtMost,
    Bounded,
    Compound,
    Criterion,
    Documented,
    Leaf,
    Not,
    Ongoing,
    Since,
    Tried,
    UpTo,
)
from spine_vigil.scheduler.rules.dates import Duration, add, days, years
from spine_vigil.scheduler.rules.facts import Facts, Value
from spine_vigil.scheduler.values import replace

DAY = date(2025, 6, 16)
"""The date on which criteria are tried out; any other would do, since the values are set around it."""

_AROUND = range(-3, 4)
"""Days around a bound: as many as the months that reach to it can differ in length, on either side."""


def leaves_of(criterion: Criterion) -> Iterator[Leaf]:
    """Yield every part of a criterion that has no parts, in its order."""
    match criterion:
        case Compound(parts):
            for part in parts:
                yield from leaves_of(part)
        case Not(part):
            yield from leaves_of(part)
        case Leaf():
            yield criterion


def possible_values(criterion: Criterion) -> Mapping[str, Sequence[Value]]:
    """Return values of each fact of a criterion, by its name and in its order: on every side of every bound, on DAY."""
    leaves = list(leaves_of(criterion))
    ends = [end for leaf in leaves if isinstance(leaf, Ongoing) for end in _ends(leaf)]
    values: dict[str, set[Value]] = {}
    for leaf in leaves:
        for name, of_leaf in _values(leaf, ends):
            values.setdefault(name, set()).update(of_leaf)
    return {name: sorted(found, key=_order) for name, found in values.items()}


def _values(leaf: Leaf, ends: Sequence[date]) -> Iterator[tuple[str, Sequence[Value]]]:
    match leaf:
        case Documented(fact):
            yield fact, (True, False)
        case Bounded(fact, bound):
            yield fact, (bound - 1, bound, bound + 1)
        case AgeAtMost(age, birth):
            yield birth, _dates(DAY, years(age + 1))
        case Since(fact, span) | UpTo(fact, span):
            yield fact, (*_dates(DAY), *_dates(DAY, span))
        case Ongoing(start, end):
            least = leaf.least if isinstance(leaf, Tried) else days(0)
            yield start, [day for last in (DAY, *ends) for day in (*_dates(last), *_dates(last, least))]
            yield end, _ends(leaf)


def _ends(leaf: Ongoing) -> tuple[date, ...]:
    return (*_dates(DAY), *(_dates(DAY, leaf.recent) if isinstance(leaf, Tried) else ()))


def _dates(day: date, span: Duration | None = None) -> tuple[date, ...]:
    """Return the days around the one that lies a span before another."""
    start = day if span is None else add(day, replace(span, count=-span.count))
    return tuple(start + timedelta(days=shift) for shift in _AROUND)


def _order(value: Value) -> tuple[bool, float]:
    """Return a sort key: true before false, then the number, or the newest date first."""
    if isinstance(value, bool):
        return False, -value
    return True, -value.toordinal() if isinstance(value, date) else float(value)  # type: ignore[arg-type]


def values_that_meet(criterion: Criterion) -> Facts | None:
    """Return values of facts under which a criterion is true on DAY; None where there are none.

    What it does not need is left out.
    """
    values = possible_values(criterion)
    ends = {leaf.start: leaf.end for leaf in leaves_of(criterion) if isinstance(leaf, Ongoing)}

    def search(facts: Facts) -> Facts | None:
        truth = criterion.holds(facts, DAY)
        if truth is not None:
            return facts if truth else None
        name = next((name for name in criterion.missing(facts, DAY) if name not in facts), None)
        if name is None:  # a course that ends before it begins stays unknown
            return None
        return next((found for more in documented(name, facts) if (found := search({**facts, **more}))), None)

    def documented(name: str, facts: Facts) -> Iterator[Facts]:
        """Yield a fact with each of its values; the start of a course with each end, and with none."""
        end = ends.get(name)
        if end is None:
            yield from ({name: value} for value in values[name])
        else:
            known = (facts[end],) if end in facts else (None, *values[end])
            yield from ({name: start, end: last} for start, last in product(values[name], known))

    return next((found for under in (False, True) if (found := search({UNDER_PROTOCOL: under}))), None)
