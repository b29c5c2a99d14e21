"""What a part of a criterion says of a patient on a date, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from spine_vigil.scheduler.editions.edition import Edition, denial, happened
from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    Bounded,
    Criterion,
    Documented,
    Leaf,
    Ongoing,
    Since,
    Tried,
    UpTo,
    day_of,
    number,
)
from spine_vigil.scheduler.rules.criteria_parts import deciding_leaves
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.facts import Facts, TrueFrom
from spine_vigil.scheduler.rules.words import days_text

BY_COURSE = " (as the patient's protocol implies)"
AGAINST = " (as the patient's protocol implies, against what is documented)"
"""What is added to a fact that a course implies, and to one that is documented false."""


def because(edition: Edition, criterion: Criterion, facts: Facts, day: date) -> str:
    """Return what makes a criterion true or false on `day`: the documented facts, or what fails and by how much."""
    leaves = list(deciding_leaves(criterion, facts, day))
    texts = [leaf_words(edition, leaf, facts, day, truth=truth) for leaf, truth in leaves]
    said = (text for (leaf, _), text in zip(leaves, texts, strict=True) if not _is_said_better(leaf, text, texts))
    return "; ".join(dict.fromkeys(said))


def _is_said_better(leaf: Leaf, text: str, texts: Sequence[str]) -> bool:
    """Return whether another text says that a treatment has ended, and more."""
    return type(leaf) is Ongoing and any(other.startswith(f"{text},") for other in texts)


def number_text(value: float) -> str:
    """Return a number as a sentence writes it: without a fraction where it has none."""
    return repr(value).removesuffix(".0")


def age_words(years: int, *, truth: bool) -> str:
    """Return in words that a patient is at most `years` old, or is not."""
    return f"the patient is {years} or younger" if truth else f"the patient is over {years}"


def leaf_words(edition: Edition, leaf: Leaf, facts: Facts, day: date, *, truth: bool) -> str:
    """Return in words why a leaf is true or false on `day`. It is known."""
    match leaf:
        case Documented(name):
            fact, value = edition.fact(name), facts.get(name)
            implied = BY_COURSE if isinstance(value, TrueFrom) and truth else ""
            if isinstance(value, TrueFrom) and truth and value.before is False:
                implied = AGAINST
            return f"{fact.meaning}{implied}" if truth else denial(fact)
        case Bounded(name, bound):
            side = "more than" if isinstance(leaf, Above) else "less than"
            fact = edition.fact(name)
            amount = number_text(number(facts, name) or 0.0)
            relation = f"{side} {number_text(bound)}" if truth else f"not {side} {number_text(bound)}"
            return f"the {fact.meaning} is {amount} {fact.unit}, {relation}"
        case AgeAtMost(years):
            return age_words(years, truth=truth)
        case Since(name, span, longer):
            side = ("more than" if longer else "at least") if truth else ("not more than" if longer else "less than")
            return f"{_dated(edition, name, facts)}, {side} {span} before"
        case UpTo(name, span):
            return f"{_dated(edition, name, facts)}, {'within' if truth else 'not within'} the {span} before"
        case Tried():
            return _care_tried(edition, leaf, facts, day)
        case Ongoing():
            return _care_ongoing(edition, leaf, facts, day)
    raise AssertionError(leaf)  # pragma: no cover - a criterion has no other leaf


def _dated(edition: Edition, name: str, facts: Facts) -> str:
    return f"{happened(edition.fact(name))} {day_of(facts, name)}"


def _care_tried(edition: Edition, leaf: Tried, facts: Facts, day: date) -> str:
    start, end = day_of(facts, leaf.start), day_of(facts, leaf.end)
    if start is None:  # pragma: no cover - unknown without a start
        raise AssertionError(leaf)
    last = day if end is None or end > day else end
    begun = _dated(edition, leaf.start, facts)
    if start > day:
        return f"{begun}, after {day}"
    lasted = (last - start).days
    if add(start, leaf.least) > last:
        return f"{begun} and lasted {lasted} of {days_text((add(start, leaf.least) - start).days)}"
    if add(last, leaf.recent) < day:
        return f"{_dated(edition, leaf.end, facts)}, more than {leaf.recent} before"
    return f"{begun} and lasted {days_text(lasted)}"


def _care_ongoing(edition: Edition, leaf: Ongoing, facts: Facts, day: date) -> str:
    start, end = day_of(facts, leaf.start), day_of(facts, leaf.end)
    if start is not None and start > day:
        return f"{_dated(edition, leaf.start, facts)}, after {day}"
    if end is not None and end < day:
        return _dated(edition, leaf.end, facts)
    return f"{_dated(edition, leaf.start, facts)} and had not ended"
