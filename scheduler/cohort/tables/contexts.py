"""Contexts: the distinct combinations of protocol, study and primary site, each matched to its schedules once.

A cohort of millions of rows has at most a few thousand contexts, so each is matched by the rule objects themselves, and
rows look up the result by the number of their context.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.without_schedule import answer_without_schedule
from spine_vigil.scheduler.cohort.arrays import NOWHERE, Ints, gather, without_none
from spine_vigil.scheduler.cohort.tables.numbering import WORDINGS
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import MODALITIES
from spine_vigil.scheduler.rules.studies import ATOMIC_REGIONS, Study

CONTEXT = ("protocol", "modality", "regions", "primary_site")
LANES_PER_SET = len(ATOMIC_REGIONS) + 1
"""The lanes of a set of modalities: one for each atomic region, and one for an unknown primary site."""


_KEYS = dict.fromkeys((*CONTEXT, "circumstance"), pl.Int32) | {
    "is_covered": pl.Boolean,
    "reason": pl.Int32,
    "wording": pl.Int32,
    "only_schedule": pl.Int32,
    "only_lane": pl.Int64,
    "has_several": pl.Boolean,
}

_BITS = 24
"""The bits of a set of regions in a packed context."""


class ContextBook:
    """Numbers the distinct contexts of a cohort in order of first appearance; safe for any thread."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._turn = Lock()

    def number(self, rows: pl.DataFrame) -> pl.Series:
        """Return the number of each row's context (columns of CONTEXT)."""
        protocol = pl.col("protocol").fill_null(-1).cast(pl.Int64) + 1
        site = pl.col("primary_site").fill_null(0).cast(pl.Int64)
        study = pl.col("modality").cast(pl.Int64) * (1 << _BITS) + pl.col("regions")
        packed = rows.select(
            ((protocol * len(MODALITIES) * (1 << _BITS) + study) * (1 << _BITS) + site).alias("context")
        )
        distinct = packed["context"].unique()
        with self._turn:
            numbers = [self._numbers.setdefault(key, len(self._numbers)) for key in distinct.to_list()]
        known = pl.DataFrame({"context": distinct, "number": pl.Series(numbers, dtype=pl.UInt32)})
        return packed.join(known, on="context", how="left", maintain_order="left")["number"]

    def contexts(self) -> Iterator[tuple[int | None, int, int, int | None]]:
        """Yield protocol, modality, regions and primary site of every context, in the order of their numbers."""
        for key in self._numbers:
            rest, site = divmod(key, 1 << _BITS)
            rest, regions = divmod(rest, 1 << _BITS)
            protocol, modality = divmod(rest, len(MODALITIES))
            yield protocol - 1 if protocol else None, modality, regions, site or None


@dataclass(frozen=True, slots=True)
class Contexts:
    """The distinct contexts of a cohort and what follows from each.

    `keys` (one row per context, at its number): the columns of CONTEXT, `circumstance` (a number for the protocol and
    the primary site), `is_covered` (by the edition), `reason` and `wording` (the answer where no schedule fits, else
    null). `entries` (one row per context, fitting schedule and shared region): `context`, `schedule`, `lane`. A context
    with one entry has it in the keys too, as `only_schedule` and `only_lane`, which saves most rows a join; one with
    more entries `has_several`.
    """

    keys: pl.DataFrame
    entries: pl.DataFrame

    def of(self, name: str) -> pl.Expr:
        """Return a column of `keys` for each row, by its `context`."""
        return gather(self.keys[name], pl.col("context")).alias(name)

    def array(self, name: str) -> Ints:
        """Return a column of `keys` as an array, NOWHERE where it is null."""
        return without_none(self.keys[name], NOWHERE)


class Lanes:
    """The lanes of histories: one per set of modalities and atomic region, each with its own reference date."""

    def __init__(self, tables: RuleTables) -> None:
        self.sets = list(dict.fromkeys(s.study.modalities for s in tables.schedules))
        self._set_of = [self.sets.index(s.study.modalities) for s in tables.schedules]
        accepts = [int(m is None or modality in m) for m in self.sets for modality in MODALITIES]
        self.accepts = np.array(accepts, dtype=np.int32)
        """Whether a set accepts a modality, at set * len(MODALITIES) + modality."""

    def __len__(self) -> int:
        return len(self.sets) * LANES_PER_SET

    def of(self, schedule: int, regions: int) -> Iterator[int]:
        """Yield the lanes of a schedule (by number) for a set of shared regions."""
        for region in range(LANES_PER_SET):
            if regions >> region & 1:
                yield self._set_of[schedule] * LANES_PER_SET + region


def match_contexts(book: ContextBook, tables: RuleTables, lanes: Lanes, only: int | None = None) -> Contexts:
    """Match every context of a cohort with the schedules of its protocol; with `only`, just those of that protocol."""
    keys: list[tuple[object, ...]] = []
    entries: list[tuple[int, int, int]] = []
    circumstances: dict[tuple[int | None, int | None], int] = {}
    schedule_numbers = {route: number for number, route in enumerate(tables.routes)}
    for context, (number, modality, regions, site) in enumerate(book.contexts()):
        protocol = None if number is None else tables.edition.protocols[number]
        study = Study(MODALITIES[modality], regions)
        fitting: list[tuple[int, int]] = []
        if protocol is not None and only in (None, number):
            for schedule in protocol.schedules:
                schedule_number = schedule_numbers[protocol.route(schedule)]
                fitting += [
                    (schedule_number, lane)
                    for lane in lanes.of(schedule_number, schedule.study.shared_regions(study, site))
                ]
        entries += [(context, schedule_number, lane) for schedule_number, lane in fitting]
        reason, wording = (None, None) if fitting else answer_without_schedule(tables.edition, protocol, study, site)
        only_schedule, only_lane = fitting[0] if len(fitting) == 1 else (None, None)
        keys.append(
            (
                number,
                modality,
                regions,
                site,
                circumstances.setdefault((number, site), len(circumstances)),
                tables.edition.covers_study(study),
                None if reason is None else reason.rank,
                None if wording is None else WORDINGS.index(wording),
                only_schedule,
                only_lane,
                len(fitting) > 1,
            )
        )
    return Contexts(
        pl.DataFrame(keys, schema=_KEYS, orient="row"),
        pl.DataFrame(entries, schema={"context": pl.UInt32, "schedule": pl.Int32, "lane": pl.Int64}, orient="row"),
    )
