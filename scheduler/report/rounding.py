"""Numbers that stand beside cells which are left out, made coarse so that they do not give these away.

Where small cells are left out, the bounds of a share tell how many unknown windows there are and as what they count,
and the time to study and what to collect first count other windows and studies than the tables beside them. Such
numbers are rounded: bounds outward, and shares to the nearest, to whole percents; counts to tens.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from spine_vigil.scheduler.report.model import SUPPRESSED
from spine_vigil.scheduler.report.names import FEW

_PERCENT = 100
_TENS = 10

_BOUNDS = {"least": "floor", "greatest": "ceil", "patients_least": "floor", "patients_greatest": "ceil"}
"""The bounds of shares, and whether they are rounded down or up."""

_COUNTS = {
    "time_to_study": ("windows", "done", "censored"),
    "time_curve": ("at_risk",),
    "collect_first": ("alone", "together"),
}
"""The counts that are rounded to tens, by table."""

_OF_PATIENTS = (
    "patients",
    "patients_counted",
    "patients_timely",
    *(f"patients_{name}" for name in ("share", "low", "high")),
)
"""What counts a patient of several groups that are put together more than once."""


def rounded(count: int) -> int:
    """Return a count rounded to tens."""
    return (count + _TENS // 2) // _TENS * _TENS


def coarse(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return published tables with the numbers rounded that would give away what is left out."""
    made = {name: _coarse(name, rows) for name, rows in tables.items()}
    for name in ("timeliness", "use"):
        made[name] = _without_patients(made[name], pl.col("group") == FEW)
    beside = made["timeliness"].select("by", "group", others="patients")
    waiting = made["time_to_study"].join(beside, on=["by", "group"], how="left", maintain_order="left")
    is_known = (pl.col("patients") == pl.col("others")).fill_null(value=False)
    # A few patients more than have a window that counts would be those whose windows do not.
    made["time_to_study"] = _without_patients(waiting, ~is_known).drop("others")
    return made


def _coarse(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    counts = [pl.col(column) for column in _COUNTS.get(name, ())]
    rows = rows.with_columns((count + _TENS // 2) // _TENS * _TENS for count in counts)
    if name in ("time_to_study", "time_curve", "collect_first"):
        shares = [column for column in rows.columns if column.startswith(("by_", "done_", "together_share"))]
        shares += ["done"] if name == "time_curve" else []
        return rows.with_columns(pl.col(shares).mul(_PERCENT).round() / _PERCENT) if shares else rows
    bounds = [
        getattr((pl.col(column) * _PERCENT).round(6), way)() / _PERCENT
        for column, way in _BOUNDS.items()
        if column in rows.columns
    ]
    return rows.with_columns(bounds)


def _without_patients(rows: pl.DataFrame, where: pl.Expr) -> pl.DataFrame:
    """Return rows without their counts of patients where a condition holds; SUPPRESSED names what is left out."""
    columns = [
        column
        for column in (*_OF_PATIENTS, *(c for c in _BOUNDS if c.startswith("patients_")))
        if column in rows.columns
    ]
    is_gone = where.fill_null(value=False)
    names = pl.concat_str(SUPPRESSED, pl.lit(";".join(columns)), separator=";", ignore_nulls=True)
    once = names.str.split(";").list.unique(maintain_order=True).list.join(";")
    return rows.with_columns(
        *(pl.when(~is_gone).then(pl.col(column)).alias(column) for column in columns),
        pl.when(is_gone).then(once).otherwise(SUPPRESSED).alias(SUPPRESSED),
    )
