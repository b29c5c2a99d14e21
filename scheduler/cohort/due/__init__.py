"""The due list of a cohort: standings on a date, worked out and written."""
