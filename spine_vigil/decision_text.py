"""Output of a decision as text or JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason, Verdict
from spine_vigil.scheduler.editions.edition import Edition, denial
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.records.patients import Event
from spine_vigil.scheduler.rules.facts import FactKind
from spine_vigil.scheduler.rules.words import days_text

NOT_A_DENIAL = (
    "'outside' says that this edition, as encoded, does not support the study on that date. It is not a denial: "
    "the guideline's list is not complete and does not replace clinical judgment."
)
"""What every decision has to say of itself."""

WIDTH = 100
"""Characters per line of text, which fit a terminal and a printed page."""

VERDICT_WORDS = {
    Verdict.WITHIN: "within the guideline",
    Verdict.OUTSIDE: "outside the guideline as encoded",
    Verdict.NEEDS_INFO: "cannot be decided yet",
    Verdict.REFER: "not for this guideline to decide",
    Verdict.INVALID: "cannot be read",
    None: "not judged",
}

REASON_WORDS = {
    Reason.ON_SCHEDULE: "on schedule",
    Reason.WITHIN_GRACE: "on time, using the grace",
    Reason.OVERDUE: "overdue, and still appropriate",
    Reason.SYMPTOMATIC: "supported by new or progressing symptoms",
    Reason.CONDITION_MET: "supported by a documented condition",
    Reason.CRITERIA_MET: "the criteria of an indication are met",
    Reason.MISSING_FACT: "something is not documented",
    Reason.UNCONFIRMED_PRIOR: "an earlier study was booked, and nothing says that it was done",
    Reason.INTERVAL_UNSPECIFIED: "the guideline gives no interval",
    Reason.NO_INDEX_DATE: "no date to count from is known",
    Reason.NO_ROUTE: "neither a protocol nor an indication is given",
    Reason.PROGRESSED: "progression is documented",
    Reason.BEFORE_INDEX: "before surveillance starts",
    Reason.OTHER_GUIDELINE: "another guideline decides",
    Reason.NOT_COVERED: "the disease situation is not named",
    Reason.EARLY: "too early",
    Reason.ENDED: "the schedule has ended",
    Reason.CONDITION_NOT_MET: "a required condition is documented as absent",
    Reason.CRITERIA_NOT_MET: "the criteria of the indication are not met",
    Reason.NOT_IN_PROTOCOL: "the protocol does not hold this study",
    Reason.NO_SURVEILLANCE: "no surveillance is asked for",
    Reason.CONTRAINDICATED: "contraindicated",
    Reason.BAD_ROW: "correct what is named below",
    Reason.CANCELLED: "the study was cancelled",
}


def decision_words(decision: Decision) -> str:
    """Return the decision and its reason as text."""
    return f"{VERDICT_WORDS[decision.decision]}: {REASON_WORDS[decision.reason]}"


def decision_json(decision: Decision, edition: Edition) -> str:
    """Return a decision as one JSON object.

    It has the names of RESULT_COLUMNS in their order (dates in ISO format, `missing` as a list, numbers as numbers,
    empty values as null), then `edition`, `grace_days` (of the deciding window, or null) and `routes`: every
    route that was considered, with the same names and its own `grace_days`.
    """
    routes = [_values(route) | {"grace_days": route.grace_days} for route in decision.routes]
    values = _values(decision) | {"edition": edition.id, "grace_days": decision.grace_days, "routes": routes}
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
        "combination": decision.combination.value if decision.combination else None,
        "explanation": decision.explanation or None,
    }
    return {name: values.get(name) for name in RESULT_COLUMNS}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def decision_text(decision: Decision, request: Event | None, edition: Edition) -> str:
    """Return a decision as text; `request` is None if the request could not be read."""
    return "\n".join(line for part in _parts(decision, request, edition) for line in _wrapped(part))


def _parts(decision: Decision, request: Event | None, edition: Edition) -> Iterator[str]:
    subject = f"{request.study} on {request.date}" if request else "The request"
    yield f"{subject} - {decision_words(decision)}."
    yield ""
    yield f"Why: {decision.explanation}"
    if decision.decision not in (None, Verdict.INVALID):
        yield f"Window: {_window_text(decision)}"
        yield f"Next allowed date: {decision.next_allowed or 'none that follows from what is documented'}"
        yield f"Grace: {_grace_text(decision)}"
        if decision.combination is not None:
            yield f"Combination with the other studies of the day: {decision.combination.value.replace('_', ' ')}"
        yield from _ways_text(decision, edition)
        indications = {indication.route: indication for indication in edition.indications}
        rule = edition.schedule(decision.route) or indications.get(decision.route)
        if rule is not None and rule.reading:
            yield f"Read as: {rule.reading}."
        for caution in edition.cautions_about(decision.route):
            yield f"Caution: {caution.says} ({caution.source})."
    section = f"{decision.section} of " if decision.section else ""
    yield f"Source: {section}{edition.publisher}, {edition.title}, reviewed {edition.reviewed}"
    if len(decision.routes) > 1:
        yield "Routes considered:"
        yield from (f"  {_route_text(route)}" for route in decision.routes)
    yield ""
    yield NOT_A_DENIAL


def _window_text(decision: Decision) -> str:
    if decision.opens is None or decision.closes is None:
        return "none"
    window = str(decision.opens) if decision.opens == decision.closes else f"{decision.opens} to {decision.closes}"
    return f"{window}, counted from {decision.reference_date}"


def _grace_text(decision: Decision) -> str:
    if decision.grace_days is None:
        return "none, since there is no window"
    used = "used for this date" if decision.reason is Reason.WITHIN_GRACE else "not used for this date"
    return f"{days_text(decision.grace_days)}, {used}"


def _ways_text(decision: Decision, edition: Edition) -> Iterator[str]:
    """Yield what would make the request `within`: facts to document, or the nearest way to qualify."""
    joined = " or " if decision.reason is Reason.NO_INDEX_DATE else "; "
    items = joined.join(_item_text(name, decision, edition) for name in decision.missing)
    if decision.reason is Reason.UNCONFIRMED_PRIOR:
        yield "Confirm whether the booked study was done; if it was not, an earlier study or the index date counts"
    if decision.decision is Verdict.NEEDS_INFO and items:
        is_sure = all(_decides(name, decision, edition) for name in decision.missing)
        would, many = "would" if is_sure else "could", is_sure and len(decision.missing) > 1
        yield f"It {would} be within if {'enough of ' if many else ''}the following were documented: {items}"
    elif decision.decision is Verdict.OUTSIDE:
        ways = [f"from {decision.next_allowed} on"] if decision.next_allowed else []
        ways += [f"once it is documented that {_item_text(n, decision, edition)}" for n in decision.missing]
        yield f"Nearest way to qualify: {', or '.join(ways) or 'none, unless what is documented changes'}"


def _decides(name: str, decision: Decision, edition: Edition) -> bool:
    """Tell whether documenting an item is sure to decide the request; dates, numbers and sites may not."""
    fact = edition.facts_by_name.get(name)
    schedule = edition.schedule(decision.route)
    is_when = schedule is not None and schedule.when is not None and schedule.when.fact == name
    return fact is not None and fact.kind is FactKind.BOOLEAN and not is_when


def _item_text(name: str, decision: Decision, edition: Edition) -> str:
    """Return an item to document with the value that qualifies; `whether ...` if either value may."""
    if name in INDEX_COLUMNS:
        return f"the date of {INDEX_COLUMNS[name].words} ({name})"
    fact = edition.facts_by_name.get(name)
    if fact is None:
        return f"the {name.replace('_', ' ')} ({name})"
    if fact.kind is not FactKind.BOOLEAN:
        return f"the {fact.meaning} ({name})"
    if not _decides(name, decision, edition):
        return f"whether {fact.meaning} ({name})"
    from spine_vigil.scheduler.rules.criteria import (
        denied_facts,  # imported here, since only indications need it
    )

    criteria = (i.criterion for i in edition.indications if i.route == decision.route)
    is_negated = any(name in denied_facts(criterion) for criterion in criteria)
    return f"{denial(fact)} ({name}=false)" if is_negated else f"{fact.meaning} ({name})"


def _route_text(route: Decision) -> str:
    window = "" if route.opens is None else f"; window {_window_text(route)}"
    return f"{route.route} ({route.section}) - {decision_words(route)}{window}"


def _wrapped(part: str) -> list[str]:
    indent = "" if part == NOT_A_DENIAL else "    " if part.startswith("  ") else "  "
    lines: list[str] = []
    for word in part.lstrip().split():
        if lines and len(f"{lines[-1]} {word}") <= WIDTH:
            lines[-1] += f" {word}"
        else:
            lines.append(f"{indent}{word}" if lines else part[: len(part) - len(part.lstrip())] + word)
    return lines or [""]
