"""The reference date of every row, as a day number, found by sorting one packed key (whole cohorts)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE, Ints
from spine_vigil.scheduler.cohort.history.rows import (
    BOOKED,
    DAY_BITS,
    DAY_ZERO,
    PERFORMED,
    PatientRows,
    distinct,
    is_first_of_run,
    with_day,
)
from spine_vigil.scheduler.cohort.tables.contexts import LANES_PER_SET, Contexts, Lanes
from spine_vigil.scheduler.records.fields import MODALITIES
from spine_vigil.scheduler.rules.studies import shown_regions


@dataclass(frozen=True, slots=True)
class ReferenceDays:
    """The reference day of each row under its schedule, and the one by performed studies alone; NO_DAY for none."""

    reference: Ints
    performed_reference: Ints

    @property
    def booked(self) -> Ints:
        """The day of the booking that the reference needs: where one region is asked for, the reference itself."""
        return self.reference

    def take(self, rows: NDArray[np.int64] | NDArray[np.uint32] | slice) -> ReferenceDays:
        """Return the days of some of the rows."""
        return ReferenceDays(self.reference[rows], self.performed_reference[rows])


@dataclass(frozen=True, slots=True)
class References:
    """Reference days of rows that fit several schedules: one entry for each row (its index, `at`) and schedule.

    `course` is the index of the schedule's course in the row's context. The reference days of schedules whose
    modalities complement each other mean nothing: those stand in Rounds. `booked` is the day of the booking that the
    reference needs, and means nothing where the performed studies alone give the same.
    """

    at: NDArray[np.uint32]
    course: NDArray[np.uint16]
    schedule: Ints
    reference: Ints
    performed_reference: Ints
    booked: Ints

    def take(self, at: NDArray[np.int64] | slice) -> References:
        """Return some of the entries."""
        return References(*(getattr(self, column.name)[at] for column in fields(self)))

    def counted_from(self, start: int) -> References:
        """Return the entries with `at` counted from `start`."""
        return replace(self, at=self.at - np.uint32(start))


def no_reference_days(rows: int) -> ReferenceDays:
    """Return NO_DAY for `rows` rows, in arrays that may be written to."""
    return ReferenceDays(np.full(rows, np.int32(NO_DAY)), np.full(rows, np.int32(NO_DAY)))


def all_references(parts: Sequence[References]) -> References:
    """Concatenate references, ordered by row; the schedules of a row keep their order."""
    columns = (np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(References))
    references = References(*columns)
    return references.take(np.argsort(references.at, kind="stable"))


@dataclass(frozen=True, slots=True)
class ContextLanes:
    """The lanes of contexts, as arrays.

    By context: `only_lane` where it has a single lane (-1: none, several, or one of rounds), the `first` of its several
    entries and their `count`, its `circumstance`, and the `modality` of its study with the regions `shown` (a bit set).
    By entry: its `course`, `schedule` and `lane`. `accepts` says by set of lanes and modality whether such a study can
    be a reference there. `in_rounds` are the entries of schedules whose modalities complement each other, `first_round`
    and `rounds` say by context which of these are its own.
    """

    lanes: int
    only_lane: NDArray[np.int64]
    first: NDArray[np.int64]
    count: NDArray[np.int64]
    circumstance: Ints
    modality: Ints
    shown: NDArray[np.int64]
    course: NDArray[np.uint16]
    schedule: Ints
    lane: NDArray[np.int64]
    accepts: NDArray[np.bool]
    in_rounds: NDArray[np.int64]
    first_round: NDArray[np.int64]
    rounds: NDArray[np.int64]


def context_lanes(contexts: Contexts, lanes: Lanes) -> ContextLanes:
    """Return the lanes of a cohort's contexts."""
    keys, entries = contexts.keys, contexts.entries
    first, count = _runs(entries["context"].to_numpy(), len(keys))
    in_rounds = np.flatnonzero(lanes.complements[entries["schedule"].to_numpy()])
    first_round, rounds = _runs(entries["context"].to_numpy()[in_rounds], len(keys))
    return ContextLanes(
        len(lanes),
        np.where(rounds == 0, keys["only_lane"].fill_null(NOWHERE).to_numpy(), NOWHERE),
        first,
        np.where(keys["has_several"].to_numpy(), count, 0),
        keys["circumstance"].to_numpy(),
        keys["modality"].to_numpy(),
        np.array([shown_regions(regions) for regions in keys["regions"].to_list()], dtype=np.int64),
        entries["course"].to_numpy(),
        entries["schedule"].to_numpy(),
        entries["lane"].to_numpy(),
        lanes.accepts.reshape(-1, len(MODALITIES)) == 1,
        in_rounds,
        first_round,
        rounds,
    )


