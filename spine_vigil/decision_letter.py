"""A decision as one paragraph for a note or an appeal: neutral, complete, and without a name of the program's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spine_vigil.checking import Checked
from spine_vigil.decision_text import OTHERWISE, REASON_WORDS, cautions, is_before_review, item_words, reading_of
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason, Support, Verdict
from spine_vigil.scheduler.answers.undecided_regions import ELSEWHERE
from spine_vigil.scheduler.editions.edition import Edition, denial, happened
from spine_vigil.scheduler.records.patients import Event, Statement, Status
from spine_vigil.scheduler.rules.facts import Fact, FactKind, Value
from spine_vigil.scheduler.rules.words import listed, region_words, study_words

_VERDICTS = {
    Verdict.WITHIN: "is supported by the guideline",
    Verdict.OUTSIDE: "is not supported by the guideline as encoded",
    Verdict.NEEDS_INFO: "cannot be decided yet",
    Verdict.REFER: "is not for this guideline to decide",
    None: "is not judged",
}

_REASONS = {
    **REASON_WORDS,
    Reason.ON_SCHEDULE: "it is on schedule",
    Reason.WITHIN_GRACE: "it is on time within the grace",
    Reason.OVERDUE: "it is overdue, and still appropriate",
    Reason.SYMPTOMATIC: "symptoms are new or progressing",
    Reason.CONDITION_MET: "a condition for it is documented",
    Reason.NO_ROUTE: "neither a disease under surveillance nor a reason for the study is documented",
    Reason.BEFORE_INDEX: "it lies before surveillance starts",
    Reason.EARLY: "it is too early",
    Reason.CONTRAINDICATED: "it is contraindicated",
}
"""Reasons as the end of a sentence about the study."""

_COMBINATIONS = {
    Support.SUPPORTED: "The combination with the other studies of the day is supported.",
    Support.NEEDS_INFO: "The combination with the other studies of the day cannot be decided yet.",
    Support.NOT_LISTED: "The guideline does not list the combination with the other studies of the day.",
}

_NO_DENIAL = (
    "This is not a denial: the guideline's list of reasons is not complete, and the guideline does not replace clinical"
    " judgment."
)

_NOT_SAID = frozenset({"birth_date"})
"""Facts that identify a patient; a letter leaves them out."""

_ONE_OF = (Reason.NO_INDEX_DATE,)


def decision_letter(checked: Checked, says: Statement, others: Sequence[Event], edition: Edition) -> str:
    """Return a decision as one paragraph of plain text, without a line break.

    It names the study, the date, the decision, the guideline with its section and edition, what is documented of the
    patient (`says`) with the `others` of the patient's studies, what is missing or when the study would fit, and that
    it is no denial; it names neither the patient nor a date of birth. An `invalid` decision has no letter, since it is
    about no study.
    """
    event, decision = checked.event, checked.decision
    if event is None:  # pragma: no cover - who asks prints what is wrong with the request instead
        raise AssertionError(decision)
    verdict = f"{_VERDICTS[decision.decision]}: {_REASONS[decision.reason]}"
    subject = f"{_capital(study_words(event.study))} on {event.date}"
    sentences = [f"{subject} {verdict}."]
    if decision.decision is not None:
        sentences += [_source(decision, edition), _explanation(decision, edition)]
        sentences += [_documented(says, event, others, edition), *_ways(decision, event, edition)]
        sentences += _notes(checked, edition)
    if decision.decision not in (None, Verdict.WITHIN):
        sentences.append(_NO_DENIAL)
    return " ".join(filter(None, sentences))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _source(decision: Decision, edition: Edition) -> str:
    where = edition.source_of(decision.section) if edition.overlays else decision.section
    section = f"; the section that applies is {where}" if decision.section else ""
    return f"It was checked against the guideline of {edition.source_of('')}{section}."


def _explanation(decision: Decision, edition: Edition) -> str:
    """Return the explanation, which names interval, window and grace, as sentences that stand in a paragraph."""
    if decision.reason is Reason.NO_ROUTE:
        return ""
    section, _, says = decision.explanation.partition(": ")
    indication = next((i for i in edition.indications if i.route == decision.route), None)
    if indication is not None and section.endswith(indication.title):
        met = says.replace("not met on", "the criteria are not met on", 1) if says.startswith("not met") else says
        met = met.replace("met on", "the criteria are met on", 1) if says.startswith("met") else met
        met = met.replace("whether it is met", "whether the criteria are met", 1)
        return f"For {indication.title}, {met}"
    if section != decision.section:
        return decision.explanation
    rule, counted, rest = says.partition(". Counted from ")
    if not counted:
        return _capital(says)
    return f"The study is due {rule}; counted from {rest.replace(', the study is due', ', it is due', 1)}"


def _documented(says: Statement, request: Event, others: Sequence[Event], edition: Edition) -> str:
    """Return what is documented of the patient, as one sentence."""
    items = [f"surveillance of {listed([p.title for p in says.protocols])}"] if says.protocols else []
    items += [f"{kind.words} on {day}" for kind, day in says.index_dates.items()]
    if says.primary_site is not None:
        items.append(f"a primary tumor of {region_words(says.primary_site)}")
    items += [_study(event) for event in others if event.date < request.date and event.status.is_history]
    items += [f"{study_words(event.study)} on the same day" for event in others if event.date == request.date]
    items += [_fact_words(edition.fact(n), v) for n, v in says.facts.items() if v is not None and n not in _NOT_SAID]
    items += _ends(says)
    return f"Documented: {'; '.join(items)}." if items else ""


def _study(event: Event) -> str:
    done = "booked for" if event.status is Status.SCHEDULED else "done on"
    return f"an earlier {study_words(event.study)}, {done} {event.date}"


def _fact_words(fact: Fact, value: Value) -> str:
    if fact.kind is FactKind.BOOLEAN:
        return fact.meaning if value else denial(fact)
    if fact.kind is FactKind.NUMBER:
        return f"the {fact.meaning} is {value:g} {fact.unit}"
    return f"{happened(fact)} {value}"


def _ends(says: Statement) -> Iterator[str]:
    if says.follow_up_end is not None:
        yield f"the end of follow-up on {says.follow_up_end}"
    if says.death is not None:
        yield f"the patient's death on {says.death}"


def _ways(decision: Decision, request: Event, edition: Edition) -> Iterator[str]:
    """Yield what would have to be documented, and when the study would fit."""
    items = [item_words(name, decision, edition) for name in decision.missing]
    if decision.reason is Reason.UNCONFIRMED_PRIOR:
        yield "It should be confirmed whether the booked study was done."
    if items and decision.decision is Verdict.OUTSIDE:
        yield f"The study could be supported if it were documented that {listed(items, 'or that')}."
    elif items:
        some = "" if len(items) == 1 else "one of " if decision.reason in _ONE_OF else "enough of "
        yield f"The study could be supported if {some}the following were documented: {'; '.join(items)}."
    if decision.decision is Verdict.NEEDS_INFO and decision.reason is Reason.NO_ROUTE:
        yield "The disease under surveillance, or a reason for the study, has to be documented."
    if decision.next_allowed is not None and decision.decision is not Verdict.WITHIN:
        yield f"With what is documented, the study first fits on {decision.next_allowed}."
    elif decision.reason is Reason.WITHIN_GRACE and decision.next_allowed not in (None, request.date):
        yield f"Without the grace, the study first fits on {decision.next_allowed}."


def _notes(checked: Checked, edition: Edition) -> Iterator[str]:
    """Yield of what the decision does not speak, how the guideline is read, cautions, and a date before the review."""
    decision = checked.decision
    if decision.undecided_regions:
        regions = [name.replace("_", " ") for name in decision.undecided_regions if name != ELSEWHERE]
        yield f"Nothing is decided about {f'the {listed(regions)}' if regions else 'the rest of the body'}."
    if decision.combination is not None:
        yield _COMBINATIONS[decision.combination]
    reading = reading_of(decision.route, edition)
    if reading:
        yield f"The guideline is read as follows: {reading.removesuffix('.')}."
    for other in checked.contested:
        yield f"Read otherwise ({other.says.removesuffix('.')}), the study {OTHERWISE[other.decision]}."
    for caution in cautions(decision, edition):
        yield f"Specialists publish otherwise: {caution.says.removesuffix('.')} ({caution.source})."
    if is_before_review(checked, edition):
        yield "The date lies before the review date of the edition, when its rules were not yet in force."
