"""The judged rows of a cohort whose patients are known by other rows: their contexts, and which of them cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE, Flags, Ints
from spine_vigil.scheduler.cohort.history.known import Known
from spine_vigil.scheduler.cohort.history.rows import AFTER_BIRTH, BEFORE_DEATH, History, distinct
from spine_vigil.scheduler.cohort.tables.context_book import ContextBook


@dataclass(frozen=True, slots=True)
class KnownRows:
    """The patients of judged rows, by the index of the row (`at`), and the contexts that follow.

    `patient` is a number in `known`, NOWHERE where nothing is known. `pairs` are own contexts with the shape of the
    patient, packed, in ascending order, `filled` the context of each pair.
    """

    known: Known
    patient: Ints
    pairs: NDArray[np.int64]
    filled: NDArray[np.uint32]

    def contexts(self, own: NDArray[np.uint32], patient: Ints) -> NDArray[np.uint32]:
        """Return the contexts of rows, given their own ones and their patients."""
        is_known = patient != NOWHERE
        contexts = own.copy()
        pairs = _packed(own[is_known], self.known.shape[patient[is_known]], self.known)
        contexts[is_known] = self.filled[np.searchsorted(self.pairs, pairs)]
        return contexts

    def impossible(self, rows: History, patient: Ints) -> Flags:
        """Return which rows lie before the birth of their patient, or were performed after the death."""
        is_known = patient != NOWHERE
        birth, death = self.known.birth[patient], self.known.ends["death_date"][patient]
        is_early = (rows.part & AFTER_BIRTH != 0) & (birth != NO_DAY) & (rows.date < birth)
        is_late = (rows.part & BEFORE_DEATH != 0) & (death != NO_DAY) & (rows.date > death)
        impossible: Flags = is_known & (is_early | is_late)
        return impossible


def own_pairs(rows: History, patient: Ints, known: Known) -> NDArray[np.int64]:
    """Return the different pairs of own context and shape, packed, among rows whose patients are known."""
    is_known = patient != NOWHERE
    return distinct(_packed(rows.context[is_known], known.shape[patient[is_known]], known))


def known_rows(known: Known, patient: Ints, pairs: Sequence[NDArray[np.int64]], book: ContextBook) -> KnownRows:
    """Return the rows of a cohort, given the `own_pairs` of all its parts."""
    all_pairs = distinct(np.concatenate([np.empty(0, np.int64), *pairs]))
    own, shape = np.divmod(all_pairs, len(known.shapes))
    filled = book.filled(own.tolist(), [known.shapes[number] for number in shape.tolist()])
    return KnownRows(known, patient, all_pairs, np.array(filled, dtype=np.uint32))


def _packed(own: NDArray[np.uint32], shape: Ints, known: Known) -> NDArray[np.int64]:
    return own.astype(np.int64) * len(known.shapes) + shape
