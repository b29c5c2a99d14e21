"""An edition's rules as lookup tables: small arrays indexed by schedule, slot, fact or route.

A *slot* is one phase of one schedule, `schedule * width + phase`, with padding behind the last phase so that every
phase has a next slot. The columns of a cohort are arrays too, one number per row, without nulls: NO_DAY stands for no
day, NOWHERE for no index.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.reasons import reason_for_fact
from spine_vigil.scheduler.cohort.arrays import NOWHERE, Flags, Ints
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.criteria import durations_of
from spine_vigil.scheduler.rules.dates import Duration, days
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import LATE, Phase, PhaseKind, Schedule

NO_WINDOW, EVERY, ONCE = 0, 1, 2
"""The kinds of slot by window; an `as` or `unspecified` phase and the padding have no window."""

NONE, AS, UNSPECIFIED = 0, 1, 2
"""The kinds of trailing phase."""

FALSE, TRUE, UNKNOWN = 0, 1, 2
"""The three values of a fact."""


class RuleTables:
    """An edition under a grace policy, as tables indexed by schedule, slot, fact or route."""

    def __init__(self, edition: Edition, grace: GracePolicy) -> None:
        self.edition = edition
        self.grace_policy = grace
        self.routes = [route for route, _ in edition.schedules()]
        self.schedules = [schedule for _, schedule in edition.schedules()]
        self.width = max((len(s.phases) for s in self.schedules), default=0) + 2
        self.fact_names = list(dict.fromkeys(f for s in self.schedules for f in s.facts()))
        self.no_fact = len(self.fact_names)
        self._offsets: dict[tuple[DayTable, str], Ints] = {}
        self._make_schedule_tables()
        self._make_slot_tables()
        indexes = [";".join(kind.column for kind in kinds) for kinds in self.index_lists]
        self.missing_names = pl.Series([*self.fact_names, None, *indexes, "primary_site"], dtype=pl.String)
        """What `missing` can name: the facts, nothing (at `no_fact`), the lists of index dates, the primary site."""

    def durations(self) -> list[Duration]:
        """Return every duration that the rules add to a date."""
        durations: list[Duration] = [days(0), LATE]
        for indication in self.edition.indications:
            durations += durations_of(indication.criterion)
        for contraindication in self.edition.contraindications:
            durations += durations_of(contraindication.criterion)
        for schedule in self.schedules:
            for phase in schedule.phases:
                durations += [d for d in (phase.low, phase.high, phase.end) if d is not None]
            durations += schedule.starts
        return list(dict.fromkeys(durations))

    def fact_number(self, name: str | None) -> int:
        """Return the number of a fact; for None `no_fact`, which is always false."""
        return self.no_fact if name is None else self.fact_names.index(name)

    def _make_schedule_tables(self) -> None:
        schedules = self.schedules
        self.index_lists = list(dict.fromkeys(s.index for s in schedules))
        self.index_kinds = list(dict.fromkeys(kind for kinds in self.index_lists for kind in kinds))
        self.first_index_kind = self._first_index_kinds()
        self.stop_lists = list(dict.fromkeys(s.stops_at for s in schedules))
        self.index_list = _array([self.index_lists.index(s.index) for s in schedules])
        self.stop_list = _array([self.stop_lists.index(s.stops_at) for s in schedules])
        self.when_fact = _array([self.fact_number(s.when.fact if s.when else None) for s in schedules])
        self.when_value = _array([int(not s.when.negated) if s.when else FALSE for s in schedules])
        self.or_fact = _array([self.fact_number(s.plan.or_if) for s in schedules])
        self.or_reason = _array([_reason_rank(s.plan.or_if) for s in schedules])
        self.more_fact = _array([self.fact_number(s.plan.more_often_if) for s in schedules])
        self.has_condition = _flags([any(p.fact for p in s.timed_phases) for s in schedules])
        self.timed = _array([len(s.timed_phases) for s in schedules])
        self.trailing_fact = _array([self.fact_number(s.trailing.fact if s.trailing else None) for s in schedules])
        self.trailing_reason = _array([_reason_rank(s.trailing.fact if s.trailing else None) for s in schedules])
        self.trailing_kind = _array([_trailing_kind(s) for s in schedules])

    def _first_index_kinds(self) -> Ints:
        """Return the index into IndexKind of the first index date that a row has, by list and by the dates given.

        The index of this table packs the number of the list (upper bits) and a bit set of the given `index_kinds`.
        """
        kinds, numbers = self.index_kinds, {kind: number for number, kind in enumerate(IndexKind)}
        return _array(
            [
                next((numbers[kind] for kind in wanted if given >> kinds.index(kind) & 1), NOWHERE)
                for wanted in self.index_lists
                for given in range(1 << len(kinds))
            ]
        )

    def _make_slot_tables(self) -> None:
        slots: list[Phase | None] = []
        starts: list[Duration | None] = []
        for schedule in self.schedules:
            padding = self.width - len(schedule.phases)
            slots += [*schedule.phases, *[None] * padding]
            starts += [*schedule.starts, schedule.phases[-1].end, *[None] * (padding - 1)]
        timed = [p if p is not None and p.is_timed else None for p in slots]
        kinds = {PhaseKind.EVERY: EVERY, PhaseKind.ONCE: ONCE}
        self.kind = _array([NO_WINDOW if p is None else kinds[p.kind] for p in timed])
        self.slot_fact = _array([self.fact_number(p.fact if p else None) for p in slots])
        self.slot_grace = _array([self.grace_policy.of(p) if p else 0 for p in timed])
        self.stays_due = _flags([p is not None and p.kind is PhaseKind.ONCE and not p.in_days for p in timed])
        # The last day of a phase belongs to the next one, but the timed end and the end of a trailing phase are
        # included.
        self.keeps_start = _array([int(p is None or not p.is_timed) for p in slots])
        self._slot_durations = {
            "low": [p.low if p else days(0) for p in timed],
            "high": [p.high if p else days(0) for p in timed],
            "start": starts,
            "end": [p.end if p else None for p in slots],
        }
        self._schedule_durations: dict[str, list[Duration | None]] = {
            "timed_end": [s.timed_end for s in self.schedules],
            "trailing_end": [s.trailing.end if s.trailing else None for s in self.schedules],
        }

    def offsets(self, name: str, table: DayTable) -> Ints:
        """Return a column of durations as offsets of a DayTable.

        By slot: `low`, `high`, `start`, `end`; by schedule: `timed_end`, `trailing_end`.
        """
        if (table, name) not in self._offsets:
            durations = {**self._slot_durations, **self._schedule_durations}[name]
            self._offsets[table, name] = _array([table.offset[d] for d in durations])
        return self._offsets[table, name]


def day_table(tables: RuleTables, days_used: Iterable[int | None]) -> DayTable:
    """Return the DayTable for a cohort whose dates are bounded by `days_used`.

    It reaches further before and after them than any rule can.
    """
    durations = tables.durations()
    known = [d for d in days_used if d is not None] or [0]
    # A window closes at most the longest duration after a date of the cohort, decides through its grace, and a duration
    # is added once more.
    reach = max(abs(d.nominal_days) * 31 // 30 for d in durations) + 31 + int(tables.slot_grace.max(initial=0))
    return DayTable(durations, min(known) - reach, max(known) + reach)


def _array(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int32)


def _flags(values: list[bool]) -> Flags:
    return np.array(values, dtype=np.bool_)


def _reason_rank(fact: str | None) -> int:
    return 0 if fact is None else reason_for_fact(fact).rank


def _trailing_kind(schedule: Schedule) -> int:
    if schedule.trailing is None:
        return NONE
    return AS if schedule.trailing.kind is PhaseKind.AS else UNSPECIFIED
