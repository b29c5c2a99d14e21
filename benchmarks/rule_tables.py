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
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Protocol, Schedule, Stance
from spine_vigil.scheduler.rules.studies import BITS, REGIONS, UNKNOWN_SITE, Modality, Place

Cell: TypeAlias = str | int | bool | None
Table: TypeAlias = tuple[str, list[tuple[Cell, ...]]]
"""A table: the column definitions in SQL, and the rows."""

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
    sets = modality_sets(edition)
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
        "schedules": (_SCHEDULE_COLUMNS, [_schedule_row(n, p, s, sets) for n, (p, s) in enumerate(schedules)]),
        "phases": (
            _PHASE_COLUMNS,
            [row for number, (_, schedule) in enumerate(schedules) for row in _phase_rows(number, schedule, grace)],
        ),
    }


def modality_sets(edition: Edition) -> list[frozenset[Modality] | None]:
    """Return the distinct sets of modalities that schedules accept."""
    return list(dict.fromkeys(s.study.modalities for _, s in edition.schedules()))


def index_lists(edition: Edition) -> list[tuple[str, ...]]:
    """Return the distinct lists of index date columns in schedules, each in order of preference."""
    return list(dict.fromkeys(_index_columns(s) for _, s in edition.schedules()))


def facts_of_schedules(edition: Edition) -> list[str]:
    """Return the facts that schedules need."""
    return list(dict.fromkeys(fact for _, s in edition.schedules() for fact in s.facts()))


def stops_of_schedules(edition: Edition) -> list[str]:
    """Return the columns of the dates that end a schedule, except progression."""
    return list(dict.fromkeys(k.column for _, s in edition.schedules() for k in s.stops_at if k.value != "progression"))


_SCHEDULE_COLUMNS = (
    "schedule integer, protocol varchar, route varchar, section varchar, fixed_bits integer, takes_site boolean,"
    " takes_spine boolean, modality_set integer, index_columns varchar, stops varchar, stops_by_progression boolean,"
    " or_fact varchar, or_reason varchar, more_fact varchar, when_fact varchar, when_value boolean,"
    " trailing_kind varchar, trailing_fact varchar, trailing_reason varchar, trailing_months integer,"
    " trailing_days integer, timed integer, end_months integer, end_days integer, has_condition boolean,"
    " phase_facts varchar[], " + ", ".join(f"start_months_{n} integer, start_days_{n} integer" for n in range(SPAN))
)
"""`start_*_N` is the offset at which phase N starts, a day later if the boundary day belongs to the phase before it."""

_PHASE_COLUMNS = (
    "schedule integer, place integer, kind varchar, low_months integer, low_days integer, high_months integer,"
    " high_days integer, grace integer, stays_due boolean"
)


def _schedule_row(
    number: int, protocol: Protocol, schedule: Schedule, sets: Sequence[frozenset[Modality] | None]
) -> tuple[Cell, ...]:
    places, plan, trailing = schedule.study.places, schedule.plan, schedule.trailing
    fixed = 0
    for place in places:
        fixed |= UNKNOWN_SITE - 1 if place is Place.ANYWHERE else REGIONS.get(place, 0) if isinstance(place, str) else 0
    facts = [p.fact for p in schedule.timed_phases]
    row: list[Cell] = [
        number,
        protocol.id,
        protocol.route(schedule),
        schedule.cite.section,
        fixed,
        Place.PRIMARY_SITE in places,
        Place.SPINAL_PRIMARY_SITE in places,
        sets.index(schedule.study.modalities),
        ",".join(_index_columns(schedule)),
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
        len(facts),
        *_months_and_days(schedule.timed_end),
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
            rows.append((number, position, phase.kind.value, *bounds, grace.of(phase), _stays_due(phase)))
    return rows


def _stays_due(phase: Phase) -> bool:
    return phase.kind is PhaseKind.ONCE and not phase.in_days


def _index_columns(schedule: Schedule) -> tuple[str, ...]:
    return tuple(kind.column for kind in schedule.index)


def _months_and_days(duration: Duration | None) -> tuple[int | None, int | None]:
    return (None, None) if duration is None else (duration.months, duration.days)


def _reason(fact: str | None) -> str | None:
    return None if fact is None else reason_for_fact(fact).value
