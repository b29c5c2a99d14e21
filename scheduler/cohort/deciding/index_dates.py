"""The index date of every case: the event from which its schedule counts on its date (whole cohorts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE, Ints
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.index_lists import KINDS
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.index_dates import ONE_TREATMENT, IndexChoice, Joined

_DIAGNOSIS = np.int32(KINDS.index(IndexKind.DIAGNOSIS))


def index_dates(
    schedule: Ints, dates: Mapping[IndexKind, Ints], day: Ints, tables: RuleTables, days: DayTable
) -> tuple[Ints, Ints]:
    """Return the index date of each row's schedule for a request on `day`, and its kind (an index into IndexKind).

    NO_DAY and NOWHERE where the row has none of them. `dates` are the rows' dates of every kind, or NO_DAY. Which date
    counts, of joined ones and after a progression, is said in rules/index_dates.py.
    """
    lists = tables.index_lists
    number = lists.of_schedule.take(schedule)
    given = number << len(lists.kinds)
    for bit, kind in enumerate(lists.kinds):
        given += (dates[kind] != NO_DAY).astype(np.int32) << bit
    index_kind: Ints = lists.first.take(given)
    index: Ints = np.full_like(index_kind, NO_DAY)
    for kind in lists.kinds:
        np.copyto(index, dates[kind], where=index_kind == KINDS.index(kind))
    for place, joined in enumerate(lists.joined, len(KINDS)):
        several = (index_kind == place).nonzero()[0]
        if len(several):
            of_several = {kind: dates[kind][several] for kind in joined.kinds}
            index[several], index_kind[several] = _of_choice(joined, of_several, day[several], days)
    if lists.restarts.any():
        progression = dates[IndexKind.PROGRESSION]
        is_over = (index < progression) & (progression <= day) & (index != NO_DAY)
        over = (is_over & lists.restarts.take(number)).nonzero()[0]
        for which in np.unique(number[over]).tolist():
            rows = over[number[over] == which]
            of_rows = {kind: column[rows] for kind, column in dates.items()}
            again, kind_again = _treated_again(lists.choices[which], of_rows, day[rows], days)
            is_treated = again != NO_DAY
            index[rows[is_treated]], index_kind[rows[is_treated]] = again[is_treated], kind_again[is_treated]
    return index, index_kind


def _treated_again(
    choices: Sequence[IndexChoice], dates: Mapping[IndexKind, Ints], day: Ints, days: DayTable
) -> tuple[Ints, Ints]:
    """Return the first treatment of a list on or after the progression and on or before `day`; NO_DAY for none."""
    index, index_kind = np.full_like(day, NO_DAY), np.full_like(day, NOWHERE)
    for choice in choices:
        at, kind = _of_choice(choice, dates, day, days)
        fits = (index == NO_DAY) & (kind != _DIAGNOSIS) & (at >= dates[IndexKind.PROGRESSION]) & (at <= day)
        np.copyto(index, at, where=fits)
        np.copyto(index_kind, kind, where=fits)
    return index, index_kind


def _of_choice(choice: IndexChoice, dates: Mapping[IndexKind, Ints], day: Ints, days: DayTable) -> tuple[Ints, Ints]:
    """Return the date that counts at one place of a list, and its kind; NO_DAY and NOWHERE for none."""
    if not isinstance(choice, Joined):
        at = dates[choice]
        return at, np.where(at == NO_DAY, np.int32(NOWHERE), np.int32(KINDS.index(choice)))
    latest, latest_so_far = np.full_like(day, NO_DAY), np.full_like(day, NO_DAY)
    earliest = np.full_like(day, NEVER)
    kind_latest, kind_so_far, kind_earliest = (np.full_like(day, NOWHERE) for _ in range(3))
    for kind in choice.kinds:
        at, number = dates[kind], np.int32(KINDS.index(kind))
        # Of two treatments on one day the first of the joined ones is named.
        for best, named, is_better in (
            (latest, kind_latest, at > latest),
            (latest_so_far, kind_so_far, (at > latest_so_far) & (at <= day)),
            (earliest, kind_earliest, (at != NO_DAY) & (at <= earliest)),
        ):
            np.copyto(best, at, where=is_better)
            np.copyto(named, number, where=is_better)
    is_any = latest != NO_DAY
    first = np.where(is_any, earliest, np.int32(days.low))
    is_one = is_any & (days.after(days.offset[ONE_TREATMENT], first) > latest)
    is_so_far = latest_so_far != NO_DAY
    index = np.where(is_one, latest, np.where(is_so_far, latest_so_far, np.where(is_any, earliest, np.int32(NO_DAY))))
    index_kind = np.where(is_one, kind_latest, np.where(is_so_far, kind_so_far, kind_earliest))
    return index, index_kind
