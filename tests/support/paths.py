"""Where the repository keeps what tests read."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_cohorts"
DOCS = ROOT / "docs"
CASES = ROOT / "tests" / "cases"
