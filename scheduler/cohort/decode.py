"""Cells of text as whole numbers: each distinct value of a column is read once, by the reader of one cell."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from scheduler import rows as row_checks
from scheduler.cohort.reading import DAMAGE
from scheduler.columns import DATE_COLUMNS, MODALITIES, PATIENT_ID, STATUSES, STUDY_COLUMNS, Column
from scheduler.edition import Edition
from scheduler.errors import ValueProblem
from scheduler.reasons import Status
from scheduler.studies import shown_regions

PROBLEMS = {"row": pl.UInt32, "column": pl.String, "value": pl.String, "message": pl.String}
"""What is wrong with a cell: the row it is in, its column, what stands there, and what to do."""


def decode(cells: pl.DataFrame, edition: Edition, columns: Mapping[str, Column]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of `cells` as whole numbers, and the problems found (columns of PROBLEMS, in order of rows).

    `cells` has text columns only; a column that it lacks is empty throughout. The rows come back in
    order with `row` (from 0), `patient`, every name of `columns` (null where empty or unreadable),
    `regions`, `is_add_on` and `has_study`; `modality` and `regions` are those of the cpt code where one
    is given, and an empty status is `requested`.
    """
    text = cells.select(
        pl.col(name) if name in cells.columns else pl.lit(None, dtype=pl.String).alias(name)
        for name in (PATIENT_ID, *columns)
    ).with_columns(_trimmed(name) for name in (PATIENT_ID, "date", *STUDY_COLUMNS))
    problems = [_problem(text, pl.col(PATIENT_ID).is_null(), PATIENT_ID, row_checks.NO_PATIENT)]
    decoded = {}
    for name, column in columns.items():
        decoded[name], unreadable = _decode_column(text[name], column)
        problems.append(unreadable)
    frame = pl.DataFrame(decoded).with_row_index("row").with_columns(patient=_patient_numbers(text[PATIENT_ID]))
    frame = _with_study(frame, text, edition)
    problems += _check_together(frame, text, edition)
    if DAMAGE in cells.columns:
        damaged = cells.select(DAMAGE).with_row_index("row").drop_nulls()
        # A line that is damaged as a whole has no columns to speak of.
        problems = [p.join(damaged, on="row", how="anti") for p in problems]
        problems.append(damaged.select("row", column=pl.lit(""), value=pl.lit(""), message=DAMAGE))
    return frame, pl.concat(problems).sort("row", maintain_order=True)


