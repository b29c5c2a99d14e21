"""Keys of patients: equal for equal ids alone, and the same at any time."""

import numpy as np
import polars as pl

from spine_vigil.scheduler.cohort.decoding.patient_keys import patient_keys


def test_equal_ids_have_equal_keys_wherever_they_stand():
    found = patient_keys(pl.Series(["P1", "P2", None, "", "P1", "P1", "P11", "caf\u00e9", "1P"]))
    for keys in (found.key.tolist(), found.check.tolist()):
        assert keys[0] == keys[4] == keys[5]
        assert keys[2] == keys[3]
        assert len(set(keys)) == 6


def key_of(text):
    """Return the key of an id in whole numbers of any size."""
    found = 0xCBF29CE484222325
    for byte in text.encode():
        found = (found ^ byte) * 0x100000001B3 % 2**64
    found = (found ^ found >> 32) * 0xD6E8FEB86659FD93 % 2**64
    return found ^ found >> 32


def check_of(text):
    """Return the check of an id in whole numbers of any size."""
    found = 0xCBF29CE484222325
    for byte in text.encode():
        found = (found + byte) * 0x9E3779B97F4A7C15 % 2**64
    return found >> 32


def test_a_key_hangs_on_the_id_alone():
    texts = ["", "P000000001", "P000000001", "caf\u00e9", "x" * 300]
    keys = patient_keys(pl.Series(texts))
    assert keys.key.tolist() == [key_of(text) for text in texts]
    assert keys.check.tolist() == [check_of(text) for text in texts]


def test_a_hundred_thousand_ids_have_as_many_keys_and_share_out_evenly():
    keys = patient_keys(pl.select(pl.format("P{}", pl.int_range(100_000))).to_series()).key
    assert len(np.unique(keys)) == 100_000
    shares = np.bincount((keys % np.uint64(64)).astype(np.intp), minlength=64)
    assert shares.min() > 1300
    assert shares.max() < 1850


def test_no_rows_have_no_keys():
    keys = patient_keys(pl.Series([], dtype=pl.String))
    assert (len(keys.key), len(keys.check)) == (0, 0)
