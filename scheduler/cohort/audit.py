"""The audit of a cohort: every row of an events frame with its decision, in its order."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from scheduler.cohort.decide import decide_rows
from scheduler.cohort.decode import all_days, decode
from scheduler.cohort.explain import Words, decision_columns, explanations
from scheduler.cohort.judge import CODES
from scheduler.cohort.reading import LINE
from scheduler.cohort.tables import RuleTables, day_table
from scheduler.columns import RESULT_COLUMNS, STATUSES, event_columns
from scheduler.edition import Edition
from scheduler.grace import GracePolicy
from scheduler.reasons import Reason, Status
from scheduler.wording import SENTENCES

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
        schema = {n: pl.Int32 if n == "days_from_window" else pl.String for n in RESULT_COLUMNS}
        return cells.map_batches(self._decide_frame, schema=pl.Schema(schema), streamable=False)

    def _decide_frame(self, cells: pl.DataFrame) -> pl.DataFrame:
        columns = event_columns(self.edition, self.date_format)
        frame, problems = decode(cells, self.edition, columns)
        lines = cells[LINE] if LINE in cells.columns else frame["row"] + 1
        bad = problems.select(pl.col("row").unique())
        is_bad = pl.col("row").is_in(bad["row"].implode())
        is_cancelled = pl.col("has_study") & (pl.col("status") == _CANCELLED) & ~is_bad
        judged = frame.filter(pl.col("has_study") & ~is_bad & ~is_cancelled)
        tables = RuleTables(self.edition, self.grace)
        days = day_table(tables, all_days(judged))
        codes = decide_rows(judged, tables, days)
        rest = frame.filter(~pl.col("has_study") | is_bad | is_cancelled)
        codes = pl.concat([codes, _undecided(rest, is_bad, is_cancelled)]).sort("row")
        words = Words(tables, days.low, days.low + days.span - 1)
        found = codes.select(**decision_columns(words, tables), combination=pl.lit(None, dtype=pl.String))
        said = explanations(codes, words, _problem_texts(problems, lines))
        return found.with_columns(said).select(RESULT_COLUMNS)


def _undecided(rows: pl.DataFrame, is_bad: pl.Expr, is_cancelled: pl.Expr) -> pl.DataFrame:
    """Return the CODES of bad, cancelled and enrolment rows; a bad row's sentence comes from its problems."""
    reason = pl.when(is_bad).then(Reason.BAD_ROW.rank).when(is_cancelled).then(Reason.CANCELLED.rank)
    wording = pl.when(is_cancelled).then(list(SENTENCES).index("cancelled"))
    empty = {name: pl.lit(None, dtype=dtype) for name, dtype in CODES.items()}
    known = {"row": pl.col("row"), "reason": reason.cast(pl.Int32), "wording": wording.cast(pl.Int32)}
    return rows.select(**(empty | known | {"has_window": pl.lit(value=False)}))


def _problem_texts(problems: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    """Return what is wrong with each bad row in one text, as `row` and `text`."""
    said = pl.when(pl.col("column") == "").then("message").otherwise(pl.format("column {}: {}", "column", "message"))
    return (
        problems.with_columns(line=pl.lit(lines).gather(pl.col("row")), said=said)
        .group_by("row", maintain_order=True)
        .agg(line=pl.col("line").first(), said=pl.col("said").str.join("; "))
        .select("row", text=pl.format("Line {}: {}", "line", "said"))
    )
