"""What makes criteria true or false, in words, for whole cohorts; for one patient see answers/criterion_words.py."""

from __future__ import annotations

import polars as pl

from spine_vigil.scheduler.answers.criterion_words import AGAINST, BY_COURSE, number_text
from spine_vigil.scheduler.cohort.deciding.criteria import Reader, nodes_of
from spine_vigil.scheduler.editions.edition import Edition, denial
from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    All,
    Bounded,
    Criterion,
    Documented,
    Leaf,
    Not,
    Ongoing,
    Since,
    Tried,
    UpTo,
)

_DAY = pl.col("date")


def because(rows: pl.DataFrame, criterion: Criterion, reader: Reader, edition: Edition) -> pl.Series:
    """Return for each row what makes the criterion true or false on its `date`; empty where that is unknown.

    Of an ALL that is false the first part that is false decides, else every part with the truth of the whole.
    """
    nodes = list(nodes_of(criterion))
    truths = rows.select(reader.holds(node, _DAY).alias(f"{number}") for number, (node, _) in enumerate(nodes))
    decides: list[pl.Series] = []
    words = _Words(rows, reader, edition)
    texts: list[pl.Expr] = []
    settled: dict[int, pl.Series] = {}
    for number, (node, parent) in enumerate(nodes):
        truth = truths[str(number)]
        if parent is None:
            is_deciding = truth.is_not_null()
        elif isinstance(nodes[parent][0], Not):
            is_deciding = decides[parent]
        else:
            same = (truth == truths[str(parent)]).fill_null(value=False) & decides[parent]
            is_deciding = same
            if isinstance(nodes[parent][0], All):
                fails = ~truth.fill_null(value=True)
                earlier = settled.get(parent)
                is_deciding = same if earlier is None else same & ~(fails & earlier)
                settled[parent] = fails if earlier is None else earlier | fails
        decides.append(is_deciding)
        if isinstance(node, Leaf) and is_deciding.any():
            text = pl.when(pl.lit(truth)).then(words.of(node, truth=True)).otherwise(words.of(node, truth=False))
            texts.append(pl.when(pl.lit(is_deciding)).then(text))
    if not texts:
        return pl.repeat("", len(rows), dtype=pl.String, eager=True)
    joined = pl.concat_list(texts).list.drop_nulls().list.unique(maintain_order=True).list.join("; ")
    return rows.select(joined.alias("because")).to_series()


class _Words:
    """Makes the texts of leaves, each of which is known."""

    def __init__(self, rows: pl.DataFrame, reader: Reader, edition: Edition) -> None:
        self._rows = rows
        self._reader = reader
        self._edition = edition

    def of(self, leaf: Criterion, *, truth: bool) -> pl.Expr:
        """Return why a leaf is true or false on the date of each row."""
        match leaf:
            case Documented(name):
                return self._documented(name, truth=truth)
            case Bounded(name, bound):
                side = "more than" if isinstance(leaf, Above) else "less than"
                fact = self._edition.fact(name)
                relation = f"{side} {number_text(bound)}" if truth else f"not {side} {number_text(bound)}"
                return self._around(f"the {fact.meaning} is ", self._numbers(name), f" {fact.unit}, {relation}")
            case AgeAtMost(years):
                return pl.lit(f"the age is {years} or less" if truth else f"the age is over {years}")
            case Since(name, span, longer):
                yes, no = ("more than", "not more than") if longer else ("at least", "less than")
                return self._dated(name, f", {yes if truth else no} {span} before")
            case UpTo(name, span):
                return self._dated(name, f", {'within' if truth else 'not within'} {span} before")
            case Tried():
                return self._tried(leaf)
            case Ongoing():
                return self._ongoing(leaf)
        raise AssertionError(leaf)  # pragma: no cover - a criterion has no other leaf

    def _documented(self, name: str, *, truth: bool) -> pl.Expr:
        fact = self._edition.fact(name)
        if not truth:
            return pl.lit(denial(fact))
        implied = self._reader.implied_from(name)
        if implied is None:
            return pl.lit(fact.meaning)
        against = pl.when(self._reader.fact(name) == 0).then(pl.lit(AGAINST)).otherwise(pl.lit(BY_COURSE))
        return pl.lit(fact.meaning) + pl.when(implied <= _DAY).then(against).otherwise(pl.lit(""))

    def _numbers(self, name: str) -> pl.Expr:
        values = self._rows[name].unique().drop_nulls()
        texts = [number_text(float(value) or 0.0) for value in values.to_list()]
        return pl.col(name).replace_strict(values, texts, default=None, return_dtype=pl.String)

    def _dated(self, name: str, behind: str) -> pl.Expr:
        return self._around(f"the {self._edition.fact(name).meaning} is ", _iso(self._reader.fact(name)), behind)

    def _after_today(self, name: str) -> pl.Expr:
        return self._dated(name, ", after ") + _iso(_DAY)

    def _tried(self, leaf: Tried) -> pl.Expr:
        start, end = self._reader.fact(leaf.start), self._reader.fact(leaf.end)
        last = pl.when(end < _DAY).then(end).otherwise(_DAY)
        enough = self._reader.later(start, leaf.least)
        begun = self._dated(leaf.start, ": ")
        lasted = last - start
        return (
            pl.when(start > _DAY)
            .then(self._after_today(leaf.start))
            .when(enough > last)
            .then(begun + lasted.cast(pl.String) + pl.lit(" of ") + _days_text(enough - start))
            .when(self._reader.later(last, leaf.recent) < _DAY)
            .then(self._dated(leaf.end, f", more than {leaf.recent} before"))
            .otherwise(begun + _days_text(lasted))
        )

    def _ongoing(self, leaf: Ongoing) -> pl.Expr:
        start, end = self._reader.fact(leaf.start), self._reader.fact(leaf.end)
        return (
            pl.when(start > _DAY)
            .then(self._after_today(leaf.start))
            .when(end < _DAY)
            .then(self._dated(leaf.end, ", before ") + _iso(_DAY))
            .otherwise(self._dated(leaf.start, ", and no end before ") + _iso(_DAY))
        )

    @staticmethod
    def _around(before: str, text: pl.Expr, behind: str) -> pl.Expr:
        return pl.lit(before) + text + pl.lit(behind)


def _iso(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")


def _days_text(count: pl.Expr) -> pl.Expr:
    return pl.when(count == 1).then(pl.lit("1 day")).otherwise(count.cast(pl.String) + pl.lit(" days"))
