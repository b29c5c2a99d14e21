"""What an audit adds to a row, as an auditor knows it."""

RESULTS = [
    "decision", "reason", "timing", "route", "section", "reference_date", "opens", "closes", "days_from_window",
    "next_allowed", "missing", "combination", "explanation",
]  # fmt: skip
