"""Editions for people and programs to read: as sentences, Markdown and JSON."""
