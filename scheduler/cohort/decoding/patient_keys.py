"""The number that stands for a patient in a cohort: equal for equal ids, whatever way an id was read.

Keys alone are compared, never the ids: that holds a cohort of any size in little memory. Two of n patients share a key
with a chance of n * n / 2**65, which is one in 370,000 for ten million patients.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

FNV_START, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
"""FNV-1a of 64 bits: a hash of bytes, one at a time."""

_SPREAD, _HALF = np.uint64(0xD6E8FEB86659FD93), np.uint64(32)


def patient_keys(ids: pl.Series) -> NDArray[np.uint64]:
    """Return the key of each trimmed id (text, null where there is none)."""
    filled = ids.fill_null("")
    sizes = filled.str.len_bytes().to_numpy().astype(np.int64)
    text = np.frombuffer(filled.str.join("").item().encode(), np.uint8)
    starts = sizes.cumsum() - sizes
    keys = np.full(len(ids), FNV_START)
    at, left = 0, sizes.nonzero()[0]
    while len(left):
        keys[left] = (keys[left] ^ text[starts[left] + at]) * FNV_PRIME
        at += 1
        left = left[sizes[left] > at]
    return spread(keys)


def spread(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return hashes with every bit depending on all others, so that any of them tells patients apart as well."""
    keys = (keys ^ (keys >> _HALF)) * _SPREAD
    return keys ^ (keys >> _HALF)
