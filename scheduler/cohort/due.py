"""What is due in a cohort: each patient under each schedule of a protocol once (columnar reading)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from scheduler.cohort.codes import fact_value, packed_facts
from scheduler.cohort.decode import Decoder, bounds
from scheduler.cohort.due_history import with_studies
from scheduler.cohort.due_words import in_words
from scheduler.cohort.judge import index_stage, last_day_stages
from scheduler.cohort.stages import in_stages
from scheduler.cohort.tables import AS, NEVER, NONE, TRUE, UNKNOWN, DayTable, RuleTables, day_table, gather
from scheduler.cohort.windows import next_windows, slot_at
from scheduler.columns import INDEX_COLUMNS, PATIENT_ID, day_number, event_columns
from scheduler.due_status import DueStatus
from scheduler.edition import Edition
from scheduler.facts import IndexKind
from scheduler.grace import GracePolicy
from scheduler.studies import Place

STATUSES = tuple(DueStatus)

_HALF, _ROOM = 1 << 19, 1 << 20
"""Days and values are shifted by half of the room, so that a pair of them packed into one number is never negative."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due in a cohort on a date.

    `rows` has the columns of DUE_COLUMNS (scheduler.cohort.due_words), most urgent first. `problems` has one row for
    each cell that cannot be read (`row` from 0 and `column`, empty where it is the line as a whole); such
    rows count for nothing. `patients` can be read, of whom `without_schedule` have no protocol with schedules.
    """

    rows: pl.DataFrame
    problems: pl.DataFrame
    patients: int
    without_schedule: int


def list_due(
    cells: pl.DataFrame,
    edition: Edition,
    grace: GracePolicy,
    as_of: date,
    date_format: str | None = None,
) -> Due:
    """Return how every patient of an events frame stands under every schedule of his or her protocols.

    `cells` are text columns by the names of scheduler.columns, unknown ones ignored. Of index dates, primary
    site and facts the value of the newest row of the protocol counts, of the end of follow-up that of the
    newest row of the patient, as `scheduler.courses` says.
    """
    columns = event_columns(edition, date_format)
    frame, problems = Decoder(edition, columns).decode(cells)
    rows = frame.join(problems.select("row").unique(), on="row", how="anti", maintain_order="left")
    tables = RuleTables(edition, grace)
    days = day_table(tables, bounds(rows, columns))
    courses = _courses(rows, tables)
    cases = _cases(courses, tables, days)
    cases, bookings = with_studies(cases, courses, rows, tables, day_number(as_of))
    cases = in_stages(next_windows(cases, tables, days, "reference"), last_day_stages(tables, days))
    cases = _with_status(_with_stops(cases, tables), tables, days, day_number(as_of))
    cases = _with_wanted(cases, bookings)
    ids = cells[PATIENT_ID].str.strip_chars()
    cases = cases.with_columns(patient_id=pl.lit(ids).gather(pl.col("row")))
    patients, listed = rows["patient"].n_unique(), courses["patient"].n_unique()
    return Due(in_words(cases, tables, as_of), problems.select("row", "column"), patients, patients - listed)


def _courses(rows: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Return one row per patient and protocol with schedules: what is documented, with `facts` packed.

    `row` is one from which the patient's id can be read.
    """
    facts = [name for name in tables.fact_names if name in rows.columns]
    wanted = (*INDEX_COLUMNS, "primary_site", *facts)
    with_schedules = [n for n, protocol in enumerate(tables.edition.protocols) if protocol.schedules]
    own = rows.filter(pl.col("protocol").is_in(with_schedules)).with_columns(age=_age())
    found = own.group_by("patient", "protocol").agg(pl.col("row").first(), *(_newest(name) for name in wanted))
    ends = rows.filter(pl.col("follow_up_end_date").is_not_null()).with_columns(age=_age())
    ends = ends.group_by("patient").agg(_newest("follow_up_end_date"))
    found = found.join(ends, on="patient", how="left").sort("patient", "protocol").with_row_index("course")
    return found.with_columns(facts=packed_facts(found, tables)).drop(facts)


def _age() -> pl.Expr:
    """Return how new a row is; one without event is older than any dated one."""
    return (pl.col("date").cast(pl.Int64).fill_null(-_HALF) + _HALF) * _ROOM


def _newest(name: str) -> pl.Expr:
    """Return the value of the newest row of a group that has one; the greatest of equally new ones."""
    return ((pl.col("age") + pl.col(name).cast(pl.Int64) + _HALF).max() % _ROOM - _HALF).cast(pl.Int32).alias(name)


