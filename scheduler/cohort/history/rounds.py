"""Rounds of imaging: studies of different modalities, less than 21 days apart, under one schedule (rules 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE, Flags, Ints
from spine_vigil.scheduler.cohort.history.references import ContextLanes, ranges, serving
from spine_vigil.scheduler.cohort.history.rows import DAY_BITS, PERFORMED, PatientRows, distinct, with_day
from spine_vigil.scheduler.cohort.tables.contexts import LANES_PER_SET
from spine_vigil.scheduler.records.fields import MODALITIES
from spine_vigil.scheduler.rules.schedules import DAYS_OF_A_ROUND

ANY_STATUS, PERFORMED_ALONE, OF_THE_REQUEST = 1, 2, 4
"""The kinds of entries in Rounds: an earlier study is mostly of both the first."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """Candidates for the reference of rows under schedules whose modalities complement each other.

    One or more entries for each row (its index, `at`), schedule and shared region, ordered by these. `course` is the
    index of the schedule's course in the row's context, `region` the number of the region, `kind` the bit set of its
    kinds. Of kind ANY_STATUS and PERFORMED_ALONE: `day` is the own date of the latest earlier study that is no part of
    the request's round, NO_DAY where the region has none; several entries are studies of different modality on one day.
    Of kind OF_THE_REQUEST: `day` is the row's own date; a row that no study lies near has no such entry. In `mask` bit
    b is set where a performed study of another modality lies b + 1 days before `day`; a schedule's start, which cuts a
    round short, is not considered.
    """

    at: NDArray[np.uint32]
    course: NDArray[np.uint16]
    schedule: Ints
    region: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    day: Ints
    mask: Ints

    def __len__(self) -> int:
        return len(self.at)

    def take(self, at: NDArray[np.int64] | slice) -> Rounds:
        """Return some of the entries."""
        return Rounds(*(getattr(self, column.name)[at] for column in fields(self)))

    def counted_from(self, start: int) -> Rounds:
        """Return the entries with `at` counted from `start`."""
        return replace(self, at=self.at - np.uint32(start))


def no_rounds() -> Rounds:
    """Return no entries."""
    number, small, none = np.empty(0, np.uint32), np.empty(0, np.uint8), np.empty(0, np.int32)
    return Rounds(number, np.empty(0, np.uint16), none, small, small, none, none)


def all_rounds(parts: Sequence[Rounds]) -> Rounds:
    """Concatenate rounds, ordered by row; the entries of a row keep their order."""
    columns = (np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Rounds))
    rounds = Rounds(*columns)
    return rounds.take(np.argsort(rounds.at, kind="stable"))


def rounds_of(patients: PatientRows, contexts: ContextLanes) -> Rounds:
    """Return the candidates of rows under schedules whose modalities complement each other, row by row."""
    context = patients.rows.context
    count = contexts.rounds[context]
    rows = np.flatnonzero(count)
    if not len(rows):
        return no_rounds()
    owner, place = ranges(contexts.first_round[context[rows]], count[rows])
    row, entry = rows[owner], contexts.in_rounds[place]
    lane = contexts.lane[entry]
    group = patients.patient[row] * contexts.lanes + lane
    wanted = distinct(group)
    number = np.searchsorted(wanted, group)
    modality = contexts.modality[context[row]]
    days = _DaysOfLanes.of(patients, number, patients.rows.date[row], wanted, contexts)
    at_day = days.find(number, patients.rows.date[row])
    any_place, any_found = _latest(days, days.any, at_day, modality)
    performed_place, performed_found = _latest(days, days.performed, at_day, modality)
    both = np.where(any_place == performed_place, any_found & performed_found, 0).astype(np.int32)
    in_round = np.flatnonzero(days.masks(at_day, modality))
    found = _Found.all(
        [
            _Found.of(any_found & ~both, any_place, ANY_STATUS),
            _Found.of(performed_found & ~both, performed_place, PERFORMED_ALONE),
            _Found.of(both, any_place, ANY_STATUS | PERFORMED_ALONE),
            _Found(in_round, np.full(len(in_round), np.uint8(OF_THE_REQUEST)), at_day[in_round], modality[in_round]),
        ]
    )
    # Cases are in the order of rows and, within a row, of its entries.
    found = found.take(np.argsort(found.case, kind="stable"))
    of_case = entry[found.case]
    return Rounds(
        patients.rows.at[row[found.case]],
        contexts.course[of_case],
        contexts.schedule[of_case],
        (lane[found.case] % LANES_PER_SET).astype(np.uint8),
        found.kind,
        np.where(found.place == NOWHERE, NO_DAY, days.day[found.place]).astype(np.int32),
        days.masks(found.place, found.modality),
    )


@dataclass(frozen=True, slots=True)
class _DaysOfLanes:
    """The days of lanes on which a row is judged or a study lies, by lane and day, packed as `key`.

    `any` and `performed` are the modalities of the studies of a day, performed or booked and performed alone: bit sets
    by the index into MODALITIES.
    """

    key: NDArray[np.int64]
    any: Ints
    performed: Ints

    @classmethod
    def of(
        cls,
        patients: PatientRows,
        lane: NDArray[np.int64],
        day: Ints,
        wanted: NDArray[np.int64],
        contexts: ContextLanes,
    ) -> _DaysOfLanes:
        """Return the days of the `wanted` lanes (see `serving`); rows are judged in a `lane` (by number) on a `day`."""
        has_lane = np.zeros(patients.count + 1, np.bool_)
        has_lane[wanted // contexts.lanes] = True
        rows, lanes = serving(patients, np.flatnonzero(has_lane[patients.patient]), wanted, contexts)
        studies = with_day(lanes, patients.rows.date[rows])
        key = distinct(np.concatenate([studies, with_day(lane, day)]))
        place = np.searchsorted(key, studies)
        modality = contexts.modality[patients.rows.context[rows]]
        performed = (patients.rows.part[rows] & PERFORMED).astype(np.bool_)
        return cls(key, _sets(len(key), place, modality), _sets(len(key), place[performed], modality[performed]))

    @property
    def day(self) -> NDArray[np.int64]:
        """The day numbers."""
        return (self.key & ((1 << DAY_BITS) - 1)) - (1 << DAY_BITS - 1)

    def find(self, lane: NDArray[np.int64], day: Ints) -> NDArray[np.int64]:
        """Return the place of the first day of a lane on or after a day; behind all its days where there is none."""
        return np.searchsorted(self.key, with_day(lane, day))

    def are_of_one_lane(self, place: NDArray[np.int64], other: NDArray[np.int64]) -> Flags:
        """Return whether two days are of one lane; NOWHERE is of none."""
        is_same: Flags = (place != NOWHERE) & (self.key[place] >> DAY_BITS == self.key[other] >> DAY_BITS)
        return is_same

    def masks(self, place: NDArray[np.int64], modality: Ints) -> Ints:
        """Return on which of the days before each day a study of another modality was performed (see Rounds)."""
        masks = np.zeros(len(place), np.int32)
        left = np.flatnonzero(place != NOWHERE)
        earlier = place[left] - 1
        while len(left):
            # `earlier` is NOWHERE before the first day of all.
            apart = self.key[place[left]] - self.key[earlier]
            is_near = (earlier != NOWHERE) & (apart <= DAYS_OF_A_ROUND)
            left, earlier, apart = left[is_near], earlier[is_near], apart[is_near]
            is_of_another = self.performed[earlier] & ~(1 << modality[left]) != 0
            masks[left] |= np.where(is_of_another, 1 << (apart - 1), 0).astype(np.int32)
            earlier -= 1
        return masks


def _sets(size: int, place: NDArray[np.int64], modality: Ints) -> Ints:
    """Return the modalities at each of `size` places as bit sets."""
    sets = np.zeros(size, np.int32)
    for number, _ in enumerate(MODALITIES):
        sets[place[modality == number]] |= np.int32(1 << number)
    return sets


@dataclass(frozen=True, slots=True)
class _Found:
    """Candidates of cases (rows in a lane): the `place` of their day (NOWHERE: none) and their modality."""

    case: NDArray[np.int64]
    kind: NDArray[np.uint8]
    place: NDArray[np.int64]
    modality: Ints

    @classmethod
    def of(cls, found: Ints, place: NDArray[np.int64], kind: int) -> _Found:
        """Return the candidates that `_latest` found."""
        cases = [np.flatnonzero(found >> number & 1) for number, _ in enumerate(MODALITIES)]
        case = np.concatenate(cases)
        modalities = np.repeat(np.arange(len(MODALITIES), dtype=np.int32), [len(each) for each in cases])
        return cls(case, np.full(len(case), np.uint8(kind)), place[case], modalities)

    @classmethod
    def all(cls, parts: Sequence[_Found]) -> _Found:
        """Concatenate candidates."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))

    def take(self, at: NDArray[np.int64]) -> _Found:
        """Return some of the candidates."""
        return _Found(*(getattr(self, f.name)[at] for f in fields(self)))


