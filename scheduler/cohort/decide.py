"""Deciding every event of a cohort: the same routes and the same choice between them as the scalar evaluator."""

from __future__ import annotations

import polars as pl

from scheduler.cohort.codes import CODES, WORDINGS, packed_facts
from scheduler.cohort.combinations import support_rows
from scheduler.cohort.contexts import Contexts
from scheduler.cohort.criteria import Reader
from scheduler.cohort.earlier import REFERENCE_DAYS
from scheduler.cohort.histories import Found
from scheduler.cohort.indications import Hazards, raised_routes
from scheduler.cohort.judge import judge
from scheduler.cohort.tables import NEVER, DayTable, RuleTables, gather
from scheduler.columns import INDEX_COLUMNS
from scheduler.reasons import Reason

WINDOW = ("timing", "counted_from", "opens", "closes", "days_from_window", "grace", "slot", "is_blended")
"""The columns of CODES that only a window fills."""

_ROOM = 1 << 16
"""Room for the place of a schedule or an indication in the packed order of preference."""


def decide_rows(
    rows: pl.DataFrame, found: Found, contexts: Contexts, tables: RuleTables, days: DayTable
) -> pl.DataFrame:
    """Decide every event of `rows` that is to be judged; one row of CODES each, in no order.

    `rows` holds `at` (its places in what was `found`), `row`, `context`, `date`, `modality`, `status`, `protocol`,
    the index dates and the facts that the file has, all as whole numbers (see scheduler.columns), without bad or
    cancelled rows.
    """
    rows = rows.with_columns(
        *(contexts.of(n) for n in ("is_covered", "reason", "wording", "only_schedule")), search_from="date"
    )
    rows = rows.hstack(_of_rows(found.days, rows["at"]))
    reader = Reader([name for name in rows.columns if name in tables.edition.facts_by_name], days)
    decided = _best_routes(rows, found.several, tables, days, reader)
    hazards = Hazards(rows, tables, reader)
    if hazards:
        decided = _under_hazards(decided, hazards, rows, found.several, tables, days, reader)
    combined = support_rows(rows, found.together, decided, tables.edition, reader)
    if combined.is_empty():
        return decided
    return decided.drop("combination").join(combined, on="row", how="left").select(CODES.keys())


def _best_routes(
    rows: pl.DataFrame, several: pl.DataFrame, tables: RuleTables, days: DayTable, reader: Reader
) -> pl.DataFrame:
    """Return the best route of every row, as CODES: of its protocol and of the indications that it raises."""
    by_protocol = _by_protocol(rows, several, tables, days)
    raised = raised_routes(rows, tables, reader)
    if raised.is_empty():
        return by_protocol
    has_raised = pl.col("row").is_in(raised["row"].implode())
    says_nothing = pl.col("reason") == Reason.NO_ROUTE.rank
    competing = by_protocol.filter(has_raised)
    routes = pl.concat([competing.filter(~says_nothing), raised])
    best = _best_of_each_row(routes).drop("surveillance").join(competing.select("row", "surveillance"), on="row")
    return pl.concat([by_protocol.filter(~has_raised), best.select(CODES.keys())])


def _by_protocol(rows: pl.DataFrame, several: pl.DataFrame, tables: RuleTables, days: DayTable) -> pl.DataFrame:
    """Return what the protocol of every row says, as CODES: the best of its schedules, or why none fits."""
    wanted = rows.select(
        *("at", "row", "date", "search_from", "protocol", "only_schedule", *INDEX_COLUMNS, *REFERENCE_DAYS),
        facts=packed_facts(rows, tables),
    )
    alone = wanted.filter(pl.col("only_schedule").is_not_null()).rename({"only_schedule": "schedule"})
    others = several.join(wanted.drop("only_schedule", *REFERENCE_DAYS), on="at", how="inner", maintain_order="left")
    cases = judge(pl.concat([alone, others.select(alone.columns)], rechunk=True), tables, days)
    settled, competing, left_out = _open_routes(cases, tables)
    best = _best_of_each_row(_as_codes(competing))
    answered = rows.filter(pl.col("reason").is_not_null()).select(
        "row",
        "date",
        "protocol",
        "reason",
        "wording",
        first_missing=pl.when(pl.col("wording") == WORDINGS.index("site_unknown")).then(
            pl.lit(len(tables.missing_names) - 1, dtype=pl.Int32)
        ),
    )
    has_protocol = pl.col("protocol").is_not_null()
    parts = (_as_codes(settled), best, _as_codes(left_out), _as_codes(answered))
    return pl.concat(parts).with_columns(surveillance=pl.when(has_protocol).then("reason"))


def _of_rows(found: pl.DataFrame, at: pl.Series) -> pl.DataFrame:
    """Return the rows of what was found for a block that stand at places of it; mostly all of them."""
    is_whole = len(at) == len(found) and (at.is_empty() or at[-1] == len(at) - 1)
    return found if is_whole else found.select(pl.all().gather(at))


