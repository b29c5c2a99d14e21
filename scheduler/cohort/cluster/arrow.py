"""The audit of Arrow record batches, the form in which Spark, Ray and Dask exchange rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Self

import polars as pl
import pyarrow as pa

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.counts import Counts
from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit
from spine_vigil.scheduler.cohort.audit.other_readings import CONTESTED
from spine_vigil.scheduler.cohort.events.events import Block, Events, EventsFile, named
from spine_vigil.scheduler.cohort.events.headers import read_header
from spine_vigil.scheduler.cohort.events.opening import EVENTS
from spine_vigil.scheduler.cohort.events.patients_file import Patients
from spine_vigil.scheduler.cohort.events.typed_rows import forms_of_typed_dates
from spine_vigil.scheduler.cohort.pieces import Piece
from spine_vigil.scheduler.cohort.wording.results import DATE_RESULTS, NUMBERS
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import LINE, with_lines
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.files.typed_columns import check_patient_id, text_columns
from spine_vigil.scheduler.intake.profile import FileProfile
from spine_vigil.scheduler.records.fields import PATIENT_ID

BLOCK_ROWS = 1 << 17
"""The number of rows that are gathered before they are read; fewer at the end."""

_ROWS_OF_A_BATCH = 1 << 14
"""The number of rows in a batch of results; the receiver holds the batch in memory once more."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The input and output options of an audit.

    `results` are some of RESULT_COLUMNS, in its order; `readings` adds CONTESTED behind them. `profile` says how
    the rows are written; `line` names the column with the number of a row's line (a whole number), which messages use
    and results omit. With `as_lines` the rows come back as the lines of a CSV, its header first: batches have one
    column TEXT, each value several lines without the last line end.
    """

    results: Sequence[str] = RESULT_COLUMNS
    readings: bool = False
    profile: FileProfile | None = None
    line: str | None = None
    as_lines: bool = False


@dataclass(frozen=True, slots=True)
class TaskReport:
    """What a part of an audit reports: counts of its rows, and how many patients of a patients file had a row there."""

    counts: Counts = field(default_factory=Counts)
    patients: list[int] = field(default_factory=list)


TEXT = "value"
"""The one column of batches that hold the lines of a CSV."""


def result_schema(schema: pa.Schema, wanted: Wanted = Wanted()) -> pa.Schema:
    """Return the schema of the batches that `audit_batches` yields for input batches of `schema`.

    Results are strings except dates (date32) and NUMBERS (int32).
    """
    if wanted.as_lines:
        return pa.schema([pa.field(TEXT, pa.string())])
    types = dict.fromkeys(DATE_RESULTS, pa.date32()) | dict.fromkeys(NUMBERS, pa.int32())
    names = [*wanted.results, *([CONTESTED] if wanted.readings else [])]
    carried = [field for field in schema if field.name != wanted.line]
    return pa.schema([*carried, *(pa.field(name, types.get(name, pa.string())) for name in names)])


def audit_batches(
    batches: Iterable[pa.RecordBatch],
    audit: Audit,
    wanted: Wanted = Wanted(),
    report: TaskReport | None = None,
    patients: Patients | None = None,
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of record batches with their results, in their order.

    The batches hold all rows of each of their patients, in any order, under the columns of an events file: text, or
    typed as in a Parquet file. They are read once; rows that wait for their decision are stored in a temporary file.
    The output has the input's columns unchanged, then the results (see `result_schema`). `patients` say what holds for
    all rows of a patient. What is counted is added to the `report`. Raises FileError where the columns are not those of
    an events file.
    """
    rows = iter(batches)
    first = next(rows, None)
    if first is not None:
        gathered = _Gathered(first, rows, wanted)
        with Spill() as waiting:
            yield from decided_batches(
                gathered, waiting, audit, wanted, result_schema(first.schema, wanted), report, patients
            )


def decided_batches(
    file: EventsFile,
    waiting: Spill,
    audit: Audit,
    wanted: Wanted,
    schema: pa.Schema,
    report: TaskReport | None,
    patients: Patients | None,
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of an events file with their results as batches of a schema."""
    run = FiledAudit(audit, file, waiting, patients=patients, readings=wanted.readings, columns=wanted.results)
    run.read()
    if wanted.as_lines:
        for texts in run.csv(_texts):
            # One value holds many lines, so that the writer handles few values.
            yield from (pa.record_batch([pa.array([text], pa.binary()).cast(pa.string())], schema) for text in texts)
    else:
        for frame in run.frames():
            # Not every consumer of batches knows the newer layouts of Arrow.
            table = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(schema)
            yield from table.to_batches(max_chunksize=_ROWS_OF_A_BATCH)
    if report is not None:
        report.counts.add(run.counts)
        report.patients.extend([run.met] if patients else [])


def _texts(piece: Piece) -> list[bytes]:
    """Return a piece of a CSV as texts of several lines each, without the last line end, which the writer adds."""
    return [part.text()[:-1] for part in piece.parts(_ROWS_OF_A_BATCH)]


class _Gathered:
    """Record batches as an events file that is read once, in blocks large enough to be fast."""

    def __init__(self, first: pa.RecordBatch, others: Iterator[pa.RecordBatch], wanted: Wanted) -> None:
        self.name = "the table of events"
        frame = _as_frame([first.slice(0, 0)])
        self._line = wanted.line
        if self._line is not None and self._line not in frame.columns:
            raise FileError(f"{self.name} has no column '{self._line}' with the numbers of lines; name another or none")
        self.schema = {name: dtype for name, dtype in frame.schema.items() if name != self._line}
        self.header = list(self.schema)
        self.fields, self.forms = read_header(self.header, self.name, wanted.profile, EVENTS, is_line=False)
        check_patient_id(self.schema, self.header[self.fields.index(PATIENT_ID)], self.name)
        self.size = 0
        self._texts = text_columns(self.schema, forms_of_typed_dates(self.forms, self.fields))
        self._frames = frames_of_batches(chain([first], others))
        self._unread: dict[int, pl.DataFrame] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._unread.clear()

    def blocks(self) -> Iterator[Block]:
        start = 0
        for frame in self._frames:
            self._unread[start] = frame
            yield Block(start, len(frame), start + 1)
            start += len(frame)

    def read(self, block: Block) -> Events:
        frame = self._unread.pop(block.start)
        original = frame.select(self.header)
        cells = with_lines(original.select(self._texts), block.first_line)
        if self._line is not None:
            cells = cells.with_columns(frame[self._line].alias(LINE))
        return Events.of(named(cells, self.fields, self.forms), original)

    def original(self, block: Block) -> pl.DataFrame:
        raise NotImplementedError

    def lines(self, block: Block) -> pl.Series:
        raise NotImplementedError


def frames_of_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pl.DataFrame]:
    """Yield the rows of batches in frames of about BLOCK_ROWS, the last one smaller."""
    gathered: list[pa.RecordBatch] = []
    for batch in batches:
        for start in range(0, batch.num_rows, BLOCK_ROWS):
            gathered.append(batch.slice(start, BLOCK_ROWS))
            if sum(part.num_rows for part in gathered) >= BLOCK_ROWS:
                yield _as_frame(gathered)
                gathered = []
    if gathered:
        yield _as_frame(gathered)


def _as_frame(batches: list[pa.RecordBatch]) -> pl.DataFrame:
    frame = pl.from_arrow(pa.Table.from_batches(batches))
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - as a table always is
    return frame
