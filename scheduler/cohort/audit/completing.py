"""Completing the blocks of a cohort, once all its rows are read: rows are filled, and impossible ones set aside."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.audit.blocks import Ready
from spine_vigil.scheduler.cohort.history.filled import Filled
from spine_vigil.scheduler.cohort.history.filling import Filler
from spine_vigil.scheduler.cohort.history.lookback import Lookback
from spine_vigil.scheduler.records import rows as row_checks
from spine_vigil.scheduler.records.fields import STATUSES
from spine_vigil.scheduler.records.patients import Status


@dataclass(frozen=True, slots=True)
class Complete:
    """A block whose rows are filled: what Ready holds, with what stands beside the rows.

    `rows` and `filled` are those of `decide_rows`. `others` has `row` and `reason`, `bad_rows` has `row` and
    `explanation`, each row once and in order. `contexts` are those of all rows that could be judged, `named` the
    protocols of the others as Ready has them. `unread` has `row` and `count`, the number of invalid rows of the same
    patient, for the judged rows that have some.
    """

    size: int
    rows: pl.DataFrame
    filled: Filled
    others: pl.DataFrame
    bad_rows: pl.DataFrame
    contexts: pl.Series
    named: pl.Series
    unread: pl.DataFrame


def complete(ready: Ready, index: int, filler: Filler, lookback: Lookback) -> Complete:
    """Complete block number `index` of a cohort."""
    rows, filled = filler.fill(ready.rows, lookback.starts[index])
    doubts = lookback.doubts(index)
    unread = pl.DataFrame(
        {"row": rows["row"].gather(pl.Series(doubts.unread)), "count": pl.Series(doubts.counts, dtype=pl.Int32)}
    )
    contexts, named = rows["context"], ready.others["protocol"]
    others, bad_rows = ready.others.select("row", "reason"), ready.bad_rows
    if len(doubts.impossible):
        # The first of the rows that are impossible has the index 0 in `rows`, as no row was left out before.
        impossible = rows[doubts.impossible.tolist()]
        rows = rows.filter(~pl.col("at").is_in(impossible["at"].implode()))
        bad = impossible.select("row", reason=pl.lit(Reason.BAD_ROW.rank, dtype=pl.Int32))
        others = pl.concat([others, bad]).sort("row")
        bad_rows = pl.concat([bad_rows, _explained(impossible, ready)]).sort("row")
    return Complete(ready.size, rows, filled, others, bad_rows, contexts, named, unread)


def _explained(rows: pl.DataFrame, ready: Ready) -> pl.DataFrame:
    """Return `row` and `explanation` of impossible rows, in the words of the checks of a single row."""
    performed = pl.col("status") == STATUSES.index(Status.PERFORMED)
    texts = [
        pl.when(is_wrong.fill_null(value=False)).then(
            pl.format(f"column {name}: {message.replace('{value}', '{}')}", pl.col(name).cast(pl.Date).cast(pl.String))
        )
        for name, message, is_wrong in (
            ("birth_date", row_checks.BEFORE_BIRTH, pl.col("date") < pl.col("birth_date")),
            ("death_date", row_checks.AFTER_DEATH, performed & (pl.col("date") > pl.col("death_date"))),
        )
    ]
    line = pl.lit(ready.line_of(rows["row"]))
    text = pl.concat_str(texts, separator="; ", ignore_nulls=True)
    return rows.select("row", explanation=pl.format("Line {}: {}", line, text))
