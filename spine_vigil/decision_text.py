"""Output of a decision as text."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.checking import Checked
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason, Support, Verdict
from spine_vigil.scheduler.answers.undecided_regions import ELSEWHERE
from spine_vigil.scheduler.editions.edition import Caution, Edition, denial
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.records.patients import Event
from spine_vigil.scheduler.rules.facts import FactKind
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.rules.words import dates_text, days_text, listed, study_words

NOT_A_DENIAL = (
    "'outside' says that this edition, as encoded, does not support the study on that date. It is not a denial: "
    "the guideline's list is not complete and does not replace clinical judgment."
)
"""What every decision has to say of itself."""

WIDTH = 100
"""Characters per line of text, which fit a terminal and a printed page."""

_MOST_REASONS = 4
"""The other reasons that are named; 'vigil facts' lists all."""

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
    Reason.DEVICE_NOT_CLEARED: "an implanted device must be cleared for MRI first",
    Reason.MISSING_FACT: "something is not documented",
    Reason.UNCONFIRMED_PRIOR: "an earlier study was booked, and nothing says that it was done",
    Reason.INTERVAL_UNSPECIFIED: "the guideline gives no interval",
    Reason.NO_INDEX_DATE: "no date to count from is known",
    Reason.NO_ROUTE: "neither a protocol nor an indication is given",
    Reason.PROGRESSED: "progression is documented",
    Reason.FOLLOW_UP_ENDED: "follow-up has ended",
    Reason.BEFORE_INDEX: "before surveillance starts",
    Reason.OTHER_GUIDELINE: "another guideline decides",
    Reason.NOT_COVERED: "the disease situation is not named",
    Reason.EARLY: "too early",
    Reason.ENDED: "the schedule has ended",
    Reason.CONDITION_NOT_MET: "a required condition is documented as absent",
    Reason.CRITERIA_NOT_MET: "the criteria of the indication are not met",
    Reason.NOT_IN_PROTOCOL: "the protocol does not ask for this study",
    Reason.NO_SURVEILLANCE: "no surveillance is asked for",
    Reason.CONTRAINDICATED: "contraindicated",
    Reason.BAD_ROW: "correct what is named below",
    Reason.CANCELLED: "the study was cancelled",
}


_COMBINATION_WORDS = {
    Support.SUPPORTED: "supported",
    Support.NEEDS_INFO: "cannot be decided yet",
    Support.NOT_LISTED: "not among those that the guideline lists",
}


OTHERWISE = {
    Verdict.WITHIN: "would be within the guideline",
    Verdict.OUTSIDE: "would be outside the guideline as encoded",
    Verdict.NEEDS_INFO: "could not be decided yet",
    Verdict.REFER: "would not be for this guideline to decide",
    Verdict.INVALID: "could not be read",
    None: "would not be judged",
}
"""What another reading would make of a study."""


def decision_words(decision: Decision) -> str:
    """Return the decision and its reason as text."""
    return f"{VERDICT_WORDS[decision.decision]}: {REASON_WORDS[decision.reason]}"


def decision_text(checked: Checked, edition: Edition) -> str:
    """Return a decision as text."""
    return "\n".join(line for part in _parts(checked, edition) for line in _wrapped(part))


def _parts(checked: Checked, edition: Edition) -> Iterator[str]:
    decision, request = checked.decision, checked.event
    subject = f"{study_words(request.study)} on {request.date}" if request else "The request"
    yield f"{subject} - {decision_words(decision)}."
    yield ""
    yield f"Why: {decision.explanation}"
    if decision.decision not in (None, Verdict.INVALID):
        yield from _terms(decision)
        yield from _ways_text(decision, request, edition)
        yield from _notes(checked, edition)
    yield f"Source: {edition.source_of(decision.section or '')}"
    if len(decision.routes) > 1:
        yield "Routes considered:"
        yield from (f"  {_route_text(route)}" for route in decision.routes)
    if decision.decision not in (None, Verdict.INVALID, Verdict.WITHIN):
        yield ""
        yield NOT_A_DENIAL


def _terms(decision: Decision) -> Iterator[str]:
    """Yield the window, the grace, the next allowed date, and of what the decision does not speak."""
    if decision.opens is not None:
        yield f"Window: {_window_text(decision)}"
        yield f"Grace: {_grace_text(decision)}"
    if decision.decision is not Verdict.WITHIN or decision.reason is Reason.WITHIN_GRACE:
        yield f"Next allowed date: {decision.next_allowed or 'none that follows from what is documented'}"
    if decision.undecided_regions:
        regions = [name.replace("_", " ") for name in decision.undecided_regions if name != ELSEWHERE]
        where = f"the {listed(regions)}" if regions else "the rest of the body"
        yield f"Not decided: {where}, of which the rule that decides says nothing"
    if decision.combination is not None:
        yield f"Combination with the other studies of the day: {_COMBINATION_WORDS[decision.combination]}"


def _notes(checked: Checked, edition: Edition) -> Iterator[str]:
    """Yield the reading taken, the readings that would decide otherwise, cautions, and a date before the review."""
    decision = checked.decision
    reading = reading_of(decision.route, edition)
    if reading:
        yield f"Read as: {reading.removesuffix('.')}."
    for other in checked.contested:
        yield (
            f"Read otherwise ({other.route}={other.reading}: {other.says.removesuffix('.')}), the study"
            f" {OTHERWISE[other.decision]}."
        )
    for caution in cautions(decision, edition):
        yield f"Caution about {caution.rule}: {caution.says.removesuffix('.')} ({caution.source})."
    if is_before_review(checked, edition):
        kind = "effective" if edition.effective else "review"
        day = f"the edition's {kind} date, {edition.in_force_from}"
        yield f"The date lies before {day}: its rules were not yet in force."


def reading_of(route: str, edition: Edition) -> str:
    """Return the reading that is taken of the sentence behind a route; empty where there is only one."""
    schedule = edition.schedule(route)
    if schedule is not None:
        return schedule.reading
    return next((indication.reading for indication in edition.indications if indication.route == route), "")


def cautions(decision: Decision, edition: Edition) -> tuple[Caution, ...]:
    """Return the cautions about a decision: about its route, or, where it is `outside`, about its protocol."""
    whole = decision.decision is Verdict.OUTSIDE
    return tuple(edition.cautions_about(decision.route, whole_protocol=whole)) if decision.route else ()


def is_before_review(checked: Checked, edition: Edition) -> bool:
    """Return whether a request lies before the edition is in force: before its effective, else its review date."""
    return checked.event is not None and checked.event.date < edition.in_force_from


def _window_text(decision: Decision) -> str:
    if decision.opens is None or decision.closes is None:
        return "none"
    return f"{dates_text(decision.opens, decision.closes)}, counted from {decision.reference_date}"


def _grace_text(decision: Decision) -> str:
    if decision.grace_days is None:
        return "none, since there is no window"
    used = "used for this date" if decision.reason is Reason.WITHIN_GRACE else "not used for this date"
    return f"{days_text(decision.grace_days)}, {used}"


def _ways_text(decision: Decision, request: Event | None, edition: Edition) -> Iterator[str]:
    """Yield what would make the request `within`: facts to document, or the nearest way to qualify."""
    items = "; ".join(_item_text(name, decision, edition) for name in decision.missing)
    if decision.reason is Reason.UNCONFIRMED_PRIOR:
        yield "Confirm whether the booked study was done; if it was not, an earlier study or the index date counts"
    if decision.decision is Verdict.NEEDS_INFO and items:
        is_sure = all(_decides(name, decision, edition) for name in decision.missing)
        some = "" if len(decision.missing) == 1 else "enough of "
        some = "one of " if some and decision.reason is Reason.NO_INDEX_DATE else some
        yield f"It {'would' if is_sure else 'could'} be within if {some}the following were documented: {items}"
    elif decision.decision is Verdict.OUTSIDE:
        ways = [f"from {decision.next_allowed} on"] if decision.next_allowed else []
        ways += [f"once it is documented that {_item_text(n, decision, edition)}" for n in decision.missing]
        ways += _other_reasons(decision, request, edition)
        yield f"Nearest way to qualify: {', or '.join(ways) or 'none, unless what is documented changes'}"
    elif decision.reason is Reason.NO_ROUTE:
        reasons = "; ".join(_reason_text(indication) for indication in edition.indications)
        yield f"What could apply, each with what to document: {reasons}"


def _other_reasons(decision: Decision, request: Event | None, edition: Edition) -> list[str]:
    """Return that another of the guideline's reasons could apply, where the edition covers the study."""
    if request is None or not edition.covers_study(request.study) or decision.reason is Reason.CONTRAINDICATED:
        return []
    considered = {route.route for route in decision.routes}
    others = [i for i in edition.indications if i.route not in considered and i.leads]
    if not others:
        return []
    some = listed([i.title for i in others[:_MOST_REASONS]], "or")
    all_of_them = " ('vigil facts' lists all)" if len(others) > _MOST_REASONS else ""
    return [f"with another of the guideline's reasons documented, such as {some}{all_of_them}"]


