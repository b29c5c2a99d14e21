"""CSV lines in Spark, each with its line number and patient id; a row that spans several lines is joined into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from spine_vigil.scheduler.cohort.cluster.arrow import TEXT
from spine_vigil.scheduler.cohort.cluster.lines import Table
from spine_vigil.scheduler.cohort.cluster.spark import trimmed
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import MOST_LINES_OF_A_ROW, parse_line_by_line
from spine_vigil.scheduler.records.fields import PATIENT_ID

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

NUMBER = "number"
"""The column with the number of a line, from 1 on; its text, without the line end, is in TEXT."""

MOST_OPEN = 100_000
"""The most lines with an odd number of quotes: the driver alone works out which rows they belong to."""

_IN_PARTITION = 33
"""The bits of Spark's increasing ids that count the rows of a partition."""


def spark_path(path: Path) -> str:
    """Return a local path as a URL for Spark, with the wildcards that Spark would expand escaped."""
    return "file://" + "".join(f"\\{c}" if c in "*?[]{}\\" else c for c in str(path.resolve()))


def read_lines(spark: SparkSession, path: Path, table: Table, first_line: int) -> tuple[DataFrame, Column]:
    """Return the rows of a CSV as NUMBER and TEXT, and a key that is equal for all rows of a patient.

    `first_line` is the number of the first line behind the header. The file is read once to count its lines. Raises
    FileError.
    """
    from pyspark.sql import functions as f

    text = spark.read.text(spark_path(path))
    quotes = "octet_length(value) - octet_length(replace(value, '\"', ''))"
    is_open = f.expr(f"CASE WHEN contains(value, '\"') THEN ({quotes}) % 2 ELSE 0 END")
    counted = text.groupBy(f.spark_partition_id().alias("part")).agg(f.count("*"), f.sum(is_open)).collect()
    counts = {part: count for part, count, _ in counted}
    numbered = text.select(_number(counts).alias(NUMBER), TEXT)
    opened = sum(quotes_open for *_, quotes_open in counted)
    lines = numbered.filter(f.col(NUMBER) >= first_line)
    if opened:
        if opened > MOST_OPEN:
            raise FileError(
                f"{path} has {opened:,} lines that open a quote and do not close it, and Spark reads up to"
                f" {MOST_OPEN:,}; leave out --engine spark, or give the events as Parquet"
            )
        lines = _with_spanning_rows(lines, _spanning_rows(lines, is_open, table))
    return lines, _key(table)


def _number(counts: Mapping[int, int]) -> Column:
    """Return the number of a line in its file, given how many lines each partition has."""
    from pyspark.sql import functions as f

    lengths = [counts.get(part, 0) for part in range(max(counts, default=-1) + 1)]
    before = f.array(*(f.lit(start).cast("long") for start in accumulate(lengths, initial=1)))
    running = f.monotonically_increasing_id()
    return f.get(before, f.shiftright(running, _IN_PARTITION).cast("int")) + running.bitwiseAND(
        (1 << _IN_PARTITION) - 1
    )


def _spanning_rows(lines: DataFrame, is_open: Column, table: Table) -> list[tuple[int, int, bytes]]:
    """Return the rows whose quoted cells hold line breaks: first line, last line, text. Stray quotes yield none."""
    from pyspark.sql import functions as f

    open_lines = sorted(row[0] for row in lines.filter(is_open == 1).select(NUMBER).collect())
    pairs = [(a, b) for a, b in pairwise(open_lines) if b - a < MOST_LINES_OF_A_ROW]
    if not pairs:
        return []
    numbers = lines.sparkSession.createDataFrame(sorted({line for a, b in pairs for line in range(a, b + 1)}), "long")
    spanning = lines.join(f.broadcast(numbers), lines[NUMBER] == numbers["value"], "left_semi")
    texts = {line: bytes(text) for line, text in spanning.select(NUMBER, f.col(TEXT).cast("binary")).collect()}
    rows, behind = [], 0
    for start, end in pairs:
        text = b"\n".join(texts[line] for line in range(start, end + 1))
        # Lines that are not one row are parsed as several: the first and the last are not blank.
        if start >= behind and len(parse_line_by_line(text, table.header, 1)) == 1:
            rows.append((start, end, text))
            behind = end + 1
    return rows


def _with_spanning_rows(lines: DataFrame, rows: Sequence[tuple[int, int, bytes]]) -> DataFrame:
    """Return the lines, with the lines of each spanning row joined into one."""
    from pyspark.sql import functions as f

    if not rows:
        return lines
    spark = lines.sparkSession
    taken = spark.createDataFrame([line for start, end, _ in rows for line in range(start, end + 1)], "long")
    others = lines.join(f.broadcast(taken), lines[NUMBER] == taken["value"], "left_anti")
    joined = spark.createDataFrame([(start, text) for start, _, text in rows], f"{NUMBER} long, {TEXT} binary")
    return others.unionByName(joined.select(NUMBER, f.col(TEXT).cast("string")))


def _key(table: Table) -> Column:
    """Return a key that is equal for all rows of a patient; for a row without an id, the number of its line.

    Only rows that can be read need the right key, since other rows are no history; and those have all their cells.
    """
    from pyspark.sql import functions as f

    index = list(table.fields).index(PATIENT_ID)
    text = f.col(TEXT)
    plain = f.substring_index(text, ",", index + 1)
    if index:
        plain = f.substring_index(plain, ",", -1)
    cells = ", ".join(f"c{n} string" for n in range(len(table.header)))
    # Quotes as in the parsers of single lines: they open a cell at its very start, and are doubled inside it.
    read = f.from_csv(text, cells, {"quote": '"', "escape": '"', "mode": "PERMISSIVE", "lineSep": "\x1f"})
    quoted = f.coalesce(read[f"c{index}"], f.lit(""))
    patient = trimmed(f.when(f.contains(text, f.lit('"')), quoted).otherwise(plain), f)
    return f.when(patient == "", f.col(NUMBER).cast("string")).otherwise(patient)
