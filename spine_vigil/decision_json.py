"""A decision as one JSON object."""

from __future__ import annotations

from datetime import date
from typing import Any

from spine_vigil.checking import Checked
from spine_vigil.decision_text import cautions, is_before_review
from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.editions.edition import Edition


def decision_json(checked: Checked, edition: Edition, letter: str | None = None) -> str:
    """Return a decision as one JSON object.

    It has the names of RESULT_COLUMNS in their order (dates in ISO format, `missing` and `undecided_regions` as lists,
    numbers as numbers, empty values as null), then `edition`, `grace_days` (of the deciding window, or null), `routes`
    (every route that was considered, with the same names and its own `grace_days`), `contested` (the other readings
    under which the decision would differ), `cautions`, and `before_review`: whether the date lies before the edition's
    effective date or, where it has none, its review date. A `letter` that is given stands last.
    """
    decision = checked.decision
    routes = [_values(route) | {"grace_days": route.grace_days} for route in decision.routes]
    contested = [
        {
            "route": other.route,
            "reading": other.reading,
            "says": other.says,
            "decision": other.decision.value if other.decision else None,
        }
        for other in checked.contested
    ]
    values = _values(decision) | {
        "edition": edition.id,
        "grace_days": decision.grace_days,
        "routes": routes,
        "contested": contested,
        "cautions": [{"says": caution.says, "source": caution.source} for caution in cautions(decision, edition)],
        "before_review": is_before_review(checked, edition),
    }
    if letter is not None:
        values["letter"] = letter
    import json  # not needed for text, which most users ask for

    return json.dumps(values, indent=2)


def _values(decision: Decision) -> dict[str, Any]:
    values = {
        "decision": decision.decision.value if decision.decision else None,
        "reason": decision.reason.value,
        "timing": decision.timing.value if decision.timing else None,
        "route": decision.route or None,
        "section": decision.section or None,
        "reference_date": _iso(decision.reference_date),
        "opens": _iso(decision.opens),
        "closes": _iso(decision.closes),
        "days_from_window": decision.days_from_window,
        "next_allowed": _iso(decision.next_allowed),
        "missing": list(decision.missing),
        "undecided_regions": list(decision.undecided_regions),
        "unread_rows": decision.unread_rows,
        "combination": decision.combination.value if decision.combination else None,
        "explanation": decision.explanation or None,
    }
    return {name: values[name] for name in RESULT_COLUMNS}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
