"""Values of a request in words: a study, a primary site or a disease, read where they are certain, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from spine_vigil.notices import Notice, NoticeKind
from spine_vigil.scheduler.editions.edition import CptCode, Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.records.fields import parse_protocols
from spine_vigil.scheduler.rules.studies import NAMED_MODALITIES, parse_regions, parse_site
from spine_vigil.scheduler.rules.words import listed
from spine_vigil.scheduler.values import Frozen

if TYPE_CHECKING:  # the tables of words are loaded for words alone
    from spine_vigil.scheduler.intake.vocabulary.candidates import Candidate

STUDY_FORM = 'write "MODALITY REGION" (several regions joined by |), a CPT code, or "CPT REGION"'

_ID = re.compile(r"[a-z_]{3,}(?:\.\w+)+", re.IGNORECASE)
"""A text in the form of a protocol's id: a misspelt one is never read as words."""

_CODE = re.compile(r"[a-z]\d[0-9a-z](?:\.?[0-9a-z]{1,4})?", re.IGNORECASE)
"""A text in the form of a code of ICD-10-CM."""

_SNOMED = re.compile(r"\d{6,18}")

_CODE_SYSTEMS = ("CPT", "HCPC")
"""What may stand in front of a billing code."""

_MOST = 9
"""The protocols that a message names; where more are possible it says how many."""

_MODALITIES = frozenset(modality.value for modality in NAMED_MODALITIES)


class Understood(Frozen):
    """A value as the edition writes it, and what to tell of it where it was given otherwise."""

    text: str
    notice: Notice | None = None


def read_study_text(text: str, edition: Edition) -> Understood:
    """Return a study as `MODALITY REGION`, `CPT` or `CPT REGION`, from words too.

    A text that is not certain is returned as it is, for whoever reads its parts to say what is wrong with them. Raises
    ValueProblem where the text is empty, and where it says something that cannot be kept.
    """
    plain = text.strip()
    first, _, rest = plain.partition(" ")
    if not first:
        raise ValueProblem(f"the study is empty; {STUDY_FORM}")
    if first.upper() in _MODALITIES:  # a parser that refuses a name would load what suggests another one
        if not rest.strip() or _is_read(parse_regions, rest):
            return Understood(plain)
    elif first.upper() in edition.cpt_by_code and (not rest.strip() or _is_read(parse_regions, rest)):
        return Understood(plain)
    is_code = first[0].isdigit() or first.upper().startswith(_CODE_SYSTEMS)
    return _study_of_code(plain, edition) if is_code else _study_of_words(plain)


