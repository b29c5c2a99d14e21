"""How much imaging patients had while they were followed, and the fewest studies that their schedules ask for."""

from __future__ import annotations

import numpy as np
import polars as pl

from spine_vigil.scheduler.cohort.adherence.chains import chains
from spine_vigil.scheduler.cohort.adherence.imaging import Imaging
from spine_vigil.scheduler.cohort.adherence.outcomes import condition_of_windows
from spine_vigil.scheduler.cohort.arrays import NEVER, NOWHERE
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
    done = done.filter(pl.col("date").is_between("since", "until")).select("number", modality=pl.col("modality"))
    asked = _asked(stretches, first, tables, days)
    counts = [_counts(rows, what) for what, rows in ((DONE, done), (ASKED, asked))]
    return {"burden": pl.concat(counts), "followed": followed}


def _asked(stretches: pl.DataFrame, first: int, tables: RuleTables, days: DayTable) -> pl.DataFrame:
    """Return the windows that close in the observation where every study is done on the last day of its window."""
    schedule, index, followed = (stretches[name].to_numpy() for name in ("schedule", "index", "followed"))
    windows = chains(schedule, index, followed, Imaging.none(), tables, days)
    value = condition_of_windows(windows, stretches, tables, days)
    is_asked = (windows.closes >= first) & (windows.closes <= np.minimum(followed[windows.stretch], windows.timed_end))
    is_asked &= (value == TRUE) | (value == NOWHERE)
    accepted = [s.study.modalities for s in tables.schedules]
    same = pl.Series([accepted.index(modalities) for modalities in accepted], dtype=pl.Int32)
    asked = windows.stretch[is_asked]
    return pl.DataFrame(
        {"number": stretches["number"].to_numpy()[asked], "modality": same.gather(pl.Series(schedule[asked]))}
    )


def _counts(rows: pl.DataFrame, what: int) -> pl.DataFrame:
    """Count rows by modality, and all together as -1."""
    both = pl.concat([rows.cast(pl.Int32), rows.with_columns(modality=pl.lit(-1)).cast(pl.Int32)])
    counts = both.group_by("modality").agg(
        studies=pl.len().cast(pl.Int64), patients=pl.col("number").n_unique().cast(pl.Int64)
    )
    return counts.select(pl.lit(what, dtype=pl.Int32).alias("what"), pl.all())
