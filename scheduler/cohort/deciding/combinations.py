"""Whether the combination of a patient's studies on one day is supported (whole cohorts)."""

from __future__ import annotations

import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason, Support, Verdict
from spine_vigil.scheduler.cohort.deciding.case_rows import Cohort
from spine_vigil.scheduler.cohort.deciding.course_facts import NEEDED, with_course_facts
from spine_vigil.scheduler.cohort.deciding.criteria import Reader
from spine_vigil.scheduler.cohort.history.same_day import together_columns
from spine_vigil.scheduler.rules.indications import Combination

SUPPORTS = tuple(Support)


def support_rows(rows: pl.DataFrame, cohort: Cohort) -> pl.DataFrame:
    """Return `row` and `combination` (an index into SUPPORTS) of the rows that are part of a combination.

    `rows` are the judged rows of a block with `surveillance` (the reason that their protocols alone give; null for rows
    without a course).
    """
    together, edition = cohort.related.together, cohort.tables.edition
    if together.is_empty():
        return pl.DataFrame(schema={"row": pl.UInt32, "combination": pl.Int32})
    criteria = (p for c in edition.combinations for p in (c.criterion, c.only_if) if p is not None)
    asked = (name for criterion in criteria for name in criterion.facts() if name in rows.columns)
    wanted = dict.fromkeys(("at", "row", "date", "surveillance", *NEEDED, *asked))
    several = with_course_facts(together.join(rows.select(*wanted), on="at", how="inner"), cohort)
    reader = Reader(several.columns, cohort.days)
    names = together_columns(edition)
    supports = [_support(c, pl.col(name), reader) for name, c in zip(names, edition.combinations, strict=True)]
    return several.select("row", combination=pl.min_horizontal(supports)).drop_nulls()


def _support(combination: Combination, count: pl.Expr, reader: Reader) -> pl.Expr:
    """Return the support of one combination of `count` studies; null where the row is not part of it."""
    day = pl.col("date")
    is_one = count.is_not_null()
    if combination.only_if is not None:
        meant = reader.holds(combination.only_if, day).fill_null(value=False)
        is_one &= (meant | pl.col("surveillance").is_not_null()) if combination.or_protocol else meant
    holds = reader.holds(combination.criterion, day)
    if combination.by_surveillance:
        holds = pl.any_horizontal(holds, _surveillance_supports())
    if combination.most is not None:
        holds = pl.when(count <= combination.most).then(holds).otherwise(pl.lit(value=False))
    support = (
        pl.when(holds.is_null())
        .then(SUPPORTS.index(Support.NEEDS_INFO))
        .when(holds)
        .then(SUPPORTS.index(Support.SUPPORTED))
        .otherwise(SUPPORTS.index(Support.NOT_LISTED))
    )
    return pl.when(is_one).then(support.cast(pl.Int32))


def _surveillance_supports() -> pl.Expr:
    """Return whether the row's protocol supports its study; null where the protocol needs more information."""
    within = [r.rank for r in Reason if r.verdict is Verdict.WITHIN]
    unknown = [r.rank for r in Reason if r.verdict is Verdict.NEEDS_INFO]
    reason = pl.col("surveillance")
    return pl.when(~reason.is_in(unknown) | reason.is_null()).then(reason.is_in(within).fill_null(value=False))
