"""Evaluation of one event under one schedule for `row_loop.py`: look back, add months, compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.reasons import Reason, reason_for_fact
from spine_vigil.scheduler.rules.dates import Duration
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Protocol, Schedule
from spine_vigil.scheduler.rules.studies import BITS, REGIONS, SPINE, UNKNOWN_SITE, Modality, Place

GRACE = GracePolicy()
EVERYWHERE = UNKNOWN_SITE - 1
SOFT = (Reason.EARLY, Reason.ENDED, Reason.CONDITION_NOT_MET, Reason.UNCONFIRMED_PRIOR, Reason.MISSING_FACT)


@dataclass(slots=True)
class Event:
    """One parsed row: patient, study, date, and the documentation of the patient."""

    row: int
    protocol: Protocol | None
    modality: Modality
    regions: int
    day: date
    status: str
    is_add_on: bool
    site: int | None
    dates: dict[str, date]
    facts: dict[str, bool]

    @property
    def shown(self) -> int:
        """The regions that the study shows, as bits."""
        if self.regions == EVERYWHERE:
            return EVERYWHERE | UNKNOWN_SITE
        shown = self.regions
        if shown & BITS["pelvis"]:
            shown |= BITS["rectum"] | BITS["sacrum"]
        if shown & BITS["brain"]:
            shown |= BITS["pituitary"]
        return shown

    @property
    def is_covered(self) -> bool:
        """Whether the edition decides this study."""
        covers = CURRENT.covers
        return self.modality is covers.modality and self.regions & covers.regions == covers.regions


@dataclass(slots=True)
class Window:
    """The dates on which a study is due."""

    opens: date
    closes: date
    reference: date
    phase: Phase
    grace: int

    def off(self, day: date) -> int:
        """Return the distance of a date from the window in days: negative before it, 0 inside, positive after it."""
        return (day - self.opens).days if day < self.opens else max((day - self.closes).days, 0)


def shared_regions(schedule: Schedule, event: Event, site: int | None) -> int:
    """Return the regions common to a study and a schedule, for a patient with this primary site."""
    if schedule.study.modalities is not None and event.modality not in schedule.study.modalities:
        return 0
    wanted = 0
    for place in schedule.study.places:
        if place is Place.ANYWHERE:
            wanted |= EVERYWHERE
        elif place is Place.PRIMARY_SITE:
            wanted |= UNKNOWN_SITE if site is None else site
        elif place is Place.SPINAL_PRIMARY_SITE:
            wanted |= site if site is not None and not site & ~SPINE else 0
        else:
            wanted |= REGIONS[str(place)]
    return wanted & event.shown


def index_date(schedule: Schedule, event: Event) -> date | None:
    """Return the first documented index date, in the schedule's order of preference."""
    return next((event.dates[k.column] for k in schedule.index if k.column in event.dates), None)


def plus(day: date, duration: Duration | None) -> date:
    """Return the date a duration later; a date after all others if there is no duration."""
    if duration is None:
        return date.max
    return day + relativedelta(months=duration.months, days=duration.days)


def last_study(schedule: Schedule, event: Event, events: Sequence[Event], start: date, statuses: Any) -> date | None:
    """Return the reference date: the oldest of the latest earlier studies of each region in common."""
    earlier = [
        (other.day, shared_regions(schedule, other, event.site))
        for other in events
        if other.status in statuses and not other.is_add_on and start <= other.day < event.day
    ]
    shared, latest = shared_regions(schedule, event, event.site), []
    for bit in each_bit(shared):
        days = [day for day, shown in earlier if shown & bit]
        if not days:
            return None
        latest.append(max(days))
    return min(latest)


def each_bit(bits: int) -> Iterator[int]:
    """Yield the bits of a set one by one."""
    while bits:
        yield bits & -bits
        bits &= bits - 1


def phase_on(schedule: Schedule, index: date, day: date) -> int | None:
    """Return the number (from 0) of the phase that contains a date; None after the last phase."""
    starts = [plus(index, start) for start in schedule.starts]
    timed = [p for p in schedule.phases if p.is_timed]
    if timed and timed[-1].end is not None and day == plus(index, timed[-1].end):
        return len(timed) - 1
    number = max(sum(day >= start for start in starts) - 1, 0)
    end = schedule.phases[number].end
    return None if number == len(starts) - 1 and end is not None and day > plus(index, end) else number


