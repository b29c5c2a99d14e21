"""Random clinical facts: those that schedules ask for, and those of indications near the bounds of their times."""

from datetime import date, timedelta
from random import Random

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.dates import add, days, months, years
from spine_vigil.scheduler.rules.facts import Fact, FactKind

WORDS = ("", "", "true", "false")
SPANS = (days(0), days(28), days(42), days(90), months(3), months(6), years(6), years(11), years(22))
"""The lengths that the time conditions of indications are made of."""
SLIPS = (-1, 0, 0, 1)
NUMBERS = ("4.9", "5", "5.1", "9", "9.9", "10", "10.1", "30", "31", "-1", "0")


def random_facts(random: Random, edition: Edition, day: date) -> dict[str, str]:
    """Return the cells of a patient's facts: those of schedules, and with luck those of indications about `day`."""
    asked = {name for _, schedule in edition.schedules() for name in schedule.facts()}
    cells = {name: random.choice(WORDS) for name in sorted(asked)}
    if edition.indications and random.random() < 0.5:
        for indication in random.sample(edition.indications, k=random.choice((1, 1, 2, 3))):
            names = dict.fromkeys((*indication.facts(), *(n for i in edition.implied for n in (i.fact, *i.by))))
            likely = 0.7 if random.random() < 0.7 else 0.2
            cells |= {name: random_value(random, edition.fact(name), day, known=likely) for name in names}
            because = random.choice((*indication.raised_by(), *indication.hinted_by()))
            cells |= {name: random_value(random, edition.fact(name), day, known=1) for name in because.facts()}
    if edition.contraindications and random.random() < 0.3:
        hazard = random.choice(edition.contraindications)
        cells |= {name: random_value(random, edition.fact(name), day, known=0.6) for name in hazard.criterion.facts()}
    return cells


def random_value(random: Random, fact: Fact, day: date, known: float) -> str:
    """Return the cell of a fact, empty where it is not known; dates lie about the lengths in SPANS before `day`."""
    if random.random() >= known:
        return ""
    if fact.kind is FactKind.NUMBER:
        return random.choice(NUMBERS)
    if fact.kind is FactKind.DATE:
        span = random.choice(SPANS)
        return str(add(day, months(-span.months), days(-span.days)) + timedelta(days=random.choice(SLIPS)))
    return random.choice(("true", "true", "false"))
