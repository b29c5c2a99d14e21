"""Reference days for a whole cohort: one sort of one packed key instead of a look back per row."""

from __future__ import annotations

import polars as pl

from scheduler.cohort.contexts import LANES_PER_SET, Contexts, Lanes
from scheduler.cohort.tables import NEVER, gather
from scheduler.columns import MODALITIES, STATUSES
from scheduler.reasons import Status
from scheduler.studies import shown_regions

HISTORY = {"patient": pl.UInt64, "context": pl.UInt32, "date": pl.Int32, "part": pl.UInt8}
"""What is kept of every judged row until all rows are known.

`patient` is a hash of the patient's id, `context` the number of its context, `date` a day number, `part` what the row
can serve as: performed study, booked one, or an add-on (see `part_of_rows`).
"""

REFERENCE_DAYS = {"reference": pl.Int32, "performed_reference": pl.Int32}
"""The reference day of a row under its schedule, and that by performed studies alone; null where there is none."""

REFERENCES = {"at": pl.UInt32, "schedule": pl.Int32, **REFERENCE_DAYS}
"""The same of rows that fit several schedules, one row each."""

_PERFORMED, _BOOKED, _ADD_ON = 1, 2, 4

_DAYS = 1 << 18
"""Room for a day in a packed key; days are shifted by half of it so that they are never negative."""


def part_of_rows() -> pl.Expr:
    """Return what the rows of a decoded frame can serve as; an add-on is no study of its own."""
    status = pl.col("status")
    performed, scheduled = STATUSES.index(Status.PERFORMED), STATUSES.index(Status.SCHEDULED)
    part = pl.when(status == performed).then(_PERFORMED).when(status == scheduled).then(_BOOKED).otherwise(0)
    return pl.when(pl.col("is_add_on")).then(_ADD_ON).otherwise(part).cast(pl.UInt8).alias("part")


def is_study() -> pl.Expr:
    """Return whether a row of HISTORY is a study of its own."""
    return pl.col("part") != _ADD_ON


def reference_days(rows: pl.DataFrame, contexts: Contexts, lanes: Lanes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the reference days of rows under the schedules that they fit.

    `rows` is a frame of HISTORY with `at`, a number of each row, and all rows of its patients; `patient` counts these
    from 0, and the rows of each are neighbours. The answer is a frame of REFERENCE_DAYS with a row for each of `rows`,
    empty for those that do not fit just one schedule in one region, and one of REFERENCES for those that fit several,
    in the order of rows and schedules. A row whose regions do not all have an earlier study has no reference day. The
    schedule's start is not looked at.
    """
    rows = rows.with_columns(
        contexts.of("only_lane"),
        contexts.of("has_several"),
        was_performed=pl.col("part") == _PERFORMED,
        was_booked=pl.col("part") == _BOOKED,
    ).with_row_index("place")
    mixed = _patients_of_several_circumstances(rows, contexts)
    is_mixed = pl.col("patient").is_in(mixed.implode()) if len(mixed) else pl.lit(value=False)
    several = rows.filter("has_several").drop("place").join(contexts.entries, on="context", how="inner")
    several = several.with_row_index("place", offset=len(rows))
    asked = ("place", "patient", "date", "was_performed", "was_booked", "lane")
    single = rows.filter(pl.col("only_lane").is_not_null()).rename({"only_lane": "lane"})
    entries = pl.concat([single.select(asked), several.select(asked)])
    # Where all rows of a patient carry one protocol and one primary site, the lanes in which a row is judged
    # are also all those in which it can serve as history. Other patients' histories are filed lane by lane.
    filed = entries.select(
        "place",
        key=_key("patient", "lane", "date", len(lanes)),
        was_performed=pl.col("was_performed") & ~is_mixed,
        was_booked=pl.col("was_booked") & ~is_mixed,
    )
    if len(mixed):
        wanted = entries.filter(is_mixed).select("patient", "lane").unique()
        filed = pl.concat([filed, _file_histories(rows, wanted, contexts, lanes)], how="diagonal")
    found = filed.sort("key").select(
        "place",
        reference=_latest_before("was_performed", "was_booked"),
        performed_reference=_latest_before("was_performed"),
    )
    if len(mixed):
        found = found.drop_nulls("place")
    none = pl.repeat(None, len(rows) + len(several), dtype=pl.Int32, eager=True)
    by_place = pl.DataFrame({name: none.clone().scatter(found["place"], found[name]) for name in REFERENCE_DAYS})
    of_several = pl.concat([several.select("at", "schedule"), by_place.slice(len(rows))], how="horizontal")
    of_several = of_several.group_by("at", "schedule").agg(_oldest(name) for name in REFERENCE_DAYS)
    return by_place.head(len(rows)), of_several.sort("at", "schedule")


def _patients_of_several_circumstances(rows: pl.DataFrame, contexts: Contexts) -> pl.Series:
    """Return the patients whose rows differ in protocol or primary site; those of a patient are neighbours."""
    circumstance = contexts.of("circumstance")
    differs = (circumstance != circumstance.shift(1)) & (pl.col("patient") == pl.col("patient").shift(1))
    return rows.filter(differs)["patient"].unique()


def _key(patient: str, lane: str, day: str, lanes: int) -> pl.Expr:
    return (pl.col(patient).cast(pl.Int64) * lanes + pl.col(lane)) * _DAYS + pl.col(day) + _DAYS // 2


def _file_histories(rows: pl.DataFrame, asked: pl.DataFrame, contexts: Contexts, lanes: Lanes) -> pl.DataFrame:
    """Return one row per earlier study and lane that some row of the same patient asks about."""
    regions = contexts.keys["regions"].to_list()
    shown = pl.Series([shown_regions(r) for r in regions], dtype=pl.Int64)
    region, modalities = pl.col("lane") % LANES_PER_SET, pl.col("lane") // LANES_PER_SET
    bits = pl.Series([1 << place for place in range(LANES_PER_SET)], dtype=pl.Int64)
    return (
        rows.filter(pl.col("was_performed") | pl.col("was_booked"))
        .join(asked, on="patient", how="inner")
        .filter(
            gather(lanes.accepts, modalities * len(MODALITIES) + contexts.of("modality")) == 1,
            (gather(shown, pl.col("context")) // gather(bits, region)) % 2 == 1,
        )
        .select("was_performed", "was_booked", key=_key("patient", "lane", "date", len(lanes)))
    )


def _latest_before(*flags: str) -> pl.Expr:
    """Return the day of the latest flagged entry of the same patient and lane, strictly before the entry's own day."""
    flagged = pl.when(pl.any_horizontal(*flags)).then(pl.col("key")).forward_fill().shift(1)
    is_first_of_day = pl.col("key") != pl.col("key").shift(1)
    earlier = pl.when(is_first_of_day).then(flagged).forward_fill()
    return pl.when(earlier // _DAYS == pl.col("key") // _DAYS).then(earlier % _DAYS - _DAYS // 2).cast(pl.Int32)


def _oldest(name: str) -> pl.Expr:
    """Return the oldest of the regions' latest studies; null where a region has none."""
    oldest = pl.col(name).fill_null(-NEVER).min()
    return pl.when(oldest != -NEVER).then(oldest).alias(name)
