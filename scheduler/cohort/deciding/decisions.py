"""Deciding every event of a cohort: its routes, the choice between them, death and contraindications (rules 7)."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.notes import AFTER_END
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE, with_none, without_none
from spine_vigil.scheduler.cohort.deciding.case_rows import Cohort
from spine_vigil.scheduler.cohort.deciding.combinations import support_rows
from spine_vigil.scheduler.cohort.deciding.criteria import Reader
from spine_vigil.scheduler.cohort.deciding.hazards import Hazards
from spine_vigil.scheduler.cohort.deciding.indications import IndicationRoutes, has_reason, indication_routes
from spine_vigil.scheduler.cohort.deciding.outcomes import (
    Outcomes,
    best_of_each_row,
    order_of_indications,
    preference,
)
from spine_vigil.scheduler.cohort.deciding.surveillance import decide_by_courses, order_of_routes
from spine_vigil.scheduler.cohort.history.filled import Filled
from spine_vigil.scheduler.cohort.history.lookback import Related
from spine_vigil.scheduler.cohort.tables.contexts import Contexts
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.numbering import wording
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import STATUSES
from spine_vigil.scheduler.records.patients import Status

_PERFORMED = STATUSES.index(Status.PERFORMED)

WINDOW = (
    "timing",
    "has_window",
    "counted_from",
    "opens",
    "closes",
    "days_from_window",
    "grace",
    "slot",
    "is_blended",
    "by_booking",
    "judged",
)
"""The columns of Outcomes that are set only where a row has a window."""


def decide_rows(
    rows: pl.DataFrame,
    size: int,
    related: Related,
    contexts: Contexts,
    tables: RuleTables,
    days: DayTable,
    filled: Filled,
) -> Outcomes:
    """Decide every event of `rows` that is to be judged; return the decisions of a block of `size` rows.

    `rows` holds `at` (its index into `related`), `row` (its index in the block), `context`, `date`, `modality`,
    `status`, `dates_at` (see Filled), the index dates, `follow_up_end_date`, `death_date` and the facts that the file
    has, filled from the patient's other rows, all as whole numbers (see records/fields.py), without bad or cancelled
    rows. The other rows of the block come back undecided.
    """
    cohort = Cohort(related, contexts, tables, days, filled)
    is_dead = (rows["date"] > rows["death_date"]).fill_null(value=False)
    dead, rows = (rows.filter(is_dead), rows.filter(~is_dead)) if is_dead.any() else (rows.clear(), rows)
    rows = rows.with_columns(contexts.of("is_covered"), search_from="date")
    outcomes = _best_routes(rows, size, cohort)
    reader = Reader([name for name in rows.columns if name in tables.edition.facts_by_name], days)
    hazards = Hazards(rows, tables, reader)
    if hazards:
        _put_hazards(outcomes, hazards, rows, cohort)
    _end_with_death(outcomes, rows)
    _put_combinations(outcomes, rows, cohort)
    _put_notes(outcomes, rows, filled)
    _put_dead(outcomes, dead)
    return outcomes


def _put_notes(outcomes: Outcomes, rows: pl.DataFrame, filled: Filled) -> None:
    """Add notes on dates of patients that cannot be right, or may be wrong."""
    row = _indexes(rows["row"])
    after_end = (outcomes.reason[row] == Reason.FOLLOW_UP_ENDED.rank) & (rows["status"] == _PERFORMED).to_numpy()
    if filled.notes is not None:
        noted = rows.select("row", "at").join(filled.notes, on="at", how="inner", maintain_order="left")
        outcomes.add_note(_indexes(noted["row"]), noted["note"])
    if after_end.any():
        outcomes.add_note(row[after_end], pl.repeat(AFTER_END, int(after_end.sum()), dtype=pl.String, eager=True))


def _best_routes(rows: pl.DataFrame, size: int, cohort: Cohort) -> Outcomes:
    """Return the best route of every row, among those of its courses and the indications that it raises or hints at."""
    outcomes = decide_by_courses(rows, size, cohort)
    routes = indication_routes(rows, cohort)
    if routes is not None:
        _put_indications(outcomes, rows, routes, cohort)
    return outcomes


def _put_indications(outcomes: Outcomes, rows: pl.DataFrame, routes: IndicationRoutes, cohort: Cohort) -> None:
    """Decide rows by an indication where that is better than what their courses say."""
    speaks = (~routes.flags("is_silent")).nonzero()[0]
    row, reason = routes.row[speaks], routes.numbers("reason")[speaks]
    indication, says = routes.numbers("indication"), routes.numbers("wording")
    order = order_of_indications(indication[speaks], routes.missing[speaks], routes.flags("is_hint")[speaks])
    others = np.unique(row)
    others = others[outcomes.reason[others] != Reason.NO_ROUTE.rank]
    distance = np.where(outcomes.has_window[others], np.abs(outcomes.days_from_window[others]), np.int32(NEVER))
    by_courses = preference(outcomes.reason[others], distance, order_of_routes(outcomes, others, cohort.tables))
    best = best_of_each_row(
        np.concatenate([row, others]),
        np.concatenate([preference(reason, np.full_like(reason, NEVER), order), by_courses]),
        np.concatenate([routes.allowed[speaks], outcomes.next_allowed[others]]),
    )
    by_indication = best.chosen < len(row)
    taken, chosen = best.rows[by_indication], speaks[best.chosen[by_indication]]
    of_row = {name: getattr(outcomes, name)[taken] for name in ("date", "surveillance", "next_allowed")}
    outcomes.clear(taken)
    context = rows["context"].to_numpy()[np.searchsorted(rows["row"].to_numpy(), taken)]
    outcomes.put(
        taken,
        **of_row,
        indication=indication[chosen],
        reason=routes.numbers("reason")[chosen],
        wording=says[chosen],
        advice=routes.numbers("advice")[chosen],
        undecided=cohort.contexts.array("indication_undecided").take(context),
    )
    outcomes.put_text("missing_text", taken, routes.missing_together(chosen))
    explained = has_reason(says[chosen])
    if explained.any():
        outcomes.put_text("because", taken[explained], routes.because(chosen[explained]))
    # An indication that says nothing on its date may still hold later.
    allowed = np.where(outcomes.next_allowed == NO_DAY, np.int32(NEVER), outcomes.next_allowed)
    np.minimum.at(allowed, routes.row, np.where(routes.allowed == NO_DAY, np.int32(NEVER), routes.allowed))
    outcomes.next_allowed = np.where(allowed == NEVER, np.int32(NO_DAY), allowed)


def _put_hazards(outcomes: Outcomes, hazards: Hazards, rows: pl.DataFrame, cohort: Cohort) -> None:
    """Apply the contraindications: they override decisions on their dates, and rule these out as next allowed dates."""
    facts = rows.select("row", "date", "modality", "status", *(n for n in hazards.columns if n in rows.columns))
    at_risk = facts.filter(hazards.concerned())
    row = _indexes(at_risk["row"])
    allowed = outcomes.next_allowed[row]
    for _ in range(hazards.rounds()):
        at_risk = at_risk.with_columns(next_allowed=with_none(allowed, NO_DAY))
        is_blocked = at_risk.select(hazards.forbid(pl.col("next_allowed"))).to_series().fill_null(value=False)
        blocked = is_blocked.arg_true().to_numpy()
        if not len(blocked):
            break
        free = at_risk.filter(is_blocked).select("row", search_from=hazards.first_free(pl.col("next_allowed")))
        again = rows.drop("search_from").join(free.drop_nulls(), on="row", how="inner", maintain_order="left")
        later = _best_routes(again, len(outcomes.reason), cohort).next_allowed
        allowed[blocked] = later[row[blocked]]
    outcomes.put(row, next_allowed=allowed)
    hazard = without_none(at_risk.select(hazards.certain()).to_series(), NOWHERE)
    forbidden = row[hazard != NOWHERE]
    outcomes.put(row, hazard=hazard)
    outcomes.clear(forbidden, *WINDOW, "first_missing", "second_missing")
    outcomes.put(forbidden, reason=np.int32(Reason.CONTRAINDICATED.rank), wording=wording("contraindicated"))
    for name in ("missing_text", "because"):
        outcomes.clear_text(name, forbidden)
    _put_uncleared(outcomes, hazards.uncleared(at_risk), row)


def _put_uncleared(outcomes: Outcomes, uncleared: pl.DataFrame, row: NDArray[np.intp]) -> None:
    """Mark the rows with a device of which nobody says whether it is cleared; contraindicated ones among them."""
    noted = uncleared["note"].is_not_null().to_numpy()
    outcomes.put(row[noted], next_allowed=np.int32(NO_DAY))
    if noted.any():
        outcomes.put_text("note", row[noted], uncleared["note"].filter(pl.Series(noted)))
    stopped = noted & (outcomes.reason[row] <= Reason.CRITERIA_MET.rank)
    if stopped.any():
        outcomes.put(row[stopped], reason=np.int32(Reason.DEVICE_NOT_CLEARED.rank))
        outcomes.put_text("missing_text", row[stopped], uncleared["missing_text"].filter(pl.Series(stopped)))


def _end_with_death(outcomes: Outcomes, rows: pl.DataFrame) -> None:
    """Clear next allowed dates after a death."""
    death = rows["death_date"]
    if death.null_count() < len(death):
        row = _indexes(rows["row"])
        too_late = outcomes.next_allowed[row] > without_none(death, NEVER)
        outcomes.put(row[too_late], next_allowed=np.int32(NO_DAY))


def _put_dead(outcomes: Outcomes, rows: pl.DataFrame) -> None:
    """Decide rows after the death of the patient, before anything else has a say."""
    if not rows.is_empty():
        row = _indexes(rows["row"])
        death, date = without_none(rows["death_date"], NO_DAY), without_none(rows["date"], NO_DAY)
        outcomes.put(row, date=date, reason=np.int32(Reason.FOLLOW_UP_ENDED.rank))
        outcomes.put(row, wording=wording("death"), said_day=death)


def _put_combinations(outcomes: Outcomes, rows: pl.DataFrame, cohort: Cohort) -> None:
    """Say whether the combination of the studies of a day is supported."""
    surveillance = with_none(outcomes.surveillance[_indexes(rows["row"])], NOWHERE).alias("surveillance")
    combined = support_rows(rows.with_columns(surveillance), cohort)
    outcomes.put(_indexes(combined["row"]), combination=without_none(combined["combination"], NOWHERE))


def _indexes(column: pl.Series) -> NDArray[np.intp]:
    return column.cast(pl.Int64).to_numpy()
