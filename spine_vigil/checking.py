"""Checking of one request: a study on a date for one patient, parsed like a row of an events file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from spine_vigil.notices import Notice, NoticeKind, Warnings, tell
from spine_vigil.problems import raise_all
from spine_vigil.protocols import CURRENT
from spine_vigil.request_reading import ReadRequest, Request, read_request
from spine_vigil.requests import PARAMETERS, Labels, pairs, value_text, value_texts
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason, Verdict
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.decisions import decide
from spine_vigil.scheduler.records.courses import patient_of
from spine_vigil.scheduler.records.patients import Event, Patient, Status
from spine_vigil.scheduler.records.rows import Row
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.values import Frozen, replace

_LABEL_OF = {"cpt": "study", "modality": "study", "region": "study", "birth_date": "birth_date", "death_date": "death"}
"""The argument that a problem in a column is reported for; for all other columns it is the date."""


class Contested(Frozen):
    """Another reading of a sentence of the guideline, by which the request would be decided otherwise."""

    route: str
    reading: str
    says: str
    decision: Verdict | None


class Checked(Frozen):
    """A decision with the event that it judges (None if the request contradicts itself) and warnings.

    `contested` are the other readings under which the decision would differ.
    """

    decision: Decision
    event: Event | None
    notices: tuple[Notice, ...] = ()
    contested: tuple[Contested, ...] = ()


def check(
    study: str,
    date: date | str,
    *,
    protocol: str | Iterable[str] | None = None,
    index: Mapping[str, date | str] | None = None,
    primary_site: str | None = None,
    prior: Iterable[date | str] | date = (),
    also: Iterable[str] = (),
    facts: Mapping[str, object] | None = None,
    birth_date: date | str | None = None,
    follow_up_end: date | str | None = None,
    death: date | str | None = None,
    edition: Edition | None = None,
    grace_days: int | None = None,
) -> Decision:
    """Return the decision on a study that is requested for a date.

    `study` is a modality and regions (`"MRI cervical_spine"`), or a CPT code. A `protocol` can be several, as a list or
    joined by `|`. Studies, the primary site and protocols may also be in words (`"c-spine MRI"`), protocols a code of a
    disease (`"C79.31"`), where these are certain; what is read so is a VigilWarning. `index` holds index dates by kind
    (`{"treatment_end": "2026-01-15"}`), `prior` the earlier studies as dates or as `"DATE STUDY"`, with `scheduled`
    behind it for one that is only booked; `also` other studies of the same date, `facts` the documented facts by name.
    `grace_days` is the grace of every window but those in days (None: a tenth of the interval, 7 to 30 days). None or
    an empty text is what is not known; a single value needs no list.

    Raises ValueProblem, with a line for each argument that cannot be read. Arguments that contradict each other yield
    an `invalid` decision. A prior that does not count is a VigilWarning.
    """
    request = Request(
        study=study,
        date=value_text(date, "date"),
        protocol="|".join(value_texts(protocol, "protocol")),
        index=pairs(index or {}, "index"),
        primary_site=primary_site or "",
        priors=value_texts(prior, "prior"),
        also=value_texts(also, "also"),
        facts=pairs(facts or {}, "facts"),
        birth_date=value_text(birth_date, "birth_date"),
        follow_up_end=value_text(follow_up_end, "follow_up_end"),
        death=value_text(death, "death"),
    )
    edition = CURRENT if edition is None else edition
    checked = check_request(request, edition, edition.grace_of(grace_days))
    tell(Warnings(), checked.notices)
    return checked.decision


def check_request(
    request: Request,
    edition: Edition,
    grace: GracePolicy,
    labels: Labels = PARAMETERS,
    *,
    today: date | None = None,
) -> Checked:
    """Return the decision on a request. Raises ValueProblem with all parts that cannot be read, named by `labels`.

    A study that is said to be performed after `today` (None: not known) counts, since a request may ask what would be,
    and a notice says so.
    """
    read = read_request(request, edition, labels)
    raise_all(read.problems)
    return check_read(read, edition, grace, labels, today=today)


def check_read(
    read: ReadRequest, edition: Edition, grace: GracePolicy, labels: Labels, *, today: date | None = None
) -> Checked:
    """Return the decision on a request that was read without a problem."""
    row, earlier = read.row, read.earlier
    checked = _decided(read, edition, grace, labels)
    performed = [r.event for r in (row, *(r for _, r in earlier)) if r.event and r.event.status is Status.PERFORMED]
    to_come = sorted({event.date for event in performed if today is not None and event.date > today})
    notices = (_of_the_future(day) for day in to_come)
    return replace(checked, notices=(*read.notices, *checked.notices, *notices))


def decide_read(read: ReadRequest, edition: Edition, grace: GracePolicy, labels: Labels) -> Decision:
    """Return the decision alone on a request that was read without a problem, without notices and other readings."""
    if read.row.event is None or any(row.problems for _, row in read.earlier):
        return _invalid(read.row, read.earlier, labels)
    return decide(edition, _patient(edition, read.row), read.row.event, other_studies(read), grace)


def other_studies(read: ReadRequest) -> list[Event]:
    """Return the other studies of the patient, the earlier ones first."""
    rows = (*(row for _, row in read.earlier), *read.beside)
    return [row.event for row in rows if row.event is not None]


def _of_the_future(day: date) -> Notice:
    message = f"the study of {day} is said to be performed and lies in the future; it counts as if it had been done"
    return Notice(NoticeKind.FUTURE_STUDY, message)


def _decided(read: ReadRequest, edition: Edition, grace: GracePolicy, labels: Labels) -> Checked:
    request, earlier = read.row, read.earlier
    if request.event is None or any(row.problems for _, row in earlier):
        return Checked(_invalid(request, earlier, labels), request.event)
    day = request.event.date
    notices = tuple(
        Notice(NoticeKind.EARLIER_STUDY, f"the study of {row.event.date} is not before {day} and does not count")
        for _, row in earlier
        if row.event is not None and row.event.date >= day
    )
    others = other_studies(read)
    decision = decide(edition, _patient(edition, request), request.event, others, grace)
    return Checked(decision, request.event, notices, tuple(_contested(edition, request, others, grace, decision)))


def _patient(edition: Edition, request: Row) -> Patient:
    """Return the patient of a request under an edition, which may take other readings than the one it was read by."""
    assert request.event is not None  # noqa: S101 - a request always has a study and a date
    protocols = tuple(edition.protocols_by_id[protocol.id] for protocol in request.says.protocols)
    return patient_of(edition, replace(request.says, protocols=protocols), (), request.event.date)


def _contested(
    edition: Edition, request: Row, others: Sequence[Event], grace: GracePolicy, decision: Decision
) -> Iterator[Contested]:
    """Yield the other readings under which the decision would differ.

    Only readings of the schedules of the patient's protocols can do so, and those of indications that are raised or
    hinted at: one that says nothing as it is read may have something to say otherwise.
    """
    event, patient = request.event, _patient(edition, request)
    if event is None or decision.decision is None:  # a cancelled study is not judged, however the guideline is read
        return
    routes = {course.protocol.route(s) for course in patient.courses for s in course.protocol.schedules}
    if edition.covers_study(event.study):
        day, facts = event.date, patient.facts
        routes |= {i.route for i in edition.indications if i.is_raised(facts, day) or i.is_hinted_at(facts, day)}
    for route, reading, says in edition.readings():
        if route in routes:
            other = edition.with_readings({route: reading})
            verdict = decide(other, _patient(other, request), event, others, grace).decision
            if verdict is not decision.decision:
                yield Contested(route, reading, says, verdict)


def _invalid(request: Row, earlier: Iterable[tuple[str, Row]], labels: Labels) -> Decision:
    """Return the decision on arguments that contradict each other.

    A prior that cannot be right makes the whole request invalid: without it, the decision would be about a different
    history.
    """
    problems = [f"{labels[_LABEL_OF.get(p.column, 'date')]}: {p.message}" for p in request.problems]
    problems += [f'{labels["prior"]} "{text}": {p.message}' for text, row in earlier for p in row.problems]
    return Decision(Reason.BAD_ROW, explanation=". ".join(problems) + ".")
