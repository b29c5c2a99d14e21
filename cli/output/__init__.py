"""Output of commands: decisions, plans, due lists, reports and progress as text or JSON."""
