"""The regions of a study of which a route does not speak (rules 8)."""

from __future__ import annotations

from spine_vigil.scheduler.rules.studies import BITS, REGIONS, Place, Study, StudyPattern, shown_regions

ELSEWHERE = "elsewhere"
"""The regions of a whole-body study of which a route does not speak."""


def undecided_by_schedule(study: Study, pattern: StudyPattern, site: int | None) -> tuple[str, ...]:
    """Return the regions named by a study that show none of a schedule's, for a patient with this primary site."""
    if Place.ANYWHERE in pattern.places:
        return ()
    return undecided(study, pattern.regions_for(site))


def undecided(study: Study, decided: int) -> tuple[str, ...]:
    """Return the regions named by a study that show none of the `decided` ones (a bit set), the spine by its parts."""
    if study.regions == REGIONS["whole_body"]:
        return (ELSEWHERE,)
    return tuple(name for name, bit in BITS.items() if study.regions & bit and not shown_regions(bit) & decided)
