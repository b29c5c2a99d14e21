"""Contested decisions: those that another reading of an unclear sentence of the guideline would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import Flags, Ints, gather
from spine_vigil.scheduler.cohort.audit.audit import Audit, Cohort, Judge
from spine_vigil.scheduler.cohort.audit.completing import Complete
from spine_vigil.scheduler.cohort.deciding.indications import may_open
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes
from spine_vigil.scheduler.cohort.tables.context_book import Context
from spine_vigil.scheduler.cohort.tables.numbering import REASONS
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.indications import Indication

CONTESTED = "contested"
"""The column that names the readings under which a decision would differ, each with that decision."""


@dataclass(frozen=True, slots=True)
class Contested:
    """What other readings would decide otherwise in a block.

    `rows` has `row` and CONTESTED for the rows that are contested, `counts` how many by reading (`ROUTE=NAME`).
    """

    rows: pl.DataFrame
    counts: Counter[str]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Another reading: its route and name, and its judge.

    It can decide rows otherwise whose context is one of `concerns` (by context), and, for a reading of an indication
    (of that `edition`), which document anything that raises or hints at it.
    """

    route: str
    name: str
    judge: Judge
    concerns: Flags
    indication: Indication | None
    edition: Edition

    def rows_of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that the reading can decide otherwise."""
        concerned = gather(self.concerns, pl.col("context"))
        if self.indication is not None:
            concerned &= may_open(rows.columns, [self.indication], self.edition)
        return rows.filter(concerned)


class OtherReadings:
    """Judges for the other readings of an edition, each for the rows that it can decide otherwise."""

    def __init__(self, audit: Audit, cohort: Cohort, taken: Judge, workers: int = 1) -> None:
        """`audit` says which readings are taken; every other reading is tried on its own, with the rest unchanged.

        `taken` is the judge of the readings that are taken. A reading of a schedule can decide the rows of its protocol
        otherwise, one of an indication those whose study the edition covers.
        """
        self._readings = list(_readings(audit, cohort, taken, workers))

    @property
    def names(self) -> list[str]:
        """The readings, as `ROUTE=NAME`, in the order of the edition."""
        return [f"{reading.route}={reading.name}" for reading in self._readings]

    def differing(
        self, block: Complete, index: int, outcomes: Outcomes
    ) -> Iterator[tuple[int, NDArray[np.uint32], Ints]]:
        """Yield what each reading would decide otherwise: its number, the rows of the block, and their reasons.

        `outcomes` are the decisions of the block under the readings that are taken.
        """
        for number, reading in enumerate(self._readings):
            rows = reading.rows_of(block.rows)
            if rows.is_empty():
                continue
            otherwise = reading.judge.outcomes(block, index, rows)
            row = rows["row"].to_numpy()
            differs = _VERDICT_OF.take(otherwise.reason[row]) != _VERDICT_OF.take(outcomes.reason[row])
            yield number, row[differs], otherwise.reason[row[differs]]

    def contested(self, block: Complete, index: int, outcomes: Outcomes) -> Contested:
        """Return what other readings would decide otherwise in a block.

        `outcomes` are the decisions of the block under the readings that are taken. CONTESTED joins by `;` each reading
        with the decision that it would give (`annual_ct: outside`), each once, in the order of the edition.
        """
        differing = [pl.DataFrame(schema={"row": pl.UInt32, "says": pl.String})]
        counts = Counter[str]()
        for number, rows, reason in self.differing(block, index, outcomes):
            reading = self._readings[number]
            says = pl.Series([f"{reading.name}: {v}" for v in _VERDICTS]).gather(pl.Series(_VERDICT_OF.take(reason)))
            differing.append(pl.DataFrame({"row": rows, "says": says}))
            counts[self.names[number]] += len(rows)
        texts = pl.col("says").unique(maintain_order=True).str.join(";")
        return Contested(pl.concat(differing).group_by("row").agg(texts.alias(CONTESTED)), counts)


_VERDICTS = list(dict.fromkeys(reason.verdict.value for reason in REASONS if reason.verdict is not None))
_VERDICT_OF = np.array([_VERDICTS.index(r.verdict.value) if r.verdict else len(_VERDICTS) for r in REASONS])
"""The number of each reason's verdict."""


def _readings(audit: Audit, cohort: Cohort, taken: Judge, workers: int) -> Iterator[_Reading]:
    edition, contexts = audit.edition, taken.contexts
    numbers = {route: number for number, p in enumerate(edition.protocols) for route in map(p.route, p.schedules)}
    indications = {indication.route: indication for indication in edition.indications}
    for route, name, _ in edition.readings():
        other = edition.with_readings({route: name})
        if route in numbers:
            protocol = numbers[route]
            judge = cohort.judge(replace(audit, edition=other), workers, protocol)
            has_course = [_has_course(context, protocol) for context in contexts.courses]
            yield _Reading(route, name, judge, np.array(has_course, dtype=np.bool_), None, other)
        else:
            judge, is_covered = taken.with_indications_of(other), contexts.keys["is_covered"].to_numpy()
            yield _Reading(route, name, judge, is_covered, indications[route], other)


def _has_course(context: Context, protocol: int) -> bool:
    return any(course.protocol == protocol for course in context.courses)
