"""Criteria in words for reviewers: as an indented tree, one line per condition, or as one phrase; and implied facts."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    All,
    Any,
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
from spine_vigil.scheduler.rules.implied import ImpliedByCourse
from spine_vigil.scheduler.rules.indications import Advice
from spine_vigil.scheduler.rules.words import listed

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


def criterion_phrase(criterion: Criterion) -> str:
    """Return a criterion as one phrase: `fever and (trauma or obtunded)`."""
    match criterion:
        case All(parts):
            return " and ".join(map(_part_phrase, parts))
        case Any(parts):
            return " or ".join(map(_part_phrase, parts))
        case Not(part):
            return f"not {_part_phrase(part)}"
        case Leaf():
            return leaf_text(criterion)
        case _:  # pragma: no cover - the criteria are those above
            raise AssertionError(criterion)


def advice_line(advice: Advice) -> str:
    """Return advice with whom it is for: `Advice (fever): Rest.`, for one."""
    whom = [] if advice.fits is None else [criterion_phrase(advice.fits)]
    whom += [] if advice.unless is None else [f"{advice.unless} not documented"]
    return f"Advice{f' ({listed(whom)})' if whom else ''}: {advice.text}"


def _part_phrase(part: Criterion) -> str:
    return f"({criterion_phrase(part)})" if isinstance(part, Compound) else criterion_phrase(part)


def implied_by(edition: Edition, fact: str) -> Iterator[str]:
    """Yield in words what implies a fact: other facts by name, and courses of the patient."""
    for implied in edition.implied:
        if implied.fact == fact:
            yield listed(implied.by, "or")
    for by_course in edition.implied_by_course:
        if by_course.fact == fact:
            yield course_text(by_course)


def course_text(implied: ImpliedByCourse) -> str:
    """Return in words which courses imply a fact, and whether they do so against what is documented."""
    text = f"a course under {listed(implied.under, 'or') if implied.under else 'any protocol'}"
    if implied.except_under:
        text += f" but {listed(implied.except_under)}"
    if implied.in_spine:
        text += ", with its primary site in the cervical, thoracic or lumbar spine"
    return text + (", also against a documented false" if implied.overrides else "")


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
        case UnderProtocol():
            return "a course of the patient under any protocol, begun or not"
        case _:  # pragma: no cover - the leaves are those above
            raise AssertionError(leaf)
