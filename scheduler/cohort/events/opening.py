"""Opening events files: CSV (plain or gzip) or Parquet, recognized by content, not by name."""

from __future__ import annotations

import csv
import gzip
import shutil
import tempfile
import zlib
from contextlib import ExitStack, suppress
from glob import glob, has_magic
from pathlib import Path
from typing import IO

import polars as pl

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.events.csv_file import CsvFile
from spine_vigil.scheduler.cohort.events.events import Events, EventsFile
from spine_vigil.scheduler.cohort.events.headers import Layout
from spine_vigil.scheduler.cohort.events.many_files import ManyFiles
from spine_vigil.scheduler.cohort.events.parquet_file import ParquetFile
from spine_vigil.scheduler.cohort.events.workbook import ZIP, workbook
from spine_vigil.scheduler.errors import FileError, cannot_read
from spine_vigil.scheduler.files.csv_text import DAMAGE, FILE, LINE
from spine_vigil.scheduler.files.transcribing import UTF_8, is_utf8, marked_encoding, said_separator, transcribed
from spine_vigil.scheduler.intake.profile import FileForm, FileProfile
from spine_vigil.scheduler.records.fields import PATIENT_ID

_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"

_SUFFIXES = (".csv", ".csv.gz", ".parquet", ".xlsx", ".txt", ".tsv")
"""The endings of the files that are read of a folder."""

_START = 1 << 12
"""The bytes in which the first line of a file is looked for."""

EVENTS = Layout(
    "an events file",
    wanted=((PATIENT_ID,), ("date",), ("modality", "cpt"), ("region", "cpt")),
    added=(*RESULT_COLUMNS, LINE, DAMAGE),
)


def open_events(path: Path, profile: FileProfile | None = None, layout: Layout = EVENTS) -> EventsFile:
    """Open an events file, or many: a folder, or a pattern such as `2026-*.csv`.

    `profile` says how they are written; None where the caller offers no way to say it. Raises FileError where one
    cannot be read as an events file.
    """
    paths = files_of(path)
    if len(paths) == 1:
        return _open(paths[0], profile, layout)
    with ExitStack() as opened:
        files = [opened.enter_context(_open(each, profile, layout)) for each in paths]
        many = ManyFiles(files, str(path), profile, layout)
        opened.pop_all()  # they are closed with what they are read as
        return many


def files_of(path: Path) -> list[Path]:
    """Return the files that a path means: itself, those of a folder, or those that match a pattern, by name.

    Raises FileError where a folder holds none, or no file matches.
    """
    if path.is_dir():
        ours = (each for each in path.iterdir() if each.name.lower().endswith(_SUFFIXES))
        found = sorted(each for each in ours if not _is_lock(each))
        if not found:
            raise FileError(f"{path} is a folder without a file that ends in {', '.join(_SUFFIXES)}; name the files")
        return found
    if not has_magic(str(path)) or path.exists():
        return [path]
    matching = map(Path, sorted(glob(str(path))))  # noqa: PTH207 - the folder may be part of the pattern
    found = [each for each in matching if not _is_lock(each)]
    if not found:
        raise FileError(f"no file matches {path}; check the pattern and the folder")
    return found


def _is_lock(path: Path) -> bool:
    """Return whether a file only says that a program has another one open, as Excel's do."""
    return path.name.startswith("~$")


def _open(path: Path, profile: FileProfile | None, layout: Layout) -> EventsFile:
    try:
        file = path.open("rb")
    except OSError as problem:
        raise FileError(f"cannot read {path}: {problem.strerror}; check the name and the permissions") from None
    return open_stream(file, str(path), profile, layout)


def open_stream(
    stream: IO[bytes],
    name: str,
    profile: FileProfile | None = None,
    layout: Layout = EVENTS,
) -> EventsFile:
    """Open an events file that is a stream; `name` is what messages call it. Raises FileError.

    A stream that cannot be read twice (a pipe), is compressed, or is no UTF-8 text with commas is copied to a temporary
    file first.
    """
    file = stream
    try:
        if not stream.seekable():
            file = _copied(stream)
        if _starts_with(file, _GZIP):
            file = _unpacked(file, name)
        if _starts_with(file, _PARQUET):
            return ParquetFile(file, name, profile, layout)
        if _starts_with(file, ZIP):
            return workbook(file, name, profile, layout)
        form = profile.form if profile else FileForm()
        file = _as_csv(file, name, form)
        return CsvFile(file, name, profile, layout)
    except OSError as problem:  # as where the temporary file has no space
        with suppress(OSError):
            file.close()
        raise FileError(cannot_read(name, problem)) from None
    except BaseException:
        file.close()
        raise


def _as_csv(file: IO[bytes], name: str, form: FileForm) -> IO[bytes]:
    """Return a text file as UTF-8 with commas, itself where it is that already.

    The encoding and the separator are those of the profile, else those that the file itself says: by its byte order
    mark, and by a first line such as `sep=;`.
    """
    file.seek(0)
    start = file.read(_START)
    encoding = form.encoding or marked_encoding(start) or UTF_8
    first = start.decode(encoding, "replace").lstrip("\ufeff").partition("\n")[0]
    separator = form.separator or said_separator(first) or ","
    if separator == "," and is_utf8(encoding) and not form.trailing_separator:
        return file
    width = _width(file, encoding, separator, form) if form.trailing_separator else None
    copy = transcribed(file, name, encoding, separator, width)
    file.close()
    return copy


def _width(file: IO[bytes], encoding: str, separator: str, form: FileForm) -> int:
    """Return the number of column names of a file."""
    file.seek(0)
    text = file.read(_START * 16).decode(encoding, "replace").lstrip("\ufeff")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = (form.header_line or 1) - 1
    names = next(csv.reader(lines[at:], delimiter=separator), [])  # a name may span lines
    return len(names) - (len(names) > 1 and not names[-1].strip())


def whole_file(file: EventsFile) -> Events:
    """Read an open events file as a whole; where there are several files, FILE names that of each row."""
    parts = [file.read(block) for block in file.blocks()]
    cells = (
        part.cells if part.file is None else part.cells.with_columns(pl.lit(part.file).alias(FILE)) for part in parts
    )
    return Events.of(pl.concat(cells), pl.concat(part.original for part in parts))


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
