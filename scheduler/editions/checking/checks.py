"""Checks that hold for any edition: those of the constructors again, and those that need more than one object.

A rule can be well-formed and still be wrong in its edition: phases that overlap on the calendar, two readings with the
same meaning, a criterion that reads a date as a number. What holds for a shipped guideline alone is checked by
`guideline_checks`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias, TypeVar

from spine_vigil.scheduler.editions.checking import criteria_checks
from spine_vigil.scheduler.editions.checking.criteria_checks import NAME, Problems, fact_place, place_of
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.dates import Duration, add, days, months
from spine_vigil.scheduler.rules.facts import MOST_FACTS, SYMPTOMS, FactKind, IndexKind
from spine_vigil.scheduler.rules.index_dates import Joined
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Plan, Schedule, Stance
from spine_vigil.scheduler.rules.studies import CONTRASTS, REGIONS, Place
from spine_vigil.scheduler.values import Frozen

_T = TypeVar("_T")

_OTHER_ROUTES = ("code", "combination", "contraindication", "edition", "fact", "indication", "source")
"""What the names of other rules begin with, so that no protocol's id may."""

_ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_TREATMENTS = frozenset(IndexKind) - {IndexKind.DIAGNOSIS, IndexKind.PROGRESSION}
_CPT_CODE = re.compile(r"[0-9]{4}[0-9A-Z]")

_LAST_DAYS = tuple(date(year, month, 1) - timedelta(days=1) for year in (2023, 2024) for month in range(1, 13))

SAMPLE_INDEX_DATES = (*(date(2023, 1, 1) + timedelta(days=count) for count in range(0, 731, 3)), *_LAST_DAYS)
"""Index dates for which the order of offsets is checked: two years, one a leap year, with every month's end."""


class Issue(Frozen):
    """A problem in an edition, and where it is: a route, a protocol's id, or the kind and name of another rule.

    `subject` is that of the check which found it.
    """

    place: str
    message: str
    subject: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


Checks: TypeAlias = Mapping[str, Callable[[Edition], Problems]]
"""Checks by their subjects."""


def issues_by(checks: Checks, edition: Edition) -> list[Issue]:
    """Return the issues that checks find in an edition, in their order."""
    return [Issue(*found, subject) for subject, check in checks.items() for found in check(edition)]


def edition_issues(edition: Edition) -> list[Issue]:
    """Return the issues that no edition may have, in the order of CHECKS."""
    return issues_by(CHECKS, edition)


def _names(edition: Edition) -> Problems:
    if not (edition.id and edition.title and edition.publisher):
        yield edition.id or "edition", "needs an id, a title and a publisher"
    for kind, names in (
        ("protocol", [p.id for p in edition.protocols]),
        ("fact", [fact_place(f.name) for f in edition.facts]),
        ("CPT code", [_code_place(c.code) for c in edition.cpt_codes]),
        ("indication", [place_of(i) for i in edition.indications]),
        ("contraindication", [place_of(c) for c in edition.contraindications]),
        ("combination", [place_of(c) for c in edition.combinations]),
        ("caution", [c.rule for c in edition.cautions]),
        ("list of other names", [o.rule for o in edition.other_names]),
    ):
        yield from ((name, f"{kind} stands {times} times") for name, times in repeated(names))
    for protocol in edition.protocols:
        if protocol.id.partition(".")[0] in _OTHER_ROUTES:
            yield protocol.id, f"'{protocol.id.partition('.')[0]}' is how other rules are named; give it another id"
        if not _ID.fullmatch(protocol.id):
            yield protocol.id, "an id is lower-case words joined by . and _"
        if not protocol.title.strip():
            yield protocol.id, "needs a title"
        for name, times in repeated([s.name for s in protocol.schedules]):
            yield protocol.id, f"schedule '{name}' stands {times} times"
        for schedule in protocol.schedules:
            if not NAME.fullmatch(schedule.name):
                yield protocol.route(schedule), "a schedule's name is lower_case_with_underscores"


def _stances(edition: Edition) -> Problems:
    for protocol in edition.protocols:
        if (protocol.stance is Stance.SURVEILLANCE) != bool(protocol.schedules):
            yield protocol.id, "has schedules if, and only if, it asks for surveillance"
        if (protocol.stance is Stance.REFERRAL) != bool(protocol.refers_to):
            yield protocol.id, "names other guidelines if, and only if, it is a referral"
        if protocol.stance in (Stance.NOT_COVERED, Stance.NO_SURVEILLANCE) and not protocol.note:
            yield protocol.id, "has no schedules, and needs a note that says why"


