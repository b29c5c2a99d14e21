"""Which schedules a row is judged by: worked out once for each distinct protocol, study and primary site.

A cohort of millions of rows has a few thousand such contexts at most, so each is matched by the rule
objects themselves, and rows get the answer by a join.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from scheduler.answers import answer_without_schedule
from scheduler.cohort.tables import RuleTables
from scheduler.columns import MODALITIES
from scheduler.studies import ATOMIC_REGIONS, Study

CONTEXT = ("protocol", "modality", "regions", "primary_site")
LANES_PER_SET = len(ATOMIC_REGIONS) + 1
"""Regions that a clock can belong to: the atomic ones, and the primary site that is not known."""


@dataclass(frozen=True, slots=True)
class Contexts:
    """The distinct contexts of a cohort and what follows from each.

    `keys` (one row per context): the columns of CONTEXT, `context`, `is_covered` (by the edition), `reason`
    and `wording` (the answer where no schedule fits, else null). `entries` (one row per context, fitting
    schedule and shared region): `context`, `schedule`, `lane`. A context with one entry has it in the keys as
    `only_schedule` and `only_lane`, which saves most rows a join; one with more `has_several`.
    """

    keys: pl.DataFrame
    entries: pl.DataFrame


class Lanes:
    """The clocks that histories are filed under: one per set of modalities and atomic region."""

    def __init__(self, tables: RuleTables) -> None:
        self.sets = list(dict.fromkeys(s.study.modalities for s in tables.schedules))
        self._set_of = [self.sets.index(s.study.modalities) for s in tables.schedules]
        accepts = [int(m is None or modality in m) for m in self.sets for modality in MODALITIES]
        self.accepts = pl.Series(accepts, dtype=pl.Int32)
        """Whether a set accepts a modality, at set * len(MODALITIES) + modality."""

    def __len__(self) -> int:
        return len(self.sets) * LANES_PER_SET

    def of(self, schedule: int, regions: int) -> Iterator[int]:
        """Yield the lanes of a schedule (by place) for a set of shared regions."""
        for place in range(LANES_PER_SET):
            if regions >> place & 1:
                yield self._set_of[schedule] * LANES_PER_SET + place


def match_contexts(rows: pl.DataFrame, tables: RuleTables, lanes: Lanes) -> Contexts:
    """Match every distinct context of `rows` (columns of CONTEXT) against the schedules of its protocol."""
    keys = rows.select(CONTEXT).unique(maintain_order=True).with_row_index("context")
    covered: list[bool] = []
    first_place = {route: place for place, route in enumerate(tables.routes)}
    answers: list[tuple[int | None, str | None]] = []
    entries: list[tuple[int, int, int]] = []
    alone: list[tuple[int | None, int | None]] = []
    several: list[bool] = []
    for context, place, modality, regions, site in keys.iter_rows():
        protocol = None if place is None else tables.edition.protocols[place]
        study = Study(MODALITIES[modality], regions)
        covered.append(tables.edition.covers_study(study))
        found = []
        for schedule in protocol.schedules if protocol else ():
            number = first_place[protocol.route(schedule)] if protocol else 0
            found += [(number, lane) for lane in lanes.of(number, schedule.study.shared_regions(study, site))]
        entries += [(context, number, lane) for number, lane in found]
        alone.append(found[0] if len(found) == 1 else (None, None))
        several.append(len(found) > 1)
        reason, wording = (None, None) if found else answer_without_schedule(tables.edition, protocol, study, site)
        answers.append((None if reason is None else reason.rank, wording))
    return Contexts(
        keys.with_columns(
            pl.Series("reason", [a[0] for a in answers], dtype=pl.Int32),
            pl.Series("wording", [a[1] for a in answers], dtype=pl.String),
            pl.Series("is_covered", covered, dtype=pl.Boolean),
            pl.Series("only_schedule", [a[0] for a in alone], dtype=pl.Int32),
            pl.Series("only_lane", [a[1] for a in alone], dtype=pl.Int64),
            pl.Series("has_several", several, dtype=pl.Boolean),
        ),
        pl.DataFrame(
            entries,
            schema={"context": pl.UInt32, "schedule": pl.Int32, "lane": pl.Int64},
            orient="row",
        ),
    )
