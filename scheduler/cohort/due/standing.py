"""The standing of patients under the schedules of their protocols (whole cohorts)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE, gather, with_none, without_none
from spine_vigil.scheduler.cohort.deciding.index_dates import index_dates
from spine_vigil.scheduler.cohort.deciding.windows import (
    Studies,
    last_days,
    next_windows,
    slot_at,
    starts_of,
    within,
)
from spine_vigil.scheduler.cohort.due.bookings import with_bookings
from spine_vigil.scheduler.cohort.due.courses import DuePatients
from spine_vigil.scheduler.cohort.due.imaging import case_number, shown_studies, with_imaging
from spine_vigil.scheduler.cohort.due.rules import STATUSES
from spine_vigil.scheduler.cohort.due.skipping import without_skipped
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.numbering import conditions, fact_values
from spine_vigil.scheduler.cohort.tables.rule_tables import AS, NONE, TRUE, UNKNOWN, RuleTables
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.studies import Place

_OVER = (STATUSES.index(DueStatus.ENDED), STATUSES.index(DueStatus.STOPPED))


@dataclass(frozen=True, slots=True)
class DuePartition:
    """The standings of some patients: one row for each case, how many patients, and how many without a protocol."""

    cases: pl.DataFrame
    patients: int
    without_protocol: int


def due_partition(patients: DuePatients, tables: RuleTables, days: DayTable, day: int) -> DuePartition:
    """Return the standing of patients on a day under every schedule of their protocols.

    A protocol without schedules is a case of its own: its `schedule` is the number of the protocol behind all those of
    the edition.
    """
    cases = _cases(patients, tables, days, day)
    shown = shown_studies(patients.courses, patients.studies, tables)
    cases = with_imaging(cases, shown, tables)
    cases, bookings = with_bookings(cases, shown, day)
    cases = _with_windows(cases, tables, days)
    cases = without_skipped(_with_status(_with_stops(cases, tables), tables, days, day), tables)
    cases = _with_wanted(cases, bookings)
    listed = patients.courses["number"].n_unique()
    others = _without_schedules(patients.courses, tables)
    return DuePartition(pl.concat([cases, others], how="diagonal"), patients.count, patients.count - listed)


def applying_cases(courses: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Return each course under each schedule of its protocol that is not documented not to apply.

    `courses` are those of DuePatients. Adds `case`, `schedule` and `when_unknown`.
    """
    of_protocol = pl.DataFrame(
        {"protocol": tables.protocol, "schedule": np.arange(len(tables.schedules), dtype=np.int32)}
    )
    cases = courses.join(of_protocol, on="protocol", how="inner").sort("course", "schedule")
    applies, when_unknown = conditions(cases["schedule"].to_numpy(), cases["facts"].to_numpy(), tables)
    cases = cases.with_columns(when_unknown=pl.Series(when_unknown), case=case_number(tables))
    return cases.filter(pl.Series(applies))


def _cases(patients: DuePatients, tables: RuleTables, days: DayTable, as_of: int) -> pl.DataFrame:
    """Return each course under each schedule of its protocol, except schedules documented not to apply.

    Adds what `applying_cases` adds, `index`, `index_kind`, `starts`, and the index dates under their names.
    """
    cases = applying_cases(patients.courses, tables)
    schedule = cases["schedule"].to_numpy()
    group = patients.known.courses.groups(*(without_none(cases[name], NOWHERE) for name in ("number", "protocol")))
    day = np.full(len(cases), np.int32(as_of))
    birth = patients.known.birth[without_none(cases["number"], NOWHERE)]
    given = {kind: patients.known.courses.on(kind, group, day) for kind in IndexKind}
    early = {kind: (days_of != NO_DAY) & (days_of < birth) for kind, days_of in given.items()}
    dates = {kind: np.where(early[kind], np.int32(NO_DAY), days_of) for kind, days_of in given.items()}
    index, index_kind = index_dates(schedule, dates, day, tables, days)
    starts = starts_of(schedule, index, tables, days)
    return cases.with_columns(
        *(with_none(dates[kind], NO_DAY).alias(kind.column) for kind in IndexKind),
        before_birth=pl.Series(np.any(list(early.values()), axis=0)),
        index=with_none(index, NO_DAY),
        index_kind=with_none(index_kind, NOWHERE),
        starts=with_none(np.where(index == NO_DAY, np.int32(NO_DAY), starts), NO_DAY),
    )


