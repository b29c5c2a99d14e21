"""Random cohorts in which any fact may be documented, and editions with made-up indications."""

from datetime import date, timedelta
from random import Random

from support.random_cohorts import FIRST_DAYS, random_cohort
from support.random_criteria import FACTS, SPANS, CriterionMaker

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.vocabulary import MRI, PET_MRI, Cite
from spine_vigil.scheduler.rules.criteria import Criterion, UnderProtocol, all_of
from spine_vigil.scheduler.rules.dates import Duration, add, days, years
from spine_vigil.scheduler.rules.facts import Fact, FactKind
from spine_vigil.scheduler.rules.implied import Implied, ImpliedByCourse
from spine_vigil.scheduler.rules.indications import Advice, Contraindication, Indication
from spine_vigil.scheduler.values import replace

COVERED = ("cervical_spine", "cervical_spine", "total_spine", "whole_body", "brain|cervical_spine", "brain")
LENGTHS = (*SPANS, days(90), years(6), years(22))
NUMBERS = ("-1", "0", "4.5", "5", "5.5", "9.5", "10", "10.5", "30", "30.5")


def indicated_cohort(random: Random, edition: Edition, patients: int = 6, rows: int = 4) -> list[dict[str, str]]:
    """Return a random cohort in which each fact is documented with a likelihood of the patient's own.

    Some rows document what one indication asks for. Most studies are ones that the edition covers, about the bounds of
    the dates that are documented.
    """
    likely: dict[str, float] = {}
    cohort = random_cohort(random, replace(edition, indications=(), contraindications=()), patients, rows)
    for row in cohort:
        chance = likely.setdefault(row["patient_id"], random.choice((0.02, 0.1, 0.4, 0.9)))
        if row.get("date") and random.random() < 0.7:
            row |= {"modality": random.choice(("MRI", "MRI", "MRI", "PET/MRI", "CT")), "region": random.choice(COVERED)}
            row["cpt"] = ""
        day = _day(row) or random.choice(FIRST_DAYS)
        facts = edition.facts
        if edition.indications and random.random() < 0.3:
            # All that one indication asks for, so that it is met or not.
            row["protocol"], chance = random.choice(("", row.get("protocol", ""))), 0.95
            facts = tuple(edition.fact(name) for name in random.choice(edition.indications).facts())
        row |= {fact.name: value_near(random, fact, day) for fact in facts if random.random() < chance}
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
    """Return the edition with facts, indications, contraindications and implied facts besides its own."""
    facts = (*edition.facts, *(fact for fact in FACTS if fact.name not in edition.facts_by_name))
    booleans = [fact.name for fact in facts if fact.kind is FactKind.BOOLEAN]
    indications = [_indication(random, facts, number) for number in range(random.randint(0, 5))]
    if len(indications) > 1 and random.random() < 0.7:
        one, other = sorted(random.sample(range(len(indications)), k=2))
        indications[one] = replace(indications[one], asks_with=indications[other].name)
        indications[other] = replace(indications[other], asks_with=indications[one].name)
    hazards = (_contraindication(random, facts, number) for number in range(random.randint(0, 3)))
    one, *others = random.sample(booleans, k=3)
    return replace(
        edition,
        facts=facts,
        indications=(*edition.indications, *indications),
        contraindications=tuple(hazards),
        implied=(Implied(one, tuple(others)),) if random.random() < 0.5 else (),
        implied_by_course=tuple(_by_course(random, edition) for _ in range(random.choice((0, 1, 1, 2, 3)))),
    )


def _by_course(random: Random, edition: Edition) -> ImpliedByCourse:
    """Return a fact that courses imply, one that no schedule, contraindication or combination asks for."""
    ids = [protocol.id for protocol in edition.protocols]
    return ImpliedByCourse(
        fact=random.choice(("painful", "feverish")),
        under=tuple(random.sample(ids, k=random.choice((0, 1, 2)))),
        except_under=tuple(random.sample(ids, k=random.choice((0, 1)))),
        in_spine=random.random() < 0.4,
        overrides=random.random() < 0.5,
    )


def _indication(random: Random, facts: tuple[Fact, ...], number: int) -> Indication:
    """Return an indication that holds only where it is raised or hinted at, as every one of the edition."""
    kinds = {fact.name: fact.kind for fact in facts}
    booleans: list[str] = []
    while not booleans:
        criterion = CriterionMaker(random, facts).criterion()
        booleans = [name for name in dict.fromkeys(criterion.facts()) if kinds[name] is FactKind.BOOLEAN]
    opened_by: list[str | Criterion] = [*random.sample(booleans, k=random.randint(1, min(2, len(booleans))))]
    if random.random() < 0.5:
        opened_by.append(CriterionMaker(random, facts).criterion(depth=1))
    if random.random() < 0.3:
        opened_by.append(all_of(random.choice(booleans), UnderProtocol()))
    hints = [one for one in opened_by if random.random() < 0.5]
    leads = [one for one in opened_by if one not in hints]
    return Indication(
        f"i{number}",
        f"reason {number}",
        Cite(f"I {number}"),
        criterion,
        leads=tuple(leads),
        hints=tuple(hints),
        advice=tuple(
            _advice(random, facts, words) for words in ("Think twice.", "Ask first.") if random.random() < 0.5
        ),
    )


def _advice(random: Random, facts: tuple[Fact, ...], words: str) -> Advice:
    booleans = [fact.name for fact in facts if fact.kind is FactKind.BOOLEAN]
    fits = CriterionMaker(random, facts).criterion(depth=1) if random.random() < 0.5 else None
    return Advice(words, fits, random.choice(booleans) if random.random() < 0.5 else None)


def _contraindication(random: Random, facts: tuple[Fact, ...], number: int) -> Contraindication:
    """Return a contraindication that courses say nothing of."""
    own = tuple(fact for fact in facts if fact.name not in ("painful", "feverish"))
    criterion: Criterion = CriterionMaker(random, own).criterion(depth=random.randint(0, 2))
    booleans = {fact.name for fact in facts if fact.kind is FactKind.BOOLEAN}
    leads = [None, *(name for name in dict.fromkeys(criterion.facts()) if name in booleans)]
    lead = random.choice(leads)
    modalities = random.choice((frozenset({MRI}), frozenset({MRI, PET_MRI})))
    return Contraindication(
        f"c{number}",
        Cite("C"),
        modalities,
        criterion,
        f"hazard {number}",
        lead=lead,
        to_clear=f"Clear {number}." if lead else "",
        advice=random.choice(("", "Mind the hazard.")),
    )
