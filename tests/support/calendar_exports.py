"""Rows of a tumor, and what an export of their calendar holds."""

from __future__ import annotations

import icalendar

from spine_vigil.scheduler.calendars.identity import SiteSecret

SITE = SiteSecret(bytes(32))

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,surgery_date,primary_site,birth_date,name"
TUMOR = "{},bone.chondrosarcoma.atypical_cartilaginous,,,,,,2022-01-31,sacrum,1961-07-23,Jane Plantedmarker"
"""Atypical cartilaginous tumor, operated on 31 January 2022: every 6 to 12 months, so 31 July 2022 to 31 January 2023,
and projected from its last day 31 July 2023 to 31 January 2024."""

PATIENTS = [TUMOR.format(name) for name in ("P1", "P2", "P3", "P4", "P5")]

ALL_OUTPUTS = ("-o", "w.ics", "--per-patient", "feeds", "--todos", "t.ics", "--state", "s.json", "--codes", "codes.csv")


def events_of(path, component="VEVENT"):
    """Return the components of a calendar file."""
    return icalendar.Calendar.from_ical(path.read_bytes()).walk(component)


def code_of(patient_id):
    """Return the pseudonym of a patient."""
    return SITE.patient_code(patient_id)
