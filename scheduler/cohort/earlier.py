"""Reference days for a whole cohort: one sort of one packed key instead of a look back per row."""

from __future__ import annotations

import polars as pl

from scheduler.cohort.contexts import LANES_PER_SET, Contexts, Lanes
from scheduler.cohort.tables import NEVER, gather
from scheduler.columns import MODALITIES, STATUSES
from scheduler.reasons import Status
from scheduler.studies import shown_regions

HISTORY = {"at": pl.UInt32, "patient": pl.UInt64, "context": pl.UInt32, "date": pl.Int32, "part": pl.UInt8}
"""What is kept of every judged row until all rows are known.

`at` is its place among the judged rows, `patient` a hash of the patient's id, `context` the number of its
context, `date` a day number, `part` what the row can serve as: performed study, booked one, or an add-on (see
`part_of_rows`).
"""

REFERENCES = {"at": pl.UInt32, "schedule": pl.Int32, "reference": pl.Int32, "performed_reference": pl.Int32}

_PERFORMED, _BOOKED, _ADD_ON = 1, 2, 4

_DAYS = 1 << 18
"""Room for a day in a packed key; days are shifted by half of it so that they are never negative."""

_SCHEDULES = 1 << 16
"""Room for the place of a schedule in a packed order."""


def part_of_rows() -> pl.Expr:
    """Return what the rows of a decoded frame can serve as; an add-on is no study of its own."""
    status = pl.col("status")
    performed, scheduled = STATUSES.index(Status.PERFORMED), STATUSES.index(Status.SCHEDULED)
    part = pl.when(status == performed).then(_PERFORMED).when(status == scheduled).then(_BOOKED).otherwise(0)
    return pl.when(pl.col("is_add_on")).then(_ADD_ON).otherwise(part).cast(pl.UInt8).alias("part")


def is_study() -> pl.Expr:
    """Return whether a row of HISTORY is a study of its own."""
    return pl.col("part") != _ADD_ON


def reference_days(rows: pl.DataFrame, contexts: Contexts, lanes: Lanes) -> pl.DataFrame:
    """Return the reference day of every row under every schedule that it fits.

    `rows` is a frame of HISTORY with all rows of its patients, `patient` a number that counts them from 0,
    neighbours in the frame. The answer has the columns of REFERENCES (null where a shared region has no
    earlier study), in the order of rows and schedules. The schedule's start is not looked at.
    """
    rows = rows.with_columns(
        contexts.of("only_lane"),
        contexts.of("only_schedule"),
        contexts.of("has_several"),
        was_performed=pl.col("part") == _PERFORMED,
        was_booked=pl.col("part") == _BOOKED,
    )
    mixed = _patients_of_several_circumstances(rows, contexts)
    is_mixed = pl.col("patient").is_in(mixed.implode()) if len(mixed) else pl.lit(value=False)
    rows = rows.with_columns(is_mixed=is_mixed)
    wanted = ("at", "patient", "date", "was_performed", "was_booked", "is_mixed", "schedule", "lane")
    single = rows.filter(pl.col("only_lane").is_not_null()).select(
        *wanted[:-2], schedule="only_schedule", lane="only_lane", is_only=pl.lit(value=True)
    )
    several = rows.filter("has_several").join(contexts.entries, on="context", how="inner")
    entries = pl.concat([single, several.select(*wanted, is_only=pl.lit(value=False))])
    # Where all rows of a patient carry one protocol and one primary site, the lanes in which a row is judged
    # are also all those in which it can serve as history. Other patients' histories are filed lane by lane.
    filed = entries.select(
        "at",
        "schedule",
        "is_only",
        key=_key("patient", "lane", "date", len(lanes)),
        was_performed=pl.col("was_performed") & ~pl.col("is_mixed"),
        was_booked=pl.col("was_booked") & ~pl.col("is_mixed"),
    )
    if len(mixed):
        asked = entries.filter("is_mixed").select("patient", "lane").unique()
        filed = pl.concat([filed, _file_histories(rows, asked, contexts, lanes)], how="diagonal")
    found = (
        filed.sort("key")
        .select(
            "at",
            "schedule",
            "is_only",
            reference=_latest_before("was_performed", "was_booked"),
            performed_reference=_latest_before("was_performed"),
        )
        .filter(pl.col("at").is_not_null())
    )
    oldest = (_oldest("reference"), _oldest("performed_reference"))
    of_several = found.filter(~pl.col("is_only")).group_by("at", "schedule").agg(oldest)
    of_single = found.filter("is_only").drop("is_only")
    return pl.concat([of_single, of_several]).sort(pl.col("at").cast(pl.Int64) * _SCHEDULES + pl.col("schedule"))


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
