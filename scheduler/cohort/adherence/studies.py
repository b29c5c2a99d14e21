"""Performed studies beside their decisions, each patient, day and study once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason, Verdict
from spine_vigil.scheduler.cohort.arrays import NEVER, NOWHERE, Ints, gather
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes
from spine_vigil.scheduler.cohort.due.documents import PERFORMED
from spine_vigil.scheduler.cohort.history.rows import with_day
from spine_vigil.scheduler.cohort.tables.numbering import REASONS
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import MODALITIES
from spine_vigil.scheduler.rules.studies import ATOMIC_REGIONS

STUDY_KEY = ("number", "date", "modality", "regions")
"""What makes two rows one study."""

_VERDICTS = (Verdict.WITHIN, Verdict.OUTSIDE, Verdict.NEEDS_INFO, Verdict.REFER)
KINDS_OF_USE = ("within", "outside", "undecided", "refer")
"""What the decision on a performed study comes to; a row that cannot be read is undecided too."""


class Routes:
    """The routes of decisions by number: schedules, then protocols without one, then indications."""

    def __init__(self, tables: RuleTables) -> None:
        edition = tables.edition
        self._schedules, self._protocols = len(tables.schedules), len(edition.protocols)
        ids = [protocol.id for protocol in edition.protocols]
        indications = [indication.route for indication in edition.indications]
        self.names = [*tables.routes, *ids, *indications]
        of_schedules = [ids[number] for number in tables.protocol.tolist()]
        self.protocols = [*of_schedules, *ids, *indications]
        self.ranks = pl.Series(self.names).rank("dense").cast(pl.Int32)

    def numbers(self, outcomes: Outcomes) -> Ints:
        """Return the number of the route of each row; NOWHERE for none."""
        protocol = np.where(outcomes.protocol != NOWHERE, self._schedules + outcomes.protocol, np.int32(NOWHERE))
        by_schedule = np.where(outcomes.schedule != NOWHERE, outcomes.schedule, protocol)
        first = self._schedules + self._protocols
        is_indication = outcomes.indication != NOWHERE
        return np.where(is_indication, first + outcomes.indication, by_schedule).astype(np.int32)


def performed_rows(documents: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """Return the rows of performed studies of the observation that are decided."""
    return documents.filter(
        pl.col("has_study"),
        pl.col("status") == PERFORMED,
        pl.col("date").is_between(first, last),
        pl.col("reason").is_between(0, Reason.CONTRAINDICATED.rank),
    )


def performed_studies(
    documents: pl.DataFrame, first: int, last: int, routes: Routes, groups: Sequence[str]
) -> pl.DataFrame:
    """Return the performed studies of the observation, each once, with the best of the decisions on its rows.

    `documents` has the columns of ReportBlock, `number`, and of its decision `reason` (rank), `days` (null without a
    window), `route` and `missing`. Of several decisions the best is that of the best reason, then of the nearest
    window, then the first in the text of the route and of what is missing. The result has STUDY_KEY, these, the
    `groups`, and `use` (an index into KINDS_OF_USE).
    """
    rows = performed_rows(documents, first, last)
    rows = rows.select(*STUDY_KEY, "reason", "days", "route", "missing", *groups)
    number, date, modality, regions = (rows[name].to_numpy().astype(np.int64) for name in STUDY_KEY)
    key = (with_day(number, date.astype(np.int32)) << _STUDY_BITS) + (modality << _REGION_BITS) + regions
    order = np.argsort(key, kind="stable")
    rows, key = rows[order], key[order]
    again = key[1:] == key[:-1]
    # Few studies stand on several rows.
    is_one_of_several = np.zeros(len(rows), np.bool_)
    is_one_of_several[1:] |= again
    is_one_of_several[:-1] |= again
    studies = rows
    if again.any():
        several = _once_each(rows.filter(pl.Series(is_one_of_several)), routes, groups)
        studies = pl.concat([rows.filter(pl.Series(~is_one_of_several)), several.select(rows.columns)])
    return studies.with_columns(use=gather(USE_OF_REASON, pl.col("reason")))


def _once_each(rows: pl.DataFrame, routes: Routes, groups: Sequence[str]) -> pl.DataFrame:
    """Return each study once: the best of its rows, with the first of their values in each group column."""
    best = ["reason", "distance", "of_route", "missing"]
    rows = rows.with_columns(
        distance=pl.when(pl.col("days").is_not_null()).then(pl.col("days").abs()).otherwise(NEVER),
        of_route=pl.lit(routes.ranks).gather(pl.when(pl.col("route") != NOWHERE).then("route")).fill_null(NOWHERE),
    )
    rows = rows.sort(*STUDY_KEY, *best, maintain_order=True)
    same = [*STUDY_KEY, *best]
    alike = rows.group_by(same, maintain_order=True).agg(
        pl.col("days", "route").first(), *(pl.col(name).min() for name in groups)
    )
    first = alike.unique(STUDY_KEY, keep="first", maintain_order=True)
    return first.select(*STUDY_KEY, "reason", "days", "route", "missing", *groups)


def _use(reason: Reason) -> int | None:
    return _VERDICTS.index(reason.verdict) if reason.verdict in _VERDICTS else None


_REGION_BITS = len(ATOMIC_REGIONS)
_STUDY_BITS = _REGION_BITS + len(MODALITIES).bit_length()
"""The bits of a study in a packed key; more than 2**20 patients fit beside it and its day."""

USE_OF_REASON = pl.Series([_use(reason) for reason in REASONS], dtype=pl.Int32)
"""The index into KINDS_OF_USE of the rank of each reason."""
