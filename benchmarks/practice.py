"""Distributions of clinical practice for generated cohorts: kinds of patients, and how closely they keep to a schedule.

Every table has SIDES entries (or SIDES for each key), so that a die with SIDES sides selects an entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Protocol, Schedule
from spine_vigil.scheduler.rules.studies import Modality, Place

SIDES = 4_096
"""Number of sides of a die."""

STUDY_SIDES = 64
"""Number of studies that a visit selects from; fewer than SIDES, since each protocol, site and clock has a table."""

CLOCKS = 3
"""The most schedules of a protocol that the visits of a patient alternate between."""

VISITS = 48
"""Number of visits of a schedule in the tables."""


def weighted(choices: Mapping[object, float], dtype: pl.DataType, sides: int = SIDES) -> pl.Series:
    """Return a table of choices, each in proportion to its weight; the last one fills what rounding leaves."""
    total, reached, values = sum(choices.values()), 0.0, []
    for choice, weight in choices.items():
        reached += weight
        values += [choice] * (round(sides * reached / total) - len(values))
    return pl.Series(values, dtype=dtype)


EVENTS = weighted(
    {1: 5, 2: 6, 3: 8, 4: 9, 5: 9, 6: 10, 7: 9, 8: 8, 9: 7, 10: 6, 12: 8, 14: 5, 16: 4, 20: 3, 24: 2, 32: 1}, pl.Int32()
)
"""Number of events of a patient: 8 on average."""

JITTER = weighted(
    {
        **dict.fromkeys(range(-4, 7), 6.8),  # most studies are within days of their date
        **dict.fromkeys(range(-70, -11, 2), 0.25),
        **dict.fromkeys(range(10, 121, 3), 0.45),
    },
    pl.Int32(),
)
"""Days between a study and the date in its schedule."""

STATUSES = weighted({"performed": 84, "scheduled": 6, "requested": 6, "cancelled": 4}, pl.String())
STATUSES_OF_LAST = weighted({"performed": 34, "scheduled": 24, "requested": 32, "cancelled": 4, None: 6}, pl.String())

SITE_NAMES = (
    None, "cervical_spine", "thoracic_spine", "lumbar_spine", "sacrum", "pelvis", "lower_extremity", "upper_extremity"
)  # fmt: skip
SITES = weighted(dict(zip(range(len(SITE_NAMES)), (4, 26, 18, 18, 8, 10, 12, 4), strict=True)), pl.Int32())

WORDS = {
    "symptoms_new_or_progressing": weighted({"true": 4, "false": 21, None: 75}, pl.String()),
    "clinically_indicated": weighted({"true": 5, "no": 10, None: 85}, pl.String()),
    "high_grade": weighted({"Y": 3, "N": 9, None: 88}, pl.String()),
    "carcinoid_heart_disease": weighted({"true": 2, "false": 6, None: 92}, pl.String()),
    "calcium_rising": weighted({"1": 2, "0": 4, None: 94}, pl.String()),
}
"""Texts of the facts that schedules need; in most rows they are not documented."""

WRITTEN = weighted({0: 70, 1: 14, 2: 16}, pl.Int32())
"""How a row names its study: by modality and region (0), by billing code only (1), or by both (2)."""

COMMON = {
    None: 30,
    "cns.brain_metastases": 170,
    "cns.glioblastoma": 90,
    "cns.astrocytoma.grade2.surgery": 25,
    "cns.oligodendroglioma.grade2.rt_and_chemo": 20,
    "cns.leptomeningeal_metastases": 35,
    "cns.meningioma": 20,
    "cns.vertebral_metastases": 25,
    "bone.osteosarcoma": 70,
    "bone.chordoma": 45,
    "bone.ewing_sarcoma": 45,
    "bone.giant_cell_tumor": 30,
    "bone.chondrosarcoma.other": 40,
    "neuroendocrine.gi_thymus_resected": 90,
    "neuroendocrine.lung_thymus_resected": 40,
    "neuroendocrine.pancreas_resected": 50,
    "neuroendocrine.appendix_small": 15,
    "neuroendocrine.rectal_small": 25,
    "occult_primary": 20,
}
"""Weights of common protocols, about patients in a thousand (None: patients without cancer surveillance)."""

RARE = 5
"""The weight of every other protocol of the edition."""

OFF_PROTOCOL = (("MRI", "cervical_spine"), ("CT", "chest"), ("MRI", "total_spine"), ("CT", "abdomen|pelvis"))
"""Studies that are requested independently of the schedule."""

FIRST_VISIT = weighted({0: 70, 1: 10, 2: 7, 3: 5, 5: 5, 8: 3}, pl.Int32())
"""The number of a patient's first visit in the rows; earlier visits took place elsewhere and have no row."""

LAST_DAY = 20_600
"""The last day of a cohort, as days since 1970-01-01: in May 2026."""

_DAYS_OF_MONTH = 30.44


