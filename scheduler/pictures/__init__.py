"""Timelines of studies and windows: `scenes` computes what a picture shows, `drawing` and `descriptions` render it."""
