"""The yardstick B7, `python benchmarks/b7.py IN.csv OUT.csv ADDED`: read a CSV as text, add seven constants, write it.

`ADDED` is how many bytes the constants add to a row; with as many as an audit adds, both write the same amount.
"""

from __future__ import annotations

import sys

import polars as pl

SHORT = ("within", "on_schedule", "bone.osteosarcoma/primary_site", "2022-01-01", "2022-01-01", "2022-01-01")


def pass_through(source: str, out: str, added: int) -> None:
    """Copy a CSV with seven columns more that hold `added` bytes a row, commas included."""
    long = "x" * max(added - sum(len(text) + 1 for text in SHORT) - 1, 1)
    constants = {f"added_{place}": pl.lit(text) for place, text in enumerate((*SHORT, long))}
    pl.scan_csv(source, infer_schema=False).with_columns(**constants).sink_csv(out)


if __name__ == "__main__":
    pass_through(sys.argv[1], sys.argv[2], int(sys.argv[3]))
