"""How much imaging patients had while they were followed, and the fewest studies that their schedules ask for."""

from __future__ import annotations

import numpy as np
import polars as pl

from spine_vigil.scheduler.cohort.adherence.chains import unsatisfied
from spine_vigil.scheduler.cohort.adherence.outcomes import condition_of_windows
from spine_vigil.scheduler.cohort.adherence.tally import OfPatients, by_group
from spine_vigil.scheduler.cohort.arrays import NEVER, NOWHERE, Ints
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.rule_tables import TRUE, RuleTables

DONE, ASKED = 0, 1
"""Whether studies were done, or are the fewest that schedules ask for."""


def tally_burden(
    every: pl.DataFrame,
    stretches: pl.DataFrame,
    studies: pl.DataFrame,
    first: int,
    last: int,
    tables: RuleTables,
    days: DayTable,
) -> dict[str, pl.DataFrame]:
    """Count studies, done and asked for, by modality, and the days for which patients are followed.

    Patients are followed from the first index date of `every` stretch; `stretches` are those of schedules with windows.
    `studies` are those of `performed_studies`. A modality is its index (done), or the number of the first schedule that
    accepts the same modalities (asked); -1 stands for all.
    """
    spans = (
        every.group_by("number")
        .agg(pl.col("index").min(), pl.col("died").first(), pl.col("follow_up_ended").first())
        .with_columns(since=pl.max_horizontal("index", pl.lit(first)))
        .with_columns(until=pl.min_horizontal("died", "follow_up_ended", pl.lit(last, dtype=pl.Int32)))
        .filter(pl.col("since") <= pl.col("until"))
    )
    followed = spans.select(
        days=(pl.col("until") - pl.col("since") + 1).sum().cast(pl.Int64),
        patients=pl.len().cast(pl.Int64),
        without_end=(pl.min_horizontal("died", "follow_up_ended") == NEVER).sum().cast(pl.Int64),
    )
    done = studies.join(spans.select("number", "since", "until"), on="number", how="inner")
    done = done.filter(pl.col("date").is_between("since", "until"))
    number, modality = (done[name].to_numpy() for name in ("number", "modality"))
    counts = [
        _counts(DONE, number, modality, np.ones(len(done), np.int32)),
        _counts(ASKED, **_asked(stretches, first, tables, days)),
    ]
    return {"burden": pl.concat(counts), "followed": followed}


def _asked(stretches: pl.DataFrame, first: int, tables: RuleTables, days: DayTable) -> dict[str, Ints]:
    """Return how many windows of each stretch close in the observation, every study done on the last day of its window.

    `modality` is the number of the first schedule that accepts the same modalities.
    """
    schedule, index, followed = (stretches[name].to_numpy() for name in ("schedule", "index", "followed"))
    windows = unsatisfied(schedule, index, followed, tables, days)
    value = condition_of_windows(windows.stretch, windows.opens, stretches, tables, days)
    is_asked = (windows.closes >= first) & (windows.closes <= np.minimum(followed[windows.stretch], windows.timed_end))
    is_asked &= (value == TRUE) | (value == NOWHERE)
    accepted = [s.study.modalities for s in tables.schedules]
    same = np.array([accepted.index(modalities) for modalities in accepted], dtype=np.int32)
    studies = np.bincount(windows.stretch[is_asked], minlength=len(stretches))
    some = studies.nonzero()[0]
    number = stretches["number"].to_numpy()
    return {"number": number[some], "modality": same.take(schedule[some]), "studies": studies[some]}


def _counts(what: int, number: Ints, modality: Ints, studies: Ints) -> pl.DataFrame:
    """Count the studies of patients by modality, and all together as -1."""
    each = OfPatients.of(number, modality, studies[np.newaxis])
    every = each.in_groups(np.full_like(each.group, NOWHERE))
    counts = pl.concat([by_group("", of.group, {"studies": of.sums[0]}) for of in (each, every)])
    return counts.select(pl.lit(what, dtype=pl.Int32).alias("what"), pl.col("group").alias("modality"), *_COUNTED)


_COUNTED = ("studies", "patients")
