"""Phases, schedules, protocols and their other readings, validated when they are built."""

from __future__ import annotations

from enum import Enum

from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.citations import Cite
from spine_vigil.scheduler.rules.dates import Duration, Unit, check_order, days, months, span_text
from spine_vigil.scheduler.rules.facts import Condition, IndexKind
from spine_vigil.scheduler.rules.index_dates import IndexChoice, kinds_of
from spine_vigil.scheduler.rules.studies import StudyPattern
from spine_vigil.scheduler.values import Frozen, replace

LATE = months(12)
"""The time for which a missed one-time window stays due after it closes, unless its phase says otherwise."""

DAYS_OF_A_ROUND = 20
"""The most days between the first study of a round of imaging and a later one: less than 21 lie apart (rules 4)."""


class PhaseKind(Enum):
    """The four kinds of phase."""

    EVERY = "every"
    ONCE = "once"
    AS = "as"
    UNSPECIFIED = "unspecified"


class Phase(Frozen):
    """A period since the index date with one rule; built by `every`, `once`, `as_` and `unspecified`.

    `low` and `high` are MIN and MAX of an interval, or FROM and TO of a one-time window. `end` is the offset at which
    the phase ends (None: no end). `fact` is the condition of a conditional phase, or the fact that an `as` phase waits
    for. `late` is the time for which a missed one-time window stays due after it closes (None: not at all).
    """

    kind: PhaseKind
    low: Duration | None = None
    high: Duration | None = None
    end: Duration | None = None
    fact: str | None = None
    late: Duration | None = None

    @property
    def is_timed(self) -> bool:
        """Whether the phase gives windows."""
        return self.kind in (PhaseKind.EVERY, PhaseKind.ONCE)

    @property
    def in_days(self) -> bool:
        """Whether this is a one-time window written in days, which has no grace."""
        bounds = [d for d in (self.low, self.high) if d is not None and d.count]
        return self.kind is PhaseKind.ONCE and all(d.unit is Unit.DAY for d in bounds)

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            text = f"as {self.fact}" if self.kind is PhaseKind.AS else "unspecified"
            return text if self.end is None else f"{text} until {self.end}"
        span = f"at least every {self.high}" if self.low.count == 0 else f"every {span_text(self.low, self.high)}"
        if self.kind is PhaseKind.ONCE:
            span = f"once {span_text(self.low, self.high)} after the index date"
            if self.late not in (None, LATE):
                span += f", late by {self.late} at most"
        elif self.end is not None:
            span += f" until {self.end}"
        return span if self.fact is None else f"{span} if {self.fact}"


def every(
    low: Duration, high: Duration | None = None, *, until: Duration | None = None, if_: str | None = None
) -> Phase:
    """Return a phase with a repeated interval of `low` to `high` (default: exactly `low`), up to the offset `until`."""
    return Phase(PhaseKind.EVERY, low, low if high is None else high, until, if_)


def at_least_every(high: Duration, *, until: Duration | None = None, if_: str | None = None) -> Phase:
    """Return a phase whose interval has no lower bound: no study is too early."""
    return Phase(PhaseKind.EVERY, days(0), high, until, if_)


def once(low: Duration, high: Duration, *, late: Duration | None = None, if_: str | None = None) -> Phase:
    """Return a phase with one window, `low` to `high` after the index date.

    Where it is missed, it stays due for `late` after it closes: by default for 12 months, and not at all where it is
    written in days.
    """
    phase = Phase(PhaseKind.ONCE, low, high, high, if_)
    return replace(phase, late=late or (None if phase.in_days else LATE))


def as_(fact: str, *, until: Duration | None = None) -> Phase:
    """Return a phase without interval: a study whenever `fact` is documented."""
    return Phase(PhaseKind.AS, end=until, fact=fact)


def unspecified(*, until: Duration | None = None) -> Phase:
    """Return a phase for which the guideline gives a duration and no interval."""
    return Phase(PhaseKind.UNSPECIFIED, end=until)


