"""Opening events files: CSV (plain or gzip) or Parquet, recognized by content, not by name."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import IO

import polars as pl

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.events.column_map import ColumnMap
from spine_vigil.scheduler.cohort.events.csv_file import CsvFile
from spine_vigil.scheduler.cohort.events.events import Events, EventsFile
from spine_vigil.scheduler.cohort.events.headers import Layout
from spine_vigil.scheduler.cohort.events.parquet_file import ParquetFile
from spine_vigil.scheduler.errors import FileError, cannot_read
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE
from spine_vigil.scheduler.records.fields import PATIENT_ID

_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"

EVENTS = Layout(
    "an events file",
    wanted=((PATIENT_ID,), ("date",), ("modality", "cpt"), ("region", "cpt")),
    added=(*RESULT_COLUMNS, LINE, DAMAGE),
)


def open_events(
    path: Path, date_format: str | None = None, columns: ColumnMap | None = None, layout: Layout = EVENTS
) -> EventsFile:
    """Open an events file. Raises FileError where it cannot be read as one.

    `date_format` (strptime) is the format of dates in text; typed dates of a Parquet file need none.
    `columns` maps columns of other names to fields; None where the caller offers no such mapping.
    """
    try:
        file = path.open("rb")
    except OSError as problem:
        raise FileError(f"cannot read {path}: {problem.strerror}; check the name and the permissions") from None
    return open_stream(file, str(path), date_format, columns, layout)


def open_stream(
    stream: IO[bytes],
    name: str,
    date_format: str | None = None,
    columns: ColumnMap | None = None,
    layout: Layout = EVENTS,
) -> EventsFile:
    """Open an events file that is a stream; `name` is what messages call it. Raises FileError.

    A stream that cannot be read twice (a pipe) or is compressed is copied to a temporary file first.
    """
    file = stream
    try:
        if not stream.seekable():
            file = _copied(stream)
        if _starts_with(file, _GZIP):
            file = _unpacked(file, name)
        if _starts_with(file, _PARQUET):
            return ParquetFile(file, name, date_format, columns, layout)
        return CsvFile(file, name, columns, layout)
    except OSError as problem:  # as where the temporary file has no space
        with suppress(OSError):
            file.close()
        raise FileError(cannot_read(name, problem)) from None
    except BaseException:
        file.close()
        raise


def read_events(
    path: Path, date_format: str | None = None, columns: ColumnMap | None = None, layout: Layout = EVENTS
) -> Events:
    """Read an events file as a whole; otherwise as `open_events`."""
    with open_events(path, date_format, columns, layout) as file:
        return whole_file(file)


def whole_file(file: EventsFile) -> Events:
    """Read an open events file as a whole."""
    parts = [file.read(block) for block in file.blocks()]
    return Events.of(pl.concat(part.cells for part in parts), pl.concat(part.original for part in parts))


def _starts_with(file: IO[bytes], magic: bytes) -> bool:
    file.seek(0)
    return file.read(len(magic)) == magic


def _copied(stream: IO[bytes]) -> IO[bytes]:
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - it is handed on, and closed with the events file
    try:
        shutil.copyfileobj(stream, copy)
    except BaseException:
        copy.close()
        raise
    return copy


def _unpacked(file: IO[bytes], name: str) -> IO[bytes]:
    file.seek(0)
    try:
        with gzip.GzipFile(fileobj=file) as packed, file:
            return _copied(packed)  # type: ignore[arg-type] # it reads bytes, whatever its type says
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise FileError(f"{name} is a damaged gzip file; compress or copy it again") from None
