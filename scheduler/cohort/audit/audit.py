"""The steps of an audit without files: its rules, what is gathered of a cohort, and the judge of each block.

A decision depends on the patient's earlier studies, which may be anywhere in the file. So an audit has two passes: the
first decodes every block into numbers and stores what other rows may need of its rows; the second, once all rows are
known, decides block by block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Lock

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.arrays import NOWHERE, without_none
from spine_vigil.scheduler.cohort.audit.blocks import Digest, Ready, prepare, read_known
from spine_vigil.scheduler.cohort.audit.completing import Complete, Filling, cancelled_before_birth, complete
from spine_vigil.scheduler.cohort.audit.csv_results import CsvResults
from spine_vigil.scheduler.cohort.deciding.decisions import decide_rows
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes
from spine_vigil.scheduler.cohort.decoding.cells import Cells, FrameCells, PatientRows
from spine_vigil.scheduler.cohort.decoding.decoding import Decoded, Decoder
from spine_vigil.scheduler.cohort.history.contradictions import BlockSigns, Contradictions, contradictions
from spine_vigil.scheduler.cohort.history.doubts import Unread
from spine_vigil.scheduler.cohort.history.filling import Filler
from spine_vigil.scheduler.cohort.history.known import Known
from spine_vigil.scheduler.cohort.history.lookback import Histories, Lookback
from spine_vigil.scheduler.cohort.history.patient_index import KEYS, PatientIndex
from spine_vigil.scheduler.cohort.memory import give_back
from spine_vigil.scheduler.cohort.tables.context_book import ContextBook
from spine_vigil.scheduler.cohort.tables.contexts import Contexts, Lanes, match_contexts
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.numbering import wording
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables, day_table
from spine_vigil.scheduler.cohort.threads import in_order
from spine_vigil.scheduler.cohort.wording.phrases import Words
from spine_vigil.scheduler.cohort.wording.results import RESULT_SCHEMA, Results
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.files.csv_text import LINE
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.intake.forms import CellForms
from spine_vigil.scheduler.records.fields import Column, ProtocolSets
from spine_vigil.scheduler.rules.grace import GracePolicy

_KEYS = {"patient": pl.UInt64, "patient_check": pl.UInt32}

BLOCK_ROWS = 1 << 17
"""The number of rows of a frame in memory that are decided at a time."""


@dataclass(frozen=True, slots=True)
class Audit:
    """The rules of an audit: the edition and the grace.

    A study that was performed after `as_of` makes its row invalid (None: none does).
    """

    edition: Edition
    grace: GracePolicy
    as_of: date | None = None

    def decide(self, cells: pl.LazyFrame) -> pl.LazyFrame:
        """Return the columns of RESULT_COLUMNS for every row of `cells`, in its order.

        `cells` is an events frame: text columns named as in records/fields.py, others ignored. The optional columns
        LINE and DAMAGE of files/csv_text.py give the line of a row in its file and what is wrong with the row as a
        whole. All results are text except `days_from_window` and `unread_rows` (whole numbers).
        """
        return cells.map_batches(self.decide_frame, schema=pl.Schema(RESULT_SCHEMA), streamable=False)

    def decide_frame(self, cells: pl.DataFrame, workers: int = 1, patients: pl.DataFrame | None = None) -> pl.DataFrame:
        """Return what `decide` does for a frame in memory, on `workers` threads; `patients` are those of Cohort.

        The result does not depend on their number. Inside a polars query, as in `decide`, there can be only one, since
        the query occupies the threads of polars.
        """
        cohort = Cohort(self, patients=() if patients is None else [PatientRows(_with_lines(patients))])
        slices = _with_lines(cells).iter_slices(BLOCK_ROWS)
        blocks = list(in_order(cohort.prepare, map(FrameCells, slices), workers))
        for _, digest in blocks:
            cohort.add(digest)
        ready = [block for block, _ in blocks]
        judge = cohort.judge(self, workers)

        def decided(index: int) -> pl.DataFrame:
            block = judge.complete(ready[index], index)
            return judge.in_words(judge.outcomes(block, index), block.bad_rows)

        return pl.concat([pl.DataFrame(schema=RESULT_SCHEMA), *in_order(decided, range(len(ready)), workers)])


def _with_lines(cells: pl.DataFrame) -> pl.DataFrame:
    """Return cells with the number of each row, counted from 1, where they have no LINE."""
    if LINE in cells.columns:
        return cells
    return cells.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(LINE))


class Cohort:
    """The first pass of an audit: decodes blocks and collects what other rows may need."""

    def __init__(
        self,
        audit: Audit,
        spill: Spill | None = None,
        patients: Sequence[PatientRows] = (),
        forms: CellForms | None = None,
    ) -> None:
        """Decode cells by the rules of `audit`; a large cohort is stored in the `spill`.

        `patients` are the rows of patients files; `forms` say how the events file writes its cells.
        """
        self._edition = audit.edition
        self._decoder = Decoder(audit.edition, forms, audit.as_of, performed_by=audit.as_of)
        self._book = ContextBook(self._decoder.sets)
        self._histories = Histories(spill)
        self._days: list[int] = []
        self._known: list[pl.DataFrame] = []
        self._unread: list[pl.DataFrame] = []
        self._cancelled: list[pl.DataFrame] = []
        self._signs: list[BlockSigns] = []
        self._signs_of_patients: list[BlockSigns] = []
        self._filling: Filling | None = None
        self._patients: PatientIndex | None = None
        for rows in patients:
            decoder = Decoder(audit.edition, rows.forms, audit.as_of, self._decoder.sets)
            known, unread, days, signs = read_known(FrameCells(rows.cells), decoder, audit.edition, rows.name)
            self._days += days
            self._known += [known] if len(known) else []
            self._unread += [unread] if len(unread) else []
            self._signs_of_patients.append(signs)
        if patients:
            named = pl.concat([pl.DataFrame(schema=_KEYS), *(k.select(KEYS) for k in (*self._known, *self._unread))])
            self._patients = PatientIndex.of(named)
        self._is_met = np.zeros(len(self._patients or ()), np.bool_)

    @property
    def sets(self) -> ProtocolSets:
        """The numbers of the protocols that one cell names."""
        return self._decoder.sets

    @property
    def days(self) -> tuple[int, int]:
        """The earliest and the latest date of the rows so far, as day numbers; 0 and 0 where there is none."""
        return (min(self._days), max(self._days)) if self._days else (0, 0)

    @property
    def contradictions(self) -> Contradictions:
        """What the rows so far, and the patients files, say of patients that cannot be right."""
        return contradictions(self._signs, self._signs_of_patients)

    @property
    def met(self) -> int:
        """The number of patients of the patients file with a row so far."""
        return int(self._is_met.sum())

    def prepare(self, cells: Cells, file: str | None = None) -> tuple[Ready, Digest]:
        """Decode the cells of a block, of the `file` named where there are several; may be called from any thread."""
        return self.prepare_decoded(self._decoder.decode(cells), cells, file)

    def decode(self, cells: Cells) -> Decoded:
        """Decode the cells of a block; may be called from any thread."""
        return self._decoder.decode(cells)

    @property
    def columns(self) -> Mapping[str, Column]:
        """The columns that are read, by name."""
        return self._decoder.columns

    def prepare_decoded(self, decoded: Decoded, cells: Cells, file: str | None = None) -> tuple[Ready, Digest]:
        """Return what `prepare` does, of `cells` that are `decoded`."""
        if self._patients is not None:
            found = self._patients.find(*(decoded.rows[name].to_numpy() for name in KEYS))
            self._is_met[found[found != NOWHERE]] = True
        return prepare(decoded, cells, self._decoder.columns, self._book, self._edition, file)

    def add(self, digest: Digest) -> None:
        """Store what other rows may need of a block; blocks are added in order. Raises OSError."""
        self._histories.add(digest.history)
        self._days += digest.days
        self._known += [digest.known] if len(digest.known) else []
        self._unread += [digest.unread] if len(digest.unread) else []
        self._cancelled.append(digest.cancelled)
        self._signs.append(digest.signs)

    def judge(self, audit: Audit, workers: int = 1, protocol: int | None = None) -> Judge:
        """Return the judge of all blocks, once every block is added; with `protocol` (its number), of its rows alone.

        `audit` may take other readings or another grace than the audit that decoded the cells.
        """
        if self._filling is None:
            self._filling = self._filled(workers)
        filling = self._filling
        tables = RuleTables(audit.edition, audit.grace)
        lanes = Lanes(tables)
        contexts = match_contexts(self._book.contexts(), tables, lanes, protocol)
        lookback = self._histories.look_back(
            contexts, lanes, audit.edition, workers, filling.known_rows, filling.unread
        )
        days = day_table(tables, self.days)
        return Judge(tables, days, contexts, lookback, filling)

    def _filled(self, workers: int) -> Filling:
        """Bring together what is known of patients with the rows that it fills."""
        known_rows, cancelled = None, {}
        if self._known:
            known = Known(pl.concat(self._known, how="diagonal"), self._edition, self._decoder.sets)
            known_rows = self._histories.known_rows(known, self._book, workers)
            cancelled = cancelled_before_birth(self._cancelled, known)
        all_unread = [*self._unread, *(rows.select(KEYS) for rows in cancelled.values())]
        unread = Unread(pl.concat(all_unread)) if all_unread else None
        filler = Filler(known_rows, self._book.contexts(), self._edition)
        return Filling(filler, known_rows, unread, cancelled)

    def forget(self) -> None:
        """Free the memory of the stored rows, once the judges are made."""
        self._histories = Histories()
        self._known, self._unread, self._cancelled = [], [], []
        self._signs, self._signs_of_patients = [], []
        give_back()


class Judge:
    """The second pass of an audit: decides blocks, each once, from any thread."""

    def __init__(
        self, tables: RuleTables, days: DayTable, contexts: Contexts, lookback: Lookback, filling: Filling
    ) -> None:
        """Take the rules as tables, the `lookback` at the cohort's other rows, and what the rows are filled with."""
        self._tables = tables
        self._days = days
        self.contexts = contexts
        self._lookback = lookback
        self._filling = filling
        self._results: dict[tuple[str, ...], Results] = {}
        self._csv_results: dict[tuple[str, ...], CsvResults] = {}
        self._turn = Lock()

    @property
    def repeated(self) -> int:
        """The number of rows whose study stands twice: patient, day, study and status."""
        return self._lookback.repeated

    def with_indications_of(self, edition: Edition) -> Judge:
        """Return a judge that differs in the readings of indications alone, and shares what it knows of the rows."""
        tables = RuleTables(edition, self._tables.grace_policy)
        days = DayTable(tables.durations(), self._days.low, self._days.low + self._days.span - 1)
        return Judge(tables, days, self.contexts, self._lookback, self._filling)

    @cached_property
    def _words(self) -> Words:
        # A judge of another reading needs none.
        days = self._days
        return Words(self._tables, days.low, days.low + days.span - 1, self.contexts.undecided_texts)

    def complete(self, block: Ready, index: int) -> Complete:
        """Return block number `index` with its rows filled: the same by every judge of the cohort."""
        return complete(block, index, self._filling, self._lookback)

    def outcomes(self, block: Complete, index: int, rows: pl.DataFrame | None = None) -> Outcomes:
        """Return the decisions of all rows of block number `index`, in order; with `rows`, judge only these."""
        related, judged = self._lookback.take(index), block.rows if rows is None else rows
        outcomes = decide_rows(judged, block.size, related, self.contexts, self._tables, self._days, block.filled)
        others = block.others["row"].to_numpy().astype(np.intp)
        reason = without_none(block.others["reason"], NOWHERE)
        outcomes.put(others, reason=reason)
        for why in (Reason.CANCELLED, Reason.NOT_IMAGING):
            outcomes.put(others[reason == why.rank], wording=wording(why.value))
        outcomes.put(block.unread["row"].to_numpy().astype(np.intp), unread_rows=block.unread["count"].to_numpy())
        return outcomes

    def in_words(
        self,
        outcomes: Outcomes,
        bad_rows: pl.DataFrame,
        columns: Sequence[str] = RESULT_COLUMNS,
        *,
        typed_dates: bool = False,
    ) -> pl.DataFrame:
        """Return the result columns for the rows of a block, in its order; `bad_rows` are those of Complete.

        `columns` are some of RESULT_COLUMNS, in its order; those of DATE_RESULTS are text unless `typed_dates`.
        """
        with self._turn:
            results = self._results.setdefault(tuple(columns), Results(self._words, columns))
        return results.in_words(outcomes, bad_rows, typed_dates=typed_dates)

    def csv_results(self, columns: Sequence[str] = RESULT_COLUMNS) -> CsvResults:
        """Return the CsvResults for some columns; the same object at each call."""
        names = tuple(columns)
        with self._turn:
            if names not in self._csv_results:
                self._csv_results[names] = CsvResults(self._words, columns)
            return self._csv_results[names]
