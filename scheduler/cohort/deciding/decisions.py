"""Deciding every event of a cohort: the same routes and the same choice between them as the scalar evaluator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE, Flags, Ints, with_none, without_none
from spine_vigil.scheduler.cohort.deciding.combinations import support_rows
from spine_vigil.scheduler.cohort.deciding.criteria import Reader
from spine_vigil.scheduler.cohort.deciding.indications import Hazards, raised_routes
from spine_vigil.scheduler.cohort.deciding.judging import Cases, Judged, judge
from spine_vigil.scheduler.cohort.deciding.next_allowed import next_allowed
from spine_vigil.scheduler.cohort.deciding.outcomes import Codes, best_of_each_row, order_of_indications, preference
from spine_vigil.scheduler.cohort.history.lookback import Found
from spine_vigil.scheduler.cohort.history.references import ReferenceDays
from spine_vigil.scheduler.cohort.history.rows import is_first_of_run
from spine_vigil.scheduler.cohort.tables.contexts import Contexts
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.numbering import packed_facts, wording
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.rules.facts import IndexKind

WINDOW = ("timing", "has_window", "counted_from", "opens", "closes", "days_from_window", "grace", "slot", "is_blended")
"""The columns of Codes that only a window fills."""


def decide_rows(
    rows: pl.DataFrame, size: int, found: Found, contexts: Contexts, tables: RuleTables, days: DayTable
) -> Codes:
    """Decide every event of `rows` that is to be judged; return the decisions of a block of `size` rows.

    `rows` holds `at` (its places in what was `found`), `row` (its place in the block), `context`, `date`, `modality`,
    `status`, `protocol`, the index dates and the facts that the file has, all as whole numbers (see
    records/fields.py), without bad or cancelled rows. Of the other rows of the block nothing is known yet.
    """
    cohort = _Cohort(found, contexts, tables, days)
    rows = rows.with_columns(contexts.of("is_covered"), search_from="date")
    reader = Reader([name for name in rows.columns if name in tables.edition.facts_by_name], days)
    codes = _best_routes(rows, size, cohort, reader)
    hazards = Hazards(rows, tables, reader)
    if hazards:
        _put_hazards(codes, hazards, rows, cohort, reader)
    surveillance = with_none(codes.surveillance[rows["row"].to_numpy()], NOWHERE).alias("surveillance")
    combined = support_rows(rows.with_columns(surveillance), found.together, tables.edition, reader)
    codes.put(_places(combined["row"]), combination=without_none(combined["combination"], NOWHERE))
    return codes


@dataclass(frozen=True, slots=True)
class _Cohort:
    """What the decisions of a block need besides its rows."""

    found: Found
    contexts: Contexts
    tables: RuleTables
    days: DayTable


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a block that are to be judged, column by column; `row` is the place in the block."""

    row: NDArray[np.intp]
    date: Ints
    search_from: Ints
    facts: NDArray[np.int64]
    dates: Mapping[IndexKind, Ints]

    def under(self, own: NDArray[np.intp], schedule: Ints, days: ReferenceDays) -> Cases:
        """Return some of the rows as cases under a schedule each, with their reference days."""
        return Cases(
            row=self.row[own],
            schedule=schedule,
            date=self.date[own],
            search_from=self.search_from[own],
            facts=self.facts[own],
            reference=days.reference,
            performed_reference=days.performed_reference,
            dates={kind: column[own] for kind, column in self.dates.items()},
        )


