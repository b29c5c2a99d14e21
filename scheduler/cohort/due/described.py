"""The columns that say what changed since an earlier list, and what every column of a due list means."""

from __future__ import annotations

import polars as pl

CHANGE_COLUMNS = {
    "change": pl.String,
    "change_note": pl.String,
    "was_status": pl.String,
    "was_opens": pl.Date,
    "was_closes": pl.Date,
    "was_last_day": pl.Date,
    "was_booked": pl.Date,
}
"""The columns behind DUE_COLUMNS of a list that is compared with an earlier one.

`change` is `new`, `moved`, `gone` or `unchanged`, and empty where the earlier list cannot tell; `change_note` says why,
where that is known; the others are the values on the earlier list.
"""

COLUMN_TEXTS = {
    "patient_id": "The patient, as in the events file.",
    "protocol": "The protocol of the patient.",
    "schedule": "The schedule of the protocol. A protocol without schedules leaves it empty.",
    "study": "The study to order, in words.",
    "section": "The section of the guideline.",
    "status": "overdue, open, upcoming, needs_info, conditional, no_schedule, stopped or ended.",
    "reference_date": "The date from which the current interval counts.",
    "opens": "The first day of the window.",
    "closes": "The last day of the window.",
    "last_day": "The last day of the window with its grace.",
    "days_overdue": "The days since the window closed, if the study is overdue.",
    "booked": "The first booking after the reference date.",
    "booked_in_window": "Whether that booking lies in the window, with its grace.",
    "unread_rows": "How many rows of the patient cannot be read. Check the record first.",
    "grace_days": "The grace of the window in days.",
    "missing": "What is not documented, joined by semicolons.",
    "note": "Why there is no window now, or will be none.",
    "booking_advice": "What to do about a booking.",
    "change": "new, moved, gone or unchanged since the earlier list. Empty: the earlier list cannot tell.",
    "change_note": "Why, where that is known.",
    "was_status": "The status on the earlier list.",
    "was_opens": "The first day of the window on the earlier list.",
    "was_closes": "The last day of the window on the earlier list.",
    "was_last_day": "The last day with its grace on the earlier list.",
    "was_booked": "The booking on the earlier list.",
}
"""What each column means, in a sentence for those who open the list in a spreadsheet."""
