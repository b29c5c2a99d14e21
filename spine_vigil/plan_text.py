"""Output of a patient's coming windows as text, with a table for each schedule, or as JSON."""

from __future__ import annotations

import json
from typing import Any

from spine_vigil.planning import Assume, Plan, Question
from spine_vigil.scheduler.answers.sentences import SENTENCES, protocol_words
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.projection import Projection
from spine_vigil.scheduler.patient.standing import Standing
from spine_vigil.scheduler.rules.schedules import Protocol, Stance
from spine_vigil.scheduler.rules.words import days_text

ASSUMPTIONS = {
    Assume.LATEST: "Projections assume that each study is done on the last day of its window, or on {as_of} where that"
    " day has passed.",
    Assume.EARLIEST: "Projections assume that each study is done on the first day of its window (where no study is too"
    " early, on the last), or on {as_of} where that day has passed.",
}

_HEADINGS = ("no.", "kind", "opens", "closes", "counted from", "grace", "section", "")


def plan_json(question: Question, plan: Plan) -> str:
    """Return the windows as one JSON object."""
    return json.dumps(
        {
            "edition": question.edition.id,
            "protocol": plan.protocol.id,
            "as_of": question.as_of.isoformat(),
            "until": question.until.isoformat(),
            "project": question.assume.value,
            "assumption": _assumption(question),
            "note": _note(plan.protocol) or None,
            "schedules": [
                {
                    "schedule": planned.standing.schedule.name,
                    "study": planned.study,
                    "section": str(planned.standing.schedule.cite),
                    "status": planned.standing.status.value,
                    "why": planned.standing.because or None,
                    "missing": list(planned.standing.missing),
                    "windows": [_window_json(planned.standing, projection) for projection in planned.windows],
                }
                for planned in plan.schedules
            ],
        },
        indent=2,
    )


def _window_json(stands: Standing, projection: Projection) -> dict[str, Any]:
    window = projection.window
    return {
        "number": projection.number,
        "kind": _kind(projection),
        "opens": window.opens.isoformat(),
        "closes": window.closes.isoformat(),
        "reference_date": window.reference.isoformat(),
        "grace_days": window.grace,
        "section": str(stands.schedule.cite),
        "only_if": projection.fact,
        "only_if_from": projection.fact_from.isoformat() if projection.fact_from else None,
    }


def _assumption(question: Question) -> str:
    return ASSUMPTIONS[question.assume].format(as_of=question.as_of)


def _kind(projection: Projection) -> str:
    return "firm" if projection.is_firm else "projected"


def _note(protocol: Protocol) -> str:
    """Return why a protocol has no schedules; empty if it has some."""
    if protocol.stance is Stance.SURVEILLANCE:
        return ""
    return SENTENCES[protocol.stance.name.lower()].format_map(protocol_words(protocol))


def plan_text(question: Question, plan: Plan) -> str:
    """Return the windows as text."""
    protocol = plan.protocol
    edition = question.edition
    lines = [
        f"{protocol.id}: {protocol.title}",
        f"{edition.source_of('')}; windows up to {question.until}",
    ]
    for planned in plan.schedules:
        stands = planned.standing
        lines += ["", f"{stands.schedule.name}: {planned.study} ({stands.schedule.cite})"]
        lines.append(f"  on {question.as_of}: {stands.status.value.replace('_', ' ')}")
        if stands.because:
            lines[-1] += f" - {stands.because}"
        lines += _table([_cells(edition, stands, projection) for projection in planned.windows])
    note = _note(protocol)
    return "\n".join([*lines, "", note or _assumption(question)])


def _cells(edition: Edition, stands: Standing, projection: Projection) -> tuple[str, ...]:
    window = projection.window
    condition = ""
    if projection.fact is not None:
        since = "" if projection.fact_from == window.opens else f"from {projection.fact_from} on "
        condition = f"{since}only where {edition.fact(projection.fact).meaning}"
    return (
        str(projection.number),
        _kind(projection),
        window.opens.isoformat(),
        window.closes.isoformat(),
        window.reference.isoformat(),
        days_text(window.grace),
        str(stands.schedule.cite),
        condition,
    )


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *rows, strict=True)]
    return [
        "  " + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (_HEADINGS, *rows)
    ]
