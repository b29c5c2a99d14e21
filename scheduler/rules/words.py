"""Intervals, index dates, studies, days and numbers of days in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from spine_vigil.scheduler.rules.dates import Duration, span_text
from spine_vigil.scheduler.rules.index_dates import Joined
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Schedule
from spine_vigil.scheduler.rules.studies import REGIONS, SPINE, Modality, Place, Study, StudyPattern, regions_text


def days_text(count: int) -> str:
    """Return a number of days in words: `1 day`, `9 days`."""
    return "1 day" if count == 1 else f"{count} days"


def grace_text(count: int) -> str:
    """Return the grace in words: `no grace`, `grace 9 days`."""
    return f"grace {days_text(count)}" if count else "no grace"


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return items as a list in a sentence: `brain`, `chest and abdomen`, `chest, abdomen and pelvis`."""
    return f" {last} ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else ""


def region_words(regions: int) -> str:
    """Return a set of regions in words: `the cervical spine`, `the abdomen and pelvis`, `the whole body`."""
    return f"the {listed([name.replace('_', ' ') for name in regions_text(regions).split('|')])}"


def study_words(study: Study) -> str:
    """Return a study in words: `MRI of the cervical spine`."""
    return f"{_MODALITY_WORDS.get(study.modality, study.modality.value)} of {region_words(study.regions)}"


def pattern_words(pattern: StudyPattern, site: int | None = None) -> str:
    """Return the studies that a schedule accepts in words: `CT or MRI of the pelvis`.

    The primary site is named where it is known.
    """
    modalities = sorted(pattern.modalities or (), key=lambda m: m.value)
    what = listed([_MODALITY_WORDS.get(m, m.value) for m in modalities], "or") or "any imaging"
    places = []
    for place in pattern.places:
        if place is Place.ANYWHERE:
            return f"{what} of any region"
        if place is Place.PRIMARY_SITE:
            places.append("the primary site" if site is None else region_words(site))
        elif place is Place.SPINAL_PRIMARY_SITE:
            is_spinal = site is not None and not site & ~SPINE
            places += [region_words(site)] if site is not None and is_spinal else []
        else:
            places.append(region_words(REGIONS[place]))
    return f"{what} of {listed(places)}"


_MODALITY_WORDS = {Modality.ECHO: "echocardiography"}


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


def dates_text(first: date, last: date) -> str:
    """Return the days from `first` to `last` in words: that day alone where both are one."""
    return f"{first}" if first == last else f"{first} to {last}"


def counted(number: int, noun: str) -> str:
    """Return a number of things in words: `1 row`, `1,200 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
