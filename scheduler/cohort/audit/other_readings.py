"""Contested decisions: those that another reading of an unclear sentence of the guideline would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from spine_vigil.scheduler.cohort.audit.audit import Audit, Cohort
from spine_vigil.scheduler.cohort.audit.completing import Complete
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes
from spine_vigil.scheduler.cohort.tables.numbering import REASONS

CONTESTED = "contested"
"""The column that names the readings under which a decision would differ."""


class OtherReadings:
    """Judges for the other readings of an edition, each for the rows of its protocol."""

    def __init__(self, audit: Audit, cohort: Cohort, workers: int = 1) -> None:
        """`audit` says which readings are taken; every other reading is tried on its own, with the rest unchanged."""
        self._judges = [
            (protocol, name, cohort.judge(other, workers, protocol)) for protocol, name, other in _other_audits(audit)
        ]

    def contested(self, block: Complete, index: int, outcomes: Outcomes) -> pl.DataFrame:
        """Return `row` and CONTESTED for the rows of a block whose decision another reading would change.

        `outcomes` are the decisions of the block under the readings that are taken. CONTESTED joins the names of the
        readings by `;`, each once, in the order of the edition.
        """
        differing = [pl.DataFrame(schema={"row": pl.UInt32, "name": pl.String})]
        for protocol, name, judge in self._judges:
            rows = block.rows.filter(protocol=protocol)
            if rows.is_empty():
                continue
            otherwise = judge.outcomes(block, index, rows)
            row = rows["row"].to_numpy()
            differs = _VERDICTS.take(outcomes.reason[row]) != _VERDICTS.take(otherwise.reason[row])
            differing.append(rows.select("row", name=pl.lit(name)).filter(pl.Series(differs)))
        names = pl.col("name").unique(maintain_order=True).str.join(";")
        return pl.concat(differing).group_by("row").agg(names.alias(CONTESTED))


_ALL_VERDICTS = [reason.verdict for reason in REASONS]
_VERDICTS = np.array([_ALL_VERDICTS.index(verdict) for verdict in _ALL_VERDICTS])
"""The number of each reason's verdict."""


def _other_audits(audit: Audit) -> Iterator[tuple[int, str, Audit]]:
    """Yield the number of the protocol, the name and the audit of every other reading in the edition."""
    for number, protocol in enumerate(audit.edition.protocols):
        for schedule in protocol.schedules:
            for reading in schedule.others:
                edition = audit.edition.read_as({protocol.route(schedule): reading.name})
                yield number, reading.name, replace(audit, edition=edition)
