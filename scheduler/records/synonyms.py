"""Names under which other systems keep the fields: for hints only, no column is read by a synonym."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "patient_id": (
        "mrn",
        "patid",
        "medicalrecordnumber",
        "personid",
        "patientidnumber",
        "beneid",
        "desynpufid",
        "memberid",
        "subscriberid",
        "mbi",
        "empi",
        "patientkey",
    ),
    "date": (
        "dateofservice",
        "servicedate",
        "dos",
        "studydate",
        "examdate",
        "proceduredate",
        "performeddate",
        "fromdt",
        "clmfromdt",
        "line1stexpnsdt",
        "completeddttm",
        "examend",
        "scheduleddate",
    ),
    "cpt": ("cptcode", "hcpcs", "hcpcscd", "hcpcscode", "proccode", "procedurecode"),
    "region": ("bodypart", "bodypartexamined"),
    "status": ("orderstatus",),
    "birth_date": ("dob", "dateofbirth", "birthdatetime"),
    "follow_up_end_date": ("dod", "deathdate", "dateofdeath"),
    "diagnosis_date": ("dateofdiagnosis", "dxdate"),
    "treatment_end_date": ("lasttreatmentdate", "chemoend"),
    "surgery_date": ("rxdatemostdefinsurg",),
    "radiation_end_date": ("rxdateradiationended", "rtend"),
    "progression_date": ("recurrencedate",),
}
"""What registries, claims and record systems call a field, likeliest first, as `plain_name` writes it."""


def plain_name(column: str) -> str:
    """Return a column's name in lower case without spaces, underscores and hyphens."""
    return column.lower().translate(str.maketrans("", "", " _-"))


def synonyms(header: Sequence[str], name: str) -> list[str]:
    """Return the columns that are known to hold a field under another name, likeliest first."""
    wanted = (plain_name(name), *SYNONYMS.get(name, ()))
    plain = {column: plain_name(column) for column in header if column != name}
    return sorted((c for c, text in plain.items() if text in wanted), key=lambda c: wanted.index(plain[c]))
