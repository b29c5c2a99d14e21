"""The next allowed date of every row under its schedule (columnar reading)."""

from __future__ import annotations

import polars as pl

from scheduler.cohort.codes import WORDINGS, fact_value
from scheduler.cohort.stages import Stage, in_stages, stage
from scheduler.cohort.tables import AS, NEVER, TRUE, UNSPECIFIED, DayTable, RuleTables, gather
from scheduler.reasons import Reason

_day, _index, _opens = (pl.col(n) for n in ("date", "index", "opens"))


def with_next_allowed(cases: pl.DataFrame, tables: RuleTables, days: DayTable) -> pl.DataFrame:
    """Add `next_allowed`: the first day from the requested one on that is within, no window opened by grace.

    A case that is within today without such grace needs no search.
    """
    is_within = pl.col("reason") <= Reason.CRITERIA_MET.rank
    is_asked = pl.col("search_from") == _day
    is_allowed = is_within & is_asked & (pl.col("wording") != WORDINGS.index("grace_before"))
    asked = cases.select(~is_allowed).to_series()
    later = _search_next_allowed(cases.select(_NEEDED).with_row_index("case").filter(asked), tables, days)
    found = cases.select(pl.when(is_allowed).then(_day)).to_series()
    return cases.with_columns(next_allowed=found.scatter(later["case"], later["next_allowed"]))


_NEEDED = (
    *("schedule", "index", "facts", "search_from", "starts", "opens", "last_day", "trailing", "trailing_state"),
    *("trailing_end", "or_value", "stopped", "progressed", "when_unknown"),
)
"""The columns that the search reads."""


def _search_next_allowed(cases: pl.DataFrame, tables: RuleTables, days: DayTable) -> pl.DataFrame:
    """Return `case` and `next_allowed` of cases that are not allowed on their own day.

    Allowed days lie in two stretches: while the window speaks, from its opening on (with a true `or_if`
    from the schedule's start) wherever the phase's condition holds; after it, while a trailing `as`
    phase holds.
    """
    cases = in_stages(cases, _STRETCHES)
    cases = cases.with_columns(_first_in_window(cases, tables, days))
    return in_stages(cases, _FIRST_OF_ALL).select("case", "next_allowed")


_STRETCHES = (
    stage(
        from_day=pl.max_horizontal("search_from", "starts"),
        window_ends=pl.when(_opens.is_not_null()).then("last_day").otherwise(-NEVER),
    ),
    stage(
        opened=pl.max_horizontal("from_day", _opens),
        after_window=pl.max_horizontal("from_day", pl.col("window_ends") + 1),
    ),
)
"""From which day on it is asked, until when the window speaks, and where the two stretches begin."""


def _first_of_all() -> tuple[Stage, ...]:
    """Return `next_allowed`, the earliest of what the stretches and the true `or_if` give, before any stop."""
    after, trailing_end = pl.col("after_window"), pl.col("trailing_end")
    trailing_holds = (pl.col("trailing") == AS) & (pl.col("trailing_state") == TRUE) & (after <= trailing_end)
    by_or_if = pl.col("or_value") == TRUE
    from_day = pl.col("from_day")
    unspecified = (pl.col("trailing") == UNSPECIFIED) & (from_day > pl.col("window_ends")) & (from_day <= trailing_end)
    after_unspecified = pl.when(trailing_end < NEVER).then(trailing_end + 1)
    extra = pl.when(by_or_if & unspecified).then(after_unspecified).when(by_or_if).then(from_day)
    stopped = pl.col("stopped")
    holds = (pl.col("_found") < pl.col("progressed")) & _index.is_not_null() & ~pl.col("when_unknown")
    return (
        stage(_found=pl.min_horizontal("in_window", pl.when(trailing_holds).then(after), extra)),
        stage(
            _found=pl.when(pl.col("_found") < stopped)
            .then("_found")
            .when(by_or_if & (stopped < NEVER))
            .then(pl.max_horizontal("from_day", "stopped"))
        ),
        stage(next_allowed=pl.when(holds).then("_found")),
    )


_FIRST_OF_ALL = _first_of_all()


def _first_in_window(cases: pl.DataFrame, tables: RuleTables, days: DayTable) -> pl.Series:
    """Return `in_window`: the first day on which the window is open and the condition of the phase holds."""
    opened, ends = pl.col("opened"), pl.col("window_ends")
    in_window = cases.select(in_window=pl.when(opened <= ends).then(opened)).to_series()
    schedule = pl.col("schedule")
    conditional = cases.select(
        "schedule", "index", "facts", "opened", "window_ends", found=pl.lit(None, dtype=pl.Int32)
    )
    conditional = conditional.with_row_index("place").filter(gather(tables.has_condition, schedule) == 1)
    if conditional.is_empty():
        return in_window
    starts = tables.places("start", days)
    for place in range(tables.width - 2):
        slot = schedule * tables.width + place
        fact = gather(tables.slot_fact, slot)
        phase_start = days.add(gather(starts, slot), _index) if place else pl.lit(-NEVER, dtype=pl.Int32)
        is_last = gather(tables.timed, schedule) == place + 1
        phase_end = pl.when(is_last).then(NEVER).otherwise(days.add(gather(starts, slot + 1), _index) - 1)
        holds = (fact == tables.no_fact) | (fact_value(tables, fact) == TRUE)
        first = pl.max_horizontal(opened, phase_start)
        fits = holds & (gather(tables.timed, schedule) > place) & (first <= pl.min_horizontal(phase_end, ends))
        conditional = conditional.with_columns(found=pl.min_horizontal("found", pl.when(fits).then(first)))
    return in_window.scatter(conditional["place"], conditional["found"])
