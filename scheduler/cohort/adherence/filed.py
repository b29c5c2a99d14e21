"""The counts of a report over an events file of any size.

The file is read once. Its rows are stored twice, as whole numbers: as an audit decides them, block by block, and by
partition of their patients. Once all blocks are decided, each partition is counted with its decisions, and the counts
are added up. They depend neither on blocks nor on partitions nor on the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.reasons import Verdict
from spine_vigil.scheduler.cohort.adherence.documents import NO_BLOCK, group_names, report_block
from spine_vigil.scheduler.cohort.adherence.groups import GroupColumn, TextBook
from spine_vigil.scheduler.cohort.adherence.partition import Counting, Observed
from spine_vigil.scheduler.cohort.adherence.rereading import Differing, OtherReading
from spine_vigil.scheduler.cohort.adherence.studies import Routes
from spine_vigil.scheduler.cohort.adherence.tally import Tally
from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE, Ints
from spine_vigil.scheduler.cohort.audit.audit import Audit, Cohort, Judge
from spine_vigil.scheduler.cohort.audit.blocks import Digest, Ready
from spine_vigil.scheduler.cohort.audit.counts import Counts, protocol_counts
from spine_vigil.scheduler.cohort.audit.other_readings import OtherReadings
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes
from spine_vigil.scheduler.cohort.decoding.cells import FrameCells
from spine_vigil.scheduler.cohort.decoding.decoding import Decoder
from spine_vigil.scheduler.cohort.events.events import Block, EventsFile
from spine_vigil.scheduler.cohort.events.patients_file import Patients
from spine_vigil.scheduler.cohort.partitions import Partitions
from spine_vigil.scheduler.cohort.tables.numbering import REASONS
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables, day_table
from spine_vigil.scheduler.cohort.threads import in_order
from spine_vigil.scheduler.files.spill import Held, Spill

FEW_ROWS = 100_000
"""The rows of a file whose other readings are tried without being asked for: all of them take as long as the rest."""

_BLOCKS_OF_A_PARTITION = 1
"""Few enough rows that several partitions are counted at once in little memory."""

_NEEDS_INFO = np.array([r.rank for r in REASONS if r.verdict is Verdict.NEEDS_INFO], dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a report.

    Its first day (None: the first index date) and last day, whether lists too, and whether to try other readings (None:
    of a file of at most FEW_ROWS).
    """

    first: int | None
    last: int
    with_lists: bool = False
    readings: bool | None = None

    def tries_readings(self, rows: int) -> bool:
        """Return whether other readings of a file of so many rows are tried."""
        return rows <= FEW_ROWS if self.readings is None else self.readings


@dataclass(frozen=True, slots=True)
class _Read:
    """A block that was read: its rows to judge, where its rows are stored by partition, and its earliest days."""

    block: Block
    rows: int
    ready: Held
    partitions: dict[int, Held]
    first_index: int | None
    first_study: int | None


@dataclass(frozen=True, slots=True)
class _Decisions:
    """The decisions of rows: rank of the reason, days from the window, route, and number of what is missing."""

    reason: NDArray[np.int8]
    days: Ints
    route: NDArray[np.int16]
    missing: Ints


_Differing = tuple[int, int, NDArray[np.uint32], Ints]
"""A block, a reading, and the rows of the block that it decides otherwise, with their reasons."""


