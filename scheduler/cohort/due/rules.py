"""What a due list is asked for: its rules, and the part of it that is wanted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl

from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.fields import day_number
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.studies import Modality

STATUSES = tuple(DueStatus)

EVERYTHING = "everything"
"""What a list says that it was asked for where nothing is left out."""


@dataclass(frozen=True, slots=True)
class DueRules:
    """The rules of a due list: the edition, the grace, and its date."""

    edition: Edition
    grace: GracePolicy
    as_of: date


@dataclass(frozen=True, slots=True)
class Wanted:
    """The part of a due list that is wanted; an empty field wants all.

    `protocols` are ids; a schedule is wanted where its study can be done by one of `modalities`. With `opens_by` only
    windows that open by that date are wanted, and no case without a window. With `patient_id` only the rows of that
    patient are read.
    """

    statuses: Collection[DueStatus] = ()
    protocols: Collection[str] = ()
    modalities: Collection[Modality] = ()
    opens_by: date | None = None
    patient_id: str | None = None

    @property
    def words(self) -> str:
        """What is wanted, as a list says it of itself: `status=overdue,open; opens_by=2026-12-02`."""
        parts = {
            "status": ",".join(status.value for status in self.statuses),
            "protocol": ",".join(self.protocols),
            "modality": ",".join(modality.value for modality in self.modalities),
            "opens_by": str(self.opens_by or ""),
            "patient": "one" if self.patient_id is not None else "",  # a list is handed on, also where it is empty
        }
        return "; ".join(f"{name}={value}" for name, value in parts.items() if value) or EVERYTHING

    def of(self, cases: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
        """Return the wanted cases."""
        conditions = self.conditions(tables)
        return cases.filter(*conditions) if conditions else cases

    def conditions(self, tables: RuleTables) -> list[pl.Expr]:
        """Return the conditions that a wanted case meets."""
        conditions = []
        if self.protocols or self.modalities:
            numbers = [number for number, route in enumerate(tables.routes) if self._is_wanted(route, number, tables)]
            if not self.modalities:  # a protocol without schedules asks for none
                protocols = enumerate(tables.edition.protocols, len(tables.schedules))
                numbers += [number for number, protocol in protocols if protocol.id in self.protocols]
            conditions.append(pl.col("schedule").is_in(numbers))
        if self.statuses:
            conditions.append(pl.col("status").is_in([STATUSES.index(status) for status in self.statuses]))
        if self.opens_by is not None:
            conditions.append((pl.col("opens") <= day_number(self.opens_by)).fill_null(value=False))
        return conditions

    def _is_wanted(self, route: str, number: int, tables: RuleTables) -> bool:
        study = tables.schedules[number].study
        return (not self.protocols or route.partition("/")[0] in self.protocols) and (
            not self.modalities or any(study.accepts(modality) for modality in self.modalities)
        )