def _reason_text(indication: Indication) -> str:
    """Return an indication with the facts that give it as the reason."""
    # imported here, since only a request without a reason needs it
    from spine_vigil.scheduler.editions.rendering.criteria_text import criterion_phrase

    leads = indication.raised_by() or (indication.criterion,)
    return f"{indication.title} ({listed([criterion_phrase(lead) for lead in leads], 'or')})"


def _decides(name: str, decision: Decision, edition: Edition) -> bool:
    """Tell whether documenting an item is sure to decide the request; dates, numbers and sites may not."""
    fact = edition.facts_by_name.get(name)
    schedule = edition.schedule(decision.route)
    is_when = schedule is not None and schedule.when is not None and schedule.when.fact == name
    return fact is not None and fact.kind is FactKind.BOOLEAN and not is_when


def item_words(name: str, decision: Decision, edition: Edition) -> str:
    """Return an item to document in words, as what qualifies; `whether ...` if either value may."""
    if name in INDEX_COLUMNS:
        return f"the date of {INDEX_COLUMNS[name].words}"
    fact = edition.facts_by_name.get(name)
    if fact is None:
        return f"the {name.replace('_', ' ')}"
    if fact.kind is not FactKind.BOOLEAN:
        return f"the {fact.meaning}"
    if not _decides(name, decision, edition):
        return f"whether {fact.meaning}"
    return denial(fact) if _is_denied(name, decision, edition) else fact.meaning


def _is_denied(name: str, decision: Decision, edition: Edition) -> bool:
    """Return whether a boolean has to be false for the route that decides."""
    # imported here, since only indications need it
    from spine_vigil.scheduler.rules.criteria_parts import denied_facts

    criteria = (i.criterion for i in edition.indications if i.route == decision.route)
    return any(name in denied_facts(criterion) for criterion in criteria)


def _item_text(name: str, decision: Decision, edition: Edition) -> str:
    """Return an item to document in words, with its name and the value if that is false."""
    is_denied = _decides(name, decision, edition) and _is_denied(name, decision, edition)
    return f"{item_words(name, decision, edition)} ({name}{'=false' if is_denied else ''})"


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
