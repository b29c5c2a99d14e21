"""Lists that `vigil due` prints on 10 May 2022, as text and as rows."""

import csv
import io

ASKED = ("--as-of", "2022-05-10")


def listed(text):
    """Return patient, schedule and status of each row of a CSV."""
    return [(row["patient_id"], row["schedule"], row["status"]) for row in csv.DictReader(io.StringIO(text))]


def listed_as(text):
    """Return a printed list: when and by what it was made, the list, and what it is not."""
    return f"""\
Due on 2022-05-10 by healthhelp-mri-cspine-2025, grace a tenth of the interval, 7 to 30 days

{text}
What is due is counted by this edition, as encoded: a reminder, neither an order nor a denial. A
study on another date is not thereby refused; the guideline's list is not complete and does not
replace clinical judgment.
"""
