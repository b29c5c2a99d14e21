"""The schedules of the edition decided row by row with pandas and dateutil: `row_loop.py EVENTS.csv OUT.csv`.

The yardstick of what an analyst would write: group the events by patient, look back for each, add months with
`relativedelta`. It takes the rules as data and none of vigil's evaluators. `compare_answers.py` holds its decision,
reason, timing, route, reference date and window to vigil's wherever schedules alone decide. Left out, with their
columns empty: the next allowed date, what is missing, indications, contraindications and combinations; a bad row is
not told what is wrong with it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd
from dateutil.relativedelta import relativedelta

from protocols import CURRENT
from scheduler.columns import INDEX_COLUMNS, RESULT_COLUMNS
from scheduler.dates import Duration
from scheduler.facts import FALSE_WORDS, TRUE_WORDS
from scheduler.grace import GracePolicy
from scheduler.reasons import Reason, reason_for_fact
from scheduler.rules import Phase, PhaseKind, Protocol, Schedule, Stance
from scheduler.studies import BITS, REGIONS, SPINE, UNKNOWN_SITE, Modality, Place

Answer: TypeAlias = tuple[Any, ...]
"""Reason, timing, route, section, reference date, opens, closes, days from the window."""

GRACE = GracePolicy()
MODALITIES = {m.value: m for m in Modality}
STATUSES = ("performed", "scheduled", "requested", "cancelled")
DATES = ("date", *INDEX_COLUMNS, "follow_up_end_date")
FACTS = list(dict.fromkeys(fact for _, s in CURRENT.schedules() for fact in s.facts()))
EVERYWHERE = UNKNOWN_SITE - 1
LATE = timedelta(days=1_000_000)
STANCES = {
    Stance.REFERRAL: Reason.OTHER_GUIDELINE,
    Stance.NOT_COVERED: Reason.NOT_COVERED,
    Stance.NO_SURVEILLANCE: Reason.NO_SURVEILLANCE,
}
SOFT = (Reason.EARLY, Reason.ENDED, Reason.CONDITION_NOT_MET, Reason.UNCONFIRMED_PRIOR, Reason.MISSING_FACT)


@dataclass(slots=True)
class Event:
    """One row as read: who, which study, when, and what is known of the patient."""

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
        """The regions that the images show."""
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
    """The days in which a study is due."""

    opens: date
    closes: date
    reference: date
    phase: Phase
    grace: int

    def off(self, day: date) -> int:
        """Return the days by which a date misses the window: negative before it, 0 inside."""
        return (day - self.opens).days if day < self.opens else max((day - self.closes).days, 0)


def decide_file(events: Path, out: Path) -> None:
    """Decide every row of a CSV of events, in its order."""
    frame = pd.read_csv(events, dtype=str, keep_default_na=False)
    answers: list[Answer] = [(None,) * 8] * len(frame)
    for _, patient in frame.groupby("patient_id", sort=False):
        read: list[Event] = []
        for index, cells in zip(patient.index, patient.to_dict("records"), strict=True):
            try:
                event = read_event(index, cells)
            except (KeyError, ValueError):
                answers[index] = (Reason.BAD_ROW, *(None,) * 7)
                continue
            if event is not None and event.status == "cancelled":
                answers[index] = (Reason.CANCELLED, *(None,) * 7)
            elif event is not None:
                read.append(event)
        for event in read:
            answers[event.row] = decide(event, read)
    write(frame, answers, out)


def write(frame: pd.DataFrame, answers: Sequence[Answer], out: Path) -> None:
    """Write the input's columns and behind them the result columns of an audit."""
    names = ("reason", "timing", "route", "section", "reference_date", "opens", "closes", "days_from_window")
    found = pd.DataFrame(answers, columns=names, dtype=object)
    reasons = found["reason"]
    found["decision"] = [r.verdict.value if r is not None and r.verdict else None for r in reasons]
    found["explanation"] = [
        f"{section or ''}: {reason.value if reason else ''}." if opens is None else
        f"{section}: counted from {reference}, the window is {opens} to {closes}. {reason.value}."
        for reason, section, reference, opens, closes in zip(
            reasons, found["section"], found["reference_date"], found["opens"], found["closes"], strict=True
        )
    ]  # fmt: skip
    found["reason"] = [r.value if r is not None else None for r in reasons]
    found = found.reindex(columns=RESULT_COLUMNS)
    pd.concat([frame, found], axis="columns").to_csv(out, index=False)


