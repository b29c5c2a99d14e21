"""Studies in words, as exam names, orders and DICOM write them: modality, regions, contrast and side."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

from spine_vigil.scheduler.intake.vocabulary.tables import parts, read_table
from spine_vigil.scheduler.intake.vocabulary.words import Phrases, Span, words_of
from spine_vigil.scheduler.rules.studies import REGIONS, SPINE, Modality, regions_text
from spine_vigil.scheduler.values import Frozen


class StudyKind(Enum):
    """What an exam name is about."""

    STUDY = "study"
    OTHER_MODALITY = "other_modality"
    SPECIAL = "special"
    INTERVENTION = "intervention"
    NO_STUDY = "no_study"
    UNKNOWN = "unknown"


class StudyWords(Frozen):
    """What an exam name says, as far as it is understood.

    `regions` are names of regions; `elsewhere` are parts of the body of which no region of vigil speaks; `unread` are
    the words that are not understood. `kind` is what the name is about: imaging by a modality that vigil does not know
    (`other_modality`), another examination by one that it knows (`special`: angiography, screening), an intervention,
    or no study at all (a reread, a safety screening).
    """

    modality: Modality | None
    regions: tuple[str, ...]
    contrast: str | None
    laterality: str | None
    kind: StudyKind
    unread: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def is_understood(self) -> bool:
        """Whether modality and regions are known, and no word is left that could change them."""
        is_whole = self.modality is not None and bool(self.regions)
        return self.kind is StudyKind.STUDY and is_whole and not self.unread


class _Word(Frozen):
    """What a phrase of an exam name means; every part may be empty."""

    modality: Modality | None
    regions: int
    contrast: str
    side: str
    kind: str


_LEADING_KINDS = (StudyKind.NO_STUDY, StudyKind.INTERVENTION, StudyKind.SPECIAL)
"""The kinds that a single word gives to a whole name, the strongest first."""

_LABEL = re.compile(r"\d{5}|img\d+|rad\d+")
"""The code of an exam in front of its name, which says nothing about the words."""

_NUCLEAR = (Modality.SPECT, Modality.SPECT_CT, Modality.PET_CT, Modality.PET_MRI)


def read_study(text: str) -> StudyWords:
    """Read an exam name."""
    words = tuple(word for word in words_of(_with_signs_as_words(text)) if not _LABEL.fullmatch(word))
    spans = _phrases().read(words)
    modalities = {span.meaning.modality for span in spans if span.meaning and span.meaning.modality}
    modality = modalities.pop() if len(modalities) == 1 else None
    regions = _regions(spans)
    return StudyWords(
        modality,
        _names(regions),
        _contrast(spans),
        _one({span.meaning.side for span in spans if span.meaning and span.meaning.side}),
        _kind(spans, modality),
        tuple(span.text for span in spans if _is_unread(span, modality, regions)),
        tuple(span.text for span in spans if span.meaning and span.meaning.kind == "other_part"),
    )


def modality_of(text: str) -> Modality | None:
    """Return the modality that a text names and nothing else; None where it names none that vigil knows."""
    study = read_study(text)
    is_alone = study.kind is StudyKind.STUDY and not study.unread and not study.elsewhere
    return study.modality if is_alone and study.regions in ((), ("heart",)) else None


def regions_of(text: str) -> tuple[str, ...]:
    """Return the regions that a text names and nothing else; none where a word of it is not understood."""
    spans = _phrases().read(words_of(text))
    regions = _regions(spans)
    for span in spans:
        if _is_unread(span, None, regions) or (span.meaning and span.meaning.modality):
            return ()
        if span.meaning and span.meaning.kind not in ("", "filler", "spinal", "beside_spine", "vague"):
            return ()
    return _names(regions)


def _with_signs_as_words(text: str) -> str:
    """Return a text in which `+C` reads as a word."""
    return re.sub(r"(?<!\w)\+\s?c\b", " with ", text, flags=re.IGNORECASE)


def _regions(spans: list[Span[_Word]]) -> int:
    """Return the regions that spans name as a bit set."""
    regions = 0
    for span in spans:
        if span.meaning and span.meaning.kind != "beside_spine":
            regions |= span.meaning.regions
    if regions & SPINE or any(span.meaning and span.meaning.kind == "spinal" for span in spans):
        for span in spans:
            regions |= span.meaning.regions if span.meaning else 0
    return regions


def _names(regions: int) -> tuple[str, ...]:
    return tuple(regions_text(regions).split("|")) if regions else ()


def _contrast(spans: list[Span[_Word]]) -> str | None:
    found = {span.meaning.contrast for span in spans if span.meaning and span.meaning.contrast}
    return "both" if len(found) > 1 else _one(found)


def _one(values: set[str]) -> str | None:
    return values.pop() if len(values) == 1 else None


def _kind(spans: list[Span[_Word]], modality: Modality | None) -> StudyKind:
    kinds = {span.meaning.kind for span in spans if span.meaning}
    for kind in _LEADING_KINDS:
        if kind.value in kinds:
            return kind
    if "other_modality" in kinds or ("nuclear" in kinds and modality not in _NUCLEAR):
        return StudyKind.OTHER_MODALITY
    return StudyKind.STUDY if modality else StudyKind.UNKNOWN


def _is_unread(span: Span[_Word], modality: Modality | None, regions: int) -> bool:
    """Return whether a span could change what the study is: an unknown word, or a vague one that nothing settles."""
    if span.meaning is None:
        return True
    kind = span.meaning.kind
    if kind == "limits":
        return modality is not Modality.ECHO
    if kind == "spinal":
        return not regions & (SPINE | REGIONS["sacrum"])
    if kind == "beside_spine":
        return not regions & REGIONS["thoracic_spine"]
    if kind == "vague":
        limbs = REGIONS["upper_extremity"] | REGIONS["lower_extremity"]
        return span.text in ("thoracic", "torso", "trunk") or not regions & limbs
    return False


@cache
def _phrases() -> Phrases[_Word]:
    def meaning(row: dict[str, str]) -> _Word:
        regions = 0
        for name in parts(row["regions"]):
            regions |= REGIONS[name]
        modality = Modality(row["modality"]) if row["modality"] else None
        return _Word(modality, regions, row["contrast"], row["side"], row["kind"])

    return Phrases.of_rows(read_table("study_words"), meaning)
