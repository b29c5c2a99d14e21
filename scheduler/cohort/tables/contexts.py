"""Contexts: the distinct combinations of courses and study in a cohort, each matched to its schedules once.

A cohort of millions of rows has at most a few thousand contexts, so each is matched by the rule objects themselves, and
rows look up the result by the number of their context.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.answers.undecided_regions import undecided, undecided_by_schedule
from spine_vigil.scheduler.answers.without_schedule import answer_without_schedule
from spine_vigil.scheduler.cohort.arrays import NOWHERE, Ints, gather, without_none
from spine_vigil.scheduler.cohort.tables.context_book import Context
from spine_vigil.scheduler.cohort.tables.numbering import WORDINGS
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import MODALITIES
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.rules.studies import ATOMIC_REGIONS, Study, StudyPattern

LANES_PER_SET = len(ATOMIC_REGIONS) + 1
"""The lanes of a set of modalities: one for each atomic region, and one for an unknown primary site."""

_KEYS = {
    "modality": pl.Int32,
    "regions": pl.Int32,
    "circumstance": pl.Int32,
    "first_protocol": pl.Int32,
    "is_covered": pl.Boolean,
    "protocol": pl.Int32,
    "reason": pl.Int32,
    "wording": pl.Int32,
    "only_course": pl.Int32,
    "only_schedule": pl.Int32,
    "only_lane": pl.Int64,
    "only_undecided": pl.Int32,
    "has_several": pl.Boolean,
    "indication_undecided": pl.Int32,
}
_ENTRIES = {
    "context": pl.UInt32,
    "course": pl.UInt16,
    "schedule": pl.Int32,
    "lane": pl.Int64,
    "undecided": pl.Int32,
}
_ANSWERS = {
    "context": pl.UInt32,
    "course": pl.UInt16,
    "protocol": pl.Int32,
    "reason": pl.Int32,
    "wording": pl.Int32,
}


@dataclass(frozen=True, slots=True)
class Contexts:
    """The distinct contexts of a cohort and what follows from each.

    `keys` has one row per context, at its number: `modality` and `regions` of the study, `circumstance` (a number for
    the courses), `first_protocol` (of its first course; null without one) and `is_covered` (by the edition). Where no
    schedule fits: `reason` and `wording` of the best answer, and the `protocol` that gives it (null without courses).
    Where one fits in one region, which saves most rows a join: `only_schedule`, `only_course`, `only_lane`,
    `only_undecided`; where more entries fit: `has_several`. `indication_undecided` are the regions of which an
    indication does not speak.

    `entries` has one row per context, fitting schedule and shared region: `context`, `course` (an index into those of
    the context), `schedule`, `lane`, `undecided` (the regions of which the schedule does not speak). `answers` has the
    answers of the courses that give no schedule and still have a say: `context`, `course`, `protocol`, `reason`,
    `wording`. Beside a course whose schedules fit, or may fit if the primary site were known, only courses that may fit
    have one.

    `undecided_texts` are the regions that are left undecided, as results name them; the columns named `undecided` are
    indexes into it, null where nothing is. `courses` are the contexts themselves.
    """

    keys: pl.DataFrame
    entries: pl.DataFrame
    answers: pl.DataFrame
    undecided_texts: pl.Series
    courses: Sequence[Context] = field(repr=False)

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
        # The places do not matter here: whether a set accepts a modality.
        patterns = [StudyPattern(modalities, ("chest",)) for modalities in self.sets]
        accepts = [int(pattern.accepts(modality)) for pattern in patterns for modality in MODALITIES]
        self.accepts = np.array(accepts, dtype=np.int32)
        """Whether a set accepts a modality, at set * len(MODALITIES) + modality."""
        self.complements = np.array([s.complements for s in tables.schedules], dtype=np.bool_)
        """Whether the modalities of a schedule complement each other, by schedule."""

    def __len__(self) -> int:
        return len(self.sets) * LANES_PER_SET

    def of(self, schedule: int, regions: int) -> Iterator[int]:
        """Yield the lanes of a schedule (by number) for a set of shared regions."""
        for region in range(LANES_PER_SET):
            if regions >> region & 1:
                yield self._set_of[schedule] * LANES_PER_SET + region


class _Fit(NamedTuple):
    """A schedule that fits a context, in one of the shared regions."""

    course: int
    schedule: int
    lane: int
    undecided: tuple[str, ...]


class _Answer(NamedTuple):
    """The answer of a course none of whose schedules fits."""

    course: int
    protocol: int
    reason: Reason
    wording: str


def match_contexts(contexts: Sequence[Context], tables: RuleTables, lanes: Lanes, only: int | None = None) -> Contexts:
    """Match every context of a cohort with the schedules of its courses.

    With `only`, just the contexts with a course under that protocol: the others come back without schedules.
    """
    matcher = _Matcher(tables, lanes)
    return matcher.match(contexts, only)


class _Matcher:
    """Matches contexts one by one, and numbers the texts of undecided regions."""

    def __init__(self, tables: RuleTables, lanes: Lanes) -> None:
        self._edition = tables.edition
        self._lanes = lanes
        self._numbers = {route: number for number, route in enumerate(tables.routes)}
        self._texts: dict[str, int] = {}

    def match(self, contexts: Sequence[Context], only: int | None) -> Contexts:
        keys: list[dict[str, object]] = []
        entries: list[tuple[object, ...]] = []
        answers: list[tuple[object, ...]] = []
        circumstances: dict[object, int] = {}
        for number, context in enumerate(contexts):
            study = Study(MODALITIES[context.modality], context.regions)
            judged = only is None or any(course.protocol == only for course in context.courses)
            fits = list(self._fits(context, study)) if judged else []
            said = self._answers(context, study, {fit.course for fit in fits})
            entries += [(number, f.course, f.schedule, f.lane, self._text(f.undecided)) for f in fits]
            answers += [(number, a.course, a.protocol, a.reason.rank, WORDINGS.index(a.wording)) for a in said]
            key: dict[str, object] = {
                "modality": context.modality,
                "regions": context.regions,
                "circumstance": circumstances.setdefault(context.courses, len(circumstances)),
                "first_protocol": context.courses[0].protocol if context.courses else None,
                "is_covered": self._edition.covers_study(study),
                "has_several": len(fits) > 1,
                "indication_undecided": self._text(undecided(study, self._edition.covers.regions)),
            }
            if len(fits) == 1:
                key |= {
                    "only_course": fits[0].course,
                    "only_schedule": fits[0].schedule,
                    "only_lane": fits[0].lane,
                    "only_undecided": self._text(fits[0].undecided),
                }
            elif not fits:
                key |= self._best(said, study)
            keys.append(dict.fromkeys(_KEYS) | key)
        return Contexts(
            pl.DataFrame(keys, schema=_KEYS),
            pl.DataFrame(entries, schema=_ENTRIES, orient="row"),
            pl.DataFrame(answers, schema=_ANSWERS, orient="row"),
            pl.Series(list(self._texts), dtype=pl.String),
            contexts,
        )

    def _protocol(self, number: int) -> Protocol:
        return self._edition.protocols[number]

    def _fits(self, context: Context, study: Study) -> Iterator[_Fit]:
        for course, (number, site, _) in enumerate(context.courses):
            protocol = self._protocol(number)
            for schedule in protocol.schedules:
                shared = schedule.study.shared_regions(study, site)
                if shared:
                    schedule_number = self._numbers[protocol.route(schedule)]
                    regions = undecided_by_schedule(study, schedule.study, site)
                    for lane in self._lanes.of(schedule_number, shared):
                        yield _Fit(course, schedule_number, lane, regions)

    def _answers(self, context: Context, study: Study, fitting: set[int]) -> list[_Answer]:
        """Return the answers of the courses that have no fitting schedule and still have a say."""
        answers = []
        for course, (number, site, differ) in enumerate(context.courses):
            if course not in fitting:
                protocol = self._protocol(number)
                said = answer_without_schedule(self._edition, protocol, study, site, sites_differ=differ)
                answers.append(_Answer(course, number, *said))
        may_fit = [answer for answer in answers if answer.reason is Reason.MISSING_FACT]
        return may_fit if may_fit or fitting else answers

    def _best(self, answers: Sequence[_Answer], study: Study) -> dict[str, object]:
        """Return the best of the answers; the courses are in the order of the edition, so the first of equals."""
        if answers:
            best = min(answers, key=lambda answer: answer.reason.rank)
            return {"protocol": best.protocol, "reason": best.reason.rank, "wording": WORDINGS.index(best.wording)}
        reason, wording = answer_without_schedule(self._edition, None, study, None)
        return {"reason": reason.rank, "wording": WORDINGS.index(wording)}

    def _text(self, regions: tuple[str, ...]) -> int | None:
        """Return the number of the text of undecided regions; None where there are none."""
        return self._texts.setdefault("|".join(regions), len(self._texts)) if regions else None
