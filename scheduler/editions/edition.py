"""One published version of the guideline: its protocols, facts, codes and sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import chain

from spine_vigil.scheduler.errors import RuleError, UnknownName, ValueProblem
from spine_vigil.scheduler.rules.citations import Authority
from spine_vigil.scheduler.rules.criteria import Criterion
from spine_vigil.scheduler.rules.facts import Fact
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.implied import Implied, ImpliedByCourse
from spine_vigil.scheduler.rules.indications import Combination, Contraindication, Indication
from spine_vigil.scheduler.rules.schedules import Protocol, Schedule
from spine_vigil.scheduler.rules.studies import CONTRASTS, REGIONS, Modality, Study
from spine_vigil.scheduler.values import Frozen, replace


class CptCode(Frozen):
    """A billing code: modality, regions (empty: the row must name them), and contrast where the code fixes it.

    An add-on is billed beside a diagnostic study of the same region: it is judged like that study and never counts as
    an earlier one.
    """

    code: str
    modality: Modality
    regions: tuple[str, ...] = ()
    contrast: str | None = None
    is_add_on: bool = False

    def __post_init__(self) -> None:
        for name in self.regions:
            if name not in REGIONS:
                raise UnknownName("region", name, REGIONS)
        if self.contrast not in (None, *CONTRASTS):
            raise RuleError(f"CPT {self.code}: contrast is 'without', 'with', 'both' or not fixed")

    @property
    def region_bits(self) -> int:
        """The regions as a bit set; 0 where the row must name them."""
        bits = 0
        for name in self.regions:
            bits |= REGIONS[name]
        return bits


class Source(Frozen):
    """A guideline that the edition cites: its version in the body and in the list of references, which may disagree."""

    name: str
    body_version: str | None
    reference_version: str | None


class Caution(Frozen):
    """A place where the payer's text visibly differs from what specialists publish; the text decides.

    `rule` is a route (`bone.chordoma/primary_site`), a protocol's id, or the beginning of several ids, up to a point.
    `says` is in the project's own words; `source` names what specialists publish.
    """

    rule: str
    says: str
    source: str

    def __post_init__(self) -> None:
        if not self.says or not self.source:
            raise RuleError(f"the caution about '{self.rule}' needs words and a source")

    def concerns(self, route: str) -> bool:
        """Return whether the caution is about a route, or about a protocol as a whole."""
        return route == self.rule or route.startswith((f"{self.rule}/", f"{self.rule}."))


class OtherNames(Frozen):
    """What else a protocol or an indication is called, for those who search; no cell is read by such a name.

    `rule` is a protocol's id, the beginning of several ids, up to a point, or the route of an indication. `source` says
    where the names are in use.
    """

    rule: str
    names: tuple[str, ...]
    source: str

    def __post_init__(self) -> None:
        if not self.names or not all(self.names) or not self.source:
            raise RuleError(f"the other names of '{self.rule}' need words and a source")

    def concerns(self, route: str) -> bool:
        """Return whether a protocol or an indication has these names."""
        return route == self.rule or route.startswith(f"{self.rule}.")


class Edition(Frozen, dict=True):
    """One published version of the guideline, as encoded.

    `covers` is the study for which the edition decides on its own: its modality, and a region that a study must show.
    `effective` is the day from which it is in force (None: that of its review); `grace` is the policy of the house that
    holds where none is asked for. `overlays` answer for what was changed in it, each on top of the one before.
    Raises RuleError where an id repeats or a rule asks for an unknown fact.
    """

    id: str
    title: str
    publisher: str
    reviewed: date
    covers: Study
    sources: tuple[Source, ...]
    facts: tuple[Fact, ...]
    cpt_codes: tuple[CptCode, ...]
    protocols: tuple[Protocol, ...]
    indications: tuple[Indication, ...] = ()
    contraindications: tuple[Contraindication, ...] = ()
    combinations: tuple[Combination, ...] = ()
    implied: tuple[Implied, ...] = ()
    implied_by_course: tuple[ImpliedByCourse, ...] = ()
    cautions: tuple[Caution, ...] = ()
    other_names: tuple[OtherNames, ...] = ()
    effective: date | None = None
    grace: GracePolicy = GracePolicy()
    overlays: tuple[Authority, ...] = ()

    def __post_init__(self) -> None:
        for kind, names in (
            ("protocol", [p.id for p in self.protocols]),
            ("fact", [f.name for f in self.facts]),
            ("source", [s.name for s in self.sources]),
            ("CPT code", [c.code for c in self.cpt_codes]),
            ("indication", [i.name for i in self.indications]),
            ("contraindication", [c.name for c in self.contraindications]),
            ("combination", [c.name for c in self.combinations]),
        ):
            twice = {n for n in names if names.count(n) > 1}
            if twice:
                raise RuleError(f"edition '{self.id}': {kind} {', '.join(sorted(twice))} stands twice")
        from_a_day = {implied.fact for implied in self.implied_by_course}
        for route, schedule in self.schedules():
            for name in from_a_day & set(schedule.facts()):
                raise RuleError(f"{route} asks for '{name}', which a course implies from a day on")
        known = {f.name for f in self.facts}
        for where, facts in self.facts_by_rule():
            for name in (each for each in facts if each not in known):
                raise RuleError(f"{where}: {UnknownName('fact', name, known)}")

    def source_of(self, section: str) -> str:
        """Return where a section (a citation as text) stands, and who answers for it; for none the edition itself."""
        if section in self._sections_of_others:
            return section
        published = Authority(self.publisher, self.title, self.reviewed).in_full
        return f"{section} of {published}" if section else self._on_overlays(published)

    @property
    def title_in_full(self) -> str:
        """The title, behind those of the overlays with their publishers."""
        return self._on_overlays(self.title)

    def _on_overlays(self, base: str) -> str:
        return "; otherwise ".join((*(overlay.in_full for overlay in reversed(self.overlays)), base))

    @property
    def issued_by(self) -> str:
        """The publisher of the edition as a whole: that of the last overlay, if there is one."""
        return self.overlays[-1].publisher if self.overlays else self.publisher

    @property
    def in_force_from(self) -> date:
        """The day from which the edition as a whole is in force."""
        return self.effective or (self.overlays[-1].reviewed if self.overlays else self.reviewed)

    def grace_of(self, days: int | None) -> GracePolicy:
        """Return the policy of a grace in days, or for None the edition's own. Raises RuleError for a negative one."""
        return self.grace if days is None else GracePolicy(days)

    @cached_property
    def _sections_of_others(self) -> frozenset[str]:
        """The citations for which others than the publisher answer, and which say so."""
        rules: Iterator[Protocol | Schedule | Indication | Contraindication | Combination]
        schedules = (schedule for _, schedule in self.schedules())
        rules = chain(self.protocols, schedules, self.indications, self.contraindications, self.combinations)
        return frozenset(str(rule.cite) for rule in rules if rule.cite.of is not None)

    def schedules(self) -> Iterator[tuple[str, Schedule]]:
        """Yield every schedule with its route, in the order of the edition."""
        for protocol in self.protocols:
            for schedule in protocol.schedules:
                yield protocol.route(schedule), schedule

    def schedule(self, route: str) -> Schedule | None:
        """Return the schedule of a route; None where the route is not a schedule."""
        id_, _, name = route.partition("/")
        protocol = self.protocols_by_id.get(id_) if name else None
        return next((s for s in protocol.schedules if s.name == name), None) if protocol else None

    def facts_by_rule(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield every rule by name with the facts that it asks for."""
        for route, schedule in self.schedules():
            yield route, schedule.facts()
        for indication in self.indications:
            advised = (fact for criterion in indication.advised_by() for fact in criterion.facts())
            yield indication.name, tuple(dict.fromkeys((*indication.facts(), *advised)))
        for implied in self.implied:
            yield implied.fact, (implied.fact, *implied.by)
        yield from ((implied.fact, (implied.fact,)) for implied in self.implied_by_course)
        rules: tuple[Contraindication | Combination, ...] = (*self.contraindications, *self.combinations)
        for rule in rules:
            only_if = rule.only_if if isinstance(rule, Combination) else None
            facts = [*rule.criterion.facts(), *(only_if.facts() if only_if else ())]
            yield rule.name, tuple(dict.fromkeys(facts))

    def criteria(self) -> Iterator[Criterion]:
        """Yield every criterion of the readings that are taken, with leads, hints and what narrows a rule."""
        for indication in self.indications:
            yield from (indication.criterion, *indication.raised_by(), *indication.hinted_by())
            yield from indication.advised_by()
        yield from (hazard.criterion for hazard in self.contraindications)
        for combination in self.combinations:
            yield combination.criterion
            if combination.only_if is not None:
                yield combination.only_if

    @cached_property
    def protocols_by_id(self) -> Mapping[str, Protocol]:
        """The protocols by id."""
        return {p.id: p for p in self.protocols}

    @cached_property
    def protocol_numbers(self) -> Mapping[str, int]:
        """The number of each protocol in the edition, from 0, by id."""
        return {p.id: number for number, p in enumerate(self.protocols)}

    @cached_property
    def facts_by_name(self) -> Mapping[str, Fact]:
        """The facts by name."""
        return {f.name: f for f in self.facts}

    @cached_property
    def cpt_by_code(self) -> Mapping[str, CptCode]:
        """The billing codes by code."""
        return {c.code: c for c in self.cpt_codes}

    def protocol(self, text: str) -> Protocol:
        """Return the protocol of this id, in any case. Raises ValueProblem, as a rule UnknownName."""
        protocol = self.protocols_by_id.get(text.strip().lower())
        if protocol is None:
            if text.strip().upper() in self.cpt_by_code:
                raise ValueProblem(f"'{text.strip()}' is a billing code, no protocol; give it as the study")
            raise UnknownName("protocol", text.strip(), self.protocols_by_id, self.words)
        return protocol

    def fact(self, text: str) -> Fact:
        """Return the fact of this name. Raises UnknownName."""
        fact = self.facts_by_name.get(text.strip())
        if fact is None:
            raise UnknownName("fact", text.strip(), self.facts_by_name, self.words)
        return fact

    def cpt(self, text: str) -> CptCode:
        """Return the billing code. Raises UnknownName."""
        cpt_code = self.cpt_by_code.get(text.strip().upper())
        if cpt_code is None:
            # No other code is suggested: one digit apart lies another region or another modality.
            raise ValueProblem(f"unknown CPT code '{text.strip()}'; give modality and region instead")
        return cpt_code

    def indication(self, text: str) -> Indication:
        """Return the indication of this name or route, in any case. Raises UnknownName."""
        known = {indication.name: indication for indication in self.indications}
        name = text.strip().lower().removeprefix("indication.")
        indication = known.get(name)
        if indication is None:
            raise UnknownName("indication", name, known, self.words)
        return indication

    def names_of(self, route: str) -> tuple[str, ...]:
        """Return what else a protocol (by id) or an indication (by route) is called."""
        return tuple(name for other in self.other_names if other.concerns(route) for name in other.names)

    @cached_property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """Titles and other names of protocols and indications, and meanings of facts, by name."""
        words = {p.id: (p.title, *self.names_of(p.id)) for p in self.protocols}
        words |= {i.name: (i.title, *self.names_of(i.route)) for i in self.indications}
        # A fact may have the name of an indication, and then means the same.
        return words | {f.name: (f.meaning, *words.get(f.name, ())) for f in self.facts}

    def covers_study(self, study: Study) -> bool:
        """Return whether the edition covers this study: one of its modality that shows its region."""
        return study.modality is self.covers.modality and study.regions & self.covers.regions == self.covers.regions

    @property
    def readable(self) -> dict[str, Schedule | Indication]:
        """The rules that can have several readings, schedules and indications, by route."""
        return {**dict(self.schedules()), **{indication.route: indication for indication in self.indications}}

    def with_readings(self, taken: Mapping[str, str]) -> Edition:
        """Return the edition with other readings taken: route -> name of the reading.

        Raises ValueProblem for an unknown route or reading, and lists the known ones.
        """
        rules = self.readable
        for route, name in taken.items():
            if route not in rules:
                raise UnknownName("schedule or indication", route, rules)
            own = [r.name for r in rules[route].others]
            if name not in own:
                others = ", ".join(own) or "none"
                raise ValueProblem(f"{route} has no reading '{name}'; other readings of it: {others}")
        return self.with_rules({route: rules[route].read_as(name) for route, name in taken.items()})

    def with_rules(self, changed: Mapping[str, Schedule | Indication]) -> Edition:
        """Return the edition with other rules in the place of those of their routes."""

        def of(protocol: Protocol) -> Protocol:
            rules = (changed.get(protocol.route(schedule), schedule) for schedule in protocol.schedules)
            return replace(protocol, schedules=tuple(rule for rule in rules if isinstance(rule, Schedule)))

        rules = (changed.get(indication.route, indication) for indication in self.indications)
        own = tuple(rule for rule in rules if isinstance(rule, Indication))
        return replace(self, protocols=tuple(map(of, self.protocols)), indications=own)

    def readings(self) -> Iterator[tuple[str, str, str]]:
        """Return every other reading as its route, its name, and a sentence that says it."""
        return ((route, other.name, other.says) for route, rule in self.readable.items() for other in rule.others)

    def cautions_about(self, route: str, *, whole_protocol: bool = False) -> Iterator[Caution]:
        """Yield the cautions about a route; with `whole_protocol` those about any schedule of its protocol."""
        protocol = route.partition("/")[0]
        for caution in self.cautions:
            if caution.concerns(route) or (whole_protocol and caution.rule.partition("/")[0] == protocol):
                yield caution


def meaning(edition: Edition, fact: str | None) -> str:
    """Return the meaning of a fact in words; empty for no fact."""
    return "" if fact is None else edition.fact(fact).meaning


def happened(fact: Fact) -> str:
    """Return how a sentence about a date begins, up to the date itself."""
    return f"{fact.happened} on" if fact.happened else f"the {fact.meaning} is"


def denial(fact: Fact) -> str:
    """Return how a boolean fact reads that is documented false."""
    return fact.denial or f"it is documented not to be so that {fact.meaning}"