def _is_read(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueProblem:
        return False
    return True


def _study_of_code(text: str, edition: Edition) -> Understood:
    """Return the study of a billing code with modifiers, `72156-26`, and with a region or words of it behind them.

    Raises ValueProblem where the code does not bill one whole study, and where the words say another one.
    """
    from spine_vigil.scheduler.intake.vocabulary.billing_codes import ModifierEffect, modifier_meaning, read_codes

    first, _, rest = text.partition(" ")
    codes = read_codes(text)
    if codes.problem and rest:
        codes = read_codes(first)
    else:
        rest = ""
    if codes.problem or not all(code in edition.cpt_by_code for code in codes.codes):
        return Understood(text)
    if len(codes.codes) > 1:
        raise ValueProblem(f"'{text}' holds several codes; give each study by itself")
    for modifier in codes.modifiers[0]:
        meaning = modifier_meaning(modifier)
        if meaning is not None and meaning.effect in (ModifierEffect.REDUCED, ModifierEffect.STOPPED):
            raise ValueProblem(
                f"'{text}' has the modifier {modifier} ({meaning.says}); give the code alone if the study is whole"
            )
    code = codes.codes[0]
    if not rest or _is_read(parse_regions, rest):
        return _as(f"{code} {rest.strip()}".strip(), text)
    return _code_with_words(edition.cpt_by_code[code], rest, text)


def _code_with_words(code: CptCode, words: str, text: str) -> Understood:
    """Return the study of a code with words behind it, which have to say the same."""
    from spine_vigil.scheduler.intake.vocabulary.study_words import read_study

    study = read_study(words)
    if study.unread or study.elsewhere or not study.regions:
        return Understood(text)
    regions = parse_regions("|".join(study.regions))
    if study.modality not in (None, code.modality) or (code.regions and regions != code.region_bits):
        raise ValueProblem(f"'{text}' names another study in words than by the code {code.code}; give one of them")
    return _as(code.code if code.regions else f"{code.code} {'|'.join(study.regions)}", text)


def _study_of_words(text: str) -> Understood:
    from spine_vigil.scheduler.intake.vocabulary.study_words import read_study

    study = read_study(text)
    if not study.is_understood or study.modality is None:
        return Understood(text)
    if study.elsewhere:
        parts = listed(study.elsewhere)
        raise ValueProblem(f"'{text}' names {parts}, of which the guideline has no region; leave it out")
    return _as(f"{study.modality.value} {'|'.join(study.regions)}", text)


def read_site_text(text: str) -> Understood:
    """Return a primary site as a region, from words too; a text that is not certain is returned as it is."""
    if not text.strip() or _is_read(parse_site, text):
        return Understood(text)
    from spine_vigil.scheduler.intake.vocabulary.site_words import site_of

    region = site_of(text)
    return Understood(text) if region is None else _as(region, text)


def read_protocol_text(text: str, edition: Edition, *, has_site: bool = True) -> Understood:
    """Return one or several protocols joined by `|` as ids, from words and codes of diseases too.

    Words and codes count where they have exactly one candidate, which is certain. A text without a candidate is left
    as it is. Raises ValueProblem that lists the candidates, and what settles them, where one is not certain.
    """
    if not text.strip() or _is_read(lambda t: parse_protocols(edition, t), text):
        return Understood(text)
    parts = [part.strip() for part in text.split("|")]
    read = [_protocol_of(part, edition, has_site=has_site) for part in parts]
    said = [part.notice.message for part in read if part.notice is not None]
    notice = Notice(NoticeKind.WORDS, "; ".join(said)) if said else None
    return Understood("|".join(part.text for part in read), notice)


def _protocol_of(text: str, edition: Edition, *, has_site: bool) -> Understood:
    """Return one protocol as an id. Raises ValueProblem where what is given is not certain."""
    if any(part.lower() in edition.protocols_by_id or _ID.fullmatch(part) for part in re.split(r"[,;\s]+", text)):
        return Understood(text)
    titled = [protocol.id for protocol in edition.protocols if protocol.title.casefold() == text.casefold()]
    if len(titled) == 1:
        return _as(titled[0], text)
    candidates = candidates_of(text)
    if not candidates:
        return Understood(text)
    from spine_vigil.scheduler.intake.vocabulary.candidates import CandidateGrade

    named = dict.fromkeys(id_ for candidate in candidates for id_ in candidate.protocols)
    known = [id_ for id_ in named if id_ in edition.protocols_by_id]
    if named and not known:  # the words stand for protocols of another edition
        return Understood(text)
    if len(known) == 1 and len(candidates) == 1 and candidates[0].grade is CandidateGrade.CERTAIN:
        site = candidates[0].site
        hint = "" if has_site or site is None else f" (the site is not taken from it; give it too: {site})"
        return Understood(known[0], Notice(NoticeKind.WORDS, f"'{text}' is read as {known[0]}{hint}"))
    settles = ", ".join(dict.fromkeys(words for candidate in candidates for words in candidate.settles))
    if not known:
        says = "says where the disease is or was, not which it is"
        raise ValueProblem(f"'{text}' {says}; what settles it: {settles or 'the diagnosis'}; give the protocol")
    which = f"could be {listed(known, 'or')}" if len(known) <= _MOST else f"could be one of {len(known)} protocols"
    if len(known) == 1:
        which = f"is not certain to be {known[0]}"
    several = f"; what settles it: {settles}" if settles else "; join several protocols by |"
    find = "" if len(known) <= _MOST else "; 'vigil protocols search' finds it"
    raise ValueProblem(f"'{text}' {which}{several}; give the id{find}")


def candidates_of(text: str) -> tuple[Candidate, ...]:
    """Return what words or a code of a disease may stand for."""
    from spine_vigil.scheduler.intake.vocabulary.disease_codes import CodeSystem, candidates_of_code
    from spine_vigil.scheduler.intake.vocabulary.disease_words import candidates_of_words

    if _CODE.fullmatch(text):
        found = candidates_of_code(CodeSystem.ICD_10_CM, text)
    elif _SNOMED.fullmatch(text):
        found = candidates_of_code(CodeSystem.SNOMED_CT, text)
    else:
        found = ()
    return found or candidates_of_words(text)


def _as(text: str, given: str) -> Understood:
    return Understood(text, Notice(NoticeKind.WORDS, f"'{given.strip()}' is read as {text}"))
