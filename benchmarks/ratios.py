"""Times vigil against what it stands on, as ratios of alternating runs: `python benchmarks/ratios.py [ROWS]`.

`vigil audit` against reading and writing the same CSV with polars alone, and `vigil check` against
`python -c "import click"`. Whole processes; medians of five, after one run that is not counted. Run it with the
Python that vigil is installed for.
"""

from __future__ import annotations

import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cohort import write_cohort

from protocols import CURRENT

RUNS = 5
PLAIN = "import polars as pl, sys; pl.scan_csv(sys.argv[1], infer_schema=False).sink_csv(sys.argv[2])"
CHECK = (
    "check --study 'MRI cervical_spine' --date 2026-04-15 --protocol bone.osteosarcoma"
    " --index treatment_end=2026-01-15 --primary-site cervical_spine"
)


def seconds(command: Sequence[str]) -> float:
    """Return the wall time of one run of a command. Raises CalledProcessError where it fails."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def compare(
    name: str, command: Sequence[str], yardstick: Sequence[str], output: Path | None = None, runs: int = RUNS
) -> float:
    """Print and return the ratio of the medians of two commands, run in turn.

    Each finds its `output` free: some file systems wait for the disk before a file takes the place of another.
    """

    def fresh(asked: Sequence[str]) -> float:
        if output is not None:
            output.unlink(missing_ok=True)
        return seconds(asked)

    fresh(command), fresh(yardstick)
    pairs = [(fresh(command), fresh(yardstick)) for _ in range(runs)]
    ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{name:55} {ours:8.3f} s {theirs:8.3f} s  ratio {ours / theirs:5.2f}")
    return ours / theirs


def main(rows: int) -> None:
    """Print the table of ratios."""
    vigil = [sys.executable, "-c", "from cli.main import run; run()"]
    with tempfile.TemporaryDirectory() as folder:
        events, out = Path(folder, "events.csv"), Path(folder, "out.csv")
        audit = [*vigil, "audit", str(events), "-o", str(out)]
        plain = [sys.executable, "-c", PLAIN, str(events), str(out)]
        write_cohort(events, rows)
        compare(f"vigil audit, {rows:,} events : polars alone", audit, plain, out)
        write_cohort(events, rows // 5, CURRENT.facts)
        compare(f"vigil audit, {rows // 5:,} events with all facts : polars", audit, plain, out)
    compare(
        "vigil check : import click", [*vigil, *shlex.split(CHECK)], [sys.executable, "-c", "import click"], runs=15
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
