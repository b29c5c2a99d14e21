"""Random cohorts with cells that a CSV has to quote, that a spreadsheet would run, or that cannot be read."""

from random import Random

from support.indicated_cohorts import indicated_cohort
from support.random_cohorts import random_cohort

from spine_vigil.protocols import CURRENT

COHORTS = {"of the edition": random_cohort, "of indications": indicated_cohort}
NOTES = ("", "", "x", 'a "b"', "a,b", "=1+1", "two\nlines", "\tx", "caf\u00e9", "\x1f", "\ufeff")


def awkward_cohort(kind: str, seed: int, patients: int = 12) -> list[dict[str, str]]:
    """Return a random cohort of a kind in COHORTS; with an odd seed some of its cells are awkward."""
    random = Random(f"{kind} {seed}")  # noqa: S311 - not for secrets
    rows = COHORTS[kind](random, CURRENT, patients, rows=6)
    for number, row in enumerate(rows):
        row["number"] = str(number)
        row["note"] = random.choice(NOTES) if seed % 2 else ""
        if seed % 2 and random.random() < 0.1:
            row["high_grade"] = random.choice(("\ttrue", "=1", "+1", '"'))
    return rows
