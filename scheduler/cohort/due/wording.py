"""Columns, order and sentences of the due list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from string import Formatter

import polars as pl

from spine_vigil.scheduler.answers.due_status import (
    ADVICE,
    BECAUSE,
    BEFORE_BIRTH,
    URGENCY,
    DueStatus,
    because_no_schedule,
)
from spine_vigil.scheduler.cohort.arrays import NEVER, gather
from spine_vigil.scheduler.cohort.due.rules import STATUSES
from spine_vigil.scheduler.cohort.tables.rule_tables import UNKNOWN, RuleTables
from spine_vigil.scheduler.editions.edition import meaning
from spine_vigil.scheduler.records.fields import day_number
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.words import index_kinds_text, pattern_words

DUE_COLUMNS = {
    "patient_id": pl.String,
    "protocol": pl.String,
    "schedule": pl.String,
    "study": pl.String,
    "section": pl.String,
    "status": pl.String,
    "reference_date": pl.Date,
    "opens": pl.Date,
    "closes": pl.Date,
    "last_day": pl.Date,
    "days_overdue": pl.Int32,
    "booked": pl.Date,
    "booked_in_window": pl.Boolean,
    "unread_rows": pl.Int32,
    "grace_days": pl.Int32,
    "missing": pl.String,
    "note": pl.String,
    "booking_advice": pl.String,
}
"""The columns of a due list, in their order.

`schedule` and `study` are empty for a protocol without schedules; `study` says in words what to order. `opens`,
`closes`, `last_day` (with the grace), `grace_days` and `booked_in_window` are filled where a window waits for its
study, `days_overdue` (days since it closed) where it is overdue. `unread_rows` counts the rows of the patient that
cannot be read. `missing` joins the columns to document by `;`, `note` says why no window waits, `booking_advice` what
to do about a booking.
"""

_OVERDUE = STATUSES.index(DueStatus.OVERDUE)
_opens, _closes, _grace, _status = (pl.col(name) for name in ("opens", "closes", "grace", "status"))


SELECTED = "selected"
"""Whether a case is wanted, where all cases are listed and those that are not wanted are compared or spoken of too."""

WHOLE_COLUMNS = {SELECTED: pl.Boolean, "imaging": pl.Date, "next_booked": pl.Date, "followed_until": pl.Date}
"""The columns behind DUE_COLUMNS of a list of all cases.

`imaging` is the date of the latest performed imaging of all regions, `next_booked` the first booking from the day of
the list on, `followed_until` the end of follow-up or the death.
"""

ORDER = ("urgency", "nearest", "patient_id", "schedule")
"""The columns by which the list is sorted; no two rows have the same values there."""

PATIENT_ORDER = ("first", "patient_id", "urgency", "nearest", "schedule")
"""The same for a list by patient: `first` is the place of a patient's most urgent case."""


def with_order(cases: pl.DataFrame, *, by_patient: bool = False) -> pl.DataFrame:
    """Add the columns of ORDER, which sort the most urgent first, and keep only those that the wording needs.

    The order is by status (URGENCY); then longest overdue, or first to close where open, or first to open; then by
    patient and the order of the edition. With `by_patient` the columns of PATIENT_ORDER are added, which keep the cases
    of a patient together. Cases that are not SELECTED give a patient no place.
    """
    urgency = pl.Series([URGENCY.index(status) for status in STATUSES], dtype=pl.Int32)
    is_open = _status == STATUSES.index(DueStatus.OPEN)
    nearest = pl.when(is_open | (_status == _OVERDUE)).then(_closes).otherwise(_opens).fill_null(NEVER)
    cases = cases.with_columns(urgency=gather(urgency, _status), nearest=nearest)
    is_marked = SELECTED in cases.columns
    if by_patient:
        # A day has 32 bits, so that the urgency decides and then the day.
        place = pl.col("urgency").cast(pl.Int64) * (1 << 33) + pl.col("nearest")
        counts = pl.col(SELECTED) if is_marked else pl.lit(value=True)
        first = pl.when(counts).then(place).min().over("number").fill_null(_LAST)
        cases = cases.with_columns(first=first)
    order = PATIENT_ORDER if by_patient else ORDER
    return cases.select(*order, *_FOR_WORDING, *([SELECTED] if is_marked else []))


