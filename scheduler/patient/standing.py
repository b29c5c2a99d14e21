"""The standing of one patient under one schedule on one date: what is due, or why nothing is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from spine_vigil.scheduler.answers.due_status import BECAUSE, DueStatus
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.judging import Case
from spine_vigil.scheduler.patient.projection import Projection, condition_of, project
from spine_vigil.scheduler.patient.windows import Window, next_window
from spine_vigil.scheduler.records.patients import Event, Patient, Status
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.facts import IndexKind, first_index
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import PhaseKind, Schedule
from spine_vigil.scheduler.rules.studies import Place
from spine_vigil.scheduler.rules.words import index_kinds_text
from spine_vigil.scheduler.values import Frozen

__all__ = ["DueStatus", "Standing", "matching_days", "performed_studies", "standing"]


class Standing(Frozen):
    """The standing of a patient under a schedule on a date.

    `because` says in words why no window waits for a study, or none ever will (empty where one waits). `studies` are
    the days of the qualifying performed studies, `window` is the window that waits for its study (None for none).
    `fact` is the condition that is not documented true, `missing` the needed columns that are empty. `nothing_from` is
    the first known day from which nothing is due: progression, another event that ends the schedule, or the end of
    follow-up, before or after the date of the standing.
    """

    schedule: Schedule
    status: DueStatus
    because: str = ""
    index: date | None = None
    studies: tuple[date, ...] = ()
    window: Window | None = None
    fact: str | None = None
    missing: tuple[str, ...] = ()
    nothing_from: date | None = None

    @property
    def start(self) -> date | None:
        """The first day on which a study counts; None where no index date is known."""
        return None if self.index is None else add(self.index, self.schedule.starts[0])

    @property
    def reference(self) -> date | None:
        """The date from which the schedule counts: that of its window, else the last study, else the index date."""
        return self.window.reference if self.window is not None else self.last_study or self.index

    @property
    def last_study(self) -> date | None:
        """The latest performed study; None where the index date is the reference."""
        return self.studies[-1] if self.studies else None

    def windows(self, grace: GracePolicy, until: date, *, earliest: bool = False) -> Iterator[Projection]:
        """Yield the firm window and the projected ones that open by `until`.

        They include past windows, but none that opens once nothing is due any more.
        """
        if self.index is None or "primary_site" in self.missing:
            return
        for projection in project(self.schedule, self.index, self.last_study, grace, until, earliest=earliest):
            if self.nothing_from is not None and projection.window.opens >= self.nothing_from:
                return
            yield projection


def performed_studies(schedule: Schedule, patient: Patient, events: Iterable[Event], as_of: date) -> tuple[date, ...]:
    """Return the days up to `as_of` with a performed study that matches the schedule, each once, in order."""
    return tuple(day for day in matching_days(schedule, patient, events, Status.PERFORMED) if day <= as_of)


def matching_days(schedule: Schedule, patient: Patient, events: Iterable[Event], status: Status) -> tuple[date, ...]:
    """Return the days of the events of one status that match the schedule, each once, in order.

    One shared region is enough: a standing counts from the latest study, a request from the region whose latest study
    is oldest. An add-on is not a study of its own.
    """
    return tuple(
        sorted(
            {
                event.date
                for event in events
                if event.status is status
                and not event.is_add_on
                and schedule.study.shared_regions(event.study, patient.primary_site)
            }
        )
    )


def standing(
    edition: Edition,
    schedule: Schedule,
    patient: Patient,
    studies: Iterable[date],
    as_of: date,
    grace: GracePolicy,
    follow_up_end: date | None = None,
) -> Standing | None:
    """Return the standing under a schedule on `as_of`; None where its own condition (`when`) is documented false.

    `studies` are the days of the performed studies that match it; those before the schedule's start belong to staging
    or treatment and do not count. From `follow_up_end` on nothing is due.
    """
    if schedule.when is not None and schedule.when.holds(patient.facts) is False:
        return None
    index = first_index(schedule.index, patient.index_dates)
    stops = [
        (d, kind) for kind, d in patient.index_dates.items() if kind in schedule.stops_at and index and d > index[1]
    ]
    ends = [d for d, _ in stops] + ([] if follow_up_end is None else [follow_up_end])
    start = None if index is None else add(index[1], schedule.starts[0])
    done = tuple(sorted({d for d in studies if start is not None and d >= start}))
    known = Standing(
        schedule,
        DueStatus.STOPPED,
        index=None if index is None else index[1],
        studies=done,
        nothing_from=min(ends, default=None),
    )
    if follow_up_end is not None and follow_up_end <= as_of:
        return _with(known, DueStatus.STOPPED, BECAUSE["follow_up_ended"].format(day=follow_up_end))
    reached = [stop for stop in stops if stop[0] <= as_of]
    if reached:
        return _stopped(known, reached)
    lacking = tuple(_lacking(edition, schedule, patient))
    if lacking or index is None:
        because = "; ".join(words for _, words in lacking)
        missing = tuple(name for names, _ in lacking for name in names)
        return _with(known, DueStatus.NEEDS_INFO, because, missing=missing)
    return _by_window(edition, known, patient, index, as_of, grace)


def _with(
    known: Standing,
    status: DueStatus,
    because: str = "",
    *,
    window: Window | None = None,
    fact: str | None = None,
    missing: tuple[str, ...] = (),
) -> Standing:
    return Standing(
        known.schedule, status, because, known.index, known.studies, window, fact, missing, known.nothing_from
    )


def _stopped(known: Standing, reached: list[tuple[date, IndexKind]]) -> Standing:
    """Return a stopped standing after progression, an ended one after any other event that the schedule names."""
    progressed = [day for day, kind in reached if kind is IndexKind.PROGRESSION]
    if progressed:
        return _with(known, DueStatus.STOPPED, BECAUSE["progressed"].format(day=min(progressed)))
    day, kind = min(reached, key=lambda stop: stop[0])
    return _with(known, DueStatus.ENDED, BECAUSE["ended_with"].format(stop=kind.words, day=day))


def _lacking(edition: Edition, schedule: Schedule, patient: Patient) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what has to be documented before the schedule can count: columns, and the sentence that asks for them."""
    when = schedule.when
    if when is not None and when.holds(patient.facts) is None:
        yield (when.fact,), BECAUSE["when_unknown"].format(fact=edition.fact(when.fact).meaning)
    if patient.primary_site is None and Place.PRIMARY_SITE in schedule.study.places:
        yield ("primary_site",), BECAUSE["site_unknown"]
    if first_index(schedule.index, patient.index_dates) is None:
        columns = tuple(kind.column for kind in schedule.index)
        yield columns, BECAUSE["no_index_date"].format(index_kinds=index_kinds_text(schedule))


