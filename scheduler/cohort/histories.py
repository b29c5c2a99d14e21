"""What the rows of a cohort need of each other: earlier studies, and the other studies of a day.

Only this is held of all rows at once, as a few whole numbers each. It is worked out for some of the patients
at a time, so that sorting takes little memory however large the cohort is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import polars as pl

from scheduler.cohort.combinations import studies_together
from scheduler.cohort.contexts import Contexts, Lanes
from scheduler.cohort.earlier import HISTORY, REFERENCE_DAYS, REFERENCES, reference_days
from scheduler.cohort.parallel import in_order
from scheduler.edition import Edition

_MOST_AT_ONCE, _FEWEST_AT_ONCE = 1 << 20, 1 << 16
"""How many rows are sorted at a time, roughly; so few only to give every worker some."""


class Histories:
    """The judged rows of a cohort as HISTORY, block by block."""

    def __init__(self) -> None:
        self._frames: list[pl.DataFrame] = []
        self._starts: list[int] = []
        self._rows = 0

    def add(self, history: pl.DataFrame) -> None:
        """Keep the rows of the next block."""
        self._frames.append(history)
        self._starts.append(self._rows)
        self._rows += len(history)

    def look_back(self, contexts: Contexts, lanes: Lanes, edition: Edition, workers: int) -> Lookback:
        """Return what the rows of every block need of the others."""
        shares = max(self._rows // _MOST_AT_ONCE, min(workers, self._rows // _FEWEST_AT_ONCE)) or 1

        def of_share(share: int) -> tuple[pl.Series, Found]:
            own = _with_counted_patients(self._of_share(share, shares))
            days, several = reference_days(own, contexts, lanes)
            return own["at"], Found(days, several, studies_together(own, contexts, edition))

        lookback = Lookback(self._starts, self._rows)
        for at, found in in_order(of_share, range(shares), workers):
            lookback.add(at, found)
        return lookback

    def _of_share(self, share: int, shares: int) -> pl.DataFrame:
        """Return the rows of some of the patients as HISTORY with `at`, their places among all rows."""
        numbered = (
            rows.with_row_index("at", offset=start) for rows, start in zip(self._frames, self._starts, strict=True)
        )
        own = [rows.filter(pl.col("patient") % shares == share) if shares > 1 else rows for rows in numbered]
        return pl.concat([pl.DataFrame(schema={"at": pl.UInt32, **HISTORY}), *own], rechunk=True)


def _with_counted_patients(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with patients counted from 0, those of a patient as neighbours (as they mostly stand anyway)."""
    run = rows["patient"].rle_id()
    first = rows["patient"].filter(run.ne_missing(run.shift(1)))
    if first.n_unique() == len(first):
        return rows.with_columns(patient=run)
    return rows.sort("patient").with_columns(patient=pl.col("patient").rle_id())


@dataclass(frozen=True, slots=True)
class Found:
    """What judged rows need of the others.

    `days` (REFERENCE_DAYS) has a row for each of them. `several` (REFERENCES) has the rows that fit several schedules,
    `together` those with other studies on their day (see `studies_together`), by their place, `at`, in the cohort or
    in their block.
    """

    days: pl.DataFrame
    several: pl.DataFrame
    together: pl.DataFrame


class Lookback:
    """What the judged rows of a cohort need of each other, by block."""

    def __init__(self, starts: list[int], rows: int) -> None:
        self._starts = starts
        self._ends = [*starts[1:], rows]
        self._days = {name: pl.repeat(None, rows, dtype=t, eager=True) for name, t in REFERENCE_DAYS.items()}
        self._several: dict[int, list[pl.DataFrame]] = defaultdict(list)
        self._together: dict[int, list[pl.DataFrame]] = defaultdict(list)

    def add(self, at: pl.Series, found: Found) -> None:
        """Keep what was found for the rows of some patients, `at` counting the rows of the whole cohort."""
        for name in REFERENCE_DAYS:
            self._days[name] = self._days[name].scatter(at, found.days[name])
        for kept, rows in ((self._several, found.several), (self._together, found.together)):
            for place, part in self._by_block(rows):
                kept[place].append(part)

    def take(self, place: int) -> Found:
        """Return what the rows of a block need, `at` counting its own rows; only once."""
        start, rows = self._starts[place], self._ends[place] - self._starts[place]
        several = self._several.pop(place, [pl.DataFrame(schema=REFERENCES)])
        together = self._together.pop(place, [pl.DataFrame(schema={"at": pl.UInt32})])
        return Found(
            pl.DataFrame({name: days.slice(start, rows) for name, days in self._days.items()}),
            several[0] if len(several) == 1 else pl.concat(several).sort("at", "schedule"),
            pl.concat(together),
        )

    def _by_block(self, found: pl.DataFrame) -> list[tuple[int, pl.DataFrame]]:
        if len(self._starts) == 1:
            return [(0, found)]
        block = pl.lit(pl.Series(self._starts, dtype=pl.UInt32)).search_sorted(pl.col("at"), side="right") - 1
        parts = found.with_columns(block=block).partition_by("block", as_dict=True, include_key=False)
        # Empty blocks start where the next one does; a row belongs to the last block that starts at or before it.
        return [(place, part.with_columns(pl.col("at") - self._starts[place])) for (place,), part in parts.items()]
