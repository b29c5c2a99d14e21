"""Compiled loops over the bytes of a CSV that find cells, decode them, and append results to lines.

A cell is `text[start:end]`; starts and ends are byte offsets, one array each. Offsets are unsigned within these loops:
for signed ones Numba checks for negative indices, which takes longer than the rest. No bounds are checked: callers
make room.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NO_DAY, Flags, Ints
from spine_vigil.scheduler.cohort.compiled.numba_cache import compiled
from spine_vigil.scheduler.cohort.decoding.patient_keys import CHECK_PRIME, FNV_PRIME, FNV_START
from spine_vigil.scheduler.cohort.decoding.values import UNREADABLE
from spine_vigil.scheduler.records.fields import day_number
from spine_vigil.scheduler.rules.dates import EARLIEST, LATEST, NO_DATES

Bytes = NDArray[np.uint8]
Places = NDArray[np.uint32]
Keys = NDArray[np.uint64]

_PLACE = np.uint64
_ONE = _PLACE(1)
_COMMA, _LINE_FEED, _HYPHEN, _DIGIT_0 = (np.uint8(ord(mark)) for mark in ",\n-0")
_FIRST_WIDE = np.uint8(0x80)
_IS_BLANK = np.isin(np.arange(256), [ord(mark) for mark in "\t\n\v\f\r "])
_IS_FORMULA = np.isin(np.arange(256), [ord(mark) for mark in "=+-@\t\r"])

_FIRST_YEAR = EARLIEST.year
_MONTHS: Ints = (
    np.arange(f"{EARLIEST.year}-01", f"{LATEST.year + 1}-02", dtype="datetime64[M]")
    .astype("datetime64[D]")
    .astype(np.int32)
)
"""The day number on which each month starts, from the first that can be read to the one behind the last."""

_NO_DATES: Ints = np.array(sorted(map(day_number, NO_DATES)), dtype=np.int32)
"""The days that stand for none; a cell with one of these is read by the parser of single cells."""

_ISO_SIZE = len("YYYY-MM-DD")

UNKNOWN = -1
"""The number of a text that is not in a table."""


class Texts(NamedTuple):
    """Concatenated texts: text `n` is `text[starts[n]:starts[n + 1]]`, with 64-bit offsets."""

    text: Bytes
    starts: Keys


class WordTable(NamedTuple):
    """A hash table of distinct texts (see Texts), of which the first is empty, with linear probing.

    `slots` (a power of two, more than there are texts) hold the numbers of the texts, UNKNOWN where they are free;
    `hashes` holds the hash of each slot's text.
    """

    text: Bytes
    starts: Keys
    hashes: Keys
    slots: Ints


@compiled
def count_marks(text: Bytes) -> tuple[int, int]:
    """Count the commas and the line feeds of a text."""
    commas = feeds = 0
    for byte in text:
        commas += byte == _COMMA
        feeds += byte == _LINE_FEED
    return commas, feeds


@compiled
def find_marks(text: Bytes, marks: Places) -> None:
    """Write the offsets of all commas and line feeds into `marks`, which has room for one more."""
    count = _PLACE(0)
    for at in range(len(text)):
        # Writes unconditionally, to avoid branch misses: cell ends are as good as random.
        marks[count] = at
        count += _PLACE((text[at] == _COMMA) | (text[at] == _LINE_FEED))


@compiled
def find_ends(text: Bytes, marks: Places, ends: Places, formulas: Places) -> int:
    """Write the end of each cell into `ends` (by column and line), given the text's `marks`.

    Write the lines with a cell that starts like a formula into `formulas`, and return their number; return -1 where a
    line has another number of cells.
    """
    last = len(ends) - 1
    count, at, start = 0, _PLACE(0), _PLACE(0)
    for line in range(ends.shape[1]):
        is_formula = False
        for column in range(last + 1):
            end = _PLACE(marks[at])
            if text[end] != (_COMMA if column < last else _LINE_FEED):
                return -1
            is_formula |= _IS_FORMULA[text[start]]
            ends[column, line] = end
            start = end + _ONE
            at += _ONE
        formulas[count] = line
        count += is_formula
    return count


@compiled
def read_days(text: Bytes, starts: Places, ends: Places, days: Ints, others: Places) -> int:
    """Write the day number of each cell that is an ISO date into `days`, NO_DAY for an empty one.

    Write the rows of all other cells into `others`, and return their number.
    """
    count = 0
    for row in range(len(starts)):
        start = _PLACE(starts[row])
        size = _PLACE(ends[row]) - start
        days[row] = NO_DAY
        if size == 0:
            continue
        if size == _ISO_SIZE and text[start + _PLACE(4)] == _HYPHEN and text[start + _PLACE(7)] == _HYPHEN:
            others_than_digits = 0
            number = np.int64(0)
            for digit_at in (0, 1, 2, 3, 5, 6, 8, 9):
                digit = text[start + _PLACE(digit_at)] - _DIGIT_0  # wraps to far more than 9 for bytes below "0"
                others_than_digits += digit > 9  # noqa: PLR2004 - the digits
                number = number * 10 + np.int64(digit)
            year, month, day = number // 10_000, number // 100 % 100, number % 100
            at = (year - _FIRST_YEAR) * 12 + month - 1
            if not others_than_digits and 1 <= month <= 12 and 0 <= at < len(_MONTHS) - 1:  # noqa: PLR2004 - the months
                number_of_day = _MONTHS[at] + day - 1
                is_none = False
                for none in _NO_DATES:
                    is_none |= number_of_day == none
                if day >= 1 and number_of_day < _MONTHS[at + 1] and not is_none:
                    days[row] = number_of_day
                    continue
        days[row] = UNREADABLE
        others[count] = row
        count += 1
    return count


@compiled
def hash_of(text: Bytes, start: np.uint64, end: np.uint64) -> np.uint64:
    """Return the 64-bit FNV-1a hash of `text[start:end]`."""
    value = FNV_START
    for at in range(start, end):
        value = (value ^ np.uint64(text[at])) * FNV_PRIME
    return value


@compiled
def slot_of(value: np.uint64, slots: Ints) -> np.uint64:
    """Return the slot where probing for a hash starts."""
    return (value >> _PLACE(32)) & _PLACE(len(slots) - 1)


@compiled
def fill_table(table: WordTable) -> None:
    """Insert every text but the first into a table whose slots are all free."""
    text, starts, hashes, slots = table
    for number in range(1, len(starts) - 1):
        value = hash_of(text, starts[number], starts[number + 1])
        slot = slot_of(value, slots)
        while slots[slot] != UNKNOWN:
            slot = (slot + _ONE) & _PLACE(len(slots) - 1)
        slots[slot] = number
        hashes[slot] = value


@compiled
def find_words(text: Bytes, starts: Places, ends: Places, table: WordTable, numbers: Ints, others: Places) -> int:
    """Write the number that a table gives to each cell's text into `numbers`.

    Write the rows of texts that are not in the table into `others`, and return their number.
    """
    words, word_starts, hashes, slots = table
    count = 0
    for row in range(len(starts)):
        start, end = _PLACE(starts[row]), _PLACE(ends[row])
        numbers[row] = 0
        if start == end:
            continue
        value = hash_of(text, start, end)
        slot = slot_of(value, slots)
        while slots[slot] != UNKNOWN:
            number = _PLACE(slots[slot])
            first = word_starts[number]
            is_same = hashes[slot] == value and word_starts[number + _ONE] - first == end - start
            at = _PLACE(0)
            while is_same and at < end - start:
                is_same = words[first + at] == text[start + at]
                at += _ONE
            if is_same:
                break
            slot = (slot + _ONE) & _PLACE(len(slots) - 1)
        numbers[row] = slots[slot]
        if slots[slot] == UNKNOWN:
            others[count] = row
            count += 1
    return count


@compiled
def hash_ids(
    text: Bytes, starts: Places, ends: Places, hashes: Keys, checks: Keys, sizes: Places, others: Places
) -> int:
    """Write the two hashes of each trimmed id into `hashes` and `checks`, and its length in bytes into `sizes`.

    Write the rows of ids that start or end with a non-ASCII character, which may be white space to trim, into `others`,
    and return their number.
    """
    count = 0
    for row in range(len(starts)):
        start, end = _PLACE(starts[row]), _PLACE(ends[row])
        while start < end and _IS_BLANK[text[start]]:
            start += _ONE
        while start < end and _IS_BLANK[text[end - _ONE]]:
            end -= _ONE
        value = check = FNV_START
        for at in range(start, end):
            letter = np.uint64(text[at])
            value = (value ^ letter) * FNV_PRIME
            check = (check + letter) * CHECK_PRIME
        hashes[row], checks[row] = value, check
        sizes[row] = end - start
        if start < end and (text[start] >= _FIRST_WIDE or text[end - _ONE] >= _FIRST_WIDE):
            others[count] = row
            count += 1
    return count


@compiled
def join_rows(
    lines: Bytes, row: int, start: int, texts: Texts, individual: Texts, indexes: Ints, is_first: Flags, out: Bytes
) -> tuple[int, int, int]:
    """Write lines with their texts appended into `out`, from the line of `row` on, as many as there is room for.

    `lines` end in a line feed; `start` is the offset of the row's line. `indexes` (by text and row) has the number of a
    text in `texts`, or its negated number in `individual`; a comma precedes the texts that `is_first` marks. Return
    the row of the next line, its offset, and how many bytes were written.
    """
    text, starts = texts
    individual_text, individual_starts = individual
    line, size = _PLACE(start), _PLACE(0)
    while line < len(lines) and row < indexes.shape[1]:
        end = line
        while lines[end] != _LINE_FEED:
            end += _ONE
        needed = end - line + _PLACE(len(indexes)) + _ONE
        for piece in range(len(indexes)):
            number = indexes[piece, row]
            needed += (
                starts[number + 1] - starts[number]
                if number >= 0
                else individual_starts[1 - number] - individual_starts[-number]
            )
        if size + needed > len(out):
            break
        for at in range(end - line):
            out[size + at] = lines[line + at]
        size += end - line
        for piece in range(len(indexes)):
            if is_first[piece]:
                out[size] = _COMMA
                size += _ONE
            number = indexes[piece, row]
            if number >= 0:
                first, count = starts[number], starts[number + 1] - starts[number]
                for at in range(count):
                    out[size + at] = text[first + at]
            else:
                first, count = individual_starts[-number], individual_starts[1 - number] - individual_starts[-number]
                for at in range(count):
                    out[size + at] = individual_text[first + at]
            size += count
        out[size] = _LINE_FEED
        size, row, line = size + _ONE, row + 1, end + _ONE
    return row, int(line), int(size)
