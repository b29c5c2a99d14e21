"""The standing of one patient under the schedules of one protocol on a date: what is due, or why nothing is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from spine_vigil.scheduler.answers.due_status import BECAUSE, BEFORE_BIRTH, DueStatus
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.projection import Projection, condition_of, project
from spine_vigil.scheduler.patient.references import EarlierStudies
from spine_vigil.scheduler.patient.windows import Reference, Window, last_day, next_window
from spine_vigil.scheduler.records.follow_up import FollowUp
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.facts import Condition, Facts, IndexKind
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.index_dates import IndexDate, index_on
from spine_vigil.scheduler.rules.schedules import PhaseKind, Schedule
from spine_vigil.scheduler.rules.studies import Place, shown_regions
from spine_vigil.scheduler.rules.words import index_kinds_text
from spine_vigil.scheduler.values import Frozen, replace

__all__ = ["DueStatus", "Standing", "standing", "standings"]


class Standing(Frozen):
    """The standing of a patient under a schedule on a date.

    `because` says in words why no window waits for a study, or none ever will (empty where one waits). `imaging` is the
    latest performed imaging of all regions of the schedule, from which it counts (None: the index date is the
    reference), `done` counts how often it was done. `window` is the window that waits for its study (None for none).
    `fact` is the condition that is not documented true, `missing` the needed columns that are empty. `nothing_from` is
    the first known day from which nothing is due: progression, another event that ends the schedule, the end of
    follow-up or death, before or after the date of the standing.
    """

    schedule: Schedule
    as_of: date
    status: DueStatus
    because: str = ""
    index: date | None = None
    imaging: Reference | None = None
    done: int = 0
    window: Window | None = None
    fact: str | None = None
    missing: tuple[str, ...] = ()
    nothing_from: date | None = None

    @property
    def start(self) -> date | None:
        """The first day on which a study counts; None where no index date is known."""
        return None if self.index is None else add(self.index, self.schedule.starts[0])

    @property
    def reference_date(self) -> date | None:
        """The date from which the schedule counts: that of its window, else the last imaging, else the index date."""
        if self.window is not None:
            return self.window.reference
        return self.index if self.imaging is None else self.imaging.day

    @property
    def lacks_index(self) -> bool:
        """Whether the schedule applies and has no index date to count from."""
        lacks_index = self.status is DueStatus.NEEDS_INFO and self.index is None
        when = self.schedule.when
        return lacks_index and not self.schedule.counts_nothing and (when is None or when.fact not in self.missing)

    def windows(self, grace: GracePolicy, until: date, *, earliest: bool = False) -> Iterator[Projection]:
        """Yield the window that waits and the projected ones that open by `until`.

        None opens once nothing is due any more.
        """
        if self.index is None or "primary_site" in self.missing:
            return
        for projection in project(
            self.schedule, self.index, self.imaging, grace, as_of=self.as_of, until=until, earliest=earliest
        ):
            if self.nothing_from is not None and projection.window.opens >= self.nothing_from:
                return
            yield projection


def standings(edition: Edition, patient: FollowUp, as_of: date, grace: GracePolicy) -> Iterator[Standing]:
    """Yield the standing under each schedule of the patient's protocol on `as_of`, in the order of the protocol.

    Left out are schedules whose own condition (`when`) is documented false, and those without an index date for whose
    study another schedule speaks: a request for it would not be asked for that date either (rules 6.3).
    """
    found = [
        stands
        for schedule in patient.protocol.schedules
        if (stands := standing(edition, schedule, patient, as_of, grace)) is not None
    ]
    speaking = [stands.schedule for stands in found if _says_something(stands, patient.facts)]
    for stands in found:
        if not (stands.lacks_index and _is_shown_by(speaking, stands.schedule, patient.course.primary_site)):
            yield stands


def _says_something(stands: Standing, facts: Facts) -> bool:
    """Return whether a schedule says anything else than that it has ended, or that its index date is not known."""
    if stands.status is not DueStatus.ENDED:
        return not stands.lacks_index
    or_if = stands.schedule.plan.or_if
    return or_if is not None and bool(facts.get(or_if))


def _is_shown_by(speaking: list[Schedule], schedule: Schedule, site: int | None) -> bool:
    """Return whether every study that a schedule asks for matches one of those that speak."""
    shown = shown_regions(schedule.study.regions_for(site))
    modalities = [other.study for other in speaking if other.study.regions_for(site) & shown]
    if schedule.study.modalities is None:
        return any(study.modalities is None for study in modalities)
    return all(any(study.accepts(modality) for study in modalities) for modality in schedule.study.modalities)


def standing(
    edition: Edition,
    schedule: Schedule,
    patient: FollowUp,
    as_of: date,
    grace: GracePolicy,
    known_on: date | None = None,
) -> Standing | None:
    """Return the standing under a schedule on `as_of`; None where its own condition (`when`) is documented false.

    Its index date and the studies that were performed are those of the day `known_on`: by default of `as_of`, too.
    """
    found = _standing(edition, schedule, patient, as_of, grace, known_on)
    if found is None or not patient.course.before_birth:
        return found
    return replace(found, because="; ".join(filter(None, [found.because, BEFORE_BIRTH])))


def _standing(
    edition: Edition, schedule: Schedule, patient: FollowUp, as_of: date, grace: GracePolicy, known_on: date | None
) -> Standing | None:
    if schedule.when is not None and schedule.when.holds(patient.facts) is False:
        return None
    known_on = as_of if known_on is None else known_on
    dates = patient.course.index_dates
    index = index_on(schedule.index, dates, known_on, restarts=schedule.restarts)
    stops = [
        (day, kind)
        for kind in IndexKind
        if kind in schedule.stops_at and (day := dates.get(kind)) is not None and index and day > index[1]
    ]
    ends = [day for day, _ in stops] + [day for day in (patient.follow_up_end, patient.death) if day is not None]
    done = _imaging(schedule, patient, index, known_on)
    known = Standing(
        schedule,
        as_of,
        DueStatus.STOPPED,
        index=None if index is None else index[1],
        imaging=done[-1] if done else None,
        done=len({imaging.day for imaging in done}),
        nothing_from=min(ends, default=None),
    )
    if patient.death is not None and patient.death <= as_of:
        return replace(known, because=BECAUSE["died"].format(day=patient.death))
    if patient.follow_up_end is not None and patient.follow_up_end <= as_of:
        return replace(known, because=_end_of_follow_up(patient, patient.follow_up_end))
    reached = [stop for stop in stops if stop[0] <= as_of]
    if reached:
        return _stopped(known, reached)
    lacking = tuple(_lacking(edition, schedule, patient, index))
    if lacking:
        because = "; ".join(words for _, words in lacking)
        missing = tuple(name for names, _ in lacking for name in names)
        return replace(known, status=DueStatus.NEEDS_INFO, because=because, missing=missing)
    return _without_window(edition, known) if index is None else _by_window(edition, known, patient.facts, grace)


def _end_of_follow_up(patient: FollowUp, end: date) -> str:
    """Return why nothing is due after the end of follow-up; an end before a study or an index date may be wrong."""
    performed = [event.date for event in patient.events if event.status is Status.PERFORMED]
    later = max((day for day in (*performed, *patient.course.index_dates.values()) if day > end), default=None)
    if later is None:
        return BECAUSE["follow_up_ended"].format(day=end)
    return BECAUSE["follow_up_doubted"].format(day=end, later=later)


def _imaging(schedule: Schedule, patient: FollowUp, index: IndexDate | None, until: date) -> list[Reference]:
    """Return the performed imaging of all regions of a schedule, as it stood after each day of a study up to `until`.

    An interval that counts nothing has none.
    """
    if index is None:
        return []
    site = patient.course.primary_site
    start = add(index[1], schedule.starts[0])
    performed = EarlierStudies.of(schedule, site, patient.events, start, until + timedelta(days=1)).performed()
    regions = schedule.study.regions_for(site)
    days = sorted({event.date for event, _ in performed.events})
    after = (performed.before(day + timedelta(days=1)).reference(regions, None, day) for day in days)
    return [imaging for imaging in after if imaging is not None]


def _stopped(known: Standing, reached: list[tuple[date, IndexKind]]) -> Standing:
    """Return a stopped standing after progression, an ended one after any other event that the schedule names."""
    progressed = [day for day, kind in reached if kind is IndexKind.PROGRESSION]
    if progressed:
        return replace(known, because=BECAUSE["progressed"].format(day=min(progressed)))
    day, kind = min(reached, key=lambda stop: stop[0])
    return replace(known, status=DueStatus.ENDED, because=BECAUSE["ended_with"].format(stop=kind.words, day=day))


def _lacking(
    edition: Edition, schedule: Schedule, patient: FollowUp, index: IndexDate | None
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what has to be documented before the schedule can count: columns, and the sentence that asks for them."""
    when: Condition | None = schedule.when
    if when is not None and when.holds(patient.facts) is None:
        yield (when.fact,), BECAUSE["when_unknown"].format(fact=edition.fact(when.fact).meaning)
    if patient.course.primary_site is None and Place.PRIMARY_SITE in schedule.study.places:
        yield ("primary_site",), BECAUSE["site_contradicted" if patient.course.sites_differ else "site_unknown"]
    if index is None and not schedule.counts_nothing:
        columns = tuple(kind.column for kind in schedule.index_kinds)
        yield columns, BECAUSE["no_index_date"].format(index_kinds=index_kinds_text(schedule))