def _best_routes(rows: pl.DataFrame, size: int, cohort: _Cohort, reader: Reader) -> Codes:
    """Return the best route of every row: of its protocol and of the indications that it raises."""
    codes = _by_protocol(rows, size, cohort)
    raised = raised_routes(rows, cohort.tables, reader)
    if raised.is_empty():
        return codes
    row, indication = _places(raised["row"]), without_none(raised["indication"], NOWHERE)
    reason, allowed = without_none(raised["reason"], NOWHERE), without_none(raised["next_allowed"], NO_DAY)
    others = np.unique(row)
    others = others[codes.reason[others] != Reason.NO_ROUTE.rank]
    distance = np.where(codes.has_window[others], np.abs(codes.days_from_window[others]), np.int32(NEVER))
    order = np.maximum(codes.schedule[others], 0)
    best = best_of_each_row(
        np.concatenate([row, others]),
        np.concatenate(
            [
                preference(reason, np.full_like(reason, NEVER), order_of_indications(indication)),
                preference(codes.reason[others], distance, order),
            ]
        ),
        np.concatenate([allowed, codes.next_allowed[others]]),
    )
    is_raised = best.chosen < len(row)
    taken, chosen = best.rows[is_raised], best.chosen[is_raised]
    kept = {name: getattr(codes, name)[taken] for name in ("date", "protocol", "surveillance")}
    codes.clear(taken)
    says = without_none(raised["wording"], NOWHERE)[chosen]
    codes.put(taken, **kept, indication=indication[chosen], reason=reason[chosen], wording=says)
    codes.put_text("missing_text", taken, raised["missing_text"].gather(pl.Series(chosen)))
    codes.put(best.rows, next_allowed=best.allowed)
    return codes


def _by_protocol(rows: pl.DataFrame, size: int, cohort: _Cohort) -> Codes:
    """Return what the protocol of every row says: the best of its schedules, or why none fits."""
    contexts, tables, codes = cohort.contexts, cohort.tables, Codes.none(size)
    asked = _Rows(
        row=_places(rows["row"]),
        date=without_none(rows["date"], NO_DAY),
        search_from=without_none(rows["search_from"], NO_DAY),
        facts=packed_facts(rows, tables),
        dates={kind: without_none(rows[column], NO_DAY) for column, kind in INDEX_COLUMNS.items()},
    )
    context, protocol = rows["context"].to_numpy(), without_none(rows["protocol"], NOWHERE)
    codes.put(asked.row, date=asked.date, protocol=protocol)
    reason = contexts.array("reason").take(context)
    answered = (reason != NOWHERE).nonzero()[0]
    says = contexts.array("wording").take(context[answered])
    site = np.where(says == wording("site_unknown"), np.int32(len(tables.missing_names) - 1), np.int32(NOWHERE))
    codes.put(asked.row[answered], reason=reason[answered], wording=says, first_missing=site)
    _put_alone(codes, asked, contexts.array("only_schedule").take(context), rows["at"].to_numpy(), cohort)
    _put_best(codes, asked, rows["at"].to_numpy(), cohort)
    codes.put(asked.row, surveillance=np.where(protocol != NOWHERE, codes.reason[asked.row], np.int32(NOWHERE)))
    return codes


def _put_alone(codes: Codes, asked: _Rows, schedule: Ints, at: NDArray[np.uint32], cohort: _Cohort) -> None:
    """Decide the rows that fit one schedule."""
    own = (schedule != NOWHERE).nonzero()[0]
    days = cohort.found.days.take(at[own])
    cases = asked.under(own, schedule[own], days)
    judged = judge(cases, cohort.tables, cohort.days)
    allowed = next_allowed(cases, judged, cohort.tables, cohort.days)
    if judged.standing.applies.all():
        _put_judged(codes, cases, judged, allowed)
        return
    _put_judged(codes, cases, judged, allowed, judged.standing.applies.nonzero()[0])
    _put_left_out(codes, cases.row[~judged.standing.applies])


def _put_best(codes: Codes, asked: _Rows, at: NDArray[np.uint32], cohort: _Cohort) -> None:
    """Decide the rows that fit several schedules by the best of those that apply.

    Schedules without index date are dropped where another one has it; a row none of whose schedules applies is
    answered by `not_in_protocol`.
    """
    several = cohort.found.several
    if len(at) < len(cohort.found.days.reference):
        several = several.take(np.isin(several.at, at).nonzero()[0])
    if not len(several.at):
        return
    cases = asked.under(
        np.searchsorted(at, several.at), several.schedule, ReferenceDays(several.reference, several.performed_reference)
    )
    judged = judge(cases, cohort.tables, cohort.days)
    allowed = next_allowed(cases, judged, cohort.tables, cohort.days)
    has_index = judged.standing.index != NO_DAY
    some_apply = _some_of_row(cases.row, judged.standing.applies)
    some_index = _some_of_row(cases.row, judged.standing.applies & has_index)
    competing = (judged.standing.applies & ~(some_index & ~has_index & ~judged.standing.when_unknown)).nonzero()[0]
    distance = np.where(judged.has_window, np.abs(judged.days_from_window), np.int32(NEVER))
    preferences = preference(judged.reason[competing], distance[competing], cases.schedule[competing])
    best = best_of_each_row(cases.row[competing], preferences, allowed[competing])
    _put_judged(codes, cases, judged, allowed, competing[best.chosen])
    codes.put(best.rows, next_allowed=best.allowed)
    _put_left_out(codes, cases.row[~some_apply])


