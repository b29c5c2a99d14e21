"""Proposals for a profile: what a file seems to say, and what a person has to confirm."""
