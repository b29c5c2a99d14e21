"""The studies of each case: the latest performed one, and the bookings after it (whole cohorts)."""

from __future__ import annotations

import polars as pl

from spine_vigil.scheduler.cohort.tables.context_book import ContextBook
from spine_vigil.scheduler.cohort.tables.contexts import Lanes, match_contexts
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import ProtocolSets


def with_studies(
    cases: pl.DataFrame, courses: pl.DataFrame, studies: pl.DataFrame, tables: RuleTables, as_of: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add `reference`, `booked` and `next_booked` (day numbers, null for none) to cases.

    `cases` needs `case`, `starts` and `index`, `courses` `course`, `patient`, `protocol` and `primary_site`;
    `studies` are those of DueBlock. `reference` is the latest performed study on or before `as_of` that
    matches the schedule, not before its start; `booked` is the first scheduled study after it (without one, from
    the start on), `next_booked` the first of these on or after `as_of`. One shared region is enough to match.

    The second frame holds all of these bookings, as `case` and `date`.
    """
    studies = _matching(courses, studies, tables).join(cases.select("case", "starts"), on="case", how="inner")
    studies = studies.filter(pl.col("starts").is_null() | (pl.col("date") >= pl.col("starts")))
    done = studies.filter("was_performed").group_by("case").agg(last_done=pl.col("date").max())
    booked = (
        studies.filter(~pl.col("was_performed"))
        .join(done, on="case", how="left")
        .filter(pl.col("last_done").is_null() | (pl.col("date") > pl.col("last_done")))
        .select("case", "date")
    )
    first = booked.group_by("case").agg(
        booked=pl.col("date").min(), next_booked=pl.col("date").filter(pl.col("date") >= as_of).min()
    )
    cases = cases.join(done, on="case", how="left", maintain_order="left")
    cases = cases.join(first, on="case", how="left", maintain_order="left")
    # Without an index date there is no reference, but bookings after a study are still worth listing.
    return cases.with_columns(reference=pl.when(pl.col("index").is_not_null()).then(pl.col("last_done"))), booked


def _matching(courses: pl.DataFrame, studies: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Return every study as `case`, `date` and `was_performed`, once for each schedule that it matches.

    All studies of a patient count, whatever protocol their rows name, matched by the course's primary site.
    """
    columns = courses.select("course", "patient", "protocol", "primary_site")
    events = studies.join(columns, on="patient", how="inner")
    book = ContextBook(ProtocolSets(tables.edition))
    events = events.with_columns(context=book.number(events))
    matches = match_contexts(book.contexts(), tables, Lanes(tables)).entries.select("context", "schedule").unique()
    return events.join(matches, on="context", how="inner").select(
        "date", "was_performed", case=pl.col("course").cast(pl.Int64) * len(tables.schedules) + pl.col("schedule")
    )
