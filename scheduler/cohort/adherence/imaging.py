"""The imaging of schedules over time: after each day of a study, what all regions of a schedule show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import Ints
from spine_vigil.scheduler.cohort.due.imaging import region_bits, with_rounds
from spine_vigil.scheduler.cohort.history.rows import DAY_BITS, DAY_ZERO, distinct, is_first_of_run, with_day
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables

_BACK = 64
"""More than the days of a round: the factor that packs its first day and a study's distance from it."""


@dataclass(frozen=True, slots=True)
class Imaging:
    """The imaging of stretches (by place), in order; reference dates and days ascend within a stretch.

    `reference` is the date from which the next window opens, `own` that from which it closes, `complete` the day on
    which all regions of the schedule had been shown.
    """

    stretch: NDArray[np.int64]
    reference: Ints
    own: Ints
    complete: Ints


def imaging_of(stretches: pl.DataFrame, shown: pl.DataFrame, tables: RuleTables) -> Imaging:
    """Return the performed imaging of stretches, up to their last day followed.

    `stretches` are those of stretches.py, with their place as `stretch`; `shown` is the result of `shown_studies`
    (due/imaging.py).
    """
    wanted = stretches.select("case", "stretch", "starts", "followed")
    performed = shown.filter("was_performed").join(wanted, on="case", how="inner")
    performed = performed.filter(pl.col("date").is_between("starts", "followed")).drop("was_performed")
    asked = _regions_asked(stretches, tables)
    of_one_region = np.bincount(asked["stretch"].to_numpy(), minlength=len(stretches)) == 1
    is_plain = of_one_region & ~tables.complements.take(stretches["schedule"].to_numpy())
    one_by_one = pl.Series(is_plain[performed["stretch"].to_numpy()])
    plain = performed.filter(one_by_one)
    key = distinct(with_day(plain["stretch"].to_numpy(), plain["date"].to_numpy()))
    imaging = Imaging(*_unpacked(key))
    others = performed.filter(~one_by_one)
    return imaging if others.is_empty() else _joined(imaging, _by_regions(others, stretches, asked, tables))


def _unpacked(key: NDArray[np.int64]) -> tuple[NDArray[np.int64], Ints, Ints, Ints]:
    day = ((key & ((1 << DAY_BITS) - 1)) - DAY_ZERO).astype(np.int32)
    return key >> DAY_BITS, day, day, day


def _regions_asked(stretches: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Return `stretch` and `region` for every region that the schedule of a stretch asks for."""
    kinds = stretches.select("schedule", "primary_site").unique().rows()
    rows = [
        (schedule, site, bit)
        for schedule, site in kinds
        for bit in region_bits(tables.schedules[schedule].study.regions_for(site))
    ]
    asked = pl.DataFrame(
        rows, schema={"schedule": pl.Int32, "primary_site": pl.Int32, "region": pl.Int32}, orient="row"
    )
    found = stretches.select("stretch", "schedule", "primary_site").join(
        asked, on=["schedule", "primary_site"], how="inner", nulls_equal=True
    )
    return found.select("stretch", "region").sort("stretch", "region")


def _joined(first: Imaging, second: Imaging) -> Imaging:
    """Return the imaging of different stretches in one order."""
    stretch = np.concatenate([first.stretch, second.stretch])
    order = np.argsort(stretch, kind="stable")
    columns = (
        np.concatenate([getattr(part, name) for part in (first, second)])[order]
        for name in ("reference", "own", "complete")
    )
    return Imaging(stretch[order], *columns)


def _by_regions(performed: pl.DataFrame, stretches: pl.DataFrame, asked: pl.DataFrame, tables: RuleTables) -> Imaging:
    """Return the imaging of schedules of several regions, or whose modalities complement each other.

    The latest study of each region counts, with the date of its round; the oldest of the regions decides.
    """
    key = distinct(_with_region(performed, "date"))
    of_region, own, _, _ = _unpacked(key)
    began = own.copy()
    is_complement = tables.complements.take(stretches["schedule"].to_numpy())[performed["stretch"].to_numpy()]
    complementing = performed.filter(pl.Series(is_complement))
    each = complementing.select("stretch", "region", own="date").unique()
    in_rounds = with_rounds(each, complementing, on="stretch")
    began[np.searchsorted(key, _with_region(in_rounds, "own"))] = in_rounds["imaging"].to_numpy()

    days = distinct(with_day(of_region // _REGIONS, own))
    stretch, day, _, _ = _unpacked(days)
    wanted = asked["stretch"].to_numpy()
    first, behind = (np.searchsorted(wanted, stretch, side=side) for side in ("left", "right"))
    count = behind - first
    state = np.repeat(np.arange(len(days)), count)
    place = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(len(state))
    group = stretch[state] * _REGIONS + asked["region"].to_numpy()[place]
    at = np.searchsorted(key, with_day(group, day[state]), side="right") - 1
    is_shown = (at >= 0) & (of_region[at] == group)
    none = np.iinfo(np.int64).min
    packed = np.where(is_shown, began[at].astype(np.int64) * _BACK + own[at] - began[at], none)
    oldest = np.minimum.reduceat(packed, np.cumsum(count) - count)
    is_whole = oldest != none
    stretch, complete, oldest = stretch[is_whole], day[is_whole], oldest[is_whole]
    reference = oldest // _BACK
    own_day = (reference + oldest % _BACK).astype(np.int32)
    return _once_each(stretch, _never_back(stretch, reference), own_day, complete)


_REGIONS = 32
"""More than the bits of any set of regions."""


def _with_region(studies: pl.DataFrame, day: str) -> NDArray[np.int64]:
    """Return keys that pack stretch, region and a day."""
    stretch, region, of = (studies[name].to_numpy() for name in ("stretch", "region", day))
    return with_day(stretch.astype(np.int64) * _REGIONS + region, of)


def _never_back(stretch: NDArray[np.int64], reference: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return reference dates of which none lies before an earlier one of its stretch."""
    room = np.int64(1) << DAY_BITS
    days: NDArray[np.int64] = np.maximum.accumulate(stretch * room + reference + DAY_ZERO)
    return days - stretch * room - DAY_ZERO


def _once_each(stretch: NDArray[np.int64], reference: NDArray[np.int64], own: Ints, complete: Ints) -> Imaging:
    """Return each reference date of a stretch once, complete on its first day, with the latest own date of its days."""
    key = with_day(stretch, reference.astype(np.int32))
    first = is_first_of_run(key).nonzero()[0]
    day = reference[first].astype(np.int32)
    latest = np.maximum.reduceat(own, first) if len(first) else own
    return Imaging(stretch[first], day, np.maximum(latest, day), complete[first])
