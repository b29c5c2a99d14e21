"""What is due in a cohort on a date."""
