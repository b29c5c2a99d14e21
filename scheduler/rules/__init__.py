"""What a guideline can say: dates, studies, facts, criteria, schedules, indications and grace."""
