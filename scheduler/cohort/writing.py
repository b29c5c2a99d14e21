"""Writing results: beside the final name, then renamed, so that a name never holds half a file."""

from __future__ import annotations

import gzip
import os
import re
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import IO, Literal

import polars as pl
from polars.io.plugins import register_io_source

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.parquet import has_no_text
from spine_vigil.scheduler.errors import FileError

_FORMULA = r"^[=+\-@\t\r]"
_NUMBER = r"^[+-]?[0-9.,]+([eE][+-]?[0-9]+)?$"


def check_output(path: Path, *inputs: Path) -> None:
    """Raise FileError where an output cannot go to `path`: an input stands there, or its folder does not."""
    for source in inputs:
        if path.exists() and source.exists() and path.samefile(source):
            raise FileError(f"{path} is the input; give the output another name")
    if not path.parent.is_dir():
        raise FileError(f"there is no folder {path.parent}; make it first")
    if path.is_dir():
        raise FileError(f"{path} is a folder; give a file name")


def write_beside(path: Path, write: Callable[[IO[bytes]], None], mode: int | None = None) -> None:
    """Write a file under a passing name in the same folder and rename it; nothing is left where that fails.

    `mode` are the permissions of the file (default: those of any new file). Raises FileError.
    """
    with telling_what_is_written(str(path)):
        handle, passing = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
            Path(passing).chmod(_usual_mode() if mode is None else mode)
            Path(passing).replace(path)
        except BaseException:
            Path(passing).unlink(missing_ok=True)
            raise


@contextmanager
def telling_what_is_written(name: str) -> Iterator[None]:
    """Raise what the operating system refuses while `name` is made as FileError, which names it."""
    try:
        with _as_os_error():
            yield
    except OSError as problem:
        said = problem.strerror or str(problem)
        raise FileError(f"cannot write {name}: {said}; check the free space and the permissions") from None


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def harmless(frame: pl.DataFrame, read: Collection[str]) -> pl.DataFrame:
    """Return the frame with every text that a spreadsheet would run as a formula quoted by an apostrophe.

    That is so for cells and for the names of columns.

    Numbers with a sign stay as they are. `read` are columns that were read cell by cell, which a formula
    cannot be: they are looked at, and changed, in bad rows alone. Result columns hold none.
    """
    worded = [n for n, dtype in frame.schema.items() if dtype in (pl.Categorical, pl.Enum)]
    frame = frame.with_columns(pl.col(n).cast(pl.String) for n in worded)
    is_bad = pl.col("reason") == Reason.BAD_ROW.value
    changed = _risky(frame, read, frame.select(is_bad).to_series().arg_true())
    cells = frame.with_columns(
        pl.when(is_bad | (n not in read)).then(quoted_formulas(n)).otherwise(n).alias(n) for n in changed
    )
    return cells.rename({n: _harmless_name(n, frame.columns) for n in frame.columns if is_formula(n)})


def quoted_formulas(name: str) -> pl.Expr:
    """Return a text column with every formula in it quoted by an apostrophe."""
    text = pl.col(name)
    is_one = text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)
    return pl.when(is_one).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).alias(name)


def holds_formulas(original: pl.DataFrame, bad: pl.Series, read: Collection[str]) -> bool:
    """Tell whether `harmless` would change any cell of the columns that are carried through; `bad` are the bad rows."""
    return bool(_risky(original, read, bad))


def _risky(frame: pl.DataFrame, read: Collection[str], bad: pl.Series) -> list[str]:
    """Return the text columns in which some cell could be run as a formula."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in RESULT_COLUMNS]
    in_bad_rows = frame.select(pl.col(n).gather(bad) for n in texts if n in read).get_columns()
    if in_bad_rows and not _holds_formula(pl.concat(column.alias("cell") for column in in_bad_rows)):
        in_bad_rows = []  # as nearly always, which one look tells
    others = [frame[name] for name in texts if name not in read]
    risky = {column.name for column in (*in_bad_rows, *others) if _holds_formula(column)}
    return [name for name in texts if name in risky]


def _holds_formula(texts: pl.Series) -> bool:
    # What starts a formula sorts before all letters, and telling that is many times as quick as the pattern.
    return bool(texts.filter(texts < "A").str.contains(_FORMULA).any())


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would run a text as a formula; a number with a sign is none."""
    return re.search(_FORMULA, text) is not None and re.search(_NUMBER, text) is None


