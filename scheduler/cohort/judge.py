"""Judging the requested date of every row against its schedule (columnar reading), step by step."""

from __future__ import annotations

import polars as pl

from scheduler.cohort.allowed import with_next_allowed
from scheduler.cohort.codes import CODES, LATER, WORDINGS, code, fact_value, says, timing_code
from scheduler.cohort.tables import FALSE, NEVER, NONE, TRUE, UNKNOWN, UNSPECIFIED, DayTable, RuleTables, gather
from scheduler.cohort.windows import next_windows, slot_at
from scheduler.facts import IndexKind
from scheduler.reasons import Reason, Timeliness
from scheduler.rules import OVERDUE_ONCE
from scheduler.wording import SENTENCES

_day, _index, _opens, _closes, _grace = (pl.col(n) for n in ("date", "index", "opens", "closes", "grace"))


def judge(cases: pl.DataFrame, tables: RuleTables, days: DayTable) -> pl.DataFrame:
    """Judge each case, one row under one schedule.

    `cases` needs `row`, `schedule`, `date`, `search_from` (the day from which `next_allowed` is looked for,
    mostly the date), `facts` (packed), `reference`, `performed_reference` and the
    index date columns, all as day numbers. Returns the columns of CODES, with `when_value` and
    `when_unknown` of the schedule's own condition.
    """
    cases = with_index(cases, tables).with_columns(
        or_value=fact_value(tables, gather(tables.or_fact, pl.col("schedule"))),
        more_value=fact_value(tables, gather(tables.more_fact, pl.col("schedule"))),
        when_value=fact_value(tables, gather(tables.when_fact, pl.col("schedule"))),
    )
    starts = tables.places("start", days)
    first_day = days.add(gather(starts, pl.col("schedule") * tables.width), _index)
    cases = cases.with_columns(starts=first_day).with_columns(
        reference=pl.when(pl.col("reference") >= pl.col("starts")).then(pl.col("reference")),
        performed_reference=pl.when(pl.col("performed_reference") >= pl.col("starts")).then(
            pl.col("performed_reference")
        ),
    )
    cases = with_last_day(next_windows(cases, tables, days, "reference"), tables, days)
    cases = _with_stops(cases, tables)
    cases = _against_window(cases, tables, days, starts)
    cases = _without_window(cases, tables)
    cases = _with_steps(cases, tables)
    cases = _with_unconfirmed(cases, tables, days)
    cases = _softened(cases, tables)
    return with_next_allowed(cases, tables, days, starts).select(
        *(name for name in CODES if name not in LATER), "when_value", "when_unknown"
    )


