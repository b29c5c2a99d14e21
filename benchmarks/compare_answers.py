"""Comparison of another program's answers with vigil's: `python benchmarks/compare_answers.py VIGIL.csv OTHER.csv`.

Both files are outputs for the same input, compared row by row. Rows that an indication decides are ignored, since the
other programs implement schedules only.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

ANSWER = (
    "decision",
    "reason",
    "timing",
    "route",
    "reference_date",
    "opens",
    "closes",
    "days_from_window",
)


def differing_rows(ours: Path, theirs: Path) -> tuple[int, pl.DataFrame]:
    """Return the number of compared rows, and those that differ: `row`, and each column of ANSWER from both files."""
    frames = [pl.read_csv(path, infer_schema=False).select(pl.col(ANSWER).replace("", None)) for path in (ours, theirs)]
    if len(frames[0]) != len(frames[1]):
        raise ValueError(f"{ours} has {len(frames[0]):,} rows, {theirs} has {len(frames[1]):,}")
    both = pl.concat([frames[0], frames[1].rename(lambda name: f"their_{name}")], how="horizontal").with_row_index(
        "row"
    )
    both = both.filter(~pl.col("route").str.starts_with("indication.").fill_null(value=False))
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"their_{name}")) for name in ANSWER)
    return len(both), both.filter(differs)


def main() -> None:
    """Print the first differences; exit with 1 if there are any."""
    compared, differing = differing_rows(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{compared:,} rows compared, {len(differing):,} differ")
    for row in differing.head(10).to_dicts():
        print("\n".join(f"  {name}: {value}" for name, value in row.items()), end="\n\n")
    sys.exit(1 if len(differing) else 0)


if __name__ == "__main__":
    main()