def read_date(text: str) -> date:
    """Read a date as YYYY-MM-DD and in no other way. Raises ValueError."""
    found = date.fromisoformat(text)
    if len(text) != len("YYYY-MM-DD") or not 1900 <= found.year <= 2199:
        raise ValueError(text)
    return found


def read_fact(text: str) -> bool:
    """Read a boolean. Raises ValueError."""
    if text.lower() in TRUE_WORDS:
        return True
    if text.lower() in FALSE_WORDS:
        return False
    raise ValueError(text)


def read_regions(text: str) -> int:
    """Read regions joined by |. Raises KeyError."""
    found = 0
    for part in text.lower().split("|"):
        found |= REGIONS[part.strip()]
    return found


def read_event(row: int, cells: dict[str, str]) -> Event | None:
    """Read a row; None for one that only enrols. Raises KeyError or ValueError where a cell cannot be read."""
    text = {name: cell.strip() for name, cell in cells.items()}
    if not text["patient_id"]:
        raise ValueError(row)
    dates = {name: read_date(text[name]) for name in DATES if text.get(name)}
    facts = {name: read_fact(text[name]) for name in FACTS if text.get(name)}
    protocol = CURRENT.protocols_by_id[text["protocol"].lower()] if text["protocol"] else None
    site = REGIONS[text["primary_site"].lower()] if text["primary_site"] else None
    status = text["status"].lower() or "requested"
    code = CURRENT.cpt_by_code[text["cpt"].upper()] if text.get("cpt") else None
    modality = MODALITIES[text["modality"].upper()] if text["modality"] else None
    regions = read_regions(text["region"]) if text["region"] else None
    if status not in STATUSES or ("date" in dates) != (code is not None or modality is not None or regions is not None):
        raise ValueError(row)
    if code is not None:
        wrong_region = code.regions and regions not in (None, code.region_bits)
        if modality not in (None, code.modality) or wrong_region or (not code.regions and regions is None):
            raise ValueError(row)
        modality, regions = code.modality, code.region_bits or regions
    if (modality is None) != (regions is None):
        raise ValueError(row)
    if modality is None or regions is None:
        return None
    is_add_on = code is not None and code.is_add_on
    return Event(row, protocol, modality, regions, dates["date"], status, is_add_on, site, dates, facts)


def decide(event: Event, events: Sequence[Event]) -> Answer:
    """Decide one event among all of its patient."""
    protocol = event.protocol
    schedules = protocol.schedules if protocol else ()
    fitting = [s for s in schedules if shared_regions(s, event, event.site)]
    if not fitting:
        return without_schedule(event)
    applying = [s for s in fitting if s.when is None or s.when.holds(event.facts) is not False]
    if not applying and protocol:
        return (Reason.NOT_IN_PROTOCOL, None, protocol.id, protocol.cite.section, *(None,) * 4)
    some_index = any(index_date(s, event) for s in applying)
    routes = []
    for place, schedule in enumerate(applying):
        unknown = schedule.when is not None and schedule.when.holds(event.facts) is None
        if some_index and index_date(schedule, event) is None and not unknown:
            continue
        reason, timing, window = judge(schedule, event, events)
        off = window.off(event.day) if window else None
        shown = (window.reference, window.opens, window.closes, off) if window else (None,) * 4
        route = f"{protocol.id}/{schedule.name}" if protocol else None
        order = (reason.rank, LATE.days if off is None else abs(off), place)
        routes.append((order, (reason, timing, route, schedule.cite.section, *shown)))
    return min(routes)[1]


def without_schedule(event: Event) -> Answer:
    """Answer for a study that fits no schedule of the patient's protocol."""
    protocol = event.protocol
    if protocol is None:
        reason = Reason.NO_ROUTE if event.is_covered else Reason.OTHER_GUIDELINE
        return (reason, *(None,) * 7)
    if protocol.stance is not Stance.SURVEILLANCE:
        reason = STANCES[protocol.stance]
    elif any(may_fit(s, event) for s in protocol.schedules):
        reason = Reason.MISSING_FACT
    else:
        reason = Reason.NOT_IN_PROTOCOL if event.is_covered else Reason.OTHER_GUIDELINE
    return (reason, None, protocol.id, protocol.cite.section, *(None,) * 4)


def may_fit(schedule: Schedule, event: Event) -> bool:
    """Tell whether the study would fit if the primary site were known."""
    study = schedule.study
    if event.site is not None or (study.modalities is not None and event.modality not in study.modalities):
        return False
    return Place.PRIMARY_SITE in study.places or bool(Place.SPINAL_PRIMARY_SITE in study.places and event.shown & SPINE)


