"""Guard against large regressions of speed and memory: `python benchmarks/guard.py`, in about two minutes.

It compares ratios, never seconds. The ratio of an audit to B7 may be SLACK times that in docs/benchmarks.md, that of a
check to the import of click CHECK_SLACK times, that of a report to the audit REPORT_SLACK times that. Memory
may grow by MOST_BYTES_OF_A_ROW for each row. A figure over its limit is measured again, since other work on
the machine can spoil a run.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from figures import Bench, audit_ratio, check_figures, memory_figures, report_figures
from measure import HERE

ROWS = 1_000_000
LARGER_ROWS = 2 * ROWS
RUNS = 3
SLACK = 1.6
CHECK_SLACK = 1.3
REPORT_SLACK = 1.4
MOST_BYTES_OF_A_ROW = 600
"""Above the 130 to 300 by which the working set still grows at this size, below the 1000 of a file held in memory."""

AUDIT, CHECK, MEMORY = f"audit : B7, {ROWS:,} rows in order", "check : import click", "memory a row"
REPORT = f"report : audit, {ROWS:,} rows"
DOCUMENT = HERE.parent / "docs" / "benchmarks.md"


def documented(what: str, text: str) -> float:
    """Return the figure named `what` in a Markdown table. Raises ValueError if there is none."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if cells[1:2] == [what]:
            return float(cells[2].strip("*").split()[0])
    raise ValueError(f"{DOCUMENT.name} has no line '{what}'; it holds what benchmarks/run.py prints")


def limits(text: str) -> dict[str, float]:
    """Return the upper limit of each figure, derived from the documented figures."""
    return {
        AUDIT: SLACK * documented(AUDIT, text),
        CHECK: CHECK_SLACK * documented(CHECK, text),
        REPORT: REPORT_SLACK * documented(REPORT, text),
        MEMORY: MOST_BYTES_OF_A_ROW,
    }


def regressions(takings: Mapping[str, Callable[[], float]], most: Mapping[str, float]) -> list[str]:
    """Measure every figure, and again if it is over its limit; return a sentence for each that is over it twice."""
    sentences = []
    for what, take in takings.items():
        value = take()
        if value > most[what]:
            value = min(value, take())
        print(f"{what}: {value:.2f}, at most {most[what]:.2f}")
        if value > most[what]:
            sentences.append(f"{what} is {value:.2f} and may be {most[what]:.2f} at most")
    return sentences


def main() -> None:
    """Measure the figures on this machine, and exit with 1 if one is over its limit."""
    with tempfile.TemporaryDirectory() as folder:

        def bench() -> Bench:
            return Bench(Path(folder), RUNS, rows=(ROWS,), memory_rows=(ROWS, LARGER_ROWS))

        takings: dict[str, Callable[[], float]] = {
            CHECK: lambda: check_figures(bench(), ROWS)[0].value or 0.0,
            AUDIT: lambda: audit_ratio(bench(), ROWS),
            REPORT: lambda: report_figures(bench(), ROWS)[0].value or 0.0,
            MEMORY: lambda: memory_figures(bench(), ROWS)[-1].value or 0.0,
        }
        over = regressions(takings, limits(DOCUMENT.read_text(encoding="utf-8")))
    sys.exit("\n".join(over) or 0)


if __name__ == "__main__":
    main()
