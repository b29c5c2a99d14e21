"""Random cohorts whose dates lie close to the bounds of the rules that judge them."""

from datetime import date, timedelta
from random import Random

from support.random_facts import random_facts, random_value

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.schedules import Schedule

DAYS_AROUND = (-31, -30, -29, -19, -18, -17, -10, -9, -8, -7, -6, -2, -1, 0, 0, 0, 0, 1, 2, 6, 7, 8, 9, 10, 18, 30, 31)
FIRST_DAYS = (
    date(2018, 1, 31), date(2019, 2, 28), date(2020, 2, 29), date(2019, 8, 30), date(2019, 8, 31),
    date(2019, 5, 15), date(2020, 1, 1), date(2019, 12, 31), date(2021, 11, 29), date(2022, 3, 1),
)  # fmt: skip
INDEX_COLUMNS = (
    "diagnosis_date", "treatment_end_date", "surgery_date", "radiation_start_date", "radiation_end_date",
    "progression_date",
)  # fmt: skip
SITES = ("", "", "cervical_spine", "total_spine", "pelvis", "rectum", "brain", "chest", "whole_body", "lower_extremity")
REGIONS = (
    "brain", "pituitary", "neck", "cervical_spine", "total_spine", "sacrum", "chest", "abdomen", "pelvis",
    "abdomen|pelvis", "chest|abdomen|pelvis", "abdomen|sacrum", "rectum", "heart", "whole_body", "brain|total_spine",
)  # fmt: skip
OF_THE_EDITION = (
    {"modality": "MRI", "region": "cervical_spine"},
    {"modality": "CT", "region": "cervical_spine"},
    {"modality": "MRI", "region": "total_spine"},
    {"modality": "PET/MRI", "region": "whole_body"},
)
MODALITIES = ("MRI", "CT", "PET/CT", "PET/MRI", "SPECT", "SPECT/CT", "ECHO")
ENDS = (-1, 0, 1, 90, 400, 1500)
STATUSES = ("performed", "performed", "performed", "scheduled", "requested", "", "cancelled")
SPOILT = (
    ("date", "2021-02-30"), ("status", "postponed"), ("region", "cervical"), ("protocol", "bone.osteosarkoma"),
    ("primary_site", "knee"), ("modality", "MRT"), ("birth_date", "2199-01-01"), ("patient_id", " "), ("date", ""),
    ("region", ""), ("cpt", "72141"), ("cpt", "99999"), ("cpt", "0649T"), ("surgery_date", "0204-01-01"),
)  # fmt: skip


def random_cohort(random: Random, edition: Edition, patients: int = 6, rows: int = 6) -> list[dict[str, str]]:
    """Return the rows of up to `patients` patients, each with up to `rows`, shuffled."""
    cohort = []
    for number in range(random.randint(1, patients)):
        cohort += _random_patient(random, edition, f"P{number}", random.randint(1, rows))
    random.shuffle(cohort)
    return cohort


def _random_patient(random: Random, edition: Edition, patient_id: str, rows: int) -> list[dict[str, str]]:
    with_schedules = [p for p in edition.protocols if p.schedules]
    protocol = random.choice(with_schedules if random.random() < 0.92 else edition.protocols)
    schedules = protocol.schedules or random.choice(with_schedules).schedules
    favourite = random.choice(schedules)
    first_day = random.choice(FIRST_DAYS)
    patient = {"protocol": protocol.id, "primary_site": random.choice(SITES)}
    for column in INDEX_COLUMNS:
        likely = 0.8 if column in [kind.column for kind in favourite.index_kinds] else 0.2
        if random.random() < likely:
            patient[column] = str(first_day + timedelta(days=random.choice((0, 0, 0, 1, 20, -30, 400, 1100))))
    facts_day = first_day + timedelta(days=random.choice((0, 60, 90, 180, 400)))
    patient |= random_facts(random, edition, facts_day)
    counted = [patient[kind.column] for kind in favourite.index_kinds if kind.column in patient]
    days = [date.fromisoformat(d) for d in counted[:1]] or [first_day]
    if random.random() < 0.12:
        patient[random.choice(("follow_up_end_date", "death_date"))] = str(days[0] + timedelta(random.choice(ENDS)))
    found: list[dict[str, str]] = []
    for _ in range(rows):
        schedule = favourite if random.random() < 0.8 else random.choice(schedules)
        row = patient | {"patient_id": patient_id, "status": random.choice(STATUSES)}
        days.append(_day_near_a_bound(random, schedule, days[-1] if random.random() < 0.5 else random.choice(days)))
        if random.random() < 0.2:
            days[-1] = facts_day + timedelta(days=random.choice((0, 0, 1)))
        row["date"] = str(days[-1])
        row["modality"], row["region"] = _random_study(random, schedule, patient["primary_site"])
        if random.random() < 0.15:
            row |= random.choice(OF_THE_EDITION)
        found.append(row)
    for row in found:
        _vary(random, row, edition)
    if schedules[0].complements or random.random() < 0.2:
        found += [_same_round(random, row) for row in found if row["date"] and random.random() < 0.5]
    if random.random() < 0.35:
        found = _with_enrolments(random, edition, patient, found)
    return found


