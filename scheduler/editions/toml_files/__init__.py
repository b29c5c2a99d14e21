"""Editions as TOML files: forms and grammar, whole editions and overlays, and what is wrong with a file."""
