"""Writing the due list as CSV, Parquet, JSON, an Excel workbook or a page to print."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

import polars as pl

from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.cohort.due.printed import write_page
from spine_vigil.scheduler.cohort.due.workbook import write_workbook
from spine_vigil.scheduler.cohort.pieces import write_parquet
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.atomic import write_whole
from spine_vigil.scheduler.files.destinations import is_stream
from spine_vigil.scheduler.files.formulas import quoted_formulas

SUFFIXES = (".csv", ".csv.gz", ".parquet", ".json", ".xlsx", ".html")

_GROUP_ROWS = 1 << 17
"""The rows of a row group in a Parquet file, wherever the pieces of the list end."""


def due_suffix(path: Path) -> str:
    """Return the output format by the suffix of a file name; .csv for a pipe or a device without a known suffix.

    Raises FileError for any other file without a known suffix.
    """
    matching = [suffix for suffix in SUFFIXES if path.name.lower().endswith(suffix)]
    if not matching and is_stream(path):
        return ".csv"
    if not matching:
        raise FileError(f"{path} must end in .csv, .csv.gz, .parquet, .json, .xlsx or .html, which says the format")
    return matching[0]


def write_due(
    frames: Iterator[pl.DataFrame],
    file: IO[bytes],
    suffix: str,
    about: Mapping[str, str],
    counts: Mapping[DueStatus, int] | None = None,
) -> None:
    """Write a list in pieces as CSV (`.csv`, `.csv.gz`), Parquet (`.parquet`), JSON, a workbook (`.xlsx`) or a page.

    In CSV an apostrophe precedes an id that a spreadsheet would run as a formula. The JSON object holds `about` and
    then `due`: one object per row, dates in ISO form, empty as null. Parquet holds `about` as metadata, a workbook and
    a page show it with `counts`, the numbers of rows by status; the rows of a page are by patient. `frames` yields at
    least one piece; where the pieces end changes no byte of the output. Raises FileError where a workbook cannot hold
    the list, and OSError.
    """
    if suffix == ".parquet":
        write_parquet(_of_equal_length(frames), file, about)
    elif suffix == ".json":
        _write_json(frames, file, about)
    elif suffix == ".xlsx":
        write_workbook(frames, file, about, counts or {})
    elif suffix == ".html":
        write_page(frames, file, about, counts or {})
    elif suffix == ".csv.gz":
        with gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed:
            _write_csv(frames, packed.write)
    else:
        _write_csv(frames, lambda text: write_whole(text, file))


def _write_csv(frames: Iterator[pl.DataFrame], write: Callable[[bytes], object]) -> None:
    """Write a CSV. Only the ids can be formulas: vigil itself writes every other text of the list."""
    for number, rows in enumerate(frames):
        write(rows.with_columns(quoted_formulas("patient_id")).write_csv(include_header=number == 0).encode("utf-8"))


def _write_json(frames: Iterator[pl.DataFrame], file: IO[bytes], about: Mapping[str, str]) -> None:
    head = json.dumps(dict(about), indent=2).removesuffix("\n}")
    file.write(f'{head},\n  "due": ['.encode())
    is_first = True
    for rows in frames:
        if len(rows):
            file.write(b"" if is_first else b",")
            file.write(rows.write_json().encode("utf-8")[1:-1])
            is_first = False
    file.write(b"]\n}\n")


def _of_equal_length(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield the same rows in frames of _GROUP_ROWS, the last one shorter."""
    pending: list[pl.DataFrame] = []
    count = 0
    for frame in frames:
        pending.append(frame)
        count += len(frame)
        while count >= _GROUP_ROWS:
            whole = pl.concat(pending)
            yield whole[:_GROUP_ROWS]
            pending, count = [whole[_GROUP_ROWS:]], count - _GROUP_ROWS
    yield pl.concat(pending)
