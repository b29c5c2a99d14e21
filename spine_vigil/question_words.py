"""Questions in plain clinical words: what is asked for, how to answer, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.rules.facts import FactKind
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.rules.studies import REGIONS
from spine_vigil.scheduler.values import Frozen


class Kind(Enum):
    """How a question is answered, as a hint beside it says."""

    TEXT = "in words or by code"
    DATE = "YYYY-MM-DD"
    YES_NO = "yes/no"
    NUMBER = "a number"
    SITE = "a number or words"
    DISEASE = "in words, by code or by number"
    PRIOR = "YYYY-MM-DD, then the study if it was another one"
    REASON = "a number, or Enter for none"


class Question(Frozen):
    """One question: the item that it is about, its words, how it is answered, and the choices as value and words.

    `why` says what hangs on it where that does not follow from the rules alone.
    """

    item: str
    words: str
    kind: Kind
    choices: tuple[tuple[str, str], ...] = ()
    why: str = ""


_WHOLE = {
    "study": Question(
        "study",
        "Which study is requested?",
        Kind.TEXT,
        (),
        "A rule is chosen by the study: without it nothing is decided.",
    ),
    "date": Question(
        "date", "For which date?", Kind.DATE, (), "Windows are compared with the date: without it nothing is decided."
    ),
    "prior": Question(
        "prior",
        "When was the last such study done?",
        Kind.PRIOR,
        (),
        "The window counts from the last study that was done; where there is none, from the index date.",
    ),
    "primary_site": Question(
        "primary_site",
        "Where is the primary tumor?",
        Kind.SITE,
        tuple((name, name.replace("_", " ")) for name in REGIONS),
    ),
}


def item_question(edition: Edition, item: str) -> Question:
    """Return the question for a fact, an index date, or another item of a request."""
    if item in _WHOLE:
        return _WHOLE[item]
    if item in INDEX_COLUMNS:
        return Question(item, f"What is the date of {INDEX_COLUMNS[item].words}?", Kind.DATE)
    fact = edition.fact(item)
    if fact.kind is FactKind.BOOLEAN:
        return Question(item, f"Is it documented that {fact.meaning}?", Kind.YES_NO)
    if fact.kind is FactKind.NUMBER:
        return Question(item, f"What is the {fact.meaning}, in {fact.unit}?", Kind.NUMBER)
    return Question(item, f"What is the {fact.meaning}?", Kind.DATE)


def disease_question(edition: Edition, choices: Sequence[str]) -> Question:
    """Return the question for the disease under surveillance; with `choices` for which of these protocols it is."""
    why = "Surveillance is decided by the protocol of the disease; without one, only other reasons for the study count."
    if not choices:
        return Question("protocol", "Which cancer or tumor is under surveillance, if any?", Kind.DISEASE, (), why)
    shown = tuple((id_, f"{edition.protocol(id_).title} ({id_})") for id_ in choices)
    return Question("protocol", "Which of these is it?", Kind.DISEASE, shown, why)


def reason_question(indications: Sequence[Indication]) -> Question:
    """Return the question for another reason for the study."""
    why = "Each of the guideline's reasons can support the study by itself."
    shown = tuple((indication.name, indication.title) for indication in indications)
    return Question("reason", "Is one of these a reason for the study?", Kind.REASON, shown, why)
