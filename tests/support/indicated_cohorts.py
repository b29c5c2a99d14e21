"""Random cohorts in which any fact may be documented, and editions with made-up indications."""

from datetime import date, timedelta
from random import Random

from support.random_cohorts import FIRST_DAYS, random_cohort
from support.random_criteria import FACTS, SPANS, CriterionMaker

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.vocabulary import MRI, PET_MRI, Cite
from spine_vigil.scheduler.rules.criteria import Criterion
from spine_vigil.scheduler.rules.dates import Duration, add, days, years
from spine_vigil.scheduler.rules.facts import Fact, FactKind
from spine_vigil.scheduler.rules.indications import Contraindication, Indication
from spine_vigil.scheduler.values import replace

COVERED = ("cervical_spine", "cervical_spine", "total_spine", "whole_body", "brain|cervical_spine", "brain")
LENGTHS = (*SPANS, days(90), years(6), years(22))
NUMBERS = ("-1", "0", "4.5", "5", "5.5", "9.5", "10", "10.5", "30", "30.5")


def indicated_cohort(random: Random, edition: Edition, patients: int = 6, rows: int = 4) -> list[dict[str, str]]:
    """Return a random cohort in which each fact is documented with a likelihood of the patient's own.

    Most studies are ones that the edition covers, about the bounds of the dates that are documented.
    """
    likely: dict[str, float] = {}
    cohort = random_cohort(random, replace(edition, indications=(), contraindications=()), patients, rows)
    for row in cohort:
        chance = likely.setdefault(row["patient_id"], random.choice((0.02, 0.1, 0.4, 0.9)))
        if row.get("date") and random.random() < 0.7:
            row |= {"modality": random.choice(("MRI", "MRI", "MRI", "PET/MRI", "CT")), "region": random.choice(COVERED)}
            row["cpt"] = ""
        day = _day(row) or random.choice(FIRST_DAYS)
        row |= {fact.name: value_near(random, fact, day) for fact in edition.facts if random.random() < chance}
    return cohort


def _day(row: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(row.get("date", ""))
    except ValueError:
        return None


def value_near(random: Random, fact: Fact, day: date) -> str:
    """Return the text of a value whose bounds lie about `day`."""
    if fact.kind is FactKind.NUMBER:
        return random.choice(NUMBERS)
    if fact.kind is FactKind.DATE:
        span = random.choice(LENGTHS)
        return str(add(day, Duration(-span.count, span.unit)) + timedelta(days=random.choice((-40, -1, 0, 0, 1, 40))))
    return random.choice(("true", "true", "false"))


def with_random_indications(random: Random, edition: Edition) -> Edition:
    """Return the edition with facts, indications and contraindications besides its own."""
    facts = (*edition.facts, *(fact for fact in FACTS if fact.name not in edition.facts_by_name))
    indications = (_indication(random, facts, number) for number in range(random.randint(0, 4)))
    hazards = (_contraindication(random, facts, number) for number in range(random.randint(0, 3)))
    return replace(
        edition, facts=facts, indications=(*edition.indications, *indications), contraindications=tuple(hazards)
    )


def _indication(random: Random, facts: tuple[Fact, ...], number: int) -> Indication:
    kinds = {fact.name: fact.kind for fact in facts}
    leads: list[str] = []
    while not leads:
        criterion = CriterionMaker(random, facts).criterion()
        leads = [name for name in dict.fromkeys(criterion.facts()) if kinds[name] is not FactKind.NUMBER]
    chosen = tuple(random.sample(leads, k=random.randint(1, min(2, len(leads)))))
    advice = random.choice(("", "Think twice."))
    return Indication(f"i{number}", f"reason {number}", Cite(f"I {number}"), chosen, criterion, advice)


def _contraindication(random: Random, facts: tuple[Fact, ...], number: int) -> Contraindication:
    criterion: Criterion = CriterionMaker(random, facts).criterion(depth=random.randint(0, 2))
    booleans = {fact.name for fact in facts if fact.kind is FactKind.BOOLEAN}
    leads = [None, *(name for name in dict.fromkeys(criterion.facts()) if name in booleans)]
    lead = random.choice(leads)
    modalities = random.choice((frozenset({MRI}), frozenset({MRI, PET_MRI})))
    to_clear = f"Clear {number}." if lead else ""
    return Contraindication(f"c{number}", Cite("C"), modalities, criterion, f"hazard {number}", lead, to_clear)
