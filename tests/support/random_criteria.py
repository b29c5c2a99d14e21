"""Random criteria of nested nodes of every kind over given facts, and random documented values."""

from datetime import date, timedelta
from random import Random

from spine_vigil.scheduler.editions.vocabulary import DATE, EVENT, NUMBER, PATIENT
from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    All,
    Any,
    Below,
    Criterion,
    Documented,
    Not,
    Ongoing,
    Since,
    Tried,
    UpTo,
)
from spine_vigil.scheduler.rules.dates import Duration, add, days, months, weeks, years
from spine_vigil.scheduler.rules.facts import Fact, FactKind, Value

SPANS = (days(0), days(1), days(28), weeks(6), months(1), months(3), months(6), years(1))
BOOLEANS = ("painful", "feverish", "stable", "aware")
NUMBERS = ("degrees", "percent")
DATES = ("birth_date", "onset_date", "care_start", "care_end")
FACTS = (
    *(Fact(name, EVENT, f"the patient is {name}", ("Made up",)) for name in BOOLEANS),
    *(Fact(name, EVENT, name, ("Made up",), kind=NUMBER, unit="each") for name in NUMBERS),
    *(Fact(name, PATIENT, name, ("Made up",), kind=DATE) for name in DATES),
)
MONTH_ENDS = (date(2023, 5, 31), date(2024, 2, 29), date(2024, 3, 1), date(2024, 8, 30), date(2024, 12, 31))


def documented(random: Random, day: date, likely: float = 0.7) -> dict[str, Value]:
    """Return values of FACTS near the bounds that they have on `day`, each known with the likelihood `likely`."""
    values: dict[str, Value] = {name: random.random() < 0.5 for name in BOOLEANS}
    values |= {name: random.choice((-1.0, 0.0, 4.5, 5.0, 5.5, 10.0, 10.5)) for name in NUMBERS}
    for name in DATES:
        span = random.choice((*SPANS, years(2), years(6)))
        values[name] = add(day, Duration(-span.count, span.unit)) + timedelta(
            days=random.choice((-30, -1, 0, 0, 1, 30))
        )
    return {name: value for name, value in values.items() if random.random() < likely}


class CriterionMaker:
    """Random criteria over `facts`; with `once` each fact is used by one leaf at most, as long as any is left."""

    def __init__(self, random: Random, facts: tuple[Fact, ...], *, once: bool = False) -> None:
        self._random = random
        self._once = once
        self._names = {kind: [f.name for f in facts if f.kind is kind] for kind in FactKind}

    def criterion(self, depth: int = 3) -> Criterion:
        """Return a criterion of at most `depth` levels above its leaves."""
        random = self._random
        kind = random.random()
        if depth == 0 or kind < 0.2 or not self._has_room():
            return self._leaf()
        if kind < 0.35:
            return Not(self.criterion(depth - 1))
        parts = [self.criterion(depth - 1)]
        while len(parts) < 3 and self._has_room() and random.random() < 0.8:
            parts.append(self.criterion(depth - 1))
        return random.choice((All, Any))(tuple(parts))

    def _has_room(self) -> bool:
        return not self._once or sum(len(names) for names in self._names.values()) > 3

    def _leaf(self) -> Criterion:
        random = self._random
        kind = random.choice([k for k, names in self._names.items() if names])
        if kind is FactKind.BOOLEAN:
            return Documented(self._fact(kind))
        if kind is FactKind.NUMBER:
            return random.choice((Below, Above))(self._fact(kind), random.choice((0, 5, 10)))
        node = random.choice((AgeAtMost, Since, Since, UpTo, Tried, Ongoing))
        start = self._fact(kind)
        if node is AgeAtMost:
            return AgeAtMost(random.choice((0, 1, 5)), start)
        if node is Since:
            return Since(start, random.choice(SPANS), longer=random.random() < 0.5)
        if node is UpTo or not self._names[kind]:
            return UpTo(start, random.choice(SPANS))
        end = self._fact(kind)
        if node is Ongoing:
            return Ongoing(start, end)
        return Tried(start, end, least=random.choice(SPANS), recent=random.choice(SPANS))

    def _fact(self, kind: FactKind) -> str:
        name = self._random.choice(self._names[kind])
        if self._once:
            self._names[kind].remove(name)
        return name
