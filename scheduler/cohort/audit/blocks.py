"""One decoded block of an events file: the rows to judge, the other rows, and what the second pass needs of them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.decoding.cells import Cells
from spine_vigil.scheduler.cohort.decoding.decoding import Decoder, bounds
from spine_vigil.scheduler.cohort.history.rows import HISTORY, part_of_rows
from spine_vigil.scheduler.cohort.tables.contexts import ContextBook
from spine_vigil.scheduler.records.fields import STATUSES
from spine_vigil.scheduler.records.patients import Status

_CANCELLED = STATUSES.index(Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Ready:
    """A decoded block, ready to be judged once all rows of the cohort are known.

    `rows` are the events to judge (see `decide_rows`), `others` the bad, cancelled and enrolment rows (`row` and
    `reason`, null for an enrolment), `bad_rows` what is wrong with the bad ones (`row` and `explanation`).
    """

    rows: pl.DataFrame
    others: pl.DataFrame
    bad_rows: pl.DataFrame

    @property
    def size(self) -> int:
        """The number of rows in the block."""
        return len(self.rows) + len(self.others)

    @property
    def frames(self) -> tuple[pl.DataFrame, ...]:
        """The frames that the block is made of."""
        return self.rows, self.others, self.bad_rows


@dataclass(frozen=True, slots=True)
class Digest:
    """What is stored of a block until all blocks are read.

    `history` holds its judged rows (columns of HISTORY), `days` the earliest and the latest of all their dates, or
    nothing where they have none, `protocols` those of Decoded.
    """

    history: pl.DataFrame
    days: list[int]
    protocols: pl.Series


def prepare(cells: Cells, decoder: Decoder, book: ContextBook) -> tuple[Ready, Digest]:
    """Decode the cells of a block."""
    decoded = decoder.decode(cells)
    frame, problems = decoded.rows, decoded.problems
    is_bad = pl.col("row").is_in(problems["row"].unique().implode()) if len(problems) else pl.lit(value=False)
    is_cancelled = pl.col("has_study") & (pl.col("status") == _CANCELLED) & ~is_bad
    is_judged = pl.col("has_study") & ~is_bad & ~is_cancelled
    rows = frame.filter(is_judged).drop("has_study").with_row_index("at")
    rows = rows.with_columns(context=book.number(rows))
    history = rows.with_columns(part_of_rows()).select(*HISTORY)
    ready = Ready(
        rows.drop("patient", "patient_check", "is_add_on", "regions", "primary_site", "region", "cpt"),
        frame.filter(~is_judged).select("row", reason=_reason(is_bad, is_cancelled)),
        _bad_rows(problems, cells.lines),
    )
    return ready, Digest(history, bounds(rows, decoder.columns), decoded.protocols)


def _reason(is_bad: pl.Expr, is_cancelled: pl.Expr) -> pl.Expr:
    """Return why a row is not judged; an enrolment has no reason."""
    reason = pl.when(is_bad).then(Reason.BAD_ROW.rank).when(is_cancelled).then(Reason.CANCELLED.rank)
    return reason.cast(pl.Int32)


def _bad_rows(problems: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    """Return `row` and `explanation`, which joins all problems of a bad row."""
    text = pl.when(pl.col("column") == "").then("message").otherwise(pl.format("column {}: {}", "column", "message"))
    return (
        problems.with_columns(line=pl.lit(lines).gather(pl.col("row")), text=text)
        .group_by("row", maintain_order=True)
        .agg(line=pl.col("line").first(), text=pl.col("text").str.join("; "))
        .select("row", explanation=pl.format("Line {}: {}", "line", "text"))
    )
