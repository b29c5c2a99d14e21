"""A criterion as JSON: nested objects, each node with only the members of its kind."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    All,
    Below,
    Compound,
    Criterion,
    Documented,
    Leaf,
    Not,
    Ongoing,
    Since,
    Tried,
    UnderProtocol,
    UpTo,
)
from spine_vigil.scheduler.values import Frozen, field


class CourseView(Frozen):
    """A treatment by the facts of its start and end; where one must have been tried, also how long and how recently."""

    start: str
    end: str
    at_least: str | UnsetType = UNSET
    ended_within: str | UnsetType = UNSET


class CriterionView(Frozen):
    """A node of a criterion, without the members of other kinds. Durations are written like `3 months`."""

    all: list[CriterionView] | UnsetType = UNSET
    any: list[CriterionView] | UnsetType = UNSET
    not_: CriterionView | UnsetType = field(default=UNSET, name="not")
    fact: str | UnsetType = UNSET
    below: float | UnsetType = UNSET
    above: float | UnsetType = UNSET
    age_at_most: int | UnsetType = UNSET
    at_least_since: str | UnsetType = UNSET
    more_than_since: str | UnsetType = UNSET
    up_to: str | UnsetType = UNSET
    tried: CourseView | UnsetType = UNSET
    ongoing: CourseView | UnsetType = UNSET
    under_a_protocol: bool | UnsetType = UNSET

    @classmethod
    def of(cls, criterion: Criterion) -> CriterionView:
        match criterion:
            case Compound(parts):
                nodes = [cls.of(part) for part in parts]
                return cls(all=nodes) if isinstance(criterion, All) else cls(any=nodes)
            case Not(part):
                return cls(not_=cls.of(part))
            case Leaf():
                return cls._of_leaf(criterion)
        raise AssertionError(criterion)  # pragma: no cover - the nodes are those above

    @classmethod
    def _of_leaf(cls, leaf: Leaf) -> CriterionView:
        match leaf:
            case Documented(fact):
                return cls(fact=fact)
            case Below(fact, bound):
                return cls(fact=fact, below=bound)
            case Above(fact, bound):
                return cls(fact=fact, above=bound)
            case AgeAtMost(age, birth):
                return cls(fact=birth, age_at_most=age)
            case Since(fact, span, True):
                return cls(fact=fact, more_than_since=str(span))
            case Since(fact, span):
                return cls(fact=fact, at_least_since=str(span))
            case UpTo(fact, span):
                return cls(fact=fact, up_to=str(span))
            case Tried(start, end, least, recent):
                return cls(tried=CourseView(start, end, str(least), str(recent)))
            case Ongoing(start, end):
                return cls(ongoing=CourseView(start, end))
            case UnderProtocol():
                return cls(under_a_protocol=True)
        raise AssertionError(leaf)  # pragma: no cover - the leaves are those above
