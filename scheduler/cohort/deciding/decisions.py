"""Deciding every event of a cohort: its routes, the choice between them, and contraindications."""

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
from spine_vigil.scheduler.cohort.deciding.judging import Cases, Findings, judge
from spine_vigil.scheduler.cohort.deciding.next_allowed import next_allowed
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes, best_of_each_row, order_of_indications, preference
from spine_vigil.scheduler.cohort.history.filled import Filled
from spine_vigil.scheduler.cohort.history.lookback import Related
from spine_vigil.scheduler.cohort.history.references import ReferenceDays
from spine_vigil.scheduler.cohort.history.rows import is_first_of_run
from spine_vigil.scheduler.cohort.tables.contexts import Contexts
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.numbering import packed_facts, wording
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.rules.facts import IndexKind

WINDOW = ("timing", "has_window", "counted_from", "opens", "closes", "days_from_window", "grace", "slot", "is_blended")
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
    `status`, `protocol`, the index dates and the facts that the file has, all as whole numbers (see
    records/fields.py), without bad or cancelled rows. The other rows of the block come back undecided.
    """
    cohort = _Cohort(related, contexts, tables, days)
    rows = rows.with_columns(contexts.of("is_covered"), search_from="date")
    reader = Reader([name for name in rows.columns if name in tables.edition.facts_by_name], days)
    outcomes = _best_routes(rows, size, cohort, reader)
    hazards = Hazards(rows, tables, reader)
    if hazards:
        _put_hazards(outcomes, hazards, rows, cohort, reader)
    surveillance = with_none(outcomes.surveillance[rows["row"].to_numpy()], NOWHERE).alias("surveillance")
    combined = support_rows(rows.with_columns(surveillance), related.together, tables.edition, reader)
    outcomes.put(_indexes(combined["row"]), combination=without_none(combined["combination"], NOWHERE))
    return outcomes


@dataclass(frozen=True, slots=True)
class _Cohort:
    """What the decisions of a block need besides its rows."""

    related: Related
    contexts: Contexts
    tables: RuleTables
    days: DayTable


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a block to be judged, as arrays; `row` is the index of the row in the block."""

    row: NDArray[np.intp]
    date: Ints
    search_from: Ints
    facts: NDArray[np.int64]
    dates: Mapping[IndexKind, Ints]

    def under(self, some: NDArray[np.intp], schedule: Ints, days: ReferenceDays) -> Cases:
        """Return the rows at `some` indexes as cases, each under its schedule and with its reference days."""
        return Cases(
            row=self.row[some],
            schedule=schedule,
            date=self.date[some],
            search_from=self.search_from[some],
            facts=self.facts[some],
            reference=days.reference,
            performed_reference=days.performed_reference,
            dates={kind: column[some] for kind, column in self.dates.items()},
        )


def _best_routes(rows: pl.DataFrame, size: int, cohort: _Cohort, reader: Reader) -> Outcomes:
    """Return the best route of every row, among its protocol's and the indications that it raises."""
    outcomes = _by_protocol(rows, size, cohort)
    raised = raised_routes(rows, cohort.tables, reader)
    if raised.is_empty():
        return outcomes
    row, indication = _indexes(raised["row"]), without_none(raised["indication"], NOWHERE)
    reason, allowed = without_none(raised["reason"], NOWHERE), without_none(raised["next_allowed"], NO_DAY)
    others = np.unique(row)
    others = others[outcomes.reason[others] != Reason.NO_ROUTE.rank]
    distance = np.where(outcomes.has_window[others], np.abs(outcomes.days_from_window[others]), np.int32(NEVER))
    order = np.maximum(outcomes.schedule[others], 0)
    best = best_of_each_row(
        np.concatenate([row, others]),
        np.concatenate(
            [
                preference(reason, np.full_like(reason, NEVER), order_of_indications(indication)),
                preference(outcomes.reason[others], distance, order),
            ]
        ),
        np.concatenate([allowed, outcomes.next_allowed[others]]),
    )
    is_raised = best.chosen < len(row)
    taken, chosen = best.rows[is_raised], best.chosen[is_raised]
    of_row = {name: getattr(outcomes, name)[taken] for name in ("date", "protocol", "surveillance")}
    outcomes.clear(taken)
    says = without_none(raised["wording"], NOWHERE)[chosen]
    outcomes.put(taken, **of_row, indication=indication[chosen], reason=reason[chosen], wording=says)
    outcomes.put_text("missing_text", taken, raised["missing_text"].gather(pl.Series(chosen)))
    outcomes.put(best.rows, next_allowed=best.allowed)
    return outcomes


def _by_protocol(rows: pl.DataFrame, size: int, cohort: _Cohort) -> Outcomes:
    """Decide every row by its protocol: by the best of its schedules, or with the reason why none fits."""
    contexts, tables, outcomes = cohort.contexts, cohort.tables, Outcomes.none(size)
    columns = _Rows(
        row=_indexes(rows["row"]),
        date=without_none(rows["date"], NO_DAY),
        search_from=without_none(rows["search_from"], NO_DAY),
        facts=packed_facts(rows, tables),
        dates={kind: without_none(rows[column], NO_DAY) for column, kind in INDEX_COLUMNS.items()},
    )
    context, protocol = rows["context"].to_numpy(), without_none(rows["protocol"], NOWHERE)
    outcomes.put(columns.row, date=columns.date, protocol=protocol)
    reason = contexts.array("reason").take(context)
    answered = (reason != NOWHERE).nonzero()[0]
    says = contexts.array("wording").take(context[answered])
    site = np.where(says == wording("site_unknown"), np.int32(len(tables.missing_names) - 1), np.int32(NOWHERE))
    outcomes.put(columns.row[answered], reason=reason[answered], wording=says, first_missing=site)
    _put_alone(outcomes, columns, contexts.array("only_schedule").take(context), rows["at"].to_numpy(), cohort)
    _put_best(outcomes, columns, rows["at"].to_numpy(), cohort)
    outcomes.put(
        columns.row, surveillance=np.where(protocol != NOWHERE, outcomes.reason[columns.row], np.int32(NOWHERE))
    )
    return outcomes