def _under_hazards(
    decided: pl.DataFrame,
    hazards: Hazards,
    rows: pl.DataFrame,
    several: pl.DataFrame,
    tables: RuleTables,
    days: DayTable,
    reader: Reader,
) -> pl.DataFrame:
    """Apply the contraindications: they override a decision on their dates, and no such date is a next allowed one."""
    facts = rows.select("row", "modality", "status", *(n for n in hazards.columns if n in rows.columns))
    concerned = facts.filter(hazards.concerned())
    at_risk = decided.filter(pl.col("row").is_in(concerned["row"].implode())).drop("hazard", "note")
    others = decided.filter(~pl.col("row").is_in(concerned["row"].implode()))
    at_risk = at_risk.join(concerned, on="row", how="left", maintain_order="left")
    for _ in range(hazards.rounds()):
        blocked = at_risk.filter(hazards.forbid(pl.col("next_allowed")))
        if blocked.is_empty():
            break
        free = blocked.select("row", search_from=hazards.first_free(pl.col("next_allowed")))
        again = rows.drop("search_from").join(free.drop_nulls(), on="row", how="inner", maintain_order="left")
        found = _best_routes(again, several, tables, days, reader).select("row", later="next_allowed")
        at_risk = at_risk.join(free.select("row", is_blocked=pl.lit(value=True)), on="row", how="left")
        at_risk = at_risk.join(found, on="row", how="left").with_columns(
            next_allowed=pl.when(pl.col("is_blocked").is_not_null()).then("later").otherwise("next_allowed")
        )
        at_risk = at_risk.drop("is_blocked", "later")
    at_risk = at_risk.with_columns(**hazards.override())
    is_forbidden = pl.col("hazard").is_not_null()
    emptied = (*WINDOW, "first_missing", "second_missing", "missing_text")
    at_risk = at_risk.with_columns(
        *(pl.when(~is_forbidden).then(pl.col(name)).alias(name) for name in emptied),
        reason=pl.when(is_forbidden).then(Reason.CONTRAINDICATED.rank).otherwise("reason").cast(pl.Int32),
        wording=pl.when(is_forbidden).then(WORDINGS.index("contraindicated")).otherwise("wording").cast(pl.Int32),
        note=pl.when(~is_forbidden).then("note"),
    )
    return pl.concat([others, at_risk.select(CODES.keys())])


def _open_routes(cases: pl.DataFrame, tables: RuleTables) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Sort cases into those that decide their row alone, those that compete for it, and the answers for the others.

    Schedules that do not apply are dropped, and those without index date where another one has it; a row none
    of whose schedules applies is answered by `not_in_protocol`.
    """
    schedule = pl.col("schedule")
    has_when = gather(tables.when_fact, schedule) != tables.no_fact
    applies = ~has_when | (pl.col("when_value") == gather(tables.when_value, schedule)) | pl.col("when_unknown")
    settled = cases.select(applies=applies, is_settled=applies & _is_alone())
    open_cases = cases.filter(~settled["is_settled"]).with_columns(settled.filter(~pl.col("is_settled"))["applies"])
    has_index = pl.col("applies") & pl.col("index").is_not_null()
    of_row = open_cases.group_by("row", maintain_order=True).agg(
        some_apply=pl.col("applies").any(), some_index=has_index.any()
    )
    run = open_cases["row"].rle_id()
    open_cases = open_cases.with_columns(
        of_row.select(pl.col("some_apply", "some_index").gather(run)), is_first=pl.lit(run.ne_missing(run.shift(1)))
    )
    skipped = pl.col("some_index") & pl.col("index").is_null() & ~pl.col("when_unknown")
    left_out = open_cases.filter(~pl.col("some_apply") & pl.col("is_first")).select(
        "row",
        "date",
        "protocol",
        reason=pl.lit(Reason.NOT_IN_PROTOCOL.rank, dtype=pl.Int32),
        wording=pl.lit(WORDINGS.index("not_in_protocol"), dtype=pl.Int32),
    )
    return cases.filter(settled["is_settled"]), open_cases.filter(pl.col("applies") & ~skipped), left_out


def _is_alone() -> pl.Expr:
    """Tell whether a case is the only one of its row, in a frame ordered by row."""
    row = pl.col("row")
    return row.ne_missing(row.shift(1)) & row.ne_missing(row.shift(-1))


def _best_of_each_row(routes: pl.DataFrame) -> pl.DataFrame:
    """Keep the best of the routes of each row, with the earliest next allowed date of all of them.

    Better is the smaller reason, then the nearer window, then the order of the edition, schedules first.
    """
    distance = pl.when("has_window").then(pl.col("days_from_window").abs()).otherwise(NEVER)
    order = pl.coalesce("schedule", pl.col("indication") + _ROOM // 2, 0)
    preference = (pl.col("reason").cast(pl.Int64) * (2 * NEVER) + distance) * _ROOM + order
    routes = routes.with_columns(preference=preference)
    best = routes.group_by("row").agg(pl.col("preference", "next_allowed").min())
    return routes.drop("next_allowed").join(best, on=["row", "preference"], how="inner").select(CODES.keys())


def _as_codes(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of CODES, null where the frame has none; a window only where it is part of the answer."""
    if frame.is_empty():
        return pl.DataFrame(schema=CODES)
    has_window = pl.col("has_window") if "has_window" in frame.columns else pl.lit(value=False)
    columns = []
    for name, dtype in CODES.items():
        expr = pl.col(name) if name in frame.columns else pl.lit(None)
        expr = has_window if name == "has_window" else pl.when(has_window).then(expr) if name in WINDOW else expr
        columns.append(expr.cast(dtype).alias(name))
    return frame.select(columns)
