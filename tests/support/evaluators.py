"""Decisions by either evaluator: rows of text in, the result columns out."""

from collections.abc import Mapping, Sequence

import polars as pl

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.decisions import decide
from spine_vigil.scheduler.records.fields import event_columns
from spine_vigil.scheduler.records.patients import Event
from spine_vigil.scheduler.records.rows import Row, read_row
from spine_vigil.scheduler.rules.grace import GracePolicy

Cells = Mapping[str, str]
Result = dict[str, str | int | None]


def read_rows(rows: Sequence[Cells], edition: Edition) -> list[Row]:
    """Read rows of text one by one."""
    columns = event_columns(edition)
    return [read_row(cells, edition, columns) for cells in rows]


def other_events(rows: Sequence[Row]) -> list[list[Event]]:
    """Return, for each row, the other events of the same patient, as far as they can be read."""
    of_patient: dict[str, list[Event]] = {}
    for row in rows:
        of_patient.setdefault(row.patient_id, []).extend([] if row.event is None else [row.event])
    return [[event for event in of_patient[row.patient_id] if event is not row.event] for row in rows]


def decide_one_by_one(rows: Sequence[Cells], edition: Edition, grace: GracePolicy) -> list[Result]:
    """Decide every row with the evaluator of one patient."""
    read = read_rows(rows, edition)
    others = other_events(read)
    results = []
    for place, row in enumerate(read):
        if row.problems:
            said = "; ".join(str(problem) for problem in row.problems)
            results.append(_result(decision="invalid", reason="bad_row", explanation=f"Line {place + 1}: {said}"))
        elif row.event is None:
            results.append(_result())
        else:
            results.append(as_columns(decide(edition, row.patient, row.event, others[place], grace)))
    return results


def decide_as_columns(rows: Sequence[Cells], edition: Edition, grace: GracePolicy) -> list[Result]:
    """Decide every row with the evaluator of cohorts."""
    names = dict.fromkeys(["patient_id", *(name for cells in rows for name in cells)])
    frame = pl.DataFrame(
        {name: [cells.get(name) or None for cells in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
    )
    return Audit(edition, grace).decide(frame.lazy()).collect().to_dicts()


def as_columns(decision: Decision) -> Result:
    """Return a decision under the names of the result columns, empty as None."""
    return _result(
        decision=decision.decision.value if decision.decision else None,
        reason=decision.reason.value,
        timing=decision.timing.value if decision.timing else None,
        route=decision.route or None,
        section=decision.section or None,
        reference_date=_iso(decision.reference_date),
        opens=_iso(decision.opens),
        closes=_iso(decision.closes),
        days_from_window=decision.days_from_window,
        next_allowed=_iso(decision.next_allowed),
        missing=";".join(decision.missing) or None,
        combination=decision.combination.value if decision.combination else None,
        explanation=decision.explanation,
    )


def _iso(day: object) -> str | None:
    return None if day is None else str(day)


def _result(**known: str | int | None) -> Result:
    return dict.fromkeys(RESULT_COLUMNS) | known