def check_phases(phases: tuple[Phase, ...], where: str = "") -> None:
    """Raise RuleError unless the phases follow each other without overlap; its message begins with `where`."""
    where = f"{where}: " if where else ""
    if not phases:
        raise RuleError(f"{where}needs at least one phase")
    start = days(0)
    for number, phase in enumerate(phases):
        is_last = number == len(phases) - 1
        if not phase.is_timed and not is_last:
            raise RuleError(f"{where}'{phase}' can only be the last phase")
        if phase.end is None and not is_last:
            raise RuleError(f"{where}'{phase}' never ends, but another phase follows it")
        if phase.low is not None and phase.high is not None:
            check_order(phase.low, phase.high, f"{where}'{phase}'")
            if phase.kind is PhaseKind.EVERY and (phase.low.count < 0 or phase.high.count <= 0):
                raise RuleError(f"{where}'{phase}' needs an interval that is longer than nothing")
            if phase.kind is PhaseKind.ONCE:
                if number == 0 and phase.low.count < 0:
                    start = phase.low
                check_order(start, phase.low, f"{where}'{phase}' begins before its phase does")
        if phase.end is not None:
            check_order(start, phase.end, f"{where}'{phase}' ends before it begins")
            if phase.end.nominal_days == start.nominal_days and phase.kind is not PhaseKind.ONCE:
                raise RuleError(f"{where}'{phase}' ends where it begins")
            start = phase.end


class Plan(Frozen, kw_only=True):
    """The part of a schedule that depends on the reading of the sentence: the phases and the two softening clauses.

    While the fact `or_if` is true, an extra study is allowed at any time; where `more_often_if` is true, studies may be
    more frequent, at an interval that the guideline does not give.
    """

    phases: tuple[Phase, ...]
    or_if: str | None = None
    more_often_if: str | None = None


class Reading(Frozen):
    """Another way to read the sentence behind a schedule, by name."""

    name: str
    plan: Plan
    says: str

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or not self.says:
            raise RuleError(f"reading '{self.name}' needs a name like a variable's and a sentence that says it")
        check_phases(self.plan.phases, f"reading '{self.name}'")


