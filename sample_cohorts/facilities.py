"""The facilities and physicians of the auditor's sample: they differ in size, and in how many patients keep coming."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date

Row = dict[str, str]

FACILITIES = {
    "Riverside Cancer Center": (50, 3, "Abara Bellweather Castellan Dunmore"),
    "Northgate Imaging": (25, 25, "Fairholm Galloway Hartigan Ingram"),
    "Harbor Hospital": (14, 26, "Jessop Kettering Lindqvist"),
    "Millbrook Clinic": (7, 9, "Mortlake Norcross"),
    "Lakeview Radiology": (0, 32, "Okonjo Pellerin"),
    "Pine Street Practice": (2, 2, "Quillfeather"),
    "": (2, 3, ""),
}
"""The facilities of the auditor's patients, by name; all names are invented.

Each has its percentage of the patients who kept coming, its percentage of the others, and the physicians who order
there. Some patients have neither a facility nor a physician.
"""


def with_facilities(chance: random.Random, rows: Sequence[Row], as_of: date) -> Iterator[Row]:
    """Yield rows with the facility and the physician of their patient; a few studies are done elsewhere.

    Who keeps coming until `as_of` is more often a patient of some facilities than of others, so that these differ.
    """
    of_patients: dict[str, list[Row]] = {}
    for row in rows:
        of_patients.setdefault(row["patient_id"], []).append(row)
    for own in of_patients.values():
        days = sorted(date.fromisoformat(row["date"]) for row in own if row["status"] == "performed")
        kept_coming = bool(days) and as_of - days[-1] < (as_of - days[0]) / 2
        usual = chance.choices(list(FACILITIES), [of[0] if kept_coming else of[1] for of in FACILITIES.values()])[0]
        physicians = [f"Dr. {name}" for name in FACILITIES[usual][2].split()] or [""]
        physician = chance.choice(physicians)
        for row in own:
            facility = chance.choice(list(FACILITIES)) if chance.random() < 0.04 else usual
            yield row | {"facility": facility, "ordering_physician": physician}
