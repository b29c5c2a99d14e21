"""Judging the requested date of every row against its schedule (columnar reading), step by step."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from scheduler.cohort.allowed import with_next_allowed
from scheduler.cohort.codes import CODES, LATER, WORDINGS, code, fact_value, says, timing_code
from scheduler.cohort.stages import Stage, in_stages, stage
from scheduler.cohort.tables import FALSE, NEVER, NONE, TRUE, UNKNOWN, UNSPECIFIED, DayTable, RuleTables, gather
from scheduler.cohort.windows import next_windows, slot_at, window_stages
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
    starts = tables.places("start", days)
    cases = in_stages(cases, _before_condition(tables, days))
    cases = cases.with_columns(condition_fact=_conditions(cases, tables, days, starts))
    cases = in_stages(cases, _after_condition(tables))
    cases = _with_unconfirmed(cases, tables, days)
    cases = in_stages(cases, _softened(tables))
    return with_next_allowed(cases, tables, days).select(
        *(name for name in CODES if name not in LATER), "when_value", "when_unknown"
    )


@lru_cache(maxsize=64)
def _before_condition(tables: RuleTables, days: DayTable) -> tuple[Stage, ...]:
    """Return the index date, the window and the stops of each case, up to where its date lies."""
    schedule, starts = pl.col("schedule"), pl.col("starts")
    first_slot = gather(tables.places("start", days), schedule * tables.width)
    references = ("reference", "performed_reference")
    return (
        *index_stages(tables),
        stage(
            or_value=fact_value(tables, gather(tables.or_fact, schedule)),
            more_value=fact_value(tables, gather(tables.more_fact, schedule)),
            when_value=fact_value(tables, gather(tables.when_fact, schedule)),
            starts=days.add(first_slot, _index),
        ),
        stage(**{name: pl.when(pl.col(name) >= starts).then(pl.col(name)) for name in references}),
        *window_stages(tables, days, "reference"),
        *last_day_stages(tables, days),
        _stop_stage(tables),
        _distance_stage(),
    )


@lru_cache(maxsize=64)
def _after_condition(tables: RuleTables) -> tuple[Stage, ...]:
    """Return what the window says, what the trailing phase says where it does not, and which of the steps decides."""
    return (_window_stage(tables), _trailing_stage(tables), _without_window(tables), _steps(tables))


def index_stages(tables: RuleTables) -> tuple[Stage, ...]:
    """Return `index` and `index_kind`: the first of the schedule's index dates that a case has, and which it is."""
    kinds = list(dict.fromkeys(kind for kinds in tables.index_lists for kind in kinds))
    places = {kind: place for place, kind in enumerate(IndexKind)}
    # Which of the dates are there, as one number of as many bits; a table says which of them each list takes first.
    given = pl.sum_horizontal(pl.col(k.column).is_not_null().cast(pl.Int32) * (1 << bit) for bit, k in enumerate(kinds))
    first = pl.Series(
        [
            next((places[k] for k in wanted if there >> kinds.index(k) & 1), None)
            for wanted in tables.index_lists
            for there in range(1 << len(kinds))
        ],
        dtype=pl.Int32,
    )
    chosen = gather(tables.index_list, pl.col("schedule"))
    index: pl.Expr = pl.lit(None, dtype=pl.Int32)
    for kind in kinds:
        index = pl.when(pl.col("index_kind") == places[kind]).then(pl.col(kind.column)).otherwise(index)
    return stage(index_kind=gather(first, chosen * (1 << len(kinds)) + given)), stage(index=index)


def last_day_stages(tables: RuleTables, days: DayTable) -> tuple[Stage, ...]:
    """Return `trailing_end` and `last_day`, the last day on which the window speaks (NEVER: for ever)."""
    overdue = pl.lit(days.place[OVERDUE_ONCE], dtype=pl.Int32)
    stays_due = gather(tables.stays_due, pl.col("slot")) == 1
    late = pl.when(stays_due).then(days.add(overdue, _closes)).otherwise(-NEVER)
    return (
        stage(
            trailing_end=days.add(gather(tables.places("trailing_end", days), pl.col("schedule")), _index),
            last_day=pl.max_horizontal("timed_end", _closes + _grace, late),
        ),
    )


