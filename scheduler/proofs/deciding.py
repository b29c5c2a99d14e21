"""Proofs of indications: that one can be met and can fail, and which facts alone decide it."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.scheduler.editions.rendering.criteria_text import criterion_phrase
from spine_vigil.scheduler.rules.criteria import Criterion, Not
from spine_vigil.scheduler.rules.criteria_parts import deciding_leaves
from spine_vigil.scheduler.rules.possible_values import DAY, possible_values, values_that_meet
from spine_vigil.scheduler.rules.words import listed


def refute_deciding(criterion: Criterion) -> str | None:
    """Return why a criterion decides nothing, being met by no values of its facts or by all of them; None else."""
    if values_that_meet(criterion) is None:
        return "no values of its facts meet it"
    if values_that_meet(Not(criterion)) is None:
        return "whatever is documented, it is never false"
    return None


def decided_alone(criterion: Criterion, *, truth: bool) -> list[str]:
    """Return what makes a criterion true, or false, whatever else is documented, each in words and in its order."""
    return list(dict.fromkeys(_by_one_fact(criterion, truth=truth)))


def _by_one_fact(criterion: Criterion, *, truth: bool) -> Iterator[str]:
    for name, values in possible_values(criterion).items():
        for value in values:
            if criterion.holds({name: value}, DAY) is truth:
                leaves = deciding_leaves(criterion, {name: value}, DAY)
                yield listed([*dict.fromkeys(criterion_phrase(leaf if holds else Not(leaf)) for leaf, holds in leaves)])
