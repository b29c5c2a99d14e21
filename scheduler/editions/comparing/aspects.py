"""What can change of a rule: the aspects of every class of rule, each with what is compared and a sentence."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from enum import Enum
from typing import Any

from spine_vigil.scheduler.editions.comparing.essence import essence
from spine_vigil.scheduler.editions.edition import CptCode, Edition, Source
from spine_vigil.scheduler.editions.rendering.criteria_text import advice_line, criterion_phrase, implied_by
from spine_vigil.scheduler.editions.rendering.review import STANCE_WORDS, schedule_clauses
from spine_vigil.scheduler.editions.rendering.review_indications import modalities_text, what_is_combined
from spine_vigil.scheduler.rules.criteria import Criterion
from spine_vigil.scheduler.rules.facts import Fact
from spine_vigil.scheduler.rules.indications import Combination, Contraindication, Indication
from spine_vigil.scheduler.rules.schedules import Protocol, Schedule
from spine_vigil.scheduler.rules.studies import Study
from spine_vigil.scheduler.rules.words import index_kinds_text, listed, study_words
from spine_vigil.scheduler.values import Frozen


class What(Enum):
    """What of a rule changed."""

    STUDY = "study"
    INDEX_DATES = "index_dates"
    PHASES = "phases"
    """More phases, or fewer."""
    INTERVAL = "interval"
    """The interval of a phase, or its one-time window."""
    BOUND = "bound"
    """Where a phase ends."""
    LATE = "late"
    """How long a missed one-time window stays due."""
    CONDITION = "condition"
    CLAUSE = "clause"
    CRITERION = "criterion"
    LEADS = "leads"
    HINTS = "hints"
    CLEARING = "clearing"
    """What has to be cleared before a study, and where."""
    LIMIT = "limit"
    ADVICE = "advice"
    READING = "reading"
    """The reading that is taken of an unclear sentence."""
    OTHER_READING = "other_reading"
    TITLE = "title"
    STANCE = "stance"
    NOTE = "note"
    KIND = "kind"
    """Of a fact: boolean, number or date, its unit, and whether it is of a patient or of an event."""
    MEANING = "meaning"
    IMPLIED_BY = "implied_by"
    VERSION = "version"
    GRACE = "grace"
    SECTION = "section"
    """The section that a rule cites, where nothing else of it changed."""
    CAUTION = "caution"
    OTHER_NAMES = "other_names"

    @property
    def words(self) -> str:
        """What changed, as a heading names it."""
        return self.value.replace("_", " ")


class Aspect(Frozen):
    """One thing that a rule says.

    `form` returns what is compared, equal where two rules say the same; `words` returns a sentence, empty where the
    rule says nothing of it. Both are given the edition and the rule. `part` is the key in an edition file, where
    several aspects are called the same.
    """

    what: What
    form: Callable[[Edition, Any], Hashable]
    words: Callable[[Edition, Any], str]
    part: str = ""


def sentence(text: str) -> str:
    """Return a text as a sentence, with a capital and a full stop; nothing for no text."""
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}" if text else ""


def _text(what: What, attribute: str, before: str = "") -> Aspect:
    """Return the aspect of an attribute that is itself a text."""

    def words(_: Edition, rule: Any) -> str:
        text = getattr(rule, attribute)
        return sentence(f"{before}{text}") if text else ""

    return Aspect(what, lambda _, rule: getattr(rule, attribute), words)


def _clause(what: What, key: str, form: Callable[[Schedule], Hashable]) -> Aspect:
    def words(edition: Edition, schedule: Schedule) -> str:
        return schedule_clauses(edition, schedule).get(key, "")

    return Aspect(what, lambda _, schedule: form(schedule), words, key)


def _criteria(what: What, before: str, of: Callable[[Indication], tuple[Criterion, ...]]) -> Aspect:
    def words(_: Edition, indication: Indication) -> str:
        phrases = "; ".join(map(criterion_phrase, of(indication)))
        return f"{before} {phrases}." if phrases else ""

    return Aspect(what, lambda _, indication: frozenset(map(essence, of(indication))), words)


def criterion_sentence(criterion: Criterion) -> str:
    """Return the criterion of an indication as a sentence."""
    return f"It holds where {criterion_phrase(criterion)}."


def _stance(_: Edition, protocol: Protocol) -> str:
    see = f"; see {'; '.join(protocol.refers_to)}" if protocol.refers_to else ""
    return sentence(f"{STANCE_WORDS[protocol.stance]}{see}")


def _fact_kind(_: Edition, fact: Fact) -> str:
    return f"A {fact.kind.value} of the {fact.level.value}{f', in {fact.unit}' if fact.unit else ''}."


def _fact_meaning(_: Edition, fact: Fact) -> str:
    parts = (fact.meaning, f"Where false: {fact.denial}" if fact.denial else "", fact.happened)
    return " ".join(sentence(part) for part in parts if part)


def _implied_form(edition: Edition, fact: Fact) -> Hashable:
    by_facts = {name for implied in edition.implied if implied.fact == fact.name for name in implied.by}
    by_courses = {
        (frozenset(each.under), frozenset(each.except_under), each.in_spine, each.overrides)
        for each in edition.implied_by_course
        if each.fact == fact.name
    }
    return frozenset(by_facts), frozenset(by_courses)


def _implied_words(edition: Edition, fact: Fact) -> str:
    ways = "; ".join(implied_by(edition, fact.name))
    return f"Implied by {ways}." if ways else ""


def _code_words(_: Edition, code: CptCode) -> str:
    regions = f"A study by {code.modality.value} of any region"
    if code.regions:
        regions = study_words(Study(code.modality, code.region_bits))
    contrast = {None: "", "both": ", without and with contrast"}.get(code.contrast, f", {code.contrast} contrast")
    return sentence(f"{regions}{contrast}")


def _source_words(_: Edition, source: Source) -> str:
    cited = (("in the text", source.body_version), ("in the references", source.reference_version))
    versions = listed([f"{where} in version {version}" for where, version in cited if version is not None])
    return sentence(f"{source.name}, cited {versions}" if versions else source.name)


def _clearing(_: Edition, hazard: Contraindication) -> str:
    return f"Where {hazard.lead} is true and the rest unknown: {hazard.to_clear}" if hazard.lead else ""


def _only_if(_: Edition, combination: Combination) -> str:
    if combination.only_if is None:
        return ""
    also = ", and wherever a surveillance protocol is given" if combination.or_protocol else ""
    return f"It concerns patients of whom this holds: {criterion_phrase(combination.only_if)}{also}."


def _supported(_: Edition, combination: Combination) -> str:
    also = ", or where the surveillance of the row supports the study" if combination.by_surveillance else ""
    return f"Supported where {criterion_phrase(combination.criterion)}{also}."


_CRITERION = Aspect(
    What.CRITERION, lambda _, rule: essence(rule.criterion), lambda _, rule: criterion_sentence(rule.criterion)
)

ASPECTS: Mapping[type[Frozen], tuple[Aspect, ...]] = {
    Edition: (
        Aspect(What.STUDY, lambda _, edition: edition.covers, lambda _, edition: sentence(study_words(edition.covers))),
        Aspect(What.GRACE, lambda _, edition: edition.grace, lambda _, edition: f"The grace is {edition.grace.words}."),
    ),
    Protocol: (
        _text(What.TITLE, "title"),
        Aspect(What.STANCE, lambda _, protocol: (protocol.stance, frozenset(protocol.refers_to)), _stance),
        _text(What.NOTE, "note"),
    ),
    Schedule: (
        Aspect(
            What.STUDY,
            lambda _, schedule: (schedule.study.modalities, frozenset(schedule.study.places)),
            lambda _, schedule: sentence(str(schedule.study)),
        ),
        Aspect(
            What.INDEX_DATES,
            lambda _, schedule: schedule.index,
            lambda _, schedule: f"Counted from {index_kinds_text(schedule)}.",
        ),
        _clause(What.CONDITION, "when", lambda schedule: schedule.when),
        _clause(What.CLAUSE, "or_if", lambda schedule: schedule.plan.or_if),
        _clause(What.CLAUSE, "more_often_if", lambda schedule: schedule.plan.more_often_if),
        _clause(What.CLAUSE, "stops_at", lambda schedule: frozenset(schedule.stops_at)),
        _clause(What.CLAUSE, "restarts", lambda schedule: schedule.restarts),
        _clause(What.CLAUSE, "complements", lambda schedule: schedule.complements),
        _text(What.READING, "reading", "Read as: "),
    ),
    Indication: (
        _text(What.TITLE, "title"),
        _criteria(What.LEADS, "Raised by", Indication.raised_by),
        _criteria(What.HINTS, "Hinted at by", Indication.hinted_by),
        _CRITERION,
        Aspect(
            What.CLAUSE,
            lambda _, rule: rule.asks_with,
            lambda _, rule: (
                f"Where it decides by what is not documented, {rule.asks_with} asks with it." if rule.asks_with else ""
            ),
            "asks_with",
        ),
        Aspect(
            What.ADVICE,
            lambda _, rule: frozenset(map(essence, rule.advice)),
            lambda _, rule: " ".join(map(advice_line, rule.advice)),
        ),
        _text(What.READING, "reading", "Read as: "),
    ),
    Contraindication: (
        _text(What.TITLE, "hazard"),
        Aspect(
            What.STUDY,
            lambda _, rule: rule.modalities,
            lambda _, rule: f"It concerns studies by {modalities_text(rule)}.",
        ),
        _CRITERION,
        Aspect(What.CLEARING, lambda _, rule: (rule.lead, rule.to_clear), _clearing),
        _text(What.ADVICE, "advice", "Advice: "),
    ),
    Combination: (
        _text(What.TITLE, "title"),
        Aspect(
            What.STUDY,
            lambda _, rule: (rule.modalities, rule.region, rule.of_each),
            lambda _, rule: sentence(what_is_combined(rule)),
        ),
        Aspect(
            What.CONDITION,
            lambda _, rule: None if rule.only_if is None else (essence(rule.only_if), rule.or_protocol),
            _only_if,
        ),
        Aspect(What.CRITERION, lambda _, rule: (essence(rule.criterion), rule.by_surveillance), _supported),
        Aspect(
            What.LIMIT,
            lambda _, rule: rule.most,
            lambda _, rule: "" if rule.most is None else f"At most {rule.most} such studies are supported on one date.",
        ),
    ),
    Fact: (
        Aspect(What.MEANING, lambda _, fact: (fact.meaning, fact.denial, fact.happened), _fact_meaning),
        Aspect(What.KIND, lambda _, fact: (fact.level, fact.kind, fact.unit), _fact_kind),
        Aspect(What.IMPLIED_BY, _implied_form, _implied_words),
    ),
    CptCode: (
        Aspect(What.STUDY, lambda _, code: (code.modality, code.region_bits, code.contrast), _code_words),
        Aspect(
            What.CLAUSE,
            lambda _, code: code.is_add_on,
            lambda _, code: "Billed beside a diagnostic study of the same region." if code.is_add_on else "",
            "is_add_on",
        ),
    ),
    Source: (Aspect(What.VERSION, lambda _, source: (source.body_version, source.reference_version), _source_words),),
}
"""The aspects of every class of rule, in the order in which they are said."""


def section_of(rule: Frozen) -> str:
    """Return the section that a rule cites, and who answers for it; empty for what cites none."""
    if isinstance(rule, Fact):
        return listed(rule.sections)
    if isinstance(rule, Protocol | Schedule | Indication | Contraindication | Combination):
        return str(rule.cite)
    return rule.source_of("") if isinstance(rule, Edition) else ""