def _cases(courses: pl.DataFrame, tables: RuleTables, days: DayTable) -> pl.DataFrame:
    """Return each course under each schedule of its protocol that is not documented not to apply.

    Adds `case` (course and schedule packed), `index`, `index_kind`, `starts` and `when_unknown`.
    """
    places = {protocol.id: place for place, protocol in enumerate(tables.edition.protocols)}
    owners = [places[route.partition("/")[0]] for route in tables.routes]
    of_protocol = pl.DataFrame(
        {"protocol": owners, "schedule": range(len(owners))}, schema={"protocol": pl.Int32, "schedule": pl.Int32}
    )
    schedule = pl.col("schedule")
    when_value = fact_value(tables, gather(tables.when_fact, schedule))
    has_when = gather(tables.when_fact, schedule) != tables.no_fact
    cases = courses.join(of_protocol, on="protocol", how="inner").sort("course", "schedule")
    cases = cases.with_columns(when_unknown=has_when & (when_value == UNKNOWN)).filter(
        ~has_when | pl.col("when_unknown") | (when_value == gather(tables.when_value, schedule))
    )
    starts = tables.places("start", days)
    return cases.with_columns(index_stage(tables)).with_columns(
        case=pl.col("course").cast(pl.Int64) * len(owners) + schedule,
        starts=days.add(gather(starts, schedule * tables.width), pl.col("index")),
    )


def _with_stops(cases: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Add when nothing is due any more (NEVER where that is not known): `progressed`, `stopped`, `nothing_from`.

    `stopped` is the first event that ends the schedule as planned, `stop_kind` which it is.
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
            pl.when(pl.col(f"_{kind.value}") == pl.col("stopped")).then(pl.lit(place, dtype=pl.Int32))
            for place, kind in enumerate(IndexKind)
            if kind in planned
        ),
        nothing_from=pl.min_horizontal("progressed", "stopped", pl.col("follow_up_end_date").fill_null(NEVER)),
    ).drop(f"_{kind.value}" for kind in IndexKind)


def _with_status(cases: pl.DataFrame, tables: RuleTables, days: DayTable, as_of: int) -> pl.DataFrame:
    """Add `status` (place in STATUSES), `because` (the name of the sentence), and `has_window`; windows only there.

    Also `index_unknown` and `site_unknown`, and `fact` with `fact_value`: what a conditional status waits for.
    """
    schedule, day = pl.col("schedule"), pl.lit(as_of, dtype=pl.Int32)
    asks_site = pl.Series([Place.PRIMARY_SITE in s.study.places for s in tables.schedules], dtype=pl.Boolean)
    first = pl.max_horizontal(pl.col("opens"), day)
    last_timed = schedule * tables.width + gather(tables.timed, schedule) - 1
    timed_slot = pl.min_horizontal(slot_at(tables, days, tables.places("start", days), first), last_timed)
    waits = (pl.col("opens").is_not_null() & (day <= pl.col("last_day"))).fill_null(value=False)
    trailing = gather(tables.trailing_kind, schedule)
    cases = cases.with_columns(
        waits=waits,
        index_unknown=pl.col("index").is_null(),
        site_unknown=pl.col("primary_site").is_null() & gather(asks_site, schedule),
        trailing=pl.when(day <= pl.col("trailing_end")).then(trailing).otherwise(NONE),
        fact=pl.when(waits)
        .then(gather(tables.slot_fact, timed_slot))
        .otherwise(gather(tables.trailing_fact, schedule)),
    ).with_columns(fact_value=fact_value(tables, pl.col("fact")))
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
    # The sentence about the end names that of the last phase, whatever its kind.
    end = tables.places("end", days)
    last_slot = pl.Series([len(s.phases) - 1 for s in tables.schedules], dtype=pl.Int32)
    last_end = days.add(gather(end, schedule * tables.width + gather(last_slot, schedule)), pl.col("index"))
    cases = cases.with_columns(end_of_last_phase=last_end).with_columns(status=status, because=because)
    settled = [STATUSES.index(s) for s in (DueStatus.STOPPED, DueStatus.ENDED, DueStatus.NEEDS_INFO)]
    has_window = pl.col("waits") & ~pl.col("status").is_in(settled)
    return cases.with_columns(
        *(pl.when(has_window).then(pl.col(n)).alias(n) for n in ("opens", "closes", "grace", "counted_from")),
        has_window=has_window,
    )


def _with_wanted(cases: pl.DataFrame, bookings: pl.DataFrame) -> pl.DataFrame:
    """Add `is_wanted`: a schedule of the patient that is not over has booked the day of `next_booked` too."""
    running = cases.filter(~pl.col("status").is_in([STATUSES.index(s) for s in (DueStatus.ENDED, DueStatus.STOPPED)]))
    wanted = bookings.join(running.select("case", "patient"), on="case", how="inner").select(
        "patient", next_booked="date", is_wanted=pl.lit(value=True)
    )
    found = cases.join(wanted.unique(), on=["patient", "next_booked"], how="left", maintain_order="left")
    return found.with_columns(pl.col("is_wanted").fill_null(value=False))