def next_window(schedule: Schedule, index: date, study: date | None) -> Window | None:
    """Return the window in which the next study is due."""
    number = 0 if study is None else phase_on(schedule, index, study)
    if number is None or not schedule.phases[number].is_timed:
        return None
    phase = schedule.phases[number]
    behind = schedule.phases[number + 1] if number + 1 < len(schedule.phases) else None
    base = study or index
    start_of_next = plus(index, schedule.starts[number + 1]) if behind is not None else date.max
    if phase.kind is PhaseKind.ONCE:
        window = Window(plus(index, phase.low), plus(index, phase.high), index, phase, GRACE.of(phase))
        if study is not None and study >= window.opens - timedelta(days=window.grace):
            if behind is None or not behind.is_timed:
                return None
            if behind.kind is PhaseKind.ONCE:
                window = Window(plus(index, behind.low), plus(index, behind.high), index, behind, GRACE.of(behind))
            else:
                opens = max(start_of_next, plus(study, behind.low))
                closes = max(start_of_next, plus(study, behind.high))
                window = Window(opens, closes, study, behind, GRACE.of(behind))
    else:
        opens, closes = plus(base, phase.low), plus(base, phase.high)
        if behind is not None and behind.kind is PhaseKind.EVERY:
            opens = min(opens, max(start_of_next, plus(base, behind.low)))
            closes = max(closes, plus(base, behind.high)) if closes >= start_of_next else closes
        window = Window(opens, closes, base, phase, GRACE.of(phase))
    return window if window.opens <= plus(index, schedule.timed_end) else None


def judge(schedule: Schedule, event: Event, events: Sequence[Event]) -> tuple[Reason, str | None, Window | None]:
    """Judge an event by one schedule: return the reason, the timing, and the window if one applies."""
    if schedule.when is not None and schedule.when.holds(event.facts) is None:
        return Reason.MISSING_FACT, None, None
    index, day = index_date(schedule, event), event.day
    if index is None:
        return Reason.NO_INDEX_DATE, None, None
    start = plus(index, schedule.starts[0])
    if day < start:
        return Reason.BEFORE_INDEX, None, None
    stops = [k.value for k in schedule.stops_at if k.column in event.dates and index < event.dates[k.column] <= day]
    if "progression" in stops:
        return Reason.PROGRESSED, None, None
    if stops:
        return soften(schedule, event, Reason.ENDED), None, None
    study = last_study(schedule, event, events, start, ("performed", "scheduled"))
    window = next_window(schedule, index, study)
    if window is None or day > last_day(schedule, index, window):
        return soften(schedule, event, open_reason(schedule, event, index)), None, None
    off = window.off(day)
    timing = "early" if off < -window.grace else "overdue" if off > window.grace else "on_time"
    reason = condition_reason(schedule, event, index) if timing != "early" else None
    if timing == "early":
        reason = Reason.EARLY
        performed = last_study(schedule, event, events, start, ("performed",))
        if performed != study:
            proven = next_window(schedule, index, performed)
            if proven is None or proven.off(day) >= -proven.grace:
                reason = Reason.UNCONFIRMED_PRIOR
    elif reason is None:
        near = Reason.ON_SCHEDULE if off == 0 else Reason.WITHIN_GRACE
        reason = Reason.OVERDUE if timing == "overdue" else near
    return soften(schedule, event, reason or Reason.ENDED), timing, window


def last_day(schedule: Schedule, index: date, window: Window) -> date:
    """Return the last date to which a window applies."""
    if schedule.timed_end is None:
        return date.max
    days = [plus(index, schedule.timed_end), window.closes + timedelta(days=window.grace)]
    if window.phase.kind is PhaseKind.ONCE and not window.phase.in_days:
        days.append(window.closes + relativedelta(months=12))
    return max(days)


def condition_reason(schedule: Schedule, event: Event, index: date) -> Reason | None:
    """Return the reason against a study by the condition of the timed phase on its date, or None."""
    timed = [p for p in schedule.phases if p.is_timed]
    number = phase_on(schedule, index, event.day)
    fact = timed[min(len(timed) - 1 if number is None else number, len(timed) - 1)].fact
    if fact is None or event.facts.get(fact):
        return None
    return Reason.CONDITION_NOT_MET if fact in event.facts else Reason.MISSING_FACT


def open_reason(schedule: Schedule, event: Event, index: date) -> Reason:
    """Return the reason by a phase without windows."""
    phase = schedule.phases[-1]
    if phase.is_timed or event.day > plus(index, phase.end):
        return Reason.ENDED
    if phase.kind is PhaseKind.UNSPECIFIED or phase.fact is None:
        return Reason.INTERVAL_UNSPECIFIED
    if phase.fact not in event.facts:
        return Reason.MISSING_FACT
    return reason_for_fact(phase.fact) if event.facts[phase.fact] else Reason.CONDITION_NOT_MET


def soften(schedule: Schedule, event: Event, reason: Reason) -> Reason:
    """Apply the two clauses by which a study outside its window is still supported."""
    plan = schedule.plan
    if reason in SOFT and plan.or_if is not None and event.facts.get(plan.or_if):
        return reason_for_fact(plan.or_if)
    if reason is Reason.EARLY and plan.more_often_if is not None and event.facts.get(plan.more_often_if):
        return Reason.INTERVAL_UNSPECIFIED
    return reason