class FiledReport:
    """The counts of one file: `read` it, then `work_out` the tally."""

    def __init__(
        self,
        audit: Audit,
        file: EventsFile,
        spill: Spill,
        asked: Asked,
        *,
        patients: Patients | None = None,
        groups: Sequence[GroupColumn] = (),
        workers: int = 1,
    ) -> None:
        """`audit` has the rules, `groups` are the columns to count by, `patients` the patients files."""
        self._audit, self._file, self._spill, self._asked = audit, file, spill, asked
        self._groups, self._workers = groups, workers
        self._patients = patients.rows if patients else ()
        self._cohort = Cohort(audit, spill, self._patients, file.forms)
        self._tables = RuleTables(audit.edition, audit.grace)
        self._routes = Routes(self._tables)
        self._partitions = Partitions(spill, _BLOCKS_OF_A_PARTITION)
        self._missing = TextBook()
        self._blocks: list[_Read] = []
        self._first_index: int | None = None
        self.first_study: int | None = None
        self.counts = Counts()
        self.readings: list[str] = []

    @property
    def met(self) -> int:
        """The number of patients of the patients file with a row in the events file."""
        return self._cohort.met

    @property
    def first_day(self) -> int:
        """The first day observed: as asked, or else the earliest index date, which is known once the file is read."""
        if self._asked.first is not None:
            return self._asked.first
        last = self._asked.last
        return last if self._first_index is None else min(self._first_index, last)

    def read(self, progress: Callable[[int, float], None] = lambda _rows, _fraction: None) -> None:
        """Read the whole file. `progress` receives the rows read so far, and their fraction of the file (up to 1)."""
        for read, digest in in_order(self._read_block, self._numbered(), self._workers):
            self._cohort.add(digest)
            self._partitions.add(read.partitions)
            self._first_index = _earlier(self._first_index, read.first_index)
            self.first_study = _earlier(self.first_study, read.first_study)
            self._blocks.append(read)
            self.counts.rows += read.rows
            progress(self.counts.rows, (read.block.start + read.block.size) / max(self._file.size, 1))
        for rows in self._patients:
            cells = FrameCells(rows.cells)
            decoder = Decoder(self._audit.edition, rows.forms, self._audit.as_of, self._cohort.sets)
            stored = report_block(
                decoder.decode(cells), cells, NO_BLOCK, self._tables, self._groups, with_ids=self._asked.with_lists
            )
            self._partitions.add(self._partitions.store([stored.documents, stored.unread.clear(), stored.ids]))
            self._first_index = _earlier(self._first_index, stored.first_index)

    def _numbered(self) -> Iterator[tuple[int, Block]]:
        for number, block in enumerate(self._file.blocks()):
            if number == 0:
                self._partitions.divide(self._file.size, block.size)
            yield number, block

    def _read_block(self, numbered: tuple[int, Block]) -> tuple[_Read, Digest]:
        number, block = numbered
        events = self._file.read(block)
        decoded = self._cohort.decode(events.text)
        ready, digest = self._cohort.prepare_decoded(decoded, events.text, events.file)
        stored = report_block(decoded, events.text, number, self._tables, self._groups, with_ids=self._asked.with_lists)
        held = self._spill.put(ready.frames)
        partitions = self._partitions.store(stored.frames)
        bare = Block(block.start, block.size, block.first_line, block.is_cut, file=block.file)
        return _Read(bare, ready.size, held, partitions, stored.first_index, stored.first_study), digest

    def work_out(self, progress: Callable[[float], None] = lambda _fraction: None) -> Tally:
        """Return the counts, once the file is read. `progress` receives the fraction that is done (up to 1)."""
        decisions, differing = self._decided(lambda fraction: progress(fraction / 2))
        sets, low, high = self._cohort.sets, *self._cohort.days
        last = self._asked.last
        others = self._other_readings() if differing is not None else []
        durations = [d for tables in (self._tables, *(o.tables for o in others)) for d in tables.durations()]
        reach = max(d.nominal_days for d in durations) * 31 // 30
        days = day_table(self._tables, [low, high, self.first_day, last + reach], durations)
        observed = Observed(self.first_day, last, group_names(self._groups), self._asked.with_lists)
        counting = Counting(observed, self._tables, sets, days, others, differing)
        ranks = {name: group.ranks()[1] for name, group in zip(observed.groups, self._groups, strict=True)}
        filled = self._partitions.take()

        def count(stored: list[Held]) -> Tally:
            documents, unread, ids = self._partitions.frames(stored)
            documents = _decided_rows(documents, decisions)
            documents, unread = (_ranked(frame, ranks) for frame in (documents, unread))
            return counting.count(documents, unread, ids)

        tally = Tally()
        for done, part in enumerate(in_order(count, filled, self._workers), start=1):
            tally.add(part)
            progress(0.5 + done / (2 * len(filled)))
        return tally

    def _other_readings(self) -> list[OtherReading]:
        """Return the other readings, each taken on its own."""
        edition = self._audit.edition
        protocols = {
            route: number
            for number, protocol in enumerate(edition.protocols)
            for route in map(protocol.route, protocol.schedules)
        }
        return [
            OtherReading(
                f"{route}={name}",
                protocols.get(route),
                RuleTables(edition.with_readings({route: name}), self._audit.grace),
            )
            for route, name, _ in edition.readings()
        ]

    def _decided(self, progress: Callable[[float], None]) -> tuple[list[_Decisions], Differing | None]:
        """Decide all blocks, and count the rows as an audit does; return the decisions, and what other readings say."""
        judge = self._cohort.judge(self._audit, self._workers)
        self.counts.add_cohort(judge.repeated, self._cohort.contradictions)
        is_tried = self._asked.tries_readings(self.counts.rows)
        others = OtherReadings(self._audit, self._cohort, judge, self._workers) if is_tried else None
        self.readings = others.names if others else []
        self._cohort.forget()

        def decide(index: int) -> tuple[_Decisions, Counts, list[_Differing]]:
            block = judge.complete(Ready(*self._spill.get(self._blocks[index].ready)), index)
            outcomes = judge.outcomes(block, index)
            counts = Counts()
            counts.add_outcomes(outcomes, self._audit.edition)
            counts.add_studies(block.rows["status"])
            counts.add_protocols(protocol_counts(block, judge.contexts.courses, self._cohort.sets, self._audit.edition))
            differing = [(index, *found) for found in others.differing(block, index, outcomes)] if others else []
            return self._decisions(outcomes, judge), counts, differing

        decided: list[_Decisions] = []
        otherwise: list[_Differing] = []
        for decisions, counts, differing in in_order(decide, range(len(self._blocks)), self._workers):
            self.counts.add(counts)
            decided.append(decisions)
            otherwise += differing
            progress(len(decided) / max(len(self._blocks), 1))
        _, ranks = self._missing.ranks()
        for decisions in decided:
            known = decisions.missing != NOWHERE
            decisions.missing[known] = ranks[decisions.missing[known]]
        return decided, Differing.of(otherwise) if others else None

    def _decisions(self, outcomes: Outcomes, judge: Judge) -> _Decisions:
        """Return what is kept of the decisions of a block."""
        missing = np.full(len(outcomes.reason), np.int32(NOWHERE))
        asks = np.isin(outcomes.reason, _NEEDS_INFO).nonzero()[0]
        if len(asks):
            texts = judge.in_words(outcomes.take(asks), _NO_BAD_ROWS, ["missing"])["missing"].fill_null("")
            different = texts.unique()
            numbers = pl.Series([self._missing.number(text) for text in different], dtype=pl.Int32)
            missing[asks] = texts.replace_strict(different, numbers, return_dtype=pl.Int32).to_numpy()
        days = np.where(outcomes.has_window, outcomes.days_from_window, np.int32(NO_DAY))
        return _Decisions(
            outcomes.reason.astype(np.int8), days, self._routes.numbers(outcomes).astype(np.int16), missing
        )

    @property
    def missing_texts(self) -> list[str]:
        """What decisions lack, facts joined by `;`, in the order of the numbers in the tally."""
        return self._missing.ranks()[0]

    @property
    def values(self) -> dict[str, list[str]]:
        """The values of each group column, in the order of their numbers in the tally."""
        return {group.name: group.ranks()[0] for group in self._groups}

    @property
    def routes(self) -> Routes:
        """The routes of the tally."""
        return self._routes


