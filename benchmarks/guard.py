"""Fails where vigil has become much slower or larger: `python benchmarks/guard.py`, in less than two minutes.

It looks at ratios, never at seconds: an audit against B7 and a check against the import of click may take SLACK times
what docs/benchmarks.md documents, and memory may grow by no more than MOST_BYTES_OF_A_ROW. What is over is taken
once more before it counts, since other work on a machine can spoil a run.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from figures import Bench, audit_ratio, check_figures, memory_figures
from measure import HERE

ROWS = 1_000_000
LARGER_ROWS = 2 * ROWS
RUNS = 3
SLACK = 1.6
MOST_BYTES_OF_A_ROW = 600
"""Above the 130 to 300 by which the working set still fills at this size, below the thousand of a file in memory."""

AUDIT, CHECK, MEMORY = f"audit : B7, {ROWS:,} rows in order", "check : import click", "memory a row"
DOCUMENT = HERE.parent / "docs" / "benchmarks.md"


def documented(what: str, text: str) -> float:
    """Return the figure that a table in Markdown gives for `what`. Raises ValueError where there is none."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if cells[1:2] == [what]:
            return float(cells[2].strip("*").split()[0])
    raise ValueError(f"{DOCUMENT.name} has no line '{what}'; it holds what benchmarks/run.py prints")


def limits(text: str) -> dict[str, float]:
    """Return what each figure may be at most, from the documented ones."""
    return {AUDIT: SLACK * documented(AUDIT, text), CHECK: SLACK * documented(CHECK, text), MEMORY: MOST_BYTES_OF_A_ROW}


def regressions(takings: Mapping[str, Callable[[], float]], most: Mapping[str, float]) -> list[str]:
    """Take every figure, one that is over its limit a second time; return a sentence for each that stays over."""
    found = []
    for what, take in takings.items():
        value = take()
        if value > most[what]:
            value = min(value, take())
        print(f"{what}: {value:.2f}, at most {most[what]:.2f}")
        if value > most[what]:
            found.append(f"{what} is {value:.2f} and may be {most[what]:.2f} at most")
    return found


def main() -> None:
    """Take the figures of this machine and end with 1 where one is over its limit."""
    with tempfile.TemporaryDirectory() as folder:

        def bench() -> Bench:
            return Bench(Path(folder), RUNS, rows=(ROWS,), memory_rows=(ROWS, LARGER_ROWS))

        takings: dict[str, Callable[[], float]] = {
            CHECK: lambda: check_figures(bench(), ROWS)[0].value or 0.0,
            AUDIT: lambda: audit_ratio(bench(), ROWS),
            MEMORY: lambda: memory_figures(bench(), ROWS)[-1].value or 0.0,
        }
        found = regressions(takings, limits(DOCUMENT.read_text(encoding="utf-8")))
    sys.exit("\n".join(found) or 0)


if __name__ == "__main__":
    main()
