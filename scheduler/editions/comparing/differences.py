"""What differs between two editions, rule by rule: added, removed or changed, as sentences before and after."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from enum import Enum
from typing import TypeAlias

from spine_vigil.scheduler.editions.comparing.aspects import ASPECTS, What, criterion_sentence, section_of, sentence
from spine_vigil.scheduler.editions.comparing.essence import essence
from spine_vigil.scheduler.editions.comparing.phase_differences import changed_of, paired
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.rendering.phase_words import phase_words
from spine_vigil.scheduler.editions.rendering.review import (
    caution_text,
    plan_words,
    schedule_clauses,
    schedule_sentence,
)
from spine_vigil.scheduler.rules.facts import Fact
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.rules.schedules import Protocol, Schedule
from spine_vigil.scheduler.values import Frozen


class Kind(Enum):
    """What became of a rule."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Said(Frozen):
    """What an edition says: a sentence, empty where it says nothing, and the section that is cited for it.

    The section names who answers for it, where that is not the publisher of the edition. Facts cite the sections that
    ask for them; codes, sources and what is said beside a rule cite none.
    """

    sentence: str
    section: str = ""


class Difference(Frozen):
    """One difference between two editions.

    `route` is that of the rule: a protocol's id, `PROTOCOL/SCHEDULE`, `indication.NAME`, `contraindication.NAME`,
    `combination.NAME`, `fact.NAME`, `code.CODE`, `source.NAME`, or `edition`; a protocol that was added or removed
    stands for its schedules. `what` says what of the rule changed, and is empty where the whole rule was added or
    removed; `part` is the key of a clause, or the name of another reading. `before` is None for a rule that was added,
    `after` for one that was removed.
    """

    kind: Kind
    route: str
    what: tuple[What, ...]
    before: Said | None
    after: Said | None
    part: str = ""


def differences(before: Edition, after: Edition) -> tuple[Difference, ...]:
    """Return what differs between the rules of two editions, in the order of `after`.

    What was removed follows the rule that it followed in `before`. The order of rules is no difference, and neither is
    any other order but that of index dates and phases. What names an edition, and the day from which it is in force,
    are no rules.
    """
    return tuple(_Comparison(before, after).found())


class _Comparison(Frozen):
    """The two editions that are compared."""

    before: Edition
    after: Edition

    def found(self) -> Iterator[Difference]:
        """Yield every difference."""
        rules = [*self._changes("edition", self.before, self.after)]
        for by_route in _BY_ROUTE:
            rules += self._compared(by_route(self.before), by_route(self.after))
        yield from rules
        whole = {rule.route for rule in rules if rule.kind is not Kind.CHANGED}
        for what, remarks in _REMARKS.items():
            yield from self._remarks(what, remarks, whole)

    def _compared(self, before: Mapping[str, Frozen], after: Mapping[str, Frozen]) -> Iterator[Difference]:
        """Yield the differences between rules by route."""
        for route in _in_order(list(before), list(after)):
            old, new = before.get(route), after.get(route)
            if old is not None and new is not None:
                yield from self._changes(route, old, new)
                if isinstance(old, Protocol) and isinstance(new, Protocol):
                    yield from self._compared(_schedules(old), _schedules(new))
            elif new is not None:
                yield Difference(Kind.ADDED, route, (), None, _whole(self.after, new))
            elif old is not None:
                yield Difference(Kind.REMOVED, route, (), _whole(self.before, old), None)

    def _changes(self, route: str, old: Frozen, new: Frozen) -> Iterator[Difference]:
        """Yield what changed of a rule that both editions have; its section, where nothing else did."""
        sections = section_of(old), section_of(new)

        def change(what: tuple[What, ...], before: str, after: str, part: str = "") -> Difference:
            return Difference(Kind.CHANGED, route, what, Said(before, sections[0]), Said(after, sections[1]), part)

        found = []
        if isinstance(old, Schedule) and isinstance(new, Schedule):
            found += [change(*changed) for changed in self._phases(old, new)]
        for aspect in ASPECTS[type(old)]:
            if aspect.form(self.before, old) != aspect.form(self.after, new):
                words = aspect.words(self.before, old), aspect.words(self.after, new)
                found.append(change((aspect.what,), *words, aspect.part))
        readings, others = _other_readings(self.before, old), _other_readings(self.after, new)
        for name in _in_order(list(readings), list(others)):
            (form, said), (other_form, other_said) = (each.get(name, (None, "")) for each in (readings, others))
            if form != other_form:
                found.append(change((What.OTHER_READING,), said, other_said, name))
        if not found and _section_form(old) != _section_form(new):
            found.append(change((What.SECTION,), *(sentence(f"It cites {section}") for section in sections)))
        yield from found

    def _phases(self, old: Schedule, new: Schedule) -> Iterator[tuple[tuple[What, ...], str, str]]:
        """Yield what changed of the phases of a schedule, each as sentences before and after."""
        numbers = [*paired(old.phases, new.phases)]
        for number, other in numbers:
            if number is None or other is None:
                continue
            what = changed_of(old.phases[number], new.phases[other])
            if what:
                yield what, _phase_sentence(self.before, old, number), _phase_sentence(self.after, new, other)
        if any(None in pair for pair in numbers):
            before, after = (sentence(plan_words(*each)) for each in ((self.before, old), (self.after, new)))
            yield (What.PHASES,), before, after

    def _remarks(self, what: What, remarks: _Remarks, whole: set[str]) -> Iterator[Difference]:
        """Yield what differs of the remarks about rules, but not about rules that were added or removed themselves."""
        before, after = _grouped(remarks(self.before)), _grouped(remarks(self.after))
        for route in _in_order(list(before), list(after)):
            old, new = before.get(route, []), after.get(route, [])
            gone, new_ones = [text for text in old if text not in new], [text for text in new if text not in old]
            is_of_whole = any(route == other or route.startswith(f"{other}/") for other in whole)
            if (gone or new_ones) and not is_of_whole:
                yield Difference(Kind.CHANGED, route, (what,), Said(" ".join(gone)), Said(" ".join(new_ones)))


