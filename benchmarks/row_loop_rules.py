"""Evaluation of one event under one schedule for `row_loop.py`: look back, add months, compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias

from dateutil.relativedelta import relativedelta

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.reasons import Reason, reason_for_fact
from spine_vigil.scheduler.rules.dates import Duration
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.index_dates import IndexChoice, Joined
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Protocol, Schedule
from spine_vigil.scheduler.rules.studies import BITS, REGIONS, SPINE, UNKNOWN_SITE, Modality, Place

GRACE = GracePolicy()
EVERYWHERE = UNKNOWN_SITE - 1
ROUND = timedelta(days=20)
SOFT = (
    Reason.EARLY, Reason.ENDED, Reason.CONDITION_NOT_MET, Reason.UNCONFIRMED_PRIOR, Reason.INTERVAL_UNSPECIFIED,
    Reason.MISSING_FACT,
)  # fmt: skip
DUE = (Reason.ON_SCHEDULE, Reason.WITHIN_GRACE, Reason.OVERDUE, Reason.MISSING_FACT)
DOUBTED = (Reason.EARLY, Reason.ENDED, Reason.CONDITION_NOT_MET, Reason.INTERVAL_UNSPECIFIED)
Reference: TypeAlias = tuple[date, date]
"""The date of the round to which the reference belongs, and its own date."""


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
    """The dates on which a study is due. `judged` is the date for which the request stands."""

    opens: date
    closes: date
    reference: date
    phase: Phase
    grace: int
    judged: date = date.min

    @property
    def off(self) -> int:
        """The distance of the judged date in days: negative before the window, 0 inside, positive after it."""
        return (self.judged - self.opens).days if self.judged < self.opens else max((self.judged - self.closes).days, 0)


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
    """Return the date from which a schedule counts: the first documented one, in the schedule's order of preference.

    A date before a progression yields to a treatment after it where the schedule restarts.
    """
    dates = [(choice, day) for choice in schedule.index if (day := choice_date(choice, event)) is not None]
    if not dates:
        return None
    first, relapse = dates[0][1], event.dates.get(IndexKind.PROGRESSION.column)
    if schedule.restarts and relapse is not None and first < relapse <= event.day:
        treatments = [day for choice, day in dates if choice is not IndexKind.DIAGNOSIS]
        return next((day for day in treatments if relapse <= day <= event.day), first)
    return first


def choice_date(choice: IndexChoice, event: Event) -> date | None:
    """Return the date of one place in a list of index dates.

    Of joined dates less than 6 months apart the later counts, of others the latest that has passed.
    """
    kinds = choice.kinds if isinstance(choice, Joined) else (choice,)
    days = sorted(event.dates[kind.column] for kind in kinds if kind.column in event.dates)
    if not days:
        return None
    if days[0] + relativedelta(months=6) > days[-1]:
        return days[-1]
    return max((day for day in days if day <= event.day), default=days[0])


def plus(day: date, duration: Duration | None) -> date:
    """Return the date a duration later; a date after all others if there is no duration."""
    if duration is None:
        return date.max
    return day + relativedelta(months=duration.months, days=duration.days)


def earlier_studies(schedule: Schedule, event: Event, events: Sequence[Event], start: date) -> list[Event]:
    """Return the earlier studies that the schedule accepts."""
    return [
        other
        for other in events
        if other.status in ("performed", "scheduled")
        and not other.is_add_on
        and start <= other.day < event.day
        and shared_regions(schedule, other, event.site)
    ]


def last_study(schedule: Schedule, event: Event, earlier: Sequence[Event]) -> Reference | None:
    """Return the reference: the oldest of the latest earlier studies of each region in common.

    A study of the event's own round is none.
    """
    latest = []
    for bit in each_bit(shared_regions(schedule, event, event.site)):
        studies = [e for e in earlier if shared_regions(schedule, e, event.site) & bit]
        others = [e for e in studies if not (is_other(schedule, e, event) and event.day - e.day <= ROUND)]
        if not others:
            return None
        day = max(e.day for e in others)
        latest.append((max(round_date(schedule, e, studies) for e in others if e.day == day), day))
    return min(latest)


def own_round(schedule: Schedule, event: Event, earlier: Sequence[Event]) -> date:
    """Return the date on which the event's own round of imaging began."""
    shared = shared_regions(schedule, event, event.site)
    return round_date(schedule, event, [e for e in earlier if shared_regions(schedule, e, event.site) & shared])


def round_date(schedule: Schedule, study: Event, studies: Sequence[Event]) -> date:
    """Return the date of the earliest performed study of another modality in the 20 days before, else its own."""
    days = (
        e.day
        for e in studies
        if e.status == "performed" and is_other(schedule, e, study) and study.day - ROUND <= e.day < study.day
    )
    return min(days, default=study.day)


def is_other(schedule: Schedule, study: Event, beside: Event) -> bool:
    """Tell whether two studies are of modalities that complement each other."""
    return schedule.complements and study.modality is not beside.modality


def each_bit(bits: int) -> Iterator[int]:
    """Yield the bits of a set one by one."""
    while bits:
        yield bits & -bits
        bits &= bits - 1


def phase_on(schedule: Schedule, index: date, day: date) -> int | None:
    """Return the number (from 0) of the phase that contains a date; None after the last phase."""
    starts = [plus(index, start) for start in schedule.starts]
    if schedule.timed_end is not None and day == plus(index, schedule.timed_end):
        return len(schedule.timed_phases) - 1
    number = max(sum(day >= start for start in starts) - 1, 0)
    end = schedule.phases[number].end
    return None if number == len(starts) - 1 and end is not None and day > plus(index, end) else number


