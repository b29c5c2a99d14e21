"""What makes criteria true or false, in words, for whole cohorts; for one patient see answers/criterion_words.py."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_

import polars as pl

from spine_vigil.scheduler.answers.criterion_words import AGAINST, BY_COURSE, age_words, number_text
from spine_vigil.scheduler.cohort.deciding.criteria import Reader, nodes_of
from spine_vigil.scheduler.editions.edition import Edition, denial, happened
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
    deciding = _deciding(nodes, truths.get_columns())
    words = _Words(rows, reader, edition)
    texts: dict[int, pl.Expr] = {}
    for number, (node, _) in enumerate(nodes):
        if isinstance(node, Leaf) and deciding[number].any():
            text = pl.when(truths[:, number]).then(words.of(node, truth=True)).otherwise(words.of(node, truth=False))
            texts[number] = pl.when(deciding[number]).then(text)
    if not texts:
        return pl.repeat("", len(rows), dtype=pl.String, eager=True)
    said = rows.select(text.alias(f"{number}") for number, text in texts.items())
    endings = [f"{number}" for number in texts if type(nodes[number][0]) is Ongoing]
    said = said.with_columns(_unless_said_better(name, said.columns) for name in endings)
    return said.select(
        because=pl.concat_list(said.columns).list.drop_nulls().list.unique(maintain_order=True).list.join("; ")
    ).to_series()


Nodes = Sequence[tuple[Criterion, int | None]]
"""The nodes of a criterion, root first, each with the number of its parent."""


def _deciding(nodes: Nodes, truths: Sequence[pl.Series]) -> list[pl.Series]:
    """Return for each node the rows in which it decides (see criteria_parts.deciding_leaves)."""
    decides: list[pl.Series] = []
    settled: dict[int, pl.Series] = {}
    for number, (_, parent) in enumerate(nodes):
        if parent is None:
            decides.append(truths[number].is_not_null())
            continue
        if isinstance(nodes[parent][0], Not):
            decides.append(decides[parent])
            continue
        same = (truths[number] == truths[parent]).fill_null(value=False) & decides[parent]
        fails = ~truths[number].fill_null(value=True)
        if isinstance(nodes[parent][0], All):
            earlier = settled.get(parent, pl.zeros(len(fails), pl.Boolean, eager=True))
            same &= ~(fails & earlier)
            settled[parent] = fails | earlier
        else:
            siblings = _parts(nodes, parent)
            outgrown = {sibling: _is_outgrown(nodes, truths, sibling) for sibling in siblings}
            is_last_resort = reduce(and_, outgrown.values())
            same &= ~(fails & outgrown[number] & ~is_last_resort)
        decides.append(same)
    return decides


def _parts(nodes: Nodes, parent: int) -> list[int]:
    return [number for number, (_, above) in enumerate(nodes) if above == parent]


def _is_outgrown(nodes: Nodes, truths: Sequence[pl.Series], number: int) -> pl.Series:
    """Return the rows in which a part fails by an age, for good; not where the age alone stands in its way."""
    never = pl.zeros(len(truths[number]), pl.Boolean, eager=True)
    match nodes[number][0]:
        case AgeAtMost():
            return ~truths[number].fill_null(value=True)
        case All():
            parts = _parts(nodes, number)
            ages = [part for part in parts if isinstance(nodes[part][0], AgeAtMost)]
            lacking = (~truths[part].fill_null(value=False) for part in parts if part not in ages)
            too_old = (~truths[part].fill_null(value=True) for part in ages)
            return reduce(or_, too_old, never) & reduce(or_, lacking, never)
    return never


def _unless_said_better(name: str, others: Sequence[str]) -> pl.Expr:
    """Return the text that a treatment has ended, but null where another one says that and more."""
    text = pl.col(name)
    better = pl.any_horizontal(pl.col(other).str.starts_with(text + ",").fill_null(value=False) for other in others)
    return pl.when(~better).then(text).alias(name)


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
                return pl.lit(age_words(years, truth=truth))
            case Since(name, span, longer):
                yes, no = ("more than", "not more than") if longer else ("at least", "less than")
                return self._dated(name, f", {yes if truth else no} {span} before")
            case UpTo(name, span):
                return self._dated(name, f", {'within' if truth else 'not within'} the {span} before")
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
        return self._around(f"{happened(self._edition.fact(name))} ", _iso(self._reader.fact(name)), behind)

    def _after_today(self, name: str) -> pl.Expr:
        return self._dated(name, ", after ") + _iso(_DAY)

    def _tried(self, leaf: Tried) -> pl.Expr:
        start, end = self._reader.fact(leaf.start), self._reader.fact(leaf.end)
        last = pl.when(end < _DAY).then(end).otherwise(_DAY)
        enough = self._reader.later(start, leaf.least)
        begun = self._dated(leaf.start, " and lasted ")
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
            .then(self._dated(leaf.end, ""))
            .otherwise(self._dated(leaf.start, " and had not ended"))
        )

    @staticmethod
    def _around(before: str, text: pl.Expr, behind: str) -> pl.Expr:
        return pl.lit(before) + text + pl.lit(behind)


def _iso(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")


def _days_text(count: pl.Expr) -> pl.Expr:
    return pl.when(count == 1).then(pl.lit("1 day")).otherwise(count.cast(pl.String) + pl.lit(" days"))