def _stop_stage(tables: RuleTables) -> Stage:
    """Return `progressed` and `stopped`, the first day after the index on which each kind of stop holds (NEVER: none).

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
    return stage(progressed=progressed, stopped=stopped, stop_kind=kind, stop_date=date)


def _after_index(kind: IndexKind) -> pl.Expr:
    never = pl.lit(NEVER, dtype=pl.Int32)
    return pl.when(pl.col(kind.column) > _index).then(pl.col(kind.column)).otherwise(never)


def _distance_stage() -> Stage:
    """Return `has_window` and `days_from_window`."""
    return stage(
        has_window=(_opens.is_not_null() & (_day <= pl.col("last_day"))).fill_null(value=False),
        days_from_window=pl.when(_day < _opens)
        .then(_day - _opens)
        .when(_day > _closes)
        .then(_day - _closes)
        .otherwise(pl.lit(0, dtype=pl.Int32)),
    )


def _window_stage(tables: RuleTables) -> Stage:
    """Return what the window says: `timing`, `window_reason`, `window_wording`."""
    off = pl.col("days_from_window")
    is_early = off < -_grace
    state = fact_value(tables, pl.col("condition_fact"))
    unmet = (pl.col("condition_fact") != tables.no_fact) & ~is_early
    return stage(
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
    fact = gather(tables.slot_fact, pl.min_horizontal(slot_at(tables, days, starts, _day, _index), last))
    return none.scatter(conditional["case"], conditional.select(fact).to_series())


def _trailing_stage(tables: RuleTables) -> Stage:
    """Return `trailing` and `trailing_state`: the kind of the trailing phase, and the value of its fact."""
    return stage(
        trailing=gather(tables.trailing_kind, pl.col("schedule")),
        trailing_state=fact_value(tables, gather(tables.trailing_fact, pl.col("schedule"))),
    )


def _without_window(tables: RuleTables) -> Stage:
    """Return what the trailing phase says where no window does: `open_reason` and `open_wording`."""
    state = pl.col("trailing_state")
    speaks = (pl.col("trailing") != NONE) & (_day <= pl.col("trailing_end"))
    is_open = pl.col("trailing") == UNSPECIFIED

    def by_state(ended: pl.Expr, unspecified: pl.Expr, true: pl.Expr, false: pl.Expr, unknown: pl.Expr) -> pl.Expr:
        known = pl.when(state == TRUE).then(true).when(state == FALSE).then(false).otherwise(unknown)
        return pl.when(~speaks).then(ended).when(is_open).then(unspecified).otherwise(known)

    return stage(
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


def _steps(tables: RuleTables) -> Stage:
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
    return stage(
        reason=reason, wording=wording, when_unknown=when_unknown, has_window=pl.col("has_window") & ~decided_before
    )


def _with_unconfirmed(cases: pl.DataFrame, tables: RuleTables, days: DayTable) -> pl.DataFrame:
    """Turn `early` into `unconfirmed_prior` where the performed studies alone would not make it early."""
    other = pl.col("reference").ne_missing(pl.col("performed_reference"))
    is_doubtful = cases.select((pl.col("reason") == Reason.EARLY.rank) & other).to_series()
    doubtful = cases.select("schedule", "date", "index", "performed_reference").with_row_index("case")
    again = next_windows(doubtful.filter(is_doubtful), tables, days, "performed_reference")
    unconfirmed = again.filter(_opens.is_null() | (_day >= _opens - _grace))["case"]
    return cases.with_columns(
        cases["reason"].scatter(unconfirmed, Reason.UNCONFIRMED_PRIOR.rank),
        cases["wording"].scatter(unconfirmed, WORDINGS.index("early_by_booking")),
    )


@lru_cache(maxsize=64)
def _softened(tables: RuleTables) -> tuple[Stage, ...]:
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
    return (
        stage(
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
        ),
    )
