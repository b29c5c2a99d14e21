"""An audit: every row of a cohort with its decision."""
