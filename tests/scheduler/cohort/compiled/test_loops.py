"""The loops over bytes, as compiled and as the Python that they are written in: both do what is said here."""

import numpy as np
import pytest

from spine_vigil.scheduler.cohort.arrays import NO_DAY
from spine_vigil.scheduler.cohort.compiled import loops as byteloops
from spine_vigil.scheduler.cohort.compiled.csv_cells import _table
from spine_vigil.scheduler.cohort.decoding.patient_keys import FNV_START
from spine_vigil.scheduler.cohort.decoding.values import UNREADABLE

LOOPS = [name for name, found in vars(byteloops).items() if hasattr(found, "py_func")]


@pytest.fixture(params=["compiled", "as Python"], autouse=True)
def loops(request, monkeypatch):
    """Yield the loops; as Python they call each other as Python too."""
    if request.param == "as Python":
        for name in LOOPS:
            monkeypatch.setattr(byteloops, name, getattr(byteloops, name).py_func)
    with np.errstate(over="ignore"):  # hashes are what is left of products that are too large
        yield byteloops


def as_bytes(text):
    return np.frombuffer(text.encode(), np.uint8)


def stretches(*texts):
    """Return texts behind each other, a letter apart, and where each starts and ends."""
    sizes = [len(text.encode()) for text in texts]
    starts = np.cumsum([0, *(size + 1 for size in sizes)])[:-1]
    ends = starts + sizes
    return as_bytes("".join(text + "|" for text in texts)), starts.astype(np.uint32), ends.astype(np.uint32)


def room(rows, dtype=np.uint32):
    return np.full(rows, 7, dtype)


def ends_of(loops, text, width):
    """Return where cells end, column by column, and the lines that may hold formulas; None where they have others."""
    own = as_bytes(text)
    commas, rows = loops.count_marks(own)
    marks = room(commas + rows + 1)
    loops.find_marks(own, marks)
    ends, formulas = np.zeros((width, rows), np.uint32), room(rows)
    found = loops.find_ends(own, marks, ends, formulas)
    return None if found < 0 else (ends.tolist(), formulas[:found].tolist())


def test_commas_and_line_feeds_are_counted(loops):
    assert loops.count_marks(as_bytes("a,b\n,\n\n")) == (2, 3)


def test_cells_end_at_commas_and_line_feeds(loops):
    assert ends_of(loops, "P1,,x\n,caf\u00e9,\n", 3) == ([[2, 6], [3, 12], [5, 13]], [])


@pytest.mark.parametrize(
    "text",
    ["a,b,c\nd\n", "a\nb,c,d\n", "a,b\n\nc,d,e\n", "\n,,\n"],
    ids=["first long", "first short", "blank", "empty"],
)
def test_lines_of_other_lengths_are_told_though_the_commas_are_right_in_all(loops, text):
    assert ends_of(loops, text, 2) is None


@pytest.mark.parametrize("mark", list("=+-@\t\r"))
@pytest.mark.parametrize("line", ["{},b", "a,{}"], ids=["first", "last"])
def test_a_line_is_named_once_where_a_cell_starts_as_a_formula_does(loops, mark, line):
    risky = line.format(mark + "1" + mark)
    assert ends_of(loops, f"a,b\n{risky}\na{mark},b{mark}\n{mark},{mark}\n", 2)[1] == [1, 3]


DAYS = [
    ("1900-01-02", -25566),
    ("1969-12-31", -1),
    ("1970-01-02", 1),
    ("2000-02-29", 11016),
    ("2024-02-29", 19782),
    ("2024-12-31", 20088),
    ("2199-12-31", 84005),
    ("", NO_DAY),
]
NO_DAYS = [
    "1899-12-31",
    "1900-01-01",
    "1904-01-01",
    "1970-01-01",
    "2200-01-01",
    "1900-02-29",
    "2023-02-29",
    "2024-04-31",
    "2024-00-10",
    "2024-13-10",
    "2024-01-00",
    "2024-01-32",
    "2024/01-10",
    "2024-01/10",
    "2024-1-010",
    "2o24-01-10",
    "2024-01-1:",
    "2024-0--10",
    "24-01-10",
    "2024-01-10 ",
    " 2024-01-10",
    "x",
    "\u0662024-01-1",
]


def test_iso_dates_are_read_and_all_else_is_left(loops):
    texts = [text for text, _ in DAYS] + NO_DAYS
    days, others = room(len(texts), np.int32), room(len(texts))
    found = loops.read_days(*stretches(*texts), days, others)
    assert days.tolist() == [day for _, day in DAYS] + [UNREADABLE] * len(NO_DAYS)
    assert others[:found].tolist() == list(range(len(DAYS), len(texts)))


