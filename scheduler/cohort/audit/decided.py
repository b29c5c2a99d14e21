"""A decided block of an audit: its results as columns, by one edition or by several, each for the rows of its dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.arrays import Flags
from spine_vigil.scheduler.cohort.audit.audit import Judge
from spine_vigil.scheduler.cohort.audit.counts import Counts
from spine_vigil.scheduler.cohort.audit.other_readings import CONTESTED
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes
from spine_vigil.scheduler.cohort.pieces import FramePiece, Piece
from spine_vigil.scheduler.cohort.row_texts import RowTexts, TextColumn
from spine_vigil.scheduler.errors import CHANGED, FileError
from spine_vigil.scheduler.files.csv_text import LINE, plain_lines


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions of a block of `size` rows, what is wrong with its bad ones and, where wanted, what is contested.

    `is_own` marks the rows that the audit decides (None: all); what it says of the others means nothing. `described`
    has, where it is wanted, the `protocol` of each row (several joined by `|`), its `day` (a day number or NO_DAY) and
    whether it `is_performed`.
    """

    judge: Judge
    size: int
    bad_rows: pl.DataFrame
    outcomes: Outcomes
    contested: pl.DataFrame | None
    columns: Sequence[str]
    is_own: Flags | None
    counts: Counts
    described: pl.DataFrame | None = None

    def explanations(self, rows: NDArray[np.intp]) -> pl.Series:
        """Return the explanations of some rows, given in ascending order."""
        places = pl.DataFrame({"row": pl.Series(rows, dtype=pl.UInt32)}).with_row_index("place")
        bad_rows = places.join(self.bad_rows, on="row", maintain_order="left").select("explanation", row="place")
        return self.judge.in_words(self.outcomes.take(rows), bad_rows, ["explanation"]).to_series()

    def in_words(self, *needed: str, typed_dates: bool = False) -> pl.DataFrame:
        """Return the wanted columns and the `needed` ones for every row; dates are text unless `typed_dates`."""
        columns = [name for name in RESULT_COLUMNS if name in self.columns or name in needed]
        if self.contested is None:
            return self.judge.in_words(self.outcomes, self.bad_rows, columns, typed_dates=typed_dates)
        none = pl.repeat(None, self.size, dtype=pl.String, eager=True).alias(CONTESTED)
        names = none.scatter(self.contested["row"], self.contested[CONTESTED])
        # A frame without columns has no rows either, so it could not take the names.
        if not columns:
            return names.to_frame()
        words = self.judge.in_words(self.outcomes, self.bad_rows, columns, typed_dates=typed_dates)
        return words.with_columns(names)

    def cells(self) -> list[TextColumn]:
        """Return the wanted columns as CSV cells; some are joined into one column."""
        columns = self.judge.csv_results(self.columns).in_csv(self.outcomes, self.bad_rows)
        if self.contested is not None:
            rows = self.contested["row"].to_numpy().astype(np.intp)
            names = RowTexts.of_some(self.size, rows, self.contested[CONTESTED])
            columns.append(TextColumn(CONTESTED, [names]))
        return columns

    def beside(self, lines: pl.Series | bytes) -> Piece:
        """Return lines with the wanted columns appended, as a piece of a CSV."""
        columns = self.cells()
        if isinstance(lines, bytes):
            return self.judge.csv_results(self.columns).pool().beside(lines, columns, self.size)
        return _beside(lines, [column.series() for column in columns], self.size)


@dataclass(frozen=True, slots=True)
class DecidedByDate:
    """The decisions of a block by several editions: each part has its own rows, and every row is of one part."""

    parts: Sequence[Decided]

    def in_words(self, *needed: str, typed_dates: bool = False) -> pl.DataFrame:
        """Return what Decided does."""
        frames = [part.in_words(*needed, typed_dates=typed_dates).get_columns() for part in self.parts]
        return pl.DataFrame([self._merged(columns) for columns in zip(*frames, strict=True)])

    def beside(self, lines: pl.Series | bytes) -> Piece:
        """Return what Decided does."""
        if isinstance(lines, bytes):
            lines = plain_lines(lines)
        cells = [part.cells() for part in self.parts]
        merged = [self._merged([column.series() for column in columns]) for columns in zip(*cells, strict=True)]
        return _beside(lines, merged, self.parts[0].size)

    @property
    def counts(self) -> Counts:
        """The counts of all rows."""
        counts = Counts()
        for part in self.parts:
            counts.add(part.counts)
        return counts

    def _merged(self, columns: Sequence[pl.Series]) -> pl.Series:
        """Return a column with the cells of each part in its own rows."""
        merged = columns[-1]
        for part, column in zip(self.parts[:-1], columns[:-1], strict=True):
            merged = column.zip_with(pl.Series(part.is_own), merged)
        return merged


def _beside(lines: pl.Series, columns: Sequence[pl.Series], size: int) -> Piece:
    if len(lines) != size:
        raise FileError(CHANGED)
    return FramePiece(pl.DataFrame([lines.alias(LINE), *columns]), is_text=True)