_NO_BAD_ROWS = pl.DataFrame(schema={"row": pl.UInt32, "explanation": pl.String})


def _earlier(one: int | None, other: int | None) -> int | None:
    """Return the earlier of two days; None stands for no day."""
    return min((day for day in (one, other) if day is not None), default=None)


def _decided_rows(documents: pl.DataFrame, decisions: Sequence[_Decisions]) -> pl.DataFrame:
    """Return rows with their decisions; -1 for those of patients files."""
    block = documents["block"].to_numpy()
    row = documents["row"].to_numpy()
    columns = {name: np.full(len(row), np.int32(NOWHERE)) for name in ("reason", "days", "route", "missing")}
    for number in np.unique(block[block != NO_BLOCK]).tolist():
        of_block = (block == number).nonzero()[0]
        for name, values in columns.items():
            values[of_block] = getattr(decisions[number], name)[row[of_block]]
    rows = documents.with_columns(pl.Series(name, values) for name, values in columns.items())
    return rows.with_columns(pl.col("days").replace(NO_DAY, None))


def _ranked(rows: pl.DataFrame, ranks: dict[str, Ints]) -> pl.DataFrame:
    """Return rows with the values of their groups in the order of text."""
    return rows.with_columns(pl.lit(pl.Series(of)).gather(pl.col(name)).alias(name) for name, of in ranks.items())