def test_texts_are_found_by_all_that_stands_in_them(loops):
    words = ["MRI", "CT", "caf\u00e9", " ", "MRI ", "a" * 300]
    table = _table([b"", *(word.encode() for word in words)])
    texts = ["CT", "", "MRI", "MR", "MRIs", "mri", "MRI ", " ", "caf\u00e9", "a" * 300, "a" * 299, "b" * 300]
    numbers, others = room(len(texts), np.int32), room(len(texts))
    found = loops.find_words(*stretches(*texts), table, numbers, others)
    assert numbers.tolist() == [2, 0, 1, -1, -1, -1, 5, 4, 3, 6, -1, -1]
    assert others[:found].tolist() == [3, 4, 5, 10, 11]


def test_texts_of_one_hash_are_told_apart(loops):
    table = _table([b"", b"CT", b"MRI", b"XR"])
    shared = loops.hash_of(as_bytes("MRI"), np.uint64(0), np.uint64(3))
    slots, hashes = np.full_like(table.slots, -1), np.full_like(table.hashes, shared)
    start = int(loops.slot_of(shared, slots))
    for place, number in enumerate((1, 3, 2)):
        slots[(start + place) % len(slots)] = number
    numbers, others = room(1, np.int32), room(1)
    assert loops.find_words(*stretches("MRI"), table._replace(slots=slots, hashes=hashes), numbers, others) == 0
    assert numbers.tolist() == [2]


def test_a_table_gives_a_slot_to_every_text_but_the_empty_one(loops):
    table = _table([b"", *(b"%d" % number for number in range(50))])
    table.slots[:] = -1
    loops.fill_table(table)
    assert sorted(table.slots.tolist()) == [-1] * (len(table.slots) - 50) + list(range(1, 51))


def test_ids_are_trimmed_and_those_that_another_blank_may_surround_are_named(loops):
    texts = ["P1", " P1\t", "\x0bP1\x0c", "", "  ", "\u00a0P1", "P1\u2003", "caf\u00e9s"]
    hashes, checks = room(len(texts), np.uint64), room(len(texts), np.uint64)
    sizes, others = room(len(texts)), room(len(texts))
    found = loops.hash_ids(*stretches(*texts), hashes, checks, sizes, others)
    assert sizes[:5].tolist() == [2, 2, 2, 0, 0]
    assert (len(set(hashes[:3].tolist())), hashes[3], hashes[4]) == (1, FNV_START, FNV_START)
    assert (len(set(checks[:3].tolist())), len(set(checks[2:].tolist()))) == (1, 5)
    assert others[:found].tolist() == [5, 6]


def test_the_hash_is_the_one_that_its_authors_give(loops):
    # The 64-bit FNV-1a of "a" and of "foobar" in the test vectors of the algorithm.
    for text, known in (("a", 0xAF63DC4C8601EC8C), ("foobar", 0x85944171F73967E8)):
        assert loops.hash_of(as_bytes(text), np.uint64(0), np.uint64(len(text))) == known


def joined(loops, size):
    """Return lines with their texts behind them, put together in pieces of so many bytes at most."""
    lines = as_bytes("a,b\n,\nlong,er\n")
    texts = byteloops.Texts(as_bytes("xyyzzz"), np.array([0, 0, 1, 3, 6], np.uint64))
    own = byteloops.Texts(as_bytes('"1,2"caf\u00e9'), np.array([0, 0, 5, 10], np.uint64))
    places = np.array([[1, 0, 3], [2, -1, 0], [0, 3, -2]], np.int32)
    is_first, out = np.array([True, True, False]), np.empty(size, np.uint8)
    row = start = 0
    found = []
    while start < len(lines):
        row, start, used = loops.join_rows(lines, row, start, texts, own, places, is_first, out)
        found.append(out[:used].tobytes().decode())
        if not used:
            return None
    return found


def test_texts_stand_behind_their_lines(loops):
    assert "".join(joined(loops, 1000)) == 'a,b,x,yy\n,,,"1,2"zzz\nlong,er,zzz,caf\u00e9\n'


def test_lines_are_put_together_as_far_as_there_is_room(loops):
    whole = joined(loops, 1000)[0]
    assert [len(joined(loops, size)) for size in (60, 35, 20)] == [1, 2, 3]
    assert "".join(joined(loops, 20)) == whole
    assert joined(loops, 12) is None
