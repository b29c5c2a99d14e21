"""Cases as columns: rows, each under one schedule of one of their courses, with what judging needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import Flags, Ints
from spine_vigil.scheduler.cohort.deciding.windows import Studies
from spine_vigil.scheduler.cohort.tables.numbering import fact_values
from spine_vigil.scheduler.rules.facts import IndexKind


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases as columns; NO_DAY stands for no day, NEVER for an end of follow-up that is not known.

    `row` is the index of the row in its block, `course` that of the course among those of its context. `search_from` is
    the day from which to search for the next allowed date, mostly the date itself; `facts` are packed (see
    `packed_facts`). `index` and `index_kind` are the index date and its kind, `starts` is the first day of the schedule
    (undefined without an index date), `dates` are the index dates of every kind. `reference` is the earlier imaging
    that counts, `performed` the one by performed studies alone, `booked` the booking that `reference` needs (undefined
    where it needs none), and `round_began` the first day of the request's own round of imaging. `follow_up_end` is the
    last day of follow-up.
    """

    row: NDArray[np.intp]
    course: NDArray[np.uint16]
    schedule: Ints
    date: Ints
    search_from: Ints
    facts: NDArray[np.int64]
    is_covered: Flags
    follow_up_end: Ints
    index: Ints
    index_kind: Ints
    starts: Ints
    reference: Studies
    performed: Studies
    booked: Ints
    round_began: Ints
    dates: Mapping[IndexKind, Ints]

    def fact(self, names: Ints) -> Ints:
        """Return the value of a fact of each case; `names` gives the number of the fact for each schedule."""
        return fact_values(self.facts, names.take(self.schedule))

    @property
    def has_rounds(self) -> bool:
        """Whether any request may belong to a round that began before it."""
        return self.round_began is not self.date

    @property
    def rests_on_booking(self) -> Flags:
        """Whether the reference needs a study that is booked, not performed."""
        differs: Flags = self.reference.day != self.performed.day
        if self.reference.own is not self.reference.day or self.performed.own is not self.performed.day:
            differs |= self.reference.own != self.performed.own
        return differs

    def take(self, at: NDArray[np.intp]) -> Self:
        """Return some of the cases."""
        columns = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "dates"}
        taken = {name: column.take(at) for name, column in columns.items()}
        if not self.has_rounds:
            taken["round_began"] = taken["date"]
        return type(self)(**taken, dates={kind: column.take(at) for kind, column in self.dates.items()})
