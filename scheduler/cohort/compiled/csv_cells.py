"""Cells of plain CSV lines decoded in place: known texts become numbers without making strings of them."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Sequence
from threading import Lock

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NO_DAY, Flags, look_up, with_none
from spine_vigil.scheduler.cohort.compiled.loops import (
    UNKNOWN,
    Places,
    WordTable,
    count_marks,
    fill_table,
    find_ends,
    find_marks,
    find_words,
    hash_ids,
    read_days,
)
from spine_vigil.scheduler.cohort.decoding.cells import names_somebody, patients_frame
from spine_vigil.scheduler.cohort.decoding.patient_keys import PatientKeys, keys_of, patient_keys
from spine_vigil.scheduler.cohort.decoding.values import MOST_KEPT, Meanings
from spine_vigil.scheduler.files.csv_text import can_be_plain, parse_plain, with_line_feeds, with_lines
from spine_vigil.scheduler.records.fields import PATIENT_ID

_STRETCH = 1 << 20

_FIRST_LEARNT, _MORE_LEARNT = 1 << 10, 8
"""The number of rows with unknown texts that are learnt from at first, and the factor by which it grows."""


class PlainReader:
    """Reads blocks of plain lines of one file, from any thread; texts learnt from one block are known in the next."""

    def __init__(self, header: Sequence[str], fields: Sequence[str]) -> None:
        """`fields` are the fields that the columns of `header` hold."""
        self.header = header
        self.fields = fields
        self._words: dict[Meanings, Words] = {}
        self._turn = Lock()

    def read(self, body: bytes, first_line: int) -> PlainText | None:
        """Return the cells of a body of plain lines; None for a body that `parse_plain` cannot read either."""
        if not can_be_plain(body, len(self.header)) or not _is_text(body):
            return None
        text = with_line_feeds(body)
        data = np.frombuffer(text, np.uint8)
        commas, rows = count_marks(data)
        if commas != rows * (len(self.header) - 1):
            return None
        marks = np.empty(commas + rows + 1, np.uint32)
        find_marks(data, marks)
        ends, formulas = np.empty((len(self.header), rows), np.uint32), np.empty(rows, np.uint32)
        formula_count = find_ends(data, marks, ends, formulas)
        return None if formula_count < 0 else PlainText(self, text, ends, formulas[:formula_count].copy(), first_line)

    def words(self, meanings: Meanings) -> Words:
        """Return the known texts of the columns with the given meanings."""
        with self._turn:
            known = self._words.get(meanings)
            if known is None or len(known) > MOST_KEPT:
                self._words[meanings] = known = Words(meanings)
            return known


def _is_text(body: bytes) -> bool:
    """Return whether bytes are UTF-8."""
    if body.isascii():
        return True
    reader = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(body), _STRETCH):
            reader.decode(body[at : at + _STRETCH], final=at + _STRETCH >= len(body))
    except UnicodeDecodeError:
        return False
    return True


class PlainText:
    """The cells of plain lines, as offsets into their text; see `Cells`."""

    damage = None

    def __init__(self, reader: PlainReader, text: bytes, ends: NDArray[np.uint32], formulas: Places, line: int) -> None:
        """Take `ends` and `formulas` as `find_ends` gives them; `line` is the number of the first line."""
        self._reader = reader
        self._bytes = text
        self._text = np.frombuffer(text, np.uint8)
        self._ends = ends
        self._first_line = line
        self.formulas = formulas

    @property
    def names(self) -> Collection[str]:
        """The columns, in the order of the file."""
        return self._reader.fields

    @property
    def lines(self) -> pl.Series:
        """The line on which each row starts."""
        return pl.int_range(self._first_line, self._first_line + len(self), dtype=pl.UInt32, eager=True)

    def __len__(self) -> int:
        return len(self._ends[0])

    def numbers(self, name: str, meanings: Meanings) -> pl.Series:
        """Return the number that encodes each cell of a column, null where the cell is empty."""
        starts, ends = self._column(name)
        words = self._reader.words(meanings)
        if not meanings.is_iso:
            return words.numbers(self._bytes, starts, ends)
        days, others = np.empty(len(self), np.int32), np.empty(len(self), np.uint32)
        rows = others[: read_days(self._text, starts, ends, days, others)]
        if len(rows):
            days[rows] = words.numbers(self._bytes, starts[rows], ends[rows]).fill_null(NO_DAY).to_numpy()
        return with_none(days, NO_DAY)

    def text(self, name: str, rows: pl.Series) -> pl.Series:
        """Return the cells of a column in some rows."""
        starts, ends = (offsets[rows.to_numpy()] for offsets in self._column(name))
        return pl.Series([text.decode() or None for text in _stretches(self._bytes, starts, ends)], dtype=pl.String)

    def patients(self) -> pl.DataFrame:
        """Return `patient` and `patient_check` (see PatientKeys), and `has_patient` (whether the row has an id)."""
        hashes, checks = np.empty(len(self), np.uint64), np.empty(len(self), np.uint64)
        sizes, others = np.empty(len(self), np.uint32), np.empty(len(self), np.uint32)
        rows = others[: hash_ids(self._text, *self._column(PATIENT_ID), hashes, checks, sizes, others)]
        keys = keys_of(hashes, checks)
        if len(rows):
            ids = self.text(PATIENT_ID, pl.Series(rows)).str.strip_chars()
            of_others = patient_keys(ids)
            keys.key[rows], keys.check[rows] = of_others.key, of_others.check
            sizes[rows] = ids.str.len_bytes().to_numpy()
        return patients_frame(keys, pl.Series(self._names_somebody(keys, sizes)))

    def _names_somebody(self, keys: PatientKeys, sizes: Places) -> Flags:
        """Return whether the id of each row names a patient; rows of one patient are mostly adjacent."""
        is_first = np.ones(len(self), np.bool_)
        is_first[1:] = (keys.key[1:] != keys.key[:-1]) | (keys.check[1:] != keys.check[:-1])
        ids = self.text(PATIENT_ID, pl.Series(is_first.nonzero()[0])).str.strip_chars()
        somebody: Flags = names_somebody(ids).to_numpy()[is_first.cumsum() - 1] & (sizes > 0)
        return somebody

    def frame(self) -> pl.DataFrame:
        """Return all cells as text, then LINE and DAMAGE."""
        cells = self.original().rename(dict(zip(self._reader.header, self._reader.fields, strict=True)))
        return with_lines(cells, self._first_line)

    def original(self, rows: Places | None = None) -> pl.DataFrame:
        """Return all cells, or those of some rows, under the column names of the file."""
        if rows is not None:
            starts, ends = self._starts(0), self._ends[-1] + np.uint32(1)
            some = parse_plain(b"".join(_stretches(self._bytes, starts[rows], ends[rows])), self._reader.header)
            if some is not None:
                return some  # else the first one starts with a byte order mark, which polars would drop
        cells = parse_plain(self._bytes, self._reader.header)
        assert cells is not None  # noqa: S101 - `read` has checked that every line is plain
        return cells if rows is None else cells[rows]

    def _column(self, name: str) -> tuple[Places, Places]:
        column = list(self._reader.fields).index(name)
        return self._starts(column), self._ends[column]

    def _starts(self, column: int) -> Places:
        before = self._ends[column - 1] if column else self._ends[-1, :-1]
        starts: Places = before + np.uint32(1)
        return starts if column else np.concatenate([np.zeros(1, np.uint32), starts])


def _stretches(text: bytes, starts: Places, ends: Places) -> list[bytes]:
    return [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


class Words:
    """The distinct texts of columns seen so far, each with its number; safe for any thread."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._turn = Lock()
        self._texts = [b""]
        self._known = {b""}
        self._latest = _table(self._texts), pl.Series([None], dtype=meanings.dtype)

    def __len__(self) -> int:
        return len(self._texts)

    def numbers(self, text: bytes, starts: Places, ends: Places) -> pl.Series:
        """Return the number that encodes each cell, null where the cell is empty."""
        indexes, others = np.empty(len(starts), np.int32), np.empty(len(starts), np.uint32)
        table, numbers = self._latest
        rows = others[: find_words(np.frombuffer(text, np.uint8), starts, ends, table, indexes, others)].copy()
        looked_at = _FIRST_LEARNT
        while len(rows):
            table, numbers = self._learn(_stretches(text, starts[rows[:looked_at]], ends[rows[:looked_at]]))
            looked_at *= _MORE_LEARNT
            again = np.empty(len(rows), np.int32)
            bounds = starts[rows], ends[rows]
            unknown = others[: find_words(np.frombuffer(text, np.uint8), *bounds, table, again, others)]
            indexes[rows] = again
            rows = rows[unknown]
        return look_up(numbers, indexes)

    def _learn(self, texts: Sequence[bytes]) -> tuple[WordTable, pl.Series]:
        """Add the new ones among `texts`; return the table of all known texts, and their numbers."""
        with self._turn:
            new = [text for text in dict.fromkeys(texts) if text not in self._known]
            if new:
                self._texts += new
                self._known.update(new)
                read = [self._meanings.number(text.decode()) for text in new]
                numbers = pl.concat([self._latest[1], pl.Series(read, dtype=self._meanings.dtype)], rechunk=True)
                self._latest = _table(self._texts), numbers
            return self._latest


def _table(texts: Sequence[bytes]) -> WordTable:
    slots = 1 << (2 * len(texts)).bit_length()
    table = WordTable(
        np.frombuffer(b"".join(texts), np.uint8),
        np.cumsum([0, *map(len, texts)]).astype(np.uint64),
        np.zeros(slots, np.uint64),
        np.full(slots, UNKNOWN, np.int32),
    )
    fill_table(table)
    return table
