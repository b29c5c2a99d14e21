"""Decisions as text: from the whole numbers of Codes to the columns that a reader sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scheduler.cohort.codes import Codes
from scheduler.cohort.phrases import Words, look_up
from scheduler.cohort.sentences import NEEDS_QUOTES, Sentences
from scheduler.cohort.tables import NOWHERE, with_none
from scheduler.columns import RESULT_COLUMNS

RESULT_SCHEMA = {n: pl.Int32 if n == "days_from_window" else pl.String for n in RESULT_COLUMNS}
"""The result columns and their types: all text but the days."""

_TOGETHER = (("decision", "reason", "timing"), ("route", "section"), ("missing", "combination"))
"""Columns that hold few different cells together, which a CSV takes from one table."""

_NO_NUMBER = 1 << 30

_NOT_TOLD = pl.DataFrame(schema={"row": pl.UInt32, "explanation": pl.String})


class Results:
    """Puts decisions into words: the result columns that are wanted, in the order of RESULT_COLUMNS."""

    def __init__(self, words: Words, columns: Sequence[str] = RESULT_COLUMNS) -> None:
        self._words = words
        self._columns = columns

    def in_words(self, codes: Codes, told: pl.DataFrame) -> pl.DataFrame:
        """Return the wanted columns of every row; `told` says of bad rows (`row`) their `explanation`.

        A row without a sentence has no explanation.
        """
        return pl.DataFrame([self._column(name, codes, told).alias(name) for name in self._columns])

    def in_csv(self, codes: Codes, told: pl.DataFrame) -> pl.DataFrame:
        """Return what `in_words` does as text that stands in a CSV as it is; some columns share one text of cells."""
        found = [cells.alias(names[0]) for names, cells in self._csv_cells(codes)]
        if "explanation" in self._columns:
            found.append(self._csv_explanation(codes, told).alias("explanation"))
        return pl.DataFrame(found)

    def _csv_explanation(self, codes: Codes, told: pl.DataFrame) -> pl.Series:
        # Of few rows only the filled sentence tells whether it must be quoted; these come in a piece of their own.
        own = self._unsure(codes, told)
        others = pl.repeat("", len(codes.reason), dtype=pl.String, eager=True)
        if len(own):
            told_of_own = told.with_columns(row=pl.Series(np.searchsorted(own, told["row"].to_numpy())))
            said = self._explanation(codes.take(own), told_of_own)
            others = others.scatter(own, pl.select(_quoted(said)).to_series())
        sentences = codes.wording.copy()
        sentences[own] = NOWHERE
        return pl.select(pl.concat_str([*self._quoted_sentences.pieces(codes, sentences), others])).to_series()

    def _unsure(self, codes: Codes, told: pl.DataFrame) -> NDArray[np.intp]:
        """Return the rows, in order, that have other explanations than a sentence quoted in a known way."""
        found = [told["row"].to_numpy(), self._quoted_sentences.unsure(codes)]
        if codes.note is not None:
            found.append(codes.note.is_not_null().arg_true().to_numpy())
        return np.unique(np.concatenate(found).astype(np.intp))

    def _column(self, name: str, codes: Codes, told: pl.DataFrame) -> pl.Series:
        if name == "explanation":
            return self._explanation(codes, told)
        if name == "days_from_window":
            return with_none(np.where(codes.has_window, codes.days_from_window, np.int32(_NO_NUMBER)), _NO_NUMBER)
        cells = self._words.cells[name].cells(codes)
        if name == "missing" and codes.missing_text is not None:
            return codes.missing_text.zip_with(codes.missing_text.is_not_null(), cells)
        return cells

    def _explanation(self, codes: Codes, told: pl.DataFrame) -> pl.Series:
        text = pl.select(pl.concat_str([*self._sentences.pieces(codes, codes.wording), pl.lit("")])).to_series()
        if codes.note is not None:
            text = pl.select(pl.concat_str(text, codes.note.fill_null(""))).to_series()
        return text.set(pl.Series(codes.wording == NOWHERE), None).scatter(told["row"], told["explanation"])

    def _csv_cells(self, codes: Codes) -> Iterator[tuple[tuple[str, ...], pl.Series]]:
        """Yield the cells of every row but the explanation, column by column or some together, with their names."""
        for names, texts in self._tables.items():
            if "missing" in names and codes.missing_text is not None:
                cells = (self._column(name, codes, _NOT_TOLD).fill_null("") for name in names)
                yield names, pl.select(pl.concat_str(list(cells), separator=",")).to_series()
                continue
            first, *others = (self._words.cells[name] for name in names)
            places = first.row_of(codes)
            for phrase in others:
                places = places * np.int32(len(phrase.texts) + 1) + phrase.row_of(codes)
            yield names, look_up(texts, places)

    @cached_property
    def _tables(self) -> dict[tuple[str, ...], pl.Series]:
        """The cells that columns can hold; of several columns each with each."""
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

    @cached_property
    def _sentences(self) -> Sentences:
        return Sentences(self._words)

    @cached_property
    def _quoted_sentences(self) -> Sentences:
        """The sentences as cells of a CSV, within quotes where they must be whatever is filled in."""
        return Sentences(self._words, as_cells=True)


def _quoted(texts: pl.Series) -> pl.Expr:
    """Return texts as cells of a CSV, null as an empty one."""
    said = pl.lit(texts)
    quoted = pl.concat_str(pl.lit('"'), said.str.replace_all('"', '""', literal=True), pl.lit('"'))
    return pl.when(said.str.contains_any(NEEDS_QUOTES)).then(quoted).otherwise(said).fill_null("")