def _harmless_name(name: str, others: Collection[str]) -> str:
    """Return a column's name behind as many apostrophes as tell it apart from the other columns."""
    quoted = f"'{name}"
    return _harmless_name(quoted, others) if quoted in others else quoted


def check_writable(schema: Mapping[str, pl.DataType], suffix: str) -> None:
    """Raise FileError where a file has a column that the format of an output cannot hold."""
    lost = [n for n, dtype in schema.items() if has_no_text(dtype)] if suffix != ".parquet" else []
    if lost:
        raise FileError(f"column '{lost[0]}' holds values that CSV cannot; give an output that ends in .parquet")


class Piece(ABC):
    """A piece of a CSV."""

    @abstractmethod
    def write_to(self, file: IO[bytes]) -> None:
        """Write the piece to a file on disk or in memory. Raises OSError."""

    def text(self) -> bytes:
        """Return the piece as it would be written."""
        text = BytesIO()
        self.write_to(text)
        return text.getvalue()

    def packed(self) -> bytes:
        """Return the piece as gzip; such pieces read as one when they stand behind each other."""
        return gzip.compress(self.text(), compresslevel=6, mtime=0)

    def parts(self, rows: int) -> Iterator[Piece]:  # noqa: ARG002 - some have more than one part
        """Yield the piece in parts of about so many rows."""
        yield self


@dataclass(frozen=True, slots=True)
class FramePiece(Piece):
    """Rows to be written, or the text of their lines cell by cell where `is_text`."""

    rows: pl.DataFrame
    is_text: bool = False
    has_header: bool = False

    def write_to(self, file: IO[bytes]) -> None:
        """Write the piece to a file on disk or in memory. Raises OSError."""
        with _as_os_error():
            style: Literal["never", "necessary"] = "never" if self.is_text else "necessary"
            self.rows.write_csv(file, include_header=self.has_header, quote_style=style)

    def parts(self, rows: int) -> Iterator[Piece]:
        """Yield the piece in parts of about so many rows."""
        if self.has_header:
            yield self
        else:
            yield from (replace(self, rows=part) for part in self.rows.iter_slices(rows))


def header_piece(header: Sequence[str]) -> Piece:
    """Return the header of a CSV, with no name in it that a spreadsheet would run as a formula."""
    names = [_harmless_name(name, header) if is_formula(name) else name for name in header]
    return FramePiece(pl.DataFrame(schema=dict.fromkeys(names, pl.String)), has_header=True)


def write_whole(text: bytes, stream: IO[bytes]) -> None:
    """Write text to a stream that may be unbuffered, which takes as much at a time as it likes."""
    left = memoryview(text)
    while left:
        left = left[stream.write(left) :]


def write_parquet(frames: Iterator[pl.DataFrame], file: IO[bytes]) -> None:
    """Write frames of one schema, of which there is at least one, as one Parquet file. Raises OSError."""
    first = next(frames)

    def source(*_: object) -> Iterator[pl.DataFrame]:
        return chain([first], frames)

    with _as_os_error():
        register_io_source(source, schema=first.schema).sink_parquet(file)


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Raise what polars says of the operating system as that."""
    try:
        yield
    except pl.exceptions.ComputeError as problem:
        if "os error" in str(problem):
            raise OSError(str(problem)) from None
        raise


def table_suffix(path: Path) -> str:
    """Return the format that a file name asks for. Raises FileError where it asks for none that is written."""
    name = path.name.lower()
    for suffix in (".csv.gz", ".csv", ".parquet"):
        if name.endswith(suffix):
            return suffix
    raise FileError(f"{path} must end in .csv, .csv.gz or .parquet, which says the format")