def _runs(numbers: NDArray[np.uint32], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each number below `count` where its run in ascending `numbers` begins, and its length."""
    all_numbers = np.arange(count)
    first = np.searchsorted(numbers, all_numbers)
    return first, np.searchsorted(numbers, all_numbers, side="right") - first


@dataclass(frozen=True, slots=True)
class _InLanes:
    """Rows assigned to lanes: a packed key of patient, lane and day, and the role of the row in that lane's history."""

    key: NDArray[np.int64]
    part: NDArray[np.uint8]


def reference_days(patients: PatientRows, contexts: ContextLanes) -> tuple[ReferenceDays, References]:
    """Return the reference days of rows under the schedules that they fit.

    The first result has a value for each row, NO_DAY for rows that do not fit exactly one schedule in one region; the
    second is of rows that fit several, rows in the order of the courses and schedules in that of the edition. A row has
    a reference day only where each of its regions has an earlier study. The schedule's start is not considered.
    """
    context = patients.rows.context
    only_lane = contexts.only_lane[context]
    single = np.flatnonzero(only_lane != NOWHERE)
    count = contexts.count[context]
    several = np.flatnonzero(count)
    owner, entry = ranges(contexts.first[context[several]], count[several])
    row = np.concatenate([single, several[owner]])
    lane = np.concatenate([only_lane[single], contexts.lane[entry]])
    latest = _latest_before(_assign(patients, row, lane, contexts), len(row))
    days = no_reference_days(len(context))
    days.reference[single] = latest.reference[: len(single)]
    days.performed_reference[single] = latest.performed_reference[: len(single)]
    of_several = latest.take(slice(len(single), None))
    at = patients.rows.at[several[owner]]
    return days, _oldest_of_regions(at, contexts.course[entry], contexts.schedule[entry], of_several)


def ranges(first: NDArray[np.int64], count: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of its range for every number in some ranges (`first`, `count`), and the number itself."""
    owner = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count
    return owner, np.arange(len(owner)) + (first - before)[owner]


def _assign(patients: PatientRows, row: NDArray[np.int64], lane: NDArray[np.int64], contexts: ContextLanes) -> _InLanes:
    """Assign rows to the lanes in which they are judged and, behind these, all that can be history there.

    Where all rows of a patient have one protocol and one primary site, the lanes in which a row is judged are exactly
    those in which it can be history. Other patients' histories are assigned lane by lane.
    """
    key = with_day(patients.patient * contexts.lanes, patients.rows.date)[row] + (lane << DAY_BITS)
    is_mixed = _have_several_circumstances(patients, contexts)[patients.patient]
    if not is_mixed.any():
        return _InLanes(key, patients.rows.part[row])
    of_mixed = is_mixed[row]
    wanted = distinct(patients.patient[row[of_mixed]] * contexts.lanes + lane[of_mixed])
    histories, lanes = serving(patients, np.flatnonzero(is_mixed), wanted, contexts)
    keys = with_day(wanted[lanes], patients.rows.date[histories])
    part = np.where(is_mixed, np.uint8(0), patients.rows.part)[row]
    return _InLanes(np.concatenate([key, keys]), np.concatenate([part, patients.rows.part[histories]]))


def _have_several_circumstances(patients: PatientRows, contexts: ContextLanes) -> NDArray[np.bool]:
    """Return for each patient (by number, 0 is none) whether the rows differ in protocol or primary site."""
    circumstance, patient = contexts.circumstance[patients.rows.context], patients.patient
    differs = (circumstance[1:] != circumstance[:-1]) & (patient[1:] == patient[:-1])
    have_several = np.zeros(patients.count + 1, np.bool)
    have_several[patient[1:][differs]] = True
    return have_several


def serving(
    patients: PatientRows, rows: NDArray[np.int64], wanted: NDArray[np.int64], contexts: ContextLanes
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which of some rows are history in which lanes: those whose region their study shows.

    `wanted` are the patients (as numbers) and lanes in ascending order, packed as patient * lanes + lane; the lanes of
    the result are indexes into it.
    """
    rows = rows[(patients.rows.part[rows] & (PERFORMED | BOOKED)).astype(np.bool)]
    patient = patients.patient[rows]
    first = np.searchsorted(wanted, patient * contexts.lanes)
    owner, index = ranges(first, np.searchsorted(wanted, (patient + 1) * contexts.lanes) - first)
    row, lane = rows[owner], wanted[index] % contexts.lanes
    context = patients.rows.context[row]
    is_shown = contexts.shown[context] >> lane % LANES_PER_SET & 1 == 1
    serves = is_shown & contexts.accepts[lane // LANES_PER_SET, contexts.modality[context]]
    return row[serves], index[serves]


def _latest_before(in_lanes: _InLanes, count: int) -> ReferenceDays:
    """Return for the first `count` assigned rows the day of the latest study of the same patient and lane.

    Only days strictly before the row's own count.
    """
    order = np.argsort(in_lanes.key, kind="stable")
    key, part = in_lanes.key[order], in_lanes.part[order]
    is_first_of_day = is_first_of_run(key)
    day_zero = (key >> DAY_BITS << DAY_BITS) + DAY_ZERO
    days = no_reference_days(len(key))
    for flagged, latest in ((PERFORMED | BOOKED, days.reference), (PERFORMED, days.performed_reference)):
        before = _latest_flagged_before(key, is_first_of_day, (part & flagged).astype(np.bool))
        # Keys of other lanes give days before NO_DAY, so they count as none.
        latest[order] = np.maximum(before - day_zero, NO_DAY).astype(np.int32)
    return days.take(slice(count))


def _latest_flagged_before(
    key: NDArray[np.int64], is_first_of_day: NDArray[np.bool], is_flagged: NDArray[np.bool]
) -> NDArray[np.int64]:
    """Return for each of ascending keys the latest flagged key that is smaller; 0 where there is none."""
    latest = np.maximum.accumulate(key * is_flagged)
    # All entries of a day take the latest key before the first entry of the day.
    before = np.zeros_like(key)
    np.multiply(latest[:-1], is_first_of_day[1:], out=before[1:])
    return np.maximum.accumulate(before)


def _oldest_of_regions(
    at: NDArray[np.uint32], course: NDArray[np.uint16], schedule: Ints, days: ReferenceDays
) -> References:
    """Return one reference for each row and schedule, the oldest of its regions; none where a region has none."""
    first = np.flatnonzero(is_first_of_run(at.astype(np.int64) << 32 | schedule))
    if not len(first):  # reduceat needs at least one index
        return References(at, course, schedule, days.reference, days.performed_reference, days.reference)
    # NO_DAY is before all days, so a region without a study decides.
    reference, performed = (np.minimum.reduceat(d, first) for d in (days.reference, days.performed_reference))
    # The reference needs the booking of a region that has waited longer by performed studies alone.
    is_needed = days.performed_reference < np.repeat(reference, np.diff(first, append=len(at)))
    booked = np.minimum.reduceat(np.where(is_needed, days.reference, np.int32(NEVER)), first)
    return References(at[first], course[first], schedule[first], reference, performed, booked)
