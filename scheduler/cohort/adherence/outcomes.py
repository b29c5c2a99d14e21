"""What became of the windows of a cohort: counted, unknown, or not counted, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.adherence.chains import LATE, MISSED, TIMELY, Chains
from spine_vigil.scheduler.cohort.adherence.stretches import ENDS
from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE, Flags, Ints, with_none
from spine_vigil.scheduler.cohort.deciding.windows import slot_at
from spine_vigil.scheduler.cohort.history.rows import distinct, with_day
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.numbering import fact_values
from spine_vigil.scheduler.cohort.tables.rule_tables import FALSE, UNKNOWN, RuleTables
from spine_vigil.scheduler.rules.studies import Place

OUTCOMES = ("timely", "late", "missed", "unknown", "not_due_yet", "not_counted")
"""What becomes of a window; the first three are counted."""

UNDOCUMENTED, SITE, ROW, BOOKING = "undocumented_fact", "primary_site", "unreadable_row", "unconfirmed_booking"

WHYS = (
    *(UNDOCUMENTED, SITE, ROW, BOOKING),
    *("before_observation", *ENDS, "schedule_ended", "condition_not_met"),
)
"""Why a window is unknown (the first four) or not counted."""

NOT_COUNTED, AS_TIMELY, AS_UNTIMELY = 0, 1, 2
"""As what a window is taken at its worst and at its best."""

_UNKNOWN, _NOT_DUE_YET, _NOT_COUNTED = 3, 4, 5


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Days of which it is not known what was done on them, packed with the number of a patient or of a case.

    `dated` are in order; `has_dated` marks by number those with such a day, `undated` those with a row whose date is
    not known.
    """

    dated: NDArray[np.int64]
    has_dated: Flags
    undated: Flags

    @classmethod
    def of(cls, number: pl.Series, day: pl.Series, count: int) -> Doubtful:
        """Return the days of rows; `day` is null where it is not known, `count` the number of numbers."""
        known = day.is_not_null()
        has_dated, undated = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        undated[number.filter(~known).to_numpy()] = True
        numbers = number.filter(known).cast(pl.Int64).to_numpy()
        has_dated[numbers] = True
        return cls(distinct(with_day(numbers, day.filter(known).cast(pl.Int32).to_numpy())), has_dated, undated)

    def between(self, number: NDArray[np.int64], first: Ints, last: Ints) -> Flags:
        """Return whether a known day of each number lies from `first` to `last`."""
        found: Flags = np.zeros(len(number), np.bool_)
        # Few have such a day.
        at = self.has_dated[number].nonzero()[0]
        number, first, last = number[at], first[at], last[at]
        start = np.searchsorted(self.dated, with_day(number, first))
        end = np.searchsorted(self.dated, with_day(number, last), side="right")
        found[at] = (start < end) & (first <= last)
        return found


def window_outcomes(
    chains: Chains,
    stretches: pl.DataFrame,
    unread: Doubtful,
    bookings: Doubtful,
    first_day: int,
    tables: RuleTables,
    days: DayTable,
) -> pl.DataFrame:
    """Return the windows of `chains` with their outcomes.

    `unread` are the days of unreadable rows by patient, `bookings` those of bookings by case. The columns are
    `stretch`, `number`, `schedule`, `index`, `opens`, `closes`, `last_day`, `from_day` (`opens` less
    the grace), `outcome` and `why` (indexes into OUTCOMES and WHYS, null for none), `study` (null for a missed window),
    `waits` (whether it counts for the time to study), `is_done` and `wait` (days from `opens` to the imaging, or to the
    last day followed), `past_closes` (the same days from `closes`, negative before it), `worst` and `best`.
    """
    of = {name: stretches[name].to_numpy()[chains.stretch] for name in ("number", "schedule", "index", "followed")}
    last_day = chains.closes + chains.grace
    is_over = last_day > of["followed"]
    is_before = last_day < first_day
    is_beyond = chains.closes > chains.timed_end
    value = condition_of_windows(chains.stretch, chains.opens, stretches, tables, days)
    is_left_out = is_before | is_over | is_beyond | (value == FALSE)
    why_left_out = np.where(is_beyond, WHYS.index("schedule_ended"), WHYS.index("condition_not_met"))
    why_left_out[is_over] = WHYS.index(ENDS[0]) + _first_end(chains.stretch[is_over], last_day[is_over], stretches)
    why_left_out[is_before] = WHYS.index("before_observation")
    outcome = chains.done.copy()
    unknown = _unknown(chains, stretches, of, last_day, unread, bookings, tables)
    why_unknown = np.where(value == UNKNOWN, WHYS.index(UNDOCUMENTED), unknown.why)
    is_unknown = (why_unknown != NOWHERE) & ~is_left_out
    outcome[is_unknown] = _UNKNOWN
    outcome[is_left_out] = _NOT_COUNTED
    is_not_due_yet = is_left_out & (why_left_out == WHYS.index("not_due_yet"))
    outcome[is_not_due_yet] = _NOT_DUE_YET
    why = np.where(is_left_out, why_left_out, np.where(is_unknown, why_unknown, NOWHERE)).astype(np.int32)
    why[is_not_due_yet] = NOWHERE
    is_timely, has_study = chains.done == TIMELY, chains.study != NO_DAY
    worst = np.where(is_timely, np.where(value == UNKNOWN, NOT_COUNTED, AS_TIMELY), AS_UNTIMELY)
    not_documented = np.where(is_timely | unknown.could_be_timely, AS_TIMELY, NOT_COUNTED)
    # What was surely not in time does not count at best, as it does not in the share.
    otherwise = np.where(unknown.why == NOWHERE, AS_UNTIMELY, NOT_COUNTED)
    documented = np.where(is_timely | unknown.could_be_timely, AS_TIMELY, otherwise)
    best = np.where(value == UNKNOWN, not_documented, documented)
    worst[is_left_out] = best[is_left_out] = NOT_COUNTED
    ended = np.where(has_study, chains.study, of["followed"])
    return pl.DataFrame(
        {
            "stretch": chains.stretch,
            "number": of["number"],
            "schedule": of["schedule"],
            "index": of["index"],
            "opens": chains.opens,
            "closes": chains.closes,
            "last_day": last_day,
            "from_day": chains.opens - chains.grace,
            "outcome": outcome.astype(np.int32),
            "why": with_none(why, NOWHERE),
            "study": with_none(np.where(chains.done == MISSED, np.int32(NO_DAY), chains.study), NO_DAY),
            "waits": ~is_before & ~is_beyond & (value != UNKNOWN) & (value != FALSE),
            "is_done": has_study,
            "wait": np.maximum(ended - chains.opens, 0),
            "past_closes": ended - chains.closes,
            "worst": worst.astype(np.int32),
            "best": best.astype(np.int32),
        }
    )


