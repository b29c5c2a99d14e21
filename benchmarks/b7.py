"""The baseline B7, `python benchmarks/b7.py IN.csv OUT.csv ADDED`: read a CSV as text, add seven constants, write it.

`ADDED` is the number of bytes that the constants add to a row: as many as an audit adds, so that both write the same.
"""

from __future__ import annotations

import sys

import polars as pl

SHORT = ("within", "on_schedule", "bone.osteosarcoma/primary_site", "2022-01-01", "2022-01-01", "2022-01-01")


def pass_through(source: str, out: str, added: int) -> None:
    """Copy a CSV with seven more columns, which add `added` bytes to a row, commas included."""
    long = "x" * max(added - sum(len(text) + 1 for text in SHORT) - 1, 1)
    constants = {f"added_{number}": pl.lit(text) for number, text in enumerate((*SHORT, long))}
    pl.scan_csv(source, infer_schema=False).with_columns(**constants).sink_csv(out)


if __name__ == "__main__":
    pass_through(sys.argv[1], sys.argv[2], int(sys.argv[3]))
