"""The standing of patients under the schedules of their protocols (whole cohorts)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

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
from spine_vigil.scheduler.cohort.due.bookings import with_studies
from spine_vigil.scheduler.cohort.due.documents import documented, newest
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.numbering import conditions, fact_values, packed_facts
from spine_vigil.scheduler.cohort.tables.rule_tables import AS, NONE, TRUE, UNKNOWN, RuleTables
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.fields import day_number
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.studies import Modality, Place

STATUSES = tuple(DueStatus)


@dataclass(frozen=True, slots=True)
class DueRules:
    """The rules of a due list: the edition, the grace, its date, and the date format of the input (None: ISO)."""

    edition: Edition
    grace: GracePolicy
    as_of: date
    date_format: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The part of a due list that is wanted; an empty field wants all.

    `protocols` are ids; a schedule is wanted where its study can be done by one of `modalities`. With `opens_by` only
    windows that open by that date are wanted, and no case without a window.
    """

    statuses: Collection[DueStatus] = ()
    protocols: Collection[str] = ()
    modalities: Collection[Modality] = ()
    opens_by: date | None = None

    def of(self, cases: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
        """Return the wanted cases."""
        numbers = [
            number
            for number, (route, schedule) in enumerate(tables.edition.schedules())
            if (not self.protocols or route.partition("/")[0] in self.protocols)
            and (not self.modalities or any(schedule.study.accepts(modality) for modality in self.modalities))
        ]
        conditions = [pl.col("schedule").is_in(numbers)] if len(numbers) < len(tables.schedules) else []
        if self.statuses:
            conditions.append(pl.col("status").is_in([STATUSES.index(status) for status in self.statuses]))
        if self.opens_by is not None:
            conditions.append((pl.col("opens") <= day_number(self.opens_by)).fill_null(value=False))
        return cases.filter(*conditions) if conditions else cases


@dataclass(frozen=True, slots=True)
class DuePartition:
    """The standings of some patients: one row for each case, how many patients, and how many without a schedule."""

    cases: pl.DataFrame
    patients: int
    without_schedule: int


def due_partition(
    documents: pl.DataFrame, studies: pl.DataFrame, tables: RuleTables, days: DayTable, day: int
) -> DuePartition:
    """Return the standing of patients on a day under every schedule of their protocols.

    `documents` and `studies` are those of `DueBlock` with all rows of these patients, in any order. For index dates,
    primary site and facts the newest row of the protocol counts, for the end of follow-up the newest row of the
    patient, as in records/courses.py.
    """
    documents, studies = _by_number_where_keys_collide(documents, studies)
    courses = _courses(documents, tables)
    cases = _cases(courses, tables, days, day)
    cases, bookings = with_studies(cases, courses, studies, tables, day)
    cases = _with_windows(cases, tables, days)
    cases = _with_status(_with_stops(cases, tables), tables, days, day)
    patients, listed = documents["patient"].n_unique(), courses["patient"].n_unique()
    return DuePartition(_with_wanted(cases, bookings), patients, patients - listed)


def _by_number_where_keys_collide(documents: pl.DataFrame, studies: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return both frames with `patient` unique to each patient: where two ids share a key, it is a number instead.

    Every patient with a study is among the documents.
    """
    keys = ["patient", "patient_check"]
    patients = documents.select(keys).unique()
    if patients["patient"].n_unique() == len(patients):
        return documents, studies
    numbers = patients.with_row_index("number")
    documents, studies = (
        frame.join(numbers, on=keys, how="left", maintain_order="left")
        .with_columns(patient=pl.col("number").cast(pl.UInt64))
        .drop("number")
        for frame in (documents, studies)
    )
    return documents, studies


def _courses(documents: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Return one row per patient and protocol with schedules: what is documented, with `facts` packed."""
    given = [name for name in documented(tables) if name in documents.columns]
    of_protocols = documents.filter(pl.col("protocol").is_not_null())
    courses = of_protocols.group_by("patient", "protocol").agg(
        pl.col("patient_id").first(), *(newest(name) for name in given if name != "follow_up_end_date")
    )
    lacking = [name for name in documented(tables) if name not in given and name not in tables.fact_names]
    courses = courses.with_columns(pl.lit(None, dtype=pl.Int32).alias(name) for name in lacking)
    if "follow_up_end_date" in given:
        dated = documents.filter(pl.col("follow_up_end_date").is_not_null())
        ends = dated.group_by("patient").agg(newest("follow_up_end_date"))
        courses = courses.join(ends, on="patient", how="left")
    courses = courses.sort("patient", "protocol").with_row_index("course")
    facts = [name for name in given if name in tables.fact_names]
    return courses.with_columns(facts=packed_facts(courses, tables)).drop(facts)


def _cases(courses: pl.DataFrame, tables: RuleTables, days: DayTable, as_of: int) -> pl.DataFrame:
    """Return each course under each schedule of its protocol, except schedules documented not to apply.

    Adds `case` (course and schedule packed), `index`, `index_kind`, `starts` and `when_unknown`.
    """
    numbers = {protocol.id: number for number, protocol in enumerate(tables.edition.protocols)}
    owners = [numbers[route.partition("/")[0]] for route in tables.routes]
    of_protocol = pl.DataFrame(
        {"protocol": owners, "schedule": range(len(owners))}, schema={"protocol": pl.Int32, "schedule": pl.Int32}
    )
    cases = courses.join(of_protocol, on="protocol", how="inner").sort("course", "schedule")
    schedule = cases["schedule"].to_numpy()
    applies, when_unknown = conditions(schedule, cases["facts"].to_numpy(), tables)
    cases = cases.with_columns(when_unknown=pl.Series(when_unknown)).filter(pl.Series(applies))
    dates = {kind: without_none(cases[kind.column], NO_DAY) for kind in IndexKind}
    day = np.full(len(cases), as_of, dtype=np.int32)
    index, index_kind = index_dates(schedule[applies], dates, day, tables, days)
    starts = starts_of(schedule[applies], index, tables, days)
    return cases.with_columns(
        case=pl.col("course").cast(pl.Int64) * len(owners) + pl.col("schedule"),
        index=with_none(index, NO_DAY),
        index_kind=with_none(index_kind, NOWHERE),
        starts=with_none(np.where(index == NO_DAY, np.int32(NO_DAY), starts), NO_DAY),
    )


def _with_windows(cases: pl.DataFrame, tables: RuleTables, days: DayTable) -> pl.DataFrame:
    """Add the next window of each case, the last day that it decides, and the end of a trailing phase.

    The columns are `opens` (null where there is no window), `closes`, `counted_from`, `slot`, `grace`, `is_blended`,
    `last_day`, and `trailing_end` (null without an index date).
    """
    schedule = cases["schedule"].to_numpy()
    index, reference = (without_none(cases[name], NO_DAY) for name in ("index", "reference"))
    windows = next_windows(schedule, index, Studies(reference, reference), tables, days)
    trailing_end = days.after(tables.offsets("trailing_end", days).take(schedule), within(days, index))
    return cases.with_columns(
        opens=with_none(windows.opens, NEVER),
        last_day=last_days(schedule, windows, tables, days),
        trailing_end=with_none(np.where(index == NO_DAY, np.int32(NO_DAY), trailing_end), NO_DAY),
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
    return cases.with_columns(
        stop_kind=pl.coalesce(
            pl.when(pl.col(f"_{kind.value}") == pl.col("stopped")).then(pl.lit(number, dtype=pl.Int32))
            for number, kind in enumerate(IndexKind)
            if kind in planned
        ),
        nothing_from=pl.min_horizontal("progressed", "stopped", pl.col("follow_up_end_date").fill_null(NEVER)),
    ).drop(f"_{kind.value}" for kind in IndexKind)


def _with_status(cases: pl.DataFrame, tables: RuleTables, days: DayTable, as_of: int) -> pl.DataFrame:
    """Add `status` (index into STATUSES), `because` (the name of the sentence) and `has_window`; clear other windows.

    Adds also `index_unknown` and `site_unknown`, and `fact` with `fact_value`: what a conditional status waits for.
    """
    schedule, day = pl.col("schedule"), pl.lit(as_of, dtype=pl.Int32)
    asks_site = pl.Series([Place.PRIMARY_SITE in s.study.places for s in tables.schedules], dtype=pl.Boolean)
    waits = (pl.col("opens").is_not_null() & (day <= pl.col("last_day"))).fill_null(value=False)
    trailing = gather(tables.trailing_kind, schedule)
    cases = cases.with_columns(
        waits=waits,
        index_unknown=pl.col("index").is_null(),
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
        (pl.col("follow_up_end_date") <= day, DueStatus.STOPPED, pl.lit("follow_up_ended")),
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
    )


def _condition(cases: pl.DataFrame, tables: RuleTables, days: DayTable, as_of: int) -> pl.Series:
    """Return the fact of the timed phase in which each window can first be used; undefined without an index date."""
    schedule, index = cases["schedule"].to_numpy(), without_none(cases["index"], NO_DAY)
    first = np.maximum(without_none(cases["opens"], NO_DAY), np.int32(as_of))
    slot = slot_at(schedule, first, within(days, index), tables, days)
    last = schedule * tables.width + tables.timed.take(schedule) - 1
    return pl.Series(tables.slot_fact.take(np.minimum(slot, last)))


def _with_wanted(cases: pl.DataFrame, bookings: pl.DataFrame) -> pl.DataFrame:
    """Add `is_wanted`: whether a running schedule of the patient has a booking on the day of `next_booked` too."""
    running = cases.filter(~pl.col("status").is_in([STATUSES.index(s) for s in (DueStatus.ENDED, DueStatus.STOPPED)]))
    wanted = bookings.join(running.select("case", "patient"), on="case", how="inner").select(
        "patient", next_booked="date", is_wanted=pl.lit(value=True)
    )
    joined = cases.join(wanted.unique(), on=["patient", "next_booked"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("is_wanted").fill_null(value=False))