_LAST = 1 << 40
"""The place of a patient without a wanted case: behind all others."""


_FOR_WORDING = (
    *("status", "because", "has_window", "is_wanted", "when_unknown", "site_unknown", "index_unknown"),
    *("index", "imaging", "counted_from", "opens", "closes", "grace", "booked", "next_booked"),
    *("follow_up_end_date", "death_date", "progressed", "stopped", "stop_kind", "nothing_from", "end_of_last_phase"),
    *("fact", "fact_value", "primary_site", "sites_differ", "unread_rows", "before_birth", "later"),
)


def in_words(cases: pl.DataFrame, tables: RuleTables, as_of: date) -> pl.DataFrame:
    """Return cases with their status (see `with_order`) as the columns of DUE_COLUMNS, in their order.

    Cases that are marked SELECTED or not have those of WHOLE_COLUMNS too.
    """
    day = pl.lit(day_number(as_of), dtype=pl.Int32)
    routes = [route.partition("/") for route in tables.routes]
    protocols = tables.edition.protocols
    # Behind the schedules stand the protocols without any.
    texts: Mapping[str, Sequence[str | None]] = {
        "protocol": [*(protocol for protocol, _, _ in routes), *(protocol.id for protocol in protocols)],
        "schedule": [*(name for _, _, name in routes), *[None] * len(protocols)],
        "section": [*(str(s.cite) for s in tables.schedules), *(str(p.cite) for p in protocols)],
    }
    off = _days_off(pl.col("booked"))
    worded = _with_study(cases, tables).with_columns(
        note=_note(tables), missing=_missing(tables), booking_advice=_advice(day)
    )
    worded = worded.with_columns(
        days_overdue=pl.when(_status == _OVERDUE).then(day - _closes),
        last_day=_closes + _grace,
        booked_in_window=pl.when("has_window").then(off.abs() <= _grace),
        grace_days=_grace,
        reference_date=pl.coalesce("counted_from", "imaging", "index"),
        status=gather(pl.Series([s.value for s in STATUSES]), _status),
        **{name: gather(_strings(values), pl.col("schedule")) for name, values in texts.items()},
    )
    columns = DUE_COLUMNS
    if SELECTED in cases.columns:
        columns = DUE_COLUMNS | WHOLE_COLUMNS
        worded = worded.with_columns(followed_until=pl.min_horizontal("follow_up_end_date", "death_date"))
    return worded.select(pl.col(name).cast(dtype) for name, dtype in columns.items())


def _with_study(cases: pl.DataFrame, tables: RuleTables) -> pl.DataFrame:
    """Add the study to order in words; null for a protocol without schedules."""
    keys = ["schedule", "primary_site"]
    asked = [(s, site) for s, site in cases.select(keys).unique().rows() if s < len(tables.schedules)]
    studies = pl.DataFrame(
        [(s, site, pattern_words(tables.schedules[s].study, site)) for s, site in asked],
        schema={**dict.fromkeys(keys, pl.Int32), "study": pl.String},
        orient="row",
    )
    return cases.join(studies, on=keys, how="left", maintain_order="left", nulls_equal=True)


@dataclass(frozen=True, slots=True)
class DueTotals:
    """Counts of the cases of a list: by status, by what they lack (`note`), and with a booking outside the window."""

    statuses: Counter[DueStatus] = field(default_factory=Counter)
    lacking: Counter[str] = field(default_factory=Counter)
    missed: int = 0

    def __add__(self, other: DueTotals) -> DueTotals:
        return DueTotals(self.statuses + other.statuses, self.lacking + other.lacking, self.missed + other.missed)

    @property
    def cases(self) -> int:
        """The number of listed cases."""
        return self.statuses.total()

    @property
    def schedules(self) -> int:
        """The number of listed cases with a schedule."""
        return self.cases - self.statuses[DueStatus.NO_SCHEDULE]


