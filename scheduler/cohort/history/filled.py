"""The index dates of rows whose courses have dates of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE, Ints
from spine_vigil.scheduler.rules.facts import IndexKind


def _no_dates() -> Mapping[IndexKind, Ints]:
    return {kind: np.empty(0, np.int32) for kind in IndexKind}


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands beside the rows of a block once they are filled: the index dates of single courses, and notes.

    `course_dates` has, for each kind, one entry per course of such a row, then one per other course of its context, in
    their order; NO_DAY for none. The column `dates_at` of the rows is the index of a row's first entry, NOWHERE where
    all its courses have the row's own index dates. `notes` has `at` and `note` of the rows with index dates that lie
    before the birth and do not count.
    """

    course_dates: Mapping[IndexKind, Ints] = field(default_factory=_no_dates)
    notes: pl.DataFrame | None = None

    def dates(self, kind: IndexKind, at: Ints, own: Ints) -> Ints:
        """Return the dates of a kind at some indexes; where the index is NOWHERE, the row's `own`."""
        entries = np.append(self.course_dates[kind], np.int32(NO_DAY))
        return np.where(at == NOWHERE, own, entries[at])
