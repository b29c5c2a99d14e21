"""CSV lines with their results appended, assembled by compiled loops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import Ints
from spine_vigil.scheduler.cohort.compiled.loops import Texts, join_rows
from spine_vigil.scheduler.cohort.pieces import Piece
from spine_vigil.scheduler.cohort.row_texts import TextColumn
from spine_vigil.scheduler.errors import CHANGED, FileError

_ROOM = 1 << 22
"""The size of the buffer in which lines are assembled, in bytes; it grows where one line needs more."""


class TextPool:
    """The tables of result texts, concatenated into one for the loops."""

    def __init__(self, tables: Iterable[pl.Series]) -> None:
        """Tables are distinguished by identity, not by content."""
        self._tables = {id(table): table for table in tables}
        sizes = np.cumsum([0, *map(len, self._tables.values())])
        self._starts = dict(zip(self._tables, sizes.tolist(), strict=False))
        self.texts = _texts(pl.concat(self._tables.values()))

    def beside(self, lines: bytes, columns: Sequence[TextColumn], rows: int) -> Lines:
        """Return `rows` lines, each with its line feed, with columns appended.

        Raises IndexError where an index lies outside its table, which the loops would not notice.
        """
        pieces = [(piece, n == 0) for column in columns for n, piece in enumerate(column.pieces)]
        indexes = np.empty((len(pieces), rows), np.int32)
        individual: list[pl.Series] = [pl.Series([""])]
        count = 1
        for row, (piece, _) in zip(indexes, pieces, strict=True):
            if rows and not 0 <= piece.indexes.min() <= piece.indexes.max() < len(piece.table):
                raise IndexError(
                    f"there is no text {piece.indexes.min()} or {piece.indexes.max()} of {len(piece.table)}"
                )
            np.add(piece.indexes, np.int32(self._starts[id(piece.table)]), out=row)
            row[piece.rows] = -np.arange(count, count + len(piece.rows))
            individual.append(piece.individual)
            count += len(piece.rows)
        is_first = np.array([is_first for _, is_first in pieces], np.bool_)
        return Lines(lines, self.texts, _texts(pl.concat(individual)), indexes, is_first)


def _texts(texts: pl.Series) -> Texts:
    """Return texts as one array of bytes, and where each of them starts."""
    filled = texts.fill_null("")
    starts = np.concatenate([np.zeros(1, np.uint64), filled.str.len_bytes().to_numpy().astype(np.uint64).cumsum()])
    return Texts(np.frombuffer(filled.str.join("").item().encode(), np.uint8), starts)


@dataclass(frozen=True)
class Lines(Piece):
    """A piece of a CSV: lines, and the texts to append to each of them.

    Text `n` of a row is `texts[indexes[n, row]]`, or `individual[-indexes[n, row]]` where the index is negative;
    `is_first` marks the texts that start a cell.
    """

    lines: bytes
    texts: Texts
    individual: Texts
    indexes: Ints
    is_first: NDArray[np.bool_]

    def write_to(self, file: IO[bytes]) -> None:
        """Write the piece to a file. Raises OSError, and FileError where the numbers of lines and rows differ."""
        lines, out = np.frombuffer(self.lines, np.uint8), np.empty(_ROOM, np.uint8)
        rows = self.indexes.shape[1]
        row = start = 0
        while start < len(lines) and row < rows:
            row, start, size = join_rows(
                lines, row, start, self.texts, self.individual, self.indexes, self.is_first, out
            )
            if size:
                file.write(out[:size].data)
            else:
                out = np.empty(2 * len(out), np.uint8)
        if row < rows or start < len(lines):
            raise FileError(CHANGED)