def _put_alone(outcomes: Outcomes, columns: _Rows, schedule: Ints, at: NDArray[np.uint32], cohort: _Cohort) -> None:
    """Decide the rows that fit one schedule."""
    fitting = (schedule != NOWHERE).nonzero()[0]
    days = cohort.related.days.take(at[fitting])
    cases = columns.under(fitting, schedule[fitting], days)
    findings = judge(cases, cohort.tables, cohort.days)
    allowed = next_allowed(cases, findings, cohort.tables, cohort.days)
    if findings.terms.applies.all():
        _put_findings(outcomes, cases, findings, allowed)
        return
    _put_findings(outcomes, cases, findings, allowed, findings.terms.applies.nonzero()[0])
    _put_left_out(outcomes, cases.row[~findings.terms.applies])


def _put_best(outcomes: Outcomes, columns: _Rows, at: NDArray[np.uint32], cohort: _Cohort) -> None:
    """Decide the rows that fit several schedules by the best of those that apply.

    Schedules without an index date are dropped where another schedule of the row has one; a row none of whose schedules
    applies is decided as `not_in_protocol`.
    """
    several = cohort.related.several
    if len(at) < len(cohort.related.days.reference):
        several = several.take(np.isin(several.at, at).nonzero()[0])
    if not len(several.at):
        return
    cases = columns.under(
        np.searchsorted(at, several.at), several.schedule, ReferenceDays(several.reference, several.performed_reference)
    )
    findings = judge(cases, cohort.tables, cohort.days)
    allowed = next_allowed(cases, findings, cohort.tables, cohort.days)
    has_index = findings.terms.index != NO_DAY
    some_apply = _some_of_row(cases.row, findings.terms.applies)
    some_index = _some_of_row(cases.row, findings.terms.applies & has_index)
    competing = (findings.terms.applies & ~(some_index & ~has_index & ~findings.terms.when_unknown)).nonzero()[0]
    distance = np.where(findings.has_window, np.abs(findings.days_from_window), np.int32(NEVER))
    preferences = preference(findings.reason[competing], distance[competing], cases.schedule[competing])
    best = best_of_each_row(cases.row[competing], preferences, allowed[competing])
    _put_findings(outcomes, cases, findings, allowed, competing[best.chosen])
    outcomes.put(best.rows, next_allowed=best.allowed)
    _put_left_out(outcomes, cases.row[~some_apply])


def _some_of_row(row: NDArray[np.intp], flags: Flags) -> Flags:
    """Return for each case whether any case of its row is flagged; the cases of a row are adjacent."""
    is_first = is_first_of_run(row)
    some: Flags = np.logical_or.reduceat(flags, is_first.nonzero()[0])
    return some.take(np.cumsum(is_first) - 1)


def _put_findings(
    outcomes: Outcomes, cases: Cases, findings: Findings, allowed: Ints, some: NDArray[np.intp] | slice = slice(None)
) -> None:
    """Store the findings of some cases as the decisions of their rows."""
    terms, windows, stops = findings.terms, findings.terms.windows, findings.terms.stops
    columns = {
        "schedule": cases.schedule,
        "index": terms.index,
        "index_kind": terms.index_kind,
        "stop_kind": stops.kind,
        "stop_date": stops.date,
        "next_allowed": allowed,
        **{name: getattr(windows, name) for name in ("counted_from", "opens", "closes", "grace", "slot", "is_blended")},
        **{name: getattr(findings, name) for name in ("reason", "wording", "has_window", "timing", "days_from_window")},
        **{name: getattr(findings, name) for name in ("sentence_fact", "first_missing", "second_missing")},
    }
    outcomes.put(cases.row[some], **{name: column[some] for name, column in columns.items()})


def _put_left_out(outcomes: Outcomes, rows: NDArray[np.intp]) -> None:
    """Decide rows none of whose schedules applies."""
    outcomes.put(rows, reason=np.int32(Reason.NOT_IN_PROTOCOL.rank), wording=wording("not_in_protocol"))


def _put_hazards(outcomes: Outcomes, hazards: Hazards, rows: pl.DataFrame, cohort: _Cohort, reader: Reader) -> None:
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
        later = _best_routes(again, len(outcomes.reason), cohort, reader).next_allowed
        allowed[blocked] = later[row[blocked]]
    outcomes.put(row, next_allowed=allowed)
    override = at_risk.select(**hazards.override())
    hazard = without_none(override["hazard"], NOWHERE)
    forbidden = row[hazard != NOWHERE]
    outcomes.put(row, hazard=hazard)
    outcomes.clear(forbidden, *WINDOW, "first_missing", "second_missing")
    outcomes.put(forbidden, reason=np.int32(Reason.CONTRAINDICATED.rank), wording=wording("contraindicated"))
    if outcomes.missing_text is not None:
        outcomes.put_text("missing_text", forbidden, pl.repeat(None, len(forbidden), dtype=pl.String, eager=True))
    noted = (hazard == NOWHERE) & override["note"].is_not_null().to_numpy()
    outcomes.put_text("note", row[noted], override["note"].filter(pl.Series(noted)))


def _indexes(column: pl.Series) -> NDArray[np.intp]:
    return column.cast(pl.Int64).to_numpy()