def shared_regions(schedule: Schedule, event: Event, site: int | None) -> int:
    """Return the regions that a study and a schedule share, for a patient with this primary site."""
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
    """Return the first of the schedule's index dates that the patient has."""
    return next((event.dates[k.column] for k in schedule.index if k.column in event.dates), None)


def plus(day: date, duration: Duration | None) -> date:
    """Return a day and a duration later; a day beyond all others where there is no duration."""
    if duration is None:
        return date.max
    return day + relativedelta(months=duration.months, days=duration.days)


def last_study(schedule: Schedule, event: Event, events: Sequence[Event], start: date, statuses: Any) -> date | None:
    """Return the reference date: of each shared region the latest earlier study, and of these the oldest."""
    earlier = [
        (other.day, shared_regions(schedule, other, event.site))
        for other in events
        if other.status in statuses and not other.is_add_on and start <= other.day < event.day
    ]
    shared, found = shared_regions(schedule, event, event.site), []
    for bit in each_bit(shared):
        days = [day for day, shown in earlier if shown & bit]
        if not days:
            return None
        found.append(max(days))
    return min(found)


def each_bit(bits: int) -> Iterator[int]:
    """Yield the bits of a set one by one."""
    while bits:
        yield bits & -bits
        bits &= bits - 1


def phase_on(schedule: Schedule, index: date, day: date) -> int | None:
    """Return the place of the phase that contains a day; None behind the last."""
    starts = [plus(index, start) for start in schedule.starts]
    timed = [p for p in schedule.phases if p.is_timed]
    if timed and timed[-1].end is not None and day == plus(index, timed[-1].end):
        return len(timed) - 1
    place = max(sum(day >= start for start in starts) - 1, 0)
    end = schedule.phases[place].end
    return None if place == len(starts) - 1 and end is not None and day > plus(index, end) else place


def next_window(schedule: Schedule, index: date, study: date | None) -> Window | None:
    """Return the window in which the next study is due."""
    place = 0 if study is None else phase_on(schedule, index, study)
    if place is None or not schedule.phases[place].is_timed:
        return None
    phase = schedule.phases[place]
    behind = schedule.phases[place + 1] if place + 1 < len(schedule.phases) else None
    base = study or index
    start_of_next = plus(index, schedule.starts[place + 1]) if behind is not None else date.max
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
    """Judge an event by one schedule: reason, timing and the window where one speaks."""
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
    """Return the last day on which a window speaks."""
    if schedule.timed_end is None:
        return date.max
    days = [plus(index, schedule.timed_end), window.closes + timedelta(days=window.grace)]
    if window.phase.kind is PhaseKind.ONCE and not window.phase.in_days:
        days.append(window.closes + relativedelta(months=12))
    return max(days)


def condition_reason(schedule: Schedule, event: Event, index: date) -> Reason | None:
    """Return what the condition of the timed phase on that day says against a study, if anything."""
    timed = [p for p in schedule.phases if p.is_timed]
    place = phase_on(schedule, index, event.day)
    fact = timed[min(len(timed) - 1 if place is None else place, len(timed) - 1)].fact
    if fact is None or event.facts.get(fact):
        return None
    return Reason.CONDITION_NOT_MET if fact in event.facts else Reason.MISSING_FACT


def open_reason(schedule: Schedule, event: Event, index: date) -> Reason:
    """Return what the phase without windows says."""
    phase = schedule.phases[-1]
    if phase.is_timed or event.day > plus(index, phase.end):
        return Reason.ENDED
    if phase.kind is PhaseKind.UNSPECIFIED or phase.fact is None:
        return Reason.INTERVAL_UNSPECIFIED
    if phase.fact not in event.facts:
        return Reason.MISSING_FACT
    return reason_for_fact(phase.fact) if event.facts[phase.fact] else Reason.CONDITION_NOT_MET


def soften(schedule: Schedule, event: Event, reason: Reason) -> Reason:
    """Apply the two clauses that soften a refusal."""
    plan = schedule.plan
    if reason in SOFT and plan.or_if is not None and event.facts.get(plan.or_if):
        return reason_for_fact(plan.or_if)
    if reason is Reason.EARLY and plan.more_often_if is not None and event.facts.get(plan.more_often_if):
        return Reason.INTERVAL_UNSPECIFIED
    return reason


if __name__ == "__main__":
    decide_file(Path(sys.argv[1]), Path(sys.argv[2]))