def _schedules(edition: Edition) -> Problems:
    for route, schedule in edition.schedules():
        if not schedule.index:
            yield route, "needs an index date"
        yield from ((route, f"index date {k.value} stands {n} times") for k, n in repeated(schedule.index_kinds))
        for choice in schedule.index:
            if isinstance(choice, Joined) and not _TREATMENTS.issuperset(choice.kinds):
                yield route, "joins index dates that are no treatments"
        if schedule.restarts and IndexKind.PROGRESSION not in schedule.stops_at:
            yield route, "starts again after a progression, but does not stop at one"
        if schedule.restarts and not _TREATMENTS.intersection(schedule.index_kinds):
            yield route, "starts again with a treatment, but counts from none"
        if schedule.complements and schedule.study.modalities is not None and len(schedule.study.modalities) == 1:
            yield route, "has one modality, which complements nothing"
        pattern = schedule.study
        if not pattern.places or (pattern.modalities is not None and not pattern.modalities):
            yield route, "needs a modality and a region"
        for place in pattern.places:
            if not isinstance(place, Place) and place not in REGIONS:
                yield route, f"unknown region '{place}'"


def _facts(edition: Edition) -> Problems:
    known = {fact.name for fact in edition.facts}
    for route, schedule in edition.schedules():
        yield from ((route, f"asks for the unknown fact '{name}'") for name in schedule.facts() if name not in known)
    asked = {SYMPTOMS, *(name for _, schedule in edition.schedules() for name in schedule.facts())}
    if len(asked) > MOST_FACTS:
        yield edition.id, f"its schedules ask for {len(asked)} facts, and can ask for {MOST_FACTS} at most"
    for fact in edition.facts:
        if not fact.meaning or not fact.sections:
            yield fact_place(fact.name), "a fact needs a meaning and a section"
        if fact.kind is not FactKind.BOOLEAN and fact.denial:
            yield fact_place(fact.name), "has a denial, but only a boolean can be false"


def _phases(edition: Edition) -> Problems:
    for route, schedule in edition.schedules():
        for where, plan in plans(route, schedule):
            yield from ((where, message) for message in _phase_problems(plan.phases))


def plans(route: str, schedule: Schedule) -> Iterator[tuple[str, Plan]]:
    """Yield the plan of a schedule under each of its readings, with its place: the route, and which other reading."""
    yield route, schedule.plan
    for other in schedule.others:
        yield f"{route} read as {other.name}", other.plan


def _phase_problems(phases: tuple[Phase, ...]) -> Iterator[str]:
    if not phases:
        yield "needs at least one phase"
    for number, phase in enumerate(phases):
        is_last = number == len(phases) - 1
        if not is_last and not phase.is_timed:
            yield f"'{phase}' can only be the last phase"
        if not is_last and phase.end is None:
            yield f"'{phase}' never ends, but another phase follows it"
        if phase.is_timed and (phase.low is None or phase.high is None):
            yield f"'{phase}' needs both bounds"
        if phase.kind is PhaseKind.AS and phase.fact is None:
            yield f"'{phase}' needs a fact"
        if phase.kind is PhaseKind.ONCE and phase.end != phase.high:
            yield f"'{phase}' leaves a gap: a one-time phase ends with its window"
        if phase.late is not None and (phase.kind is not PhaseKind.ONCE or phase.in_days):
            yield f"'{phase}' cannot be late: only a one-time window that is not written in days can"
        if phase.kind is PhaseKind.ONCE and not phase.in_days and (phase.late is None or phase.late.count <= 0):
            yield f"'{phase}' must say how late it can be"
        if phase.kind is PhaseKind.EVERY and phase.high is not None and phase.high.count <= 0:
            yield f"'{phase}' needs an interval that is longer than nothing"
        if phase.low is not None and phase.high is not None and _comes_later(phase.low, phase.high):
            yield f"'{phase}' begins its interval or window after it ends"
    yield from _overlaps(phases)


