"""Reproducible generator of the sample files and the data dictionary: `python sample_cohorts/make.py [FOLDER]`.

All patients are invented. Their studies follow the schedules of the edition loosely, as in practice: most on time,
some early, some late, some never.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from facilities import with_facilities
from hospital import write_hospital
from other_reasons import REASONS, other_requests

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.patient.windows import Reference, next_window
from spine_vigil.scheduler.records.data_dictionary import data_dictionary
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Protocol, Schedule, Stance
from spine_vigil.scheduler.rules.studies import Modality, Place

SEED = 20250516
AS_OF = date(2026, 11, 2)
COLUMNS = (
    "patient_id",
    "protocol",
    "modality",
    "region",
    "cpt",
    "date",
    "status",
    *(kind.column for kind in IndexKind),
    "primary_site",
    "follow_up_end_date",
    "death_date",
    "birth_date",
    "symptoms_new_or_progressing",
    "clinically_indicated",
    "high_grade",
    "calcium_rising",
    "carcinoid_heart_disease",
)
PAYER: tuple[tuple[str, str, str, str, str], ...] = (
    ("70012", "01/20/2026", "72156", "", "performed"),
    ("70012", "04/21/2026", "72156", "", "requested"),
    ("70012", "05/04/2026", "71260", "", "requested"),
    ("70027", "03/09/2026", "72141", "", "requested"),
    ("70031", "02/16/2026", "72158", "", "requested"),
    ("70045", "02/16/2026", "72141", "", "requested"),
)
"""Lines of a payer, with its own column names: member, date of service, code, body part, status."""

PAYER_HEADER = ("Member ID", "DOS", "CPT Code", "Body Part", "Auth Status")
PAYER_FIELDS = ("patient_id", "date", "cpt", "region", "status")
PAYER_PATIENTS = """\
Member ID,DOB,protocol,treatment_end_date,primary_site
70012,03/30/1971,bone.osteosarcoma,10/20/2025,cervical_spine
70027,11/02/1958,bone.chordoma,03/04/2025,cervical_spine
70031,07/19/1990,bone.ewing_sarcoma,11/13/2025,lumbar_spine
"""

SITES = ("cervical_spine", "thoracic_spine", "lumbar_spine", "sacrum", "pelvis", "lower_extremity", "upper_extremity")
CLINIC = (
    "bone.osteosarcoma",
    "bone.ewing_sarcoma",
    "bone.chordoma",
    "bone.giant_cell_tumor",
    "bone.chondrosarcoma.atypical_cartilaginous",
    "cns.brain_metastases",
    "cns.leptomeningeal_metastases",
    "cns.glioblastoma",
    "cns.medulloblastoma",
    "neuroendocrine.gi_thymus_resected",
)
ENDED = {7: "follow_up_end_date", 23: "death_date"}
"""The patients of the clinic whose follow-up has ended, and the column that says when."""

TWO_COURSES = (12, 31)
"""The patients of the clinic who have a second cancer, brain metastases."""

DIRTY = (
    ("A date that does not exist", {"date": "2026-02-30"}),
    ("A date in another form", {"date": "15/04/2026"}),
    ("A year that is a slip of the pen", {"treatment_end_date": "0226-01-15"}),
    ("A misspelt protocol", {"protocol": "bone.osteosarkoma"}),
    ("A misspelt modality", {"modality": "MRT"}),
    ("A misspelt region", {"region": "cervical spine"}),
    ("A code that the edition does not know", {"modality": "", "region": "", "cpt": "99999"}),
    ("A code whose modality is another", {"modality": "CT", "region": "cervical_spine", "cpt": "72141"}),
    ("A code whose region is another", {"region": "lumbar_spine", "cpt": "72141"}),
    ("A code that needs a region", {"modality": "", "region": "", "cpt": "0649T"}),
    ("A misspelt status", {"status": "done"}),
    ("A primary site that is no region", {"primary_site": "femur"}),
    ("A boolean that is neither", {"symptoms_new_or_progressing": "maybe"}),
    ("A study without a date", {"date": ""}),
    ("A date without a study", {"modality": "", "region": ""}),
    ("A modality without a region", {"region": ""}),
    ("A region without a modality", {"modality": ""}),
    ("An event before the birth date", {"birth_date": "2026-12-24"}),
    ("A study performed after the death", {"status": "performed", "death_date": "2026-04-14"}),
    ("A study performed in the future", {"status": "performed", "date": "2199-04-15"}),
    ("A date by which databases mean none", {"date": "1900-01-01"}),
    ("Two protocols of which one is misspelt", {"protocol": "bone.osteosarcoma|cns.brain_metastasis"}),
    ("No patient id", {"patient_id": ""}),
    ("A cancelled row that cannot be read", {"status": "cancelled", "date": "2026-13-01"}),
    ("A number that is none", {"weight_loss_pct_6_months": "12 %"}),
)

Row = dict[str, str]


def main(folder: Path) -> None:
    """Write the cohorts, the patients file of one of them, and the data dictionary into `folder`."""
    write(folder / "clinic.csv", clinic(random.Random(SEED)))
    audited = with_facilities(random.Random(SEED + 2), list(auditor(random.Random(SEED + 1))), AS_OF)
    write(folder / "auditor.csv", audited, (*COLUMNS, *REASONS, "facility", "ordering_physician"))
    write_dirty(folder / "dirty.csv")
    write_payer(folder)
    write_hospital(folder)
    (folder / "DATA_DICTIONARY.md").write_text(data_dictionary(CURRENT), encoding="utf-8")


def write(path: Path, rows: Iterator[Row], columns: Sequence[str] = COLUMNS) -> None:
    """Write rows as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_dirty(path: Path) -> None:
    """Write a good row, then one row of each kind of bad cell, then two damaged lines."""
    good = {
        "patient_id": "D000",
        "protocol": "bone.osteosarcoma",
        "modality": "MRI",
        "region": "cervical_spine",
        "date": "2026-04-15",
        "status": "requested",
        "treatment_end_date": "2026-01-15",
        "primary_site": "cervical_spine",
    }
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*COLUMNS, "weight_loss_pct_6_months", "note"], lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerow({**good, "note": "A good row"})
        for number, (note, change) in enumerate(DIRTY, start=1):
            writer.writerow({**good, "patient_id": f"D{number:03}", **change, "note": note})
        file.write("D100,bone.osteosarcoma,MRI\n")
        file.write('D101,"bone.osteosarcoma,MRI,cervical_spine\n')
        writer.writerow({**good, "patient_id": "D102", "note": "=1+1 is written so that no spreadsheet runs it"})


