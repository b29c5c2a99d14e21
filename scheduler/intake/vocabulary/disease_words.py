"""Diagnoses in words, as candidates: phrases become concepts, and rules over concepts lead to protocols."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from spine_vigil.scheduler.intake.vocabulary.candidates import Candidate, CandidateGrade, candidate_of, doubted
from spine_vigil.scheduler.intake.vocabulary.site_words import is_place, site_within
from spine_vigil.scheduler.intake.vocabulary.tables import parts, read_table
from spine_vigil.scheduler.intake.vocabulary.words import Phrases, Span, words_of
from spine_vigil.scheduler.values import Frozen, replace

NEGATED, UNCERTAIN, HISTORY, FAMILY = "negated", "uncertain", "history", "family"

_UNCONFIRMED = "whether the diagnosis is confirmed"
_PAST = "whether the disease is still under surveillance"
_NOT_UNDERSTOOD = "what the other words mean"
_WHICH = "which of several situations it is"

_SECONDARY = frozenset(
    ("cns.brain_metastases", "cns.leptomeningeal_metastases", "cns.vertebral_metastases", "occult_primary")
)


class _Rule(Frozen):
    """The concepts that a diagnosis has to hold, and what it then leads to."""

    concepts: frozenset[str]
    candidate: Candidate


def candidates_of_words(text: str) -> tuple[Candidate, ...]:
    """Return what a diagnosis in words may lead to, one candidate for each disease; nothing for words of no disease.

    The title of a protocol is certain. Words that nobody understands, and doubt (`suspected`, `rule out`, a question
    mark), leave no candidate certain; `history of` makes it history; a disease that is denied, or that of a relative,
    is none.
    """
    words = words_of(text)
    title = _titles().exactly(words)
    if title:
        found_title = _placed(title, text)
        return (doubted(found_title, _UNCONFIRMED) if "?" in text else found_title,)
    spans = _phrases().read(words)
    held = _concepts(spans)
    if FAMILY in held:
        return ()
    is_whole = all(map(_is_understood, spans))
    found = _strongest(rule for rule in _rules() if rule.concepts <= held.keys())
    candidates = []
    for rule in found:
        if NEGATED in held and held[NEGATED] < min(held[concept] for concept in rule.concepts):
            continue
        candidate = _weighed(_placed(rule.candidate, text), held, is_whole=is_whole, is_asked="?" in text)
        rivals = any(rule.concepts & other.concepts for other in found if other is not rule)
        candidates.append(doubted(candidate, _WHICH) if rivals else candidate)
    return tuple(candidates)


def is_wholly_read(text: str) -> bool:
    """Return whether every word of a diagnosis is known."""
    words = words_of(text)
    return _titles().exactly(words) is not None or all(map(_is_understood, _phrases().read(words)))


def _placed(candidate: Candidate, text: str) -> Candidate:
    """Return a candidate with the primary site that the text names; a metastasis does not say where the primary is."""
    is_secondary = bool(_SECONDARY & set(candidate.protocols))
    return candidate if is_secondary or candidate.site else replace(candidate, site=site_within(text))


def _weighed(candidate: Candidate, held: dict[str, int], *, is_whole: bool, is_asked: bool) -> Candidate:
    """Return a candidate as what stands around it allows."""
    if HISTORY in held:
        return replace(candidate, grade=CandidateGrade.HISTORY, settles=(*candidate.settles, _PAST))
    questions = [_UNCONFIRMED] if is_asked or held.keys() & {NEGATED, UNCERTAIN} else []
    questions += [] if is_whole else [_NOT_UNDERSTOOD]
    return doubted(candidate, *questions) if questions else candidate


def _concepts(spans: list[Span[tuple[str, ...]]]) -> dict[str, int]:
    """Return the concepts that a text holds, each with the number of the word at which it is first met."""
    held: dict[str, int] = {}
    for span in spans:
        for concept in span.meaning or ():
            held.setdefault(concept, span.start)
    return held


def _strongest(rules: Iterable[_Rule]) -> list[_Rule]:
    """Return the rules whose concepts are not all among those of another one."""
    fitting = list(rules)
    return [rule for rule in fitting if not any(rule.concepts < other.concepts for other in fitting)]


def _is_understood(span: Span[tuple[str, ...]]) -> bool:
    return span.meaning is not None or is_place(span.text)


@cache
def _phrases() -> Phrases[tuple[str, ...]]:
    return Phrases.of_rows(read_table("disease_phrases"), lambda row: parts(row["concepts"]))


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_Rule(frozenset(row["concepts"].split("+")), candidate_of(row)) for row in read_table("disease_rules"))


@cache
def _titles() -> Phrases[Candidate]:
    def meaning(row: dict[str, str]) -> Candidate:
        family = row["protocol"].partition(".")[0]
        return Candidate((row["protocol"],), CandidateGrade.CERTAIN, (), None, row["source"], family)

    return Phrases.of_rows(read_table("protocol_titles"), meaning)
