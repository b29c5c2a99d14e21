"""Criteria over facts: frozen nodes with a truth on a date (three-valued) and the dates on which they hold.

The truth is Kleene's: ALL is false where any part is false, else unknown where any part is unknown, else true; ANY is
true where any part is true, else unknown where any part is unknown, else false. The windows of a criterion are the
dates on which it certainly holds (every unknown taken as false) or possibly does (every unknown taken as true).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.date_sets import ALL_DATES, NO_DATES, DateSet
from spine_vigil.scheduler.rules.dates import Duration, add, years
from spine_vigil.scheduler.rules.facts import Facts, TrueFrom
from spine_vigil.scheduler.values import Frozen

UNDER_PROTOCOL = "(under a protocol)"
"""The name under which the facts of a patient say that the patient has a course; no column can have it."""


class Criterion(Frozen):
    """A condition on what is documented; made of the nodes below, which are frozen values."""

    def holds(self, facts: Facts, day: date) -> bool | None:
        """Return whether the criterion is true on `day`; None where that is unknown."""
        raise NotImplementedError

    def dates(self, facts: Facts, *, unknown: bool) -> DateSet:
        """Return the dates on which the criterion holds, every unknown taken as `unknown`."""
        raise NotImplementedError

    def missing(self, facts: Facts, day: date) -> Iterator[str]:
        """Yield the facts that keep the criterion unknown on `day`, in its order; nothing where it is known."""
        raise NotImplementedError

    def facts(self) -> Iterator[str]:
        """Yield every fact that the criterion asks for, in its order, some more than once."""
        raise NotImplementedError


class Leaf(Criterion):
    """A criterion without parts: unknown, or a set of dates."""

    def known_dates(self, facts: Facts) -> DateSet | None:
        """Return the dates on which the leaf holds; None where that is unknown."""
        raise NotImplementedError

    def named_when_missing(self) -> str:
        """Return the fact to document where the leaf is unknown."""
        return next(self.facts())

    def holds(self, facts: Facts, day: date) -> bool | None:
        known = self.known_dates(facts)
        return None if known is None else day in known

    def dates(self, facts: Facts, *, unknown: bool) -> DateSet:
        known = self.known_dates(facts)
        if known is None:
            return ALL_DATES if unknown else NO_DATES
        return known

    def missing(self, facts: Facts, day: date) -> Iterator[str]:
        if self.holds(facts, day) is None:
            yield self.named_when_missing()


class Documented(Leaf):
    """A boolean fact that must be true."""

    fact: str

    def known_dates(self, facts: Facts) -> DateSet | None:
        value = facts.get(self.fact)
        return None if value is None else ALL_DATES if value else NO_DATES

    def holds(self, facts: Facts, day: date) -> bool | None:
        value = facts.get(self.fact)
        return value.on(day) if isinstance(value, TrueFrom) else super().holds(facts, day)

    def dates(self, facts: Facts, *, unknown: bool) -> DateSet:
        value = facts.get(self.fact)
        if not isinstance(value, TrueFrom):
            return super().dates(facts, unknown=unknown)
        is_true_before = unknown if value.before is None else value.before
        return ALL_DATES if is_true_before else DateSet.between(value.day)

    def facts(self) -> Iterator[str]:
        yield self.fact


class UnderProtocol(Leaf):
    """A course of the patient under any protocol, begun or not; always known."""

    def known_dates(self, facts: Facts) -> DateSet | None:
        return ALL_DATES if facts.get(UNDER_PROTOCOL) else NO_DATES

    def facts(self) -> Iterator[str]:
        yield from ()


class Bounded(Leaf):
    """A number that must lie strictly on one side of `bound`."""

    fact: str
    bound: float

    def fits(self, value: float) -> bool:
        """Return whether a value lies on the required side."""
        raise NotImplementedError

    def known_dates(self, facts: Facts) -> DateSet | None:
        value = number(facts, self.fact)
        return None if value is None else ALL_DATES if self.fits(value) else NO_DATES

    def facts(self) -> Iterator[str]:
        yield self.fact


class Below(Bounded):
    """A number that must be less than `bound`."""

    def fits(self, value: float) -> bool:
        return value < self.bound


class Above(Bounded):
    """A number that must be more than `bound`."""

    def fits(self, value: float) -> bool:
        return value > self.bound


class AgeAtMost(Leaf):
    """An age in completed years: true until the day before the birthday that ends it."""

    years: int
    birth: str = "birth_date"

    def known_dates(self, facts: Facts) -> DateSet | None:
        birth = day_of(facts, self.birth)
        return None if birth is None else DateSet.between(last=add(birth, years(self.years + 1)) - timedelta(days=1))

    def facts(self) -> Iterator[str]:
        yield self.birth


class Since(Leaf):
    """A date that lies at least `span` back; with `longer`, more than `span`."""

    fact: str
    span: Duration
    longer: bool = False

    def known_dates(self, facts: Facts) -> DateSet | None:
        start = day_of(facts, self.fact)
        return None if start is None else DateSet.between(add(start, self.span) + timedelta(days=int(self.longer)))

    def facts(self) -> Iterator[str]:
        yield self.fact


class UpTo(Leaf):
    """The time from a date to `span` after it, both included."""

    fact: str
    span: Duration

    def known_dates(self, facts: Facts) -> DateSet | None:
        start = day_of(facts, self.fact)
        return None if start is None else DateSet.between(start, add(start, self.span))

    def facts(self) -> Iterator[str]:
        yield self.fact


class Ongoing(Leaf):
    """The time of a treatment, from its start to its end, or without end while none is documented.

    Unknown without a start, and where the end is before the start.
    """

    start: str
    end: str

    def known_dates(self, facts: Facts) -> DateSet | None:
        course = _course(facts, self.start, self.end)
        return None if course is None else DateSet.between(*course)

    def facts(self) -> Iterator[str]:
        yield self.start
        yield self.end


class Tried(Ongoing):
    """A treatment that lasted at least `least` and ended at most `recent` ago, or goes on; unknown as for `Ongoing`."""

    least: Duration
    recent: Duration

    def known_dates(self, facts: Facts) -> DateSet | None:
        course = _course(facts, self.start, self.end)
        if course is None:
            return None
        start, end = course
        enough = add(start, self.least)
        if end is None:
            return DateSet.between(enough)
        return DateSet.between(enough, add(end, self.recent)) if enough <= end else NO_DATES


class Compound(Criterion):
    """A criterion made of parts."""

    parts: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise RuleError("a criterion of parts needs at least one")

    def missing(self, facts: Facts, day: date) -> Iterator[str]:
        if self.holds(facts, day) is None:
            for part in self.parts:
                yield from part.missing(facts, day)

    def facts(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.facts()


class All(Compound):
    """Every part must hold."""

    def holds(self, facts: Facts, day: date) -> bool | None:
        truths = [part.holds(facts, day) for part in self.parts]
        return False if False in truths else None if None in truths else True

    def dates(self, facts: Facts, *, unknown: bool) -> DateSet:
        dates = ALL_DATES
        for part in self.parts:
            dates &= part.dates(facts, unknown=unknown)
        return dates


class Any(Compound):
    """One part must hold."""

    def holds(self, facts: Facts, day: date) -> bool | None:
        truths = [part.holds(facts, day) for part in self.parts]
        return True if True in truths else None if None in truths else False

    def dates(self, facts: Facts, *, unknown: bool) -> DateSet:
        dates = NO_DATES
        for part in self.parts:
            dates |= part.dates(facts, unknown=unknown)
        return dates


class Not(Criterion):
    """The part must not hold."""

    part: Criterion

    def holds(self, facts: Facts, day: date) -> bool | None:
        truth = self.part.holds(facts, day)
        return None if truth is None else not truth

    def dates(self, facts: Facts, *, unknown: bool) -> DateSet:
        return ~self.part.dates(facts, unknown=not unknown)

    def missing(self, facts: Facts, day: date) -> Iterator[str]:
        yield from self.part.missing(facts, day)

    def facts(self) -> Iterator[str]:
        yield from self.part.facts()


def number(facts: Facts, name: str) -> float | None:
    """Return a number among the facts; None where it is not documented."""
    value = facts.get(name)
    return None if value is None or isinstance(value, date | TrueFrom) else float(value)


def day_of(facts: Facts, name: str) -> date | None:
    """Return a date among the facts; None where it is not documented."""
    value = facts.get(name)
    return value if isinstance(value, date) else None


def _course(facts: Facts, start: str, end: str) -> tuple[date, date | None] | None:
    first, last = day_of(facts, start), day_of(facts, end)
    if first is None or (last is not None and last < first):
        return None
    return first, last


def all_of(*parts: Criterion | str) -> All:
    """Return a criterion that holds where every part holds; a name stands for a fact that must be true."""
    return All(tuple(as_criterion(part) for part in parts))


def any_of(*parts: Criterion | str) -> Any:
    """Return a criterion that holds where any part holds; a name stands for a fact that must be true."""
    return Any(tuple(as_criterion(part) for part in parts))


def not_(part: Criterion | str) -> Not:
    """Return a criterion that holds where the part does not; a name stands for a fact that must be false."""
    return Not(as_criterion(part))


def as_criterion(part: Criterion | str) -> Criterion:
    """Return a criterion; a name stands for a fact that must be true."""
    return Documented(part) if isinstance(part, str) else part
