"""The list of what is due in a cohort, whatever the order of its rows and however many there are.

What is due for a patient hangs on all rows of the patient, which may stand anywhere. So every block of rows is split
into shares by patient, which wait as whole numbers; then share by share it is worked out what is due, and the shares
are merged into one list. The answer depends neither on blocks nor shares nor on how many threads there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from spine_vigil.scheduler.cohort.decoding.cells import FrameCells
from spine_vigil.scheduler.cohort.decoding.decoding import Decoder
from spine_vigil.scheduler.cohort.due.documents import DueBlock, DueCounts, collect_block
from spine_vigil.scheduler.cohort.due.standing import DueRules, DueShare, Wanted, due_share
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS, ORDER, DueTotals, in_words, totals, with_order
from spine_vigil.scheduler.cohort.events.events import Block, Events, EventsFile
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables, day_table
from spine_vigil.scheduler.cohort.threads import in_order
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE
from spine_vigil.scheduler.files.merging import SortedRun, SortedRuns
from spine_vigil.scheduler.files.spill import Held, Spill
from spine_vigil.scheduler.records.fields import day_number
from spine_vigil.scheduler.rules.grace import GracePolicy

_BLOCKS_OF_A_SHARE, _MOST_SHARES = 4, 256
"""Patients are shared out so that a share has the rows of some blocks."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due in a cohort on a date.

    `rows` has the columns of DUE_COLUMNS (due/wording.py), most urgent first. `problems` has
    one row for each cell that cannot be read (`row` from 0 and `column`, empty where it is the line as a whole); such
    rows count for nothing. `patients` can be read, of whom `without_schedule` have no protocol with schedules.
    """

    rows: pl.DataFrame
    problems: pl.DataFrame
    patients: int
    without_schedule: int


def list_due(
    cells: pl.DataFrame,
    edition: Edition,
    grace: GracePolicy,
    as_of: date,
    date_format: str | None = None,
    wanted: Wanted | None = None,
) -> Due:
    """Return how every patient of an events frame stands under every schedule of his or her protocols.

    `cells` are text columns by the names of records/fields.py, unknown ones ignored.
    """
    if LINE not in cells.columns:
        cells = cells.with_row_index(LINE, 1)
    tables = RuleTables(edition, grace)
    block = collect_block(FrameCells(cells), Decoder(edition, date_format), tables, as_of)
    found = due_share(block.documents, block.studies, tables, day_table(tables, block.days), day_number(as_of))
    cases = with_order((wanted or Wanted()).of(found.cases, tables)).sort(ORDER)
    problems = block.problems.select("row", "column")
    return Due(in_words(cases, tables, as_of), problems, found.patients, found.without_schedule)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A block that was read: what it adds to the counts, and where its part of each share waits."""

    block: Block
    found: DueBlock
    shares: dict[int, Held]


@dataclass(frozen=True, slots=True)
class _Share:
    """What a share of the patients adds to the list and to the counts of FiledDue."""

    run: SortedRun
    totals: DueTotals
    left_out: int
    patients: int
    without_schedule: int