def _trimmed(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    return pl.when(text != "").then(text).alias(name)


def _patient_numbers(ids: pl.Series) -> pl.Series:
    """Return a whole number for each distinct patient id."""
    return ids.cast(pl.Categorical(pl.Categories.random())).to_physical()


def _decode_column(text: pl.Series, column: Column) -> tuple[pl.Series, pl.DataFrame]:
    """Return the values of a column as numbers, and its unreadable cells as problems."""
    if text.null_count() == len(text):
        return pl.repeat(None, len(text), dtype=pl.Int32, eager=True).alias(text.name), pl.DataFrame(schema=PROBLEMS)
    coded = text.cast(pl.Categorical(pl.Categories.random()))
    distinct = coded.unique().drop_nulls()
    numbers: list[int | None] = []
    messages: dict[str, str] = {}
    for value in distinct.cast(pl.String).to_list():
        number = None
        try:
            number = column.encode(column.parse(value.strip())) if value.strip() else None
        except ValueProblem as problem:
            messages[value] = str(problem)
        numbers.append(number)
    # A fresh list of categories numbers its values from 0 without gaps, so the sorted table is indexed by them.
    table = pl.DataFrame({"place": distinct.to_physical(), "number": pl.Series(numbers, dtype=pl.Int32)}).sort("place")
    values = table["number"].gather(coded.to_physical()).alias(text.name)
    if not messages:
        return values, pl.DataFrame(schema=PROBLEMS)
    bad = pl.DataFrame({"value": text}).with_row_index("row").filter(pl.col("value").is_in(list(messages)))
    return values, bad.select(
        "row",
        pl.lit(column.name).alias("column"),
        pl.col("value").str.strip_chars(),
        pl.col("value").replace_strict(messages, return_dtype=pl.String).alias("message"),
    )


def _with_study(frame: pl.DataFrame, text: pl.DataFrame, edition: Edition) -> pl.DataFrame:
    """Add `regions`, `is_add_on`, `has_study` and what the row itself named (`own_modality`, `own_regions`)."""
    codes = edition.cpt_codes
    modality = pl.Series([MODALITIES.index(c.modality) for c in codes], dtype=pl.Int32)
    regions = pl.Series([c.region_bits or None for c in codes], dtype=pl.Int32)
    add_on = pl.Series([c.is_add_on for c in codes], dtype=pl.Boolean)
    cpt = pl.col("cpt")
    return frame.with_columns(
        own_modality=pl.col("modality"),
        own_regions=pl.col("region"),
        modality=pl.coalesce(pl.lit(modality).gather(cpt), "modality"),
        regions=pl.coalesce(pl.lit(regions).gather(cpt), "region"),
        is_add_on=pl.lit(add_on).gather(cpt).fill_null(value=False),
        status=pl.col("status").fill_null(STATUSES.index(Status.REQUESTED)),
        has_study=pl.Series(text.select(pl.any_horizontal(pl.col(n).is_not_null() for n in STUDY_COLUMNS)).to_series()),
    )


def _check_together(frame: pl.DataFrame, text: pl.DataFrame, edition: Edition) -> list[pl.DataFrame]:
    """Return what is wrong between cells; the same checks, in the same order, as for a single row."""
    shown = {bits: shown_regions(bits) for bits in frame["own_regions"].unique().drop_nulls().to_list()}
    code_regions = pl.Series([shown_regions(c.region_bits) or None for c in edition.cpt_codes], dtype=pl.Int32)
    code_modality = pl.Series([MODALITIES.index(c.modality) for c in edition.cpt_codes], dtype=pl.Int32)
    both = pl.concat([frame, text.select(pl.all().name.prefix("text_"))], how="horizontal")
    has_code, no_code = pl.col("cpt").is_not_null(), pl.col("text_cpt").is_null()
    no_date, has_date = pl.col("text_date").is_null(), pl.col("text_date").is_not_null()
    no_modality, no_region = pl.col("text_modality").is_null(), pl.col("text_region").is_null()
    wanted = pl.lit(code_regions).gather(pl.col("cpt"))
    named = pl.col("own_regions").replace_strict(shown, default=None, return_dtype=pl.Int32)
    checks = [
        (pl.col("has_study") & no_date, "date", row_checks.NO_DATE),
        (has_date & ~pl.col("has_study"), "modality", row_checks.NO_STUDY),
        (
            pl.lit(code_modality).gather(pl.col("cpt")) != pl.col("own_modality"),
            "modality",
            row_checks.MODALITY_DISAGREES,
        ),
        (has_code & wanted.is_null() & no_region, "cpt", row_checks.CPT_NEEDS_REGION),
        (wanted != named, "region", row_checks.REGION_DISAGREES),
        (no_code & ~no_region & no_modality, "modality", row_checks.NO_MODALITY),
        (no_code & ~no_modality & no_region, "region", row_checks.NO_REGION),
        (pl.col("date") < pl.col("birth_date"), "birth_date", row_checks.BEFORE_BIRTH),
    ]
    return [_problem(both, holds, column, message, f"text_{column}") for holds, column, message in checks]


def _problem(frame: pl.DataFrame, holds: pl.Expr, column: str, message: str, value: str | None = None) -> pl.DataFrame:
    if "row" not in frame.columns:
        frame = frame.with_row_index("row")
    return frame.filter(holds.fill_null(value=False)).select(
        "row",
        pl.lit(column).alias("column"),
        pl.col(value or column).fill_null("").alias("value"),
        pl.lit(message).alias("message"),
    )


def all_days(frame: pl.DataFrame) -> list[int]:
    """Return the earliest and the latest date of a decoded frame as day numbers; none where it holds no date."""
    bounds = frame.select(
        low=pl.min_horizontal(pl.col(n).min() for n in DATE_COLUMNS),
        high=pl.max_horizontal(pl.col(n).max() for n in DATE_COLUMNS),
    ).row(0)
    return [day for day in bounds if day is not None]