def _some_of_row(row: NDArray[np.intp], flags: Flags) -> Flags:
    """Tell for each case whether a flag is set for any case of its row; the cases of a row are neighbours."""
    is_first = is_first_of_run(row)
    some: Flags = np.logical_or.reduceat(flags, is_first.nonzero()[0])
    return some.take(np.cumsum(is_first) - 1)


def _put_judged(
    codes: Codes, cases: Cases, judged: Judged, allowed: Ints, own: NDArray[np.intp] | slice = slice(None)
) -> None:
    """Take what was judged of some cases as the decision of their rows."""
    standing, windows, stops = judged.standing, judged.standing.windows, judged.standing.stops
    found = {
        "schedule": cases.schedule,
        "index": standing.index,
        "index_kind": standing.index_kind,
        "stop_kind": stops.kind,
        "stop_date": stops.date,
        "next_allowed": allowed,
        **{name: getattr(windows, name) for name in ("counted_from", "opens", "closes", "grace", "slot", "is_blended")},
        **{name: getattr(judged, name) for name in ("reason", "wording", "has_window", "timing", "days_from_window")},
        **{name: getattr(judged, name) for name in ("sentence_fact", "first_missing", "second_missing")},
    }
    codes.put(cases.row[own], **{name: column[own] for name, column in found.items()})


def _put_left_out(codes: Codes, rows: NDArray[np.intp]) -> None:
    """Answer rows none of whose schedules applies."""
    codes.put(rows, reason=np.int32(Reason.NOT_IN_PROTOCOL.rank), wording=wording("not_in_protocol"))


def _put_hazards(codes: Codes, hazards: Hazards, rows: pl.DataFrame, cohort: _Cohort, reader: Reader) -> None:
    """Apply the contraindications: they override a decision on their dates, and no such date is a next allowed one."""
    facts = rows.select("row", "date", "modality", "status", *(n for n in hazards.columns if n in rows.columns))
    at_risk = facts.filter(hazards.concerned())
    row = _places(at_risk["row"])
    allowed = codes.next_allowed[row]
    for _ in range(hazards.rounds()):
        at_risk = at_risk.with_columns(next_allowed=with_none(allowed, NO_DAY))
        is_blocked = at_risk.select(hazards.forbid(pl.col("next_allowed"))).to_series().fill_null(value=False)
        blocked = is_blocked.arg_true().to_numpy()
        if not len(blocked):
            break
        free = at_risk.filter(is_blocked).select("row", search_from=hazards.first_free(pl.col("next_allowed")))
        again = rows.drop("search_from").join(free.drop_nulls(), on="row", how="inner", maintain_order="left")
        later = _best_routes(again, len(codes.reason), cohort, reader).next_allowed
        allowed[blocked] = later[row[blocked]]
    codes.put(row, next_allowed=allowed)
    override = at_risk.select(**hazards.override())
    hazard = without_none(override["hazard"], NOWHERE)
    forbidden = row[hazard != NOWHERE]
    codes.put(row, hazard=hazard)
    codes.clear(forbidden, *WINDOW, "first_missing", "second_missing")
    codes.put(forbidden, reason=np.int32(Reason.CONTRAINDICATED.rank), wording=wording("contraindicated"))
    if codes.missing_text is not None:
        codes.put_text("missing_text", forbidden, pl.repeat(None, len(forbidden), dtype=pl.String, eager=True))
    noted = (hazard == NOWHERE) & override["note"].is_not_null().to_numpy()
    codes.put_text("note", row[noted], override["note"].filter(pl.Series(noted)))


def _places(column: pl.Series) -> NDArray[np.intp]:
    return column.cast(pl.Int64).to_numpy()
