"""Our words for those of a file: statuses, studies, body parts, diseases and codes; what is not certain stays open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.intake.columns import DIAGNOSIS
from spine_vigil.scheduler.intake.forms import NO_IMAGING, OTHER_STUDY, plain
from spine_vigil.scheduler.intake.proposals.proposal import Proposal
from spine_vigil.scheduler.intake.proposals.samples import ColumnSample, is_mostly_unread, may_name_somebody
from spine_vigil.scheduler.intake.vocabulary.billing_codes import CodeKind, kind_of_code, read_codes
from spine_vigil.scheduler.intake.vocabulary.candidates import Candidate, CandidateGrade
from spine_vigil.scheduler.intake.vocabulary.disease_codes import (
    MORPHOLOGY,
    CodeSystem,
    candidates_of_code,
    candidates_of_tumor,
)
from spine_vigil.scheduler.intake.vocabulary.disease_words import candidates_of_words, is_wholly_read
from spine_vigil.scheduler.intake.vocabulary.null_words import means_nothing
from spine_vigil.scheduler.intake.vocabulary.site_words import names_places, site_of
from spine_vigil.scheduler.intake.vocabulary.status_words import ambiguous_status, is_status_word, status_of
from spine_vigil.scheduler.intake.vocabulary.study_words import StudyKind, modality_of, read_study, regions_of
from spine_vigil.scheduler.records.fields import STUDY_TEXT, event_columns
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.studies import NAMED_MODALITIES, REGIONS

_MOST_WORDS = 3000
"""The most words of a column for which lines are proposed."""


def word_proposals(column: ColumnSample, field: str, edition: Edition, part: str) -> list[Proposal]:
    """Return the lines of a profile for the words of a column, most frequent first.

    A word that is not understood is named by its place alone where few patients have it, and where most words of the
    column are not understood.
    """
    read = _readers(edition).get(field)
    if read is None:
        return []
    texts = column.counts if field == "status" else column.words  # NULL may be a request, a visit, or nothing
    words = sorted(texts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_WORDS]
    different = {plain(word): (word, count) for word, count in reversed(words)}.values()
    found = [(word, count, read(part, word, _rows(count))) for word, count in reversed(different)]
    are_unread = is_mostly_unread(sum(_is_unread(line, field, word) for word, _, line in found), len(found))
    lines: list[Proposal] = []
    unknown: list[Proposal] = []
    for word, count, line in found:
        may_name = not means_nothing(word) and (are_unread or may_name_somebody(word, column.patients_of(word)))
        if line is None and field != DIAGNOSIS:  # most diagnoses ask for no surveillance, and are no protocol
            question = f"What does '{word}' in column '{column.name}' mean?"
            open_line = Proposal(part, word, None, f"{_rows(count)}; not understood", question, _choices(field))
            unknown.append(_hidden(open_line, word, count, column) if may_name else open_line)
        elif line is not None and line is not _KNOWN:
            is_hidden = may_name and _is_unread(line, field, word)
            lines.append(_hidden(line, word, count, column) if is_hidden else line)
    return [*lines, *unknown]


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


_KNOWN = Proposal("", "", "")
"""Stands for a word that needs no line."""


def _is_unread(line: Proposal | None, field: str, word: str) -> bool:
    """Return whether a word holds something that is not understood.

    What can be one of several statuses or diseases is understood, and so are diagnoses that are no protocol.
    """
    if line is None:
        return field != DIAGNOSIS
    if line is _KNOWN or not _is_doubtful(line, field, word):
        return False
    if field == "status":
        return not is_status_word(word)
    return field not in (DIAGNOSIS, "protocol") or not is_wholly_read(word)


def _is_doubtful(line: Proposal, field: str, word: str) -> bool:
    """Return whether a part of a word is not understood, so that it may be anything."""
    if field == STUDY_TEXT:
        return line.is_open or bool(read_study(word).unread)
    if field == "primary_site":
        return not names_places(word)
    return line.is_open and not is_code(word)


def _hidden(line: Proposal, word: str, count: int, column: ColumnSample) -> Proposal:
    """Return an open line that says of a word only where it stands."""
    place = column.first_lines.get(word, "")
    note = f"a word in {_rows(count)}, first in {place}, is not understood; add it here, in quotes"
    question = line.question or f"What does '{word}' in column '{column.name}' mean?"
    choices = line.choices or ("",) * (line.value == "")
    return Proposal(line.part, "", None, note, question, choices, hidden=word)


def _choices(field: str) -> tuple[str, ...]:
    """Return what an unknown word of a field may mean, where that can be listed."""
    if field in (STUDY_TEXT, "cpt"):
        return OTHER_STUDY, NO_IMAGING
    return _ALLOWED.get(field, ())


_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "status": tuple(status.value for status in Status),
    "modality": tuple(modality.value for modality in NAMED_MODALITIES),
    "region": tuple(REGIONS),
}
"""The values of fields that have few."""

_Reader = Callable[[str, str, str], Proposal | None]
"""Reads a word of the file: (part, word, its rows in words) -> a line, _KNOWN where it needs none, None if unknown."""


def _readers(edition: Edition) -> Mapping[str, _Reader]:
    return {
        "status": partial(_status, edition),
        "modality": partial(_modality, edition),
        "region": partial(_region, edition),
        "primary_site": partial(_site, edition),
        "protocol": partial(_protocol, edition),
        STUDY_TEXT: _study,
        "cpt": partial(_code, edition),
        DIAGNOSIS: _diagnosis,
    }


def is_ours(edition: Edition, field: str, word: str) -> bool:
    """Return whether vigil reads a word of a field without a profile."""
    try:
        event_columns(edition)[field].parse(word)
    except ValueProblem:
        return False
    return True


def _status(edition: Edition, part: str, word: str, rows: str) -> Proposal | None:
    if is_ours(edition, "status", word):
        return _KNOWN
    status = status_of(word)
    if status is not None:
        return Proposal(part, word, status.value, rows)
    likely = ambiguous_status(word)
    if not likely:
        return None
    values = tuple(each.value for each in likely)
    choices = tuple(dict.fromkeys((*values, *(status.value for status in Status))))
    return Proposal(part, word, values[0], rows, f"'{word}' can mean several things. What is it here?", choices)


def _modality(edition: Edition, part: str, word: str, rows: str) -> Proposal | None:
    if is_ours(edition, "modality", word):
        return _KNOWN
    modality = modality_of(word)
    return None if modality is None else Proposal(part, word, modality.value, rows)


def _region(edition: Edition, part: str, word: str, rows: str) -> Proposal | None:
    if is_ours(edition, "region", word):
        return _KNOWN
    regions = regions_of(word)
    return Proposal(part, word, "|".join(regions), rows) if regions else None


def _site(edition: Edition, part: str, word: str, rows: str) -> Proposal | None:
    if is_ours(edition, "primary_site", word):
        return _KNOWN
    site = site_of(word)
    if site is not None:
        return Proposal(part, word, site, rows)
    # A site that is not understood is unknown, which asks for it; the row's dates count all the same.
    return Proposal(part, word, "", f"{rows}; not one region of vigil: unknown, unless you name one")


def _study(part: str, word: str, rows: str) -> Proposal | None:
    study = read_study(word)
    if study.is_understood and study.modality is not None:
        return Proposal(part, word, f"{study.modality.value} {'|'.join(study.regions)}", rows)
    is_elsewhere = study.modality is not None and bool(study.elsewhere) and not study.regions
    if study.kind is StudyKind.OTHER_MODALITY or (is_elsewhere and not study.unread):
        return Proposal(part, word, OTHER_STUDY, rows)
    if study.kind in (StudyKind.INTERVENTION, StudyKind.NO_STUDY):
        return Proposal(part, word, NO_IMAGING, rows)
    if study.kind is StudyKind.SPECIAL:
        question = f"'{word}' is a special examination. Which study is it?"
        return Proposal(part, word, OTHER_STUDY, rows, question, (OTHER_STUDY, NO_IMAGING))
    return None


def _code(edition: Edition, _part: str, word: str, _rows: str) -> Proposal | None:
    read = read_codes(word)
    if read.problem is None and read.codes:
        unknown = [code for code in read.codes if code not in edition.cpt_by_code]
        if all(kind_of_code(code) is not CodeKind.UNKNOWN for code in unknown):
            return _KNOWN
    return None


def _protocol(edition: Edition, part: str, word: str, rows: str) -> Proposal | None:
    return _KNOWN if is_ours(edition, "protocol", word) else _diagnosis(part, word, rows)


def _diagnosis(part: str, word: str, rows: str) -> Proposal | None:
    candidates = candidates_of(word)
    if is_certain(word):
        return Proposal(part, word, "|".join(dict.fromkeys(each.protocols[0] for each in candidates)), rows)
    protocols = tuple(dict.fromkeys(protocol for each in candidates for protocol in each.protocols))
    if not protocols:
        return None
    settles = "; ".join(dict.fromkeys(question for each in candidates for question in each.settles))
    note = f"{rows}{f'; settled by {settles}' if settles else ''}"
    question = f"'{word}' can be several things. Which is it, for every patient with it?"
    return Proposal(part, word, protocols[0], note, question, (*protocols, ""))


def candidates_of(word: str) -> tuple[Candidate, ...]:
    """Return what a diagnosis may lead to: a code of ICD-10-CM or SNOMED CT, a morphology of ICD-O-3, or words."""
    code = word.strip()
    if MORPHOLOGY.fullmatch(code):
        return candidates_of_tumor(code)
    found = candidates_of_code(CodeSystem.ICD_10_CM, code) or candidates_of_code(CodeSystem.SNOMED_CT, code)
    return found or candidates_of_words(word)


def is_code(word: str) -> bool:
    """Return whether a diagnosis is a code, which names nobody."""
    code = word.strip()
    return bool(MORPHOLOGY.fullmatch(code) or candidates_of_code(CodeSystem.ICD_10_CM, code))


def is_certain(word: str) -> bool:
    """Return whether a diagnosis stands for exactly one protocol, or for one each of several diseases."""
    candidates = candidates_of(word)
    return bool(candidates) and all(
        each.grade is CandidateGrade.CERTAIN and len(each.protocols) == 1 for each in candidates
    )
