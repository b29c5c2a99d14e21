"""Rows that come share by share go in one order, piece by piece, whatever the shares and the size of a piece."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_vigil.scheduler.files import merging as sorted_runs
from spine_vigil.scheduler.files.merging import SortedRuns
from spine_vigil.scheduler.files.spill import Spill

SCHEMA = {"first": pl.Int32, "second": pl.String, "what": pl.Int64}
KEYS = st.tuples(st.integers(0, 3), st.text(st.sampled_from("aB\u00e9\U0001f600\ue000 "), max_size=3))
SHARES = st.lists(KEYS, unique=True, max_size=60).flatmap(
    lambda keys: st.tuples(st.just(keys), st.lists(st.integers(0, 4), min_size=len(keys), max_size=len(keys)))
)


def pieces_of(shares, piece_rows, slices=2, in_memory=0):
    with Spill() as spill, pytest.MonkeyPatch.context() as patch:
        patch.setattr("spine_vigil.scheduler.files.spill.IN_MEMORY", in_memory)
        patch.setattr(sorted_runs, "PIECE_ROWS", piece_rows)
        patch.setattr(sorted_runs, "_SLICES_OF_A_PIECE", slices)
        runs = SortedRuns(spill, ("first", "second"))
        for share in shares:
            runs.add(runs.sorted_run(pl.DataFrame(share, schema=SCHEMA, orient="row")))
        return [runs.piece(number).rows() for number in runs.pieces()]


@given(SHARES, st.sampled_from([1, 2, 3, 7, 100]), st.sampled_from([1, 2, 3]), st.sampled_from([0, 1 << 20]))
def test_the_pieces_are_all_rows_in_their_order(cohort, piece_rows, slices, in_memory):
    keys, shares = cohort
    rows = [(*key, place) for place, key in enumerate(keys)]
    own = [[row for row, at in zip(rows, shares, strict=True) if at == share] for share in range(5)]
    pieces = pieces_of(own, piece_rows, slices, in_memory)
    # The order of text by its characters is that of its bytes.
    assert [row for piece in pieces for row in piece] == sorted(rows, key=lambda row: (row[0], row[1].encode()))
    assert all(pieces)


def test_a_piece_has_about_as_many_rows_as_are_asked_for():
    shares = [[(number, "", share) for number in range(share, 1000, 4)] for share in range(4)]
    sizes = [len(piece) for piece in pieces_of(shares, piece_rows=100, slices=20)]
    assert sum(sizes) == 1000
    assert max(sizes) <= 200
    assert len(sizes) >= 5


def test_there_is_no_piece_without_rows():
    assert pieces_of([], 5) == []
    assert pieces_of([[], []], 5) == []
