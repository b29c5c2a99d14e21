"""Coming imaging windows of one patient under each schedule of a protocol: the firm one and projections from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from typing import TypeAlias

from spine_vigil.notices import Notice, NoticeKind, Warnings, tell
from spine_vigil.problems import ArgumentProblem, Problems, raise_all
from spine_vigil.protocols import CURRENT
from spine_vigil.request_reading import study_cells
from spine_vigil.request_words import read_protocol_text, read_site_text, read_study_text
from spine_vigil.requests import (
    PARAMETERS,
    Labels,
    labelled,
    pairs,
    parse_day,
    parse_facts,
    parse_index_dates,
    split_prior,
    value_texts,
)
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import UnknownName, ValueProblem
from spine_vigil.scheduler.patient.projection import Projection
from spine_vigil.scheduler.patient.standing import Standing, standings
from spine_vigil.scheduler.records.courses import patient_of
from spine_vigil.scheduler.records.fields import PATIENT_ID, Column, event_columns
from spine_vigil.scheduler.records.follow_up import FollowUp
from spine_vigil.scheduler.records.patients import Course, Event, Statement, Status
from spine_vigil.scheduler.records.rows import read_row
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.index_dates import index_on
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.rules.studies import Modality, Place, Study, parse_site
from spine_vigil.scheduler.rules.words import pattern_words
from spine_vigil.scheduler.values import Frozen

_ONLY_BOOKED = "is only booked and does not count: windows are counted from performed studies"

_Prior: TypeAlias = date | Event
"""An earlier study: an event, or a date without a study, which counts for every schedule."""


class Assume(Enum):
    """The day of its window on which a projection assumes that a future study is done."""

    LATEST = "latest"
    EARLIEST = "earliest"


class Question(Frozen):
    """Parameters of a plan: edition, as-of date, horizon, assumption for future studies, and grace policy."""

    edition: Edition
    as_of: date
    until: date
    assume: Assume
    grace: GracePolicy


class PlanRequest(Frozen, kw_only=True):
    """The documentation of a patient as text.

    `index` holds `KIND=DATE` texts, `priors` holds `DATE [STUDY] [STATUS]`, `facts` holds `NAME=VALUE`; `primary_site`
    is None if it is not known.
    """

    protocol: str
    index: tuple[str, ...] = ()
    priors: tuple[str, ...] = ()
    primary_site: str | None = None
    facts: tuple[str, ...] = ()


class ReadPlanRequest(Frozen):
    """The documentation of a patient as it was read, with earlier studies by their texts (None: only booked).

    Where there are `problems`, nothing else counts.
    """

    says: Statement
    priors: Mapping[str, _Prior | None]
    notices: tuple[Notice, ...]
    problems: tuple[ArgumentProblem, ...]


class ScheduleWindows(Frozen):
    """The standing of one schedule on the as-of date, and its windows, the firm one first.

    `primary_site` is the patient's, as a bit set of regions (None: unknown).
    """

    standing: Standing
    primary_site: int | None
    windows: tuple[Projection, ...]

    @property
    def study(self) -> str:
        """The study to order, in words."""
        return pattern_words(self.standing.schedule.study, self.primary_site)


class Plan(Frozen):
    """The coming windows of a patient under a protocol, with warnings."""

    protocol: Protocol
    schedules: tuple[ScheduleWindows, ...]
    notices: tuple[Notice, ...] = ()


def windows(
    *,
    protocol: str,
    index: Mapping[str, date | str] | None = None,
    prior: Iterable[date | str] | date = (),
    primary_site: str | None = None,
    facts: Mapping[str, object] | None = None,
    as_of: date | str,
    until: date | str,
    assume: str = "latest",
    edition: Edition | None = None,
    grace_days: int | None = None,
) -> tuple[ScheduleWindows, ...]:
    """Return the windows of each schedule of a protocol: the firm one, and those projected from it up to `until`.

    The arguments are those of `check`, words among them, but there is one `protocol`; a `prior` without a study counts
    for every schedule. Projections assume that each study is done on the `latest` (or `earliest`) day of its window, or
    on `as_of` where that day has passed. A prior that does not count, and what is read from words, is a VigilWarning.
    Raises ValueProblem, with a line for each argument that cannot be read.
    """
    edition = CURRENT if edition is None else edition
    question = Question(
        edition,
        parse_day(as_of, "as_of"),
        parse_day(until, "until"),
        _parse_assume(assume),
        edition.grace_of(grace_days),
    )
    request = PlanRequest(
        protocol=protocol,
        index=pairs(index or {}, "index"),
        priors=value_texts(prior, "prior"),
        primary_site=primary_site or None,
        facts=pairs(facts or {}, "facts"),
    )
    coming = plan(request, question)
    tell(Warnings(), coming.notices)
    return coming.schedules


def _parse_assume(text: str) -> Assume:
    try:
        return Assume(text)
    except ValueError:
        raise UnknownName("value of assume", str(text), [assume.value for assume in Assume]) from None


def plan(request: PlanRequest, question: Question, labels: Labels = PARAMETERS) -> Plan:
    """Return the coming windows of a patient. Raises ValueProblem with all parts that cannot be read."""
    read = read_plan_request(request, question.edition, labels)
    raise_all(read.problems)
    return plan_read(read, question, labels)


def read_plan_request(request: PlanRequest, edition: Edition, labels: Labels = PARAMETERS) -> ReadPlanRequest:
    """Read the documentation of a patient; a problem does not keep the rest from being read."""
    columns, problems, notices = event_columns(edition), Problems(), []
    protocols: tuple[Protocol, ...] = ()
    with problems.of("protocol"):
        has_site = bool(request.primary_site)
        named = labelled(
            labels["protocol"],
            "disease",
            lambda text: read_protocol_text(text, edition, has_site=has_site),
            request.protocol,
        )
        notices += [named.notice]
        protocols = (labelled(labels["protocol"], "protocol", edition.protocol, named.text),)
    site: int | None = None
    if request.primary_site is not None:
        with problems.of("primary_site"):
            place = read_site_text(request.primary_site)
            notices += [place.notice]
            site = labelled(labels["primary_site"], "primary_site", parse_site, place.text)
    index_dates = parse_index_dates(request.index, labels, problems)
    facts = parse_facts(request.facts, edition, columns, labels, problems)
    priors: dict[str, _Prior | None] = {}
    for number, text in enumerate(dict.fromkeys(request.priors)):
        with problems.of("prior", number):
            where = f'{labels["prior"]} "{text}"'
            priors[text], notice = _read_prior(text, edition, columns, where)
            notices += [notice]
    says = Statement(
        protocols=protocols,
        index_dates=index_dates,
        primary_site=site,
        facts={name: value for name, (_, value) in facts.items()},
    )
    told = tuple(dict.fromkeys(notice for notice in notices if notice is not None))
    return ReadPlanRequest(says, priors, told, tuple(problems.found))


def plan_read(read: ReadPlanRequest, question: Question, labels: Labels = PARAMETERS) -> Plan:
    """Return the coming windows of a patient whose documentation was read without a problem."""
    patient = patient_of(question.edition, read.says, (), question.as_of)
    course = patient.courses[0]
    notices = list(read.notices)
    for text, prior in read.priors.items():
        reason = _ONLY_BOOKED if prior is None else _why_not_counted(prior, course, question, labels)
        if reason:
            notices.append(Notice(NoticeKind.EARLIER_STUDY, f'{labels["prior"]} "{text}" {reason}'))
    events = tuple(event for prior in read.priors.values() if prior for event in _events_of(prior, course))
    followed = FollowUp(course, facts=patient.facts, events=events)
    return Plan(course.protocol, tuple(_schedules(question, followed)), tuple(notices))


def _events_of(prior: _Prior, course: Course) -> Iterator[Event]:
    """Yield a prior as events; a date alone is a study of all that each schedule asks for."""
    if isinstance(prior, Event):
        yield prior
        return
    for schedule in course.protocol.schedules:
        modalities = schedule.study.modalities or Modality
        study = Study(min(modalities, key=lambda m: m.value), schedule.study.regions_for(course.primary_site))
        yield Event(study, prior, Status.PERFORMED)


def _read_prior(
    text: str, edition: Edition, columns: Mapping[str, Column], where: str
) -> tuple[_Prior | None, Notice | None]:
    """Return an earlier study, with what was read from words; None if it is only scheduled.

    Windows are counted from performed studies.
    """
    day_text, study, status = split_prior(text)
    day: date = labelled(where, "date", columns["date"].parse, day_text)
    if not status.is_history:
        raise ValueProblem(f"{where}: windows are counted from performed studies; leave this one out")
    if not study:
        return (day if status is Status.PERFORMED else None), None
    understood = labelled(where, "study", lambda t: read_study_text(t, edition), study)
    cells = {PATIENT_ID: "the patient", "date": day_text, "status": status.value}
    row = read_row(cells | study_cells(understood.text), edition, columns)
    if row.event is None:
        raise ValueProblem(f"{where}: " + "; ".join(problem.message for problem in row.problems))
    return (row.event if status is Status.PERFORMED else None), understood.notice


def _why_not_counted(prior: _Prior, course: Course, question: Question, labels: Labels) -> str:
    """Return why a prior counts for no schedule; empty if it counts for one, or the protocol has no schedules."""
    day = prior.date if isinstance(prior, Event) else prior
    if day > question.as_of:
        return f"is after {question.as_of}, when it was not done yet, and does not count"
    matching = [
        schedule
        for schedule in course.protocol.schedules
        if not isinstance(prior, Event)
        or (prior.is_reference and schedule.study.shared_regions(prior.study, course.primary_site))
    ]
    if course.protocol.schedules and not matching:
        asks_site = any(Place.PRIMARY_SITE in s.study.places for s in course.protocol.schedules)
        hint = f"; give {labels['primary_site']}" if asks_site and course.primary_site is None else ""
        return f"matches no schedule of {course.protocol.id} and does not count{hint}"
    indexes = [
        (schedule, index_on(schedule.index, course.index_dates, question.as_of, restarts=schedule.restarts))
        for schedule in matching
    ]
    starts = [add(index[1], schedule.starts[0]) for schedule, index in indexes if index is not None]
    start = min(starts, default=date.min)
    return f"is before {start}, when the schedule starts, and does not count" if day < start else ""


def _schedules(question: Question, patient: FollowUp) -> Iterator[ScheduleWindows]:
    for stands in standings(question.edition, patient, question.as_of, question.grace):
        is_over = stands.nothing_from is not None and stands.nothing_from <= question.as_of
        earliest = question.assume is Assume.EARLIEST
        projections = stands.windows(question.grace, question.until, earliest=earliest)
        yield ScheduleWindows(stands, patient.course.primary_site, () if is_over else tuple(projections))
