"""Rows that are read one by one and rows that are read as columns say the same, whatever file and profile."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from support.foreign_rows import random_file, read_as_columns, read_one_by_one


@settings(max_examples=150)
@given(st.randoms(use_true_random=False))
def test_both_readers_agree_on_small_files_under_any_profile(random):
    data, profile = random_file(random)
    assert read_one_by_one(data, profile) == read_as_columns(data, profile)


def test_both_readers_agree_on_large_files_which_hold_every_kind_of_row():
    kinds = Counter()
    for seed in range(40):
        data, profile = random_file(Random(seed), rows=150)  # noqa: S311 - not for secrets
        rows = read_one_by_one(data, profile)
        assert rows == read_as_columns(data, profile), seed
        kinds.update(row[0] for row in rows)
    assert min(kinds[kind] for kind in ("left out", "problems", "row")) > 500
