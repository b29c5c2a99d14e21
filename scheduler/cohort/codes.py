"""Decisions as whole numbers: the columns that the steps of the columnar evaluator hand on."""

from __future__ import annotations

from functools import cache

import polars as pl

from scheduler.cohort.tables import UNKNOWN, RuleTables, gather
from scheduler.reasons import Reason, Timeliness
from scheduler.wording import SENTENCES

TIMELINESS = tuple(Timeliness)
WORDINGS = tuple(SENTENCES)
REASONS = tuple(Reason)

CODES = {
    "row": pl.UInt32,
    "date": pl.Int32,
    "reason": pl.Int32,
    "wording": pl.Int32,
    "schedule": pl.Int32,
    "protocol": pl.Int32,
    "timing": pl.Int32,
    "has_window": pl.Boolean,
    "counted_from": pl.Int32,
    "opens": pl.Int32,
    "closes": pl.Int32,
    "days_from_window": pl.Int32,
    "grace": pl.Int32,
    "slot": pl.Int32,
    "is_blended": pl.Boolean,
    "index": pl.Int32,
    "index_kind": pl.Int32,
    "stop_kind": pl.Int32,
    "stop_date": pl.Int32,
    "sentence_fact": pl.Int32,
    "first_missing": pl.Int32,
    "second_missing": pl.Int32,
    "next_allowed": pl.Int32,
    "indication": pl.Int32,
    "surveillance": pl.Int32,
    "hazard": pl.Int32,
    "missing_text": pl.String,
    "note": pl.String,
    "combination": pl.Int32,
}
"""The decision of a row as whole numbers.

`schedule` and `indication` are null where the route is another, `surveillance` is the reason that the
patient's protocol alone would give, `hazard` the contraindication that overrides the route. `missing_text`
is what an indication waits for, `note` what is said behind the explanation, `combination` whether the
studies of the day are supported together.
"""


_FEW_FACTS = 6
"""So few facts can be looked up in a table of all their values, which is quicker than a division for each row."""

LATER = ("indication", "surveillance", "hazard", "missing_text", "note", "combination")
"""The columns of CODES that are filled behind the judgement of schedules."""


def packed_facts(rows: pl.DataFrame, tables: RuleTables) -> pl.Expr:
    """Return the schedules' facts of a row as one number, two bits each, in the order of `tables.fact_names`.

    A fact that `rows` has no column for is unknown throughout.
    """
    unknown = pl.lit(UNKNOWN, dtype=pl.Int64)
    values = [
        (pl.col(name).fill_null(UNKNOWN).cast(pl.Int64) if name in rows.columns else unknown) * 4**place
        for place, name in enumerate(tables.fact_names)
    ]
    return pl.sum_horizontal(pl.lit(0, dtype=pl.Int64), *values)


def fact_value(tables: RuleTables, place: pl.Expr) -> pl.Expr:
    """Return the value of the fact at `place` (FALSE, TRUE or UNKNOWN; the missing fact is false)."""
    count = len(tables.fact_names)
    if count <= _FEW_FACTS:
        return gather(_values_of_packed(count), place * 4**count + pl.col("facts").cast(pl.Int32))
    power = pl.Series([4**p for p in range(count + 1)], dtype=pl.Int64)
    return pl.col("facts") // gather(power, place) % 4


@cache
def _values_of_packed(count: int) -> pl.Series:
    """Return the value of each fact in each packed number, at fact * 4**count + number."""
    return pl.Series([number // 4**fact % 4 for fact in range(count + 1) for number in range(4**count)], dtype=pl.Int32)


def code(reason: Reason) -> pl.Expr:
    """Return a reason as its whole number."""
    return pl.lit(reason.rank, dtype=pl.Int32)


def says(wording: str) -> pl.Expr:
    """Return the name of a sentence as its whole number."""
    return pl.lit(WORDINGS.index(wording), dtype=pl.Int32)


def timing_code(timing: Timeliness) -> pl.Expr:
    """Return a timing as its whole number."""
    return pl.lit(TIMELINESS.index(timing), dtype=pl.Int32)