def _latest(
    days: _DaysOfLanes, sets: Ints, at_day: NDArray[np.int64], modality: Ints
) -> tuple[NDArray[np.int64], Ints]:
    """Return the place of the latest studies before the day of each case that are no part of its round.

    They are of the case's modality or lie before the days of its round. `sets` are those of `days` to search. Beside
    the place (NOWHERE: none) stand the modalities of the studies, as a bit set; it has one bit where there is none.
    """
    latest = np.full(len(at_day), NOWHERE)
    for number in np.unique(modality):
        of_modality = np.flatnonzero(modality == number)
        latest[of_modality] = _latest_before(sets >> number & 1 != 0, at_day[of_modality])
    first_of_round = np.searchsorted(days.key, days.key[at_day] - DAYS_OF_A_ROUND)
    before_round = _latest_before(sets != 0, first_of_round)
    latest, before_round = (
        np.where(days.are_of_one_lane(place, at_day), place, NOWHERE) for place in (latest, before_round)
    )
    place = np.maximum(latest, before_round)
    is_of_round = place >= first_of_round
    found = np.where(is_of_round, 1 << modality, sets[place]).astype(np.int32)
    found[place == NOWHERE] = 1
    return place, found


def _latest_before(flagged: Flags, place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the latest flagged place before each place; NOWHERE where there is none."""
    latest = np.maximum.accumulate(np.where(flagged, np.arange(len(flagged)), NOWHERE))
    return np.where(place > 0, latest[place - 1], NOWHERE)
