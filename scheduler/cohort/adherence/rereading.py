"""What hangs on a reading: the decisions on studies, and the windows, that another reading would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.adherence.outcomes import OUTCOMES
from spine_vigil.scheduler.cohort.adherence.studies import KINDS_OF_USE, STUDY_KEY, USE_OF_REASON
from spine_vigil.scheduler.cohort.arrays import gather
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables

_ROOM = 1 << 32

CHANGES = ("differing", "patients", "within", "outside", "patients_of_windows", "timely", "counted")
"""What is counted of a reading: studies that it decides otherwise, their patients, patients of changed windows, and by
how much counts change."""


@dataclass(frozen=True, slots=True)
class OtherReading:
    """Another reading, `ROUTE=NAME`; of a schedule it has the number of its protocol, and its rules as tables."""

    name: str
    protocol: int | None
    tables: RuleTables


@dataclass(frozen=True, slots=True)
class Differing:
    """Rows that readings decide otherwise: the packed block and row in order, the number of the reading, the reason."""

    place: NDArray[np.int64]
    reading: NDArray[np.int32]
    reason: NDArray[np.int32]

    @classmethod
    def of(cls, found: Sequence[tuple[int, int, NDArray[np.uint32], NDArray[np.int32]]]) -> Differing:
        """Return the rows of blocks: number of the block, number of the reading, rows and reasons."""
        none = np.empty(0, np.int32)
        place = np.concatenate(
            [none.astype(np.int64), *(block * _ROOM + rows.astype(np.int64) for block, _, rows, _ in found)]
        )
        reading = np.concatenate([none, *(np.full(len(rows), number, np.int32) for _, number, rows, _ in found)])
        reason = np.concatenate([none, *(reasons for *_, reasons in found)])
        order = np.argsort(place, kind="stable")
        return cls(place[order], reading[order], reason[order])

    def of_rows(self, block: NDArray[np.int32], row: NDArray[np.uint32]) -> pl.DataFrame:
        """Return `at` (the index among the given rows), `reading` and `reason` of those that differ."""
        wanted = block.astype(np.int64) * _ROOM + row
        first, behind = (np.searchsorted(self.place, wanted, side=side) for side in ("left", "right"))
        count = behind - first
        at = np.repeat(np.arange(len(wanted)), count)
        place = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count) + first[at]
        return pl.DataFrame({"at": at, "reading": self.reading[place], "reason": self.reason[place]})


def changed_studies(rows: pl.DataFrame, differing: pl.DataFrame) -> pl.DataFrame:
    """Return by `reading` how many studies it decides otherwise, of how many patients, and how shares change.

    `rows` are rows of performed studies with `at`, STUDY_KEY and `reason`; `differing` has `at`, `reading` and the
    other `reason`. The best decision on the rows of a study counts.
    """
    touched = rows.join(differing.select("at").unique(), on="at", how="semi").select(STUDY_KEY).unique()
    own = rows.join(touched, on=STUDY_KEY, how="semi").select("at", *STUDY_KEY, "reason")
    of_readings = own.join(differing.select("reading").unique(), how="cross")
    other = of_readings.join(differing.rename({"reason": "other"}), on=["at", "reading"], how="left")
    best = other.group_by("reading", *STUDY_KEY).agg(pl.col("reason").min(), other=pl.coalesce("other", "reason").min())
    use, read_so = (gather(USE_OF_REASON, pl.col(name)) for name in ("reason", "other"))
    best = best.with_columns(use=use, read_so=read_so).filter(pl.col("use") != pl.col("read_so"))
    changes = {
        name: (pl.col("read_so") == number).sum().cast(pl.Int64) - (pl.col("use") == number).sum().cast(pl.Int64)
        for number, name in enumerate(KINDS_OF_USE)
        if name in CHANGES
    }
    none = pl.lit(0, dtype=pl.Int64)
    return (
        best.group_by("reading")
        .agg(differing=pl.len().cast(pl.Int64), patients=pl.col("number").n_unique().cast(pl.Int64), **changes)
        .with_columns(patients_of_windows=none, timely=none, counted=none)
        .select("reading", *CHANGES)
    )


def changed_windows(reading: int, windows: pl.DataFrame, read_so: pl.DataFrame) -> pl.DataFrame:
    """Return by how much the timely and the counted windows change under a reading, in the form of changed_studies."""
    both = [_counted(windows, -1), _counted(read_so, 1)]
    changed = pl.concat(both).group_by("number").agg(pl.col("timely", "counted").sum())
    changed = changed.filter((pl.col("timely") != 0) | (pl.col("counted") != 0))
    counts = [0, 0, 0, 0, len(changed), *(int(changed[name].sum()) for name in ("timely", "counted"))]
    return pl.DataFrame(
        [(reading, *counts)], schema={"reading": pl.Int32, **dict.fromkeys(CHANGES, pl.Int64)}, orient="row"
    )


def _counted(windows: pl.DataFrame, sign: int) -> pl.DataFrame:
    """Return the timely and the counted windows of each patient, times `sign`."""
    return windows.select(
        "number",
        timely=(pl.col("outcome") == OUTCOMES.index("timely")) * pl.lit(sign, dtype=pl.Int64),
        counted=(pl.col("outcome") < OUTCOMES.index("unknown")) * pl.lit(sign, dtype=pl.Int64),
    )
