"""Indications, contraindications and combinations as Markdown for clinical review, each criterion as a tree."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.scheduler.editions.edition import Edition, meaning
from spine_vigil.scheduler.editions.rendering.criteria_text import (
    advice_line,
    criterion_phrase,
    criterion_tree,
    implied_by,
)
from spine_vigil.scheduler.rules.criteria import Criterion, Documented
from spine_vigil.scheduler.rules.indications import Combination, Contraindication, Indication
from spine_vigil.scheduler.rules.studies import modality_names
from spine_vigil.scheduler.rules.words import study_words


def indications_markdown(edition: Edition) -> str:
    """Return every indication, contraindication and combination of the edition as a document in Markdown."""
    return "\n".join(_document(edition)) + "\n"


def _document(edition: Edition) -> Iterator[str]:
    yield f"# Clinical indications of {edition.publisher}, {edition.title}"
    yield ""
    yield (
        f"Edition `{edition.id}`, reviewed {edition.reviewed}. Rendered from the rules by `vigil protocols render`;"
        " not edited by hand."
    )
    yield ""
    yield (
        f"They concern the study that the edition decides, {study_words(edition.covers)}. An indication is raised"
        " where one of its leads holds: the reason is documented, and fails where its criterion is false. It is"
        " hinted at where it is not raised and one of its hints holds: it is asked about where its criterion is"
        " unknown, and says nothing where that is false. One that is neither says nothing. A name that stands alone"
        " is a fact that must be documented true. What is not documented is unknown: an ALL is false where a part is,"
        " else unknown where a part is; an ANY is true where a part is, else unknown where a part is."
    )
    for indication in edition.indications:
        yield ""
        yield from _indication_section(edition, indication)
    yield from _implied_facts(edition)
    if edition.contraindications:
        yield ""
        yield "## Contraindications"
        yield ""
        yield (
            "They concern studies that are requested or scheduled, never performed ones. One that is certain overrides"
            " every decision. One that is unknown changes none, but where there is something to clear nothing is"
            " supported before it is cleared."
        )
    for contraindication in edition.contraindications:
        yield ""
        yield from _contraindication_section(contraindication)
    if edition.combinations:
        yield ""
        yield "## Combinations"
        yield ""
        yield "They concern several studies of one patient on one date; they are reported beside the decision."
    for combination in edition.combinations:
        yield ""
        yield from _combination_section(combination)


def _indication_section(edition: Edition, indication: Indication) -> Iterator[str]:
    yield f"## {_capital(indication.title)} ({indication.cite})"
    yield ""
    ways = [
        f"{how} {'; '.join(_reason(edition, criterion) for criterion in criteria)}"
        for how, criteria in (("raised by", indication.raised_by()), ("hinted at by", indication.hinted_by()))
        if criteria
    ]
    yield f"`{indication.route}`, {'; '.join(ways)}."
    yield ""
    yield from _tree(indication.criterion)
    if indication.reading:
        yield ""
        yield f"Read as: {indication.reading}."
    for other in indication.others:
        yield ""
        yield f"Other reading `{other.name}`: {other.says}."
        yield ""
        yield from _tree(other.criterion)
    if indication.asks_with is not None:
        yield ""
        yield f"Where it decides by what is not documented, `{indication.asks_with}` asks with it."
    for advice in indication.advice:
        yield ""
        yield advice_line(advice)


def _reason(edition: Edition, criterion: Criterion) -> str:
    """Return a lead or a hint in words; a fact with its meaning."""
    if isinstance(criterion, Documented):
        return f"`{criterion.fact}` ({meaning(edition, criterion.fact)})"
    return criterion_phrase(criterion)


def _implied_facts(edition: Edition) -> Iterator[str]:
    facts = [(fact, [*implied_by(edition, fact.name)]) for fact in edition.facts]
    if not any(ways for _, ways in facts):
        return
    yield ""
    yield "## Implied facts"
    yield ""
    yield (
        "Where a fact is not documented and one that is a kind of it is documented true, it is true. A course of the"
        " patient implies facts from the first of its index dates on."
    )
    yield ""
    yield "| fact | meaning | implied by |"
    yield "| --- | --- | --- |"
    for fact, ways in facts:
        if ways:
            yield f"| `{fact.name}` | {fact.meaning} | {'; '.join(ways)} |"


def _contraindication_section(contraindication: Contraindication) -> Iterator[str]:
    yield f"### {_capital(contraindication.hazard)} ({contraindication.cite})"
    yield ""
    yield f"`{contraindication.name}`, of studies by {modalities_text(contraindication)}; certain where this holds:"
    yield ""
    yield from _tree(contraindication.criterion)
    if contraindication.lead is not None:
        yield ""
        yield f"Where `{contraindication.lead}` is true and the rest unknown: {contraindication.to_clear}"
    if contraindication.advice:
        yield ""
        yield f"Advice: {contraindication.advice}"


def _combination_section(combination: Combination) -> Iterator[str]:
    yield f"### {_capital(combination.title)} ({combination.cite})"
    yield ""
    yield f"`{combination.name}`, {what_is_combined(combination)}."
    if combination.only_if is not None:
        also = ", and wherever a surveillance protocol is given" if combination.or_protocol else ""
        yield ""
        yield f"It concerns patients of whom this holds{also}:"
        yield ""
        yield from _tree(combination.only_if)
    yield ""
    yield "Supported where this holds" + (
        ", or where the surveillance of the row itself supports the study:" if combination.by_surveillance else ":"
    )
    yield ""
    yield from _tree(combination.criterion)
    if combination.most is not None:
        yield ""
        yield f"At most {combination.most} such studies are supported on one date."


def what_is_combined(combination: Combination) -> str:
    """Return in words the studies that a combination concerns."""
    where = f" of the {combination.region.replace('_', ' ')}" if combination.region else ""
    if combination.of_each:
        return f"a study by each of {' and '.join(modality_names(combination.modalities))}{where}"
    return f"two or more studies by {modalities_text(combination)}{where}"


def modalities_text(rule: Contraindication | Combination) -> str:
    """Return in words the modalities that a contraindication or a combination concerns."""
    return " or ".join(modality_names(rule.modalities))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _tree(criterion: Criterion) -> Iterator[str]:
    yield "```text"
    yield from criterion_tree(criterion)
    yield "```"