def write_payer(folder: Path) -> None:
    """Write a payer's lines with its column names, the mapping of these names, and a patients file."""
    with (folder / "payer.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([PAYER_HEADER, *PAYER])
    names = [*zip(PAYER_HEADER, PAYER_FIELDS, strict=True), ("DOB", "birth_date")]
    lines = ["[columns]", *(f'"{column}" = "{field}"' for column, field in names), ""]
    (folder / "payer.toml").write_text("\n".join(lines), encoding="utf-8")
    (folder / "payer_patients.csv").write_text(PAYER_PATIENTS, encoding="utf-8")


def clinic(chance: random.Random) -> Iterator[Row]:
    """Yield the forty patients of a nurse navigator: studies done, booked and overdue; two have no study yet."""
    for number in range(1, 41):
        protocol = CURRENT.protocol(CLINIC[number % len(CLINIC)])
        start = AS_OF - timedelta(days=chance.randrange(60, 1700))
        patient = new_patient(chance, f"C{number:03}", protocol, start)
        if number in ENDED:
            patient[ENDED[number]] = (AS_OF - timedelta(days=chance.randrange(5, 40))).isoformat()
        if number > 38:
            yield patient
            continue
        if number in TWO_COURSES:
            yield from two_courses(chance, patient, protocol, start)
            continue
        for schedule in protocol.schedules:
            yield from follow(chance, patient, schedule, start, until=AS_OF, books=chance.random() < 0.6)


def two_courses(chance: random.Random, patient: Row, protocol: Protocol, start: date) -> Iterator[Row]:
    """Yield a patient with two cancers: a row that enrols for each, and studies that name neither."""
    second = CURRENT.protocol("cns.brain_metastases")
    later = start + timedelta(days=chance.randrange(60, 120))
    other = new_patient(chance, patient["patient_id"], second, later) | {
        "birth_date": patient["birth_date"],
        "primary_site": "",
    }
    yield patient
    yield other
    nothing = dict.fromkeys(COLUMNS, "") | {"patient_id": patient["patient_id"]}
    for course, begins in ((protocol, start), (second, later)):
        for schedule in course.schedules:
            study = study_of(schedule, patient)
            for row in follow(chance, nothing, schedule, begins, until=AS_OF, books=True):
                yield row | study


def auditor(chance: random.Random) -> Iterator[Row]:
    """Yield about 2000 events of all protocols of the edition, some without a protocol or for other reasons."""
    number = 0
    while number < 400:
        number += 1
        protocol = CURRENT.protocols[number % len(CURRENT.protocols)]
        start = AS_OF - timedelta(days=chance.randrange(200, 4000))
        patient = new_patient(chance, f"A{number:04}", protocol, start)
        if protocol.stance is not Stance.SURVEILLANCE:
            yield from occasional(chance, patient, start, chance.randrange(1, 5))
            continue
        for schedule in protocol.schedules:
            until = start + timedelta(days=chance.randrange(200, 1100))
            yield from follow(chance, patient, schedule, start, until=min(until, AS_OF), books=False)
        yield from occasional(chance, patient, start, chance.randrange(0, 3))
    yield from other_requests()


def new_patient(chance: random.Random, name: str, protocol: Protocol, start: date) -> Row:
    """Return the columns that are the same in all rows of a patient."""
    patient = dict.fromkeys(COLUMNS, "")
    patient |= {"patient_id": name, "protocol": protocol.id}
    surgery = start - timedelta(days=chance.randrange(0, 90))
    dates = {
        IndexKind.DIAGNOSIS: start - timedelta(days=chance.randrange(120, 300)),
        IndexKind.SURGERY: surgery,
        IndexKind.TREATMENT_END: start,
    }
    if protocol.id == "cns.glioblastoma":
        dates |= {IndexKind.RADIATION_START: start - timedelta(days=42), IndexKind.RADIATION_END: start}
    if chance.random() < 0.08:
        dates[IndexKind.PROGRESSION] = start + timedelta(days=chance.randrange(200, 1500))
    for kind, day in dates.items():
        patient[kind.column] = day.isoformat() if chance.random() > 0.05 else ""
    if chance.random() > 0.05:
        patient["primary_site"] = chance.choice(SITES)
    patient["birth_date"] = (start - timedelta(days=chance.randrange(18 * 365, 75 * 365))).isoformat()
    if chance.random() < 0.3:
        patient["high_grade"] = chance.choice(("true", "false"))
    if protocol.id == "neuroendocrine.carcinoid_syndrome":
        patient["carcinoid_heart_disease"] = chance.choice(("true", "false", ""))
    return patient


def follow(
    chance: random.Random, patient: Row, schedule: Schedule, start: date, *, until: date, books: bool
) -> Iterator[Row]:
    """Yield the studies of one schedule up to a date, mostly on time; with `books`, also a booked one."""
    study = study_of(schedule, patient)
    done: Reference | None = None
    for _ in range(12):
        window = next_window(schedule, start, done, GracePolicy())
        if window is None:
            yield {**patient, **study, "date": _within(chance, start, until), "status": "requested", **symptoms(chance)}
            return
        spread = max((window.closes - window.opens).days, 1)
        day = window.opens + timedelta(days=chance.randrange(spread) + chance.choice((0, 0, 0, -12, 3, 8, 40)))
        if done is not None and day <= done.day:
            day = done.day + timedelta(days=20)
        if day > until:
            if books:
                yield {**patient, **study, "date": day.isoformat(), "status": "scheduled"}
            return
        status = chance.choices(("performed", "requested", "scheduled", "cancelled"), (85, 6, 5, 4))[0]
        yield {**patient, **study, "date": day.isoformat(), "status": status, **symptoms(chance)}
        if status == "performed":
            done = Reference(day, day)


def occasional(chance: random.Random, patient: Row, start: date, count: int) -> Iterator[Row]:
    """Yield single requests, some with a billing code."""
    studies: tuple[Mapping[str, str], ...] = (
        {"modality": "MRI", "region": "cervical_spine"},
        {"cpt": "72156"},
        {"modality": "MRI", "region": "total_spine"},
        {"modality": "CT", "region": "chest"},
        {"cpt": "74177"},
    )
    for _ in range(count):
        day = start + timedelta(days=chance.randrange(30, 1200))
        named = patient | ({"protocol": ""} if chance.random() < 0.2 else {})
        yield {**named, **chance.choice(studies), "date": day.isoformat(), "status": "requested", **symptoms(chance)}


def study_of(schedule: Schedule, patient: Row) -> Row:
    """Return a study that matches the schedule and shows all its regions."""
    modality = min(schedule.study.modalities or {Modality.MRI}, key=lambda m: (m is not Modality.MRI, m.value))
    site = patient["primary_site"] or "cervical_spine"
    regions = dict.fromkeys(site if isinstance(place, Place) else place for place in schedule.study.places)
    return {"modality": modality.value, "region": "|".join(regions)}


def symptoms(chance: random.Random) -> Row:
    """Return the facts of a row on symptoms and on an indication; mostly empty."""
    facts = {name: chance.choices(("", "true", "false"), (80, 8, 12))[0] for name in ("symptoms_new_or_progressing",)}
    return facts | {"clinically_indicated": chance.choices(("", "true", "false"), (88, 8, 4))[0]}


def _within(chance: random.Random, start: date, end: date) -> str:
    return (start + timedelta(days=chance.randrange(max((end - start).days, 1)))).isoformat()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