def with_index(cases: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Add `index` and `index_kind`: the first of the schedule's index dates that a case has, and which it is."""
    chosen = gather(tables.index_list, pl.col("schedule"))
    index: pl.Expr = pl.lit(None, dtype=pl.Int32)
    kind: pl.Expr = pl.lit(None, dtype=pl.Int32)
    for place, kinds in enumerate(tables.index_lists):
        columns = [pl.col(k.column) for k in kinds]
        first_kind = pl.coalesce(
            pl.when(pl.col(k.column).is_not_null()).then(pl.lit(tuple(IndexKind).index(k), dtype=pl.Int32))
            for k in kinds
        )
        index = pl.when(chosen == place).then(pl.coalesce(columns)).otherwise(index)
        kind = pl.when(chosen == place).then(first_kind).otherwise(kind)
    return cases.with_columns(index=index, index_kind=kind)


def with_last_day(cases: pl.DataFrame, tables: RuleTables, days: DayTable) -> pl.DataFrame:
    """Add `trailing_end` and `last_day`, the last day on which the window speaks (NEVER: for ever)."""
    overdue = pl.lit(days.place[OVERDUE_ONCE], dtype=pl.Int32)
    stays_due = gather(tables.stays_due, pl.col("slot")) == 1
    cases = cases.with_columns(
        trailing_end=days.add(gather(tables.places("trailing_end", days), pl.col("schedule")), _index),
    )
    return cases.with_columns(
        last_day=pl.max_horizontal(
            "timed_end", _closes + _grace, pl.when(stays_due).then(days.add(overdue, _closes)).otherwise(-NEVER)
        )
    )


def _with_stops(cases: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Add `progressed` and `stopped`, the first day after the index on which each kind of stop holds (NEVER: none).

    `stop_kind` and `stop_date` say which stop a sentence names.
    """
    chosen = gather(tables.stop_list, pl.col("schedule"))
    never = pl.lit(NEVER, dtype=pl.Int32)
    progressed, stopped, kind, date = never, never, pl.lit(None, dtype=pl.Int32), pl.col("progression_date")
    for place, kinds in enumerate(tables.stop_lists):
        others = [k for k in kinds if k is not IndexKind.PROGRESSION]
        if IndexKind.PROGRESSION in kinds:
            progressed = pl.when(chosen == place).then(_after_index(IndexKind.PROGRESSION)).otherwise(progressed)
        if others:
            stopped = (
                pl.when(chosen == place).then(pl.min_horizontal(_after_index(k) for k in others)).otherwise(stopped)
            )
            reached = [(k, _after_index(k) <= _day) for k in others]
            named = pl.coalesce(pl.when(r).then(pl.lit(tuple(IndexKind).index(k), dtype=pl.Int32)) for k, r in reached)
            named_date = pl.coalesce(pl.when(r).then(pl.col(k.column)) for k, r in reached)
            kind = pl.when(chosen == place).then(named).otherwise(kind)
            date = pl.when(chosen == place).then(named_date).otherwise(date)
    date = pl.when(_day >= progressed).then(pl.col("progression_date")).otherwise(date)
    return cases.with_columns(progressed=progressed, stopped=stopped, stop_kind=kind, stop_date=date)


def _after_index(kind: IndexKind) -> pl.Expr:
    never = pl.lit(NEVER, dtype=pl.Int32)
    return pl.when(pl.col(kind.column) > _index).then(pl.col(kind.column)).otherwise(never)


def _against_window(cases: pl.DataFrame, tables: RuleTables, days: DayTable, starts: pl.Series) -> pl.DataFrame:
    """Add what the window says: `has_window`, `days_from_window`, `timing`, `window_reason`, `window_wording`."""
    cases = cases.with_columns(
        has_window=(_opens.is_not_null() & (_day <= pl.col("last_day"))).fill_null(value=False),
        days_from_window=pl.when(_day < _opens)
        .then(_day - _opens)
        .when(_day > _closes)
        .then(_day - _closes)
        .otherwise(pl.lit(0, dtype=pl.Int32)),
    ).with_columns(condition_fact=_conditions(cases, tables, days, starts))
    off = pl.col("days_from_window")
    is_early = off < -_grace
    state = fact_value(tables, pl.col("condition_fact"))
    unmet = (pl.col("condition_fact") != tables.no_fact) & ~is_early
    return cases.with_columns(
        timing=pl.when(is_early)
        .then(timing_code(Timeliness.EARLY))
        .when(off > _grace)
        .then(timing_code(Timeliness.OVERDUE))
        .otherwise(timing_code(Timeliness.ON_TIME)),
        window_reason=pl.when(is_early)
        .then(code(Reason.EARLY))
        .when(unmet & (state == FALSE))
        .then(code(Reason.CONDITION_NOT_MET))
        .when(unmet & (state == UNKNOWN))
        .then(code(Reason.MISSING_FACT))
        .when(off > _grace)
        .then(code(Reason.OVERDUE))
        .when(off != 0)
        .then(code(Reason.WITHIN_GRACE))
        .otherwise(code(Reason.ON_SCHEDULE)),
        window_wording=pl.when(is_early)
        .then(says("early"))
        .when(unmet & (state == FALSE))
        .then(says("condition_false"))
        .when(unmet & (state == UNKNOWN))
        .then(says("condition_unknown"))
        .when(off > _grace)
        .then(says("overdue"))
        .when(off > 0)
        .then(says("grace_after"))
        .when(off < 0)
        .then(says("grace_before"))
        .otherwise(says("on_schedule")),
    )


def _conditions(cases: pl.DataFrame, tables: RuleTables, days: DayTable, starts: pl.Series) -> pl.Series:
    """Return the fact of the timed phase that contains each date, past the timed end that of the last one."""
    none = pl.repeat(tables.no_fact, len(cases), dtype=pl.Int32, eager=True)
    conditional = cases.select("schedule", "index", "date").with_row_index("case")
    conditional = conditional.filter(gather(tables.has_condition, pl.col("schedule")) == 1)
    first = pl.col("schedule") * tables.width
    last = first + gather(tables.timed, pl.col("schedule")) - 1
    fact = gather(tables.slot_fact, pl.min_horizontal(slot_at(tables, days, starts, _day), last))
    return none.scatter(conditional["case"], conditional.select(fact).to_series())


def _without_window(cases: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Add what the trailing phase says where no window does.

    That is `trailing` and `trailing_state`, its kind and the value of its fact, `open_reason` and `open_wording`.
    """
    cases = cases.with_columns(
        trailing=gather(tables.trailing_kind, pl.col("schedule")),
        trailing_state=fact_value(tables, gather(tables.trailing_fact, pl.col("schedule"))),
    )
    state = pl.col("trailing_state")
    speaks = (pl.col("trailing") != NONE) & (_day <= pl.col("trailing_end"))
    is_open = pl.col("trailing") == UNSPECIFIED

    def by_state(ended: pl.Expr, unspecified: pl.Expr, true: pl.Expr, false: pl.Expr, unknown: pl.Expr) -> pl.Expr:
        known = pl.when(state == TRUE).then(true).when(state == FALSE).then(false).otherwise(unknown)
        return pl.when(~speaks).then(ended).when(is_open).then(unspecified).otherwise(known)

    return cases.with_columns(
        open_reason=by_state(
            code(Reason.ENDED),
            code(Reason.INTERVAL_UNSPECIFIED),
            gather(tables.trailing_reason, pl.col("schedule")),
            code(Reason.CONDITION_NOT_MET),
            code(Reason.MISSING_FACT),
        ),
        open_wording=by_state(
            says("ended"), says("interval_unspecified"), says("as_true"), says("as_false"), says("as_unknown")
        ),
    )


def _with_steps(cases: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Put the steps together, first match first: `reason`, `wording`, and `has_window` for the window steps alone."""
    when_unknown = (gather(tables.when_fact, pl.col("schedule")) != tables.no_fact) & (pl.col("when_value") == UNKNOWN)
    steps = [
        (when_unknown, code(Reason.MISSING_FACT), says("when_unknown")),
        (_index.is_null(), code(Reason.NO_INDEX_DATE), says("no_index_date")),
        (_day < pl.col("starts"), code(Reason.BEFORE_INDEX), says("before_index")),
        (_day >= pl.col("progressed"), code(Reason.PROGRESSED), says("progressed")),
        (_day >= pl.col("stopped"), code(Reason.ENDED), says("stopped")),
        (pl.col("has_window"), pl.col("window_reason"), pl.col("window_wording")),
    ]
    reason, wording = pl.col("open_reason"), pl.col("open_wording")
    for holds, step_reason, step_wording in reversed(steps):
        reason = pl.when(holds).then(step_reason).otherwise(reason)
        wording = pl.when(holds).then(step_wording).otherwise(wording)
    decided_before = pl.any_horizontal(holds for holds, _, _ in steps[:-1]).fill_null(value=False)
    return cases.with_columns(
        reason=reason, wording=wording, when_unknown=when_unknown, has_window=pl.col("has_window") & ~decided_before
    )


def _with_unconfirmed(cases: pl.DataFrame, tables: RuleTables, days: DayTable) -> pl.DataFrame:
    """Turn `early` into `unconfirmed_prior` where the performed studies alone would not make it early."""
    other = pl.col("reference").ne_missing(pl.col("performed_reference"))
    doubtful = cases.with_row_index("case").filter((pl.col("reason") == Reason.EARLY.rank) & other)
    again = doubtful.select("case", "schedule", "date", "index", "performed_reference")
    again = next_windows(again, tables, days, "performed_reference")
    unconfirmed = again.filter(_opens.is_null() | (_day >= _opens - _grace))["case"]
    return cases.with_columns(
        cases["reason"].scatter(unconfirmed, Reason.UNCONFIRMED_PRIOR.rank),
        cases["wording"].scatter(unconfirmed, WORDINGS.index("early_by_booking")),
    )


def _softened(cases: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Apply the two softening clauses and add `first_missing` and `second_missing`."""
    reason, wording = pl.col("reason"), pl.col("wording")
    soft_reasons = [Reason.EARLY, Reason.ENDED, Reason.CONDITION_NOT_MET, Reason.UNCONFIRMED_PRIOR, Reason.MISSING_FACT]
    can_soften = reason.is_in([r.rank for r in soft_reasons]) & ~pl.col("when_unknown")
    softened = can_soften & (pl.col("or_value") == TRUE)
    more_often = ~softened & (reason == Reason.EARLY.rank) & (pl.col("more_value") == TRUE)
    softer = pl.Series(
        [WORDINGS.index(f"{w}_or_if") if f"{w}_or_if" in SENTENCES else place for place, w in enumerate(WORDINGS)],
        dtype=pl.Int32,
    )
    schedule = pl.col("schedule")
    trailing_unknown = wording == WORDINGS.index("as_unknown")
    phase_fact = (
        pl.when(wording == WORDINGS.index("condition_unknown"))
        .then(pl.col("condition_fact"))
        .when(trailing_unknown)
        .then(gather(tables.trailing_fact, schedule))
    )
    named = (
        pl.when(pl.col("when_unknown"))
        .then(gather(tables.when_fact, schedule))
        .when(reason == Reason.NO_INDEX_DATE.rank)
        .then(gather(tables.index_list, schedule) + tables.no_fact + 1)
        .otherwise(phase_fact)
    )
    or_fact = gather(tables.or_fact, schedule)
    or_missing = can_soften & (pl.col("or_value") == UNKNOWN) & or_fact.ne_missing(phase_fact)
    return cases.with_columns(
        reason=pl.when(softened)
        .then(gather(tables.or_reason, schedule))
        .when(more_often)
        .then(code(Reason.INTERVAL_UNSPECIFIED))
        .otherwise(reason),
        wording=pl.when(softened)
        .then(gather(softer, wording))
        .when(more_often)
        .then(says("early_more_often"))
        .otherwise(wording),
        sentence_fact=pl.when(pl.col("has_window"))
        .then("condition_fact")
        .otherwise(gather(tables.trailing_fact, schedule)),
        first_missing=pl.when(~softened).then(named),
        second_missing=pl.when(or_missing).then(or_fact),
    )
