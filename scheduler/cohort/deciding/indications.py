"""Indications and contraindications for whole cohorts: routes that they open, decisions that they override."""

from __future__ import annotations

import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.deciding.criteria import Reader
from spine_vigil.scheduler.cohort.tables.numbering import WORDINGS
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import MODALITIES, STATUSES
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.facts import FactKind
from spine_vigil.scheduler.rules.indications import Contraindication, Indication

ROUTE = {
    "row": pl.UInt32,
    "indication": pl.Int32,
    "reason": pl.Int32,
    "wording": pl.Int32,
    "next_allowed": pl.Int32,
    "missing_text": pl.String,
}
"""The columns of a route that an indication opens for a row, named as in Outcomes."""

_EVERY = ("row", "date", "search_from")
"""The columns that every route needs."""

_PERFORMED = STATUSES.index(Status.PERFORMED)


def raised_routes(rows: pl.DataFrame, tables: RuleTables, reader: Reader) -> pl.DataFrame:
    """Return one row of ROUTE for every indication that a row raises (a row can raise several).

    `rows` holds `row`, `date`, `search_from`, `is_covered` and the facts that the file has.
    """
    kinds = {fact.name: fact.kind for fact in tables.edition.facts}
    routes = [pl.DataFrame(schema=ROUTE)]
    for number, indication in enumerate(tables.edition.indications):
        leads = [name for name in indication.leads if name in rows.columns]
        if leads:
            given = [pl.col(n) == 1 if kinds[n] is FactKind.BOOLEAN else pl.col(n).is_not_null() for n in leads]
            is_raised = pl.col("is_covered") & pl.any_horizontal(given).fill_null(value=False)
            raised = rows.select(is_raised).to_series()
            if raised.any():
                # A file can have a hundred facts, and an indication asks for a few of them.
                needed = [name for name in dict.fromkeys(indication.criterion.facts()) if name in rows.columns]
                columns = rows.select(*_EVERY, *(n for n in needed if n not in _EVERY))
                routes.append(_route(columns.filter(raised), number, indication, reader))
    return pl.concat(routes)


def _route(rows: pl.DataFrame, number: int, indication: Indication, reader: Reader) -> pl.DataFrame:
    criterion = indication.criterion
    judged = rows.with_columns(
        holds=reader.holds(criterion, pl.col("date")), missing=pl.lit(None, dtype=pl.String)
    ).with_row_index("at")
    unknown = judged.filter(pl.col("holds").is_null())
    names = reader.missing(unknown, criterion, pl.col("date"))
    judged = judged.with_columns(judged["missing"].scatter(unknown["at"], names))

    def by_truth(true: int, false: int, unknown: int) -> pl.Expr:
        holds = pl.col("holds")
        return pl.when(holds.is_null()).then(unknown).when(holds).then(true).otherwise(false)

    columns = {
        "row": pl.col("row"),
        "indication": pl.lit(number),
        "reason": by_truth(Reason.CRITERIA_MET.rank, Reason.CRITERIA_NOT_MET.rank, Reason.MISSING_FACT.rank),
        "wording": by_truth(*(WORDINGS.index(w) for w in ("criteria_met", "criteria_not_met", "criteria_unknown"))),
        "next_allowed": reader.next_date(criterion, pl.col("search_from")),
        "missing_text": pl.col("missing"),
    }
    return judged.select(columns[name].cast(dtype).alias(name) for name, dtype in ROUTE.items())


class Hazards:
    """The contraindications of an edition, evaluated for rows with the facts that the file has."""

    def __init__(self, rows: pl.DataFrame, tables: RuleTables, reader: Reader) -> None:
        with_facts = [(c, set(c.criterion.facts())) for c in tables.edition.contraindications]
        self._reader = reader
        self._all = list(tables.edition.contraindications)
        self._present = [c for c, facts in with_facts if facts & set(rows.columns)]

    def __bool__(self) -> bool:
        return bool(self._present)

    @property
    def columns(self) -> list[str]:
        """The facts that the contraindications ask for."""
        return list(dict.fromkeys(f for c in self._present for f in c.criterion.facts()))

    def concerned(self) -> pl.Expr:
        """Return whether any contraindication concerns a row, by its modality and status."""
        return pl.any_horizontal(self._concerns(c) for c in self._present)

    def override(self) -> dict[str, pl.Expr]:
        """Return `hazard`, the number of the first certain contraindication, and `note`, what has to be cleared."""
        certain = [pl.when(self._is_certain(c, pl.col("date"))).then(pl.lit(self._all.index(c))) for c in self._present]
        to_clear = [
            pl.when(
                self._concerns(c) & (self._reader.fact(c.lead) == 1),
                self._reader.holds(c.criterion, pl.col("date")).is_null(),
            ).then(pl.lit(f" {c.to_clear}"))
            for c in self._present
            if c.lead is not None
        ]
        note = pl.concat_str(to_clear, ignore_nulls=True) if to_clear else pl.lit(None, dtype=pl.String)
        return {"hazard": pl.coalesce(certain).cast(pl.Int32), "note": pl.when(note != "").then(note)}

    def forbid(self, day: pl.Expr) -> pl.Expr:
        """Return whether any contraindication is certain on `day`."""
        return pl.any_horizontal(self._is_certain(c, day) for c in self._present)

    def first_free(self, start: pl.Expr) -> pl.Expr:
        """Return the first day from `start` on that no contraindication forbids; null where there is none."""
        days = [start]
        for contraindication in self._present:
            days += self._reader.turning_days(contraindication.criterion)
        return pl.min_horizontal(pl.when(day >= start, ~self.forbid(day)).then(day) for day in days)

    def rounds(self) -> int:
        """Return the most times that a search for a free day can meet another forbidden range of days."""
        return 1 + sum(len(list(self._reader.turning_days(c.criterion))) for c in self._present)

    def _concerns(self, contraindication: Contraindication) -> pl.Expr:
        modalities = [number for number, m in enumerate(MODALITIES) if m in contraindication.modalities]
        return pl.col("modality").is_in(modalities) & (pl.col("status") != _PERFORMED)

    def _is_certain(self, contraindication: Contraindication, day: pl.Expr) -> pl.Expr:
        holds = self._reader.holds(contraindication.criterion, day).fill_null(value=False)
        return self._concerns(contraindication) & holds
