"""A Spark job without decisions: read lines, group them by patient, write them.

`python benchmarks/spark_pass.py EVENTS.csv OUT_FOLDER MASTER`: the baseline for `vigil audit --engine spark`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession, functions

MOST_OF_A_PART, LEAST_OF_A_PART = 1 << 27, 1 << 20
"""Bytes of the file that one task takes, as in the audit on Spark."""


def pass_through(events: Path, out: Path, master: str) -> None:
    """Write the lines of a CSV without its header as part files, with all lines of a patient in one file."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with events.open(encoding="utf-8-sig") as file:
        header = file.readline().rstrip("\r\n")
    column = header.split(",").index("patient_id")
    settings = {"spark.ui.enabled": "false", "spark.sql.adaptive.enabled": "false"}
    spark = SparkSession.builder.master(master).appName("pass-through").config(map=settings).getOrCreate()
    size, tasks = events.stat().st_size, spark.sparkContext.defaultParallelism
    parts = max(size // MOST_OF_A_PART, min(tasks, size // LEAST_OF_A_PART), 1)
    try:
        lines = spark.read.text(str(events)).filter(functions.col("value") != header)
        key = functions.trim(functions.split_part("value", functions.lit(","), functions.lit(column + 1)))
        lines.repartition(parts, key).write.text(str(out))
    finally:
        spark.stop()


if __name__ == "__main__":
    pass_through(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