def _same_round(random: Random, row: dict[str, str]) -> dict[str, str]:
    """Return a random study of the row's patient, performed up to three weeks before or after it."""
    try:
        day = date.fromisoformat(row["date"]) + timedelta(days=random.choice((-21, -20, -19, -7, 0, 5, 19, 20, 21)))
    except ValueError:
        return row
    return row | {"date": str(day), "modality": random.choice(("MRI", "CT", "PET/CT")), "cpt": ""}


def _with_enrolments(
    random: Random, edition: Edition, patient: dict[str, str], rows: list[dict[str, str]]
) -> list[dict[str, str]]:
    """Move part of what the rows say to enrolment rows, some of which contradict each other."""
    moved = [name for name in patient if random.random() < 0.7]
    kept = [{name: text for name, text in row.items() if name not in moved or random.random() < 0.1} for row in rows]
    enrolments = []
    for _ in range(random.choice((1, 1, 2, 3))):
        says = {name: patient[name] for name in moved if random.random() < 0.8}
        if random.random() < 0.3:
            says["protocol"] = random.choice(("", *(p.id for p in edition.protocols)))
        if random.random() < 0.3:
            says["primary_site"] = random.choice(SITES)
        for name, text in says.items():
            if name.endswith("_date") and text and random.random() < 0.2:
                says[name] = str(date.fromisoformat(text) + timedelta(days=random.choice((-700, -1, 1, 200, 800))))
            elif text in ("true", "false") and random.random() < 0.2:
                says[name] = random.choice(("true", "false"))
        enrolments.append({**says, "patient_id": rows[0]["patient_id"], "date": "", "status": random.choice(STATUSES)})
    return kept + enrolments


def _day_near_a_bound(random: Random, schedule: Schedule, day: date) -> date:
    phase = random.choice(schedule.phases)
    bounds = [d for d in (phase.low, phase.high, phase.end, *schedule.starts) if d is not None]
    moved = add(day, *random.sample(bounds, k=min(len(bounds), random.choice((1, 1, 1, 2)))))
    return moved + timedelta(days=random.choice(DAYS_AROUND))


def _random_study(random: Random, schedule: Schedule, site: str) -> tuple[str, str]:
    modality, region = random.choice(MODALITIES), random.choice(REGIONS)
    if schedule.study.modalities and random.random() < 0.95:
        modality = random.choice(sorted(m.value for m in schedule.study.modalities))
    place = random.choice(schedule.study.places)
    if random.random() < 0.85:
        region = place if isinstance(place, str) else site or region
    return modality, region


def _vary(random: Random, row: dict[str, str], edition: Edition) -> None:
    """Now and then make a row differ from the patient's others, enrol only, or unreadable."""
    kind = random.random()
    if kind < 0.03:
        row["protocol"] = random.choice([p.id for p in edition.protocols])
    elif kind < 0.05:
        row["protocol"] = "|".join(random.choices([p.id for p in edition.protocols], k=2)) + f"|{row['protocol']}"
    elif kind < 0.08:
        row["protocol"] = ""
    elif kind < 0.13:
        row["primary_site"] = random.choice(SITES)
    elif kind < 0.2 and edition.facts:
        fact = random.choice(edition.facts)
        row[fact.name] = random_value(random, fact, date.fromisoformat(row["date"]), known=0.7)
    elif kind < 0.25:
        row[random.choice(INDEX_COLUMNS)] = random.choice(("", "2019-06-30"))
    elif kind < 0.28:
        row.update(date="", modality="", region="", cpt="")
    elif kind < 0.33:
        row.update([random.choice(SPOILT)])
    elif kind < 0.39 and edition.cpt_codes:
        row["cpt"] = random.choice(edition.cpt_codes).code
        if random.random() < 0.8:
            row["modality"] = ""
        if random.random() < 0.6:
            row["region"] = ""
