"""The audit of an events file of any size: blocks are decoded, stored as numbers until all are read, then decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.audit.audit import Audit, Cohort, Judge
from spine_vigil.scheduler.cohort.audit.blocks import Digest, Ready
from spine_vigil.scheduler.cohort.audit.counts import Counts, protocol_counts
from spine_vigil.scheduler.cohort.audit.other_readings import CONTESTED, OtherReadings
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes
from spine_vigil.scheduler.cohort.events.events import Block, Events, EventsFile
from spine_vigil.scheduler.cohort.events.patients_file import Patients
from spine_vigil.scheduler.cohort.events.shards import Shard
from spine_vigil.scheduler.cohort.pieces import FramePiece, Piece, harmless, header_piece, holds_formulas
from spine_vigil.scheduler.cohort.row_texts import RowTexts, TextColumn
from spine_vigil.scheduler.cohort.threads import in_order
from spine_vigil.scheduler.errors import CHANGED, FileError
from spine_vigil.scheduler.files.csv_text import LINE, plain_lines
from spine_vigil.scheduler.files.spill import Held, Spill
from spine_vigil.scheduler.records.fields import PATIENT_ID, event_columns

_Written = TypeVar("_Written")


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A decoded block that waits for its decisions: where its numbers are stored, and what its output needs.

    `original` holds the input's columns where the block is not read again; `is_plain` says that its lines can be
    written unchanged; `is_in_shard` marks its rows of the shard (None: all).
    """

    block: Block
    rows: int
    ready: Held
    original: Held | None
    is_plain: bool
    is_in_shard: Held | None


@dataclass(frozen=True, slots=True)
class _Decided:
    """The decisions of a block of `size` rows, what is wrong with its bad ones and, where wanted, what is contested."""

    judge: Judge
    size: int
    bad_rows: pl.DataFrame
    outcomes: Outcomes
    contested: pl.DataFrame | None
    columns: Sequence[str]

    def in_words(self, *needed: str, typed_dates: bool = False) -> pl.DataFrame:
        """Return the wanted columns and the `needed` ones for every row; dates are text unless `typed_dates`."""
        columns = [name for name in RESULT_COLUMNS if name in self.columns or name in needed]
        if self.contested is None:
            return self.judge.in_words(self.outcomes, self.bad_rows, columns, typed_dates=typed_dates)
        none = pl.repeat(None, self.size, dtype=pl.String, eager=True).alias(CONTESTED)
        names = none.scatter(self.contested["row"], self.contested[CONTESTED])
        # A frame without columns has no rows either, so it could not take the names.
        if not columns:
            return names.to_frame()
        words = self.judge.in_words(self.outcomes, self.bad_rows, columns, typed_dates=typed_dates)
        return words.with_columns(names)

    def beside(self, lines: pl.Series | bytes) -> Piece:
        """Return lines with the wanted columns appended, as a piece of a CSV."""
        results = self.judge.csv_results(self.columns)
        columns = results.in_csv(self.outcomes, self.bad_rows)
        if self.contested is not None:
            rows = self.contested["row"].to_numpy().astype(np.intp)
            names = RowTexts.of_some(self.size, rows, self.contested[CONTESTED])
            columns.append(TextColumn(CONTESTED, [names]))
        if isinstance(lines, bytes):
            return results.pool().beside(lines, columns, self.size)
        if len(lines) != self.size:
            raise FileError(CHANGED)
        return FramePiece(pl.DataFrame([lines.alias(LINE), *(column.series() for column in columns)]), is_text=True)


