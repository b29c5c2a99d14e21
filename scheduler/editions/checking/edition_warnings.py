"""Warnings about an edition: what can be meant, and seldom is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise, permutations

from spine_vigil.scheduler.editions.checking.checks import Checks, Issue, issues_by, plans
from spine_vigil.scheduler.editions.checking.criteria_checks import (
    Problems,
    criteria_of,
    fact_place,
    place_of,
    rules_of,
)
from spine_vigil.scheduler.editions.checking.sections import is_near, is_within, sections_of
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.criteria import All, Not
from spine_vigil.scheduler.rules.implied import matches
from spine_vigil.scheduler.rules.possible_values import values_that_meet
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Protocol, Schedule
from spine_vigil.scheduler.rules.studies import Place, StudyPattern
from spine_vigil.scheduler.suggestions import nearest


def edition_warnings(edition: Edition) -> list[Issue]:
    """Return what may not be meant in an edition, in the order of WARNINGS."""
    return issues_by(WARNINGS, edition)


def overlay_warnings(edition: Edition, base: Edition) -> list[Issue]:
    """Return what may not be meant in an overlay: what its base does not have too, and rules named like one of its.

    Of the facts of the base that it leaves alone nothing is said: where it takes a rule away, no rule may ask for them.
    """
    left_alone = {fact_place(fact.name) for fact in edition.facts if fact in base.facts}
    of_base = edition_warnings(base)
    return [
        *(Issue(place, message, "names") for place, message in _named_alike(edition, base)),
        *(
            warning
            for warning in edition_warnings(edition)
            if warning not in of_base and not (warning.place in left_alone and warning.subject in _OF_FACTS)
        ),
    ]


def _named_alike(edition: Edition, base: Edition) -> Problems:
    """Yield the rules that are not in the base, and whose names differ in spelling alone from one that is."""
    for names, of_base in zip(_names(edition), _names(base), strict=True):
        for place, (within, name) in names.items():
            near = nearest(name, [other for group, other in of_base.values() if group == within])
            if place not in of_base and near is not None:
                yield place, f"is new, and '{near}' of the base stays beside it; to change that one, write its name"


def _names(edition: Edition) -> Iterator[Mapping[str, tuple[str, str]]]:
    """Yield the rules of each kind by their places, each with what it belongs to, and its name."""
    yield {protocol.id: ("", protocol.id) for protocol in edition.protocols}
    yield {p.route(schedule): (p.id, schedule.name) for p in edition.protocols for schedule in p.schedules}
    yield {place_of(rule): (type(rule).__name__, rule.name) for rule in rules_of(edition)}
    yield {fact_place(fact.name): ("", fact.name) for fact in edition.facts}


def _shorter_intervals(edition: Edition) -> Problems:
    for place, phases in _phases(edition):
        for before, after in pairwise(phases):
            if _is_shorter(after, before):
                yield place, f"the interval gets shorter with time: '{before}', then '{after}'"


def _is_shorter(after: Phase, before: Phase) -> bool:
    """Return whether a phase asks for studies more often than the one before it."""
    if {before.kind, after.kind} != {PhaseKind.EVERY}:
        return False
    intervals = [(p.high.nominal_days, p.low.nominal_days) for p in (before, after) if p.high and p.low]
    return intervals[1] < intervals[0]


def _ends(edition: Edition) -> Problems:
    """Yield the schedules that end, where nothing says what comes then; one-time windows end by what they are."""
    for route, schedule in edition.schedules():
        for place, plan in plans(route, schedule):
            last = plan.phases[-1]
            if last.end is not None and last.kind is not PhaseKind.ONCE and plan.or_if is None:
                yield place, f"it ends with '{last}', and nothing says what comes then"


def _phases(edition: Edition) -> Iterator[tuple[str, tuple[Phase, ...]]]:
    for route, schedule in edition.schedules():
        yield from ((place, plan.phases) for place, plan in plans(route, schedule))


def schedules_outside(edition: Edition) -> Problems:
    """Yield the schedules that cite a section outside that of their protocol, where one publisher answers for both."""
    for protocol in edition.protocols:
        for schedule in protocol.schedules:
            is_outside = not any(is_within(section, protocol.cite.section) for section in sections_of(schedule.cite))
            if is_outside and schedule.cite.of == protocol.cite.of:
                yield protocol.route(schedule), f"cites {schedule.cite}, outside {protocol.cite} of its protocol"


def _fact_sections(edition: Edition) -> Problems:
    """Yield the sections of facts that no rule cites, but for facts that no rule asks for.

    A fact that rules of others ask for is left out: an overlay cites a section of its own in the place of the fact's.
    """
    left_out = {place.removeprefix("fact.") for place, _ in unused_facts(edition)}
    rules = [*edition.protocols, *(schedule for _, schedule in edition.schedules()), *rules_of(edition)]
    cited = [section for rule in rules for section in sections_of(rule.cite)]
    left_out.update(name for _, schedule in edition.schedules() if schedule.cite.of for name in schedule.facts())
    for rule in rules_of(edition):
        if rule.cite.of is not None:
            left_out.update(name for criterion in criteria_of(rule) for name in criterion.facts())
    for fact in edition.facts:
        for section in fact.sections:
            if fact.name not in left_out and not any(is_near(section, other) for other in cited):
                yield fact_place(fact.name), f"names the section {section}, which no rule cites"


def unused_facts(edition: Edition) -> Problems:
    """Yield the facts that no rule asks for."""
    asked = {name for _, schedule in edition.schedules() for name in schedule.facts()}
    asked.update(name for rule in rules_of(edition) for criterion in criteria_of(rule) for name in criterion.facts())
    asked.update(name for implied in edition.implied for name in implied.by)
    yield from (
        (fact_place(fact.name), "no rule asks for this fact") for fact in edition.facts if fact.name not in asked
    )


def names_of_nothing(edition: Edition) -> Problems:
    """Yield the cautions, other names and implied facts that name a rule that there is not."""
    ids = [protocol.id for protocol in edition.protocols]
    routes = ids + [indication.route for indication in edition.indications]
    schedules = [route for route, _ in edition.schedules()]
    for caution in edition.cautions:
        if not any(caution.concerns(route) for route in (*routes, *schedules)):
            yield caution.rule, "a caution about no rule of the edition"
    for other in edition.other_names:
        if not any(other.concerns(route) for route in routes):
            yield other.rule, "other names of no protocol and no indication"
    for by_course in edition.implied_by_course:
        for pattern in (*by_course.under, *by_course.except_under):
            if not any(matches(pattern, id_) for id_ in ids):
                yield fact_place(by_course.fact), f"names the protocol '{pattern}', which there is not"


def _implied_indications(edition: Edition) -> Problems:
    """Yield the indications that can never be met, and those that add nothing: wherever one is met another is."""
    possible = [i for i in edition.indications if values_that_meet(i.criterion) is not None]
    yield from ((i.route, "its criterion can never be met") for i in edition.indications if i not in possible)
    for one, other in permutations(possible, 2):
        shared = {*one.criterion.facts()} & {*other.criterion.facts()}
        if shared and values_that_meet(All((one.criterion, Not(other.criterion)))) is None:
            yield one.route, f"wherever it is met, {other.route} is met too"


def _repeated_windows(edition: Edition) -> Problems:
    """Yield the one-time windows that stand twice, for the same study from the same date."""
    for protocol in edition.protocols:
        yield from _repeated_in(protocol)


def _repeated_in(protocol: Protocol) -> Problems:
    for schedule in protocol.schedules:
        windows = _one_time_windows(schedule)
        for one, other in combinations(windows, 2):
            if _bounds(one) == _bounds(other):
                yield protocol.route(schedule), f"the window '{one}' stands twice"
    for first, second in combinations(protocol.schedules, 2):
        if first.index[0] != second.index[0] or not _share_a_study(first.study, second.study):
            continue
        bounds = [_bounds(phase) for phase in _one_time_windows(first)]
        for phase in _one_time_windows(second):
            if _bounds(phase) in bounds:
                yield protocol.route(second), f"the window '{phase}' also stands in {protocol.route(first)}"


def _one_time_windows(schedule: Schedule) -> list[Phase]:
    return [phase for phase in schedule.phases if phase.kind is PhaseKind.ONCE]


def _bounds(phase: Phase) -> tuple[tuple[int, int], ...]:
    """Return FROM and TO of a window, each in months and days."""
    return tuple((bound.months, bound.days) for bound in (phase.low, phase.high) if bound is not None)


def _share_a_study(one: StudyPattern, other: StudyPattern) -> bool:
    """Return whether a study can fit both patterns."""
    is_same_place = Place.ANYWHERE in (*one.places, *other.places) or bool({*one.places} & {*other.places})
    if one.modalities is None or other.modalities is None:
        return is_same_place
    return is_same_place and bool(one.modalities & other.modalities)


WARNINGS: Checks = {
    "intervals that get shorter": _shorter_intervals,
    "ends": _ends,
    "schedules outside their protocols": schedules_outside,
    "sections of facts": _fact_sections,
    "unused facts": unused_facts,
    "rules that are named": names_of_nothing,
    "indications": _implied_indications,
    "one-time windows": _repeated_windows,
}
"""Every warning by its subject, in the order in which they are looked for."""

_OF_FACTS = ("sections of facts", "unused facts")
"""The subjects of warnings about facts that rules ask for."""
