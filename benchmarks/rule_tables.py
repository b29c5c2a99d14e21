"""The rules of an edition as plain tables, for programs that decide schedules in a different way than vigil.

The tables are data only: study patterns, phases, durations as months and days, grace, the order of reasons. The
program evaluates them for a patient and a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from spine_vigil.scheduler.answers.reasons import Reason, reason_for_fact
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.dates import Duration
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.index_dates import IndexChoice
from spine_vigil.scheduler.rules.schedules import PhaseKind, Protocol, Schedule, Stance
from spine_vigil.scheduler.rules.studies import BITS, REGIONS, UNKNOWN_SITE, Modality, Place

Cell: TypeAlias = str | int | bool | None
Table: TypeAlias = tuple[str, list[tuple[Cell, ...]]]
"""A table: the column definitions in SQL, and the rows."""

IndexList: TypeAlias = tuple[tuple[IndexChoice, ...], bool]
"""The index dates of a schedule, and whether it restarts after a progression."""

SPAN = 5
"""The most phases of a schedule, counting the time after the last one."""

_STANCES = {
    Stance.SURVEILLANCE: None,
    Stance.REFERRAL: Reason.OTHER_GUIDELINE.value,
    Stance.NOT_COVERED: Reason.NOT_COVERED.value,
    Stance.NO_SURVEILLANCE: Reason.NO_SURVEILLANCE.value,
}


def rule_tables(edition: Edition, grace: GracePolicy) -> dict[str, Table]:
    """Return every table by name."""
    schedules = [(p, s) for p in edition.protocols for s in p.schedules]
    sets, lists = modality_sets(edition), index_lists(edition)
    regions = [(name, bits) for name, bits in REGIONS.items()]
    lanes = [*BITS.values(), UNKNOWN_SITE]
    return {
        "protocols": (
            "protocol varchar, stance varchar, protocol_section varchar",
            [(p.id, _STANCES[p.stance], p.cite.section) for p in edition.protocols],
        ),
        "regions": ("region varchar, bits integer", list(regions)),
        "lanes": ("lane_bit integer", [(bit,) for bit in lanes]),
        "codes": (
            "cpt varchar, code_modality varchar, code_bits integer, is_add_on boolean",
            [(c.code, c.modality.value, c.region_bits or None, c.is_add_on) for c in edition.cpt_codes],
        ),
        "accepted": (
            "modality_set integer, modality varchar",
            [(n, m.value) for n, accepted in enumerate(sets) for m in Modality if accepted is None or m in accepted],
        ),
        "reasons": (
            "reason varchar, reason_rank integer, decision varchar",
            [(r.value, r.rank, r.verdict.value if r.verdict else None) for r in Reason],
        ),
        "schedules": (_SCHEDULE_COLUMNS, [_schedule_row(n, p, s, sets, lists) for n, (p, s) in enumerate(schedules)]),
        "phases": (
            _PHASE_COLUMNS,
            [row for number, (_, schedule) in enumerate(schedules) for row in _phase_rows(number, schedule, grace)],
        ),
    }


def modality_sets(edition: Edition) -> list[frozenset[Modality] | None]:
    """Return the distinct sets of modalities that schedules accept."""
    return list(dict.fromkeys(s.study.modalities for _, s in edition.schedules()))


def index_lists(edition: Edition) -> list[IndexList]:
    """Return the distinct lists of index dates in schedules, each in order of preference."""
    return list(dict.fromkeys((s.index, s.restarts) for _, s in edition.schedules()))


def facts_of_schedules(edition: Edition) -> list[str]:
    """Return the facts that schedules need."""
    return list(dict.fromkeys(fact for _, s in edition.schedules() for fact in s.facts()))


def stops_of_schedules(edition: Edition) -> list[str]:
    """Return the columns of the dates that end a schedule, except progression."""
    return list(dict.fromkeys(k.column for _, s in edition.schedules() for k in s.stops_at if k.value != "progression"))


_SCHEDULE_COLUMNS = (
    "schedule integer, protocol varchar, route varchar, section varchar, fixed_bits integer, takes_site boolean,"
    " takes_spine boolean, modality_set integer, index_list integer, counts_nothing boolean, has_no_interval boolean,"
    " complements boolean, stops varchar, stops_by_progression boolean,"
    " or_fact varchar, or_reason varchar, more_fact varchar, when_fact varchar, when_value boolean,"
    " trailing_kind varchar, trailing_fact varchar, trailing_reason varchar, trailing_months integer,"
    " trailing_days integer, timed integer, end_months integer, end_days integer, ends_once boolean,"
    " has_condition boolean,"
    " phase_facts varchar[], " + ", ".join(f"start_months_{n} integer, start_days_{n} integer" for n in range(SPAN))
)
"""`start_*_N` is the offset at which phase N starts, a day later if the boundary day belongs to the phase before it."""

_PHASE_COLUMNS = (
    "schedule integer, place integer, kind varchar, low_months integer, low_days integer, high_months integer,"
    " high_days integer, grace integer, late_months integer, late_days integer"
)
"""`late_*` is the time for which a missed one-time window stays due; null where it does not."""


def _schedule_row(
    number: int,
    protocol: Protocol,
    schedule: Schedule,
    sets: Sequence[frozenset[Modality] | None],
    lists: Sequence[IndexList],
) -> tuple[Cell, ...]:
    places, plan, trailing = schedule.study.places, schedule.plan, schedule.trailing
    fixed = 0
    for place in places:
        fixed |= UNKNOWN_SITE - 1 if place is Place.ANYWHERE else REGIONS.get(place, 0) if isinstance(place, str) else 0
    timed = schedule.timed_phases
    facts = [p.fact for p in timed]
    row: list[Cell] = [
        number,
        protocol.id,
        protocol.route(schedule),
        schedule.cite.section,
        fixed,
        Place.PRIMARY_SITE in places,
        Place.SPINAL_PRIMARY_SITE in places,
        sets.index(schedule.study.modalities),
        lists.index((schedule.index, schedule.restarts)),
        schedule.counts_nothing,
        schedule.has_no_interval,
        schedule.complements,
        ",".join(k.column for k in schedule.stops_at if k.value != "progression"),
        any(k.value == "progression" for k in schedule.stops_at),
        plan.or_if,
        _reason(plan.or_if),
        plan.more_often_if,
        schedule.when.fact if schedule.when else None,
        not schedule.when.negated if schedule.when else None,
        trailing.kind.value if trailing else None,
        trailing.fact if trailing else None,
        _reason(trailing.fact) if trailing else None,
        *_months_and_days(trailing.end if trailing else None),
        len(timed),
        *_months_and_days(schedule.timed_end),
        bool(timed) and timed[-1].kind is PhaseKind.ONCE,
        any(facts),
        "[" + ", ".join(fact or "" for fact in facts) + "]",
    ]
    phases = schedule.phases
    for position in range(SPAN):
        start = (
            schedule.starts[position] if position < len(phases) else phases[-1].end if position == len(phases) else None
        )
        months, days = _months_and_days(start)
        # The last day of a phase belongs to the next one, but the timed end and the end of a trailing phase do not.
        keeps = position > 0 and days is not None and not (position < len(phases) and phases[position].is_timed)
        row += [months, days + 1 if keeps and days is not None else days]
    return tuple(row)


def _phase_rows(number: int, schedule: Schedule, grace: GracePolicy) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for position, phase in enumerate(schedule.phases):
        if phase.is_timed:
            bounds = (*_months_and_days(phase.low), *_months_and_days(phase.high))
            late = _months_and_days(phase.late)
            rows.append((number, position, phase.kind.value, *bounds, grace.of(phase), *late))
    return rows


def _months_and_days(duration: Duration | None) -> tuple[int | None, int | None]:
    return (None, None) if duration is None else (duration.months, duration.days)


def _reason(fact: str | None) -> str | None:
    return None if fact is None else reason_for_fact(fact).value
