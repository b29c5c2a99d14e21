"""The facts that a patient's courses imply, for whole cohorts (docs/indications.md, "Implied facts")."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE, Ints, with_none, without_none
from spine_vigil.scheduler.cohort.deciding.case_rows import Cohort
from spine_vigil.scheduler.cohort.tables.rule_tables import FALSE, TRUE, UNKNOWN
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.rules.criteria import UNDER_PROTOCOL

NEEDED = ("context", "dates_at", *INDEX_COLUMNS)
"""The columns of rows from which it follows what courses imply."""


def from_column(fact: str) -> str:
    """Return the column that holds the day from which a course implies a fact; no fact can have this name."""
    return f"{fact} from"


def with_course_facts(rows: pl.DataFrame, cohort: Cohort) -> pl.DataFrame:
    """Add to rows what the patient's courses imply.

    `rows` has the columns NEEDED and facts. UNDER_PROTOCOL says whether the patient has a course at all, begun or not;
    `from_column` of a fact is the day from which it is true, whatever the fact's own column says, null where no course
    implies it. A course without any index date implies it always.
    """
    edition = cohort.tables.edition
    context = rows["context"].to_numpy()
    present = np.bincount(context, minlength=len(cohort.contexts.courses)).nonzero()[0]
    of_row = np.searchsorted(present, context)
    contexts = [cohort.contexts.courses[number] for number in present.tolist()]
    courses = [(*context.courses, *context.others) for context in contexts]
    begins = _Begins(rows, cohort)
    days: dict[str, Ints] = {}
    for implied in edition.implied_by_course:
        first = days.setdefault(implied.fact, np.full(len(rows), NEVER, dtype=np.int32))
        documented = without_none(rows[implied.fact], UNKNOWN) if implied.fact in rows.columns else None
        for place in range(max(map(len, courses), default=0)):
            is_implied = np.array(
                [
                    place < len(of_context)
                    and implied.is_implied(
                        edition.protocols[of_context[place].protocol].id, of_context[place].primary_site
                    )
                    for of_context in courses
                ],
                dtype=np.bool_,
            )
            some = is_implied[of_row].nonzero()[0]
            if documented is not None and len(some):
                value = documented[some]
                some = some[(value != TRUE) & ((value != FALSE) | implied.overrides)]
            if len(some):
                first[some] = np.minimum(first[some], begins.of(some, place))
    has_courses = np.array([bool(of_context) for of_context in courses], dtype=np.bool_)
    return rows.with_columns(
        pl.Series(UNDER_PROTOCOL, has_courses[of_row]),
        *(with_none(day, NEVER).alias(from_column(fact)) for fact, day in days.items()),
    )


class _Begins:
    """The first index date of each course."""

    def __init__(self, rows: pl.DataFrame, cohort: Cohort) -> None:
        self._own = {kind: without_none(rows[column], NO_DAY) for column, kind in INDEX_COLUMNS.items()}
        self._at = rows["dates_at"].to_numpy()
        self._filled = cohort.filled

    def of(self, some: NDArray[np.intp], place: int) -> Ints:
        """Return the first index date of the course at a `place` of some rows; NO_DAY where it has none."""
        at = self._at[some]
        at = np.where(at == NOWHERE, np.int32(NOWHERE), at + np.int32(place))
        first = np.full(len(some), NEVER, dtype=np.int32)
        for kind, own in self._own.items():
            date = self._filled.dates(kind, at, own[some])
            first = np.where((date != NO_DAY) & (date < first), date, first)
        return np.where(first == NEVER, np.int32(NO_DAY), first)
