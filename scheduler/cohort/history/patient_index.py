"""Finding patients by the keys of their ids, however many share one key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NOWHERE, Ints
from spine_vigil.scheduler.cohort.history.rows import is_first_of_run

KEYS = ("patient", "patient_check")
"""The columns that tell patients apart (see PatientKeys)."""


@dataclass(frozen=True, slots=True)
class PatientIndex:
    """Some patients by number: their keys in ascending order, equal ones by their checks."""

    key: NDArray[np.uint64]
    check: NDArray[np.uint32]

    @classmethod
    def of(cls, rows: pl.DataFrame) -> PatientIndex:
        """Return the patients of rows, given their KEYS."""
        patients = rows.select(KEYS).unique().sort(KEYS)
        return cls(*(patients[name].to_numpy() for name in KEYS))

    def __len__(self) -> int:
        return len(self.key)

    def find(self, key: NDArray[np.uint64], check: NDArray[np.uint32]) -> Ints:
        """Return the number of the patient of each row, NOWHERE for others."""
        # Rows of one patient are mostly adjacent, so a patient is searched for once for several rows.
        is_first = is_first_of_run(key) | is_first_of_run(check)
        found = self._find(key[is_first], check[is_first])
        return found if len(found) == len(key) else found[np.cumsum(is_first) - 1]

    def _find(self, key: NDArray[np.uint64], check: NDArray[np.uint32]) -> Ints:
        found = np.full(len(key), np.int32(NOWHERE))
        at = np.searchsorted(self.key, key)
        left = np.flatnonzero(at < len(self))
        while len(left):
            left = left[self.key[at[left]] == key[left]]
            is_met = self.check[at[left]] == check[left]
            found[left[is_met]] = at[left[is_met]]
            left = left[~is_met]
            at[left] += 1
            left = left[at[left] < len(self)]
        return found
