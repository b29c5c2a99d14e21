"""The events that end the schedule of every case (whole cohorts)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE, Ints
from spine_vigil.scheduler.cohort.deciding.cases import Cases
from spine_vigil.scheduler.cohort.tables.index_lists import KINDS
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.rules.facts import IndexKind


@dataclass(frozen=True, slots=True)
class Stops:
    """The first days after the index date on which stops hold (NEVER: none), and the stop that a sentence names.

    Without an index date nothing stops.
    """

    progressed: Ints
    stopped: Ints
    kind: Ints
    date: Ints


def stops_of(cases: Cases, tables: RuleTables) -> Stops:
    """Return the stops of each case."""
    rows = len(cases.schedule)
    never, progression = np.full(rows, NEVER, dtype=np.int32), cases.dates[IndexKind.PROGRESSION]
    stops = Stops(never, never.copy(), np.full(rows, NOWHERE, dtype=np.int32), progression.copy())
    chosen = tables.stop_list.take(cases.schedule)
    for number, kinds in enumerate(tables.stop_lists):
        rows_of_list = (chosen == number).nonzero()[0]
        index, day = cases.index[rows_of_list], cases.date[rows_of_list]
        after = {kind: _after(index, cases.dates[kind][rows_of_list]) for kind in kinds}
        others = [kind for kind in kinds if kind is not IndexKind.PROGRESSION]
        if IndexKind.PROGRESSION in after:
            stops.progressed[rows_of_list] = after[IndexKind.PROGRESSION]
        if others:
            stops.stopped[rows_of_list] = np.minimum.reduce([after[kind] for kind in others])
            reached = [after[kind] <= day for kind in others]
            stops.kind[rows_of_list] = np.select(
                reached, [np.int32(KINDS.index(kind)) for kind in others], np.int32(NOWHERE)
            )
            named = np.select(reached, [after[kind] for kind in others], np.int32(NO_DAY))
            stops.date[rows_of_list] = np.where(day >= stops.progressed[rows_of_list], stops.date[rows_of_list], named)
    return stops


def _after(index: Ints, day: Ints) -> Ints:
    """Return the days that lie after the index date; NEVER for others."""
    return np.where((day > index) & (index != NO_DAY), day, np.int32(NEVER))
