"""The rows of a block as arrays, and cases made of them: each row under schedules of its courses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE, Flags, Ints, without_none
from spine_vigil.scheduler.cohort.deciding.cases import Cases
from spine_vigil.scheduler.cohort.deciding.index_dates import index_dates
from spine_vigil.scheduler.cohort.deciding.rounds import round_days
from spine_vigil.scheduler.cohort.deciding.windows import Studies, starts_of
from spine_vigil.scheduler.cohort.history.filled import Filled
from spine_vigil.scheduler.cohort.history.lookback import Related
from spine_vigil.scheduler.cohort.history.references import ReferenceDays, References
from spine_vigil.scheduler.cohort.tables.contexts import Contexts
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.numbering import packed_facts
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.rules.facts import IndexKind


@dataclass(frozen=True, slots=True)
class Cohort:
    """What the decisions of a block need besides its rows."""

    related: Related
    contexts: Contexts
    tables: RuleTables
    days: DayTable
    filled: Filled


@dataclass(frozen=True, slots=True)
class CaseRows:
    """The rows of a block to be judged, as arrays.

    `row` is the index of the row in the block, `at` that in `related`. `dates` are the index dates that the row has for
    all its courses; where `dates_at` is not NOWHERE, the dates of single courses count (see Filled).
    """

    row: NDArray[np.intp]
    at: NDArray[np.uint32]
    context: NDArray[np.uint32]
    date: Ints
    search_from: Ints
    follow_up_end: Ints
    facts: NDArray[np.int64]
    is_covered: Flags
    dates: Mapping[IndexKind, Ints]
    dates_at: Ints

    @classmethod
    def of(cls, rows: pl.DataFrame, tables: RuleTables) -> Self:
        """Return rows of `decide_rows` as arrays."""
        return cls(
            row=rows["row"].cast(pl.Int64).to_numpy(),
            at=rows["at"].to_numpy(),
            context=rows["context"].to_numpy(),
            date=without_none(rows["date"], NO_DAY),
            search_from=without_none(rows["search_from"], NO_DAY),
            follow_up_end=without_none(rows["follow_up_end_date"], NEVER),
            facts=packed_facts(rows, tables),
            is_covered=rows["is_covered"].to_numpy(),
            dates={kind: without_none(rows[column], NO_DAY) for column, kind in INDEX_COLUMNS.items()},
            dates_at=rows["dates_at"].to_numpy(),
        )

    def _course_dates(
        self, some: NDArray[np.intp], course: NDArray[np.integer], filled: Filled
    ) -> dict[IndexKind, Ints]:
        """Return the index dates of every kind of some rows, each of one of its courses."""
        own = {kind: column[some] for kind, column in self.dates.items()}
        at = self.dates_at[some]
        if not (at != NOWHERE).any():
            return own
        at = np.where(at == NOWHERE, np.int32(NOWHERE), at + course.astype(np.int32))
        return {kind: filled.dates(kind, at, dates) for kind, dates in own.items()}

    def under(
        self,
        some: NDArray[np.intp],
        course: NDArray[np.uint16],
        schedule: Ints,
        days: ReferenceDays | References,
        cohort: Cohort,
    ) -> Cases:
        """Return the rows at `some` indexes as cases, each under a schedule of one of its courses.

        `days` are the reference days of the look-back. Cases are ascending by row, course and schedule.
        """
        tables, date = cohort.tables, self.date[some]
        dates = self._course_dates(some, course, cohort.filled)
        index, index_kind = index_dates(schedule, dates, date, tables, cohort.days)
        starts = starts_of(schedule, index, tables, cohort.days)
        reference, performed = (_from(starts, day) for day in (days.reference, days.performed_reference))
        studies, performed_studies, began = Studies(reference, reference), Studies(performed, performed), date
        booked = days.booked
        in_rounds = tables.complements.take(schedule).nonzero()[0]
        if len(in_rounds):
            of_rounds = round_days(
                cohort.related.rounds,
                self.at[some[in_rounds]],
                course[in_rounds],
                schedule[in_rounds],
                starts[in_rounds],
                date[in_rounds],
            )
            studies = studies.with_own(in_rounds, of_rounds.reference)
            performed_studies = performed_studies.with_own(in_rounds, of_rounds.performed)
            booked = booked.copy()
            booked[in_rounds] = of_rounds.booked
            if (of_rounds.began != date[in_rounds]).any():
                began = date.copy()
                began[in_rounds] = of_rounds.began
        return Cases(
            row=self.row[some],
            course=course,
            schedule=schedule,
            date=date,
            search_from=self.search_from[some],
            facts=self.facts[some],
            is_covered=self.is_covered[some],
            follow_up_end=self.follow_up_end[some],
            index=index,
            index_kind=index_kind,
            starts=starts,
            reference=studies,
            performed=performed_studies,
            booked=booked,
            round_began=began,
            dates=dates,
        )


def _from(starts: Ints, reference: Ints) -> Ints:
    """Return the reference days from the schedule's start on; NO_DAY for earlier ones."""
    return np.where(reference >= starts, reference, np.int32(NO_DAY))