def _first_end(stretch: NDArray[np.int64], last_day: Ints, stretches: pl.DataFrame) -> NDArray[np.intp]:
    """Return which of ENDS comes first for each of some windows, all of which last beyond one.

    `stretches` have the last day before each of ENDS ends them. The next index date lies on the day after.
    """
    limits = {name: stretches[name].to_numpy()[stretch] for name in ENDS}
    days = np.stack([limit + (name == "restarted") for name, limit in limits.items()])
    is_before = np.stack([last_day > limit for limit in limits.values()])
    first: NDArray[np.intp] = np.where(is_before, days, np.iinfo(np.int32).max).argmin(axis=0)
    return first


def condition_of_windows(
    stretch: NDArray[np.int64], opens: Ints, stretches: pl.DataFrame, tables: RuleTables, days: DayTable
) -> Ints:
    """Return the value of the fact for which each window asks (FALSE, TRUE, UNKNOWN); NOWHERE where it asks for none.

    UNKNOWN too where it is not known whether the schedule applies. `stretch` is the place of the stretch of a window.
    """
    schedule, index = (stretches[name].to_numpy()[stretch] for name in ("schedule", "index"))
    slot = slot_at(schedule, opens, index, tables, days)
    last = schedule * tables.width + tables.timed.take(schedule) - 1
    fact = tables.slot_fact.take(np.minimum(slot, last))
    facts = stretches["facts"].to_numpy()[stretch]
    value = np.where(fact == tables.no_fact, np.int32(NOWHERE), fact_values(facts, fact))
    when_unknown = stretches["when_unknown"].to_numpy()[stretch]
    # A phase that is not asked for is not due, whatever becomes of the schedule.
    return np.where(when_unknown & (value != FALSE), np.int32(UNKNOWN), value)


@dataclass(frozen=True, slots=True)
class _Unknown:
    """Why windows that were not timely are unknown (an index into WHYS, or NOWHERE), and which may have been timely."""

    why: Ints
    could_be_timely: Flags


def _unknown(
    chains: Chains,
    stretches: pl.DataFrame,
    of: dict[str, Ints],
    last_day: Ints,
    unread: Doubtful,
    bookings: Doubtful,
    tables: RuleTables,
) -> _Unknown:
    number, case = of["number"].astype(np.int64), chains.stretch
    is_missed, followed = chains.done == MISSED, of["followed"]
    # What was before the start, or before the imaging that counts already, was not this study.
    since = np.maximum(stretches["starts"].to_numpy()[chains.stretch], chains.before + 1)
    timely = np.maximum(chains.opens - chains.grace, since), np.minimum(last_day, followed)
    late = np.maximum(last_day + 1, since), np.minimum(chains.late_until, followed)
    asks = np.array([Place.PRIMARY_SITE in s.study.places for s in tables.schedules], dtype=np.bool_)
    has_site = stretches["primary_site"].is_not_null().to_numpy()[chains.stretch]
    no_site = asks.take(of["schedule"]) & ~has_site
    row_timely = unread.undated[number] | unread.between(number, *timely)
    row_late = is_missed & unread.between(number, *late)
    booked_timely = bookings.between(case, *timely)
    booked_late = is_missed & bookings.between(case, *late)
    is_untimely = (chains.done == LATE) | is_missed
    whys = [WHYS.index(name) for name in (SITE, ROW, BOOKING)]
    why = np.select([no_site, row_timely | row_late, booked_timely | booked_late], whys, NOWHERE)
    could = (no_site | row_timely | booked_timely) & is_untimely
    return _Unknown(np.where(is_untimely, why, NOWHERE).astype(np.int32), could)
