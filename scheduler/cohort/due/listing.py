"""The due list of a cohort: rows partitioned by patient across blocks, worked out by partition, merged in order.

The standings of a patient depend on all rows of the patient, which may be anywhere in the file. So the file is read
once, and each block is partitioned by patient and stored as whole numbers; then the standings of each partition are
worked out on their own, and the lists are merged. The result depends neither on blocks nor on partitions nor on the
number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from spine_vigil.scheduler.cohort.arrays import NOWHERE, Ints
from spine_vigil.scheduler.cohort.decoding.cells import Cells, FrameCells, PatientRows
from spine_vigil.scheduler.cohort.decoding.decoding import Decoder
from spine_vigil.scheduler.cohort.due.courses import due_patients
from spine_vigil.scheduler.cohort.due.documents import DueBlock, DueCounts, collect_block
from spine_vigil.scheduler.cohort.due.rules import DueRules, Wanted
from spine_vigil.scheduler.cohort.due.standing import DuePartition, due_partition
from spine_vigil.scheduler.cohort.due.wording import (
    DUE_COLUMNS,
    ORDER,
    PATIENT_ORDER,
    SELECTED,
    WHOLE_COLUMNS,
    DueTotals,
    in_words,
    totals,
    with_order,
)
from spine_vigil.scheduler.cohort.events.events import Block, EventsFile
from spine_vigil.scheduler.cohort.history.patient_index import KEYS, PatientIndex
from spine_vigil.scheduler.cohort.partitions import Partitions
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables, day_table
from spine_vigil.scheduler.cohort.threads import in_order
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE
from spine_vigil.scheduler.files.merging import SortedRun, SortedRuns
from spine_vigil.scheduler.files.spill import Held, Spill
from spine_vigil.scheduler.intake.forms import CellForms
from spine_vigil.scheduler.records.fields import ProtocolSets, day_number


@dataclass(frozen=True, slots=True)
class Due:
    """The due list of a cohort on a date.

    `rows` has the columns of DUE_COLUMNS (due/wording.py), most urgent first. `problems` has one row for each cell that
    cannot be read (`row` from 0 and `column`, empty where it is the line as a whole); such rows are ignored. `patients`
    counts the patients that can be read, `without_protocol` those of them without a protocol.
    """

    rows: pl.DataFrame
    problems: pl.DataFrame
    patients: int
    without_protocol: int


def list_due(
    cells: pl.DataFrame,
    rules: DueRules,
    wanted: Wanted | None = None,
    patients: Sequence[PatientRows] = (),
    forms: CellForms | None = None,
) -> Due:
    """Return the standing of every patient of an events frame under every schedule of the patient's protocols.

    `cells` are text columns named as in records/fields.py, others ignored, and written as `forms` say; `patients` are
    the rows of patients files.
    """
    wanted = wanted or Wanted()
    tables, sets, blocks = RuleTables(rules.edition, rules.grace), ProtocolSets(rules.edition), []
    for rows in (PatientRows(cells, forms or CellForms()), *patients):
        numbered = rows.cells if LINE in rows.cells.columns else rows.cells.with_row_index(LINE, 1)
        decoder = Decoder(rules.edition, rows.forms, rules.as_of, sets)
        blocks.append(collect_block(FrameCells(numbered), decoder, tables, rules.as_of, wanted.patient_id))
    stored = zip(*(block.frames for block in blocks), strict=True)
    documents, ids, unread = (pl.concat(frames, how="diagonal") for frames in stored)
    days = day_table(tables, [day for block in blocks for day in block.days])
    day = day_number(rules.as_of)
    due = due_partition(due_patients(documents, ids, unread, tables, sets, day), tables, days, day)
    listed = with_order(wanted.of(due.cases, tables)).sort(ORDER)
    problems = blocks[0].problems.select("row", "column")
    return Due(in_words(listed, tables, rules.as_of), problems, due.patients, due.without_protocol)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A block that was read: what it adds to the counts, and where its rows of each partition are stored.

    `met` are the numbers of the patients of the patients file who have a row in it.
    """

    block: Block
    collected: DueBlock
    partitions: dict[int, Held]
    met: Ints


