"""Several studies of one patient on one date, for whole cohorts: whether their combination is supported."""

from __future__ import annotations

from functools import reduce

import polars as pl

from scheduler.cohort.contexts import Contexts
from scheduler.cohort.criteria import Reader
from scheduler.cohort.earlier import is_study
from scheduler.cohort.tables import gather
from scheduler.columns import MODALITIES
from scheduler.edition import Edition
from scheduler.indications import Combination
from scheduler.reasons import Reason, Support, Verdict

SUPPORTS = tuple(Support)
_DAYS = 1 << 18


def studies_together(rows: pl.DataFrame, contexts: Contexts, edition: Edition) -> pl.DataFrame:
    """Return the rows that are part of a combination, as `at` and one column of `together_columns` for each.

    `rows` is a frame of HISTORY with `at` and all rows of its patients. A column counts the different studies that the
    combination has on the day; it is null where the row is none of them. The same study twice is one.
    """
    group = pl.col("patient").cast(pl.Int64) * _DAYS + pl.col("date")
    names = together_columns(edition)
    none = pl.DataFrame(schema={"at": pl.UInt32, **dict.fromkeys(names, pl.UInt32)})
    if not names:
        return none
    is_concerned = contexts.keys.select(pl.any_horizontal(map(_concerns, edition.combinations)))
    studies = rows.filter(is_study() & gather(is_concerned.to_series(), pl.col("context")))
    studies = studies.select("at", "context", group=group)
    several = studies.filter(pl.col("group").is_duplicated())
    if several.is_empty():
        return none
    several = several.with_columns(contexts.of("modality"), contexts.of("regions"))
    counts = {name: _studies(c) for name, c in zip(names, edition.combinations, strict=True)}
    return several.select("at", **counts).filter(pl.any_horizontal(pl.col(names).is_not_null()))


def together_columns(edition: Edition) -> list[str]:
    """Return the names of the columns of `studies_together`, in the order of the edition's combinations."""
    return [f"together_{place}" for place, _ in enumerate(edition.combinations)]


def _studies(combination: Combination) -> pl.Expr:
    concerned = _concerns(combination)
    study = pl.col("modality").cast(pl.Int64) * (1 << 20) + pl.col("regions")
    count = pl.when(concerned).then(study).drop_nulls().n_unique().over("group")
    is_one = concerned & (count > 1)
    if combination.of_each:
        places = _modalities(combination)
        there = [(concerned & (pl.col("modality") == place)).any().over("group") for place in places]
        is_one = reduce(lambda a, b: a & b, there, is_one)
    return pl.when(is_one).then(count)


def _concerns(combination: Combination) -> pl.Expr:
    """Return whether a study (by `modality` and `regions`) can be part of a combination."""
    shows = pl.lit(value=True)
    if combination.region is not None:
        bits = combination.region_bits
        shows = (pl.col("regions") & bits) == bits
    return pl.col("modality").is_in(_modalities(combination)) & shows


def _modalities(combination: Combination) -> list[int]:
    return [place for place, modality in enumerate(MODALITIES) if modality in combination.modalities]


def support_rows(
    rows: pl.DataFrame, together: pl.DataFrame, decided: pl.DataFrame, edition: Edition, reader: Reader
) -> pl.DataFrame:
    """Return `row` and `combination` (a place in SUPPORTS) of the rows that are part of a combination.

    `rows` are the judged rows of a block, `together` what `studies_together` says of them, `decided` their
    CODES, of which `surveillance` is read.
    """
    if together.is_empty():
        return pl.DataFrame(schema={"row": pl.UInt32, "combination": pl.Int32})
    several = together.join(rows, on="at", how="inner").join(decided.select("row", "surveillance"), on="row")
    names = together_columns(edition)
    found = [_support(c, pl.col(name), reader) for name, c in zip(names, edition.combinations, strict=True)]
    return several.select("row", combination=pl.min_horizontal(found)).drop_nulls()


def _support(combination: Combination, count: pl.Expr, reader: Reader) -> pl.Expr:
    """Return the support of one combination of `count` studies; null where there is none."""
    day = pl.col("date")
    is_one = count.is_not_null()
    if combination.only_if is not None:
        meant = reader.holds(combination.only_if, day).fill_null(value=False)
        is_one &= (meant | pl.col("protocol").is_not_null()) if combination.or_protocol else meant
    holds = reader.holds(combination.criterion, day)
    if combination.by_surveillance:
        holds = pl.any_horizontal(holds, _surveillance_supports())
    if combination.most is not None:
        holds = pl.when(count <= combination.most).then(holds).otherwise(pl.lit(value=False))
    place = (
        pl.when(holds.is_null())
        .then(SUPPORTS.index(Support.NEEDS_INFO))
        .when(holds)
        .then(SUPPORTS.index(Support.SUPPORTED))
        .otherwise(SUPPORTS.index(Support.NOT_SUPPORTED))
    )
    return pl.when(is_one).then(place.cast(pl.Int32))


def _surveillance_supports() -> pl.Expr:
    """Return whether the row's protocol supports its study; null where it needs to know more."""
    within = [r.rank for r in Reason if r.verdict is Verdict.WITHIN]
    unknown = [r.rank for r in Reason if r.verdict is Verdict.NEEDS_INFO]
    reason = pl.col("surveillance")
    return pl.when(~reason.is_in(unknown) | reason.is_null()).then(reason.is_in(within).fill_null(value=False))