class Schedule(Frozen):
    """One imaging study repeated over time inside a protocol.

    `index` lists the events from which it counts, in order of preference, `stops_at` those that end it; `when` is the
    condition of the whole schedule. A schedule that `restarts` counts again from a treatment that follows a
    progression. Where its modalities complement each other (`complements`), studies of different modalities less than
    21 days apart are one round. `reading` is the reading taken of an unclear sentence, `others` are its other readings.
    """

    name: str
    cite: Cite
    study: StudyPattern
    index: tuple[IndexChoice, ...]
    plan: Plan
    stops_at: tuple[IndexKind, ...] = ()
    when: Condition | None = None
    restarts: bool = False
    complements: bool = False
    reading: str = ""
    others: tuple[Reading, ...] = ()

    def __post_init__(self) -> None:
        if not self.index:
            raise RuleError(f"schedule '{self.name}' needs an index date")
        if len(set(self.index_kinds)) < len(self.index_kinds):
            raise RuleError(f"schedule '{self.name}' names an index date twice")
        check_phases(self.phases, f"schedule '{self.name}'")
        names = [r.name for r in self.others]
        if len(set(names)) < len(names):
            raise RuleError(f"schedule '{self.name}' has two readings of one name")
        if names and not self.reading:
            raise RuleError(f"schedule '{self.name}' has other readings and must say which one is taken")

    @property
    def index_kinds(self) -> tuple[IndexKind, ...]:
        """The events from which the schedule can count, in order of preference."""
        return tuple(kinds_of(self.index))

    @property
    def counts_nothing(self) -> bool:
        """Whether the schedule is one `as` phase without an end, so that nothing in it counts from an index date."""
        return len(self.phases) == 1 and self.phases[0].kind is PhaseKind.AS and self.phases[0].end is None

    @property
    def has_no_interval(self) -> bool:
        """Whether the guideline gives no interval at all for the schedule."""
        return all(phase.kind is PhaseKind.UNSPECIFIED for phase in self.phases)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases of the reading that is taken."""
        return self.plan.phases

    @property
    def timed_phases(self) -> tuple[Phase, ...]:
        """The phases that give windows."""
        return tuple(p for p in self.phases if p.is_timed)

    @property
    def trailing(self) -> Phase | None:
        """The `as` or `unspecified` phase at the end, if there is one."""
        return None if self.phases[-1].is_timed else self.phases[-1]

    @property
    def starts(self) -> tuple[Duration, ...]:
        """The offset at which each phase starts."""
        first = self.phases[0]
        negative = first.kind is PhaseKind.ONCE and first.low is not None and first.low.count < 0
        offsets = [first.low if negative and first.low is not None else days(0)]
        offsets += [p.end for p in self.phases[:-1] if p.end is not None]
        return tuple(offsets)

    @property
    def timed_end(self) -> Duration | None:
        """The offset of the timed end; None where the schedule has none."""
        timed = self.timed_phases
        return timed[-1].end if timed else None

    def read_as(self, name: str) -> Schedule:
        """Return the schedule under another of its readings. Raises KeyError for an unknown name."""
        other = {r.name: r for r in self.others}[name]
        return replace(self, plan=other.plan, reading=other.says)

    def facts(self) -> tuple[str, ...]:
        """Return every fact that the schedule asks for, under any of its readings."""
        facts: list[str | None] = [self.when.fact if self.when else None]
        for plan in (self.plan, *(r.plan for r in self.others)):
            facts += [*(p.fact for p in plan.phases), plan.or_if, plan.more_often_if]
        return tuple(dict.fromkeys(f for f in facts if f is not None))


class Stance(Enum):
    """The guideline's stance on a disease situation.

    It says when to image; leaves it to other guidelines; does not name the situation; or names it and asks for nothing.
    """

    SURVEILLANCE = "surveillance"
    REFERRAL = "referral"
    NOT_COVERED = "not covered"
    NO_SURVEILLANCE = "no surveillance"


class Protocol(Frozen):
    """The surveillance of one disease situation: one or more schedules, or a reason why there are none.

    `refers_to` names the other guidelines that a referral points to.
    """

    id: str
    title: str
    cite: Cite
    schedules: tuple[Schedule, ...] = ()
    stance: Stance = Stance.SURVEILLANCE
    refers_to: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if not self.title:
            raise RuleError(f"protocol '{self.id}' needs a title")
        if self.stance is Stance.SURVEILLANCE and not self.schedules:
            others = ", ".join(f"'{stance.value}'" for stance in Stance if stance is not Stance.SURVEILLANCE)
            raise RuleError(f"protocol '{self.id}' has no schedule: give it one, or a stance that has none: {others}")
        if self.stance is not Stance.SURVEILLANCE and self.schedules:
            raise RuleError(f"protocol '{self.id}' has schedules, which the stance '{self.stance.value}' has not")
        if self.stance is Stance.REFERRAL and not self.refers_to:
            raise RuleError(f"protocol '{self.id}' is a referral, and 'refers_to' must name the guidelines that decide")
        if self.stance is not Stance.REFERRAL and self.refers_to:
            raise RuleError(f"protocol '{self.id}' names guidelines in 'refers_to', which only a referral does")
        names = [s.name for s in self.schedules]
        if len(set(names)) < len(names):
            raise RuleError(f"protocol '{self.id}' has two schedules of one name")

    def route(self, schedule: Schedule) -> str:
        """Return the name of a schedule as a route."""
        return f"{self.id}/{schedule.name}"


def protocol(id_: str, title: str, *schedules: Schedule, cite: Cite) -> Protocol:
    """Return a protocol with schedules."""
    return Protocol(id_, title, cite, schedules)


def referral(id_: str, title: str, *guidelines: str, cite: Cite, note: str = "") -> Protocol:
    """Return a protocol for which the guideline points to other ones."""
    return Protocol(id_, title, cite, stance=Stance.REFERRAL, refers_to=guidelines, note=note)


def not_covered(id_: str, title: str, *, cite: Cite, note: str) -> Protocol:
    """Return a protocol for a disease situation that the guideline does not name; no other rule decides it."""
    return Protocol(id_, title, cite, stance=Stance.NOT_COVERED, note=note)


def no_surveillance(id_: str, title: str, *, cite: Cite, note: str) -> Protocol:
    """Return a protocol for a disease situation for which the guideline asks for no surveillance."""
    return Protocol(id_, title, cite, stance=Stance.NO_SURVEILLANCE, note=note)
