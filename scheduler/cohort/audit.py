"""The audit of a cohort: every row of an events frame with its decision, in its order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from scheduler.cohort.codes import CODES
from scheduler.cohort.decide import decide_rows
from scheduler.cohort.decode import all_days, decode
from scheduler.cohort.explain import RESULT_SCHEMA, Words, as_csv, in_csv, in_words
from scheduler.cohort.reading import LINE
from scheduler.cohort.tables import RuleTables, day_table
from scheduler.columns import RESULT_COLUMNS, STATUSES, event_columns
from scheduler.edition import Edition
from scheduler.grace import GracePolicy
from scheduler.reasons import Reason, Status
from scheduler.wording import SENTENCES

_WORTH_SHARING = 50_000
"""Rows from which on sharing them between threads is faster than not."""

_CANCELLED = STATUSES.index(Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Audit:
    """The rules of an audit: which edition, which grace, how dates are written."""

    edition: Edition
    grace: GracePolicy
    date_format: str | None = None

    def decide(self, cells: pl.LazyFrame) -> pl.LazyFrame:
        """Return the columns of RESULT_COLUMNS for every row of `cells`, in its order.

        `cells` is an events frame: text columns by the names of scheduler.columns, unknown ones ignored;
        the columns LINE and DAMAGE of scheduler.cohort.reading, where there are any, say where a row
        stands in its file and what is wrong with it as a whole. All results are text but `days_from_window`
        (a whole number).
        """
        return cells.map_batches(self.decide_frame, schema=pl.Schema(RESULT_SCHEMA), streamable=False)

    def decide_frame(self, cells: pl.DataFrame, workers: int = 1) -> pl.DataFrame:
        """Return what `decide` does for a frame that is in memory, on several threads where `workers` says so.

        Patients are shared out between the workers; the answer does not depend on how many there are. Inside
        a query of polars (as `decide` is) there can only be one, since its threads are taken.
        """
        return self._decide(cells, workers, in_words, lambda found: found).select(RESULT_COLUMNS)

    def decide_as_csv(self, cells: pl.DataFrame, workers: int = 1) -> pl.DataFrame:
        """Return `decision`, `reason` and `text`: the results of every row as they stand behind it in a CSV file."""
        return self._decide(cells, workers, in_csv, as_csv)

    def _decide(
        self,
        cells: pl.DataFrame,
        workers: int,
        tell: Callable[[pl.DataFrame, Words], pl.DataFrame],
        finish: Callable[[pl.DataFrame], pl.DataFrame],
    ) -> pl.DataFrame:
        """Return the results in the order of rows.

        `tell` turns the CODES of a share into text, by the worker that decided it; `finish` does the same to
        result columns.
        """
        with ThreadPoolExecutor(workers) as pool:
            run = map if workers == 1 else pool.map
            columns = event_columns(self.edition, self.date_format)
            frame, problems = decode(cells, self.edition, columns, run)
            lines = cells[LINE] if LINE in cells.columns else frame["row"] + 1
            is_bad = pl.col("row").is_in(problems["row"].unique().implode())
            is_cancelled = pl.col("has_study") & (pl.col("status") == _CANCELLED) & ~is_bad
            judged = frame.filter(pl.col("has_study") & ~is_bad & ~is_cancelled)
            rest = frame.filter(~pl.col("has_study") | is_bad | is_cancelled)
            tables = RuleTables(self.edition, self.grace)
            days = day_table(tables, all_days(judged, columns))
            words = Words(tables, days.low, days.low + days.span - 1)
            others = in_words(_undecided(rest, is_bad, is_cancelled), words)
            others = others.update(_problem_texts(problems, lines), on="row")
            shares = run(lambda share: tell(decide_rows(share, tables, days), words), _shares(judged, workers))
            return pl.concat([finish(others), *shares]).sort("row").drop("row")


def _shares(rows: pl.DataFrame, workers: int) -> list[pl.DataFrame]:
    """Return the rows in as many shares as there are workers, each patient whole; neighbours stay together."""
    if workers == 1 or len(rows) < _WORTH_SHARING:
        return [rows]
    share = pl.col("patient") // (pl.col("patient").max() // workers + 1)
    return rows.with_columns(share=share).partition_by("share", include_key=False)


def _undecided(rows: pl.DataFrame, is_bad: pl.Expr, is_cancelled: pl.Expr) -> pl.DataFrame:
    """Return the CODES of bad, cancelled and enrolment rows; a bad row's sentence comes from its problems."""
    reason = pl.when(is_bad).then(Reason.BAD_ROW.rank).when(is_cancelled).then(Reason.CANCELLED.rank)
    wording = pl.when(is_cancelled).then(list(SENTENCES).index("cancelled"))
    empty = {name: pl.lit(None, dtype=dtype) for name, dtype in CODES.items()}
    known = {"row": pl.col("row"), "reason": reason.cast(pl.Int32), "wording": wording.cast(pl.Int32)}
    return rows.select(**(empty | known | {"has_window": pl.lit(value=False)}))


def _problem_texts(problems: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    """Return what is wrong with each bad row in one text, as `row` and `explanation`."""
    said = pl.when(pl.col("column") == "").then("message").otherwise(pl.format("column {}: {}", "column", "message"))
    return (
        problems.with_columns(line=pl.lit(lines).gather(pl.col("row")), said=said)
        .group_by("row", maintain_order=True)
        .agg(line=pl.col("line").first(), said=pl.col("said").str.join("; "))
        .select("row", explanation=pl.format("Line {}: {}", "line", "said"))
    )
