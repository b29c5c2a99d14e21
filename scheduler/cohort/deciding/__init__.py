"""The rules for whole cohorts: windows, findings, indications, combinations and the choice between routes."""
