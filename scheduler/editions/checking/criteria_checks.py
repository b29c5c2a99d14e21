"""Checks of an edition's indications, contraindications and combinations that need the whole edition."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

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
)
from spine_vigil.scheduler.rules.criteria_parts import durations_of
from spine_vigil.scheduler.rules.facts import Fact, FactKind
from spine_vigil.scheduler.rules.indications import Combination, Contraindication, Indication
from spine_vigil.scheduler.rules.studies import REGIONS

Problems = Iterator[tuple[str, str]]
"""The problems that a check yields: a place in the edition and a message each."""

NAME = re.compile(r"[a-z][a-z0-9_]*")

Rule = Indication | Contraindication | Combination


def place_of(rule: Rule) -> str:
    """Return the place of a rule that has a criterion: the name of its table in a file, and its own."""
    return f"{type(rule).__name__.lower()}.{rule.name}"


def fact_place(name: str) -> str:
    """Return the place of a fact."""
    return f"fact.{name}"


def rules_of(edition: Edition) -> tuple[Rule, ...]:
    """Return every rule that has a criterion, in the order of the edition."""
    return (*edition.indications, *edition.contraindications, *edition.combinations)


def criteria_of(rule: Rule) -> Iterator[Criterion]:
    """Yield the criteria of a rule, those of its other readings, its leads and its hints among them."""
    yield rule.criterion
    if isinstance(rule, Indication):
        yield from (other.criterion for other in rule.others)
        yield from (*rule.raised_by(), *rule.hinted_by(), *rule.advised_by())
    if isinstance(rule, Combination) and rule.only_if is not None:
        yield rule.only_if


def indications(edition: Edition) -> Problems:
    """Yield the problems of indications: names, titles, leads, hints, advice and joint questions."""
    for indication in edition.indications:
        place = indication.route
        yield from _head(place, indication.name, indication.title)
        facts = {f for c in (indication.criterion, *(r.criterion for r in indication.others)) for f in c.facts()}
        if not indication.leads and not indication.hints:
            yield place, "needs a lead or a hint"
        for lead in indication.leads:
            if isinstance(lead, str) and lead not in facts:
                yield place, f"is raised by '{lead}', which its criterion does not ask for"
        reasons = (*indication.raised_by(), *indication.hinted_by())
        if len(set(reasons)) < len(reasons):
            yield place, "names one lead or hint twice"
        for advice in indication.advice:
            yield from _advice(place, advice.text)
        yield from _joint_question(edition, indication)


def _joint_question(edition: Edition, indication: Indication) -> Problems:
    """Yield what is wrong with the indication that asks with another, which has to ask back."""
    if indication.asks_with is None:
        return
    other = {i.name: i for i in edition.indications}.get(indication.asks_with)
    if other is None:
        yield indication.route, f"asks with '{indication.asks_with}', which is no indication"
    elif other.asks_with != indication.name:
        yield indication.route, f"asks with {other.name}, which does not ask with it"


def _advice(place: str, advice: str) -> Problems:
    if advice and not advice.endswith("."):
        yield place, "its advice is not a sentence"


def readings(edition: Edition) -> Problems:
    """Yield the problems of the other readings of indications: names, words, and readings that change nothing."""
    for indication in edition.indications:
        if indication.others and not indication.reading:
            yield indication.route, "has other readings and must say which one is taken"
        for name, times in Counter(other.name for other in indication.others).items():
            if times > 1:
                yield indication.route, f"reading '{name}' stands {times} times"
        seen = {indication.criterion: "the one taken"}
        for other in indication.others:
            if other.says == indication.reading:  # it is the one taken, by --reading or by an overlay
                continue
            if not NAME.fullmatch(other.name) or not other.says.strip():
                yield indication.route, f"reading '{other.name}' needs a lower-case name and a sentence that says it"
            if other.criterion in seen:
                yield indication.route, f"reading '{other.name}' is the same as {seen[other.criterion]}"
            seen.setdefault(other.criterion, f"'{other.name}'")


def implied_facts(edition: Edition) -> Problems:
    """Yield the problems of implied facts: kinds, and chains that nobody follows."""
    kinds = {fact.name: fact.kind for fact in edition.facts}
    implied = {rule.fact for rule in edition.implied}
    for rule in edition.implied:
        for name in (rule.fact, *rule.by):
            if kinds.get(name) is not FactKind.BOOLEAN:
                yield (
                    fact_place(rule.fact),
                    f"'{name}' can neither imply nor be implied: it is no boolean of the dictionary",
                )
        for name in implied.intersection(rule.by):
            yield fact_place(rule.fact), f"is implied by '{name}', which is itself implied; name what implies that one"
    for fact, times in Counter(rule.fact for rule in edition.implied).items():
        if times > 1:
            yield fact_place(fact), f"is implied in {times} places; put them together"
    for by_course in edition.implied_by_course:
        if kinds.get(by_course.fact) is not FactKind.BOOLEAN:
            yield fact_place(by_course.fact), "cannot be implied by a course: it is no boolean of the dictionary"


def contraindications(edition: Edition) -> Problems:
    """Yield the problems of contraindications: names, words, modalities, and what has to be cleared."""
    for contraindication in edition.contraindications:
        place = place_of(contraindication)
        yield from _head(place, contraindication.name, contraindication.hazard)
        if not contraindication.modalities:
            yield place, "concerns no modality"
        if (contraindication.lead is None) != (not contraindication.to_clear):
            yield place, "needs a lead fact and what to clear, or neither"
        if contraindication.lead is not None and contraindication.lead not in set(contraindication.criterion.facts()):
            yield place, f"is led by '{contraindication.lead}', which its criterion does not ask for"
        yield from _advice(place, contraindication.advice)


def combinations(edition: Edition) -> Problems:
    """Yield the problems of combinations: names, titles and modalities."""
    for combination in edition.combinations:
        place = place_of(combination)
        yield from _head(place, combination.name, combination.title)
        if not combination.modalities or (combination.of_each and len(combination.modalities) < 2):  # noqa: PLR2004
            yield place, "has nothing to combine: name the modalities"
        if combination.region is not None and combination.region not in REGIONS:
            yield place, f"unknown region '{combination.region}'"
        if combination.most is not None and combination.most < 2:  # noqa: PLR2004 - one study is no combination
            yield place, f"at most {combination.most} studies are no combination"
        if combination.or_protocol and combination.only_if is None:
            yield place, "concerns everyone, so that a protocol adds nobody"


def _head(place: str, name: str, title: str) -> Problems:
    if not NAME.fullmatch(name):
        yield place, "a name is lower_case_with_underscores"
    if not title.strip():
        yield place, "needs words that say what it is"


def criteria(edition: Edition) -> Problems:
    """Yield the problems inside criteria, leads and hints: facts unknown or of the wrong kind, and repeated parts."""
    facts = edition.facts_by_name
    for rule in rules_of(edition):
        for criterion in criteria_of(rule):
            yield from ((place_of(rule), message) for message in _node_problems(criterion, dict(facts)))


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
