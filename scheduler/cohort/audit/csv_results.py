"""Results as the text of CSV lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.arrays import NOWHERE
from spine_vigil.scheduler.cohort.deciding.outcomes import Codes
from spine_vigil.scheduler.cohort.row_texts import EMPTY, RowTexts, TextColumn
from spine_vigil.scheduler.cohort.wording.phrases import Words
from spine_vigil.scheduler.cohort.wording.results import Results
from spine_vigil.scheduler.cohort.wording.sentences import NEEDS_QUOTES, Sentences

if TYPE_CHECKING:
    from spine_vigil.scheduler.cohort.compiled.csv_lines import TextPool

_TOGETHER = (("decision", "reason", "timing"), ("route", "section"), ("missing", "combination"))
"""Columns that hold few different cells together, which a CSV takes from one table."""

_NOT_TOLD = pl.DataFrame(schema={"row": pl.UInt32, "explanation": pl.String})


class CsvResults(Results):
    """Puts decisions into the cells of a CSV."""

    def __init__(self, words: Words, columns: Sequence[str] = RESULT_COLUMNS) -> None:
        super().__init__(words, columns)
        self._tables = self._make_tables()
        # Sentences as cells stand within quotes where they must whatever is filled in; they are there where wanted.
        self._quoted_sentences = [Sentences(words, as_cells=True) for name in columns if name == "explanation"]
        self._turn = Lock()
        self._pool: TextPool | None = None

    def in_csv(self, codes: Codes, told: pl.DataFrame) -> list[TextColumn]:
        """Return what `in_words` does as cells that stand in a CSV as they are; some columns share one."""
        found = [TextColumn(names[0], [self._csv_cells(names, codes)]) for names in self._tables]
        explained = [self._csv_explanation(sentences, codes, told) for sentences in self._quoted_sentences]
        return [*found, *(TextColumn("explanation", pieces) for pieces in explained)]

    def pool(self) -> TextPool:
        """Return all texts of cells, ready to be put behind lines by compiled loops."""
        from spine_vigil.scheduler.cohort.compiled.csv_lines import TextPool

        with self._turn:
            if self._pool is None:
                sentences = (sentences.texts for sentences in self._quoted_sentences)
                self._pool = TextPool([EMPTY, *self._tables.values(), *sentences])
            return self._pool

    def _csv_explanation(self, sentences: Sentences, codes: Codes, told: pl.DataFrame) -> list[RowTexts]:
        # Of few rows only the filled sentence tells whether it must be quoted; these come in a piece of their own.
        others = [told["row"].to_numpy(), sentences.unsure(codes)]
        if codes.note is not None:
            others.append(codes.note.is_not_null().arg_true().to_numpy())
        own = np.unique(np.concatenate(others).astype(np.intp))
        wordings = codes.wording.copy()
        wordings[own] = NOWHERE
        pieces = sentences.pieces(codes, wordings)
        if pieces and not len(own):
            return pieces
        told_of_own = told.with_columns(row=pl.Series(np.searchsorted(own, told["row"].to_numpy())))
        said = pl.select(_quoted(self._explanation(codes.take(own), told_of_own))).to_series()
        return [*pieces, RowTexts.of_some(len(wordings), own, said)]

    def _csv_cells(self, names: tuple[str, ...], codes: Codes) -> RowTexts:
        """Return the cells of a column, or of some that are taken together."""
        first, *others = (self._words.cells[name] for name in names)
        places = first.row_of(codes)
        for phrase in others:
            places = places * np.int32(len(phrase.texts) + 1) + phrase.row_of(codes)
        if "missing" not in names or codes.missing_text is None:
            return RowTexts(self._tables[names], places)
        rows = codes.missing_text.is_not_null().arg_true().to_numpy().astype(np.intp)
        cells = [self._column(name, codes.take(rows), _NOT_TOLD).fill_null("") for name in names]
        own = pl.select(pl.concat_str(cells, separator=",")).to_series()
        return RowTexts(self._tables[names], places, rows, own)

    def _make_tables(self) -> dict[tuple[str, ...], pl.Series]:
        """Return the cells that columns can hold; of several columns each with each."""
        groups = {name: group for group in _TOGETHER for name in group}
        wanted = [name for name in self._columns if name != "explanation"]
        found = {}
        for _, together in groupby(wanted, key=lambda name: groups.get(name, name)):
            names = tuple(together)
            cells = (pl.concat([self._words.cells[name].texts, pl.Series([""])]) for name in names)
            texts, *others = (pl.select(_quoted(each)).to_series() for each in cells)
            for more in others:
                each = texts.to_frame("text").join(more.to_frame("more"), how="cross", maintain_order="left_right")
                texts = each.select(pl.concat_str("text", "more", separator=",")).to_series()
            found[names] = texts.rechunk()
        return found


def _quoted(texts: pl.Series) -> pl.Expr:
    """Return texts as cells of a CSV, null as an empty one."""
    said = pl.lit(texts)
    quoted = pl.concat_str(pl.lit('"'), said.str.replace_all('"', '""', literal=True), pl.lit('"'))
    return pl.when(said.str.contains_any(NEEDS_QUOTES)).then(quoted).otherwise(said).fill_null("")
