"""The time to study: Kaplan-Meier curves of windows by group."""

from __future__ import annotations

from collections.abc import Mapping

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

_GROUP = ("by", "group")


def _survival(rows: pl.DataFrame) -> Survival:
    return survival(*(rows[name].to_numpy() for name in ("days", "is_done", "windows")))


def time_to_study(frames: Mapping[str, pl.DataFrame], names: Names) -> pl.DataFrame:
    """Return the time to study of all, of protocols and of schedules: counts, medians and shares with intervals."""
    waits, past = (frames[name].partition_by(_GROUP, as_dict=True) for name in ("waits", "past_closes"))
    order = {ALL: 0, PROTOCOL: 1, SCHEDULE: 2}
    rows = []
    for counts in frames["waiting"].to_dicts():
        key = counts["by"], counts["group"]
        of_waits = waits[key]
        done = int(of_waits.filter("is_done")["windows"].sum())
        opened, closed = _survival(of_waits), _survival(past[key])
        medians = {"median": opened.median, "median_low": opened.median_low, "median_high": opened.median_high}
        shares = {
            f"{name}{end}": value
            for name, day in _AFTER.items()
            for end, value in zip(("", "_low", "_high"), closed.by(day), strict=True)
        }
        numbers = {"done": done, "censored": counts["windows"] - done, **medians, **shares}
        rows.append({**counts, **numbers, "group": names.group(*key), "place": order[key[0]]})
    if not rows:
        counts_of_patients = {name: pl.Int64 for name in frames["waiting"].columns if name not in _GROUP}
        return pl.DataFrame(schema={**TABLES["time_to_study"], **counts_of_patients})
    found = pl.DataFrame(rows, infer_schema_length=None)
    return found.sort("place", "group").drop("place").with_columns(pl.selectors.float().fill_nan(None))


def curve(frames: Mapping[str, pl.DataFrame], fewest: int) -> pl.DataFrame:
    """Return the curve of all windows at some days, between which at least `fewest` studies were done."""
    rows = frames["waits"].filter(pl.col("by") == ALL)
    found = _survival(rows) if len(rows) else None
    if found is None or not len(found.days):
        return pl.DataFrame(schema={"days": pl.Int64, "at_risk": pl.Int64, **dict.fromkeys(_SHARES, pl.Float64)})
    done = rows.filter("is_done").group_by("days").agg(pl.col("windows").sum()).sort("days")["windows"].to_numpy()
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
