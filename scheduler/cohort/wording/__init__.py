"""Decisions in words: cells of the results and their explanations."""
