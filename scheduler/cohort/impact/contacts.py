"""Whose open or coming window another edition moves: the patients to contact, with the old and the new dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

import polars as pl

from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.cohort.due.listing import FiledDue
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS
from spine_vigil.scheduler.cohort.impact.rules import DifferingRules
from spine_vigil.scheduler.errors import CHANGED, FileError

MOVEMENTS = {
    "opens": "the window is open now, or has passed, and was to come",
    "appears": "there is a window, and there was none, or only where a condition holds",
    "moves": "the window has another first or last day",
    "closes": "the window is to come, and was open or had passed",
    "goes": "there is no window any more, or only where a condition holds",
}
"""What can become of a window, the most urgent first."""

_KEY = ["patient_id", "protocol", "schedule"]
_WINDOW = ["opens", "closes"]
_SIDES = ["status", *_WINDOW, "last_day", "note", "section"]

CONTACT_COLUMNS = {
    "movement": pl.String,
    "changed_by": pl.String,
    **{name: DUE_COLUMNS[name] for name in (*_KEY, "study")},
    **{f"{side}_{name}": DUE_COLUMNS[name] for name in _SIDES for side in ("before", "after")},
    "booked": pl.Date,
}
"""The columns of a list of patients to contact; `before_` and `after_` are those of the two due lists."""


class Contacts:
    """The due lists of one file by two editions: `read` it, then take the `rows` that differ.

    `counts` has the schedules by movement, `patients` the number of patients among them. A window that differs in its
    grace alone does not move; `in_grace` counts these.
    """

    def __init__(self, before: FiledDue, after: FiledDue, rules: DifferingRules, day: date) -> None:
        """`day` is that of the lists: a window that opens by it is open, or has passed."""
        self._before, self._after = before, after
        self._day = day
        self._rules = rules
        self.counts: Counter[str] = Counter()
        self.patients = self.in_grace = 0

    def read(self, progress: Callable[[int, float], None] = lambda _rows, _fraction: None) -> None:
        """Read the file for either edition. `progress` receives the rows read so far, and the fraction (up to 1)."""
        self._before.read(lambda rows, fraction: progress(rows // 2, fraction / 2))
        read = self._before.counts.rows
        self._after.read(lambda rows, fraction: progress((read + rows) // 2, 0.5 + fraction / 2))

    def rows(self) -> pl.DataFrame:
        """Return the schedules of patients whose window differs: CONTACT_COLUMNS, the most urgent movement first."""
        pairs = zip(self._before.by_partition(), self._after.by_partition(), strict=True)
        found = [pl.DataFrame(schema=CONTACT_COLUMNS), *(self._differing(before, after) for before, after in pairs)]
        rank = pl.col("movement").replace_strict(list(MOVEMENTS), range(len(MOVEMENTS)), return_dtype=pl.Int32)
        rows = pl.concat(found).sort(rank, pl.coalesce("after_closes", "before_closes"), *_KEY)
        if self._before.counts.rows != self._after.counts.rows:
            raise FileError(CHANGED)
        self.counts = Counter(dict(rows["movement"].value_counts().iter_rows()))
        self.patients = rows["patient_id"].n_unique()
        return rows

    def _differing(self, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
        """Return the cases of a partition whose window moves, with CONTACT_COLUMNS."""
        both = _side_by_side(before, after, self._day)
        route = pl.format("{}/{}", "protocol", "schedule")
        known = [pl.when(rule.is_in(self._rules.routes)).then(rule) for rule in (route, pl.col("protocol"))]
        both = both.with_columns(changed_by=pl.coalesce(*known, pl.lit(self._rules.otherwise)))
        is_later = pl.col("before_last_day").ne_missing(pl.col("after_last_day"))
        is_due = pl.col("after_status").is_in([status.value for status in DueStatus if status.is_due])
        self.in_grace += len(both.filter(pl.col("movement").is_null() & is_due & is_later))
        moved = both.drop_nulls("movement")
        return moved.select(pl.col(name).cast(dtype) for name, dtype in CONTACT_COLUMNS.items())


def _side_by_side(before: pl.DataFrame, after: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return the cases of a partition by both editions, with the `movement` of their windows, null where none moves."""
    wanted = [*_KEY, "study", "booked", *_SIDES]
    sides = [list_.filter(pl.col("schedule").is_not_null()).select(wanted) for list_ in (before, after)]
    old, new = (
        side.rename({name: f"{prefix}_{name}" for name in (*_SIDES, "study", "booked")})
        for side, prefix in zip(sides, ("before", "after"), strict=True)
    )
    both = old.join(new, on=_KEY, how="full", coalesce=True)
    due = [status.value for status in DueStatus if status.is_due]
    had, has = (pl.col(f"{side}_status").is_in(due).fill_null(value=False) for side in ("before", "after"))
    was_to_come, is_to_come = (pl.col(f"{side}_opens") > day for side in ("before", "after"))
    differs = pl.any_horizontal(pl.col(f"before_{name}").ne_missing(pl.col(f"after_{name}")) for name in _WINDOW)
    movement = (
        pl.when(had & ~has)
        .then(pl.lit("goes"))
        .when(has & ~had)
        .then(pl.lit("appears"))
        .when(had & has & was_to_come & ~is_to_come)
        .then(pl.lit("opens"))
        .when(had & has & ~was_to_come & is_to_come)
        .then(pl.lit("closes"))
        .when(had & has & differs)
        .then(pl.lit("moves"))
    )
    return both.with_columns(
        movement.alias("movement"),
        study=pl.coalesce("after_study", "before_study"),
        booked=pl.coalesce("after_booked", "before_booked"),
    )