def _in_order(before: list[str], after: list[str]) -> list[str]:
    """Return the names of `after`, those of `before` alone behind the one that they followed there."""
    names = list(after)
    known = set(after)
    for place, name in enumerate(before):
        if name not in known:
            names.insert(names.index(before[place - 1]) + 1 if place else 0, name)
            known.add(name)
    return names


def _schedules(protocol: Protocol) -> dict[str, Frozen]:
    return {protocol.route(schedule): schedule for schedule in protocol.schedules}


_BY_ROUTE: tuple[Callable[[Edition], Mapping[str, Frozen]], ...] = (
    lambda edition: {protocol.id: protocol for protocol in edition.protocols},
    lambda edition: {indication.route: indication for indication in edition.indications},
    lambda edition: {f"contraindication.{hazard.name}": hazard for hazard in edition.contraindications},
    lambda edition: {f"combination.{combination.name}": combination for combination in edition.combinations},
    lambda edition: {f"fact.{fact.name}": fact for fact in edition.facts},
    lambda edition: {f"code.{code.code}": code for code in edition.cpt_codes},
    lambda edition: {f"source.{source.name}": source for source in edition.sources},
)
"""The rules of an edition by route, kind by kind."""

_Remarks: TypeAlias = Callable[[Edition], Iterable[tuple[str, str]]]

_REMARKS: Mapping[What, _Remarks] = {
    What.CAUTION: lambda edition: ((caution.rule, sentence(caution_text(caution))) for caution in edition.cautions),
    What.OTHER_NAMES: lambda edition: (
        (other.rule, sentence(f"Also called {name} ({other.source})"))
        for other in edition.other_names
        for name in other.names
    ),
}
"""What an edition says beside its rules, each with the rule that it is about, as a sentence."""


def _grouped(remarks: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for rule, text in remarks:
        grouped.setdefault(rule, []).append(text)
    return grouped


def _whole(edition: Edition, rule: Frozen) -> Said:
    """Return all that an edition says by a rule."""
    if isinstance(rule, Schedule):
        return Said(schedule_sentence(edition, rule), section_of(rule))
    parts = [aspect.words(edition, rule) for aspect in ASPECTS[type(rule)]]
    if isinstance(rule, Protocol) and rule.schedules:
        parts = [sentence(rule.title), sentence(rule.note)]
        parts += [f"{schedule.name}: {schedule_sentence(edition, schedule)}" for schedule in rule.schedules]
    return Said(" ".join(filter(None, parts)), section_of(rule))


def _phase_sentence(edition: Edition, schedule: Schedule, number: int) -> str:
    return f"Phase {number + 1}: {phase_words(edition, schedule, number)}."


def _other_readings(edition: Edition, rule: Frozen) -> dict[str, tuple[Hashable, str]]:
    """Return what is compared of the other readings of a rule, and how each reads, by name."""
    if isinstance(rule, Schedule):
        return {
            other.name: ((other.says, essence(other.plan)), _schedule_reading(edition, rule.read_as(other.name)))
            for other in rule.others
        }
    others = rule.others if isinstance(rule, Indication) else ()
    return {
        other.name: (
            (other.says, essence(other.criterion)),
            f"{sentence(other.says)} {criterion_sentence(other.criterion)}",
        )
        for other in others
    }


def _schedule_reading(edition: Edition, read: Schedule) -> str:
    """Return in words what depends on the reading of a schedule."""
    clauses = schedule_clauses(edition, read)
    said = (sentence(read.reading), sentence(plan_words(edition, read)))
    return " ".join((*said, *(clauses[key] for key in ("or_if", "more_often_if") if key in clauses)))


def _section_form(rule: Frozen) -> Hashable:
    """Return what is compared of the sections of a rule; an edition cites none."""
    if isinstance(rule, Fact):
        return frozenset(rule.sections)
    return None if isinstance(rule, Edition) else section_of(rule)
