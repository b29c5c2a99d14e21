"""Deciding every event of a cohort: the same routes and the same choice between them as the scalar evaluator."""

from __future__ import annotations

import polars as pl

from scheduler.cohort.contexts import CONTEXT, Lanes, match_contexts
from scheduler.cohort.earlier import reference_days
from scheduler.cohort.judge import CODES, WORDINGS, judge, packed_facts
from scheduler.cohort.tables import NEVER, DayTable, RuleTables, gather
from scheduler.columns import INDEX_COLUMNS
from scheduler.reasons import Reason

_ROOM = 1 << 16
"""Room for the place of a schedule in the packed order of preference."""


def decide_rows(rows: pl.DataFrame, tables: RuleTables, days: DayTable) -> pl.DataFrame:
    """Decide every event of `rows` that is to be judged; one row of CODES each, in no order.

    `rows` holds `row`, `patient`, `date`, `status`, `is_add_on`, the columns of CONTEXT, the index dates
    and the facts, all as whole numbers (see scheduler.columns), without bad or cancelled rows.
    """
    lanes = Lanes(tables)
    contexts = match_contexts(rows, tables, lanes)
    rows = rows.join(contexts.keys, on=CONTEXT, how="left", nulls_equal=True, maintain_order="left")
    references = reference_days(rows, contexts, lanes)
    wanted = rows.select("row", "date", "protocol", *INDEX_COLUMNS, facts=packed_facts(tables))
    cases = judge(references.join(wanted, on="row", how="left", maintain_order="left"), tables, days)
    decided = _best_of_each_row(_open_routes(cases, tables))
    answered = rows.filter(pl.col("reason").is_not_null()).select(
        "row",
        "date",
        "protocol",
        "reason",
        wording=pl.col("wording").replace_strict(list(WORDINGS), list(range(len(WORDINGS))), return_dtype=pl.Int32),
        first_missing=pl.when(pl.col("wording") == "site_unknown").then(
            pl.lit(len(tables.missing_names) - 1, dtype=pl.Int32)
        ),
    )
    return pl.concat([_as_codes(decided), _as_codes(answered)])


def _open_routes(cases: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Drop the schedules that do not apply, and those without index date where another one has it.

    A row none of whose schedules applies keeps one case, turned into `not_in_protocol`. Adds `is_alone`:
    the row has this one case.
    """
    schedule = pl.col("schedule")
    has_when = gather(tables.when_fact, schedule) != tables.no_fact
    applies = ~has_when | (pl.col("when_value") == gather(tables.when_value, schedule)) | pl.col("when_unknown")
    cases = cases.with_columns(applies=applies, is_alone=_is_alone())
    is_settled = pl.col("is_alone") & pl.col("applies")
    open_cases = cases.filter(~is_settled).with_columns(
        some_apply=pl.col("applies").any().over("row"),
        some_index=(pl.col("applies") & pl.col("index").is_not_null()).any().over("row"),
        is_first=pl.int_range(pl.len()).over("row") == 0,
    )
    skipped = pl.col("some_index") & pl.col("index").is_null() & ~pl.col("when_unknown")
    kept = open_cases.filter(pl.col("applies") & ~skipped)
    left_out = open_cases.filter(~pl.col("some_apply") & pl.col("is_first")).select(
        "row",
        "date",
        "protocol",
        reason=pl.lit(Reason.NOT_IN_PROTOCOL.rank, dtype=pl.Int32),
        wording=pl.lit(WORDINGS.index("not_in_protocol"), dtype=pl.Int32),
        has_window=pl.lit(value=False),
        is_alone=pl.lit(value=True),
    )
    parts = [cases.filter(is_settled), kept.drop("some_apply", "some_index", "is_first"), left_out]
    return pl.concat(parts, how="diagonal")


def _is_alone() -> pl.Expr:
    """Tell whether a case is the only one of its row, in a frame ordered by row."""
    row = pl.col("row")
    return row.ne_missing(row.shift(1)) & row.ne_missing(row.shift(-1))


def _best_of_each_row(cases: pl.DataFrame) -> pl.DataFrame:
    """Keep the best route of each row, with the earliest next allowed date of all its routes.

    `cases` may have one row of the frame several times: schedules that were tried. Better is the
    smaller reason, then the nearer window, then the order of the edition.
    """
    distance = pl.when("has_window").then(pl.col("days_from_window").abs()).otherwise(NEVER)
    several = cases.filter(~pl.col("is_alone"))
    best = (
        several.with_columns(
            preference=(pl.col("reason").cast(pl.Int64) * (2 * NEVER) + distance) * _ROOM
            + pl.col("schedule").fill_null(0),
            next_allowed=pl.col("next_allowed").min().over("row"),
        )
        .filter(pl.col("preference") == pl.col("preference").min().over("row"))
        .drop("preference")
    )
    return pl.concat([cases.filter("is_alone"), best])


def _as_codes(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of CODES, null where the frame has none; a window only where it is part of the answer."""
    has_window = pl.col("has_window") if "has_window" in frame.columns else pl.lit(value=False)
    window = ("timing", "counted_from", "opens", "closes", "days_from_window", "grace", "slot", "is_blended")
    columns = []
    for name, dtype in CODES.items():
        expr = pl.col(name) if name in frame.columns else pl.lit(None)
        expr = has_window if name == "has_window" else pl.when(has_window).then(expr) if name in window else expr
        columns.append(expr.cast(dtype).alias(name))
    return frame.select(columns)
