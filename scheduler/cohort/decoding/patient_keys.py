"""Patient keys: 64-bit hashes that stand for patient ids, with 32-bit checks that distinguish colliding ids.

Patients are compared by key and check, never by the text of the ids, so that a cohort of any size takes little memory.
Two of n patients share a key with a probability of n * n / 2**65, one in 370,000 for ten million patients; their
checks, made by another hash, then differ in all but one of four thousand million such pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

FNV_START, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
"""The parameters of 64-bit FNV-1a, which hashes one byte at a time."""

CHECK_PRIME = np.uint64(0x9E3779B97F4A7C15)
"""The factor of the polynomial hash whose upper half is the check."""

_SPREAD, _HALF = np.uint64(0xD6E8FEB86659FD93), np.uint64(32)


@dataclass(frozen=True, slots=True)
class PatientKeys:
    """The `key` (64 bits) and the `check` (32 bits) of each id."""

    key: NDArray[np.uint64]
    check: NDArray[np.uint32]


def patient_keys(ids: pl.Series) -> PatientKeys:
    """Return the keys of trimmed ids (text, null where a row has none)."""
    filled = ids.fill_null("")
    is_first = (filled != filled.shift()).fill_null(value=True)
    # Rows of one patient are mostly adjacent, so an id is hashed once for several rows.
    firsts = filled.filter(is_first)
    sizes = firsts.str.len_bytes().to_numpy().astype(np.int64)
    text = np.frombuffer(firsts.str.join("").item().encode(), np.uint8)
    starts = sizes.cumsum() - sizes
    hashes, checks = np.full(len(firsts), FNV_START), np.full(len(firsts), FNV_START)
    at, left = 0, sizes.nonzero()[0]
    while len(left):
        letters = text[starts[left] + at]
        hashes[left] = (hashes[left] ^ letters) * FNV_PRIME
        checks[left] = (checks[left] + letters) * CHECK_PRIME
        at += 1
        left = left[sizes[left] > at]
    keys = keys_of(hashes, checks)
    if len(firsts) == len(ids):
        return keys
    of_row = is_first.cum_sum().to_numpy() - 1
    return PatientKeys(keys.key[of_row], keys.check[of_row])


def keys_of(hashes: NDArray[np.uint64], checks: NDArray[np.uint64]) -> PatientKeys:
    """Return the keys of ids, given their two hashes; every bit of a key depends on all bits of the first hash."""
    return PatientKeys(spread(hashes), (checks >> _HALF).astype(np.uint32))


def spread(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the hashes with their bits mixed, so that any bit distinguishes patients equally well."""
    hashes = (hashes ^ (hashes >> _HALF)) * _SPREAD
    return hashes ^ (hashes >> _HALF)
