"""Random cohorts that contradict themselves: dates that do not fit each other, rows that stand twice, ids alike."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from support.patients import read_requests
from support.random_cohorts import INDEX_COLUMNS, random_cohort

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.patients import Status

Cells = dict[str, str]

AROUND = (-1, 0, 1)
"""Days by which one date misses another one: the day before, the day, the day after."""

_WRITTEN = ("0{}", "00{}", "{}.0", "{}.00", "'{}", '="{}"', "{}\u200b", "\ufeff{}", "{}", "{}")
"""Ways to write an id."""


def inconsistent_cohort(random: Random, edition: Edition, patients: int = 6, rows: int = 6) -> list[Cells]:
    """Return a random cohort of patients born about one of their index dates, whose follow-up ends about a study.

    Half of the births and ends stand in enrolment rows, of which some give another birth date or another course.
    """
    cohort = [row for row in random_cohort(random, edition, patients, rows) if row["patient_id"].strip()]
    by_patient: dict[str, list[Cells]] = {}
    for row in cohort:
        row.pop("birth_date", None)
        by_patient.setdefault(row["patient_id"], []).append(row)
    for patient_id, own in by_patient.items():
        cohort += _with_births_and_ends(random, edition, patient_id, own)
    random.shuffle(cohort)
    return cohort


def _with_births_and_ends(random: Random, edition: Edition, patient_id: str, rows: list[Cells]) -> list[Cells]:
    """Change the rows of a patient, and return enrolment rows of the same patient."""
    indexes = [day for row in rows for name in INDEX_COLUMNS if (day := _day(row.get(name)))]
    studies = [day for row in rows if (day := _day(row.get("date")))]
    says: Cells = {}
    if indexes and random.random() < 0.8:
        says["birth_date"] = str(random.choice(indexes) + timedelta(days=random.choice(AROUND)))
    if studies and random.random() < 0.4:
        says["follow_up_end_date"] = str(random.choice(studies) + timedelta(days=random.choice(AROUND)))
    enrolments = []
    if says and random.random() < 0.5:
        protocol = random.choice(("", *(row.get("protocol", "") for row in rows), edition.protocols[0].id))
        enrolments = [says | {"patient_id": patient_id, "protocol": protocol}]
        if random.random() < 0.3:
            course = {name: str(day) for name in INDEX_COLUMNS if (day := _day(rows[0].get(name)))}
            enrolments.append({"patient_id": patient_id, "protocol": random.choice(edition.protocols).id} | course)
        if "birth_date" in says and random.random() < 0.2:
            enrolments.append({"patient_id": patient_id, "birth_date": "1961-05-05"})
    else:
        for row in rows:
            row.update({name: text for name, text in says.items() if random.random() < 0.8})
    return enrolments


def doubled_cohort(random: Random, edition: Edition, patients: int = 6) -> list[Cells]:
    """Return a random cohort with rows that stand twice, two birth dates for an id, and ids in several ways."""
    cohort = random_cohort(random, edition, patients)
    for row in cohort:
        row["patient_id"] = row["patient_id"].replace("P", "")
        row.pop("birth_date", None)
        if random.random() < 0.5:
            row["birth_date"] = random.choice(("1961-05-05", "1961-05-05", "1961-05-06", "05/05/1961"))
    again = [dict(row) for row in cohort for _ in range(random.choice((0, 0, 0, 1, 2)))]
    for row in again:
        if random.random() < 0.3:
            row[random.choice(("status", "region", "birth_date", "protocol"))] = ""
    cohort += again
    for row in cohort:
        if row["patient_id"].strip() and random.random() < 0.2:
            row["patient_id"] = random.choice(_WRITTEN).format(row["patient_id"])
    random.shuffle(cohort)
    return cohort


def counted_one_by_one(rows: Sequence[Cells], edition: Edition) -> dict[str, int]:
    """Return the repeated rows and the contradictions of a cohort, under their names in a summary, row by row."""
    requests = read_requests(rows, edition)
    studies = Counter(
        (one.row.patient_id, one.row.event)
        for one in requests
        if one.patient is not None and one.row.event and one.row.event.status is not Status.CANCELLED
    )
    births: dict[str, list[object]] = defaultdict(list)
    for one in requests:
        birth = one.row.says.facts.get("birth_date")
        if not one.row.problems and birth is not None:
            births[one.row.patient_id].append(birth)
    twice = [given for given in births.values() if len(set(given)) > 1]
    ids = {one.row.patient_id for one in requests if not one.row.problems}
    plain = Counter(plain_id(one) for one in ids if plain_id(one) != one)
    return {
        "studies": studies.total(),
        "repeated": studies.total() - len(studies),
        "birth_dates": len(twice),
        "rows_of_birth_dates": sum(map(len, twice)),
        "ids_alike": sum(n for text, n in plain.items() if n > 1 or text in ids),
    }


def plain_id(text: str) -> str:
    """Return an id without leading zeros, `.0`, quotes and invisible characters."""
    text = text.replace("\u200b", "").replace("\ufeff", "").lstrip("='\"").rstrip("'\"")
    whole, dot, decimals = text.partition(".")
    if dot and whole.isdigit() and not decimals.strip("0"):
        text = whole
    return text.lstrip("0") or "0"


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