def totals(cases: pl.DataFrame, tables: RuleTables) -> DueTotals:
    """Count cases by status."""
    statuses = {STATUSES[status]: count for status, count in cases["status"].value_counts(name="count").iter_rows()}
    lacking = cases.filter(_status == STATUSES.index(DueStatus.NEEDS_INFO)).select(note=_note(tables))
    missed = cases.select((pl.col("has_window") & (_days_off(pl.col("booked")).abs() > _grace)).sum()).item()
    return DueTotals(Counter(statuses), Counter(dict(lacking["note"].value_counts(name="count").iter_rows())), missed)


def _filled(template: str, **values: pl.Expr) -> pl.Expr:
    """Return a template with its fields filled for every row; null where a field is null."""
    parts: list[pl.Expr] = []
    for text, name, _, _ in Formatter().parse(template):
        parts += [pl.lit(text)] if text else []
        parts += [values[name]] if name else []
    return pl.concat_str(parts)


def _iso(day: pl.Expr) -> pl.Expr:
    # NEVER is not a date: no sentence names it, so it is not formatted as one.
    return pl.when(day != NEVER).then(day).cast(pl.Date).dt.to_string("%Y-%m-%d")


def _strings(values: Sequence[str | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def _note(tables: RuleTables) -> pl.Expr:
    """Return why no window waits for a study, or none ever will; null where one waits."""
    edition, schedule = tables.edition, _known_schedule(tables)
    meanings = _strings([*(edition.fact(name).meaning for name in tables.fact_names), ""])
    stops = _strings([kind.words for kind in IndexKind])
    index_kinds = _strings([index_kinds_text(s) for s in tables.schedules])
    when_facts = _strings([meaning(edition, s.when.fact if s.when else None) for s in tables.schedules])
    lacking = pl.concat_str(
        pl.when("when_unknown").then(_filled(BECAUSE["when_unknown"], fact=gather(when_facts, schedule))),
        pl.when(pl.col("site_unknown") & pl.col("sites_differ")).then(pl.lit(BECAUSE["site_contradicted"])),
        pl.when(pl.col("site_unknown") & ~pl.col("sites_differ")).then(pl.lit(BECAUSE["site_unknown"])),
        pl.when("index_unknown").then(_filled(BECAUSE["no_index_date"], index_kinds=gather(index_kinds, schedule))),
        separator="; ",
        ignore_nulls=True,
    )
    days: Mapping[str, str] = {
        "died": "death_date",
        "follow_up_ended": "follow_up_end_date",
        "follow_up_doubted": "follow_up_end_date",
        "progressed": "progressed",
        "ended_with": "stopped",
        "no_window_after": "end_of_last_phase",
        "opens_too_late": "nothing_from",
    }
    note: pl.Expr = pl.lit(None, dtype=pl.String)
    for name, template in BECAUSE.items():
        values = {
            "day": _iso(pl.col(days.get(name, "nothing_from"))),
            "opens": _iso(_opens),
            "later": _iso(pl.col("later")),
            "stop": gather(stops, pl.col("stop_kind")),
            "fact": gather(meanings, pl.col("fact")),
        }
        if name not in _WITHOUT_DAY:
            note = pl.when(pl.col("because") == name).then(_filled(template, **values)).otherwise(note)
    without = _strings([None if p.schedules else because_no_schedule(p) for p in edition.protocols])
    of_protocol = gather(without, pl.max_horizontal(pl.col("schedule") - len(tables.schedules), 0))
    note = pl.when(pl.col("because") == "no_schedule").then(of_protocol).otherwise(note)
    note = pl.when(pl.col("because") == "lacks").then(lacking).otherwise(note)
    early = pl.when("before_birth").then(pl.lit(BEFORE_BIRTH))
    joined = pl.concat_str(pl.when(note != "").then(note), early, separator="; ", ignore_nulls=True)
    return pl.when("before_birth").then(joined).otherwise(note)


_LACKING = ("when_unknown", "site_unknown", "site_contradicted", "no_index_date")
_WITHOUT_DAY = (*_LACKING, "referral", "not_covered", "no_surveillance")
"""The sentences of BECAUSE that are no reason of a single case."""


def _known_schedule(tables: RuleTables) -> pl.Expr:
    """Return the schedule of each case, null for a protocol that has none."""
    return pl.when(pl.col("schedule") < len(tables.schedules)).then("schedule")


def _missing(tables: RuleTables) -> pl.Expr:
    """Return what has to be documented to know what is due: missing columns, or the fact of a condition."""
    schedule = _known_schedule(tables)
    names = _strings([*tables.fact_names, ""])
    indexes = _strings([";".join(kind.column for kind in s.index_kinds) for s in tables.schedules])
    lacking = pl.concat_str(
        pl.when("when_unknown").then(gather(names, gather(tables.when_fact, schedule))),
        pl.when("site_unknown").then(pl.lit("primary_site")),
        pl.when("index_unknown").then(gather(indexes, schedule)),
        separator=";",
        ignore_nulls=True,
    )
    is_conditional = _status == STATUSES.index(DueStatus.CONDITIONAL)
    undocumented = is_conditional & (pl.col("fact_value") == UNKNOWN)
    condition = pl.when(undocumented).then(gather(names, pl.col("fact")))
    return pl.when(pl.col("because") == "lacks").then(lacking).otherwise(condition)


def _days_off(day: pl.Expr) -> pl.Expr:
    """Return the days from the window to `day`: negative before it opens, 0 inside, positive after it closes."""
    inside = pl.lit(0, dtype=pl.Int32)
    return (
        pl.when(day < _opens)
        .then(day - _opens)
        .when(day > _closes)
        .then(day - _closes)
        .otherwise(pl.when(day.is_not_null()).then(inside))
    )


def _advice(as_of: pl.Expr) -> pl.Expr:
    """Return advice about the booking; null where there is nothing to do."""
    booked, coming = pl.col("booked"), pl.col("next_booked")
    off = _days_off(coming)
    distance = pl.when(off.abs() == 1).then(pl.lit("1 day")).otherwise(pl.format("{} days", off.abs()))
    is_off = off.abs() > _grace
    missed = [
        pl.when(holds).then(_filled(ADVICE[name], day=_iso(coming), distance=distance, dates=_dates(as_of)))
        for name, holds in (("early", is_off & (off < 0)), ("late", is_off & (off > 0)))
    ]
    unconfirmed = pl.when(booked < as_of).then(_filled(ADVICE["unconfirmed"], day=_iso(booked)))
    of_window = pl.concat_str(unconfirmed, pl.coalesce(missed), separator="; ", ignore_nulls=True).replace("", None)
    is_over = _status.is_in([STATUSES.index(DueStatus.ENDED), STATUSES.index(DueStatus.STOPPED)])
    nothing_due = pl.when(is_over & ~pl.col("is_wanted")).then(_filled(ADVICE["nothing_due"], day=_iso(coming)))
    return pl.when("has_window").then(of_window).otherwise(nothing_due)


def _dates(as_of: pl.Expr) -> pl.Expr:
    """Return the dates from `as_of` on that fit the window."""
    opens, first, last = pl.max_horizontal(_opens, as_of), pl.max_horizontal(_opens - _grace, as_of), _closes + _grace

    strict = _days(opens, _closes)
    graceful = _filled(ADVICE["days_with_grace"], dates=strict, first=_iso(first), last=_iso(last))
    return (
        pl.when(as_of > last)
        .then(pl.lit(ADVICE["overdue"]))
        .when(as_of > _closes)
        .then(_filled(ADVICE["grace_alone"], dates=_days(first, last)))
        .when(_grace > 0)
        .then(graceful)
        .otherwise(strict)
    )


def _days(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    span = pl.when(first == last).then(_iso(first)).otherwise(pl.format("{} to {}", _iso(first), _iso(last)))
    return _filled(ADVICE["would_do"], dates=span)
