"""Random cohorts of patients with several courses: in a patients file, in enrolment rows, and in the rows of events."""

from datetime import date, timedelta
from random import Random

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.rules.facts import FactKind

FIRST_DAY = date(2020, 1, 1)
SITES = ("cervical_spine", "thoracic_spine", "chest", "total_spine")
STUDIES = (("MRI", "cervical_spine"), ("CT", "chest"), ("MRI", "whole_body"), ("MRI", "total_spine"), ("CT", "brain"))
STATUSES = ("performed", "performed", "scheduled", "requested", "", "cancelled")

Cells = dict[str, str]


def random_known_cohort(random: Random, edition: Edition, patients: int = 4) -> tuple[list[Cells], list[Cells]]:
    """Return the rows of an events file and of a patients file, both in no order.

    Few protocols, sites and days, so that rows often contradict each other.
    """
    protocols = random.sample([protocol.id for protocol in edition.protocols], k=3)
    facts = [name for name in ("birth_date", "cervical_spine_surgery_date") if name in edition.facts_by_name]
    facts += [*random.sample(sorted(edition.facts_by_name), k=5), "implanted_device", "device_mri_conditional"]
    events, lines = [], []
    for number in range(patients):
        patient = {"patient_id": f"P{number}"}
        said = [patient | _said(random, edition, protocols, facts) for _ in range(random.choice((0, 1, 2, 3, 4)))]
        in_file = random.randint(0, len(said))
        lines += said[:in_file]
        events += [cells | {"status": random.choice(STATUSES)} for cells in said[in_file:]]
        for _ in range(random.randint(1, 5)):
            modality, region = random.choice(STUDIES)
            event = {"modality": modality, "region": region, "date": _day(random), "status": random.choice(STATUSES)}
            own = _said(random, edition, protocols, facts, likely=0.3)
            events.append(patient | own | event | ({"date": "2020-13-01"} if random.random() < 0.1 else {}))
    random.shuffle(events)
    random.shuffle(lines)
    return events, lines


def _said(
    random: Random, edition: Edition, protocols: list[str], facts: list[str], likely: float = 0.6
) -> dict[str, str]:
    """Return what a row says of its patient."""
    cells = {"protocol": "|".join(random.sample(protocols, k=random.choice((0, 1, 1, 1, 2))))}
    if random.random() < likely:
        cells["primary_site"] = random.choice(SITES)
    for name in (*INDEX_COLUMNS, *facts):
        if random.random() < likely * 0.6:
            fact = edition.facts_by_name.get(name)
            if fact is None or fact.kind is FactKind.DATE:
                cells[name] = _day(random)
            else:
                cells[name] = random.choice(("true", "false") if fact.kind is FactKind.BOOLEAN else ("1", "2.5", "7"))
    if "birth_date" in cells and random.random() < 0.8:
        cells["birth_date"] = random.choice(("1990-05-05", "1990-05-05", "1991-05-05"))
    for name in ("follow_up_end_date", "death_date"):
        if random.random() < 0.1:
            cells[name] = _day(random)
    return cells


def _day(random: Random) -> str:
    return str(FIRST_DAY + timedelta(days=30 * random.randint(0, 12)))
