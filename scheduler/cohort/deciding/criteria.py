"""Criteria as polars expressions: three-valued truth, what is missing, and the next date on which they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import polars as pl

from spine_vigil.scheduler.cohort.deciding.course_facts import from_column
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.criteria import (
    UNDER_PROTOCOL,
    Above,
    AgeAtMost,
    All,
    Any,
    Below,
    Compound,
    Criterion,
    Documented,
    Leaf,
    Not,
    Ongoing,
    Since,
    Tried,
    UnderProtocol,
    UpTo,
)
from spine_vigil.scheduler.rules.dates import Duration, years

_BEFORE_ALL, _AFTER_ALL = -1_000_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Spans:
    """The dates of a leaf that depends on time: `first` to `last`, both included, where `is_known`."""

    is_known: pl.Expr
    first: pl.Expr
    last: pl.Expr

    def hold(self, day: pl.Expr) -> pl.Expr:
        """Return whether `day` is one of the dates; null where that is unknown."""
        return pl.when(self.is_known).then((day >= self.first) & (day <= self.last))


class Reader:
    """Evaluates criteria on frames with the fact columns `present`; a fact without a column is unknown.

    What courses imply counts where its columns are present (see `with_course_facts`).
    """

    def __init__(self, present: Collection[str], days: DayTable) -> None:
        self._present = present
        self._days = days

    def fact(self, name: str) -> pl.Expr:
        """Return the column of a fact; null throughout where the frame has none."""
        return pl.col(name) if name in self._present else pl.lit(None, dtype=pl.Int32)

    def holds(self, criterion: Criterion, day: pl.Expr) -> pl.Expr:
        """Return whether the criterion is true on `day` (a day number); null where that is unknown."""
        match criterion:
            case All(parts):
                return pl.all_horizontal(self.holds(part, day) for part in parts)
            case Any(parts):
                return pl.any_horizontal(self.holds(part, day) for part in parts)
            case Not(part):
                return ~self.holds(part, day)
            case Documented(name):
                return self._documented(name, day)
            case UnderProtocol():
                return pl.col(UNDER_PROTOCOL) if UNDER_PROTOCOL in self._present else pl.lit(value=False)
            case Below(name, bound):
                return self.fact(name) < bound
            case Above(name, bound):
                return self.fact(name) > bound
            case _:
                return self.spans(criterion).hold(day)

    def implied_from(self, name: str) -> pl.Expr | None:
        """Return the day from which a course implies a fact; None where no course of the frame can."""
        return pl.col(from_column(name)) if from_column(name) in self._present else None

    def _documented(self, name: str, day: pl.Expr) -> pl.Expr:
        documented, implied = self.fact(name) == 1, self.implied_from(name)
        return documented if implied is None else pl.when(day >= implied).then(pl.lit(value=True)).otherwise(documented)

    def spans(self, leaf: Criterion) -> Spans:
        """Return the dates of a leaf that depends on time."""
        always, never = pl.lit(_AFTER_ALL, dtype=pl.Int32), pl.lit(_BEFORE_ALL, dtype=pl.Int32)
        match leaf:
            case AgeAtMost(age, name):
                birth = self.fact(name)
                return Spans(birth.is_not_null(), never, self.later(birth, years(age + 1)) - 1)
            case Since(name, span, longer):
                start = self.fact(name)
                return Spans(start.is_not_null(), self.later(start, span) + int(longer), always)
            case UpTo(name, span):
                start = self.fact(name)
                return Spans(start.is_not_null(), start, self.later(start, span))
            case Tried(start_name, end_name, least, recent):
                start, end = self.fact(start_name), self.fact(end_name)
                enough = self.later(start, least)
                last = (
                    pl.when(end.is_null())
                    .then(always)
                    .when(enough <= end)
                    .then(self.later(end, recent))
                    .otherwise(never)
                )
                return Spans(self._is_course(start, end), enough, last)
            case Ongoing(start_name, end_name):
                start, end = self.fact(start_name), self.fact(end_name)
                return Spans(self._is_course(start, end), start, pl.coalesce(end, always))
        raise RuleError(f"{leaf} has no cohort evaluator")  # pragma: no cover - a test names every kind of node

    def missing(self, rows: pl.DataFrame, criterion: Criterion, day: pl.Expr) -> pl.Series:
        """Return the facts that keep the criterion unknown on `day`, joined by `;`, each once; null where none does.

        These are the facts of the unknown leaves all of whose ancestors are unknown.
        """
        nodes = list(nodes_of(criterion))
        names = [f"node_{number}" for number, _ in enumerate(nodes)]
        truths = (self.holds(node, day).is_null().alias(name) for name, (node, _) in zip(names, nodes, strict=True))
        nodes_unknown = rows.with_columns(truths).select(names)
        unknown: list[pl.Series] = []
        named: dict[str, pl.Series] = {}
        texts = []
        for (node, parent), is_unknown in zip(nodes, nodes_unknown.get_columns(), strict=True):
            unknown.append(is_unknown if parent is None else is_unknown & unknown[parent])
            if isinstance(node, Leaf):
                # A fact is named at the first unknown leaf that asks for it, which differs between rows.
                name = node.named_when_missing()
                is_first = unknown[-1] & ~named[name] if name in named else unknown[-1]
                texts.append(pl.when(is_first).then(pl.lit(name)))
                named[name] = named[name] | unknown[-1] if name in named else unknown[-1]
        return pl.select(pl.concat_str(texts, separator=";", ignore_nulls=True).replace("", None)).to_series()

    def next_date(self, criterion: Criterion, start: pl.Expr) -> pl.Expr:
        """Return the first day from `start` on which the criterion is true; null where there is none.

        A criterion can only become true on `start`, on the first day of one of its leaves, or on the day after the last
        day of a leaf that it negates.
        """
        days = [start, *self.turning_days(criterion)]
        return pl.min_horizontal(pl.when(day >= start, self.holds(criterion, day)).then(day) for day in days)

    def turning_days(self, criterion: Criterion) -> Iterator[pl.Expr]:
        """Yield the days on which the truth of the criterion can change."""
        for leaf in leaves_of(criterion):
            match leaf:
                case Documented(name):
                    implied = self.implied_from(name)
                    if implied is not None:
                        yield implied
                case AgeAtMost() | Since() | UpTo() | Ongoing():
                    spans = self.spans(leaf)
                    yield spans.first
                    yield pl.when(spans.last < _AFTER_ALL).then(spans.last + 1)

    def later(self, day: pl.Expr, span: Duration) -> pl.Expr:
        """Return the day that lies a duration after another one."""
        return self._days.add(pl.lit(self._days.offset[span], dtype=pl.Int32), day)

    @staticmethod
    def _is_course(start: pl.Expr, end: pl.Expr) -> pl.Expr:
        return start.is_not_null() & (end.is_null() | (end >= start))


def leaves_of(criterion: Criterion) -> Iterator[Leaf]:
    """Yield every leaf of a criterion, some more than once."""
    for node, _ in nodes_of(criterion):
        if isinstance(node, Leaf):
            yield node


def nodes_of(criterion: Criterion, parent: int | None = None, first: int = 0) -> Iterator[tuple[Criterion, int | None]]:
    """Yield every node of a criterion, root first, each with the number of its parent (None for the root).

    `first` is the number of the criterion itself.
    """
    yield criterion, parent
    match criterion:
        case Compound(parts):
            number = first + 1
            for part in parts:
                below = list(nodes_of(part, first, number))
                yield from below
                number += len(below)
        case Not(part):
            yield from nodes_of(part, first, first + 1)
