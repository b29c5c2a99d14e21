"""The columns that an audit adds; those of the due list are in cohort/due/wording.py."""

from __future__ import annotations

RESULT_COLUMNS = (
    "decision",
    "reason",
    "timing",
    "route",
    "section",
    "reference_date",
    "opens",
    "closes",
    "days_from_window",
    "next_allowed",
    "missing",
    "undecided_regions",
    "unread_rows",
    "combination",
    "explanation",
)
"""The columns that an audit adds, in their order."""