class Practice:
    """The tables derived from an edition, by the number of a protocol (the number after the last one: no protocol)."""

    def __init__(self, edition: Edition) -> None:
        protocols: list[Protocol | None] = [*edition.protocols, None]
        self.names = pl.Series([p.id if p else None for p in protocols], dtype=pl.String)
        numbers = {p.id if p else None: number for number, p in enumerate(protocols)}
        self.protocol = weighted({number: COMMON.get(name, RARE) for name, number in numbers.items()}, pl.Int32())
        clocks = [_clocks(p) for p in protocols]
        self.clocks = pl.Series([len(schedules) for schedules in clocks], dtype=pl.Int32)
        self.has_site = pl.Series([_has_site(p) for p in protocols], dtype=pl.Boolean)
        visit_days = [day for schedules in clocks for day in _visit_days(schedules[0])]
        self.visit_day = pl.Series(visit_days, dtype=pl.Int32)
        is_glioblastoma = [bool(p and "glioblastoma" in p.id) for p in protocols]
        self.operated = pl.Series([3_900 if _counts_from_surgery(p) else 1_900 for p in protocols], dtype=pl.UInt64)
        self.irradiated = pl.Series([3_400 if is_one else 600 for is_one in is_glioblastoma], dtype=pl.UInt64)
        self.after_relapse = pl.Series([numbers[_after_relapse(p, edition)] for p in protocols], dtype=pl.Int32)
        self._lay_out_studies(clocks, edition)

    def _lay_out_studies(self, clocks: Sequence[Sequence[Schedule | None]], edition: Edition) -> None:
        """Make the table `study` by protocol, site, clock and side, and the names of studies in each way of writing."""
        met: dict[tuple[str, str], int] = {}
        study: list[int] = []
        for schedules in clocks:
            for site in SITE_NAMES:
                for clock in range(CLOCKS):
                    chosen = _studies(schedules[min(clock, len(schedules) - 1)], site)
                    study += [met.setdefault(one, len(met)) for one in chosen]
        self.study = pl.Series(study, dtype=pl.Int32)
        codes = {(c.modality.value, "|".join(c.regions)): c.code for c in reversed(edition.cpt_codes) if c.regions}
        names = {
            "modality": [(modality, None, modality) for modality, _ in met],
            "region": [(region, None, region) for _, region in met],
            "cpt": [(None, codes.get(one), codes.get(one)) for one in met],
        }
        without_code = [one not in codes for one in met]
        self.written: dict[str, pl.Series] = {}
        for column, of_studies in names.items():
            texts = [
                ways[0] if bare else way for ways, bare in zip(of_studies, without_code, strict=True) for way in ways
            ]
            self.written[column] = pl.Series(texts, dtype=pl.String)


def _clocks(protocol: Protocol | None) -> list[Schedule | None]:
    """Return the schedules that a patient's visits alternate between: those with intervals, else the first."""
    if protocol is None or not protocol.schedules:
        return [None]
    timed = [s for s in protocol.schedules if any(p.kind is PhaseKind.EVERY for p in s.timed_phases)]
    return list((timed or protocol.schedules)[:CLOCKS])


def _has_site(protocol: Protocol | None) -> bool:
    places = {place for s in protocol.schedules for place in s.study.places} if protocol else set()
    return bool(places & {Place.PRIMARY_SITE, Place.SPINAL_PRIMARY_SITE})


def _counts_from_surgery(protocol: Protocol | None) -> bool:
    return bool(protocol and any(s.index_kinds[0] is IndexKind.SURGERY for s in protocol.schedules))


def _after_relapse(protocol: Protocol | None, edition: Edition) -> str | None:
    """Return the protocol of a patient after progression."""
    if protocol is None:
        return None
    recurrent = ".".join([*protocol.id.split(".")[:2], "recurrent"])
    return recurrent if recurrent in edition.protocols_by_id else protocol.id


def _visit_days(schedule: Schedule | None) -> list[int]:
    """Return the day of each visit since the index date, for a patient who keeps to the middle of every interval."""
    day, visits = 0.0, []
    phases = list(schedule.timed_phases) if schedule else []
    for _ in range(VISITS):
        while phases and phases[0].end is not None and day >= phases[0].end.nominal_days - 15:
            phases.pop(0)
        day = _next_visit(phases[0], day) if phases else day + 180
        visits.append(round(day * _DAYS_OF_MONTH / 30))
    return visits


def _next_visit(phase: Phase, day: float) -> float:
    if phase.low is None or phase.high is None:
        raise ValueError(f"'{phase}' gives no window")
    middle = (phase.low.nominal_days + phase.high.nominal_days) / 2
    return middle if phase.kind is PhaseKind.ONCE else day + middle


def _studies(schedule: Schedule | None, site: str | None) -> list[tuple[str, str]]:
    """Return the STUDY_SIDES studies that a visit selects from: most in the schedule, a few of others."""
    others = [OFF_PROTOCOL[side % len(OFF_PROTOCOL)] for side in range(5)]
    if schedule is None:
        return [OFF_PROTOCOL[side % len(OFF_PROTOCOL)] for side in range(STUDY_SIDES)]
    modalities = [m.value for m in Modality if schedule.study.modalities is None or m in schedule.study.modalities][:3]
    regions = "|".join(_regions(schedule.study.places, site))
    scheduled = [(modality, "whole_body" if modality == "PET/CT" else regions) for modality in modalities]
    spread = [scheduled[0]] * 3 + scheduled
    return [spread[side % len(spread)] for side in range(STUDY_SIDES - len(others))] + others


def _regions(places: Iterable[str | Place], site: str | None) -> list[str]:
    """Return the regions that a study of a schedule shows, with the patient's site for those that depend on it."""
    named = [place for place in places if isinstance(place, str)]
    if Place.PRIMARY_SITE in places or Place.ANYWHERE in places:
        return [site or "pelvis"]
    return named[:2]
