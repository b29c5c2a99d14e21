"""What clinicians review of indications, contraindications and combinations: each criterion as a tree, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spine_vigil.scheduler.edition import Edition
from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    All,
    Below,
    Compound,
    Criterion,
    Documented,
    Not,
    Ongoing,
    Since,
    Tried,
    UpTo,
)
from spine_vigil.scheduler.rules.indications import Combination, Contraindication, Indication
from spine_vigil.scheduler.trees import criterion_tree
from spine_vigil.scheduler.wording import meaning


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
        f"They concern the study that the edition decides, {edition.covers}. An indication is raised where a lead fact"
        " of it is documented true, or for a date given; one that is not raised says nothing. A name that stands alone"
        " is a fact that must be documented true. What is not documented is unknown: an ALL is false where a part is,"
        " else unknown where a part is; an ANY is true where a part is, else unknown where a part is."
    )
    for indication in edition.indications:
        yield ""
        yield from _indication_section(edition, indication)
    if edition.contraindications:
        yield ""
        yield "## Contraindications"
        yield ""
        yield (
            "They concern studies that are requested or scheduled, never performed ones. One that is certain overrides"
            " every decision; one that is unknown changes none."
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
    leads = "; ".join(f"`{lead}` ({meaning(edition, lead)})" for lead in indication.leads)
    yield f"`{indication.route}`, raised by {leads}."
    yield ""
    yield from _tree(indication.criterion)
    if indication.advice:
        yield ""
        yield indication.advice


def _contraindication_section(contraindication: Contraindication) -> Iterator[str]:
    yield f"### {_capital(contraindication.hazard)} ({contraindication.cite})"
    yield ""
    yield f"`{contraindication.name}`, of studies by {_modalities(contraindication)}; certain where this holds:"
    yield ""
    yield from _tree(contraindication.criterion)
    if contraindication.lead is not None:
        yield ""
        yield f"Where `{contraindication.lead}` is true and the rest unknown: {contraindication.to_clear}"


def _combination_section(combination: Combination) -> Iterator[str]:
    yield f"### {_capital(combination.title)} ({combination.cite})"
    yield ""
    yield f"`{combination.name}`, {_what_is_combined(combination)}."
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


def _what_is_combined(combination: Combination) -> str:
    where = f" of the {combination.region.replace('_', ' ')}" if combination.region else ""
    if combination.of_each:
        return f"a study by each of {' and '.join(_names(combination))}{where}"
    return f"two or more studies by {_modalities(combination)}{where}"


def _modalities(rule: Contraindication | Combination) -> str:
    return " or ".join(_names(rule))


def _names(rule: Contraindication | Combination) -> list[str]:
    return sorted(modality.value for modality in rule.modalities)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _tree(criterion: Criterion) -> Iterator[str]:
    yield "```text"
    yield from criterion_tree(criterion)
    yield "```"


def indication_object(indication: Indication) -> dict[str, Any]:
    """Return an indication as plain values, as the edition's JSON holds it."""
    return {
        "name": indication.name,
        "title": indication.title,
        "route": indication.route,
        "section": indication.cite.section,
        "leads": list(indication.leads),
        "criterion": criterion_object(indication.criterion),
        "advice": indication.advice or None,
    }


def contraindication_object(contraindication: Contraindication) -> dict[str, Any]:
    """Return a contraindication as plain values, as the edition's JSON holds it."""
    return {
        "name": contraindication.name,
        "section": contraindication.cite.section,
        "modalities": _names(contraindication),
        "criterion": criterion_object(contraindication.criterion),
        "hazard": contraindication.hazard,
        "lead": contraindication.lead,
        "to_clear": contraindication.to_clear or None,
    }


def combination_object(combination: Combination) -> dict[str, Any]:
    """Return a combination as plain values, as the edition's JSON holds it."""
    return {
        "name": combination.name,
        "title": combination.title,
        "section": combination.cite.section,
        "modalities": _names(combination),
        "region": combination.region,
        "of_each": combination.of_each,
        "only_if": None if combination.only_if is None else criterion_object(combination.only_if),
        "or_protocol": combination.or_protocol,
        "criterion": criterion_object(combination.criterion),
        "by_surveillance": combination.by_surveillance,
        "most": combination.most,
    }


def criterion_object(criterion: Criterion) -> dict[str, Any]:
    """Return a criterion as nested plain values, each node by its kind; durations are written `3 months`."""
    match criterion:
        case Compound(parts):
            kind = "all" if isinstance(criterion, All) else "any"
            return {kind: [criterion_object(part) for part in parts]}
        case Not(part):
            return {"not": criterion_object(part)}
        case Documented(fact):
            return {"fact": fact}
        case Below(fact, bound):
            return {"fact": fact, "below": bound}
        case Above(fact, bound):
            return {"fact": fact, "above": bound}
        case AgeAtMost(age, birth):
            return {"fact": birth, "age_at_most": age}
        case Since(fact, span, longer):
            return {"fact": fact, "more_than_since" if longer else "at_least_since": str(span)}
        case UpTo(fact, span):
            return {"fact": fact, "up_to": str(span)}
        case Tried(start, end, least, recent):
            return {"tried": {"start": start, "end": end, "at_least": str(least), "ended_within": str(recent)}}
        case Ongoing(start, end):
            return {"ongoing": {"start": start, "end": end}}
    raise AssertionError(criterion)  # pragma: no cover - the nodes are those above
