"""Proofs: what holds of every schedule and indication of a rule base, and the shortest example where it does not."""
