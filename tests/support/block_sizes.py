"""Audits of files read in blocks of any size, and their output as bytes."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

import polars as pl
import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit
from spine_vigil.scheduler.cohort.events import csv_file, typed_rows
from spine_vigil.scheduler.cohort.events.events import EventsFile
from spine_vigil.scheduler.cohort.events.opening import open_stream
from spine_vigil.scheduler.cohort.history import lookback as histories
from spine_vigil.scheduler.cohort.pieces import Piece, write_parquet
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.files import spill
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.rules.grace import GracePolicy


@dataclass(frozen=True, slots=True)
class Sizes:
    """Block sizes of a file in bytes or rows, rows of history in one sort, and the number of threads."""

    block_bytes: int = 1 << 24
    block_rows: int = 1 << 17
    rows_at_once: int = 1 << 20
    workers: int = 1


WHOLE = Sizes()

LONGEST = 100
"""The longest line that is read, in bytes, where a test uses the fixture `short_lines`."""


def parts_of(data: bytes, parts: int) -> int:
    """Return the block size in bytes that cuts a file into about so many parts."""
    return max(len(data) // parts, 1)


@contextmanager
def blocks_of(sizes: Sizes) -> Iterator[None]:
    """Read files in blocks of another size while the context is open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "BLOCK_BYTES", sizes.block_bytes)
        patch.setattr(csv_file, "_TAIL", min(sizes.block_bytes, 1 << 16))
        patch.setattr(typed_rows, "BLOCK_ROWS", sizes.block_rows)
        patch.setattr(histories, "_MOST_AT_ONCE", sizes.rows_at_once)
        patch.setattr(histories, "_MOST_IN_MEMORY", 3 * sizes.rows_at_once)
        # Half the rows of a small block wait on disk, the others in memory.
        patch.setattr(spill, "IN_MEMORY", 64 * min(sizes.block_bytes, sizes.block_rows))
        yield


@contextmanager
def opened(data: bytes, sizes: Sizes = WHOLE) -> Iterator[EventsFile]:
    """Open an events file with its header read at once, however small its blocks are."""
    with open_stream(BytesIO(data), "events") as file, blocks_of(sizes):
        yield file


def audited(
    data: bytes,
    sizes: Sizes = WHOLE,
    *,
    suffix: str = ".csv",
    edition: Edition = CURRENT,
    readings: bool = False,
    grace: GracePolicy | None = None,
) -> tuple[bytes, dict[str, Any]]:
    """Return the output of an audit and its summary."""
    grace = grace or GracePolicy()
    with opened(data, sizes) as file, Spill() as waiting:
        run = FiledAudit(Audit(edition, grace), file, waiting, readings=readings, workers=sizes.workers)
        run.read()
        if suffix == ".parquet":
            out = BytesIO()
            write_parquet(run.frames(), out)
            found = out.getvalue()
        else:
            found = b"".join(run.csv(Piece.packed if suffix == ".csv.gz" else Piece.text))
        return found, run.counts.summary(edition, grace)


def as_csv(rows: Sequence[Mapping[str, str]], end: str = "\n") -> bytes:
    """Return rows of text as a CSV that holds every column that one of them has."""
    file = StringIO()
    writer = csv.DictWriter(file, _names(rows), restval="", lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def as_parquet(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return rows of text as a Parquet file, empty cells as null."""
    columns = {name: [row.get(name) or None for row in rows] for name in _names(rows)}
    file = BytesIO()
    pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).write_parquet(file)
    return file.getvalue()


def as_rows(text: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV."""
    return list(csv.DictReader(StringIO(text.decode(), newline="")))


def _names(rows: Sequence[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(["patient_id", "date", "cpt", *(name for row in rows for name in row)]))
