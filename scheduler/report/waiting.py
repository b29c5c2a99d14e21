"""The time to study: Kaplan-Meier curves of windows by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.adherence.tally import ALL, PROTOCOL, SCHEDULE
from spine_vigil.scheduler.report.model import TABLES
from spine_vigil.scheduler.report.names import Names
from spine_vigil.scheduler.report.statistics import Survival, survival

_AFTER = {"by_closes": 0, "by_30": 30, "by_60": 60, "by_90": 90}
"""The shares that are done so many days after the window closes."""

_MOST_POINTS = 120
"""The most points of a published curve."""


class _Counted(NamedTuple):
    """How many waits ended on a day, with a study or censored, in the order of days."""

    days: NDArray[np.int64]
    is_done: NDArray[np.bool_]
    windows: NDArray[np.int64]

    @classmethod
    def of(cls, rows: pl.DataFrame) -> _Counted:
        return cls(*(rows[name].to_numpy() for name in cls._fields))

    @classmethod
    def together(cls, parts: Sequence[_Counted]) -> _Counted:
        """Add up the waits of groups."""
        days, is_done, windows = map(np.concatenate, zip(*parts, strict=True))
        first = int(days.min())
        count = np.bincount((days - first) * 2 + is_done, weights=windows)
        some = count.nonzero()[0]
        return cls(some // 2 + first, some % 2 == 1, count[some].astype(np.int64))

    @property
    def done(self) -> NDArray[np.int64]:
        """How many ended with a study on each day that has one."""
        return self.windows[self.is_done]


class Waits:
    """The survival of windows by group: of all, of protocols and of schedules."""

    def __init__(self, frames: Mapping[str, pl.DataFrame], names: Names) -> None:
        """Take `waits`, `past_closes` and `waiting` of a tally."""
        self._frames, self._names = frames, names
        self._protocol = names.protocol_numbers
        self._known: dict[tuple[int, ...], tuple[Survival, Survival, int]] = {}
        opened, closed = (
            {
                schedule: _Counted.of(rows)
                for (schedule,), rows in frames[name].partition_by("schedule", as_dict=True).items()
            }
            for name in ("waits", "past_closes")
        )
        self._of_schedules = {schedule: (opened[schedule], closed[schedule]) for schedule in sorted(opened)}

    def of(self, by: str, group: int) -> tuple[Survival, Survival, int]:
        """Return the survival of a group from the opening, from the closing, and how many were done.

        Most protocols have one schedule, whose windows are those of the protocol.
        """
        of_group = {ALL: lambda _: True, PROTOCOL: lambda s: self._protocol[s] == group, SCHEDULE: lambda s: s == group}
        schedules = tuple(filter(of_group[by], self._of_schedules))
        if schedules not in self._known:
            opened, closed = (self._together(kind, schedules) for kind in (_OPENED, _CLOSED))
            self._known[schedules] = survival(*opened), survival(*closed), int(opened.done.sum())
        return self._known[schedules]

    def _together(self, kind: int, schedules: Iterable[int]) -> _Counted:
        return _Counted.together([self._of_schedules[schedule][kind] for schedule in schedules])

    def table(self) -> pl.DataFrame:
        """Return the time to study of every group: counts, medians and shares with intervals."""
        order = {ALL: 0, PROTOCOL: 1, SCHEDULE: 2}
        rows = []
        for counts in self._frames["waiting"].to_dicts():
            key = counts["by"], counts["group"]
            opened, closed, done = self.of(*key)
            medians = {"median": opened.median, "median_low": opened.median_low, "median_high": opened.median_high}
            shares = {
                f"{name}{end}": value
                for name, day in _AFTER.items()
                for end, value in zip(("", "_low", "_high"), closed.by(day), strict=True)
            }
            numbers = {"done": done, "censored": counts["windows"] - done, **medians, **shares}
            rows.append({**counts, **numbers, "group": self._names.group(*key), "place": order[key[0]]})
        if not rows:
            return pl.DataFrame(
                schema={**TABLES["time_to_study"], "done_patients": pl.Int64, "waiting_patients": pl.Int64}
            )
        found = pl.DataFrame(rows, infer_schema_length=None)
        return found.sort("place", "group").drop("place").with_columns(pl.selectors.float().fill_nan(None))

    def curve(self, fewest: int) -> pl.DataFrame:
        """Return the curve of all windows at some days, between which at least `fewest` studies were done."""
        if not self._frames["waits"]["is_done"].any():
            return pl.DataFrame(schema={"days": pl.Int64, "at_risk": pl.Int64, **dict.fromkeys(_SHARES, pl.Float64)})
        found, _, _ = self.of(ALL, 0)
        done = self._together(_OPENED, self._of_schedules).done
        step = max(int(done.sum()) // _MOST_POINTS, fewest, 1)
        so_far = np.cumsum(done)
        # The last day of each step, so that no step has fewer studies.
        at = np.unique(np.searchsorted(so_far, np.arange(step, so_far[-1] + 1, step)))
        at = at[so_far[-1] - so_far[at] >= fewest] if fewest > 1 else np.union1d(at, [len(done) - 1])
        table = {
            "days": found.days,
            "at_risk": found.at_risk,
            "done": found.done,
            "done_low": found.low,
            "done_high": found.high,
        }
        return pl.DataFrame({name: values[at] for name, values in table.items()}).with_columns(
            pl.selectors.float().fill_nan(None)
        )


_SHARES = ("done", "done_low", "done_high")

_OPENED, _CLOSED = 0, 1
"""From when days count: from the opening of the window, or from its closing."""
