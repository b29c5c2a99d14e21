"""The result columns of an audit, as text, made from Outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.arrays import NOWHERE, with_none
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes
from spine_vigil.scheduler.cohort.wording.phrases import BECAUSE, Words
from spine_vigil.scheduler.cohort.wording.sentences import Sentences

NUMBERS = ("days_from_window", "unread_rows")
"""The results that are whole numbers."""

RESULT_SCHEMA = {n: pl.Int32 if n in NUMBERS else pl.String for n in RESULT_COLUMNS}
"""The result columns and their types: all text but NUMBERS."""

DATE_RESULTS = ("reference_date", "opens", "closes", "next_allowed")
"""The results that are dates, and typed as such in a Parquet file."""

_NO_NUMBER = 1 << 30


class Results:
    """Makes the wanted result columns, in the order of RESULT_COLUMNS."""

    def __init__(self, words: Words, columns: Sequence[str] = RESULT_COLUMNS) -> None:
        self._words = words
        self._columns = columns

    def in_words(self, outcomes: Outcomes, bad_rows: pl.DataFrame, *, typed_dates: bool = False) -> pl.DataFrame:
        """Return the wanted columns of every row; `bad_rows` gives the `explanation` of bad rows (`row`).

        A row without a sentence has no explanation. DATE_RESULTS are ISO text, or dates with `typed_dates`.
        """
        typed = DATE_RESULTS if typed_dates else ()
        return pl.DataFrame(
            [
                (self._words.dates(name, outcomes) if name in typed else self._column(name, outcomes, bad_rows)).alias(
                    name
                )
                for name in self._columns
            ]
        )

    def _column(self, name: str, outcomes: Outcomes, bad_rows: pl.DataFrame) -> pl.Series:
        if name == "explanation":
            return self._explanation(outcomes, bad_rows)
        if name == "days_from_window":
            return with_none(np.where(outcomes.has_window, outcomes.days_from_window, np.int32(_NO_NUMBER)), _NO_NUMBER)
        if name == "unread_rows":
            return with_none(outcomes.unread_rows, NOWHERE)
        cells = self._words.cells[name].cells(outcomes)
        if name == "missing" and outcomes.missing_text is not None:
            return outcomes.missing_text.zip_with(outcomes.missing_text.is_not_null(), cells)
        return cells

    def _explanation(self, outcomes: Outcomes, bad_rows: pl.DataFrame) -> pl.Series:
        pieces = [piece.series() for piece in self._sentences.pieces(outcomes, outcomes.wording)]
        none = pl.repeat("", len(outcomes.reason), dtype=pl.String, eager=True)
        text = pl.select(pl.concat_str(pieces)).to_series() if pieces else none
        if outcomes.because is not None:
            said = outcomes.because.fill_null("")
            text = pl.select(pl.lit(text).str.replace(BECAUSE, pl.lit(said), literal=True)).to_series()
        if outcomes.note is not None:
            text = pl.select(pl.concat_str(text, outcomes.note.fill_null(""))).to_series()
        return text.set(pl.Series(outcomes.wording == NOWHERE), None).scatter(bad_rows["row"], bad_rows["explanation"])

    @cached_property
    def _sentences(self) -> Sentences:
        return Sentences(self._words)
