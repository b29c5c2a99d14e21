"""Results as pieces of a CSV or as Parquet, with no text in them that a spreadsheet would run as a formula."""

from __future__ import annotations

import gzip
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import IO, Literal

import polars as pl
from polars.io.plugins import register_io_source

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.destinations import is_stream
from spine_vigil.scheduler.files.formulas import holds_formula, is_formula, quoted_formulas
from spine_vigil.scheduler.files.os_errors import as_os_error
from spine_vigil.scheduler.files.typed_columns import has_no_text


def harmless(frame: pl.DataFrame, read: Collection[str]) -> pl.DataFrame:
    """Return the frame with an apostrophe before every cell and column name that a spreadsheet would run as a formula.

    Numbers with a sign stay as they are. Cells of the `read` columns were parsed as values, which no formula can be, so
    only those in bad rows are checked and changed. Result columns hold no formulas.
    """
    categories = [n for n, dtype in frame.schema.items() if dtype in (pl.Categorical, pl.Enum)]
    frame = frame.with_columns(pl.col(n).cast(pl.String) for n in categories)
    is_bad = pl.col("reason") == Reason.BAD_ROW.value
    changed = _risky(frame, read, frame.select(is_bad).to_series().arg_true())
    cells = frame.with_columns(
        pl.when(is_bad | (n not in read)).then(quoted_formulas(n)).otherwise(n).alias(n) for n in changed
    )
    return cells.rename({n: _harmless_name(n, frame.columns) for n in frame.columns if is_formula(n)})


def holds_formulas(original: pl.DataFrame, bad: pl.Series, read: Collection[str]) -> bool:
    """Return whether `harmless` would change a cell of the input's columns; `bad` are the indexes of bad rows."""
    return bool(_risky(original, read, bad))


def _risky(frame: pl.DataFrame, read: Collection[str], bad: pl.Series) -> list[str]:
    """Return the text columns in which some cell may be a formula."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in RESULT_COLUMNS]
    in_bad_rows = frame.select(pl.col(n).gather(bad) for n in texts if n in read).get_columns()
    if in_bad_rows and not holds_formula(pl.concat(column.alias("cell") for column in in_bad_rows)):
        in_bad_rows = []  # nearly always; one check covers all columns
    others = [frame[name] for name in texts if name not in read]
    risky = {column.name for column in (*in_bad_rows, *others) if holds_formula(column)}
    return [name for name in texts if name in risky]


def _harmless_name(name: str, others: Collection[str]) -> str:
    """Return a column name after as many apostrophes as make it differ from the other names."""
    quoted = f"'{name}"
    return _harmless_name(quoted, others) if quoted in others else quoted


def check_writable(schema: Mapping[str, pl.DataType], suffix: str) -> None:
    """Raise FileError where the output format cannot hold a column of the file."""
    lost = [n for n, dtype in schema.items() if has_no_text(dtype)] if suffix != ".parquet" else []
    if lost:
        raise FileError(f"column '{lost[0]}' holds values that CSV cannot; give an output that ends in .parquet")


class Piece(ABC):
    """Some rows of a CSV as text."""

    @abstractmethod
    def write_to(self, file: IO[bytes]) -> None:
        """Write the piece to a file on disk or in memory. Raises OSError."""

    def text(self) -> bytes:
        """Return the piece as bytes."""
        text = BytesIO()
        self.write_to(text)
        return text.getvalue()

    def packed(self) -> bytes:
        """Return the piece as a gzip member; concatenated members are one gzip file."""
        return gzip.compress(self.text(), compresslevel=6, mtime=0)

    def parts(self, rows: int) -> Iterator[Piece]:  # noqa: ARG002 - used by pieces that can be split
        """Yield the piece in parts of about `rows` rows."""
        yield self


@dataclass(frozen=True, slots=True)
class FramePiece(Piece):
    """Rows of a CSV as a frame; with `is_text` their cells are already CSV text, quoted where needed."""

    rows: pl.DataFrame
    is_text: bool = False
    has_header: bool = False

    def write_to(self, file: IO[bytes]) -> None:
        """Write the piece to a file on disk or in memory. Raises OSError."""
        with as_os_error():
            style: Literal["never", "necessary"] = "never" if self.is_text else "necessary"
            self.rows.write_csv(file, include_header=self.has_header, quote_style=style)

    def parts(self, rows: int) -> Iterator[Piece]:
        """Yield the piece in parts of about `rows` rows."""
        if self.has_header:
            yield self
        else:
            yield from (replace(self, rows=part) for part in self.rows.iter_slices(rows))


def header_piece(header: Sequence[str]) -> Piece:
    """Return the header of a CSV, with an apostrophe before names that a spreadsheet would run as a formula."""
    names = [_harmless_name(name, header) if is_formula(name) else name for name in header]
    return FramePiece(pl.DataFrame(schema=dict.fromkeys(names, pl.String)), has_header=True)


def write_parquet(frames: Iterator[pl.DataFrame], file: IO[bytes], about: Mapping[str, str] | None = None) -> None:
    """Write one or more frames of the same schema as one Parquet file, with metadata if given. Raises OSError."""
    first = next(frames)

    def source(*_: object) -> Iterator[pl.DataFrame]:
        return chain([first], frames)

    with as_os_error():
        register_io_source(source, schema=first.schema).sink_parquet(file, metadata=dict(about) if about else None)


def table_suffix(path: Path) -> str:
    """Return the output format by the suffix of a file name; .csv for a pipe or a device without a known suffix.

    Raises FileError for any other file without a known suffix.
    """
    name = path.name.lower()
    for suffix in (".csv.gz", ".csv", ".parquet"):
        if name.endswith(suffix):
            return suffix
    if is_stream(path):
        return ".csv"
    raise FileError(f"{path} must end in .csv, .csv.gz or .parquet, which says the format")
