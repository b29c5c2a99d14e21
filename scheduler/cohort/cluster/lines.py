"""The audit of numbered CSV lines in any order, as on a cluster that partitions a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

import polars as pl
import pyarrow as pa

from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.cluster.arrow import (
    TaskReport,
    Wanted,
    decided_batches,
    frames_of_batches,
    result_schema,
)
from spine_vigil.scheduler.cohort.events.events import Block, Events, named
from spine_vigil.scheduler.cohort.events.patients_file import Patients
from spine_vigil.scheduler.files.csv_text import (
    DAMAGE,
    LINE,
    LONGEST_LINE,
    MOST_LINES_OF_A_ROW,
    UTF8_MARK,
    cut_line,
    parse_line_by_line,
    parse_plain,
)
from spine_vigil.scheduler.files.spill import Held, Spill
from spine_vigil.scheduler.intake.forms import CellForms


@dataclass(frozen=True, slots=True)
class Table:
    """The header of a CSV: its columns, the fields that they hold, and how their cells are written.

    `name` is for messages.
    """

    name: str
    header: Sequence[str]
    fields: Sequence[str]
    forms: CellForms = field(default_factory=CellForms)


def audit_lines(
    batches: Iterable[pa.RecordBatch],
    table: Table,
    audit: Audit,
    wanted: Wanted,
    report: TaskReport | None = None,
    patients: Patients | None = None,
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a CSV with their results, in no order.

    The batches hold two columns: the number of a line (from 1, a whole number) and its text (binary, without its line
    end). They hold all lines of each of their patients, and not the header. A row that spans lines is one text, with
    the number of its first line. The output is that of `audit_batches` for text columns.
    """
    schema = result_schema(pa.schema([pa.field(name, pa.string()) for name in table.header]), wanted)
    with Spill() as waiting:
        lines = _Lines(batches, table, waiting)
        yield from decided_batches(lines, waiting, audit, wanted, schema, report, patients)


class _Lines:
    """Numbered lines as an events file, in blocks of a good size for reading."""

    def __init__(self, batches: Iterable[pa.RecordBatch], table: Table, waiting: Spill) -> None:
        self.name = table.name
        self.header = list(table.header)
        self.fields = list(table.fields)
        self.forms = table.forms
        self.schema: dict[str, pl.DataType] = dict.fromkeys(self.header, pl.String())
        self.size = 0
        self._frames = frames_of_batches(iter(batches))
        self._waiting = waiting
        self._held: dict[int, Held] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.clear()

    def blocks(self) -> Iterator[Block]:
        start = 0
        for frame in self._frames:
            self._held[start] = self._waiting.put([frame])
            yield Block(start, len(frame), start)
            start += len(frame)

    def read(self, block: Block) -> Events:
        numbers, held = self._lines(block)
        texts = held.to_list()
        body = b"\n".join(texts)
        plain = parse_plain(body, self.header)
        if plain is not None and len(plain) == len(texts):
            return Events.of(self._named(_numbered(plain, numbers)), plain, body or None)
        cells = self._mixed(numbers, texts)
        return Events.of(self._named(cells), cells.select(self.header))

    def original(self, block: Block) -> pl.DataFrame:
        return self.read(block).original

    def lines(self, block: Block) -> pl.Series:
        return self._lines(block)[1].cast(pl.String)

    def _lines(self, block: Block) -> tuple[pl.Series, pl.Series]:
        numbers, texts = self._waiting.get(self._held[block.start])[0].get_columns()
        return numbers, texts

    def _mixed(self, numbers: pl.Series, texts: Sequence[bytes]) -> pl.DataFrame:
        """Return the cells of lines, some of them not plain, with LINE and DAMAGE; a blank line is not a row."""
        commas = len(self.header) - 1
        is_plain = pl.Series([_is_plain(text, commas) for text in texts], dtype=pl.Boolean)
        plain = parse_plain(
            b"\n".join(text for text, is_one in zip(texts, is_plain, strict=True) if is_one), self.header
        )
        if plain is None or len(plain) < is_plain.sum():
            plain, is_plain = pl.DataFrame(schema=self.schema), is_plain & False
        others = [(line, text) for line, text, is_one in zip(numbers, texts, is_plain, strict=True) if not is_one]
        short = [(line, text) for line, text in others if len(text) <= LONGEST_LINE]
        parts = [
            _numbered(plain, numbers.filter(is_plain)),
            _one_by_one(short, self.header),
            *(cut_line(text, self.header, line) for line, text in others if len(text) > LONGEST_LINE),
        ]
        return pl.concat([part.with_columns(pl.col(LINE).cast(pl.Int64)) for part in parts])

    def _named(self, cells: pl.DataFrame) -> pl.DataFrame:
        return named(cells, self.fields, self.forms)


def _is_plain(text: bytes, commas: int) -> bool:
    """Return whether a line is UTF-8 with `commas` commas, and without quotes, NUL or byte order mark."""
    if text.count(b",") != commas or b'"' in text or b"\0" in text or text.startswith(UTF8_MARK):
        return False
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _numbered(cells: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    return cells.with_columns(numbers.alias(LINE), pl.lit(None, dtype=pl.String).alias(DAMAGE))


def _one_by_one(lines: Sequence[tuple[int, bytes]], header: Sequence[str]) -> pl.DataFrame:
    """Return the cells of lines with LINE and DAMAGE; an open quote never extends into the next line."""
    gap = b"\n" * MOST_LINES_OF_A_ROW
    texts = [text + gap if text.count(b'"') % 2 else text for _, text in lines]
    ends = pl.Series([text.count(b"\n") + 1 for text in texts], dtype=pl.Int64).cum_sum()
    cells = parse_line_by_line(b"\n".join(texts), header, 1)
    numbers = pl.Series([line for line, _ in lines], dtype=pl.Int64)
    return cells.with_columns(numbers.gather(ends.search_sorted(cells[LINE])).alias(LINE))
