"""A cohort of thirteen patients at two sites, and one patient who stands out, as the lines of an events file."""

from datetime import date, timedelta

HEADER = (
    "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site,birth_date,follow_up_end_date,"
    "site,physician,Patient Name"
)
ENDED = date(2022, 1, 31)
FIRST_CLOSES = date(2022, 4, 30)
"""Three months after the end of treatment, clipped to the end of the month."""


def cohort_lines():
    """Return lines: thirteen patients of whom eleven had their first CT of the chest in time, and none an MRI."""
    lines = []
    for number in range(13):
        who = f"P{number:02}"
        lines.append(f"{who},bone.osteosarcoma,,,,,{ENDED},sacrum,1961-01-01,,north,A,")
        done = FIRST_CLOSES + timedelta(days=number - 4 if number < 11 else 60)
        lines.append(f"{who},,CT,chest,{done},performed,,,,,north,A,")
    return lines