@dataclass(frozen=True, slots=True)
class _Partition:
    """What one partition of the patients adds to the list and to the counts of FiledDue."""

    run: SortedRun
    totals: DueTotals
    left_out: int
    patients: int
    without_protocol: int


def _among(cells: Cells, patients: pl.Series) -> Cells:
    """Return the cells of the rows of some patients, given their keys."""
    rows = cells.patients()["patient"].is_in(patients.implode()).arg_true()
    damage = cells.damage
    others = {LINE: cells.lines, **({} if damage is None else {DAMAGE: damage})}
    texts = {name: cells.text(name, rows) for name in cells.names}
    return FrameCells(pl.DataFrame(texts | {name: column.gather(rows) for name, column in others.items()}))


class FiledDue:
    """The due list of one file: `read` it, `work_out` the standings, then take them from `frames`, any number of times.

    `counts` are those of the rows, `patients` counts the patients that can be read, `without_protocol` those of them
    without a protocol; `totals` are those of the listed cases, and `left_out` counts the cases that are not selected.
    `met` counts the patients of the patients file with a row in the events file.
    """

    def __init__(
        self,
        rules: DueRules,
        file: EventsFile,
        spill: Spill,
        *,
        wanted: Wanted | None = None,
        patients: Sequence[PatientRows] = (),
        workers: int = 1,
        by_patient: bool = False,
        whole: bool = False,
        among: pl.Series | None = None,
    ) -> None:
        """`patients` are the rows of patients files.

        With `among`, keys of patients, the rows of other patients are not read unless a patients file names them. With
        `by_patient` the cases of a patient stand together. With `whole` the list has all cases, with the columns of
        WHOLE_COLUMNS; the counts are those of the wanted ones all the same.
        """
        self._rules = rules
        self._file = file
        self._wanted = wanted or Wanted()
        self._patients_files = patients
        self._workers = workers
        self._by_patient = by_patient
        self._whole = whole
        self._among = (
            None
            if among is None
            else pl.concat([among, *(FrameCells(p.cells).patients()["patient"] for p in patients)])
        )
        self._tables = RuleTables(rules.edition, rules.grace)
        self._decoder = Decoder(rules.edition, file.forms, rules.as_of)
        self._enrolled = PatientIndex.of(pl.DataFrame(schema={"patient": pl.UInt64, "patient_check": pl.UInt32}))
        self._partitions = Partitions(spill)
        self._days: list[int] = []
        self._runs = SortedRuns(spill, PATIENT_ORDER if by_patient else ORDER)
        self.counts = DueCounts()
        self.totals = DueTotals()
        self.patients = self.without_protocol = self.left_out = self.met = 0

    def read(self, progress: Callable[[int, float], None] = lambda _rows, _fraction: None) -> None:
        """Read the whole file. `progress` receives the rows read so far, and their fraction of the file (up to 1)."""
        size = max(self._file.size, 1)
        enrolled = []
        for rows in self._patients_files:
            decoder = Decoder(self._rules.edition, rows.forms, self._rules.as_of, self._decoder.sets)
            enrolled.append(self._collected(FrameCells(rows.cells), decoder).uncounted())
        if enrolled:
            named = [frame for block in enrolled for frame in (block.ids.select(KEYS), block.unread)]
            self._enrolled = PatientIndex.of(pl.concat(named))
        is_met = np.zeros(len(self._enrolled), np.bool_)
        for waiting in in_order(self._read_block, self._blocks(), self._workers):
            self.counts.add(waiting.collected)
            self._days += waiting.collected.days
            self._partitions.add(waiting.partitions)
            is_met[waiting.met] = True
            progress(self.counts.rows, (waiting.block.start + waiting.block.size) / size)
        for block in enrolled:
            self._days += block.days
            self._partitions.add(self._partitions.store(block.frames))
        self.met = int(is_met.sum())

    def _blocks(self) -> Iterator[Block]:
        for number, block in enumerate(self._file.blocks()):
            if number == 0:
                self._partitions.divide(self._file.size, block.size)
            yield block

    def _read_block(self, block: Block) -> _Waiting:
        events = self._file.read(block)
        cells = events.text if self._among is None else _among(events.text, self._among)
        collected = self._collected(cells, self._decoder, events.file)
        rows = pl.concat([collected.ids.select(KEYS), collected.unread])
        met = self._enrolled.find(*(rows[name].to_numpy() for name in KEYS))
        stored = self._partitions.store(collected.frames)
        return _Waiting(block, collected.without_rows(), stored, met[met != NOWHERE])

    def _collected(self, cells: Cells, decoder: Decoder, file: str | None = None) -> DueBlock:
        return collect_block(cells, decoder, self._tables, self._rules.as_of, self._wanted.patient_id, file)

    def work_out(self, progress: Callable[[float], None] = lambda _fraction: None) -> None:
        """Work out the standings, once the file is read. `progress` receives the fraction that is done (up to 1)."""
        days = day_table(self._tables, [min(self._days), max(self._days)] if self._days else [])

        def of_partition(stored: list[Held]) -> _Partition:
            due = self._of_partition(stored, days)
            wanted = self._wanted.of(due.cases, self._tables)
            return _Partition(
                self._runs.sorted_run(with_order(self._listed(due, wanted), by_patient=self._by_patient)),
                totals(wanted, self._tables),
                len(due.cases) - len(wanted),
                due.patients,
                due.without_protocol,
            )

        filled = self._partitions.take()
        for done, partition in enumerate(in_order(of_partition, filled, self._workers), start=1):
            self._runs.add(partition.run)
            self.totals += partition.totals
            self.left_out += partition.left_out
            self.patients += partition.patients
            self.without_protocol += partition.without_protocol
            progress(done / len(filled))

    def by_partition(self) -> Iterator[pl.DataFrame]:
        """Yield all cases in words, partition after partition, once the file is read; takes the place of `work_out`.

        A partition has the same patients in every list of the same file, and may be empty.
        """
        days = day_table(self._tables, [min(self._days), max(self._days)] if self._days else [])

        def worded(stored: list[Held]) -> pl.DataFrame:
            if not stored:
                return pl.DataFrame(schema=DUE_COLUMNS)
            due = self._of_partition(stored, days)
            return in_words(with_order(due.cases).sort(ORDER), self._tables, self._rules.as_of)

        yield from in_order(worded, self._partitions.take(with_empty=True), self._workers)

    def _of_partition(self, stored: list[Held], days: DayTable) -> DuePartition:
        documents, ids, unread = self._partitions.frames(stored)
        day = day_number(self._rules.as_of)
        patients = due_patients(documents, ids, unread, self._tables, self._decoder.sets, day)
        return due_partition(patients, self._tables, days, day)

    def _listed(self, due: DuePartition, wanted: pl.DataFrame) -> pl.DataFrame:
        if not self._whole:
            return wanted
        is_wanted = self._wanted.conditions(self._tables) or [pl.lit(value=True)]
        return due.cases.with_columns(pl.all_horizontal(is_wanted).alias(SELECTED))

    def frames(self, progress: Callable[[float], None] = lambda _fraction: None) -> Iterator[pl.DataFrame]:
        """Yield the list in pieces (columns of DUE_COLUMNS), most urgent first; an empty list is one empty piece."""
        pieces = self._runs.pieces()
        if not pieces:
            yield pl.DataFrame(schema=DUE_COLUMNS | WHOLE_COLUMNS if self._whole else DUE_COLUMNS)

        def worded(number: int) -> pl.DataFrame:
            return in_words(self._runs.piece(number), self._tables, self._rules.as_of)

        for done, frame in enumerate(in_order(worded, pieces, self._workers), start=1):
            yield frame
            progress(done / len(pieces))