def _by_window(edition: Edition, known: Standing, facts: Facts, grace: GracePolicy) -> Standing:
    schedule, as_of, index = known.schedule, known.as_of, known.index
    if index is None:  # pragma: no cover - the caller has checked
        raise AssertionError
    window = next_window(schedule, index, known.imaging, grace)
    if window is None or as_of > last_day(schedule, index, window):
        return _without_window(edition, known)
    fact, fact_from = condition_of(schedule, index, window, since=as_of)
    if fact is not None and fact_from == max(as_of, window.opens) and not facts.get(fact):
        name = "condition_unknown" if facts.get(fact) is None else "condition_false"
        because = BECAUSE[name].format(fact=edition.fact(fact).meaning)
        return replace(known, status=DueStatus.CONDITIONAL, because=because, window=window, fact=fact)
    if as_of < window.opens:
        because = ""
        if known.nothing_from is not None and window.opens >= known.nothing_from:
            because = BECAUSE["opens_too_late"].format(opens=window.opens, day=known.nothing_from)
        return replace(known, status=DueStatus.UPCOMING, because=because, window=window)
    return replace(known, status=DueStatus.OVERDUE if as_of > window.last_day else DueStatus.OPEN, window=window)


def _without_window(edition: Edition, known: Standing) -> Standing:
    """Return the standing under the `as` or `unspecified` phase at the end, where there is one and it is not over."""
    phase, offset = known.schedule.trailing, known.schedule.phases[-1].end
    end = None if known.index is None or offset is None else add(known.index, offset)
    if phase is None or (end is not None and known.as_of > end):
        because = BECAUSE["no_window_after" if end else "no_window"].format(day=end)
        return replace(known, status=DueStatus.ENDED, because=because)
    if phase.kind is PhaseKind.UNSPECIFIED or phase.fact is None:
        return replace(known, status=DueStatus.NEEDS_INFO, because=BECAUSE["interval_unspecified"])
    because = BECAUSE["as_fact"].format(fact=edition.fact(phase.fact).meaning)
    return replace(known, status=DueStatus.CONDITIONAL, because=because, fact=phase.fact)
