"""Folders of the repository that tests read."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_cohorts"
DOCS = ROOT / "docs"
CASES = ROOT / "tests" / "cases"
