"""The lists of windows and of patients behind a report, for those who may see them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from spine_vigil.scheduler.cohort.adherence.outcomes import OUTCOMES, WHYS
from spine_vigil.scheduler.cohort.adherence.studies import KINDS_OF_USE
from spine_vigil.scheduler.report.names import NONE, Names

_DAYS = {"index": "index_date", "opens": "opens", "closes": "closes", "last_day": "last_day", "study": "study_date"}

_TAKEN_AS = ("", "timely", "untimely")


def list_of_windows(parts: Sequence[pl.DataFrame], names: Names) -> pl.DataFrame:
    """Return every window that is listed, by patient, course and opening.

    The columns are `patient_id`, `protocol`, `schedule`, `index_date`, `opens`, `closes`, `last_day`, `outcome`, `why`,
    `study_date`, `days` (from `opens` to the imaging that ends the wait, or to the last day followed), `is_done`
    (whether there is such imaging), `counts_for_time` (whether the window counts for the time to study), `at_worst`,
    `at_best`, and the group in each column that was asked for.
    """
    rows = pl.concat(parts)
    routes = pl.Series(names.routes.names)
    route = pl.lit(routes).gather(pl.col("schedule"))
    listed = rows.select(
        "patient_id",
        protocol=route.str.split("/").list.get(0),
        schedule=route.str.split("/").list.get(1),
        **{name: pl.col(column).cast(pl.Date) for column, name in _DAYS.items() if name != "study_date"},
        outcome=_text(OUTCOMES, "outcome"),
        why=_text(WHYS, "why").fill_null(""),
        study_date=pl.col("study").cast(pl.Date),
        days="wait",
        is_done="is_done",
        counts_for_time="waits",
        at_worst=_text(_TAKEN_AS, "worst"),
        at_best=_text(_TAKEN_AS, "best"),
        **{column: _group(values, f"by{n}") for n, (column, values) in enumerate(names.columns.items())},
    )
    return listed.sort("patient_id", "protocol", "schedule", "index_date", "opens")


def _text(texts: Sequence[str], column: str) -> pl.Expr:
    return pl.lit(pl.Series(texts)).gather(pl.col(column))


def _group(values: Sequence[str], column: str) -> pl.Expr:
    number = pl.col(column)
    texts = pl.Series(values, dtype=pl.String)
    return pl.lit(texts).gather(pl.when(number >= 0).then(number)).fill_null(NONE)


def list_of_patients(windows: pl.DataFrame, studies: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return each patient with a window or a study: how many of each outcome, and of each decision on a study.

    `windows` is the list of windows, `studies` are the performed studies of a tally. The columns are `patient_id`, the
    first four of OUTCOMES, and KINDS_OF_USE.
    """
    of_windows = windows.group_by("patient_id").agg(
        (pl.col("outcome") == name).sum().alias(name) for name in OUTCOMES[:4]
    )
    of_studies = (
        pl.concat(studies)
        .group_by("patient_id")
        .agg((pl.col("use") == number).sum().alias(name) for number, name in enumerate(KINDS_OF_USE))
    )
    both = of_windows.join(of_studies, on="patient_id", how="full", coalesce=True)
    return both.with_columns(pl.exclude("patient_id").fill_null(0).cast(pl.Int64)).sort("patient_id")
