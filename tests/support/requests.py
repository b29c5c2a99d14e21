"""Requests for an MRI of the cervical spine in osteosarcoma treated up to 2026-01-15, as rows of an events file.

It is due every 3 months (Bone 5), so on 2026-04-15, with a grace of 9 days from 2026-04-06 to 2026-04-24.
"""

import csv
from io import StringIO

REQUEST = {
    "patient_id": "P1",
    "protocol": "bone.osteosarcoma",
    "modality": "MRI",
    "region": "cervical_spine",
    "cpt": "",
    "date": "2026-04-15",
    "status": "requested",
    "treatment_end_date": "2026-01-15",
    "primary_site": "cervical_spine",
}
NOT_JUDGED = {"modality": "", "region": "", "date": ""}


def as_text(rows):
    """Return rows (what each changes of REQUEST) as CSV."""
    file = StringIO()
    names = dict.fromkeys([*REQUEST, *(name for row in rows for name in row)])
    writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(REQUEST | row for row in rows)
    return file.getvalue()


def as_rows(text):
    """Return the rows of a CSV."""
    return list(csv.DictReader(StringIO(text, newline="")))
