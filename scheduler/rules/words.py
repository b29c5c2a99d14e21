"""Intervals, index dates, studies, dates and numbers of days in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from spine_vigil.scheduler.rules.dates import Duration, span_text
from spine_vigil.scheduler.rules.index_dates import Joined
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Schedule
from spine_vigil.scheduler.rules.studies import SPINE, Place, StudyPattern, modality_names, regions_text


def days_text(count: int) -> str:
    """Return a number of days in words: `1 day`, `9 days`."""
    return "1 day" if count == 1 else f"{count} days"


def rule_text(schedule: Schedule, number: int, *, blended: bool = False) -> str:
    """Return the interval of a timed phase in words; `blended` where the next phase's interval moved a bound."""
    phase = schedule.phases[number]
    text = _interval_text(phase)
    if blended:
        text += f", then {_interval_text(schedule.phases[number + 1])}"
    return text


def _interval_text(phase: Phase) -> str:
    if phase.low is None or phase.high is None:  # pragma: no cover - only timed phases have windows
        raise AssertionError(phase)
    if phase.kind is PhaseKind.EVERY:
        return f"at least every {phase.high}" if phase.low.count == 0 else f"every {span_text(phase.low, phase.high)}"
    if phase.high.count == 0:
        return f"once, from {Duration(-phase.low.count, phase.low.unit)} before to the day itself"
    if phase.low.count == 0:
        return f"once, from the day itself to {phase.high} after"
    return f"once after {span_text(phase.low, phase.high)}"


def index_kinds_text(schedule: Schedule) -> str:
    """Return the index dates of a schedule in words, in order of preference."""
    choices = (choice.kinds if isinstance(choice, Joined) else (choice,) for choice in schedule.index)
    return ", else ".join(" or ".join(kind.words for kind in kinds) for kinds in choices)


def study_words(study: StudyPattern, site: int | None = None) -> str:
    """Return the study that a schedule asks for in words, for a patient with this primary site (None: unknown).

    `CT or MRI of the pelvis` where the schedule images the primary site, and that is the pelvis. All of its regions are
    named: a study of one of them is not the whole of it.
    """
    modalities = ["any modality"] if study.modalities is None else modality_names(study.modalities)
    places = [words for place in study.places if (words := _place_words(place, site))]
    where = "any region" if Place.ANYWHERE in study.places else f"the {_listed(list(dict.fromkeys(places)), 'and')}"
    return f"{_listed(modalities, 'or')} of {where}"


def _place_words(place: str | Place, site: int | None) -> str:
    """Return a region of a rule in words; empty for a spinal primary site where the primary site is elsewhere."""
    if not isinstance(place, Place):
        return region_words(place)
    if place is Place.SPINAL_PRIMARY_SITE and site is not None and site & ~SPINE:
        return ""
    return place.value.replace("_", " ") if site is None else region_words(regions_text(site))


def region_words(regions: str) -> str:
    """Return regions as files write them in words: `lower extremity`."""
    return _listed(regions.replace("_", " ").split("|"), "and")


def _listed(things: Sequence[str], last: str) -> str:
    """Return things in a list: `a, b and c`."""
    return f" {last} ".join(filter(None, [", ".join(things[:-1]), things[-1]]))


def dates_text(first: date, last: date) -> str:
    """Return the days from `first` to `last` in words; one day alone where both are the same."""
    return f"{first}" if first == last else f"{first} to {last}"


def counted(number: int, noun: str) -> str:
    """Return a number of things in words: `1 row`, `1,200 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
