"""Checks of a shipped guideline: its numbering, its order, its words, and that nothing in it is left over.

They hold for the text that a shipped edition transcribes. A centre's own rules need not number as it does.
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise

from spine_vigil.scheduler.editions.checking import edition_warnings
from spine_vigil.scheduler.editions.checking.checks import CHECKS, Checks, Issue, issues_by, repeated
from spine_vigil.scheduler.editions.checking.criteria_checks import (
    Problems,
    criteria_of,
    fact_place,
    place_of,
    rules_of,
)
from spine_vigil.scheduler.editions.checking.sections import is_near, is_within, section_key
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.facts import FactKind
from spine_vigil.scheduler.rules.schedules import Protocol

_SECTION = re.compile(r"[A-Z]\S*( \S+)*")


def guideline_issues(edition: Edition) -> list[Issue]:
    """Return the issues of a shipped edition: those that no edition may have, then those of GUIDELINE_CHECKS."""
    return issues_by({**CHECKS, **GUIDELINE_CHECKS}, edition)


def _citations(edition: Edition) -> Problems:
    for protocol in edition.protocols:
        if not _SECTION.fullmatch(protocol.cite.section):
            yield protocol.id, f"citation '{protocol.cite}' is not a chapter with a place, e.g. 'Bone 5'"
    yield from edition_warnings.schedules_outside(edition)
    for rule in rules_of(edition):
        if not _SECTION.fullmatch(rule.cite.section):
            yield place_of(rule), f"citation '{rule.cite}' is not a chapter with a place, e.g. 'MRI 5.a'"


def _order(edition: Edition) -> Problems:
    chapters = [list(group) for _, group in groupby(edition.protocols, key=_chapter)]
    for name, times in repeated([_chapter(group[0]) for group in chapters]):
        yield name, f"the protocols of this chapter stand in {times} places; put them together"
    for group in chapters:
        heads = {p.id.split(".")[0]: p for p in reversed(group)}
        if len(heads) > 1:
            yield _chapter(group[0]), f"its protocols' ids begin differently: {', '.join(sorted(heads))}"
        timed = [p for p in group if p.schedules]
        for before, after in pairwise(timed):
            is_whole = is_within(before.cite.section, after.cite.section)
            if section_key(after.cite.section) < section_key(before.cite.section) and not is_whole:
                yield after.id, f"{after.cite} stands after {before.cite}; keep the guideline's order"
    for first, second in pairwise(edition.indications):
        if section_key(second.cite.section) < section_key(first.cite.section):
            yield second.route, f"{second.cite} stands after {first.cite}; keep the guideline's order"


def _chapter(protocol: Protocol) -> str:
    return protocol.cite.section.partition(" ")[0]


def _joint_questions(edition: Edition) -> Problems:
    by_name = {indication.name: indication for indication in edition.indications}
    for indication in edition.indications:
        other = by_name.get(indication.asks_with or "")
        if other is not None and section_key(other.cite.section)[:2] != section_key(indication.cite.section)[:2]:
            yield indication.route, f"asks with {other.name}, which is of another item"


def _fact_sections(edition: Edition) -> Problems:
    for rule in rules_of(edition):
        section = rule.cite.section
        for name in dict.fromkeys(name for criterion in criteria_of(rule) for name in criterion.facts()):
            fact = edition.facts_by_name.get(name)
            if fact is not None and not any(is_near(section, other) for other in fact.sections):
                yield fact_place(name), f"does not name {section}, where {rule.name} asks for it"


def _denials(edition: Edition) -> Problems:
    asked = {name for rule in rules_of(edition) for criterion in criteria_of(rule) for name in criterion.facts()}
    for fact in edition.facts:
        if fact.kind is FactKind.BOOLEAN and fact.name in asked and not fact.denial:
            yield fact_place(fact.name), "needs a denial, since a criterion can fail by it"


GUIDELINE_CHECKS: Checks = {
    "citations": _citations,
    "order of chapters and sections": _order,
    "joint questions": _joint_questions,
    "sections of facts": _fact_sections,
    "denials of facts": _denials,
    "unused facts": edition_warnings.unused_facts,
    "rules that are named": edition_warnings.names_of_nothing,
}
"""Every check of a shipped guideline by its subject, in the order in which they run."""
