"""A criterion as an indented tree in words, one line per condition, for reviewers."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    All,
    Any,
    Below,
    Criterion,
    Documented,
    Leaf,
    Not,
    Ongoing,
    Since,
    Tried,
    UpTo,
)

INDENT = "  "


def criterion_tree(criterion: Criterion) -> list[str]:
    """Return a criterion as lines: `ALL of`, `ANY of` or `NOT` with its parts indented below, a leaf in words.

    A name alone is a boolean fact that must be true; every other leaf names the facts that it needs.
    """
    return list(_lines(criterion))


def _lines(criterion: Criterion) -> Iterator[str]:
    match criterion:
        case All(parts):
            yield "ALL of"
            yield from _indented(*parts)
        case Any(parts):
            yield "ANY of"
            yield from _indented(*parts)
        case Not(Leaf() as part):
            yield f"NOT {leaf_text(part)}"
        case Not(part):
            yield "NOT"
            yield from _indented(part)
        case Leaf():
            yield leaf_text(criterion)
        case _:  # pragma: no cover - the criteria are those above
            raise AssertionError(criterion)


def _indented(*parts: Criterion) -> Iterator[str]:
    for part in parts:
        yield from (INDENT + line for line in _lines(part))


def leaf_text(leaf: Leaf) -> str:
    """Return a criterion without parts in words."""
    match leaf:
        case Documented(fact):
            return fact
        case Below(fact, bound):
            return f"{fact} below {bound:g}"
        case Above(fact, bound):
            return f"{fact} above {bound:g}"
        case AgeAtMost(age, birth):
            return f"age {age} or younger ({birth})"
        case Since(fact, span, longer):
            return f"{'more than' if longer else 'at least'} {span} since {fact}"
        case UpTo(fact, span):
            return f"within {span} after {fact}"
        case Tried(start, end, least, recent):
            return f"a course of at least {least}, going on or ended within the last {recent} ({start}, {end})"
        case Ongoing(start, end):
            return f"a course that is going on ({start}, {end})"
        case _:  # pragma: no cover - the leaves are those above
            raise AssertionError(leaf)
