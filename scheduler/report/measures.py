"""The measures of a report, from the counts of a tally to the published tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from spine_vigil.scheduler.cohort.adherence.outcomes import OUTCOMES, WHYS
from spine_vigil.scheduler.cohort.adherence.partition import STANDINGS as STANDINGS_OF_COURSES
from spine_vigil.scheduler.cohort.adherence.rereading import CHANGES
from spine_vigil.scheduler.cohort.adherence.tally import EARLY_RANGES
from spine_vigil.scheduler.cohort.tables.numbering import REASONS
from spine_vigil.scheduler.report.collecting import collect_first
from spine_vigil.scheduler.report.model import ALL, SUPPRESSED, TABLES
from spine_vigil.scheduler.report.names import OTHERS, Names
from spine_vigil.scheduler.report.publishing import Publisher
from spine_vigil.scheduler.report.rounding import coarse
from spine_vigil.scheduler.report.shares import with_share, with_standing
from spine_vigil.scheduler.report.waiting import Waits

_DAYS_OF_A_YEAR = 365.25


def tables(
    frames: Mapping[str, pl.DataFrame], names: Names, missing: Sequence[str], readings: Sequence[str], fewest: int
) -> dict[str, pl.DataFrame]:
    """Return the tables of a report (TABLES) from the `frames` of a tally.

    `missing` are the texts of what decisions lack, `readings` the other readings, in the order of their numbers. Cells
    of fewer than `fewest` patients are left out, and with them those that would give them away.
    """
    publisher, waits = Publisher(fewest), Waits(frames, names)
    rows = {
        "timeliness": _timeliness(frames["windows"], names, fewest),
        "use": _use(frames["use"], names, fewest),
        "use_reasons": _reasons(frames["reasons"]),
        "early_days": _early(frames["early"]),
        "not_counted": _left_out(frames["left_out"]),
        "courses": _courses(frames["courses"]),
        "burden": _burden(frames["burden"], frames["followed"], names),
        "time_to_study": waits.table(),
    }
    published = publisher.published(rows, names)
    told = not _is_left_out(published["time_to_study"], "done")
    published["time_curve"] = waits.curve(fewest) if told else pl.DataFrame(schema=TABLES["time_curve"])
    published["readings"] = _readings(frames, readings, fewest, published)
    published["collect_first"] = collect_first(frames["missing"], missing, fewest)
    typed = {name: _typed(published[name], name) for name in TABLES if name in published}
    return coarse(typed) if fewest > 1 else typed


def _typed(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    columns = TABLES[name]
    if SUPPRESSED in columns and SUPPRESSED not in rows.columns:
        rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(SUPPRESSED))
    return rows.select(pl.col(column).cast(dtype) for column, dtype in columns.items())


def grouped(rows: pl.DataFrame, names: Names, fewest: int, *, of_studies: bool = False) -> pl.DataFrame:
    """Return counts by the names of their groups: all, protocols, schedules, years, then the columns.

    Groups of a column with fewer than `fewest` patients are put together.
    """
    is_column = pl.col("by").str.starts_with("by")
    together = is_column & (pl.col("patients") < fewest)
    rows = rows.with_columns(group=pl.when(together).then(OTHERS).otherwise("group"))
    # A patient may be in several groups that are put together: the most of one of them is sure, their sum is not.
    of_patients = [name for name in rows.columns if "patients" in name]
    counts = rows.group_by("by", "group").agg(pl.exclude("by", "group", *of_patients).sum(), pl.col(of_patients).max())
    order = {by: place for place, by in enumerate(names.kinds)}
    texts = [
        (by, number, order[by], number == OTHERS, names.group(by, number, of_studies=of_studies))
        for by, number in counts.select("by", "group").rows()
    ]
    schema = {"by": pl.String, "group": pl.Int32, "place": pl.Int32, "is_last": pl.Boolean, "name": pl.String}
    counts = counts.join(pl.DataFrame(texts, schema=schema, orient="row"), on=["by", "group"])
    counts = counts.sort("place", "is_last", "name")
    kinds = {by: names.kind(by) for by in names.kinds}
    return counts.with_columns(
        by=pl.col("by").replace_strict(kinds, return_dtype=pl.String), group=pl.col("name")
    ).drop("place", "is_last", "name")


def _timeliness(windows: pl.DataFrame, names: Names, fewest: int) -> pl.DataFrame:
    rows = grouped(windows, names, fewest).with_columns(
        untimely=pl.col("late") + pl.col("missed"),
        windows=pl.sum_horizontal(OUTCOMES[:4]),
        counted=pl.sum_horizontal(OUTCOMES[:3]),
        patients_timely=pl.col("patients_all_timely"),
    )
    rows = with_share(rows, "timely", "counted", ("worst_timely", "worst_counted"), ("best_timely", "best_counted"))
    rows = with_standing(rows, "counted")
    return with_share(
        rows,
        "patients_timely",
        "patients_counted",
        ("patients_worst_timely", "patients_worst_counted"),
        ("patients_best_timely", "patients_best_counted"),
        "patients_",
    )


def _use(use: pl.DataFrame, names: Names, fewest: int) -> pl.DataFrame:
    rows = grouped(use, names, fewest, of_studies=True).with_columns(
        studies=pl.sum_horizontal("within", "outside", "undecided", "refer"),
        decided=pl.col("within") + pl.col("outside"),
    )
    rows = rows.with_columns(
        with_undecided=pl.col("decided") + pl.col("undecided"), at_most=pl.col("outside") + pl.col("undecided")
    )
    rows = with_share(rows, "outside", "decided", ("outside", "with_undecided"), ("at_most", "with_undecided"))
    return with_standing(rows, "decided")


def _reasons(reasons: pl.DataFrame) -> pl.DataFrame:
    """Return the reasons of performed studies in the order of the decisions, best first."""
    verdicts = {r.rank: r.verdict.value for r in REASONS if r.verdict is not None}
    rows = reasons.sort("reason")
    return rows.with_columns(
        decision=pl.col("reason").replace_strict(verdicts, return_dtype=pl.String),
        reason=pl.col("reason").replace_strict({r.rank: r.value for r in REASONS}, return_dtype=pl.String),
        share=pl.col("studies") / pl.col("studies").sum(),
    )


def _early(early: pl.DataFrame) -> pl.DataFrame:
    texts = [f"{first} to {last}" if last else f"{first} or more" for first, last in EARLY_RANGES]
    rows = early.sort("range")
    return rows.with_columns(
        days=pl.col("range").replace_strict(dict(enumerate(texts)), return_dtype=pl.String),
        share=pl.col("studies") / pl.col("studies").sum(),
    )


def _left_out(left_out: pl.DataFrame) -> pl.DataFrame:
    rows = left_out.sort("outcome", "why", nulls_last=False)
    return rows.with_columns(
        outcome=pl.col("outcome").replace_strict(dict(enumerate(OUTCOMES)), return_dtype=pl.String),
        why=pl.col("why").replace_strict(dict(enumerate(WHYS)), return_dtype=pl.String, default=None).fill_null(""),
    )


def _courses(courses: pl.DataFrame) -> pl.DataFrame:
    texts = dict(enumerate(STANDINGS_OF_COURSES))
    return courses.sort("standing").with_columns(
        standing=pl.col("standing").replace_strict(texts, return_dtype=pl.String)
    )


def _burden(burden: pl.DataFrame, followed: pl.DataFrame, names: Names) -> pl.DataFrame:
    years = float(followed.select(pl.col("days").sum()).item()) / _DAYS_OF_A_YEAR
    texts: list[Callable[[int], str]] = [names.modality, names.modalities]
    rows = burden.sort("what", "modality")
    return rows.with_columns(
        modality=pl.Series(
            [texts[what](m) if m >= 0 else ALL for what, m in rows.select("what", "modality").rows()], dtype=pl.String
        ),
        what=pl.Series([("done", "asked")[what] for what in rows["what"]], dtype=pl.String),
        patient_years=pl.lit(years),
        per_patient_year=pl.col("studies") / years if years else pl.lit(None, dtype=pl.Float64),
    )


def _readings(
    frames: Mapping[str, pl.DataFrame], readings: Sequence[str], fewest: int, published: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Return what each of the other readings would change.

    What it changes for few patients is left out, and a share that `published` leaves out.
    """
    untold = [
        name
        for column, table in (("use_share", "use"), ("timeliness", "timeliness"))
        if _is_left_out(published[table], "share")
        for name in (column, f"{column}_read_so")
    ]
    use = _whole(frames["use"], "outside", "within")
    windows = _whole(frames["windows"], "timely", "late", "missed")
    changes = {row["reading"]: row for row in frames["readings"].to_dicts()} if "readings" in frames else {}
    rows = []
    for number, name in enumerate(readings):
        change = changes.get(number, {})
        of = {column: change.get(column, 0) for column in CHANGES}
        decided = use["outside"] + use["within"]
        counted = windows["timely"] + windows["late"] + windows["missed"]
        shares = {
            "use_share": _ratio(use["outside"], decided),
            "use_share_read_so": _ratio(use["outside"] + of["outside"], decided + of["outside"] + of["within"]),
            "timeliness": _ratio(windows["timely"], counted),
            "timeliness_read_so": _ratio(windows["timely"] + of["timely"], counted + of["counted"]),
        }
        gone = ["differing", "use_share_read_so"] if 0 < of["patients"] < fewest else []
        gone += ["timeliness_read_so"] if 0 < of["patients_of_windows"] < fewest else []
        gone = [column for column in TABLES["readings"] if column in {*gone, *untold}]
        row = {"reading": name, "differing": of["differing"], **shares, SUPPRESSED: ";".join(gone) or None}
        rows.append(row | dict.fromkeys(gone))
    return pl.DataFrame(rows, schema=TABLES["readings"])


def _is_left_out(rows: pl.DataFrame, column: str) -> bool:
    of_all = rows.filter(pl.col("by") == ALL)[SUPPRESSED].to_list()
    return any(column in (left_out or "").split(";") for left_out in of_all)


def _whole(rows: pl.DataFrame, *columns: str) -> dict[str, int]:
    whole = rows.filter(pl.col("by") == ALL)
    return {name: int(whole[name].sum()) for name in columns}


def _ratio(count: int, of: int) -> float | None:
    return count / of if of else None
