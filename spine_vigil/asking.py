"""Questions that settle a request, the one that decides most first, and what their answers make of the request.

What decides most: of all facts that the open routes still ask for, each is tried with the answers that it can have, by
the evaluator itself, and that one is asked which leaves the fewest open on average. Nothing is open where the study is
within the guideline. That a fact stays unknown would leave just the others open, whichever it is, so it is not counted.

What was asked and stays unknown cannot support the study. So it is tried with the answer that closes most and does not
make the study `within`, and what could count only together with it is not asked. The decision itself assumes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from spine_vigil.checking import decide_read
from spine_vigil.decision_text import decision_words
from spine_vigil.notices import Notice
from spine_vigil.question_words import Kind, Question, disease_question, item_question, reason_question
from spine_vigil.request_reading import ReadRequest, Request, read_request
from spine_vigil.request_words import candidates_of, read_protocol_text
from spine_vigil.requests import PARAMETERS
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason, Verdict
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.rules.dates import add, days, months, years
from spine_vigil.scheduler.rules.facts import FALSE_WORDS, TRUE_WORDS, FactKind
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.rules.studies import REGIONS
from spine_vigil.scheduler.rules.words import counted
from spine_vigil.scheduler.values import Frozen, replace
from spine_vigil.searching import search

UNKNOWN = frozenset({"", "?", "unknown"})
"""Answers that leave a question open."""

_NEEDED = {"study": "a study is needed", "date": "a date is needed"}
_MAY_BE_NONE = (Kind.DISEASE, Kind.PRIOR, Kind.REASON)
_SETTLED = (Reason.CONTRAINDICATED, Reason.BAD_ROW, Reason.CANCELLED)
_SPANS = (days(7), months(2), years(1), years(6))
"""How long before the requested date a date is tried."""

_AGES = (years(5), years(15), years(40))
_SITES = ("cervical_spine", "chest", "lower_extremity")


class Interview(Frozen):
    """A request with the items that were asked, those that have to be asked next, and the choices that are offered.

    `choices` are protocols that a disease may be; `notices` say what the last answer was read as.
    """

    request: Request
    edition: Edition
    grace: GracePolicy
    asked: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()

    def question(self) -> Question | None:
        """Return what to ask next; None where no answer could change the decision."""
        request = self.request
        for name in ("study", "date"):
            if not getattr(request, name):
                return item_question(self.edition, name)
        if self.choices or not (request.protocol or request.facts or "protocol" in self.asked):
            return disease_question(self.edition, self.choices)
        read, decision = self._decided(request)
        if decision.reason in _SETTLED:
            return None
        if self._asks_for_prior(decision):
            return item_question(self.edition, "prior")
        if decision.decision is Verdict.WITHIN:
            return None
        pending = [name for name in self.pending if name not in self.asked]
        if pending:
            return item_question(self.edition, pending[0])
        assumed, decision_then = self._assumed(decision)
        items = self._open(decision_then)
        if items:
            best = min(items, key=lambda item: (self._left(assumed, item), items.index(item)))
            return item_question(self.edition, best)
        reasons = self._reasons(read, decision)
        return reason_question(reasons) if reasons and "reason" not in self.asked else None

    def answer(self, question: Question, text: str) -> Interview:
        """Return the interview after an answer. Raises ValueProblem where the answer cannot be read or cannot be."""
        plain = text.strip()
        is_none = question.kind in _MAY_BE_NONE and plain.lower() in ("no", "none")
        if is_none or plain.lower() in UNKNOWN:
            if question.item in _NEEDED:
                raise ValueProblem(f"{_NEEDED[question.item]}; 'stop' ends the questions")
            return replace(self, asked=(*self.asked, question.item), choices=(), notices=())
        if question.kind is Kind.DISEASE:
            return self._with_disease(plain)
        if question.kind is Kind.REASON:
            return self._with_reason(question, plain)
        return self._with(question.item, _value(question, plain))

    def why(self, question: Question) -> Iterator[str]:
        """Yield what hangs on a question: the sections that ask, and what each answer would make of the decision."""
        if question.why:
            yield question.why
            return
        fact = self.edition.facts_by_name.get(question.item)
        if fact is not None:
            yield f"It is asked for by {', '.join(fact.sections)}."
        for value in self._trials(question.item):
            decision = self._try(self.request, question.item, value)
            if decision is not None:
                shown = {"true": "yes", "false": "no"}.get(value, value.replace("_", " "))
                yield f"If it were {shown}: {self._outlook(decision, question.item)}."
        yield f"As long as it is unknown: {self._outlook(self._decided(self.request)[1], question.item)}."

    def _decided(self, request: Request) -> tuple[ReadRequest, Decision]:
        read = read_request(request, self.edition, PARAMETERS)
        return read, decide_read(read, self.edition, self.grace, PARAMETERS)

    def _asks_for_prior(self, decision: Decision) -> bool:
        """Return whether an earlier study would move a window, and nothing is said of any."""
        has_window = any(route.opens is not None for route in decision.routes)
        return has_window and not self.request.priors and "prior" not in self.asked

    def _open(self, decision: Decision) -> list[str]:
        """Return what could still change a decision, in the order in which its routes ask for it."""
        if decision.decision is Verdict.WITHIN or decision.reason in _SETTLED:
            return []
        names = [*decision.missing, *(name for route in decision.routes for name in route.missing)]
        return [name for name in dict.fromkeys(names) if name not in self.asked]

    def _outlook(self, decision: Decision, item: str) -> str:
        """Return a decision in words, and what would be left to ask."""
        left = sum(name != item for name in self._open(decision))
        return decision_words(decision) + (f" ({counted(left, 'question')} left)" if left else "")

    def _assumed(self, decision: Decision) -> tuple[Request, Decision]:
        """Return the request and its decision with what stays unknown answered so that it supports nothing."""
        request, documented = self.request, {text.partition("=")[0] for text in self.request.facts}
        declined = [name for name in self.asked if name in self.edition.facts_by_name and name not in documented]
        for name in declined:
            if name == "birth_date" and request.birth_date:
                continue
            tried = ((value, self._try(request, name, value)) for value in self._trials(name))
            closing = [(value, d) for value, d in tried if d is not None and d.decision is not Verdict.WITHIN]
            if closing:
                value, decision = min(closing, key=lambda pair: len(self._open(pair[1])))
                request = _with(request, name, value)
        return request, decision

    def _left(self, request: Request, item: str) -> float:
        """Return how much an answer leaves open on average."""
        decisions = [self._try(request, item, value) for value in self._trials(item)]
        left = [sum(name != item for name in self._open(d)) for d in decisions if d is not None]
        return sum(left) / len(left) if left else float("inf")

    def _trials(self, item: str) -> Sequence[str]:
        """Return the answers with which an item is tried."""
        fact = self.edition.facts_by_name.get(item)
        if item == "primary_site":
            return _SITES
        if fact is not None and fact.kind is FactKind.BOOLEAN:
            return ("true", "false")
        if fact is not None and fact.kind is FactKind.NUMBER:
            return ("0", "50")
        day = date.fromisoformat(self.request.date)
        spans = _AGES if item == "birth_date" else _SPANS
        return [str(add(day, replace(span, count=-span.count))) for span in spans]

    def _try(self, request: Request, item: str, value: str) -> Decision | None:
        """Return the decision on a request with an answer; None where the request could not be so."""
        read = read_request(_with(request, item, value), self.edition, PARAMETERS)
        if read.problems:
            return None
        decision = decide_read(read, self.edition, self.grace, PARAMETERS)
        return None if decision.reason is Reason.BAD_ROW else decision

    def _with(self, item: str, value: str) -> Interview:
        """Return the interview with a value documented, where it can be."""
        request = _with(self.request, item, value)
        read = read_request(request, self.edition, PARAMETERS)
        problems = [problem.message for problem in read.problems if request.study or problem.argument != "study"]
        if problems:
            raise ValueProblem(problems[0].partition(": ")[2])
        if request.study and request.date:
            decision = decide_read(read, self.edition, self.grace, PARAMETERS)
            if decision.reason is Reason.BAD_ROW:
                raise ValueProblem(decision.explanation.partition(": ")[2])
        request = request if read.problems else read.request
        asked = (*self.asked, item)
        return replace(self, request=request, asked=asked, choices=(), notices=read.notices)

    def _with_disease(self, text: str) -> Interview:
        """Return the interview with a protocol, or with the protocols that the words may mean as choices."""
        if text.isdigit() and 1 <= int(text) <= len(self.choices):
            return self._with("protocol", self.choices[int(text) - 1])
        try:
            read_protocol_text(text, self.edition)
            return self._with("protocol", text)
        except ValueProblem:
            found = _possible_protocols(text, self.edition)
            if not found:
                raise
            return replace(self, choices=found, notices=())

    def _reasons(self, read: ReadRequest, decision: Decision) -> list[Indication]:
        """Return the indications that nothing is said of yet, where the edition covers the study."""
        event = read.row.event
        if event is None or not self.edition.covers_study(event.study) or decision.reason is Reason.FOLLOW_UP_ENDED:
            return []
        considered = {route.route for route in decision.routes}
        known = {name for name, value in read.row.says.facts.items() if value is not None} | set(self.asked)
        return [i for i in self.edition.indications if i.route not in considered and set(_raising(i)) - known]

    def _with_reason(self, question: Question, text: str) -> Interview:
        """Return the interview with a reason: its one lead documented, or all that raise it to be asked next."""
        if not text.isdigit() or not 1 <= int(text) <= len(question.choices):
            raise ValueProblem(f"'{text}' is none of the numbers; choose one, or press Enter for none")
        indication = self.edition.indication(question.choices[int(text) - 1][0])
        names = _raising(indication)
        if len(names) == 1:
            return self._with(names[0], "true")
        return replace(self, pending=(*self.pending, *names), notices=())


def _possible_protocols(text: str, edition: Edition) -> tuple[str, ...]:
    """Return the protocols that words or a code of a disease may mean: candidates, else what a search finds."""
    found = [id_ for candidate in candidates_of(text) for id_ in candidate.protocols if id_ in edition.protocols_by_id]
    if not found:
        try:
            found = [match.route for match in search([text], edition) if match.kind == "protocol"]
        except ValueProblem:
            return ()
    return tuple(dict.fromkeys(found))


def _raising(indication: Indication) -> tuple[str, ...]:
    """Return the facts that raise an indication, or those of its hints where nothing else does."""
    criteria = indication.raised_by() or indication.hinted_by()
    names = dict.fromkeys(name for criterion in criteria for name in criterion.facts())
    return tuple(names)


def _with(request: Request, item: str, value: str) -> Request:
    """Return a request in which an item is documented."""
    if item in ("study", "date", "protocol", "primary_site", "birth_date"):
        return replace(request, **{item: value})
    if item == "prior":
        return replace(request, priors=(*request.priors, value))
    if item in INDEX_COLUMNS:
        return replace(request, index=(*request.index, f"{INDEX_COLUMNS[item].value}={value}"))
    return replace(request, facts=(*request.facts, f"{item}={value}"))


def _value(question: Question, text: str) -> str:
    """Return an answer as an argument writes it. Raises ValueProblem for one that is neither yes nor no."""
    if question.kind is Kind.YES_NO:
        word = text.lower()
        if word not in TRUE_WORDS | FALSE_WORDS:
            raise ValueProblem(f"'{text}' is neither yes nor no; write yes, no, or ? where it is unknown")
        return "true" if word in TRUE_WORDS else "false"
    if question.kind is Kind.SITE and text.isdigit() and 1 <= int(text) <= len(REGIONS):
        return question.choices[int(text) - 1][0]
    return text
