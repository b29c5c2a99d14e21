"""The results of an audit as CSV cells, and the entry to the compiled loops that append them to lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.arrays import NOWHERE, Flags
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes
from spine_vigil.scheduler.cohort.row_texts import EMPTY, RowTexts, TextColumn
from spine_vigil.scheduler.cohort.tables.numbering import WORDINGS
from spine_vigil.scheduler.cohort.wording.phrases import Words
from spine_vigil.scheduler.cohort.wording.results import Results
from spine_vigil.scheduler.cohort.wording.sentences import NEEDS_QUOTES, Sentences

if TYPE_CHECKING:
    from spine_vigil.scheduler.cohort.compiled.csv_lines import TextPool

_TOGETHER = (
    ("decision", "reason", "timing"),
    ("route", "section"),
    ("undecided_regions", "unread_rows", "combination"),
)
"""Groups of columns whose cells have few combinations: each group is looked up in one table.

Rows with unread rows are few, and get individual cells.
"""

_COUNTS = frozenset({"unread_rows"})
"""Columns whose cells are not looked up."""

_LONG = np.array([*(name.endswith("_round") for name in WORDINGS), False])
"""By sentence (the last for none): whether it has more pieces than others and few rows, which get individual texts."""

_NO_PROBLEMS = pl.DataFrame(schema={"row": pl.UInt32, "explanation": pl.String})


class CsvResults(Results):
    """Makes the wanted result columns as CSV cells."""

    def __init__(self, words: Words, columns: Sequence[str] = RESULT_COLUMNS) -> None:
        super().__init__(words, columns)
        self._tables = self._make_tables()
        # Built only where explanations are wanted, since their tables are large.
        self._quoted_sentences = [Sentences(words, as_cells=True) for name in columns if name == "explanation"]
        self._turn = Lock()
        self._pool: TextPool | None = None

    def in_csv(self, outcomes: Outcomes, bad_rows: pl.DataFrame) -> list[TextColumn]:
        """Return the columns of `in_words` as CSV cells, quoted where needed; a group is joined into one column."""
        columns = [TextColumn(names[0], [self._csv_cells(names, outcomes)]) for names in self._tables]
        explained = [self._csv_explanation(sentences, outcomes, bad_rows) for sentences in self._quoted_sentences]
        return [*columns, *(TextColumn("explanation", pieces) for pieces in explained)]

    def pool(self) -> TextPool:
        """Return the texts of all cells in the form that the compiled loops take."""
        from spine_vigil.scheduler.cohort.compiled.csv_lines import TextPool

        with self._turn:
            if self._pool is None:
                sentences = (sentences.texts for sentences in self._quoted_sentences)
                self._pool = TextPool([EMPTY, *self._tables.values(), *sentences])
            return self._pool

    def _csv_explanation(self, sentences: Sentences, outcomes: Outcomes, bad_rows: pl.DataFrame) -> list[RowTexts]:
        # In a few rows only the filled sentence shows whether it needs quotes; these get individual texts.
        others = [bad_rows["row"].to_numpy(), sentences.unsure(outcomes)]
        others += [
            texts.is_not_null().arg_true().to_numpy()
            for texts in (outcomes.because, outcomes.note)
            if texts is not None
        ]
        others.append(_LONG.take(outcomes.wording).nonzero()[0])
        individual = np.unique(np.concatenate(others).astype(np.intp))
        wordings = outcomes.wording.copy()
        wordings[individual] = NOWHERE
        pieces = sentences.pieces(outcomes, wordings)
        if pieces and not len(individual):
            return pieces
        bad_individual = bad_rows.with_columns(row=pl.Series(np.searchsorted(individual, bad_rows["row"].to_numpy())))
        explanations = pl.select(_quoted(self._explanation(outcomes.take(individual), bad_individual))).to_series()
        return [*pieces, RowTexts.of_some(len(wordings), individual, explanations)]

    def _csv_cells(self, names: tuple[str, ...], outcomes: Outcomes) -> RowTexts:
        """Return the cells of a column, or of a group joined into one."""
        indexes = np.zeros(len(outcomes.reason), dtype=np.int32)
        for phrase in (self._words.cells[name] for name in names if name not in _COUNTS):
            indexes = indexes * np.int32(len(phrase.texts) + 1) + phrase.row_of(outcomes)
        rows = self._with_own_cells(names, outcomes)
        if not len(rows):
            return RowTexts(self._tables[names], indexes)
        own = outcomes.take(rows)
        cells = [self._column(name, own, _NO_PROBLEMS).cast(pl.String).fill_null("") for name in names]
        individual = pl.select(pl.concat_str(cells, separator=",")).to_series()
        return RowTexts(self._tables[names], indexes, rows, individual)

    @staticmethod
    def _with_own_cells(names: tuple[str, ...], outcomes: Outcomes) -> NDArray[np.intp]:
        """Return the rows whose cells in a group of columns are not looked up."""
        if "missing" in names and outcomes.missing_text is not None:
            has_own: Flags = outcomes.missing_text.is_not_null().to_numpy()
        elif _COUNTS.isdisjoint(names):
            return np.empty(0, np.intp)
        else:
            has_own = outcomes.unread_rows != NOWHERE
        return has_own.nonzero()[0]

    def _make_tables(self) -> dict[tuple[str, ...], pl.Series]:
        """Return a table of cells for each column, and of all combinations of cells for each group."""
        groups = {name: group for group in _TOGETHER for name in group}
        wanted = [name for name in self._columns if name != "explanation"]
        tables = {}
        for _, together in groupby(wanted, key=lambda name: groups.get(name, name)):
            names = tuple(together)
            cells = (EMPTY if name in _COUNTS else pl.concat([self._words.cells[name].texts, EMPTY]) for name in names)
            texts, *others = (pl.select(_quoted(each)).to_series() for each in cells)
            for more in others:
                each = texts.to_frame("text").join(more.to_frame("more"), how="cross", maintain_order="left_right")
                texts = each.select(pl.concat_str("text", "more", separator=",")).to_series()
            tables[names] = texts.rechunk()
        return tables


def _quoted(texts: pl.Series) -> pl.Expr:
    """Return texts as CSV cells, null as an empty cell."""
    cells = pl.lit(texts)
    quoted = pl.concat_str(pl.lit('"'), cells.str.replace_all('"', '""', literal=True), pl.lit('"'))
    return pl.when(cells.str.contains_any(NEEDS_QUOTES)).then(quoted).otherwise(cells).fill_null("")