def next_window(schedule: Schedule, index: date, reference: Reference | None) -> Window | None:
    """Return the window in which the next study is due."""
    number = 0 if reference is None else phase_on(schedule, index, reference[0])
    if number is None or not schedule.phases[number].is_timed:
        return None
    phase = schedule.phases[number]
    behind = schedule.phases[number + 1] if number + 1 < len(schedule.phases) else None
    study, own = reference or (index, index)
    start_of_next = plus(index, schedule.starts[number + 1]) if behind is not None else date.max
    if phase.kind is PhaseKind.ONCE:
        window = Window(plus(index, phase.low), plus(index, phase.high), index, phase, GRACE.of(phase))
        if reference is not None and study >= window.opens - timedelta(days=window.grace):
            if behind is None or not behind.is_timed:
                return None
            if behind.kind is PhaseKind.ONCE:
                window = Window(plus(index, behind.low), plus(index, behind.high), index, behind, GRACE.of(behind))
            else:
                opens = max(start_of_next, plus(study, behind.low))
                closes = max(start_of_next, plus(own, behind.high))
                window = Window(opens, closes, study, behind, GRACE.of(behind))
    else:
        opens, closes = plus(study, phase.low), plus(own, phase.high)
        if behind is not None and behind.kind is PhaseKind.EVERY:
            opens = min(opens, max(start_of_next, plus(study, behind.low)))
            closes = max(closes, plus(own, behind.high)) if closes >= start_of_next else closes
        window = Window(opens, closes, study, phase, GRACE.of(phase))
    return window if window.opens <= plus(index, schedule.timed_end) else None


def judge(schedule: Schedule, event: Event, events: Sequence[Event]) -> tuple[Reason, Window | None]:
    """Judge an event by one schedule: return the reason, and the window if one applies."""
    day, follow_up_end = event.day, event.dates.get("follow_up_end_date")
    if follow_up_end is not None and day > follow_up_end:
        return Reason.FOLLOW_UP_ENDED, None
    if schedule.when is not None and schedule.when.holds(event.facts) is None:
        return Reason.MISSING_FACT, None
    index = index_date(schedule, event)
    if index is None:
        if schedule.counts_nothing:
            return soften(schedule, event, open_reason(schedule, event, day)), None
        return Reason.NO_INDEX_DATE, None
    start = plus(index, schedule.starts[0])
    if day < start:
        return Reason.BEFORE_INDEX, None
    stops = [k.value for k in schedule.stops_at if k.column in event.dates and index < event.dates[k.column] <= day]
    if "progression" in stops:
        return Reason.PROGRESSED, None
    if stops:
        return soften(schedule, event, Reason.ENDED), None
    reason, window = confirmed(schedule, event, index, earlier_studies(schedule, event, events, start))
    return soften(schedule, event, reason), window


def confirmed(schedule: Schedule, event: Event, index: date, earlier: Sequence[Event]) -> tuple[Reason, Window | None]:
    """Return reason and window by all earlier studies, unless they rest on a booking that nobody confirmed."""
    began = own_round(schedule, event, earlier)
    reference = last_study(schedule, event, earlier)
    reason, window = timed_reason(schedule, event, index, reference, began)
    if reason is Reason.EARLY or (window is None and reason in DOUBTED):
        performed = last_study(schedule, event, [e for e in earlier if e.status == "performed"])
        if performed != reference:
            again, proven = timed_reason(schedule, event, index, performed, began)
            if proven is not None and again in DUE:
                return Reason.UNCONFIRMED_PRIOR, window
    return reason, window


def timed_reason(
    schedule: Schedule, event: Event, index: date, reference: Reference | None, began: date
) -> tuple[Reason, Window | None]:
    """Return the reason by the window that follows a reference, or by the phase without windows."""
    window = next_window(schedule, index, reference)
    if window is None:
        return open_reason(schedule, event, index), None
    judged = max(began, window.opens) if event.day > window.closes else event.day
    if judged > last_day(schedule, index, window):
        return open_reason(schedule, event, index), None
    window = replace(window, judged=judged)
    if window.off < -window.grace:
        return Reason.EARLY, window
    reason = condition_reason(schedule, event, index, judged)
    if reason is None and window.off > window.grace:
        reason = Reason.OVERDUE
    return reason or (Reason.WITHIN_GRACE if window.off else Reason.ON_SCHEDULE), window


def last_day(schedule: Schedule, index: date, window: Window) -> date:
    """Return the last date to which a window applies."""
    if schedule.timed_end is None:
        return date.max
    timed_end, late = plus(index, schedule.timed_end), window.phase.late
    days = [timed_end, window.closes + timedelta(days=window.grace)]
    if late is not None:
        days.append(plus(window.closes, late))
        if schedule.timed_phases[-1].kind is PhaseKind.ONCE:
            days.append(plus(timed_end, late))
    return max(days)


def condition_reason(schedule: Schedule, event: Event, index: date, day: date) -> Reason | None:
    """Return the reason against a study by the condition of the timed phase on a date, or None."""
    timed = schedule.timed_phases
    number = phase_on(schedule, index, day)
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
    """Apply the first two clauses by which a study outside its window is still supported."""
    plan = schedule.plan
    if reason in SOFT and plan.or_if is not None and event.facts.get(plan.or_if):
        return reason_for_fact(plan.or_if)
    if reason is Reason.EARLY and plan.more_often_if is not None and event.facts.get(plan.more_often_if):
        return Reason.INTERVAL_UNSPECIFIED
    return reason
