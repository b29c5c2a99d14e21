"""Studies that stand twice: rows of one patient, day, study and status."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.history.rows import (
    ADD_ON,
    ADD_ON_BOOKED,
    ADD_ON_PERFORMED,
    BOOKED,
    PERFORMED,
    PatientRows,
    with_day,
)
from spine_vigil.scheduler.cohort.tables.context_book import Context
from spine_vigil.scheduler.rules.studies import ATOMIC_REGIONS

_ROLE = np.uint8(PERFORMED | BOOKED | ADD_ON | ADD_ON_PERFORMED | ADD_ON_BOOKED)
_ROLES = 128


def study_numbers(contexts: Sequence[Context]) -> NDArray[np.int64]:
    """Return a number for the study of each context."""
    return np.array([(c.modality << len(ATOMIC_REGIONS)) + c.regions for c in contexts], dtype=np.int64)


def count_repeated(patients: PatientRows, studies: NDArray[np.int64]) -> int:
    """Return how many rows say what another one says: a study of the patient on the same day, with the same status.

    `studies` are the numbers of the studies of contexts.
    """
    rows = patients.rows
    day = with_day(patients.patient, rows.date)
    order = np.arange(len(day)) if (day[1:] >= day[:-1]).all() else np.argsort(day, kind="stable")
    same = day[order[1:]] == day[order[:-1]]
    if not same.any():
        return 0
    # Only rows that share their day with another one are compared.
    shared = order[np.append(same, False) | np.insert(same, 0, False)]
    said = studies[rows.context[shared]] * _ROLES + (rows.part[shared] & _ROLE)
    pairs = np.lexsort((said, day[shared]))
    is_again = (day[shared][pairs][1:] == day[shared][pairs][:-1]) & (said[pairs][1:] == said[pairs][:-1])
    return int(np.count_nonzero(is_again))
