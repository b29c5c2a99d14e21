"""Contraindications for whole cohorts: the decisions that they override, and devices of which nobody says enough."""

from __future__ import annotations

import polars as pl

from spine_vigil.scheduler.cohort.deciding.criteria import Reader
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import MODALITIES, STATUSES
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.indications import Contraindication

_PERFORMED = STATUSES.index(Status.PERFORMED)


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

    def certain(self) -> pl.Expr:
        """Return the number of the first certain contraindication; null for none."""
        certain = [pl.when(self._is_certain(c, pl.col("date"))).then(pl.lit(self._all.index(c))) for c in self._present]
        return pl.coalesce(certain).cast(pl.Int32)

    def uncleared(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return `note`, what has to be cleared, and `missing_text`, the facts that would; null where nothing has."""
        notes, missing = [pl.repeat("", len(rows), eager=True)], [pl.repeat("", len(rows), eager=True)]
        for hazard in self._present:
            if hazard.lead is not None:
                is_uncleared = rows.select(
                    self._concerns(hazard)
                    & (self._reader.fact(hazard.lead) == 1)
                    & self._reader.holds(hazard.criterion, pl.col("date")).is_null()
                ).to_series()
                lacking = self._reader.missing(rows, hazard.criterion, pl.col("date"))
                notes.append(pl.select(pl.when(is_uncleared).then(pl.lit(f" {hazard.to_clear}"))).to_series())
                missing.append(pl.select(pl.when(is_uncleared).then(lacking)).to_series())
        names = pl.concat_str(missing, separator=";", ignore_nulls=True).str.strip_chars_start(";")
        once = names.str.split(";").list.unique(maintain_order=True).list.join(";")
        columns = pl.select(note=pl.concat_str(notes, ignore_nulls=True), missing_text=once)
        return columns.select(pl.when(pl.col("note") != "").then(name).alias(name) for name in columns.columns)

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