def _by_window(
    edition: Edition,
    known: Standing,
    patient: Patient,
    index: tuple[IndexKind, date],
    as_of: date,
    grace: GracePolicy,
) -> Standing:
    schedule = known.schedule
    window = next_window(schedule, index[1], known.last_study, grace)
    case = Case(schedule, patient.facts, index, (), window, window)
    if window is None or as_of > case.last_day_of_window():
        return _without_window(edition, known, index[1], as_of)
    fact, fact_from = condition_of(schedule, index[1], window, since=as_of)
    if fact is not None and fact_from == max(as_of, window.opens) and not patient.facts.get(fact):
        name = "condition_unknown" if patient.facts.get(fact) is None else "condition_false"
        because = BECAUSE[name].format(fact=edition.fact(fact).meaning)
        return _with(known, DueStatus.CONDITIONAL, because, window=window, fact=fact)
    if as_of < window.opens:
        because = ""
        if known.nothing_from is not None and window.opens >= known.nothing_from:
            because = BECAUSE["opens_too_late"].format(opens=window.opens, day=known.nothing_from)
        return _with(known, DueStatus.UPCOMING, because, window=window)
    late = as_of > window.closes + timedelta(days=window.grace)
    return _with(known, DueStatus.OVERDUE if late else DueStatus.OPEN, window=window)


def _without_window(edition: Edition, known: Standing, index: date, as_of: date) -> Standing:
    """Return the standing under the `as` or `unspecified` phase at the end, where there is one and it is not over."""
    phase = known.schedule.trailing
    end = None if known.schedule.phases[-1].end is None else add(index, known.schedule.phases[-1].end)
    if phase is None or (end is not None and as_of > end):
        return _with(known, DueStatus.ENDED, BECAUSE["no_window_after" if end else "no_window"].format(day=end))
    if phase.kind is PhaseKind.UNSPECIFIED or phase.fact is None:
        return _with(known, DueStatus.NEEDS_INFO, BECAUSE["interval_unspecified"])
    because = BECAUSE["as_fact"].format(fact=edition.fact(phase.fact).meaning)
    return _with(known, DueStatus.CONDITIONAL, because, fact=phase.fact)
