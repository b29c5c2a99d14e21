"""The courses and facts of a patient for one request, from what its row and the patient's other rows say (rules 7).

Rows of a patients file and enrolment rows (rows without study and date) say what holds for all rows of a patient. They
fill what a row leaves empty, and give their courses to the rows that name no protocol. No order of rows matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.patients import Course, Patient, Statement
from spine_vigil.scheduler.rules.criteria import UNDER_PROTOCOL
from spine_vigil.scheduler.rules.facts import (
    BIRTH_DATE,
    MRI_CONDITIONAL,
    Fact,
    FactKind,
    Facts,
    IndexKind,
    Level,
    TrueFrom,
    Value,
)
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.values import replace


def patient_of(edition: Edition, says: Statement, known: Sequence[Statement], day: date) -> Patient:
    """Return the patient for a request on `day`: what the row `says`, filled from what is `known` of the patient.

    `known` are the rows of the patients file and the enrolment rows. Facts that others imply are among the result's.
    """
    named = says.protocols or _in_order(edition, (p for row in known for p in row.protocols))
    facts = _facts(edition, says.facts, known, day)
    courses = tuple(_possible(_course(p, says, known, day, alone=len(named) == 1), facts) for p in named)
    elsewhere = _in_order(edition, (p for row in known for p in row.protocols if p not in named))
    others = tuple(_possible(_course(p, Statement(), known, day, alone=True), facts) for p in elsewhere)
    ends = [row.follow_up_end for row in known if row.follow_up_end is not None]
    deaths = [row.death for row in known if row.death is not None]
    return Patient(
        courses=courses,
        others=others,
        facts=_implied(edition, facts, (*courses, *others)),
        follow_up_end=says.follow_up_end or max(ends, default=None),
        death=says.death or max(deaths, default=None),
    )


def _in_order(edition: Edition, protocols: Iterable[Protocol]) -> tuple[Protocol, ...]:
    return tuple(sorted(set(protocols), key=lambda protocol: edition.protocol_numbers[protocol.id]))


def _course(protocol: Protocol, says: Statement, known: Sequence[Statement], day: date, *, alone: bool) -> Course:
    """Return a course of a row under one protocol; `alone` says whether the row has this course only."""
    of_protocol = [row for row in known if protocol in row.protocols]
    of_none = [row for row in known if not row.protocols]
    given = _index_dates(of_protocol, day) or _index_dates(of_none, day)
    comes_first = alone or says.protocols
    index_dates = {**given, **says.index_dates} if comes_first else {**says.index_dates, **given}
    sites = {row.primary_site for row in of_protocol} - {None} or {row.primary_site for row in of_none} - {None}
    if says.primary_site is not None:
        return Course(protocol, index_dates, says.primary_site)
    return Course(protocol, index_dates, sites.pop() if len(sites) == 1 else None, sites_differ=len(sites) > 1)


def _possible(course: Course, facts: Facts) -> Course:
    """Return a course without the index dates that lie before the birth: one of the two is wrong."""
    birth = facts.get(BIRTH_DATE)
    if not isinstance(birth, date) or all(day >= birth for day in course.index_dates.values()):
        return course
    early = {kind: day for kind, day in course.index_dates.items() if day < birth}
    return replace(
        course,
        index_dates={kind: day for kind, day in course.index_dates.items() if day >= birth},
        before_birth=early,
    )


def _index_dates(rows: Sequence[Statement], day: date) -> dict[IndexKind, date]:
    dates: dict[IndexKind, date] = {}
    for kind in IndexKind:
        given = [row.index_dates[kind] for row in rows if kind in row.index_dates]
        if given:
            dates[kind] = min(given) if kind is IndexKind.DIAGNOSIS else latest_known(given, day)
    return dates


def latest_known(dates: Iterable[date], day: date) -> date:
    """Return the latest of some dates that lie on or before `day`, else the earliest of all.

    What came later does not erase what was done before it.
    """
    ordered = sorted(dates)
    return max((d for d in ordered if d <= day), default=ordered[0])


def _facts(edition: Edition, says: Facts, known: Sequence[Statement], day: date) -> dict[str, Value | None]:
    """Return the facts of a row, those of the patient's level filled from the known rows."""
    facts = dict(says)
    for fact in edition.facts:
        if fact.level is Level.PATIENT and says.get(fact.name) is None:
            values = [v for row in known if (v := row.facts.get(fact.name)) is not None]
            facts[fact.name] = _agreed(fact, values, day) if values else None
    return facts


def _agreed(fact: Fact, values: Sequence[Value], day: date) -> Value | None:
    """Return the value that counts where several rows give one (rules 7)."""
    if fact.name == BIRTH_DATE:
        return values[0] if len(set(values)) == 1 else None
    if fact.kind is FactKind.DATE:
        return latest_known([v for v in values if isinstance(v, date)], day)
    if fact.name == MRI_CONDITIONAL:
        return all(values)
    return any(values) if fact.kind is FactKind.BOOLEAN else max(v for v in values if isinstance(v, float | int))


def _implied(edition: Edition, facts: Mapping[str, Value | None], courses: Sequence[Course]) -> Facts:
    """Return the facts with those that other facts and courses imply (docs/indications.md, "Implied facts")."""
    all_facts = dict(facts)
    for implied in edition.implied:
        if facts.get(implied.fact) is None and any(facts.get(name) for name in implied.by):
            all_facts[implied.fact] = True
    for by_course in edition.implied_by_course:
        value = all_facts.get(by_course.fact)
        before = value.before if isinstance(value, TrueFrom) else value
        if before is True or (before is False and not by_course.overrides):
            continue
        begins = [
            course.begins or date.min
            for course in courses
            if by_course.is_implied(course.protocol.id, course.primary_site)
        ]
        if begins:
            first = min([*begins, *([value.day] if isinstance(value, TrueFrom) else [])])
            assert before is None or isinstance(before, bool)  # noqa: S101 - implied facts are booleans
            all_facts[by_course.fact] = TrueFrom(first, before)
    if courses:
        all_facts[UNDER_PROTOCOL] = True
    return all_facts
