"""What a criterion is made of: its leaves, the durations that it adds, and the parts that decide it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from spine_vigil.scheduler.rules.criteria import (
    AgeAtMost,
    All,
    Any,
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
from spine_vigil.scheduler.rules.dates import Duration, years
from spine_vigil.scheduler.rules.facts import Facts


def deciding_leaves(criterion: Criterion, facts: Facts, day: date) -> Iterator[tuple[Leaf, bool]]:
    """Yield the leaves that make a criterion true or false on `day`, each with its own truth; none where it is unknown.

    Of an ALL that is false the first part that is false decides; of an ANY that is true, every part that is true. An
    ANY that is false fails by every part, but alternatives that the patient has outgrown are left out beside others.
    """
    truth = criterion.holds(facts, day)
    if truth is None:
        return
    match criterion:
        case Not(part):
            yield from deciding_leaves(part, facts, day)
        case All(parts) | Any(parts):
            decides = [part for part in parts if part.holds(facts, day) is truth]
            if not truth:
                open_ones = [part for part in decides if not _is_outgrown(part, facts, day)]
                decides = decides[:1] if isinstance(criterion, All) else open_ones or decides
            for part in decides:
                yield from deciding_leaves(part, facts, day)
        case Leaf():
            yield criterion, truth


def _is_outgrown(part: Criterion, facts: Facts, day: date) -> bool:
    """Return whether a part fails by an age, for good; not where the age alone stands in its way."""
    match part:
        case AgeAtMost():
            return part.holds(facts, day) is False
        case All(parts):
            ages = [one for one in parts if isinstance(one, AgeAtMost)]
            others = [one for one in parts if not isinstance(one, AgeAtMost)]
            fails = any(one.holds(facts, day) is False for one in ages)
            return fails and not all(one.holds(facts, day) for one in others)
    return False


def timed_leaves(criterion: Criterion) -> Iterator[Leaf]:
    """Yield the leaves that depend on the date."""
    match criterion:
        case Compound(parts):
            for part in parts:
                yield from timed_leaves(part)
        case Not(part):
            yield from timed_leaves(part)
        case AgeAtMost() | Since() | UpTo() | Tried() | Ongoing():
            yield criterion


def durations_of(criterion: Criterion) -> Iterator[Duration]:
    """Yield every duration that the criterion adds to a date."""
    for leaf in timed_leaves(criterion):
        match leaf:
            case AgeAtMost(age, _):
                yield years(age + 1)
            case Since(_, span, _) | UpTo(_, span):
                yield span
            case Tried(_, _, least, recent):
                yield from (least, recent)


def denied_facts(criterion: Criterion, *, denied: bool = False) -> Iterator[str]:
    """Yield the facts that support the criterion by being false."""
    match criterion:
        case Compound(parts):
            for part in parts:
                yield from denied_facts(part, denied=denied)
        case Not(part):
            yield from denied_facts(part, denied=not denied)
        case Documented(name) if denied:
            yield name
