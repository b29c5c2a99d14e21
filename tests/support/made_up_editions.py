"""Made-up editions: valid rules that need not occur in any published guideline."""

from datetime import date
from random import Random

from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    EVENT,
    MRI,
    PATIENT,
    PET_CT,
    SYMPTOMS,
    Cite,
    Condition,
    CptCode,
    Edition,
    Fact,
    Implied,
    Joined,
    Plan,
    Schedule,
    Study,
    as_,
    at_least_every,
    every,
    no_surveillance,
    not_covered,
    once,
    protocol,
    referral,
    study,
    unspecified,
)
from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.dates import Duration, days, months, weeks, years
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.index_dates import IndexChoice
from spine_vigil.scheduler.rules.schedules import Phase
from spine_vigil.scheduler.rules.studies import BITS, Place

FACTS = (
    Fact(SYMPTOMS, EVENT, "symptoms are new or progressing", ("Made up",)),
    Fact("indicated", EVENT, "the study is indicated", ("Made up",)),
    Fact("aggressive", PATIENT, "the tumor is aggressive", ("Made up",)),
)
LENGTHS = (days(1), days(2), days(10), weeks(1), weeks(3), weeks(12), weeks(51), months(1), months(2), months(3))
LONGER = (*LENGTHS[4:], months(4), months(6), months(12), months(18), years(2), years(3))
PLACES = ("brain", "chest", "pelvis", "rectum", "cervical_spine", ("abdomen", "pelvis"), *Place)


def random_edition(random: Random) -> Edition:
    """Return an edition of a few protocols with random schedules, the clauses of the rules all in play."""
    surveillance = [_random_protocol(random, number) for number in range(random.randint(1, 3))]
    return Edition(
        id="made-up",
        title="Made up",
        publisher="Nobody",
        reviewed=date(2025, 1, 1),
        covers=Study(MRI, BITS["cervical_spine"]),
        sources=(),
        facts=FACTS,
        cpt_codes=(
            CptCode("11111", MRI, ("brain",)),
            CptCode("22222", CT, ("abdomen", "pelvis")),
            CptCode("3333T", MRI, is_add_on=True),
        ),
        protocols=(
            *surveillance,
            referral("made_up.referred", "referred", "Another guideline", cite=Cite("M 8")),
            not_covered("made_up.unnamed", "unnamed", cite=Cite("M 9"), note="Not named"),
            no_surveillance("made_up.harmless", "harmless", cite=Cite("M 10"), note="Harmless"),
        ),
        implied=(Implied("indicated", ("aggressive",)),) if random.random() < 0.3 else (),
    )


def _random_protocol(random: Random, number: int):
    schedules = [
        Schedule(
            f"s{place}",
            Cite(f"M {number}.{place}"),
            study(*random.choice(((), (MRI,), (CT, MRI), (PET_CT,), (CT, MRI, PET_CT))), at=random.choice(PLACES)),
            _index_choices(random),
            Plan(phases=_random_phases(random), or_if=_fact(random, 0.4), more_often_if=_fact(random, 0.4)),
            stops_at=tuple(random.sample(tuple(IndexKind), k=random.choice((0, 0, 1, 2, 3)))),
            when=Condition(random.choice(FACTS).name, random.random() < 0.5) if random.random() < 0.2 else None,
            restarts=random.random() < 0.4,
            complements=random.random() < 0.4,
        )
        for place in range(random.randint(1, 3))
    ]
    return protocol(f"made_up.p{number}", f"made-up disease {number}", *schedules, cite=Cite(f"M {number}"))


def _index_choices(random: Random) -> tuple[IndexChoice, ...]:
    kinds = random.sample(tuple(IndexKind), k=random.randint(1, 4))
    if len(kinds) > 2 and random.random() < 0.6:
        return (*kinds[2:], Joined(tuple(kinds[:2])))
    return tuple(kinds)


def _fact(random: Random, likely: float) -> str | None:
    return random.choice(FACTS).name if random.random() < likely else None


def _random_phases(random: Random) -> tuple[Phase, ...]:
    """Return phases that follow each other; what cannot be built is tried again."""
    while True:
        end, phases = days(0), []
        for _ in range(random.randint(0, 3)):
            phases.append(_random_timed(random, end, is_first=not phases))
            end = phases[-1].end or end
        closing = random.random()
        if closing < 0.25 or not phases:
            phases.append(as_(random.choice(FACTS).name, until=_end_after(random, end, 0.5)))
        elif closing < 0.5:
            phases.append(unspecified(until=_end_after(random, end, 0.5)))
        elif closing < 0.7:
            phases.append(every(random.choice(LONGER), if_=_fact(random, 0.3)))
        try:
            Plan(phases=tuple(phases))
            Schedule("trial", Cite("M"), study(at="brain"), (IndexKind.SURGERY,), Plan(phases=tuple(phases)))
        except RuleError:
            continue
        return tuple(phases)


def _random_timed(random: Random, start: Duration, *, is_first: bool) -> Phase:
    condition = _fact(random, 0.3)
    until = _end_after(random, start, 1)
    kind = random.random()
    if kind < 0.12:
        return at_least_every(random.choice(LONGER), until=until, if_=condition)
    if kind < 0.6:
        low, high = sorted(random.choices(LENGTHS + LONGER, k=2), key=lambda length: length.nominal_days)
        return every(low, high, until=until, if_=condition)
    if is_first and kind < 0.68:
        return once(random.choice((days(-2), weeks(-1), months(-1))), random.choice((days(0), days(3), months(1))))
    late = random.choice((None, None, weeks(7), months(18)))
    low = start if random.random() < 0.3 else _end_after(random, start, 1)
    return once(low, _end_after(random, low, 1) if random.random() < 0.7 else low, late=late, if_=condition)


def _end_after(random: Random, start: Duration, likely: float) -> Duration | None:
    """Return an offset later than `start`, in the same unit or in months; None where there is to be none."""
    if random.random() >= likely:
        return None
    more = random.choice(LONGER)
    if start.days and not more.months:
        return days(start.days + more.days)
    return months((start.nominal_days + more.nominal_days) // 30 + 1)
