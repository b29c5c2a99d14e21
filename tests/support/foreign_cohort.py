"""One cohort of made-up patients, and the files in which hospitals would export it."""

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import polars as pl
import xlsxwriter
from support.clinic_year import FIRST_DAY, NEW, Cells, clinic

AS_OF = FIRST_DAY
COLUMNS = (
    "patient_id", "protocol", "modality", "region", "date", "status", "diagnosis_date", "treatment_end_date",
    "surgery_date", "radiation_end_date", "primary_site", "birth_date", "carcinoid_heart_disease", "Name",
)  # fmt: skip
NAMES = {
    "patient_id": "MRN", "date": "Exam Dt", "status": "Exam Status", "diagnosis_date": "Dx Date",
    "treatment_end_date": "Tx End", "surgery_date": "Surgery Dt", "radiation_end_date": "RT End",
    "primary_site": "Tumor Site", "birth_date": "DOB",
}  # fmt: skip
"""The names of columns at the hospital."""

STATUSES = {"performed": "Completed", "scheduled": "Appt made", "requested": "Ordered", "cancelled": "No Show"}
STUDIES = (
    # days before the first week, status
    (-400, "performed"), (-270, "performed"), (-250, "cancelled"), (-160, "performed"), (-75, "performed"),
    (20, "scheduled"), (90, "requested"),
)  # fmt: skip
_SERIAL_ZERO = date(1899, 12, 30)


def cohort() -> list[Cells]:
    """Return the rows of 30 patients: their courses, and studies of every schedule that were done, booked or not."""
    rows = []
    for person in clinic():
        if person.number in NEW:
            continue
        birth = str(date(1941, 3, 30) + timedelta(days=371 * person.number))
        same = {"birth_date": birth, "Name": f"Müller-Lüdenscheidt {person.number}"}
        rows += [row | same for row in person.rows(FIRST_DAY)]
        for number, schedule in enumerate(person.protocol.schedules[:2]):
            modality = "MRI" if schedule.study.modalities is None else min(m.value for m in schedule.study.modalities)
            regions = "|".join(place if isinstance(place, str) else "sacrum" for place in schedule.study.places)
            for at, (days, status) in enumerate(STUDIES):
                if (at + number + person.number) % 3 == 0:
                    day = FIRST_DAY + timedelta(days=days - 3 * person.number)
                    study = {"modality": modality, "region": regions, "date": str(day), "status": status}
                    rows.append({"patient_id": person.patient_id, "protocol": person.protocol.id, **study})
    return [{name: row.get(name, "") for name in COLUMNS} for row in rows]


def as_text(
    rows: Sequence[Mapping[str, str]], separator: str = ",", encoding: str = "utf-8", before: str = "", after: str = ""
) -> bytes:
    """Return rows as a text file, with lines before its header and behind its rows."""
    file = StringIO()
    writer = csv.DictWriter(file, list(rows[0]), delimiter=separator, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return (before + file.getvalue() + after).encode(encoding)


def renamed(rows: Sequence[Cells], names: Mapping[str, str] = NAMES) -> list[Cells]:
    """Return rows under the hospital's names of columns."""
    return [{names.get(name, name): text for name, text in row.items()} for row in rows]


def dated(rows: Sequence[Cells], write: Callable[[date], str]) -> list[Cells]:
    """Return rows with their dates in another form."""
    return [
        {name: write(date.fromisoformat(text)) if text and is_date(name) else text for name, text in row.items()}
        for row in rows
    ]


def worded(rows: Sequence[Cells], words: Mapping[str, Mapping[str, str]]) -> list[Cells]:
    """Return rows with other words in some columns."""
    return [{name: words.get(name, {}).get(text, text) for name, text in row.items()} for row in rows]


def is_date(name: str) -> bool:
    """Return whether a column of vigil holds dates."""
    return name == "date" or name.endswith("_date")


def serial(day: date) -> str:
    """Return a date as a spreadsheet numbers it."""
    return str((day - _SERIAL_ZERO).days)


def in_words(rows: Sequence[Cells]) -> list[Cells]:
    """Return rows whose studies are named in words, without modality and region."""
    found = []
    for row in rows:
        modality, region, others = row["modality"], row["region"], dict(row)
        del others["modality"], others["region"]
        words = {"abdomen|pelvis": "ABD/PELVIS", "total_spine": "TOTAL SPINE"}.get(region, region.upper())
        found.append(others | {"Exam Description": f"{modality} {words} W WO CONTRAST" if modality else ""})
    return found


def write_sheet(path: Path, rows: Sequence[Cells], *, typed: bool, title: Sequence[str] = ()) -> Path:
    """Write rows as a workbook, with typed dates or with texts, below some lines of a title."""
    names = list(rows[0])
    with xlsxwriter.Workbook(path) as book:
        sheet, day_form = book.add_worksheet("Export"), book.add_format({"num_format": "yyyy-mm-dd"})
        for number, text in enumerate(title):
            sheet.write_string(number, 0, text)
        for column, name in enumerate(names):
            sheet.write_string(len(title), column, name)
        for number, row in enumerate(rows, start=len(title) + 1):
            for column, name in enumerate(names):
                if typed and row[name] and is_date(name):
                    sheet.write_datetime(number, column, date.fromisoformat(row[name]), day_form)
                elif row[name]:
                    sheet.write_string(number, column, row[name])
    return path


def write_typed_parquet(path: Path, rows: Sequence[Cells], names: Mapping[str, str] = NAMES) -> Path:
    """Write rows as Parquet: dates, times at midnight, booleans and categories."""
    frame = pl.DataFrame(rows).with_columns(pl.all().replace("", None))
    frame = frame.with_columns(
        *(pl.col(name).str.to_date() for name in frame.columns if is_date(name)),
        pl.col("carcinoid_heart_disease").replace_strict({"yes": True, "no": False}, default=None),
        pl.col("status").cast(pl.Categorical),
    ).with_columns(pl.col("date").cast(pl.Datetime("us")))
    frame.rename({name: own for name, own in names.items() if name in frame.columns}).write_parquet(path)
    return path