def _with_windows(cases: pl.DataFrame, tables: RuleTables, days: DayTable) -> pl.DataFrame:
    """Add the next window of each case, the last day that it decides, and the end of a trailing phase.

    The columns are `opens` (null where there is no window), `closes`, `counted_from`, `slot`, `grace`, `is_blended`,
    `decides_until`, and `trailing_end` (null without an index date, but for a schedule that counts nothing).
    """
    schedule = cases["schedule"].to_numpy()
    index, imaging, own = (without_none(cases[name], NO_DAY) for name in ("index", "imaging", "own"))
    windows = next_windows(schedule, index, Studies(imaging, own), tables, days)
    trailing_end = days.after(tables.offsets("trailing_end", days).take(schedule), within(days, index))
    without_index = np.where(tables.counts_nothing.take(schedule), np.int32(NEVER), np.int32(NO_DAY))
    return cases.with_columns(
        opens=with_none(windows.opens, NEVER),
        decides_until=last_days(schedule, windows, tables, days),
        trailing_end=with_none(np.where(index == NO_DAY, without_index, trailing_end), NO_DAY),
        **{name: getattr(windows, name) for name in ("closes", "counted_from", "slot", "grace", "is_blended")},
    )


def _with_stops(cases: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Add the days from which nothing is due any more (NEVER for none known): `progressed`, `stopped`, `nothing_from`.

    `stopped` is the first event that ends the schedule as planned, `stop_kind` its kind.
    """
    never = pl.lit(NEVER, dtype=pl.Int32)
    stops: dict[IndexKind, pl.Expr] = {}
    for kind in IndexKind:
        names = pl.Series([int(kind in schedule.stops_at) for schedule in tables.schedules], dtype=pl.Int32)
        counts = (gather(names, pl.col("schedule")) == 1) & (pl.col(kind.column) > pl.col("index"))
        stops[kind] = pl.when(counts).then(pl.col(kind.column)).otherwise(never)
    cases = cases.with_columns(expr.alias(f"_{kind.value}") for kind, expr in stops.items())
    planned = [kind for kind in IndexKind if kind is not IndexKind.PROGRESSION]
    cases = cases.with_columns(
        progressed=pl.col("_progression"), stopped=pl.min_horizontal(f"_{kind.value}" for kind in planned)
    )
    ends = (pl.col(name).fill_null(NEVER) for name in ("follow_up_end_date", "death_date"))
    return cases.with_columns(
        stop_kind=pl.coalesce(
            pl.when(pl.col(f"_{kind.value}") == pl.col("stopped")).then(pl.lit(number, dtype=pl.Int32))
            for number, kind in enumerate(IndexKind)
            if kind in planned
        ),
        nothing_from=pl.min_horizontal("progressed", "stopped", *ends),
    ).drop(f"_{kind.value}" for kind in IndexKind)


def _with_status(cases: pl.DataFrame, tables: RuleTables, days: DayTable, as_of: int) -> pl.DataFrame:
    """Add `status` (index into STATUSES), `because` (the name of the sentence) and `has_window`; clear other windows.

    Adds also `index_unknown` and `site_unknown`, and `fact` with `fact_value`: what a conditional status waits for.
    """
    schedule, day = pl.col("schedule"), pl.lit(as_of, dtype=pl.Int32)
    asks_site = pl.Series([Place.PRIMARY_SITE in s.study.places for s in tables.schedules], dtype=pl.Boolean)
    waits = (pl.col("opens").is_not_null() & (day <= pl.col("decides_until"))).fill_null(value=False)
    trailing = gather(tables.trailing_kind, schedule)
    cases = cases.with_columns(
        waits=waits,
        index_unknown=pl.col("index").is_null() & ~gather(tables.counts_nothing, schedule),
        site_unknown=pl.col("primary_site").is_null() & gather(asks_site, schedule),
        trailing=pl.when(day <= pl.col("trailing_end")).then(trailing).otherwise(NONE),
        fact=pl.when(waits)
        .then(_condition(cases, tables, days, as_of))
        .otherwise(gather(tables.trailing_fact, schedule)),
    )
    cases = cases.with_columns(fact_value=fact_values(cases["facts"].to_numpy(), cases["fact"].to_numpy()))
    lacks = pl.col("when_unknown") | pl.col("site_unknown") | pl.col("index_unknown")
    unmet = (pl.col("fact") != tables.no_fact) & (pl.col("fact_value") != TRUE)
    unmet_words = (
        pl.when(pl.col("fact_value") == UNKNOWN).then(pl.lit("condition_unknown")).otherwise(pl.lit("condition_false"))
    )
    is_late = day > pl.col("closes") + pl.col("grace")
    opens_too_late = pl.when(pl.col("opens") >= pl.col("nothing_from")).then(pl.lit("opens_too_late"))
    no_window = pl.when(pl.col("end_of_last_phase") == NEVER).then(pl.lit("no_window"))
    nothing = pl.lit(None, dtype=pl.String)
    steps = [
        (pl.col("death_date") <= day, DueStatus.STOPPED, pl.lit("died")),
        (pl.col("follow_up_end_date") <= day, DueStatus.STOPPED, _end_of_follow_up()),
        (pl.col("progressed") <= day, DueStatus.STOPPED, pl.lit("progressed")),
        (pl.col("stopped") <= day, DueStatus.ENDED, pl.lit("ended_with")),
        (lacks, DueStatus.NEEDS_INFO, pl.lit("lacks")),
        (~waits & (pl.col("trailing") == NONE), DueStatus.ENDED, no_window.otherwise(pl.lit("no_window_after"))),
        (~waits & (pl.col("trailing") == AS), DueStatus.CONDITIONAL, pl.lit("as_fact")),
        (~waits, DueStatus.NEEDS_INFO, pl.lit("interval_unspecified")),
        (unmet, DueStatus.CONDITIONAL, unmet_words),
        (day < pl.col("opens"), DueStatus.UPCOMING, opens_too_late),
        (is_late, DueStatus.OVERDUE, nothing),
    ]
    status, because = pl.lit(STATUSES.index(DueStatus.OPEN), dtype=pl.Int32), nothing
    for holds, step_status, step_because in reversed(steps):
        status = pl.when(holds).then(pl.lit(STATUSES.index(step_status), dtype=pl.Int32)).otherwise(status)
        because = pl.when(holds).then(step_because).otherwise(because)
    # The sentence about the end names the end of the last phase, whatever its kind.
    end = tables.offsets("end", days)
    last_slot = pl.Series([len(s.phases) - 1 for s in tables.schedules], dtype=pl.Int32)
    last_end = days.add(gather(end, schedule * tables.width + gather(last_slot, schedule)), pl.col("index"))
    cases = cases.with_columns(end_of_last_phase=last_end).with_columns(status=status, because=because)
    settled = [STATUSES.index(s) for s in (DueStatus.STOPPED, DueStatus.ENDED, DueStatus.NEEDS_INFO)]
    has_window = pl.col("waits") & ~pl.col("status").is_in(settled)
    return cases.with_columns(
        *(pl.when(has_window).then(pl.col(n)).alias(n) for n in ("opens", "closes", "grace", "counted_from")),
        has_window=has_window,
        later=_LATER,
    )


def _end_of_follow_up() -> pl.Expr:
    """Return the name of the sentence about the end of follow-up."""
    is_doubted = (pl.col("follow_up_end_date") < _LATER).fill_null(value=False)
    return pl.when(is_doubted).then(pl.lit("follow_up_doubted")).otherwise(pl.lit("follow_up_ended"))


_LATER = pl.max_horizontal("last_performed", *(kind.column for kind in IndexKind))
"""The latest performed study or index date of a course; an end of follow-up before it may be wrong."""


def _condition(cases: pl.DataFrame, tables: RuleTables, days: DayTable, as_of: int) -> pl.Series:
    """Return the fact of the timed phase in which each window can first be used; undefined without an index date."""
    schedule, index = cases["schedule"].to_numpy(), without_none(cases["index"], NO_DAY)
    first = np.maximum(without_none(cases["opens"], NO_DAY), np.int32(as_of))
    slot = slot_at(schedule, first, within(days, index), tables, days)
    last = schedule * tables.width + tables.timed.take(schedule) - 1
    return pl.Series(tables.slot_fact.take(np.minimum(slot, last)))


def _with_wanted(cases: pl.DataFrame, bookings: pl.DataFrame) -> pl.DataFrame:
    """Add `is_wanted`: whether a running schedule of the patient has a booking on the day of `next_booked` too."""
    running = cases.filter(~pl.col("status").is_in(_OVER))
    wanted = bookings.join(running.select("case", "number"), on="case", how="inner").select(
        "number", next_booked="date", is_wanted=pl.lit(value=True)
    )
    joined = cases.join(wanted.unique(), on=["number", "next_booked"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("is_wanted").fill_null(value=False))


def _without_schedules(courses: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Return a case for each course under a protocol without schedules."""
    numbers = [number for number, protocol in enumerate(tables.edition.protocols) if not protocol.schedules]
    none = ("has_window", "is_wanted", "when_unknown", "site_unknown", "index_unknown")
    return courses.filter(pl.col("protocol").is_in(numbers)).with_columns(
        *(pl.lit(value=False).alias(name) for name in none),
        schedule=pl.col("protocol") + len(tables.schedules),
        before_birth=pl.lit(value=False),
        status=pl.lit(STATUSES.index(DueStatus.NO_SCHEDULE), dtype=pl.Int32),
        because=pl.lit("no_schedule"),
    )
