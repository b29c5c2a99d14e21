"""An edition's rules as lookup tables: small arrays indexed by schedule, slot, fact or route.

A *slot* is one phase of one schedule, `schedule * width + phase`, with padding behind the last phase so that every
phase has a next slot. The columns of a cohort are arrays too, one number per row, without nulls: NO_DAY stands for no
day, NOWHERE for no index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.reasons import reason_for_fact
from spine_vigil.scheduler.cohort.arrays import Flags, Ints
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.index_lists import IndexLists
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.criteria_parts import durations_of
from spine_vigil.scheduler.rules.dates import Duration, days
from spine_vigil.scheduler.rules.facts import MOST_FACTS, SYMPTOMS
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.index_dates import ONE_TREATMENT
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Schedule

NO_WINDOW, EVERY, ONCE = 0, 1, 2
"""The kinds of slot by window; an `as` or `unspecified` phase and the padding have no window."""

_MOST_SCHEDULES = 64
"""More than the schedules of any protocol: the order of the edition is protocol * _MOST_SCHEDULES + schedule."""

NONE, AS, UNSPECIFIED = 0, 1, 2
"""The kinds of trailing phase."""

FALSE, TRUE, UNKNOWN = 0, 1, 2
"""The three values of a fact."""


class RuleTables:
    """An edition under a grace policy, as tables indexed by schedule, slot, fact or route.

    Raises RuleError where its schedules ask for more facts than fit into one number.
    """

    def __init__(self, edition: Edition, grace: GracePolicy) -> None:
        self.edition = edition
        self.grace_policy = grace
        self.routes = [route for route, _ in edition.schedules()]
        self.schedules = [schedule for _, schedule in edition.schedules()]
        self.width = max((len(s.phases) for s in self.schedules), default=0) + 2
        asked = [SYMPTOMS] if SYMPTOMS in edition.facts_by_name else []
        self.fact_names = list(dict.fromkeys([*(f for s in self.schedules for f in s.facts()), *asked]))
        if len(self.fact_names) > MOST_FACTS:
            raise RuleError(f"the schedules of '{edition.id}' ask for more than {MOST_FACTS} facts")
        self.no_fact = len(self.fact_names)
        self.symptoms = self.fact_number(asked[0] if asked else None)
        self.index_lists = IndexLists(self.schedules)
        self._offsets: dict[tuple[DayTable, str], Ints] = {}
        self._make_schedule_tables()
        self._make_slot_tables()
        names = [*self.fact_names, None, *self.index_lists.names, "primary_site"]
        self.missing_names = pl.Series(names, dtype=pl.String)
        """What `missing` can name: the facts, nothing (at `no_fact`), the lists of index dates, the primary site."""

    def durations(self) -> list[Duration]:
        """Return every duration that the rules add to a date."""
        durations: list[Duration] = [days(0), ONE_TREATMENT]
        for criterion in self.edition.criteria():
            durations += durations_of(criterion)
        for schedule in self.schedules:
            for phase in schedule.phases:
                durations += [d for d in (phase.low, phase.high, phase.end, phase.late) if d is not None]
            durations += schedule.starts
        return list(dict.fromkeys(durations))

    def fact_number(self, name: str | None) -> int:
        """Return the number of a fact; for None `no_fact`, which is always false."""
        return self.no_fact if name is None else self.fact_names.index(name)

    def _make_schedule_tables(self) -> None:
        schedules = self.schedules
        owners = [(p, s) for p, protocol in enumerate(self.edition.protocols) for s in range(len(protocol.schedules))]
        self.protocol = _array([protocol for protocol, _ in owners])
        self.order = _array([protocol * _MOST_SCHEDULES + number for protocol, number in owners])
        self.protocol_order = _array([number * _MOST_SCHEDULES for number, _ in enumerate(self.edition.protocols)])
        self.stop_lists = list(dict.fromkeys(s.stops_at for s in schedules))
        self.stop_list = _array([self.stop_lists.index(s.stops_at) for s in schedules])
        self.when_fact = _array([self.fact_number(s.when.fact if s.when else None) for s in schedules])
        self.when_value = _array([int(not s.when.negated) if s.when else FALSE for s in schedules])
        self.or_fact = _array([self.fact_number(s.plan.or_if) for s in schedules])
        self.or_reason = _array([_reason_rank(s.plan.or_if) for s in schedules])
        self.more_fact = _array([self.fact_number(s.plan.more_often_if) for s in schedules])
        self.counts_nothing = _flags([s.counts_nothing for s in schedules])
        self.has_no_interval = _flags([s.has_no_interval for s in schedules])
        self.complements = _flags([s.complements for s in schedules])
        self.ends_with_once = _flags([_ends_with_once(s) for s in schedules])
        self.has_condition = _flags([any(p.fact for p in s.timed_phases) for s in schedules])
        self.timed = _array([len(s.timed_phases) for s in schedules])
        self.trailing_fact = _array([self.fact_number(s.trailing.fact if s.trailing else None) for s in schedules])
        self.trailing_reason = _array([_reason_rank(s.trailing.fact if s.trailing else None) for s in schedules])
        self.trailing_kind = _array([_trailing_kind(s) for s in schedules])

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
        self.stays_due = _flags([p is not None and p.late is not None for p in timed])
        # The last day of a phase belongs to the next one, but the timed end and the end of a trailing phase are
        # included.
        self.keeps_start = _array([int(p is None or not p.is_timed) for p in slots])
        self._durations: dict[str, Sequence[Duration | None]] = {
            "low": [p.low if p else days(0) for p in timed],
            "high": [p.high if p else days(0) for p in timed],
            "late": [p.late if p and p.late else days(0) for p in timed],
            "start": starts,
            "end": [p.end if p else None for p in slots],
            "timed_end": [s.timed_end for s in self.schedules],
            "trailing_end": [s.trailing.end if s.trailing else None for s in self.schedules],
        }

    def offsets(self, name: str, table: DayTable) -> Ints:
        """Return a column of durations as offsets of a DayTable.

        By slot: `low`, `high`, `late`, `start`, `end`; by schedule: `timed_end`, `trailing_end`.
        """
        if (table, name) not in self._offsets:
            durations = self._durations[name]
            self._offsets[table, name] = _array([table.offset[d] for d in durations])
        return self._offsets[table, name]


def day_table(
    tables: RuleTables, days_used: Iterable[int | None], durations: Sequence[Duration] | None = None
) -> DayTable:
    """Return the DayTable for a cohort whose dates are bounded by `days_used`.

    It reaches further before and after them than any rule can. `durations` are those of the tables, unless the table is
    for other readings too.
    """
    durations = tables.durations() if durations is None else durations
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


def _ends_with_once(schedule: Schedule) -> bool:
    timed = schedule.timed_phases
    return bool(timed) and timed[-1].kind is PhaseKind.ONCE
