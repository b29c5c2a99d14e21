"""Search for protocols and indications by words, abbreviations, sections, facts and codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.edition import CptCode, Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.intake.vocabulary.candidates import Candidate, CandidateGrade
from spine_vigil.scheduler.intake.vocabulary.disease_codes import CodeSystem, candidates_of_code
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.rules.studies import Study, regions_text
from spine_vigil.scheduler.suggestions import Words, is_like, words_of
from spine_vigil.scheduler.values import Frozen

_EXACT, _NAME, _TITLE, _CODE, _MAYBE, _FACT = 10, 4, 3, 4, 2, 1
"""How much a match counts: a whole name, a word of a name or title, a code that is sure or possible, a fact."""

_BETWEEN = frozenset({"and", "or", "to"})
"""What may stand between a word and its number: grade 2 or 3."""

_CODE_FORM = re.compile(r"[0-9]{4}[0-9A-Z]", re.IGNORECASE)


class Match(Frozen):
    """A protocol or an indication that a search found, and by what, in words."""

    kind: str
    route: str
    title: str
    section: str
    why: tuple[str, ...]

    def as_object(self) -> dict[str, Any]:
        """Return the match as `vigil protocols search --format json` prints it."""
        return {
            "kind": self.kind,
            "id": self.route,
            "title": self.title,
            "section": self.section,
            "why": list(self.why),
        }


class _Field(Frozen):
    """A text that is searched: its words, what to say where it matches, and how much that counts."""

    words: Words
    why: str
    weight: int


class _Searched(Frozen):
    match: Match
    fields: tuple[_Field, ...]
    names: tuple[str, ...]
    codes: dict[str, _Field]


def search(words: Sequence[str], edition: Edition = CURRENT) -> list[Match]:
    """Return what has all the words, the best match first. Raises ValueProblem where nothing has them.

    A number belongs to the word before it: `grade 3` is no grade 2 of 3 cm. A word that the edition does not know may
    be misspelt.
    """
    asked = [part for text in words for part in text.split()]
    diseases = {part.upper(): leads for part in asked if (leads := candidates_of_code(CodeSystem.ICD_10_CM, part))}
    billing = [part.upper() for part in asked if part.upper() in edition.cpt_by_code]
    codes = [*billing, *diseases]
    plain = " ".join(part for part in asked if part.upper() not in codes)
    units = _units(words_of(plain))
    candidates = [*_candidates(edition, [edition.cpt_by_code[code] for code in billing], diseases)]
    vocabulary = frozenset(word for c in candidates for f in c.fields for word in f.words)
    found: list[tuple[int, Match]] = []
    for candidate in candidates if units or codes else ():
        hits = [_best(unit, candidate.fields, vocabulary) for unit in units]
        hits += [_code_hit(candidate, code) for code in codes]
        if all(hits):
            why = dict.fromkeys(field.why for hit in hits if hit for field in hit[1])
            whole = "".join(words_of(plain)) in candidate.names
            score = sum(hit[0] for hit in hits if hit) + (_EXACT if whole else 0)
            found.append((-score, _because(candidate.match, why)))
    if not found:
        raise ValueProblem(_nothing_found(asked, codes, diseases))
    return [match for _, match in sorted(found, key=lambda item: item[0])]


def _because(match: Match, why: Iterable[str]) -> Match:
    return Match(match.kind, match.route, match.title, match.section, tuple(why))


def _nothing_found(asked: Sequence[str], codes: Sequence[str], diseases: Mapping[str, Sequence[Candidate]]) -> str:
    text = " ".join(asked)
    for code, candidates in diseases.items():
        if not any(each.protocols for each in candidates):
            settles = " and ".join(dict.fromkeys(what for each in candidates for what in each.settles))
            needs = f", but with {settles}" if settles else ""
            return f"'{code}' leads to no protocol by itself{needs}; search by words"
    for part in asked:
        if _CODE_FORM.fullmatch(part) and part.upper() not in codes:
            return f"'{part}' is no billing code that the edition knows; search by words"
    return (
        f"no protocol and no indication has '{text}'; give fewer or other words, or see 'vigil protocols list' and"
        " 'vigil protocols list --indications'"
    )


def _units(words: Words) -> list[Words]:
    """Return the words, each with the numbers that follow it."""
    units: list[Words] = []
    for word in words:
        if word.isdigit() and units:
            units[-1] = (*units[-1], word)
        else:
            units.append((word,))
    return units


def _best(unit: Words, fields: Iterable[_Field], vocabulary: frozenset[str]) -> tuple[int, list[_Field]] | None:
    """Return how much the fields that have the word count at most, and those that count so much."""
    hits = [field for field in fields if any(_stands_at(unit, field.words, at) for at in range(len(field.words)))]
    if not hits and len(unit) == 1:
        hits = [field for field in fields if any(is_like(unit[0], word, vocabulary) for word in field.words)]
    most = max((field.weight for field in hits), default=0)
    return (most, [field for field in hits if field.weight == most]) if hits else None


def _stands_at(unit: Words, words: Words, at: int) -> bool:
    """Return whether a word and its numbers stand at a place; only other numbers may stand between them."""
    word, *numbers = unit
    if words[at] != word:
        return False
    behind: list[str] = []
    for following in words[at + 1 :]:
        if not following.isdigit() and following not in _BETWEEN:
            break
        behind.append(following)
    return all(number in behind for number in numbers)


def _code_hit(candidate: _Searched, code: str) -> tuple[int, list[_Field]] | None:
    field = candidate.codes.get(code)
    return (field.weight, [field]) if field else None


def _candidates(
    edition: Edition, codes: Sequence[CptCode], diseases: Mapping[str, Sequence[Candidate]]
) -> Iterator[_Searched]:
    for protocol in edition.protocols:
        match = Match("protocol", protocol.id, protocol.title, str(protocol.cite), ())
        names = edition.names_of(protocol.id)
        facts = dict.fromkeys(fact for schedule in protocol.schedules for fact in schedule.facts())
        found = {code.code: _code_of_protocol(code, protocol) for code in codes}
        found |= {code: _disease_of_protocol(code, each, protocol) for code, each in diseases.items()}
        yield _searched(edition, match, protocol.id, names, facts, found)
    for indication in edition.indications:
        match = Match("indication", indication.route, indication.title, str(indication.cite), ())
        names = edition.names_of(indication.route)
        found = {code.code: _code_of_indication(edition, code, indication) for code in codes}
        yield _searched(edition, match, indication.name, names, indication.facts(), found)


def _searched(
    edition: Edition,
    match: Match,
    name: str,
    names: Sequence[str],
    facts: Iterable[str],
    codes: dict[str, _Field | None],
) -> _Searched:
    fields = [_Field(words_of(name), "id", _NAME)]
    fields += [_Field(words_of(other), f"other name: {other}", _NAME) for other in names]
    fields += [_Field(words_of(match.title), "title", _TITLE)]
    fields += [_Field(words_of(match.section), f"section: {match.section}", _TITLE)]
    for fact in facts:
        text = f"{fact} {edition.fact(fact).meaning}"
        fields.append(_Field(words_of(text), f"fact: {fact}", _FACT))
    whole = tuple("".join(words_of(text)) for text in (name, name.rpartition(".")[2], match.title, *names))
    return _Searched(match, tuple(fields), whole, {code: field for code, field in codes.items() if field})


def _code_of_protocol(code: CptCode, protocol: Protocol) -> _Field | None:
    """Return what a billing code can be for under a protocol."""
    study = Study(code.modality, code.region_bits)
    ways: dict[str, list[str]] = {_SURE: [], _SITE: [], _ROW: []}
    for schedule in protocol.schedules:
        if not code.region_bits:
            ways[_ROW] += [schedule.name] if schedule.study.accepts(code.modality) else []
        elif schedule.study.shared_regions(study, None):
            ways[_SURE].append(schedule.name)
        elif schedule.study.may_fit(study, None):
            ways[_SITE].append(schedule.name)
    text = "; ".join(f"{' and '.join(names)}{limit}" for limit, names in ways.items() if names)
    weight = _CODE if ways[_SURE] else _MAYBE
    return _Field((), f"code: {code_words(code)}, for {text}", weight) if text else None


def _disease_of_protocol(code: str, candidates: Sequence[Candidate], protocol: Protocol) -> _Field | None:
    """Return what the code of a disease says of a protocol."""
    for candidate in candidates:
        if protocol.id in candidate.protocols:
            is_certain = candidate.grade is CandidateGrade.CERTAIN
            settles = f", settled by {' and '.join(candidate.settles)}" if candidate.settles else ""
            text = f"code: {code} ({candidate.source}){'' if is_certain else f', a candidate{settles}'}"
            return _Field((), text, _CODE if is_certain else _MAYBE)
    return None


_SURE, _SITE, _ROW = "", ", where it shows the primary site", ", by the region that its row names"
"""On what it depends whether a study is one of a schedule."""


def _code_of_indication(edition: Edition, code: CptCode, indication: Indication) -> _Field | None:
    """Return what a billing code can be for under an indication: the study that all of them are about."""
    study = Study(code.modality, code.region_bits)
    if edition.covers_study(study):
        return _Field((), f"code: {code_words(code)}, which {indication.cite} is about", _MAYBE)
    return None


def code_words(code: CptCode) -> str:
    """Return a billing code with its study: `72156 (MRI cervical_spine)`."""
    study = code.modality.value + (f" {regions_text(code.region_bits)}" if code.region_bits else "")
    return f"{code.code} ({study})"
