"""Booked studies of each case: the first after its imaging, and the first still to come (whole cohorts)."""

from __future__ import annotations

import polars as pl


def with_bookings(cases: pl.DataFrame, shown: pl.DataFrame, as_of: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add `booked` and `next_booked` (day numbers, null for none) to cases with their imaging.

    `booked` is the first scheduled study after the imaging that shows a region of the schedule (without imaging, from
    the start on), `next_booked` the first of these on or after `as_of`. The second frame holds all of these bookings,
    as `case` and `date`.
    """
    booked = shown.filter(~pl.col("was_performed")).select("case", "date").unique()
    booked = booked.join(cases.select("case", "starts", "own"), on="case", how="inner").filter(
        pl.col("starts").is_null() | (pl.col("date") >= pl.col("starts")),
        pl.col("own").is_null() | (pl.col("date") > pl.col("own")),
    )
    first = booked.group_by("case").agg(
        booked=pl.col("date").min(), next_booked=pl.col("date").filter(pl.col("date") >= as_of).min()
    )
    return cases.join(first, on="case", how="left", maintain_order="left"), booked.select("case", "date")
