"""An audit on Spark from a local events file to a folder of part files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spine_vigil.scheduler.cohort.cluster.arrow import TaskReport
from spine_vigil.scheduler.cohort.cluster.lines import Table
from spine_vigil.scheduler.cohort.cluster.spark import Job, ReportSum, audit_dataframe, audit_text
from spine_vigil.scheduler.cohort.cluster.spark_lines import read_lines, spark_path
from spine_vigil.scheduler.cohort.events.events import EventsFile
from spine_vigil.scheduler.cohort.events.parquet_file import ParquetFile
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files import atomic
from spine_vigil.scheduler.files.csv_text import LINE

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_MOST_OF_A_PART, _LEAST_OF_A_PART = 1 << 27, 1 << 20
"""The bytes of a file that one task decides, roughly; its worker takes ten times that in memory, and time to start."""
_NEVER = 1 << 62
"""Stands for the number of the first line in a file without rows; greater than any line number."""
_GZIP = b"\x1f\x8b"


def check_readable(path: Path) -> None:
    """Raise FileError for a file that the local engine reads and Spark would skip or misread."""
    if path.name.startswith(("_", ".")):
        raise FileError(f"Spark leaves out files whose names start with _ or ., as that of {path} does; rename it")
    with path.open("rb") as file:
        is_packed = file.read(len(_GZIP)) == _GZIP
    if is_packed != path.name.endswith(".gz"):
        what = "is gzip, which Spark knows by the ending .gz alone" if is_packed else "ends in .gz and is not gzip"
        raise FileError(f"{path} {what}; rename it")


def audit_file(spark: SparkSession, path: Path, file: EventsFile, job: Job, *, as_lines: bool) -> tuple[DataFrame, Any]:
    """Return the results of a file that every worker can read, and an accumulator whose `value` is a TaskReport.

    `file` is the same file, opened on this machine. With `as_lines` the results are lines of a CSV.
    """
    job = replace(job, wanted=replace(job.wanted, as_lines=as_lines))
    size, tasks = path.stat().st_size, spark.sparkContext.defaultParallelism
    parts = max(size // _MOST_OF_A_PART, min(tasks, size // _LEAST_OF_A_PART), 1)
    spark.conf.set("spark.sql.shuffle.partitions", parts)
    report = spark.sparkContext.accumulator(TaskReport(), ReportSum())
    note = report.add
    if isinstance(file, ParquetFile):
        from pyspark.sql import functions as f

        rows = spark.read.parquet(spark_path(path))
        numbered = rows.withColumn(LINE, f.col("_metadata.row_index") + 1)
        wanted = replace(job.wanted, line=LINE)
        return audit_dataframe(numbered, job.audit, wanted, job.patients, parts, note), report
    first = next(iter(file.blocks()))
    first_line = first.first_line if first.size else _NEVER
    table = Table(file.name, file.header, file.fields, file.forms)
    lines, key = read_lines(spark, path, table, first_line)
    return audit_text(lines, key, table, job, parts, note), report


def write_folder(results: DataFrame, path: Path, suffix: str) -> None:
    """Write results as part files into a new folder, which gets its name once all are complete. Raises FileError."""
    atomic.write_folder(path, lambda folder: _write(results, folder, suffix))


def _write(results: DataFrame, folder: Path, suffix: str) -> None:
    writer = results.write.mode("overwrite")
    # Spark takes a path to write to literally; only a path to read from is a pattern.
    if suffix == ".parquet":
        writer.parquet(f"file://{folder.resolve()}")
    else:
        writer.option("compression", "gzip" if suffix == ".csv.gz" else "none").text(f"file://{folder.resolve()}")
