"""What a change of rules does to a cohort: decisions before and after, and whose windows move."""
