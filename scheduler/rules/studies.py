"""Imaging studies: modalities, regions as sets of atomic regions, and which study fits which rule."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from spine_vigil.scheduler.errors import RuleError, UnknownName, ValueProblem
from spine_vigil.scheduler.values import Frozen


class Modality(Enum):
    """An imaging technique; the value is its name in files."""

    MRI = "MRI"
    CT = "CT"
    PET_CT = "PET/CT"
    PET_MRI = "PET/MRI"
    SPECT = "SPECT"
    SPECT_CT = "SPECT/CT"
    ECHO = "ECHO"
    OTHER = "another study"
    """Imaging that the edition does not know; no rule accepts it, and no file names it."""


NAMED_MODALITIES = tuple(modality for modality in Modality if modality is not Modality.OTHER)
"""The modalities that a file may name."""


def modality_names(modalities: Iterable[Modality]) -> list[str]:
    """Return modalities as files write them, in alphabetical order."""
    return sorted(modality.value for modality in modalities)


ATOMIC_REGIONS = (
    "brain",
    "pituitary",
    "neck",
    "cervical_spine",
    "thoracic_spine",
    "lumbar_spine",
    "sacrum",
    "chest",
    "abdomen",
    "pelvis",
    "rectum",
    "heart",
    "upper_extremity",
    "lower_extremity",
    "skull",
)
BITS = {name: 1 << number for number, name in enumerate(ATOMIC_REGIONS)}
UNKNOWN_SITE = 1 << len(ATOMIC_REGIONS)
"""The primary site of a patient where it is unknown: only a whole-body study is sure to show it."""

_ALL = UNKNOWN_SITE - 1
SPINE = BITS["cervical_spine"] | BITS["thoracic_spine"] | BITS["lumbar_spine"]
REGIONS = {**BITS, "total_spine": SPINE, "whole_body": _ALL}
"""Every region that a file may name, as a set of atomic regions (one bit each)."""

_BESIDES = {"pelvis": BITS["rectum"] | BITS["sacrum"], "brain": BITS["pituitary"]}
"""The regions that a study of a region shows in addition."""

CONTRASTS = {
    "without": "all images are made without contrast",
    "with": "all images are made with contrast",
    "both": "some images are made without contrast, and some with it",
}
"""The contrasts that a billing code can fix, with what each means."""


class Study(Frozen):
    """One imaging study: a modality and the regions it names.

    `regions` is the set of atomic regions named, `shown` that set with all regions that such a study shows in addition;
    both are bit sets over ATOMIC_REGIONS, `shown` with UNKNOWN_SITE for a whole body.
    """

    modality: Modality
    regions: int

    @property
    def shown(self) -> int:
        """The atomic regions that the images show."""
        return shown_regions(self.regions)

    def __str__(self) -> str:
        return f"{self.modality.value} {regions_text(self.regions)}"


def shown_regions(regions: int) -> int:
    """Return `regions` with those that a study of them shows too (pelvis: rectum and sacrum; brain: pituitary)."""
    if regions == _ALL:
        return _ALL | UNKNOWN_SITE
    shown = regions
    for name, besides in _BESIDES.items():
        if regions & BITS[name]:
            shown |= besides
    return shown


def regions_text(regions: int) -> str:
    """Return a bit set of regions as files write it: `abdomen|pelvis`, `total_spine`, `whole_body`."""
    if regions == _ALL:
        return "whole_body"
    names = [name for name, bit in BITS.items() if regions & bit]
    if regions & SPINE == SPINE:
        names = [n for n in names if not BITS[n] & SPINE] + ["total_spine"]
    return "|".join(names)


def parse_modality(text: str) -> Modality:
    """Read a modality, in any case. Raises UnknownName."""
    try:
        return Modality(text.strip().upper())
    except ValueError:
        raise _unknown("modality", text, [m.value for m in NAMED_MODALITIES]) from None


def parse_regions(text: str) -> int:
    """Read one or more regions joined by `|`, in any case, as a bit set. Raises UnknownName or ValueProblem."""
    regions = 0
    for part in text.split("|"):
        name = part.strip().lower()
        if not name:
            raise ValueProblem(f"region '{text}' has an empty part; join regions by a single |")
        if name not in REGIONS:
            raise _unknown("region", part, REGIONS)
        regions |= REGIONS[name]
    return regions


def parse_site(text: str) -> int:
    """Read a primary site (one region), in any case, as a bit set. Raises UnknownName."""
    name = text.strip().lower()
    if name not in REGIONS:
        raise _unknown("primary site", text, REGIONS)
    return REGIONS[name]


def _unknown(kind: str, text: str, known: Iterable[str]) -> UnknownName:
    """Return the error for an unknown modality, region or primary site."""
    from spine_vigil.scheduler.rules.study_names import STUDY_NAMES  # needed for messages alone

    return UnknownName(kind, text.strip(), known, STUDY_NAMES)


class Place(Enum):
    """A region of a rule that depends on the patient."""

    PRIMARY_SITE = "primary_site"
    SPINAL_PRIMARY_SITE = "spinal_primary_site"
    ANYWHERE = "any"


class StudyPattern(Frozen):
    """The studies that a schedule accepts: any of `modalities` (None: every one) at any of `places`.

    Each of `places` is the name of a region, or a Place, which depends on the patient. Contrast never decides.
    """

    modalities: frozenset[Modality] | None
    places: tuple[str | Place, ...]

    def __post_init__(self) -> None:
        if self.modalities is not None and not self.modalities:
            raise RuleError("a study pattern needs at least one modality")
        if not self.places:
            raise RuleError("a study pattern needs at least one region")
        for place in self.places:
            if not isinstance(place, Place) and place not in REGIONS:
                raise UnknownName("region", place, REGIONS)

    def accepts(self, modality: Modality) -> bool:
        """Return whether a study of this modality can fit."""
        return modality is not Modality.OTHER if self.modalities is None else modality in self.modalities

    def regions_for(self, site: int | None) -> int:
        """Return the atomic regions of the rule for a patient with this primary site (None: unknown)."""
        regions = 0
        for place in self.places:
            if place is Place.ANYWHERE:
                regions |= _ALL
            elif place is Place.PRIMARY_SITE:
                regions |= UNKNOWN_SITE if site is None else site
            elif place is Place.SPINAL_PRIMARY_SITE:
                regions |= site if site is not None and not site & ~SPINE else 0
            else:
                regions |= REGIONS[place]
        return regions

    def shared_regions(self, study: Study, site: int | None) -> int:
        """Return the regions that the study and the rule share; 0 where the study does not fit."""
        return self.regions_for(site) & study.shown if self.accepts(study.modality) else 0

    def may_fit(self, study: Study, site: int | None) -> bool:
        """Return whether any primary site would make the study fit, where the site is unknown."""
        if site is not None or not self.accepts(study.modality):
            return False
        if Place.PRIMARY_SITE in self.places:
            return True
        return Place.SPINAL_PRIMARY_SITE in self.places and bool(study.shown & SPINE)

    def __str__(self) -> str:
        what = "any modality" if self.modalities is None else " or ".join(modality_names(self.modalities))
        where = " or ".join(p.value if isinstance(p, Place) else p for p in self.places).replace("_", " ")
        return f"{what} of the {where}" if where != "any" else f"{what} of any region"


def study(*modalities: Modality, at: str | Place | tuple[str | Place, ...]) -> StudyPattern:
    """Return the pattern of studies by any of `modalities` (none given: all) at a region or at any of several."""
    return StudyPattern(frozenset(modalities) or None, at if isinstance(at, tuple) else (at,))
