"""The sample files of a hospital: some patients of the clinic under the hospital's own columns, words and dates."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

DISEASES = {
    "bone.osteosarcoma": ("Osteosarcoma", "C41.2"),
    "bone.ewing_sarcoma": ("Ewing sarcoma", "C41.9"),
    "bone.chordoma": ("Chordoma", "C41.2"),
    "bone.giant_cell_tumor": ("Giant cell tumor of bone", "D48.0"),
    "cns.brain_metastases": ("Brain metastases", "C79.31"),
    "cns.glioblastoma": ("Glioblastoma, IDH-wildtype", "C71.9"),
    "cns.medulloblastoma": ("Medulloblastoma", "C71.6"),
}
"""Protocols of the clinic with the diagnosis of a registry, in words and by code."""

DOUBTFUL = ("Astrocytoma IDH-mut gr 2", "C71.1")
"""A diagnosis that leaves open which surveillance it is; the last two patients have it."""

PATIENTS = 14
STATUSES = {"performed": "Completed", "scheduled": "Sched", "requested": "Pend", "cancelled": "No Show"}
EXAMS = ("Accession", "MRN", "Exam Description", "Exam Date", "Exam Status")
DATES = {
    "DOB": "birth_date", "Dx Date": "diagnosis_date", "Surgery Dt": "surgery_date", "Tx End": "treatment_end_date",
    "RT End": "radiation_end_date",
}  # fmt: skip

PROFILE = """\
# An intake profile: how to read hospital_exams.csv and hospital_registry.csv.
# As vigil setup made it; the lines that it left open are confirmed.

[file]
header_line = 2  # the column names stand there
footer = ["Total exams"]  # lines that start so are no rows

[columns]
"MRN" = "patient_id"
"Exam Description" = "study_text"
"Exam Date" = "date"
"Exam Status" = "status"
"Accession" = ""  # not read

[dates]
formats = ["%m/%d/%Y"]  # tried in order

[values.study_text]
{studies}

[values.status]
"Completed" = "performed"
"Sched" = "scheduled"
"No Show" = "cancelled"
"Pend" = "requested"  # confirmed: ordered, and not yet booked

[patients.columns]
"MRN" = "patient_id"
"DOB" = "birth_date"
"Dx Date" = "diagnosis_date"
"Surgery Dt" = "surgery_date"
"Tx End" = "treatment_end_date"
"RT End" = "radiation_end_date"
"Diagnosis" = "diagnosis"
"ICD10" = "diagnosis"
"Site" = "primary_site"

[patients.dates]
formats = ["%m/%d/%Y"]

[patients.values.diagnosis]
"Astrocytoma IDH-mut gr 2" = ""  # confirmed one by one: see the worklist
{diagnoses}

[patients.values.primary_site]
{sites}
"""

Row = Mapping[str, str]


def write_hospital(folder: Path) -> None:
    """Write exams and registry of the first patients of clinic.csv in a folder, and their profile."""
    with (folder / "clinic.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["protocol"] in DISEASES and row["date"]]
    names = list(dict.fromkeys(row["patient_id"] for row in rows))[:PATIENTS]
    numbers = {name: str(480_000 + 137 * number) for number, name in enumerate(names)}
    rows = [row for row in rows if row["patient_id"] in numbers]
    _write_exams(folder / "hospital_exams.csv", rows, numbers)
    _write_registry(folder / "hospital_registry.csv", rows, numbers)
    diagnoses = {words: protocol for protocol, (words, _) in DISEASES.items()}
    (folder / "hospital.toml").write_text(
        PROFILE.format(
            studies=_lines({_exam(row): f"{row['modality']} {row['region']}" for row in rows}),
            diagnoses=_lines({**diagnoses, "C79.31": "cns.brain_metastases"}),
            sites=_lines({_words(row["primary_site"]): row["primary_site"] for row in rows if row["primary_site"]}),
        ),
        encoding="utf-8",
    )


def _write_exams(path: Path, rows: Sequence[Row], numbers: Mapping[str, str]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([["Exams of the spine clinic"], EXAMS])
        for at, row in enumerate(rows):
            time = f"{_us(row['date'])} {8 + at % 9:02}:{at % 4 * 15:02}"
            status = STATUSES[row["status"]]
            writer.writerow([str(910_000 + at), numbers[row["patient_id"]], _exam(row), time, status])
        writer.writerow([f"Total exams: {len(rows)}", *[""] * (len(EXAMS) - 1)])


def _write_registry(path: Path, rows: Sequence[Row], numbers: Mapping[str, str]) -> None:
    firsts = {row["patient_id"]: row for row in reversed(rows)}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["MRN", *DATES, "Diagnosis", "ICD10", "Site"])
        for at, (name, number) in enumerate(numbers.items(), start=1):
            row = firsts[name]
            diagnosis = DOUBTFUL if at > PATIENTS - 2 else DISEASES[row["protocol"]]
            writer.writerow(
                [number, *(_us(row[day]) for day in DATES.values()), *diagnosis, _words(row["primary_site"])]
            )


def _exam(row: Row) -> str:
    return f"{row['modality']} {_words(row['region']).upper()} W WO CONTRAST"


def _words(name: str) -> str:
    return name.replace("_", " ").replace("|", "/")


def _us(day: str) -> str:
    return date.fromisoformat(day).strftime("%m/%d/%Y") if day else ""


def _lines(words: Mapping[str, str]) -> str:
    return "\n".join(f'"{word}" = "{ours}"' for word, ours in sorted(words.items()))
