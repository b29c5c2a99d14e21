"""Decisions by either evaluator: rows of text in, the result columns out."""

from collections.abc import Sequence
from datetime import date

import polars as pl
from support.patients import Cells, read_requests

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.grace import GracePolicy

Result = dict[str, str | int | None]


def decide_one_by_one(
    rows: Sequence[Cells], edition: Edition, grace: GracePolicy, as_of: date | None = None
) -> list[Result]:
    """Decide every row with the evaluator of one patient."""
    results = []
    for line, request in enumerate(read_requests(rows, edition, as_of), start=1):
        if request.problems:
            said = "; ".join(str(problem) for problem in request.problems)
            results.append(_result(decision="invalid", reason="bad_row", explanation=f"Line {line}: {said}"))
        elif request.patient is None:
            results.append(_result())
        else:
            results.append(as_columns(request.decision(edition, grace)))
    return results


def decide_as_columns(
    rows: Sequence[Cells], edition: Edition, grace: GracePolicy, as_of: date | None = None
) -> list[Result]:
    """Decide every row with the evaluator of cohorts."""
    names = dict.fromkeys(["patient_id", *(name for cells in rows for name in cells)])
    frame = pl.DataFrame(
        {name: [cells.get(name) or None for cells in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
    )
    return Audit(edition, grace, as_of=as_of).decide(frame.lazy()).collect().to_dicts()


EVALUATORS = {"scalar": decide_one_by_one, "columnar": decide_as_columns}
"""Both evaluators by name."""


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
        undecided_regions="|".join(decision.undecided_regions) or None,
        unread_rows=decision.unread_rows,
        combination=decision.combination.value if decision.combination else None,
        explanation=decision.explanation,
    )


def _iso(day: object) -> str | None:
    return None if day is None else str(day)


def _result(**known: str | int | None) -> Result:
    return dict.fromkeys(RESULT_COLUMNS) | known
