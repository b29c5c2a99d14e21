"""Names of the result columns of an audit, in their order."""

RESULTS = [
    "decision", "reason", "timing", "route", "section", "reference_date", "opens", "closes", "days_from_window",
    "next_allowed", "missing", "undecided_regions", "unread_rows", "combination", "explanation",
]  # fmt: skip
