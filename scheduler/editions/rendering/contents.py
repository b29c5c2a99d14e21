"""What an edition holds, rule by rule: where each stands, and which of them others than its publisher answer for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spine_vigil.scheduler.editions.edition import CptCode, Edition
from spine_vigil.scheduler.editions.rendering.criteria_text import criterion_phrase
from spine_vigil.scheduler.editions.rendering.review import schedule_clauses
from spine_vigil.scheduler.editions.toml_files.edition_tables import head_table
from spine_vigil.scheduler.editions.toml_files.grammar import phase_text
from spine_vigil.scheduler.rules.citations import Authority, Cite
from spine_vigil.scheduler.rules.indications import Combination, Contraindication, Indication
from spine_vigil.scheduler.rules.schedules import Schedule


def citations(edition: Edition) -> Iterator[tuple[str, Cite]]:
    """Yield every rule that cites a section, by its route or `combination.NAME` and so on, in the edition's order."""
    for protocol in edition.protocols:
        yield protocol.id, protocol.cite
        yield from ((protocol.route(schedule), schedule.cite) for schedule in protocol.schedules)
    yield from ((indication.route, indication.cite) for indication in edition.indications)
    yield from ((f"contraindication.{hazard.name}", hazard.cite) for hazard in edition.contraindications)
    yield from ((f"combination.{combination.name}", combination.cite) for combination in edition.combinations)


def taken_away(edition: Edition, base: Edition) -> tuple[str, ...]:
    """Return the rules of a base that an overlay of it has taken away, named as in `citations`."""
    left = {route for route, _ in citations(edition)}
    return tuple(route for route, _ in citations(base) if route not in left)


def contents(edition: Edition, base: Edition | None = None) -> dict[str, Any]:
    """Return what an edition holds, as values of JSON; `base` is the edition on which an overlay stands.

    `changed_by` are those who answer for overlays, the lowest one first. Under `protocols`, `indications`,
    `contraindications` and `combinations` stand the rules with their sections; `own` says of each whether an overlay
    answers for it. `criterion` names facts, `clauses` are sentences, `codes` and `facts` texts.
    """
    head = head_table(edition)
    head.pop("overlays", None)
    return {
        **{key: str(value) for key, value in head.items()},
        "in_force_from": str(edition.in_force_from),
        "grace_days": edition.grace.days,
        "base": None if base is None else base.id,
        "changed_by": [_authority(of) for of in edition.overlays],
        "taken_away": [] if base is None else [*taken_away(edition, base)],
        "protocols": [
            {
                **_rule(protocol.id, protocol.title, protocol.cite),
                "stance": protocol.stance.value,
                "schedules": [
                    _schedule(edition, protocol.route(schedule), schedule) for schedule in protocol.schedules
                ],
            }
            for protocol in edition.protocols
        ],
        "indications": [_asking(rule.route, rule.title, rule) for rule in edition.indications],
        "contraindications": [_asking(rule.name, rule.hazard, rule) for rule in edition.contraindications],
        "combinations": [_asking(rule.name, rule.title, rule) for rule in edition.combinations],
        "codes": [f"{code.code} ({_study(code)})" for code in edition.cpt_codes],
        "facts": [fact.name for fact in edition.facts],
    }


def _authority(of: Authority) -> dict[str, str]:
    return {"publisher": of.publisher, "title": of.title, "reviewed": str(of.reviewed)}


def _rule(name: str, title: str, cite: Cite) -> dict[str, Any]:
    return {"name": name, "title": title, "section": cite.section, "own": cite.of is not None}


def _asking(name: str, title: str, rule: Indication | Contraindication | Combination) -> dict[str, Any]:
    return {**_rule(name, title, rule.cite), "criterion": criterion_phrase(rule.criterion)}


def _study(code: CptCode) -> str:
    contrast = {None: "", "both": "without and with contrast"}.get(code.contrast, f"{code.contrast} contrast")
    return ", ".join(filter(None, (" ".join((code.modality.value, "|".join(code.regions))).strip(), contrast)))


def _schedule(edition: Edition, route: str, schedule: Schedule) -> dict[str, Any]:
    return {
        "route": route,
        "study": str(schedule.study),
        "phases": [phase_text(phase) for phase in schedule.phases],
        "clauses": [*schedule_clauses(edition, schedule).values()],
        "section": schedule.cite.section,
        "own": schedule.cite.of is not None,
    }
