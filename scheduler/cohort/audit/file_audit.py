"""The audit of an events file of any size: blocks are decoded, stored as numbers until all are read, then decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, Flags, Ints
from spine_vigil.scheduler.cohort.audit.audit import Audit, Cohort, Judge
from spine_vigil.scheduler.cohort.audit.blocks import Digest, Ready
from spine_vigil.scheduler.cohort.audit.completing import Complete
from spine_vigil.scheduler.cohort.audit.counts import Counts, protocol_counts, protocol_names
from spine_vigil.scheduler.cohort.audit.decided import Decided, DecidedByDate
from spine_vigil.scheduler.cohort.audit.other_readings import CONTESTED, OtherReadings
from spine_vigil.scheduler.cohort.events.events import Block, Events, EventsFile
from spine_vigil.scheduler.cohort.events.patients_file import Patients
from spine_vigil.scheduler.cohort.events.shards import Shard
from spine_vigil.scheduler.cohort.pieces import FramePiece, Piece, harmless, header_piece, holds_formulas
from spine_vigil.scheduler.cohort.threads import in_order
from spine_vigil.scheduler.errors import CHANGED, FileError
from spine_vigil.scheduler.files.csv_text import plain_lines
from spine_vigil.scheduler.files.spill import Held, Spill
from spine_vigil.scheduler.records.fields import PATIENT_ID, STATUSES, event_columns
from spine_vigil.scheduler.records.patients import Status

_Written = TypeVar("_Written")


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A decoded block that waits for its decisions: where its numbers are stored, and what its output needs.

    `original` holds the input's columns where the block is not read again; `is_plain` says that its lines can be
    written unchanged; `is_in_shard` marks its rows of the shard (None: all); `patients` holds the key of each patient.
    """

    block: Block
    rows: int
    ready: Held
    original: Held | None
    is_plain: bool
    is_in_shard: Held | None
    patients: Held | None


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates from `first` on and before `end`, as day numbers; None: no bound. What has no date is after all."""

    first: int | None
    end: int | None

    def hold(self, days: Ints) -> Flags:
        """Return for each day (NO_DAY: none) whether it is one of the dates."""
        ordered = np.where(days == NO_DAY, np.int32(NEVER), days)
        first, end = -NEVER if self.first is None else self.first, NEVER + 1 if self.end is None else self.end
        return (first <= ordered) & (ordered < end)


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
        dates: Dates | None = None,
        earlier: Sequence[FiledAudit] = (),
        keeps_patients: bool = False,
    ) -> None:
        """`patients` say what holds for all rows of a patient; `readings` adds the column CONTESTED.

        `columns` are the wanted results, in the order of RESULT_COLUMNS; the others are not made. With a `shard` only
        its rows are audited. With `dates` only the rows of these dates are decided; the others are those of `earlier`
        audits of the same file, whose decisions stand in the results of this one. `keeps_patients` asks for `patients`.
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
        self._read_columns = [
            column
            for column, field in zip(file.header, file.fields, strict=True)
            if field in known and all(column in audit.read_columns for audit in earlier)
        ]
        self._dates = dates
        self._earlier = earlier
        self._keeps_patients = keeps_patients
        self.counts = Counts()

    @property
    def header(self) -> list[str]:
        """The columns of the results: those of the file, and what the audit adds."""
        return [*self._file.header, *self._columns, *([CONTESTED] if self._readings else [])]

    @property
    def met(self) -> int:
        """The number of patients of the patients file with a row so far."""
        return self._cohort.met

    @property
    def read_columns(self) -> list[str]:
        """The columns of the file that are read as fields, by every edition of the audit."""
        return self._read_columns

    @property
    def plain_blocks(self) -> list[bool]:
        """Whether the lines of each block can be written unchanged."""
        return [waiting.is_plain for waiting in self._waiting]

    @property
    def blocks(self) -> int:
        """The number of blocks, once the file is read."""
        return len(self._waiting)

    def original(self, index: int) -> pl.DataFrame:
        """Return the columns of the input of a block by its number. Raises FileError."""
        return self._original(self._waiting[index])

    def patients(self, index: int) -> pl.Series:
        """Return the key of the patient (see PatientKeys) of each row of a block by its number."""
        held = self._waiting[index].patients
        return pl.Series(dtype=pl.UInt64) if held is None else self._spill.get(held)[0].to_series()

    def read(self, progress: Callable[[int, float], None] = lambda _rows, _fraction: None) -> None:
        """Read the whole file. `progress` receives the rows read so far, and their fraction of the file (up to 1)."""
        for audit in self._earlier:
            audit.read()
        for waiting, digest in in_order(self._read_block, self._file.blocks(), self._workers):
            self._cohort.add(digest)
            self._waiting.append(waiting)
            self.counts.rows += waiting.rows
            progress(self.counts.rows, (waiting.block.start + waiting.block.size) / max(self._file.size, 1))
        for audit in self._earlier:
            both = zip(self._waiting, audit.plain_blocks, strict=True)
            self._waiting = [replace(own, is_plain=own.is_plain and is_plain) for own, is_plain in both]

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
            replace(block, text=None),
            ready.size,
            self._spill.put(ready.frames),
            original,
            is_plain,
            where_in_shard,
            self._spill.put([events.text.patients().select("patient")]) if self._keeps_patients else None,
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

        def write(waiting: _Waiting, decided: Decided | DecidedByDate) -> _Written:
            return finish(self._block_as_csv(waiting, decided))

        yield finish(header_piece(self.header))
        yield from self._decided(write, progress)

    def frames(self, progress: Callable[[int], None] = lambda _rows: None) -> Iterator[pl.DataFrame]:
        """Yield the columns of the file with the results, dates typed as dates, block after block."""
        yield from self._decided(self._block_as_frame, progress)

    def _decided(
        self, write: Callable[[_Waiting, Decided | DecidedByDate], _Written], progress: Callable[[int], None]
    ) -> Iterator[_Written]:
        decided_by = self.decider()

        def decide(index: int) -> tuple[_Written, Counts]:
            # The rows of a block take as much memory as its decisions, and are freed before it is written.
            decided = decided_by(index)
            return write(self._waiting[index], decided), decided.counts

        rows = 0
        for (written, counts), waiting in zip(
            in_order(decide, range(len(self._waiting)), self._workers), self._waiting, strict=True
        ):
            self.counts.add(counts)
            yield written
            rows += waiting.rows
            progress(rows)

    def decider(self) -> Callable[[int], Decided | DecidedByDate]:
        """Return what decides a block by its number, once the file is read; it may be called from any thread."""
        parts = [audit.own_decider() for audit in (*self._earlier, self)]
        return parts[0] if len(parts) == 1 else lambda index: DecidedByDate([decide(index) for decide in parts])

    def own_decider(self, *, describes_rows: bool = False) -> Callable[[int], Decided]:
        """Return what `decider` does, without the earlier audits; either is called once.

        With `describes_rows` a decided block is `described`.
        """
        judge = self._cohort.judge(self._audit, self._workers)
        self.counts.add_cohort(judge.repeated, self._cohort.contradictions)
        others = OtherReadings(self._audit, self._cohort, judge, self._workers) if self._readings else None
        self._cohort.forget()
        return lambda index: self._decide(index, judge, others, describes_rows=describes_rows)

    def _decide(self, index: int, judge: Judge, others: OtherReadings | None, *, describes_rows: bool) -> Decided:
        ready = Ready(*self._spill.get(self._waiting[index].ready))
        block = judge.complete(ready, index)
        is_own = None if self._dates is None else self._dates.hold(ready.dates)
        block = block if is_own is None else block.only(is_own)
        outcomes = judge.outcomes(block, index)
        contested = others.contested(block, index, outcomes) if others else None
        counts = Counts()
        own = outcomes if is_own is None else outcomes.take(is_own.nonzero()[0])
        counts.add_outcomes(own, self._audit.edition)
        counts.add_studies(block.rows["status"])
        stand_under = (block, judge.contexts.courses, self._cohort.sets, self._audit.edition)
        counts.add_protocols(protocol_counts(*stand_under))
        if contested is not None:
            counts.add_contested(contested.counts)
        rows = contested.rows if contested else None
        described = _described(ready, block, protocol_names(*stand_under)) if describes_rows else None
        return Decided(judge, block.size, block.bad_rows, outcomes, rows, self._columns, is_own, counts, described)

    def _block_as_csv(self, waiting: _Waiting, decided: Decided | DecidedByDate) -> Piece:
        if waiting.is_plain:
            lines = self._file.lines(waiting.block)
            if waiting.is_in_shard is not None:
                one_by_one = plain_lines(lines) if isinstance(lines, bytes) else lines
                lines = self._in_shard(one_by_one.to_frame(), waiting).to_series()
            return decided.beside(lines)
        rows = pl.concat([self._original(waiting), decided.in_words("reason")], how="horizontal")
        unwanted = [] if "reason" in self._columns else ["reason"]  # needed only to find the bad rows
        return FramePiece(harmless(rows, self._read_columns).drop(unwanted))

    def _block_as_frame(self, waiting: _Waiting, decided: Decided | DecidedByDate) -> pl.DataFrame:
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


def _described(ready: Ready, block: Complete, protocols: pl.Series) -> pl.DataFrame:
    performed = block.rows.filter(pl.col("status") == STATUSES.index(Status.PERFORMED))
    is_performed = np.zeros(block.size, np.bool_)
    is_performed[performed["row"].to_numpy()] = True
    return pl.DataFrame({"protocol": protocols, "day": ready.dates, "is_performed": is_performed})
