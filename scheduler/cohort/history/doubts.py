"""Rows that what is known of their patients makes impossible, and patients with rows that cannot be read (rules 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NOWHERE, Ints
from spine_vigil.scheduler.cohort.history.known_rows import KnownRows
from spine_vigil.scheduler.cohort.history.patient_index import KEYS, PatientIndex
from spine_vigil.scheduler.cohort.history.rows import PatientRows, is_first_of_run


class Unread:
    """The patients with rows that cannot be read, and how many such rows each has."""

    def __init__(self, rows: pl.DataFrame) -> None:
        """Count `rows`, the KEYS of every row that cannot be read and names its patient."""
        self.patients = PatientIndex.of(rows)
        numbers = self.patients.find(*(rows[name].to_numpy() for name in KEYS))
        self.counts = np.bincount(numbers, minlength=len(self.patients)).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is wrong with judged rows, by the index of the row (ascending).

    The rows at `impossible` cannot have been; of those at `unread` the patients have so many (`counts`) invalid rows.
    """

    impossible: NDArray[np.uint32]
    unread: NDArray[np.uint32]
    counts: Ints

    def between(self, start: int, end: int) -> Doubts:
        """Return those about the rows from `start` to below `end`, counted from `start`."""
        some = slice(*np.searchsorted(self.impossible, [start, end]))
        others = slice(*np.searchsorted(self.unread, [start, end]))
        first = np.uint32(start)
        return Doubts(self.impossible[some] - first, self.unread[others] - first, self.counts[others])


def no_doubts() -> Doubts:
    """Return no doubts."""
    return Doubts(np.empty(0, np.uint32), np.empty(0, np.uint32), np.empty(0, np.int32))


def all_doubts(parts: Sequence[Doubts]) -> Doubts:
    """Concatenate doubts, ordered by row."""
    parts = [no_doubts(), *parts]
    unread = np.concatenate([part.unread for part in parts])
    order = np.argsort(unread, kind="stable")
    counts = np.concatenate([part.counts for part in parts])
    return Doubts(np.sort(np.concatenate([part.impossible for part in parts])), unread[order], counts[order])


def sound_rows(patients: PatientRows, known: KnownRows | None, unread: Unread | None) -> tuple[PatientRows, Doubts]:
    """Return the rows of patients under their filled contexts without those that are impossible, and the doubts."""
    if known is None and unread is None:
        return patients, no_doubts()
    counts = np.zeros(patients.count + 1, np.int32)
    if unread is not None:
        is_first = is_first_of_run(patients.patient)
        found = unread.patients.find(patients.rows.patient[is_first], patients.rows.check[is_first])
        counts[1:] = np.where(found == NOWHERE, 0, unread.counts[found])
    impossible = np.empty(0, np.uint32)
    if known is not None:
        patient = known.patient[patients.rows.at]
        is_impossible = known.impossible(patients.rows, patient)
        impossible = patients.rows.at[is_impossible]
        counts += np.bincount(patients.patient[is_impossible], minlength=len(counts)).astype(np.int32)
        rows = patients.rows.under(known.contexts(patients.rows.context, patient))
        is_sound = np.flatnonzero(~is_impossible)
        patients = PatientRows(rows.take(is_sound), patients.patient[is_sound])
    of_unread = np.flatnonzero((counts > 0)[patients.patient])
    return patients, Doubts(impossible, patients.rows.at[of_unread], counts[patients.patient[of_unread]])
