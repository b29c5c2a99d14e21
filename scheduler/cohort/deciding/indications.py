"""The indications that rows raise or hint at, as routes (whole cohorts)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE, Flags, Ints, without_none
from spine_vigil.scheduler.cohort.deciding.because import because
from spine_vigil.scheduler.cohort.deciding.case_rows import Cohort
from spine_vigil.scheduler.cohort.deciding.course_facts import NEEDED, with_course_facts
from spine_vigil.scheduler.cohort.deciding.criteria import Reader
from spine_vigil.scheduler.cohort.tables.numbering import WORDINGS, first_advices, wording
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.criteria import UNDER_PROTOCOL, Criterion, Documented
from spine_vigil.scheduler.rules.criteria_parts import denied_facts
from spine_vigil.scheduler.rules.dates import EARLIEST
from spine_vigil.scheduler.rules.facts import FactKind
from spine_vigil.scheduler.rules.indications import Advice, Indication

ROUTE = {
    "row": pl.UInt32,
    "indication": pl.Int32,
    "is_hint": pl.Boolean,
    "is_silent": pl.Boolean,
    "reason": pl.Int32,
    "wording": pl.Int32,
    "next_allowed": pl.Int32,
    "missing_text": pl.String,
    "advice": pl.Int32,
}
"""The columns of a route that an indication opens for a row, named as in Outcomes. `is_silent`: it only allows."""

_EVERY = ("row", "date", "search_from")
"""The columns that every route needs."""


@dataclass(frozen=True, slots=True)
class IndicationRoutes:
    """The routes that indications open for rows: a frame of ROUTE, and the rows with their facts."""

    frame: pl.DataFrame
    facts: pl.DataFrame
    cohort: Cohort

    @property
    def row(self) -> NDArray[np.intp]:
        """The row of each route."""
        return self.frame["row"].cast(pl.Int64).to_numpy()

    @property
    def allowed(self) -> Ints:
        """The next allowed date of each route, NO_DAY for none."""
        return without_none(self.frame["next_allowed"], NO_DAY)

    @property
    def missing(self) -> Ints:
        """How many facts each route lacks."""
        return without_none(self.frame.select(pl.col("missing_text").str.count_matches(";") + 1).to_series(), 0)

    def numbers(self, name: str) -> Ints:
        """Return a column of whole numbers as an array."""
        return without_none(self.frame[name], NOWHERE)

    def flags(self, name: str) -> Flags:
        """Return a column of flags as an array."""
        return self.frame[name].to_numpy()

    def missing_together(self, chosen: NDArray[np.intp]) -> pl.Series:
        """Return what some routes lack, together with what the indication lacks that asks with each."""
        edition = self.cohort.tables.edition
        number = {indication.name: n for n, indication in enumerate(edition.indications)}
        asks = [number.get(indication.asks_with or "", NOWHERE) for indication in edition.indications]
        unknown = pl.col("reason") == Reason.MISSING_FACT.rank
        routes = self.frame[pl.Series(chosen)].select(
            "row", "indication", "missing_text", other=pl.when(unknown).then(_of(asks, "indication"))
        )
        others = self.frame.filter(unknown).select("row", other="indication", more="missing_text")
        both = routes.join(others, on=["row", "other"], how="left", maintain_order="left")
        own, more = pl.col("missing_text"), pl.col("more")
        joined = pl.when(pl.col("other") < pl.col("indication")).then(more + ";" + own).otherwise(own + ";" + more)
        once = joined.str.split(";").list.unique(maintain_order=True).list.join(";")
        return both.select(pl.when(more.is_null()).then(own).otherwise(once)).to_series()

    def because(self, chosen: NDArray[np.intp]) -> pl.Series:
        """Return for some routes what meets the criterion or what it fails by."""
        routes = self.frame[pl.Series(chosen)].select("row", "indication").with_row_index("place")
        texts = pl.repeat("", len(routes), dtype=pl.String, eager=True)
        indications = self.cohort.tables.edition.indications
        reader = _reader(self.facts, self.cohort)
        for (number,), of_one in routes.group_by("indication"):
            assert isinstance(number, int)  # noqa: S101 - the type of the column
            rows = of_one.join(self.facts, on="row", how="left", maintain_order="left")
            said = because(rows, indications[number].criterion, reader, self.cohort.tables.edition)
            texts = texts.scatter(of_one["place"], said)
        return texts


def _of(values: list[int], name: str) -> pl.Expr:
    return pl.lit(pl.Series(values, dtype=pl.Int32)).gather(pl.col(name))


def _reader(facts: pl.DataFrame, cohort: Cohort) -> Reader:
    return Reader(facts.columns, cohort.days)


def indication_routes(rows: pl.DataFrame, cohort: Cohort) -> IndicationRoutes | None:
    """Return the routes of the indications that rows raise or hint at (a row can have several); None without any.

    `rows` holds `row`, `date`, `search_from`, `is_covered`, the columns NEEDED, and the facts that the file has.
    """
    edition = cohort.tables.edition
    possible = possible_indications(rows.columns, edition)
    if not possible:
        return None
    candidates = rows.filter(pl.col("is_covered") & may_open(rows.columns, possible.values(), edition))
    if candidates.is_empty():
        return None
    advised = (f for i in possible.values() for criterion in i.advised_by() for f in criterion.facts())
    asked = (*(f for i in possible.values() for f in i.facts()), *advised)
    wanted = dict.fromkeys((*_EVERY, *NEEDED, *(name for name in asked if name in rows.columns)))
    facts = with_course_facts(candidates.select(*wanted), cohort)
    reader, day = _reader(facts, cohort), pl.col("date")
    flags = facts.select(
        pl.any_horizontal(False, *(reader.holds(c, day) for c in criteria)).fill_null(value=False).alias(f"{kind}{n}")
        for n, indication in possible.items()
        for kind, criteria in (("raised", indication.raised_by()), ("hinted", indication.hinted_by()))
    )
    routes, first_advice = [pl.DataFrame(schema=ROUTE)], first_advices(edition.indications)
    for number, indication in possible.items():
        raised, hinted = flags[f"raised{number}"], flags[f"hinted{number}"]
        is_open = raised | hinted
        if is_open.any():
            of_one = facts.with_columns(is_hint=~raised).filter(is_open)
            routes.append(_route(of_one, number, indication, reader, first_advice[number]))
    return IndicationRoutes(pl.concat(routes), facts, cohort)


def _opened_by(indication: Indication) -> tuple[Criterion, ...]:
    return (*indication.raised_by(), *indication.hinted_by())


def _is_open_by_courses(criterion: Criterion, edition: Edition) -> bool:
    """Return whether a lead or hint is true by what courses imply, whatever else is unknown."""
    implied = dict.fromkeys((by.fact for by in edition.implied_by_course), True) | {UNDER_PROTOCOL: True}
    return criterion.holds(implied, EARLIEST) is True


def possible_indications(columns: Collection[str], edition: Edition) -> dict[int, Indication]:
    """Return the indications that rows with some columns can raise or hint at, by number."""
    return {
        number: indication
        for number, indication in enumerate(edition.indications)
        if any(
            not set(columns).isdisjoint(criterion.facts()) or _is_open_by_courses(criterion, edition)
            for criterion in _opened_by(indication)
        )
    }


def may_open(columns: Collection[str], indications: Iterable[Indication], edition: Edition) -> pl.Expr:
    """Return whether a row documents anything that can raise or hint at an indication, or a course alone does."""
    criteria = [criterion for indication in indications for criterion in _opened_by(indication)]
    if any(_is_open_by_courses(criterion, edition) for criterion in criteria):
        return pl.lit(value=True)
    kinds = {fact.name: fact.kind for fact in edition.facts}
    denied = {name for criterion in criteria for name in denied_facts(criterion)}
    names = dict.fromkeys(name for criterion in criteria for name in criterion.facts() if name in columns)
    given = (
        pl.col(name).is_not_null() if name in denied or kinds[name] is not FactKind.BOOLEAN else pl.col(name) == 1
        for name in names
    )
    return pl.any_horizontal(False, *given).fill_null(value=False)


def _fits(advice: Advice, reader: Reader) -> pl.Expr:
    """Return whether advice fits the patient of each row."""
    day, always = pl.col("date"), pl.lit(value=True)
    fits = always if advice.fits is None else reader.holds(advice.fits, day).fill_null(value=False)
    return fits & (always if advice.unless is None else reader.holds(Documented(advice.unless), day).is_null())


def _route(rows: pl.DataFrame, number: int, indication: Indication, reader: Reader, first_advice: int) -> pl.DataFrame:
    """Return the routes of one indication; `first_advice` is the number of its advice where none fits."""
    criterion, day = indication.criterion, pl.col("date")
    judged = rows.with_columns(holds=reader.holds(criterion, day), missing=pl.lit(None, dtype=pl.String))
    judged = judged.with_row_index("place")
    unknown = judged.filter(pl.col("holds").is_null())
    names = reader.missing(unknown, criterion, day)
    judged = judged.with_columns(judged["missing"].scatter(unknown["place"], names))
    fitting = [_fits(advice, reader).cast(pl.Int32) * 2**place for place, advice in enumerate(indication.advice)]
    advice = pl.sum_horizontal(first_advice, *fitting)

    def by_truth(true: int, false: int, unknown: int) -> pl.Expr:
        holds = pl.col("holds")
        return pl.when(holds.is_null()).then(unknown).when(holds).then(true).otherwise(false)

    columns = {
        "row": pl.col("row"),
        "indication": pl.lit(number),
        "is_hint": pl.col("is_hint"),
        "is_silent": pl.col("is_hint") & ~pl.col("holds").fill_null(value=True),
        "reason": by_truth(Reason.CRITERIA_MET.rank, Reason.CRITERIA_NOT_MET.rank, Reason.MISSING_FACT.rank),
        "wording": by_truth(*(WORDINGS.index(w) for w in ("criteria_met", "criteria_not_met", "criteria_unknown"))),
        "next_allowed": reader.next_date(criterion, pl.col("search_from")),
        "missing_text": pl.col("missing"),
        "advice": advice,
    }
    return judged.select(columns[name].cast(dtype).alias(name) for name, dtype in ROUTE.items())


def has_reason(wordings: Ints) -> Flags:
    """Return which sentences say what decides an indication."""
    flags: Flags = (wordings == wording("criteria_met")) | (wordings == wording("criteria_not_met"))
    return flags
