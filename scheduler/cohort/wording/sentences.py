"""Explanations for whole cohorts: sentences assembled from pieces that are looked up in one table of texts."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.sentences import COUNTED, SENTENCES
from spine_vigil.scheduler.cohort.arrays import NOWHERE, Flags, Ints
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes
from spine_vigil.scheduler.cohort.row_texts import RowTexts
from spine_vigil.scheduler.cohort.wording.phrases import Words

_FEW, _FEW_OF_CELLS = 1 << 12, 1 << 15
"""A field with at most this many texts gets a table that includes the plain text before and behind it.

For dates such a table takes a while to make, which pays only for whole files, whose explanations are CSV cells.
"""

NEEDS_QUOTES = [",", '"', "\n", "\r"]
"""The characters that make a CSV cell need quotes."""


def _with_own_fields(template: str) -> str:
    """Return a template with fields that hold more than one placeholder, or the space before one that may be empty."""
    return template.replace(COUNTED, "{counted}").replace(" {hazard_advice}", "{hazard_advice}")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Plain text, or the text of a field with plain text around it."""

    before: str
    field: str | None = None
    behind: str = ""


class Sentences:
    """Assembles explanations: all texts are in one table, and each sentence knows where its pieces start in it."""

    def __init__(self, words: Words, *, as_cells: bool = False) -> None:
        """With `as_cells` sentences are CSV cells, quoted where the text of the template needs it."""
        self._words = words
        self._as_cells = as_cells
        self._few = _FEW_OF_CELLS if as_cells else _FEW
        self._as_written: dict[int, pl.Series] = {}
        must_quote = [any(mark in template for mark in NEEDS_QUOTES) for template in SENTENCES.values()]
        sentences = [
            list(self._pieces(_with_own_fields(template), '"' if as_cells and must else ""))
            for template, must in zip(SENTENCES.values(), must_quote, strict=True)
        ]
        pieces = list(dict.fromkeys(piece for sentence in sentences for piece in sentence))
        starts: dict[_Piece, int] = {}
        tables: dict[object, int] = {}
        texts, end = [pl.Series([""])], 1
        for piece in pieces:
            # Fields of dates have the same texts, which are stored once.
            starts[piece] = tables.setdefault(self._made_of(piece), end)
            if starts[piece] == end:
                texts.append(self._texts_of(piece))
                end += len(texts[-1])
        self.texts = pl.concat(texts, rechunk=True)
        self._fields = list(dict.fromkeys(piece.field for piece in pieces if piece.field is not None))
        # By piece and sentence: where its texts start, and which field is looked up in them (0: none). An empty
        # sentence follows the last one, at NOWHERE.
        shape = max(map(len, sentences)), len(sentences) + 1
        self._starts = np.zeros(shape, dtype=np.int32)
        self._which = np.zeros(shape, dtype=np.int32)
        for wording, sentence in enumerate(sentences):
            for number, piece in enumerate(sentence):
                self._starts[number, wording] = starts[piece]
                self._which[number, wording] = self._fields.index(piece.field) + 1 if piece.field else 0
        risky = {field: words.fields[field].texts.str.contains_any(NEEDS_QUOTES) for field in self._fields}
        self._risky = {field: r.fill_null(value=False).to_numpy() for field, r in risky.items() if r.any()}
        self._is_quoted = np.array([*must_quote, True])

    def pieces(self, outcomes: Outcomes, sentences: Ints) -> list[RowTexts]:
        """Return the sentence of each row, piece by piece; `sentences` are indexes into WORDINGS, or NOWHERE."""
        return [RowTexts(self.texts, indexes) for indexes in self._indexes(outcomes, sentences)]

    def unsure(self, outcomes: Outcomes) -> NDArray[np.intp]:
        """Return the rows whose template has no quotes but a field with text that needs them."""
        must: Flags = np.zeros(len(outcomes.wording), dtype=np.bool_)
        for field, is_risky in self._risky.items():
            names_it = (self._which == self._fields.index(field) + 1).any(axis=0) & ~self._is_quoted
            rows = names_it.take(outcomes.wording).nonzero()[0]
            must[rows] |= is_risky.take(self._words.fields[field].index_of(outcomes.take(rows)))
        return must.nonzero()[0]

    def _indexes(self, outcomes: Outcomes, sentences: Ints) -> Iterator[Ints]:
        """Yield the index of each row's first piece in the table of texts, then of its second, and so on."""
        wordings = np.bincount(sentences - NOWHERE, minlength=1)[1:].nonzero()[0]
        rows = len(sentences)
        which = self._which[:, wordings]
        used = np.unique(which[which > 0])
        by_field = {0: np.zeros(rows, dtype=np.int32)}
        by_field |= {field: self._words.fields[self._fields[field - 1]].index_of(outcomes) for field in used.tolist()}
        # All fields concatenated, so that each row can take its own.
        side_by_side = np.concatenate(list(by_field.values()))
        at = np.zeros(len(self._fields) + 1, dtype=np.int32)
        at[list(by_field)] = np.arange(len(by_field), dtype=np.int32) * rows
        row = np.arange(rows, dtype=np.int32)
        for starts, fields, used_fields in zip(self._starts, self._which, which, strict=True):
            start = starts.take(sentences)
            if not used_fields.any():
                if not starts[wordings].any():
                    return  # no sentence is longer
                yield start
            else:
                yield start + side_by_side.take(at.take(fields).take(sentences) + row)

    def _pieces(self, template: str, quote: str) -> Iterator[_Piece]:
        """Yield a template in pieces; plain text is joined to the field next to it where that has few texts."""
        last, plain = None, quote
        for text, field, _, _ in string.Formatter().parse(template):
            plain += text.replace('"', '""') if self._as_cells else text
            if field is None:
                continue
            is_few = len(self._words.fields[field].texts) <= self._few
            if last is not None and not is_few:
                last, plain = _Piece(last.before, last.field, plain), ""
            if last is not None:
                yield last
            if plain and not is_few:
                yield _Piece(plain)
                plain = ""
            piece = _Piece(plain, field)
            last, plain = (piece, "") if is_few else (None, "")
            if not is_few:
                yield piece
        plain += quote
        if last is not None:
            yield _Piece(last.before, last.field, plain)
        elif plain:
            yield _Piece(plain)

    def _made_of(self, piece: _Piece) -> object:
        """Return a key that is equal for pieces with the same texts."""
        return piece.before, piece.field and id(self._words.fields[piece.field].texts), piece.behind

    def _texts_of(self, piece: _Piece) -> pl.Series:
        if piece.field is None:
            return pl.Series([piece.before])
        texts = self._texts_of_field(piece.field)
        return piece.before + texts + piece.behind if piece.before or piece.behind else texts

    def _texts_of_field(self, field: str) -> pl.Series:
        texts = self._words.fields[field].texts
        known = self._as_written.get(id(texts))
        if known is None:
            has_quotes = self._as_cells and texts.str.contains('"', literal=True).any()
            known = texts.str.replace_all('"', '""', literal=True) if has_quotes else texts
            self._as_written[id(texts)] = known
        return known
