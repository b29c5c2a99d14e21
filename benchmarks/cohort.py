"""A seeded cohort of any size for timing: eight events a patient, one in two hundred dates unreadable."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from scheduler.facts import Fact, FactKind

COLUMNS = (
    "patient_id",
    "protocol",
    "modality",
    "region",
    "date",
    "status",
    "diagnosis_date",
    "treatment_end_date",
    "surgery_date",
    "radiation_end_date",
    "progression_date",
    "primary_site",
    "symptoms_new_or_progressing",
    "clinically_indicated",
    "high_grade",
)
STUDIES = {
    "bone": (("MRI", "cervical_spine"), ("CT", "chest"), ("MRI", "total_spine")),
    "cns": (("MRI", "brain"), ("MRI", "cervical_spine")),
    "neuroendocrine": (("CT", "abdomen|pelvis"), ("CT", "chest"), ("MRI", "abdomen")),
}
PROTOCOLS = (
    "bone.osteosarcoma",
    "bone.chordoma",
    "bone.ewing_sarcoma",
    "cns.brain_metastases",
    "cns.glioblastoma",
    "cns.leptomeningeal_metastases",
    "neuroendocrine.adrenal.localized",
    "neuroendocrine.gi_thymus_resected",
)
STATUSES = ("performed", "performed", "performed", "scheduled", "requested", "cancelled")
EVENTS_OF_A_PATIENT = 8


def write_cohort(path: Path, rows: int, facts: Sequence[Fact] = (), seed: int = 20250516) -> None:
    """Write a CSV of `rows` events in the order of patients, with a filled column for each of `facts`."""
    chance = random.Random(seed)
    more = [fact for fact in facts if fact.name not in COLUMNS]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(",".join([*COLUMNS, *(fact.name for fact in more)]) + "\n")
        for start in range(0, rows, EVENTS_OF_A_PATIENT):
            for line in _events(chance, start, min(EVENTS_OF_A_PATIENT, rows - start)):
                file.write(",".join([line, *(_value(chance, fact) for fact in more)]) + "\n")


def _value(chance: random.Random, fact: Fact) -> str:
    if fact.kind is FactKind.BOOLEAN:
        return "true" if chance.random() < 0.1 else "false"
    if fact.kind is FactKind.NUMBER:
        return str(chance.randrange(40))
    year = 1990 if fact.name == "birth_date" else 2012
    return str(date(year, 1, 1) + timedelta(days=chance.randrange(3000 if year > 2000 else 300)))


def _events(chance: random.Random, number: int, count: int) -> list[str]:
    protocol = chance.choice(PROTOCOLS)
    chapter = protocol.partition(".")[0]
    diagnosis = date(2010, 1, 1) + timedelta(days=chance.randrange(4500))
    end = diagnosis + timedelta(days=chance.randrange(60, 300))
    progression = diagnosis + timedelta(days=chance.randrange(300, 3000)) if chance.random() < 0.2 else ""
    site = "cervical_spine" if chapter == "bone" else ""
    day, lines = end, []
    for _ in range(count):
        day += timedelta(days=chance.randrange(20, 300))
        modality, region = chance.choice(STUDIES[chapter])
        cells = (
            f"P{number:09}",
            protocol,
            modality,
            region,
            day if chance.random() > 0.005 else "2022-02-30",
            chance.choice(STATUSES),
            diagnosis,
            end,
            end,
            end if chance.random() < 0.5 else "",
            progression,
            site,
            chance.choice(("true", "false", "", "")),
            chance.choice(("true", "", "")),
            "",
        )
        lines.append(",".join(map(str, cells)))
    return lines
