"""The surveillance engine: dates, rules, windows, decisions, cohorts and calendars. Knows no guideline."""
