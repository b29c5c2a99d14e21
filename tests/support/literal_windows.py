"""The windows of a report, one patient and one schedule at a time, as docs/reference/report.md says it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from support.literal_courses import DatedCourse
from support.literal_rows import Seen, group_before

from spine_vigil.scheduler.patient.references import EarlierStudies
from spine_vigil.scheduler.patient.windows import Reference, Window, last_day, next_window, phase_at
from spine_vigil.scheduler.records.follow_up import FollowUp
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.index_dates import index_on
from spine_vigil.scheduler.rules.schedules import PhaseKind, Schedule
from spine_vigil.scheduler.rules.studies import Place

DAY = timedelta(days=1)
COUNTED = ("timely", "late", "missed")


@dataclass(frozen=True)
class ReportWindow:
    """A window that is listed, with its outcome.

    `study_date` is the day on which the imaging that satisfies the window was complete (None: nothing satisfies it).
    `days` are those from `opens` to that imaging, or to the later one that ends the wait (None: none came);
    `observed_days` those to that imaging or, without one, to the last day followed. `at_worst` and `at_best` are
    `timely`, `untimely`, or empty for what does not count. `has_time` says whether the window counts for the time to
    study.
    """

    patient_id: str
    protocol: str
    schedule: str
    index_date: date
    opens: date
    closes: date
    last_day: date
    outcome: str
    why: str
    study_date: date | None
    days: int | None
    observed_days: int
    at_worst: str
    at_best: str
    has_time: bool
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stretch:
    """Days on which a schedule counts from one index date; `followed` is the last of them on which it is followed.

    `ends` are the events that end it, each with its place among those of one day and its name.
    """

    index: date
    followed: date
    ends: tuple[tuple[date, int, str], ...]


@dataclass(frozen=True)
class Imaging:
    """Imaging of all regions of a schedule: its reference date, its own date, and the day on which it was complete."""

    reference: Reference
    complete: date


@dataclass(frozen=True)
class Observation:
    """The days that a report is about, with the grace, and the columns of its groups."""

    first_day: date
    last_day: date
    grace: GracePolicy
    by: tuple[str, ...] = ()


def stretches(schedule: Schedule, course: DatedCourse, seen: Observation) -> list[Stretch]:
    """Return the stretches of a schedule, each with one index date, in order of time."""
    patient = course.at_end
    began: list[tuple[date, date]] = []  # the day from which an index date counts, and the index date
    for day in sorted({at for _, at in course.index_dates()}):
        index = index_on(schedule.index, course.index_dates_on(day), day, restarts=schedule.restarts)
        if index is not None and (not began or began[-1][1] != index[1]):
            began.append((day, index[1]))
    found = []
    for number, (_, index_date) in enumerate(began):
        ends = [(seen.last_day, 5, "not_due_yet")]
        followed = [seen.last_day]
        if patient.death is not None:
            ends.append((patient.death, 0, "died"))
            followed.append(patient.death)
        if patient.follow_up_end is not None:
            ends.append((patient.follow_up_end, 1, "follow_up_ended"))
            followed.append(patient.follow_up_end)
        for kind in schedule.stops_at:
            stop = course.first_after(kind, index_date)
            if stop is not None:
                ends.append((stop, 2, "progressed") if kind is IndexKind.PROGRESSION else (stop, 3, "stopped"))
                followed.append(stop)
        if number + 1 < len(began):
            next_begins = began[number + 1][0]
            ends.append((next_begins, 4, "restarted"))
            followed.append(next_begins - DAY)
        found.append(Stretch(index_date, min(followed), tuple(sorted(ends))))
    return found


def imaging_of(schedule: Schedule, patient: FollowUp, index: date, until: date) -> list[Imaging]:
    """Return the performed imaging of all regions of a schedule from its start until a day, in order of time."""
    site = patient.course.primary_site
    regions = schedule.study.regions_for(site)
    start = add(index, schedule.starts[0])
    performed = EarlierStudies.of(schedule, site, patient.events, start, until + DAY).performed()
    found: list[Imaging] = []
    for day in sorted({event.date for event, _ in performed.events}):
        reference = performed.before(day + DAY).reference(regions, None, day)
        if reference is None:
            continue
        if found and reference.day <= found[-1].reference.day:
            last = found[-1]
            own = max(last.reference.own, reference.own)
            found[-1] = Imaging(Reference(last.reference.day, own), last.complete)
        else:
            found.append(Imaging(reference, day))
    return found


def after_miss(schedule: Schedule, index: date, window: Window, grace: GracePolicy) -> Window | None:
    """Return the window that follows a missed one: as if a study had been done on the day on which it closed.

    That study would have satisfied a one-time window alone, so that a next one-time window follows, however near.
    """
    number = window.phase + 1
    kinds = [phase.kind for phase in schedule.phases[window.phase : number + 1]]
    if kinds != [PhaseKind.ONCE, PhaseKind.ONCE]:
        return next_window(schedule, index, Reference(window.closes, window.closes), grace)
    phase = schedule.phases[number]
    assert phase.low is not None
    assert phase.high is not None
    return Window(add(index, phase.low), add(index, phase.high), index, number, grace.of(phase))


@dataclass(frozen=True)
class Wait:
    """A window of a chain with what became of it.

    `before` is the imaging that satisfied a window before it (None: none did), `came` the first later imaging that is
    not too early for it, `satisfied` whether that satisfies this window, `late_until` the last day on which a study is
    late rather than missing.
    """

    window: Window
    before: Imaging | None
    came: Imaging | None
    satisfied: bool
    late_until: date

    @property
    def first_day(self) -> date:
        return self.window.opens - timedelta(days=self.window.grace)


def waits(schedule: Schedule, stretch: Stretch, done: Sequence[Imaging], grace: GracePolicy) -> Iterator[Wait]:
    """Yield the windows of a stretch that open while it is followed, in order of time."""
    index = stretch.index
    window = next_window(schedule, index, None, grace)
    before: Imaging | None = None
    while window is not None and window.opens <= stretch.followed:
        following = after_miss(schedule, index, window, grace)
        late_until = last_day(schedule, index, window) if following is None else following.opens - DAY
        came = None
        for imaging in done:
            is_later = before is None or imaging.complete > before.complete
            if is_later and imaging.reference.day >= window.opens - timedelta(days=window.grace):
                came = imaging
                break
        satisfied = came is not None and came.complete <= max(window.last_day, late_until)
        yield Wait(window, before, came, satisfied, late_until)
        if satisfied and came is not None:
            before = came
            window = next_window(schedule, index, came.reference, grace)
        else:
            window = following


def windows_of(
    schedule: Schedule, course: DatedCourse, rows: Sequence[Seen], seen: Observation
) -> Iterator[ReportWindow]:
    """Yield the windows of a patient under a schedule, with their outcomes."""
    patient = course.at_end
    if schedule.when is not None and schedule.when.holds(patient.facts) is False:
        return
    if not schedule.timed_phases:
        return
    for stretch in stretches(schedule, course, seen):
        done = imaging_of(schedule, patient, stretch.index, stretch.followed)
        for wait in waits(schedule, stretch, done, seen.grace):
            yield _with_outcome(schedule, patient, rows, seen, stretch, wait)


def _with_outcome(
    schedule: Schedule, patient: FollowUp, rows: Sequence[Seen], seen: Observation, stretch: Stretch, wait: Wait
) -> ReportWindow:
    window, came = wait.window, wait.came
    would_be = "missed"
    if wait.satisfied and came is not None:
        would_be = "timely" if came.complete <= window.last_day else "late"
    condition = condition_holds(schedule, patient, stretch.index, window.opens)
    is_beyond = schedule.timed_end is not None and window.closes > add(stretch.index, schedule.timed_end)
    left_out = _not_counted(seen, stretch, window, is_beyond=is_beyond, condition=condition)
    outcome, why, worst, best = would_be, "", "", ""
    if left_out:
        outcome, why = ("not_due_yet", "") if left_out == "not_due_yet" else ("not_counted", left_out)
    else:
        worst = best = "timely" if would_be == "timely" else "untimely"
        unknown = _unknown(schedule, patient, rows, stretch, wait, would_be)
        could_be_timely = "timely" in unknown.values()
        if condition is None:
            outcome, why = "unknown", "undocumented_fact"
            if would_be == "timely":
                worst, best = "", "timely"
            else:
                worst, best = "untimely", "timely" if could_be_timely else ""
        elif unknown:
            outcome, why = "unknown", next(iter(unknown))
            best = "timely" if could_be_timely else ""
    days = None if came is None else max(0, (came.complete - window.opens).days)
    return ReportWindow(
        patient_id=patient.patient_id,
        protocol=patient.protocol.id,
        schedule=schedule.name,
        index_date=stretch.index,
        opens=window.opens,
        closes=window.closes,
        last_day=window.last_day,
        outcome=outcome,
        why=why,
        study_date=came.complete if wait.satisfied and came is not None else None,
        days=days,
        observed_days=(stretch.followed - window.opens).days if days is None else days,
        at_worst=worst,
        at_best=best,
        has_time=left_out != "before_observation" and not is_beyond and condition is True,
        groups={column: group_before(rows, column, wait.first_day, seen.last_day) for column in seen.by},
    )


def condition_holds(schedule: Schedule, patient: FollowUp, index: date, day: date) -> bool | None:
    """Return whether a schedule asks for a window that opens on a day; None where that is not documented."""
    number = phase_at(schedule, index, day)
    last = len(schedule.timed_phases) - 1
    fact = schedule.phases[last if number is None else min(number, last)].fact
    of_phase: bool | None = True
    if fact is not None:
        value = patient.facts.get(fact)
        of_phase = None if value is None else bool(value)
    of_schedule = True if schedule.when is None else schedule.when.holds(patient.facts)
    if of_phase is False or of_schedule is False:
        return False
    return None if of_phase is None or of_schedule is None else True


def _not_counted(
    seen: Observation, stretch: Stretch, window: Window, *, is_beyond: bool, condition: bool | None
) -> str:
    """Return why a window does not count; empty where it does."""
    if window.last_day < seen.first_day:
        return "before_observation"
    for day, _, name in stretch.ends:
        if window.last_day > day or (name == "restarted" and window.last_day == day):
            return name
    if is_beyond:
        return "schedule_ended"
    return "condition_not_met" if condition is False else ""


def _unknown(
    schedule: Schedule, patient: FollowUp, rows: Sequence[Seen], stretch: Stretch, wait: Wait, would_be: str
) -> dict[str, str]:
    """Return what the window could have been (`timely` or `late`) by each reason why that is not known.

    The first reason is the one that the report gives.
    """
    found: dict[str, str] = {}
    if would_be == "timely":
        return found
    site = patient.course.primary_site
    if Place.PRIMARY_SITE in schedule.study.places and site is None:
        found["primary_site"] = "timely"
    start = add(stretch.index, schedule.starts[0])

    def add_days(why: str, days: Sequence[date | None]) -> None:
        for day in days:
            could_be = ""
            if day is None:
                could_be = "timely"
            elif day < start or day > stretch.followed or (wait.before and day <= wait.before.reference.own):
                continue
            elif wait.first_day <= day <= wait.window.last_day:
                could_be = "timely"
            elif would_be == "missed" and wait.window.last_day < day <= wait.late_until:
                could_be = "late"
            if could_be and found.get(why) != "timely":
                found[why] = could_be

    add_days("unreadable_row", [row.date for row in rows if row.may_be_imaging])
    booked = [
        event.date
        for event in patient.events
        if event.status is Status.SCHEDULED and event.is_reference and schedule.study.shared_regions(event.study, site)
    ]
    add_days("unconfirmed_booking", booked)
    return found
