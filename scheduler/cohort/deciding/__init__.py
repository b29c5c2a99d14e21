"""The rules for whole cohorts: windows, judgements, indications and the choice between routes."""
