"""The time to study: Kaplan-Meier curves of windows by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from spine_vigil.scheduler.cohort.adherence.tally import ALL, PROTOCOL, SCHEDULE
from spine_vigil.scheduler.report.model import TABLES
from spine_vigil.scheduler.report.names import Names
from spine_vigil.scheduler.report.statistics import Survival, survival

_AFTER = {"by_closes": 0, "by_30": 30, "by_60": 60, "by_90": 90}
"""The shares that are done so many days after the window closes."""

_MOST_POINTS = 120
"""The most points of a published curve."""


class Waits:
    """The survival of windows by group: of all, of protocols and of schedules."""

    def __init__(self, frames: Mapping[str, pl.DataFrame], names: Names) -> None:
        """Take `waits`, `past_closes` and `waiting` of a tally."""
        self._frames, self._names = frames, names
        self._protocol = names.protocol_numbers
        self._known: dict[tuple[int, ...], tuple[Survival, Survival, int]] = {}

    def of(self, by: str, group: int) -> tuple[Survival, Survival, int]:
        """Return the survival of a group from the opening, from the closing, and how many were done.

        Most protocols have one schedule, whose windows are those of the protocol.
        """
        every = self._frames["waits"]["schedule"].unique().sort().to_list()
        of_group = {ALL: lambda _: True, PROTOCOL: lambda s: self._protocol[s] == group, SCHEDULE: lambda s: s == group}
        schedules = tuple(filter(of_group[by], every))
        if schedules not in self._known:
            opened, closed = (self._some(name, schedules) for name in ("waits", "past_closes"))
            done = int(opened.filter("is_done").select(pl.col("windows").sum()).item())
            self._known[schedules] = _survival(opened), _survival(closed), done
        return self._known[schedules]

    def _some(self, name: str, schedules: Sequence[int]) -> pl.DataFrame:
        rows = self._frames[name].filter(pl.col("schedule").is_in(schedules))
        return rows.group_by("days", "is_done").agg(pl.col("windows").sum()).sort("days", "is_done")

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
        rows = self._some("waits", self._frames["waits"]["schedule"].unique().to_list())
        if not rows["is_done"].any():
            return pl.DataFrame(schema={"days": pl.Int64, "at_risk": pl.Int64, **dict.fromkeys(_SHARES, pl.Float64)})
        found, _, _ = self.of(ALL, 0)
        done = rows.filter("is_done")["windows"].to_numpy()
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


def _survival(rows: pl.DataFrame) -> Survival:
    return survival(*(rows[name].to_numpy() for name in ("days", "is_done", "windows")))


_SHARES = ("done", "done_low", "done_high")
