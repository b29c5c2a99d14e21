"""One decoded block of an events file: the rows to judge, the other rows, and what the second pass needs of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.arrays import NO_DAY, Ints, without_none
from spine_vigil.scheduler.cohort.decoding.cells import Cells
from spine_vigil.scheduler.cohort.decoding.decoding import IS_LEFT_OUT, Decoded, Decoder, bounds
from spine_vigil.scheduler.cohort.history.contradictions import BlockSigns, block_signs
from spine_vigil.scheduler.cohort.history.known import known_columns
from spine_vigil.scheduler.cohort.history.patient_index import KEYS
from spine_vigil.scheduler.cohort.history.rows import HISTORY, part_of_rows
from spine_vigil.scheduler.cohort.tables.context_book import ContextBook
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.fields import STATUSES, Column
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.facts import BIRTH_DATE

_CANCELLED = STATUSES.index(Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Ready:
    """A decoded block, ready to be judged once all rows of the cohort are known.

    `rows` are the events to judge (see `decide_rows`), `others` the bad, cancelled, left-out and enrolment rows (`row`,
    `date`, `reason`, null for an enrolment, and `protocol` as in Decoded), `bad_rows` what is wrong with the bad ones
    (`row` and `explanation`). `lines` has the `line` on which each row starts, or the first of these alone where each
    row has one line, and the `file` (null: the only one).
    """

    rows: pl.DataFrame
    others: pl.DataFrame
    bad_rows: pl.DataFrame
    lines: pl.DataFrame

    @property
    def size(self) -> int:
        """The number of rows in the block."""
        return len(self.rows) + len(self.others)

    @property
    def frames(self) -> tuple[pl.DataFrame, ...]:
        """The frames that the block is made of."""
        return self.rows, self.others, self.bad_rows, self.lines

    @property
    def dates(self) -> Ints:
        """The date of every row of the block as a day number; NO_DAY where it cannot be read."""
        dates = np.full(self.size, NO_DAY, np.int32)
        for rows in (self.rows, self.others):
            dates[rows["row"].to_numpy()] = without_none(rows["date"], NO_DAY)
        return dates

    def places_of(self, rows: pl.Series) -> pl.Series:
        """Return where each of some rows starts: its line, and its file where there are several."""
        lines = self.lines["line"]
        numbers = lines.gather(rows) if len(lines) == self.size else rows.cast(pl.Int64) + lines[0]
        return places(numbers, self.lines["file"][0])


def places(lines: pl.Series, file: str | None) -> pl.Series:
    """Return the places of lines in words: `Line 7`, or `2026-02.csv, line 7` where there are several files."""
    before = "Line " if file is None else f"{file}, line "
    return pl.select(pl.concat_str(pl.lit(before), pl.lit(lines).cast(pl.String))).to_series()


@dataclass(frozen=True, slots=True)
class Digest:
    """What is stored of a block until all blocks are read.

    `history` holds its judged rows (columns of HISTORY), `days` the earliest and the latest of all dates of rows that
    count, or nothing where they have none. `known` are the enrolment rows (KEYS and those of `known_columns` that the
    file has), `unread` the KEYS of the bad rows that name their patient. `cancelled` are the cancelled rows that give
    no birth date (`row`, `date`, KEYS): one that other rows give can make them bad too. `signs` are for finding
    contradictions.
    """

    history: pl.DataFrame
    days: list[int]
    known: pl.DataFrame
    unread: pl.DataFrame
    cancelled: pl.DataFrame
    signs: BlockSigns


def prepare(
    decoded: Decoded,
    cells: Cells,
    columns: Mapping[str, Column],
    book: ContextBook,
    edition: Edition,
    file: str | None = None,
) -> tuple[Ready, Digest]:
    """Divide the rows of a block; `cells` are what was decoded, `columns` those of the decoder.

    `file` names the file where there are several.
    """
    frame, problems, lines = decoded.rows, decoded.problems, cells.lines
    is_bad = pl.col("row").is_in(problems["row"].unique().implode()) if len(problems) else pl.lit(value=False)
    is_left_out = pl.col(IS_LEFT_OUT) if IS_LEFT_OUT in frame.columns else pl.lit(value=False)
    is_cancelled = pl.col("has_study") & (pl.col("status") == _CANCELLED) & ~is_bad & ~is_left_out
    is_judged = pl.col("has_study") & ~is_bad & ~is_cancelled & ~is_left_out
    rows = frame.filter(is_judged).drop("has_study").with_row_index("at")
    rows = rows.with_columns(context=book.number(rows))
    history = rows.with_columns(part_of_rows()).select(*HISTORY)
    others = frame.filter(~is_judged)
    named = pl.lit(decoded.protocols).gather(pl.col("row"))
    ready = Ready(
        rows.drop(
            *KEYS, "has_patient", "is_add_on", "regions", "primary_site", "region", "cpt", IS_LEFT_OUT, strict=False
        ),
        others.select("row", "date", reason=_reason(is_bad, is_cancelled, is_left_out), protocol=named),
        _bad_rows(problems, lines, file),
        _lines(lines, file),
    )
    known = others.filter(~is_bad & ~is_left_out & ~pl.col("has_study")).select(_known_of(others, edition))
    days = [*bounds(rows, columns), *(bounds(known, columns) if len(known) else [])]
    unread = others.filter(is_bad & pl.col("has_patient")).select(KEYS)
    cancelled = others.filter(is_cancelled & pl.col("birth_date").is_null()).select("row", "date", *KEYS)
    sound = frame.filter(~is_bad & ~is_left_out & pl.col("has_patient")).select("row", *KEYS, *_birth(frame))
    return ready, Digest(history, days, known, unread, cancelled, block_signs(sound, cells, file))


def _birth(rows: pl.DataFrame) -> list[str]:
    return [BIRTH_DATE] if BIRTH_DATE in rows.columns else []


def read_known(
    cells: Cells, decoder: Decoder, edition: Edition, file: str | None = None
) -> tuple[pl.DataFrame, pl.DataFrame, list[int], BlockSigns]:
    """Return the rows of a patients file, named `file`, as the `known`, `unread`, `days` and `signs` of Digest."""
    decoded = decoder.decode(cells)
    rows = decoded.rows.filter("has_patient")
    rows = rows.filter(~pl.col(IS_LEFT_OUT)) if IS_LEFT_OUT in rows.columns else rows
    is_bad = pl.col("row").is_in(decoded.problems["row"].unique().implode())
    sound = rows.filter(~is_bad)
    known = sound.select(_known_of(rows, edition))
    signs = block_signs(sound.select("row", *KEYS, *_birth(rows)), cells, file)
    return known, rows.filter(is_bad).select(KEYS), bounds(known, decoder.columns), signs


def _known_of(rows: pl.DataFrame, edition: Edition) -> list[str]:
    return [*KEYS, *(name for name in known_columns(edition) if name in rows.columns)]


def _reason(is_bad: pl.Expr, is_cancelled: pl.Expr, is_left_out: pl.Expr) -> pl.Expr:
    """Return why a row is not judged; an enrolment has no reason."""
    reason = pl.when(is_left_out).then(Reason.NOT_IMAGING.rank).when(is_bad).then(Reason.BAD_ROW.rank)
    return reason.when(is_cancelled).then(Reason.CANCELLED.rank).cast(pl.Int32)


def _lines(lines: pl.Series, file: str | None) -> pl.DataFrame:
    """Return the lines of a block as Ready stores them."""
    numbers = lines.to_numpy()
    is_each = len(numbers) > 0 and bool((np.diff(numbers.astype(np.int64)) == 1).all())
    # A slice would keep all lines in memory.
    kept = pl.Series("line", [lines[0]], dtype=lines.dtype) if is_each else lines.alias("line")
    return kept.to_frame().with_columns(file=pl.lit(file, dtype=pl.String))


def _bad_rows(problems: pl.DataFrame, lines: pl.Series, file: str | None) -> pl.DataFrame:
    """Return `row` and `explanation`, which joins all problems of a bad row."""
    text = pl.when(pl.col("column") == "").then("message").otherwise(pl.format("column {}: {}", "column", "message"))
    joined = (
        problems.with_columns(text=text).group_by("row", maintain_order=True).agg(text=pl.col("text").str.join("; "))
    )
    place = places(lines.gather(joined["row"]), file)
    return joined.select("row", explanation=pl.format("{}: {}", pl.lit(place), "text"))
