"""The imaging of each case: the studies that show its regions, and the latest of all of them (whole cohorts)."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import MODALITIES
from spine_vigil.scheduler.rules.schedules import DAYS_OF_A_ROUND
from spine_vigil.scheduler.rules.studies import Study

_FAR = 1 << 20
"""More than any day number, so that a packed day is never negative."""

_KIND = ("protocol", "primary_site", "modality", "regions")


def with_imaging(cases: pl.DataFrame, shown: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Add `imaging` and `own` to cases: the latest performed imaging of all regions of the schedule (null: none).

    `imaging` is the date of its round, `own` that of the study itself. `cases` needs `case`, `schedule`, `primary_site`
    and `starts` (null without an index date, which has no imaging). `shown` is the result of `shown_studies`.
    """
    asked = cases.select("schedule", "primary_site").unique().rows()
    counts = pl.DataFrame(
        [(s, site, tables.schedules[s].study.regions_for(site).bit_count()) for s, site in asked],
        schema={"schedule": pl.Int32, "primary_site": pl.Int32, "regions_asked": pl.UInt32},
        orient="row",
    )
    asked_of = cases.join(counts, on=["schedule", "primary_site"], how="left", nulls_equal=True)
    performed = shown.filter("was_performed").join(cases.select("case", "schedule", "starts"), on="case", how="inner")
    performed = performed.filter(pl.col("date") >= pl.col("starts"))
    latest = performed.group_by("case", "region").agg(own=pl.col("date").max())
    complementing = [number for number, schedule in enumerate(tables.schedules) if schedule.complements]
    latest = with_rounds(latest, performed.filter(pl.col("schedule").is_in(complementing)), on="case")
    # The oldest round decides, and of two equally old ones the earlier study.
    packed = (
        (pl.col("imaging") + _FAR).cast(pl.Int64) * (DAYS_OF_A_ROUND + 1) + pl.col("own") - pl.col("imaging")
    ).min()
    oldest = latest.group_by("case").agg(oldest=packed, regions=pl.len())
    oldest = oldest.join(asked_of.select("case", "regions_asked"), on="case", how="inner")
    oldest = oldest.filter(pl.col("regions") == pl.col("regions_asked"))
    day = (pl.col("oldest") // (DAYS_OF_A_ROUND + 1) - _FAR).cast(pl.Int32)
    oldest = oldest.select("case", imaging=day, own=day + (pl.col("oldest") % (DAYS_OF_A_ROUND + 1)).cast(pl.Int32))
    return cases.join(oldest, on="case", how="left", maintain_order="left")


def with_rounds(studies: pl.DataFrame, performed: pl.DataFrame, *, on: str) -> pl.DataFrame:
    """Add `imaging` to studies: the date of the round of each, of several on one day the later one (rules 4).

    `studies` have `region` and their date as `own`; `performed` are all studies (`region`, `date`, `modality`) of
    schedules whose modalities complement each other. `on` is the column that tells apart to what both belong.
    """
    if performed.is_empty():
        return studies.with_columns(imaging="own")
    keys = [on, "region"]
    complementing = performed.select(*keys, "date", "modality").unique()
    each = complementing.join(studies.select(*keys, date="own"), on=[*keys, "date"], how="semi")
    pairs = each.join(complementing, on=keys, how="inner", suffix="_before")
    back = pl.col("date") - pl.col("date_before")
    is_round = (pl.col("modality_before") != pl.col("modality")) & back.is_between(1, DAYS_OF_A_ROUND)
    of_each = [*keys, "date", "modality"]
    began = pairs.filter(is_round).group_by(of_each).agg(began=pl.col("date_before").min())
    rounds = each.join(began, on=of_each, how="left")
    rounds = rounds.group_by(*keys, own="date").agg(imaging=pl.coalesce("began", "date").max())
    return studies.join(rounds, on=[*keys, "own"], how="left").with_columns(
        pl.coalesce("imaging", "own").alias("imaging")
    )


def shown_studies(courses: pl.DataFrame, studies: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Return every study once for each schedule and region that it shows.

    `courses` needs `course`, `number`, `protocol` and `primary_site`; `studies` are those of DuePatients. All studies
    of a patient count, whatever protocol their rows name. The columns are `case` (see `case_number`), `region`, `date`,
    `modality` and `was_performed`.
    """
    events = studies.join(courses.select("course", "number", "protocol", "primary_site"), on="number", how="inner")
    matches = pl.DataFrame(
        [(*kind, *match) for kind in events.select(_KIND).unique().rows() for match in _matches(tables, *kind)],
        schema={**dict.fromkeys(_KIND, pl.Int32), "schedule": pl.Int32, "region": pl.Int32},
        orient="row",
    )
    return events.join(matches, on=_KIND, how="inner", nulls_equal=True).select(
        "region", "date", "modality", "was_performed", case=case_number(tables)
    )


def case_number(tables: RuleTables) -> pl.Expr:
    """Return the number of a case, by its course and schedule."""
    return pl.col("course").cast(pl.Int64) * len(tables.schedules) + pl.col("schedule")


@lru_cache(maxsize=1 << 16)
def _matches(
    tables: RuleTables, protocol: int, site: int | None, modality: int, regions: int
) -> tuple[tuple[int, int], ...]:
    """Return the schedules, each with the regions, that a kind of study shows under a course.

    The partitions of a cohort have the same few thousand kinds.
    """
    study = Study(MODALITIES[modality], regions)
    return tuple(
        (number, region)
        for number in (tables.protocol == protocol).nonzero()[0].tolist()
        for region in region_bits(tables.schedules[number].study.shared_regions(study, site))
    )


def region_bits(regions: int) -> list[int]:
    """Return the numbers of the bits of a set of regions."""
    return [bit for bit in range(regions.bit_length()) if regions >> bit & 1]
