"""Cases that ask for an index date for which no request would be asked (whole cohorts; rules 6.3)."""

from __future__ import annotations

import polars as pl

from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.cohort.arrays import gather
from spine_vigil.scheduler.cohort.due.rules import STATUSES
from spine_vigil.scheduler.cohort.tables.numbering import fact_values
from spine_vigil.scheduler.cohort.tables.rule_tables import TRUE, RuleTables
from spine_vigil.scheduler.rules.studies import shown_regions


def without_skipped(cases: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Return cases without those that lack an index date while other schedules of the course speak for their studies.

    `cases` have their status. A schedule speaks that says anything else than that it has ended, or that its own index
    date is not known; those that speak have to accept every study of the one that is left out.
    """
    is_status = {name: pl.col("status") == STATUSES.index(name) for name in (DueStatus.NEEDS_INFO, DueStatus.ENDED)}
    lacks_index = is_status[DueStatus.NEEDS_INFO] & pl.col("index_unknown") & ~pl.col("when_unknown")
    lacking = cases.filter(lacks_index)
    if lacking.is_empty():
        return cases
    or_fact = cases.select(gather(tables.or_fact, pl.col("schedule"))).to_series().to_numpy()
    has_extra = pl.Series(fact_values(cases["facts"].to_numpy(), or_fact) == TRUE)
    speaking = cases.filter(~lacks_index & (~is_status[DueStatus.ENDED] | has_extra))
    pairs = lacking.select("case", "course", "schedule", "primary_site").join(
        speaking.select("course", other="schedule"), on="course", how="inner"
    )
    keys = ["schedule", "other", "primary_site"]
    accepted = pl.DataFrame(
        [(*pair, modality) for pair in pairs.select(keys).unique().rows() for modality in _accepted(pair, tables)],
        schema={**dict.fromkeys(keys, pl.Int32), "modality": pl.String},
        orient="row",
    )
    modalities = pl.Series([len(s.study.modalities or (None,)) for s in tables.schedules], dtype=pl.UInt32)
    shown = (
        pairs.join(accepted, on=keys, how="inner", nulls_equal=True)
        .group_by("case", "schedule")
        .agg(accepted=pl.col("modality").n_unique())
    )
    skipped = shown.filter(pl.col("accepted") == gather(modalities, pl.col("schedule")))
    return cases.join(skipped, on="case", how="anti", maintain_order="left")


def _accepted(pair: tuple[int, int, int | None], tables: RuleTables) -> list[str]:
    """Return the modalities of a schedule by which a study of all its regions matches another one."""
    (schedule, other), site = (tables.schedules[number].study for number in pair[:2]), pair[2]
    if not other.regions_for(site) & shown_regions(schedule.regions_for(site)):
        return []
    if schedule.modalities is None:
        return ["any"] if other.modalities is None else []
    return [modality.value for modality in schedule.modalities if other.accepts(modality)]
