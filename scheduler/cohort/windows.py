"""The next window of every row, from its index day and its reference day (columnar reading)."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from scheduler.cohort.stages import Stage, in_stages, stage
from scheduler.cohort.tables import EVERY, NEVER, NO_WINDOW, ONCE, DayTable, RuleTables, gather


def next_windows(frame: pl.DataFrame, tables: RuleTables, days: DayTable, reference: str) -> pl.DataFrame:
    """Add the window in which the next study of each row's schedule is due.

    `frame` needs `schedule`, `index` (day number) and the reference day under the name `reference`
    (null where no study counts). Adds `opens`, `closes`, `counted_from`, `slot`, `grace`, `is_blended` and
    `timed_end`; `opens` is null where there is no window.
    """
    return in_stages(frame, window_stages(tables, days, reference)).drop(PASSING)


PASSING = (
    "_index",
    "_reference",
    "next_slot",
    "_kind",
    "_next_kind",
    "_base",
    "_boundary",
    "_low",
    "_high",
    "_next_low",
    "_next_high",
    "_grace",
)
"""Columns that are of use while a window is worked out."""


@lru_cache(maxsize=64)
def window_stages(tables: RuleTables, days: DayTable, reference: str) -> tuple[Stage, ...]:
    """Return what `next_windows` adds, stage by stage, with the columns of PASSING."""
    reference_day, index = pl.col("_reference"), pl.col("_index")
    low, high, start = (tables.places(name, days) for name in ("low", "high", "start"))
    timed_end = tables.places("timed_end", days)

    def offset(durations: pl.Series, slot: str, base: pl.Expr) -> pl.Expr:
        return days.add(gather(durations, pl.col(slot)), base)

    is_once, is_every = pl.col("_kind") == ONCE, pl.col("_kind") == EVERY
    own_base = pl.when(is_once).then(index).otherwise(pl.col("_base"))
    next_base = pl.when(pl.col("_next_kind") == ONCE).then(index).otherwise(pl.col("_base"))
    satisfied = is_once & (reference_day >= pl.col("_low") - pl.col("_grace"))
    blends = is_every & (pl.col("_next_kind") == EVERY)
    after_once = satisfied & (pl.col("_next_kind") == EVERY)
    next_opens = later(pl.col("_boundary"), pl.col("_next_low"))
    has_none = pl.col("index").is_null() | (pl.col("_kind") == NO_WINDOW)
    has_none |= satisfied & (pl.col("_next_kind") == NO_WINDOW)
    return (
        # Looking up is twice as quick where nothing is null: days that stand for none are worked with and left out.
        stage(_index=pl.col("index").fill_null(days.low), _reference=pl.col(reference).fill_null(-NEVER)),
        stage(slot=slot_at(tables, days, start, reference_day, index)),
        stage(next_slot=pl.col("slot") + 1),
        stage(
            _kind=gather(tables.kind, pl.col("slot")),
            _next_kind=gather(tables.kind, pl.col("next_slot")),
            _base=pl.when(reference_day != -NEVER).then(reference_day).otherwise(index),
            _boundary=offset(start, "next_slot", index),
        ),
        stage(
            _low=offset(low, "slot", own_base),
            _high=offset(high, "slot", own_base),
            _next_low=offset(low, "next_slot", next_base),
            _next_high=offset(high, "next_slot", next_base),
            _grace=gather(tables.slot_grace, pl.col("slot")),
        ),
        stage(
            opens=pl.when(after_once)
            .then(next_opens)
            .when(satisfied)
            .then(pl.col("_next_low"))
            .when(blends)
            .then(earlier(pl.col("_low"), next_opens))
            .otherwise(pl.col("_low")),
            closes=pl.when(after_once)
            .then(later(pl.col("_boundary"), pl.col("_next_high")))
            .when(satisfied)
            .then(pl.col("_next_high"))
            .when(blends & (pl.col("_high") >= pl.col("_boundary")))
            .then(later(pl.col("_high"), pl.col("_next_high")))
            .otherwise(pl.col("_high")),
            counted_from=pl.when(is_every | after_once).then(pl.col("_base")).otherwise(index),
            slot=pl.when(satisfied).then(pl.col("next_slot")).otherwise(pl.col("slot")),
            timed_end=days.add(gather(timed_end, pl.col("schedule")), index),
        ),
        stage(
            opens=pl.when(~has_none & (pl.col("timed_end") >= pl.col("opens"))).then(pl.col("opens")),
            grace=gather(tables.slot_grace, pl.col("slot")),
            is_blended=blends & ((pl.col("opens") != pl.col("_low")) | (pl.col("closes") != pl.col("_high"))),
        ),
    )


def later(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Return the later of two days, neither of which is null."""
    return pl.when(one > other).then(one).otherwise(other)


def earlier(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Return the earlier of two days, neither of which is null."""
    return pl.when(one < other).then(one).otherwise(other)


def slot_at(tables: RuleTables, days: DayTable, start: pl.Series, day: pl.Expr, index: pl.Expr) -> pl.Expr:
    """Return the slot of the phase that contains `day`; the first phase where `day` is null.

    A day before the first phase falls into it, a day after the last into the padding behind it.
    """
    first = pl.col("schedule") * tables.width
    return first + pl.sum_horizontal(
        (day >= days.add(gather(start, first + place), index) + gather(tables.keeps_start, first + place))
        .fill_null(value=False)
        .cast(pl.Int32)
        for place in range(1, tables.width - 1)
    )
