"""Completing the blocks of a cohort, once all its rows are read: rows are filled, and impossible ones set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE, Flags
from spine_vigil.scheduler.cohort.audit.blocks import Ready
from spine_vigil.scheduler.cohort.history.doubts import Unread
from spine_vigil.scheduler.cohort.history.filled import Filled
from spine_vigil.scheduler.cohort.history.filling import Filler
from spine_vigil.scheduler.cohort.history.known import Known
from spine_vigil.scheduler.cohort.history.known_rows import KnownRows
from spine_vigil.scheduler.cohort.history.lookback import Lookback
from spine_vigil.scheduler.cohort.history.patient_index import KEYS
from spine_vigil.scheduler.records import rows as row_checks
from spine_vigil.scheduler.records.fields import STATUSES
from spine_vigil.scheduler.records.patients import Status


@dataclass(frozen=True, slots=True)
class Filling:
    """What the rows of a cohort are filled with once all are read: the same under every reading.

    `known_rows` is None where nothing is known of any patient, `unread` where every row can be read. `cancelled` are
    the cancelled rows that lie before the birth of their patient, by block: `row`, `date` and `birth_date`.
    """

    filler: Filler
    known_rows: KnownRows | None
    unread: Unread | None
    cancelled: Mapping[int, pl.DataFrame]


def cancelled_before_birth(blocks: Sequence[pl.DataFrame], known: Known) -> dict[int, pl.DataFrame]:
    """Return the cancelled rows of Digest, block by block, that lie before the known birth: those and `birth_date`."""
    found = {}
    for index, rows in enumerate(blocks):
        patient = known.patients.find(*(rows[name].to_numpy() for name in KEYS))
        birth = pl.Series("birth_date", known.birth[patient], dtype=pl.Int32)
        is_known = pl.Series(patient != NOWHERE)
        wrong = (
            rows.with_columns(birth)
            .filter(is_known, pl.col("birth_date") != NO_DAY)
            .filter(pl.col("date") < pl.col("birth_date"))
        )
        if len(wrong):
            found[index] = wrong
    return found


@dataclass(frozen=True, slots=True)
class Complete:
    """A block whose rows are filled: what Ready holds, with what stands beside the rows.

    `rows` and `filled` are those of `decide_rows`. `others` has `row` and `reason`, `bad_rows` has `row` and
    `explanation`, each row once and in order. `contexts` has the `context` of each `row` that could be judged, `named`
    the `protocol` of the others as Ready has it. `unread` has `row` and `count`, the number of invalid rows of the same
    patient, for the judged rows that have some.
    """

    size: int
    rows: pl.DataFrame
    filled: Filled
    others: pl.DataFrame
    bad_rows: pl.DataFrame
    contexts: pl.DataFrame
    named: pl.DataFrame
    unread: pl.DataFrame

    def only(self, is_own: Flags) -> Complete:
        """Return the block with some of its rows alone, given which; `size` is that of the whole block."""
        own = pl.Series(is_own)
        frames = (self.rows, self.others, self.bad_rows, self.contexts, self.named, self.unread)
        rows, others, bad_rows, contexts, named, unread = (f.filter(own.gather(f["row"])) for f in frames)
        return Complete(self.size, rows, self.filled, others, bad_rows, contexts, named, unread)


def complete(ready: Ready, index: int, filling: Filling, lookback: Lookback) -> Complete:
    """Complete block number `index` of a cohort."""
    rows, filled = filling.filler.fill(ready.rows, lookback.starts[index])
    doubts = lookback.doubts(index)
    unread = pl.DataFrame(
        {"row": rows["row"].gather(pl.Series(doubts.unread)), "count": pl.Series(doubts.counts, dtype=pl.Int32)}
    )
    contexts, named = rows.select("row", "context"), ready.others.select("row", "protocol")
    others, bad_rows = ready.others.select("row", "reason"), ready.bad_rows
    if len(doubts.impossible):
        # No row was left out before, so that the index of a row is its place.
        impossible = rows[doubts.impossible.tolist()]
        rows = rows.filter(~pl.col("at").is_in(impossible["at"].implode()))
        others, bad_rows = _with_bad(others, bad_rows, _explained(impossible, ready))
    if index in filling.cancelled:
        cancelled = filling.cancelled[index].with_columns(status=None, death_date=None)
        others, bad_rows = _with_bad(others, bad_rows, _explained(cancelled, ready))
    return Complete(ready.size, rows, filled, others, bad_rows, contexts, named, unread)


def _with_bad(others: pl.DataFrame, bad_rows: pl.DataFrame, more: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the other and the bad rows of a block with `more` bad ones."""
    bad = more.select("row", reason=pl.lit(Reason.BAD_ROW.rank, dtype=pl.Int32))
    others = pl.concat([others.join(bad, on="row", how="anti"), bad])
    return others.sort("row"), pl.concat([bad_rows, more]).sort("row")


def _explained(rows: pl.DataFrame, ready: Ready) -> pl.DataFrame:
    """Return `row` and `explanation` of impossible rows, in the words of the checks of a single row."""
    performed = pl.col("status") == STATUSES.index(Status.PERFORMED)
    texts = [
        pl.when(is_wrong.fill_null(value=False)).then(
            pl.format(f"column {name}: {message.replace('{value}', '{}')}", pl.col(name).cast(pl.Date).cast(pl.String))
        )
        for name, message, is_wrong in (
            ("birth_date", row_checks.BEFORE_BIRTH, pl.col("date") < pl.col("birth_date")),
            ("death_date", row_checks.AFTER_DEATH, performed & (pl.col("date") > pl.col("death_date"))),
        )
    ]
    place = pl.lit(ready.places_of(rows["row"]))
    text = pl.concat_str(texts, separator="; ", ignore_nulls=True)
    return rows.select("row", explanation=pl.format("{}: {}", place, text))
