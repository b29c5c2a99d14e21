"""A protocol as JSON: its schedules with their phases and readings."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from spine_vigil.scheduler.editions.edition import Caution, Edition
from spine_vigil.scheduler.rules.dates import Duration
from spine_vigil.scheduler.rules.facts import Condition, IndexKind
from spine_vigil.scheduler.rules.index_dates import Joined
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Protocol, Reading, Schedule, Stance
from spine_vigil.scheduler.rules.studies import Place, StudyPattern, modality_names
from spine_vigil.scheduler.values import Frozen, field


class PhaseView(Frozen):
    """A phase; a one-time window has `from` and `to`, a repeated interval `min` and `max`, and others have neither.

    `late` is the time for which a missed one-time window stays due after it closes (null: not at all).
    """

    kind: PhaseKind
    from_: str | UnsetType | None = field(default=UNSET, name="from")
    to: str | UnsetType | None = UNSET
    late: str | UnsetType | None = UNSET
    min: str | UnsetType | None = UNSET
    max: str | UnsetType | None = UNSET
    until: str | UnsetType | None = UNSET
    fact: str | None = None

    @classmethod
    def of(cls, phase: Phase) -> PhaseView:
        low, high, end = _text(phase.low), _text(phase.high), _text(phase.end)
        if phase.kind is PhaseKind.ONCE:
            return cls(phase.kind, from_=low, to=high, late=_text(phase.late), fact=phase.fact)
        if phase.kind is PhaseKind.EVERY:
            return cls(phase.kind, min=low, max=high, until=end, fact=phase.fact)
        return cls(phase.kind, until=end, fact=phase.fact)


def _text(duration: Duration | None) -> str | None:
    return None if duration is None else str(duration)


class ReadingView(Frozen):
    """Another reading of a schedule's sentence."""

    name: str
    says: str
    phases: list[PhaseView]
    or_if: str | None
    more_often_if: str | None

    @classmethod
    def of(cls, reading: Reading) -> ReadingView:
        plan = reading.plan
        return cls(reading.name, reading.says, [*map(PhaseView.of, plan.phases)], plan.or_if, plan.more_often_if)


class PatternView(Frozen):
    """The studies that a schedule accepts; `modalities` is null for any."""

    modalities: list[str] | None
    regions: tuple[str | Place, ...]

    @classmethod
    def of(cls, pattern: StudyPattern) -> PatternView:
        return cls(None if pattern.modalities is None else modality_names(pattern.modalities), pattern.places)


class ConditionView(Frozen):
    """The value that a boolean fact must have."""

    fact: str
    is_: bool = field(name="is")

    @classmethod
    def of(cls, condition: Condition) -> ConditionView:
        return cls(condition.fact, not condition.negated)


class CautionView(Frozen):
    """A place where specialists publish something else; `about` is the rule that it concerns."""

    about: str
    says: str
    source: str

    @classmethod
    def of(cls, caution: Caution) -> CautionView:
        return cls(caution.rule, caution.says, caution.source)


class ScheduleView(Frozen):
    """A schedule under the reading that is taken, with the other readings.

    `index` lists the events from which it counts, in order of preference; joined ones are a list of their own.
    """

    name: str
    route: str
    section: str
    study: PatternView
    index: tuple[IndexKind | tuple[IndexKind, ...], ...]
    phases: list[PhaseView]
    or_if: str | None
    more_often_if: str | None
    stops_at: tuple[IndexKind, ...]
    restarts: bool
    complements: bool
    when: ConditionView | None
    reading: str | None
    other_readings: list[ReadingView]

    @classmethod
    def of(cls, protocol: Protocol, schedule: Schedule) -> ScheduleView:
        return cls(
            name=schedule.name,
            route=protocol.route(schedule),
            section=str(schedule.cite),
            study=PatternView.of(schedule.study),
            index=tuple(choice.kinds if isinstance(choice, Joined) else choice for choice in schedule.index),
            phases=[*map(PhaseView.of, schedule.phases)],
            or_if=schedule.plan.or_if,
            more_often_if=schedule.plan.more_often_if,
            stops_at=schedule.stops_at,
            restarts=schedule.restarts,
            complements=schedule.complements,
            when=None if schedule.when is None else ConditionView.of(schedule.when),
            reading=schedule.reading or None,
            other_readings=[*map(ReadingView.of, schedule.others)],
        )


class ProtocolView(Frozen):
    """A protocol with its schedules and the cautions about it."""

    id: str
    title: str
    section: str
    stance: Stance
    refers_to: tuple[str, ...]
    note: str | None
    schedules: list[ScheduleView]
    cautions: list[CautionView]

    @classmethod
    def of(cls, edition: Edition, protocol: Protocol) -> ProtocolView:
        return cls(
            id=protocol.id,
            title=protocol.title,
            section=str(protocol.cite),
            stance=protocol.stance,
            refers_to=protocol.refers_to,
            note=protocol.note or None,
            schedules=[ScheduleView.of(protocol, schedule) for schedule in protocol.schedules],
            cautions=[*map(CautionView.of, edition.cautions_about(protocol.id, whole_protocol=True))],
        )