class FiledDue:
    """The list of one file: `read` it, `work_out` what is due, then take it from `frames`, any number of times.

    `counts` say what was read, `patients` can be read, of whom `without_schedule` have no protocol with schedules;
    `totals` are those of what is listed, and `left_out` counts the schedules that are not asked for.
    """

    def __init__(
        self,
        rules: DueRules,
        file: EventsFile,
        spill: Spill,
        *,
        wanted: Wanted | None = None,
        fill: Callable[[Events], Events] | None = None,
        workers: int = 1,
    ) -> None:
        """`fill` gives the rows what another file says of their patients."""
        self._rules = rules
        self._file = file
        self._spill = spill
        self._wanted = wanted or Wanted()
        self._fill = fill
        self._workers = workers
        self._tables = RuleTables(rules.edition, rules.grace)
        self._decoder = Decoder(rules.edition, rules.date_format)
        self._share_count = 1
        self._shares: list[list[Held]] = []
        self._days: list[int] = []
        self._runs = SortedRuns(spill, ORDER)
        self.counts = DueCounts()
        self.totals = DueTotals()
        self.patients = self.without_schedule = self.left_out = 0

    def read(self, progress: Callable[[int, float], None] = lambda _rows, _share: None) -> None:
        """Read the whole file. `progress` is told the rows read so far, and their share of the file (up to 1)."""
        size = max(self._file.size, 1)
        for waiting in in_order(self._read_block, self._blocks(), self._workers):
            self.counts.add(waiting.found)
            self._days += waiting.found.days
            for share, held in waiting.shares.items():
                self._shares[share].append(held)
            progress(self.counts.rows, (waiting.block.start + waiting.block.size) / size)

    def _blocks(self) -> Iterator[Block]:
        for block in self._file.blocks():
            if not self._shares:
                blocks = self._file.size / max(block.size, 1)
                self._share_count = int(min(max(blocks / _BLOCKS_OF_A_SHARE, 1), _MOST_SHARES))
                self._shares = [[] for _ in range(self._share_count)]
            yield block

    def _read_block(self, block: Block) -> _Waiting:
        events = self._file.read(block)
        own_damage = events.cells[DAMAGE] if self._fill else None
        cells = (self._fill(events) if self._fill else events).text
        found = collect_block(cells, self._decoder, self._tables, self._rules.as_of, own_damage)
        parts = (self._by_share(found.documents), self._by_share(found.studies))
        none = (found.documents.clear(), found.studies.clear())
        shares = {
            share: self._spill.put([part.get(share, empty) for part, empty in zip(parts, none, strict=True)])
            for share in sorted(parts[0])
        }
        return _Waiting(block, found.without_rows(), shares)

    def _by_share(self, frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
        if self._share_count == 1:
            return {0: frame}
        share = (pl.col("patient") % self._share_count).alias("share")
        parts = frame.with_columns(share).partition_by("share", as_dict=True, include_key=False)
        return {number: part for (number,), part in parts.items()}

    def work_out(self, progress: Callable[[float], None] = lambda _share: None) -> None:
        """Work out what is due once the file was read. `progress` is told how much of that is done (up to 1)."""
        days = day_table(self._tables, [min(self._days), max(self._days)] if self._days else [])

        def of_share(places: list[Held]) -> _Share:
            found = self._of_share(places, days)
            wanted = self._wanted.of(found.cases, self._tables)
            return _Share(
                self._runs.sorted_run(with_order(wanted)),
                totals(wanted, self._tables),
                len(found.cases) - len(wanted),
                found.patients,
                found.without_schedule,
            )

        filled, self._shares = [places for places in self._shares if places], []
        for done, share in enumerate(in_order(of_share, filled, self._workers), start=1):
            self._runs.add(share.run)
            self.totals += share.totals
            self.left_out += share.left_out
            self.patients += share.patients
            self.without_schedule += share.without_schedule
            progress(done / len(filled))

    def _of_share(self, places: list[Held], days: DayTable) -> DueShare:
        parts = [self._spill.get(place) for place in places]
        documents, studies = (pl.concat(part[n] for part in parts) for n in (0, 1))
        return due_share(documents, studies, self._tables, days, day_number(self._rules.as_of))

    def frames(self, progress: Callable[[float], None] = lambda _share: None) -> Iterator[pl.DataFrame]:
        """Yield the list piece by piece (columns of DUE_COLUMNS), most urgent first; the first may hold no row."""
        pieces = self._runs.pieces()
        if not pieces:
            yield pl.DataFrame(schema=DUE_COLUMNS)

        def worded(number: int) -> pl.DataFrame:
            return in_words(self._runs.piece(number), self._tables, self._rules.as_of)

        for done, frame in enumerate(in_order(worded, pieces, self._workers), start=1):
            yield frame
            progress(done / len(pieces))