class FiledAudit:
    """The audit of one file: `read` it, then take the results from `csv` or from `frames`, once."""

    def __init__(
        self,
        audit: Audit,
        file: EventsFile,
        spill: Spill,
        *,
        patients: Patients | None = None,
        readings: bool = False,
        columns: Sequence[str] = RESULT_COLUMNS,
        shard: Shard | None = None,
        workers: int = 1,
    ) -> None:
        """`patients` say what holds for all rows of a patient; `readings` adds the column CONTESTED.

        `columns` are the wanted results, in the order of RESULT_COLUMNS; the others are not made. With a `shard` only
        its rows are audited.
        """
        self._audit = audit
        self._file = file
        self._spill = spill
        self._readings = readings
        self._columns = columns
        self._shard = shard
        self._workers = workers
        self._cohort = Cohort(audit, spill, patients.rows if patients else (), file.forms)
        self._waiting: list[_Waiting] = []
        known = event_columns(audit.edition)
        self._read_columns = [column for column, field in zip(file.header, file.fields, strict=True) if field in known]
        self.counts = Counts()

    @property
    def header(self) -> list[str]:
        """The columns of the results: those of the file, and what the audit adds."""
        return [*self._file.header, *self._columns, *([CONTESTED] if self._readings else [])]

    @property
    def met(self) -> int:
        """The number of patients of the patients file with a row so far."""
        return self._cohort.met

    def read(self, progress: Callable[[int, float], None] = lambda _rows, _fraction: None) -> None:
        """Read the whole file. `progress` receives the rows read so far, and their fraction of the file (up to 1)."""
        for waiting, digest in in_order(self._read_block, self._file.blocks(), self._workers):
            self._cohort.add(digest)
            self._waiting.append(waiting)
            self.counts.rows += waiting.rows
            progress(self.counts.rows, (waiting.block.start + waiting.block.size) / max(self._file.size, 1))

    def _read_block(self, block: Block) -> tuple[_Waiting, Digest]:
        events = self._file.read(block)
        where_in_shard = None
        if self._shard is not None:
            is_in_shard = self._shard.holds(events.cells[PATIENT_ID])
            own = events.original.filter(is_in_shard)
            in_shard = Events.of(events.cells.filter(is_in_shard), own, events.body, is_typed=events.is_typed)
            events = replace(in_shard, file=events.file)
            where_in_shard = self._spill.put([is_in_shard.to_frame()])
        ready, digest = self._cohort.prepare(events.text, events.file)
        is_plain = events.is_plain and not self._holds_formulas(events, ready.bad_rows["row"])
        original = None if events.is_quick_to_read else self._spill.put([events.original])
        waiting = _Waiting(
            replace(block, text=None), ready.size, self._spill.put(ready.frames), original, is_plain, where_in_shard
        )
        return waiting, digest

    def _holds_formulas(self, events: Events, bad: pl.Series) -> bool:
        """Return whether a cell that the output carries over may be a formula; `bad` are the bad rows of the block."""
        rows = events.formulas
        if rows is None:
            return holds_formulas(events.original, bad, self._read_columns)
        bad_among = pl.Series(np.isin(rows, bad.to_numpy()).nonzero()[0])
        return bool(len(rows)) and holds_formulas(events.own_columns(rows), bad_among, self._read_columns)

    def csv(
        self, finish: Callable[[Piece], _Written], progress: Callable[[int], None] = lambda _rows: None
    ) -> Iterator[_Written]:
        """Yield the results as a CSV, piece by piece, the header first.

        `finish` runs on worker threads, once per piece.
        """

        def write(waiting: _Waiting, decided: _Decided) -> _Written:
            return finish(self._block_as_csv(waiting, decided))

        yield finish(header_piece(self.header))
        yield from self._decided(write, progress)

    def frames(self, progress: Callable[[int], None] = lambda _rows: None) -> Iterator[pl.DataFrame]:
        """Yield the columns of the file with the results, dates typed as dates, block after block."""
        yield from self._decided(self._block_as_frame, progress)

    def _decided(
        self, write: Callable[[_Waiting, _Decided], _Written], progress: Callable[[int], None]
    ) -> Iterator[_Written]:
        judge = self._cohort.judge(self._audit, self._workers)
        self.counts.add_cohort(judge.repeated, self._cohort.contradictions)
        others = OtherReadings(self._audit, self._cohort, judge, self._workers) if self._readings else None
        self._cohort.forget()

        def decide(index: int) -> tuple[_Written, Counts]:
            # The rows of a block take as much memory as its decisions, and are freed before it is written.
            decided, counts = self._decide(index, judge, others)
            return write(self._waiting[index], decided), counts

        rows = 0
        for (written, counts), waiting in zip(
            in_order(decide, range(len(self._waiting)), self._workers), self._waiting, strict=True
        ):
            self.counts.add(counts)
            yield written
            rows += waiting.rows
            progress(rows)

    def _decide(self, index: int, judge: Judge, others: OtherReadings | None) -> tuple[_Decided, Counts]:
        block = judge.complete(Ready(*self._spill.get(self._waiting[index].ready)), index)
        outcomes = judge.outcomes(block, index)
        contested = others.contested(block, index, outcomes) if others else None
        counts = Counts()
        counts.add_outcomes(outcomes, self._audit.edition)
        counts.add_studies(block.rows["status"])
        counts.add_protocols(protocol_counts(block, judge.contexts.courses, self._cohort.sets, self._audit.edition))
        if contested is not None:
            counts.add_contested(contested.counts)
        rows = contested.rows if contested else None
        return _Decided(judge, block.size, block.bad_rows, outcomes, rows, self._columns), counts

    def _block_as_csv(self, waiting: _Waiting, decided: _Decided) -> Piece:
        if waiting.is_plain:
            lines = self._file.lines(waiting.block)
            if waiting.is_in_shard is not None:
                one_by_one = plain_lines(lines) if isinstance(lines, bytes) else lines
                lines = self._in_shard(one_by_one.to_frame(), waiting).to_series()
            return decided.beside(lines)
        rows = pl.concat([self._original(waiting), decided.in_words("reason")], how="horizontal")
        unwanted = [] if "reason" in self._columns else ["reason"]  # needed only to find the bad rows
        return FramePiece(harmless(rows, self._read_columns).drop(unwanted))

    def _block_as_frame(self, waiting: _Waiting, decided: _Decided) -> pl.DataFrame:
        return pl.concat([self._original(waiting), decided.in_words(typed_dates=True)], how="horizontal")

    def _original(self, waiting: _Waiting) -> pl.DataFrame:
        if waiting.original is not None:
            return self._spill.get(waiting.original)[0]
        rows = self._in_shard(self._file.original(waiting.block), waiting)
        if len(rows) != waiting.rows:
            raise FileError(CHANGED)
        return rows

    def _in_shard(self, rows: pl.DataFrame, waiting: _Waiting) -> pl.DataFrame:
        """Return the rows of a block that are in the shard; `rows` are all rows of the block in the file."""
        if waiting.is_in_shard is None:
            return rows
        is_in_shard = self._spill.get(waiting.is_in_shard)[0].to_series()
        if len(rows) != len(is_in_shard):
            raise FileError(CHANGED)
        return rows.filter(is_in_shard)