def _overlaps(phases: tuple[Phase, ...]) -> Iterator[str]:
    """Yield the phases that overlap on the calendar, where the length of a month in weeks varies."""
    start = days(0)
    if phases and phases[0].kind is PhaseKind.ONCE and phases[0].low is not None and phases[0].low.count < 0:
        start = phases[0].low
    for phase in phases:
        if phase.kind is PhaseKind.ONCE and phase.low is not None and _comes_later(start, phase.low):
            yield f"'{phase}' overlaps the phase before it"
        if phase.end is not None:
            is_window = phase.kind is PhaseKind.ONCE
            is_empty = (start.months, start.days) == (phase.end.months, phase.end.days)
            if _comes_later(start, phase.end) or (is_empty and not is_window):
                yield f"'{phase}' ends before it begins"
            start = phase.end


def _comes_later(first: Duration, second: Duration) -> bool:
    """Return whether the first offset falls after the second for any index date."""
    if first.months == second.months == 0:
        return first.days > second.days
    if first.days == second.days == 0:
        return first.months > second.months
    if first.months:
        return _lengths(first.months)[1] > second.days
    return first.days > _lengths(second.months)[0]


@lru_cache(maxsize=256)
def _lengths(count_of_months: int) -> tuple[int, int]:
    """Return the fewest and the most days that some months last: counted from the last and the first of a month."""
    span = months(count_of_months)
    starts = (*_LAST_DAYS, *(day + timedelta(days=1) for day in _LAST_DAYS))
    lengths = [(add(start, span) - start).days for start in starts]
    return min(lengths), max(lengths)


def _readings(edition: Edition) -> Problems:
    for route, schedule in edition.schedules():
        if schedule.others and not schedule.reading:
            yield route, "has other readings and must say which one is taken"
        yield from (
            (route, f"reading '{name}' stands {n} times") for name, n in repeated(r.name for r in schedule.others)
        )
        seen = {schedule.plan: "the one taken"}
        for other in schedule.others:
            if other.says == schedule.reading:  # it is the one taken, by --reading or by an overlay
                continue
            if not NAME.fullmatch(other.name) or not other.says.strip():
                yield route, f"reading '{other.name}' needs a lower-case name and a sentence that says it"
            if other.plan in seen:
                yield route, f"reading '{other.name}' is the same as {seen[other.plan]}"
            seen.setdefault(other.plan, f"'{other.name}'")
    yield from criteria_checks.readings(edition)


def _cautions(edition: Edition) -> Problems:
    for caution in edition.cautions:
        if not caution.says.strip() or not caution.source.strip():
            yield caution.rule, "a caution needs words and a source"


def _other_names(edition: Edition) -> Problems:
    for other in edition.other_names:
        for name, times in repeated([name.lower() for name in other.names]):
            yield other.rule, f"the other name '{name}' stands {times} times"


def _sources(edition: Edition) -> Problems:
    for source in edition.sources:
        if not source.name or not (source.body_version or source.reference_version):
            yield source.name or edition.id, "a source needs a name and a version"


def _code_place(code: str) -> str:
    return f"code.{code}"


def _cpt_codes(edition: Edition) -> Problems:
    for code in edition.cpt_codes:
        if not _CPT_CODE.fullmatch(code.code):
            yield _code_place(code.code), "a CPT code is four digits and a digit or capital letter"
        if code.contrast not in (None, *CONTRASTS):
            yield _code_place(code.code), f"contrast '{code.contrast}' is not 'without', 'with' or 'both'"
        yield from (
            (_code_place(code.code), f"unknown region '{name}'") for name in code.regions if name not in REGIONS
        )


def repeated(names: Iterable[_T]) -> list[tuple[_T, int]]:
    """Return the names that stand more than once, each with how often."""
    return [(name, times) for name, times in Counter(names).items() if times > 1]


CHECKS: Checks = {
    "names and ids": _names,
    "sources": _sources,
    "stances": _stances,
    "index dates and studies": _schedules,
    "facts": _facts,
    "phases on the calendar": _phases,
    "readings": _readings,
    "CPT codes": _cpt_codes,
    "indications": criteria_checks.indications,
    "contraindications": criteria_checks.contraindications,
    "combinations": criteria_checks.combinations,
    "criteria": criteria_checks.criteria,
    "implied facts": criteria_checks.implied_facts,
    "cautions": _cautions,
    "other names": _other_names,
}
"""Every check by its subject, in the order in which they run."""
