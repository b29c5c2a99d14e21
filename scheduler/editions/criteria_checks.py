"""Checks of an edition's indications, contraindications and combinations that need the whole edition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.criteria import (
    Above,
    Below,
    Compound,
    Criterion,
    Documented,
    Leaf,
    Not,
    Ongoing,
    Tried,
    durations_of,
)
from spine_vigil.scheduler.rules.facts import Fact, FactKind
from spine_vigil.scheduler.rules.indications import Combination, Contraindication, Indication
from spine_vigil.scheduler.rules.studies import REGIONS

Problems = Iterator[tuple[str, str]]
"""The problems that a check yields: a place in the edition and a message each."""

NAME = re.compile(r"[a-z][a-z0-9_]*")
SECTION = re.compile(r"[A-Z]\S*( \S+)*")

Rule = Indication | Contraindication | Combination


def rules_of(edition: Edition) -> tuple[Rule, ...]:
    """Return every rule that has a criterion, in the order of the edition."""
    return (*edition.indications, *edition.contraindications, *edition.combinations)


def criteria_of(rule: Rule) -> Iterator[Criterion]:
    """Yield the criteria of a rule."""
    yield rule.criterion
    if isinstance(rule, Combination) and rule.only_if is not None:
        yield rule.only_if


def section_key(section: str) -> list[tuple[bool, int, str]]:
    """Return a sort key that puts sections in the guideline's order: numbers by value, and before letters."""
    parts = re.split(r"[ .]", section)
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]


def indications(edition: Edition) -> Problems:
    """Yield the problems of indications: names, titles, citations, order and leads."""
    kinds = {fact.name: fact.kind for fact in edition.facts}
    for indication in edition.indications:
        place = indication.name
        yield from _head(place, indication.name, indication.title, indication)
        facts = set(indication.criterion.facts())
        if not indication.leads:
            yield place, "needs a lead fact"
        for lead in indication.leads:
            if lead not in facts:
                yield place, f"is raised by '{lead}', which its criterion does not ask for"
            if kinds.get(lead) is FactKind.NUMBER:
                yield place, f"is raised by '{lead}', a number; only a fact that is true, or a date, can raise it"
        if indication.advice and not indication.advice.endswith("."):
            yield place, "its advice is not a sentence"
    for before, after in pairwise(edition.indications):
        if section_key(after.cite.section) < section_key(before.cite.section):
            yield after.name, f"{after.cite} stands after {before.cite}; keep the guideline's order"


def contraindications(edition: Edition) -> Problems:
    """Yield the problems of contraindications: names, words, citations, modalities, and what has to be cleared."""
    for contraindication in edition.contraindications:
        place = contraindication.name
        yield from _head(place, contraindication.name, contraindication.hazard, contraindication)
        if not contraindication.modalities:
            yield place, "concerns no modality"
        if (contraindication.lead is None) != (not contraindication.to_clear):
            yield place, "needs a lead fact and what to clear, or neither"
        if contraindication.lead is not None and contraindication.lead not in set(contraindication.criterion.facts()):
            yield place, f"is led by '{contraindication.lead}', which its criterion does not ask for"


def combinations(edition: Edition) -> Problems:
    """Yield the problems of combinations: names, titles, citations and modalities."""
    for combination in edition.combinations:
        place = combination.name
        yield from _head(place, combination.name, combination.title, combination)
        if not combination.modalities or (combination.of_each and len(combination.modalities) < 2):  # noqa: PLR2004
            yield place, "has nothing to combine: name the modalities"
        if combination.region is not None and combination.region not in REGIONS:
            yield place, f"unknown region '{combination.region}'"
        if combination.most is not None and combination.most < 2:  # noqa: PLR2004 - one study is no combination
            yield place, f"at most {combination.most} studies are no combination"
        if combination.or_protocol and combination.only_if is None:
            yield place, "concerns everyone, so that a protocol adds nobody"


def _head(place: str, name: str, title: str, rule: Rule) -> Problems:
    if not NAME.fullmatch(name):
        yield place, "a name is lower_case_with_underscores"
    if not title.strip():
        yield place, "needs words that say what it is"
    if not SECTION.fullmatch(rule.cite.section):
        yield place, f"citation '{rule.cite}' is not a chapter with a place, e.g. 'MRI 5.a'"


def criteria(edition: Edition) -> Problems:
    """Yield the problems inside criteria: facts that are unknown or of the wrong kind, and repeated parts."""
    facts = edition.facts_by_name
    for rule in rules_of(edition):
        for criterion in criteria_of(rule):
            yield from ((rule.name, message) for message in _node_problems(criterion, dict(facts)))


def _node_problems(criterion: Criterion, facts: dict[str, Fact]) -> Iterator[str]:
    match criterion:
        case Compound(parts):
            if len(set(parts)) < len(parts):
                yield "holds the same part twice side by side"
            for part in parts:
                yield from _node_problems(part, facts)
        case Not(part):
            yield from _node_problems(part, facts)
        case Leaf():
            wanted = _kind_of(criterion)
            for name in criterion.facts():
                if name not in facts:
                    yield f"asks for the unknown fact '{name}'"
                elif facts[name].kind is not wanted:
                    yield f"reads '{name}' as a {wanted.value}, but it is a {facts[name].kind.value}"
            if isinstance(criterion, Tried | Ongoing) and criterion.start == criterion.end:
                yield f"a course from '{criterion.start}' to itself"
            if any(duration.count < 0 for duration in durations_of(criterion)):
                yield "reaches back by a negative duration"


def _kind_of(leaf: Leaf) -> FactKind:
    match leaf:
        case Documented():
            return FactKind.BOOLEAN
        case Below() | Above():
            return FactKind.NUMBER
        case _:
            return FactKind.DATE


def fact_sections(edition: Edition) -> Problems:
    """Yield the facts that lack the section of a rule that asks for them."""
    for rule in rules_of(edition):
        section = rule.cite.section
        for name in dict.fromkeys(name for criterion in criteria_of(rule) for name in criterion.facts()):
            fact = edition.facts_by_name.get(name)
            if fact is not None and not any(_is_near(section, other) for other in fact.sections):
                yield name, f"does not name {section}, where {rule.name} asks for it"


def _is_near(section: str, other: str) -> bool:
    """Return whether one section is the other, or lies in it."""
    return section == other or section.startswith(f"{other}.") or other.startswith(f"{section}.")
