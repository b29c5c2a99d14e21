"""Brute-force search for values of missing facts that decide a criterion."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from spine_vigil.scheduler.rules.criteria import Criterion, Ongoing, Tried
from spine_vigil.scheduler.rules.criteria_parts import timed_leaves
from spine_vigil.scheduler.rules.dates import add, days, months, weeks, years
from spine_vigil.scheduler.rules.facts import Fact, FactKind, Facts, Value

BACK = (days(-1000), days(0), weeks(-6), months(-3), years(-15), years(-60), days(400))
NUMBERS = (-1000.0, 7.0, 1000.0)


def can_be_true(criterion: Criterion, facts: Facts, day: date, known: Sequence[Fact]) -> bool:
    """Tell whether some documentation of the facts that are missing on `day` makes the criterion true."""

    def search(tried: Facts) -> bool:
        waits_for = next(criterion.missing(tried, day), None)
        if waits_for is None:
            return criterion.holds(tried, day) is True
        return any(search({**tried, **added}) for added in _documentation(waits_for, criterion, day, known))

    return search(facts)


def can_decide(name: str, criterion: Criterion, facts: Facts, day: date, known: Sequence[Fact]) -> bool:
    """Tell whether some documentation of the other missing facts leaves it to this one whether it is true."""

    def search(tried: Facts) -> bool:
        missing = list(criterion.missing(tried, day))
        other = next((other for other in missing if other != name), None)
        if name not in missing:
            return False
        if other is None:
            of_name = _documentation(name, criterion, day, known)
            return {criterion.holds({**tried, **added}, day) for added in of_name} >= {True, False}
        return any(search({**tried, **added}) for added in _documentation(other, criterion, day, known))

    return search(facts)


def _documentation(
    name: str, criterion: Criterion, day: date, known: Sequence[Fact]
) -> Iterator[dict[str, Value | None]]:
    """Yield values of a fact on every side of what a rule may ask for; of a course, with an end and without."""
    fact = next(fact for fact in known if fact.name == name)
    values: Sequence[Value] = (False, True)
    if fact.kind is not FactKind.BOOLEAN:
        values = NUMBERS if fact.kind is FactKind.NUMBER else [add(day, back) for back in BACK]
    courses = [leaf for leaf in timed_leaves(criterion) if isinstance(leaf, Tried | Ongoing) and leaf.start == name]
    for value in values:
        yield {name: value, **{course.end: None for course in courses}}
        if courses and isinstance(value, date) and value < day:
            yield {name: value, **{course.end: day - timedelta(days=1) for course in courses}}
